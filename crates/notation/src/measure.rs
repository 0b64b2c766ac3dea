//! One measure of one staff: voices of elements.

use crate::beams::beams;
use crate::drums;
use crate::frame::Frame;
use crate::lyrics::{self, Syllables};
use crate::model::{Element, Head, Lyric, Measure, Pitch, Tuplet, Voice};
use crate::quantize::Tone;
use crate::value::{Time, Value};
use crate::voices::{Chord, voices};
use crate::write::{Piece, Sign, signs};
use std::collections::BTreeMap;

/// What a measure has beside its notes.
pub(crate) struct Context<'a> {
    pub frame: Frame,
    /// Sharps or flats of its key signature.
    pub fifths: i8,
    pub drums: bool,
    pub syllables: Option<&'a Syllables>,
}

/// Writes the measure in which the tones `inside` sound; `pitches` are those of all `tones`.
pub(crate) fn write(context: &Context, tones: &[Tone], pitches: &[Pitch], inside: &[usize]) -> Measure {
    let frame = context.frame;
    let voices = voices(tones, inside, frame.start..frame.end());
    let mut voices: Vec<Voice> = voices.iter().map(|chords| voice(context, tones, pitches, chords)).collect();
    voices.iter_mut().skip(1).for_each(hide_rests);
    let mut measure = Measure { voices, ..Measure::default() };
    if !context.drums {
        show_accidentals(&mut measure, context.fifths);
    }
    measure
}

fn voice(context: &Context, tones: &[Tone], pitches: &[Pitch], chords: &[Chord]) -> Voice {
    let frame = context.frame;
    let measure = frame.span();
    let signs = signs(measure, &pieces(frame, chords));
    let beams = beams(measure, &signs);
    let mut elements: Vec<Element> = Vec::with_capacity(signs.len());
    for (at, (sign, beams)) in signs.iter().zip(beams).enumerate() {
        let chord = sign.chord.and_then(|index| chords.get(index));
        // A drum is struck once, however its length is written.
        let chord = chord.filter(|chord| !context.drums || chord.start == frame.start + sign.at);
        let heads = chord.map(|chord| heads(context, tones, pitches, chord, sign)).unwrap_or_default();
        let begins = heads.iter().any(|head| !head.tied_before);
        elements.push(Element {
            at: sign.at,
            length: sign.length,
            value: sign.value,
            hidden: false,
            tuplet: tuplet(&signs, at),
            beams,
            heads,
            lyric: if begins { syllable(context, sign.at) } else { None },
        });
    }
    Voice { elements }
}

/// A lower voice has no rests before its first note and after its last one.
fn hide_rests(voice: &mut Voice) {
    let is_rest = |element: &&mut Element| element.heads.is_empty();
    voice.elements.iter_mut().take_while(is_rest).for_each(|element| element.hidden = true);
    voice.elements.iter_mut().rev().take_while(is_rest).for_each(|element| element.hidden = true);
}

/// The chords of a voice and the silence between them.
fn pieces(frame: Frame, chords: &[Chord]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(2 * chords.len() + 1);
    let mut at = 0;
    for (index, chord) in chords.iter().enumerate() {
        let (start, end) = ((chord.start - frame.start).max(at), chord.end - frame.start);
        // A chord that begins before the last one has ended, because there are too many voices, cuts it short.
        let next = chords.get(index + 1).map_or(frame.length, |next| next.start - frame.start);
        let end = end.min(next.max(start + 1)).min(frame.length);
        if start > at {
            pieces.push(Piece { start: at, end: start, chord: None });
        }
        if end > start {
            pieces.push(Piece { start, end, chord: Some(index) });
            at = end;
        }
    }
    if at < frame.length {
        pieces.push(Piece { start: at, end: frame.length, chord: None });
    }
    pieces
}

fn heads(context: &Context, tones: &[Tone], pitches: &[Pitch], chord: &Chord, sign: &Sign) -> Vec<Head> {
    let (from, to) = (context.frame.start + sign.at, context.frame.start + sign.at + sign.length);
    let head = |&index: &usize| {
        let tone = &tones[index];
        Head {
            note: tone.id,
            key: tone.pitch,
            pitch: pitches[index],
            accidental: None,
            tied_before: tone.start < from && !context.drums,
            tied_after: tone.end > to && chord.end >= to && !context.drums,
            cross: context.drums && drums::place(tone.pitch).1,
        }
    };
    chord.tones.iter().map(head).collect()
}

/// What the sign at `at` is in its tuplet.
fn tuplet(signs: &[Sign], at: usize) -> Option<Tuplet> {
    let (number, group) = signs[at].tuplet?;
    let other = |at: Option<usize>| {
        let sign = at.and_then(|at| signs.get(at));
        sign.and_then(|sign| sign.tuplet).map(|(number, _)| number) != Some(number)
    };
    Some(Tuplet {
        actual: group.actual,
        normal: group.normal,
        unit: Value::of(group.unit)?,
        first: other(at.checked_sub(1)),
        last: other(Some(at + 1)),
    })
}

fn syllable(context: &Context, at: Time) -> Option<Lyric> {
    lyrics::at_onset(context.syllables?, context.frame.start + at).cloned()
}

/// Shows an accidental where a pitch differs from the key signature or from what its line had before in the measure;
/// what is tied over the bar line needs none.
fn show_accidentals(measure: &mut Measure, fifths: i8) {
    let mut lines: BTreeMap<i16, i8> = BTreeMap::new();
    let mut heads: Vec<(Time, &mut Head)> = Vec::new();
    for element in measure.voices.iter_mut().flat_map(|voice| &mut voice.elements) {
        let at = element.at;
        heads.extend(element.heads.iter_mut().map(|head| (at, head)));
    }
    heads.sort_by_key(|(at, head)| (*at, head.pitch, head.note));
    for (_, head) in heads {
        let pitch = head.pitch;
        let line = lines.entry(pitch.staff_step()).or_insert_with(|| in_key(pitch.step, fifths));
        if !head.tied_before && *line != pitch.alter {
            head.accidental = Some(pitch.alter);
            *line = pitch.alter;
        }
    }
}

/// The alteration of a letter, 0 = C, in a key signature: sharps come in the order F C G D A E B, flats the other way.
fn in_key(step: u8, fifths: i8) -> i8 {
    // How many fifths a letter lies above F.
    let order = (i16::from(step) * 2 + 1).rem_euclid(7) as i8;
    i8::from(order < fifths) - i8::from(6 - order < -fifths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, part};
    use score::{Key, Score, text};
    use std::sync::Arc;

    fn first_measure(score: &Score) -> Measure {
        let part = part(score, &Plan::of(score), score.tracks[0].id, 0..1).unwrap();
        part.staves[0].measures[0].clone()
    }

    fn in_key_of(fifths: i8, music: &str) -> Score {
        let mut score = text::score(music).unwrap();
        score.keys =
            Arc::new(vec![Key { tick: 0, fifths, minor: false }, Key { tick: 90_000, fifths: 1, minor: false }]);
        score
    }

    #[test]
    fn key_signatures_alter_their_letters() {
        let altered = |fifths| (0..7).map(|step| in_key(step, fifths)).collect::<Vec<_>>();
        assert_eq!(altered(0), [0; 7]);
        assert_eq!(altered(2), [1, 0, 0, 1, 0, 0, 0]);
        assert_eq!(altered(-2), [0, 0, -1, 0, 0, 0, -1]);
        assert_eq!((altered(7), altered(-7)), (vec![1; 7], vec![-1; 7]));
    }

    #[test]
    fn accidentals_hold_for_a_measure() {
        let measure = first_measure(&in_key_of(
            0,
            "F#4:1 F#4:1 F4:1 G4:1 C4:1 E4:1 D4:1 B3:1 C4:4 C4:1 A3:1 G3:1 F3:1 G3:2 C3:2",
        ));
        let shown: Vec<Option<i8>> =
            measure.voices[0].elements.iter().map(|element| element.heads[0].accidental).collect();
        assert_eq!(shown, [Some(1), None, Some(0), None]);
    }

    #[test]
    fn voices_that_overlap_are_two_and_ties_name_the_note() {
        let measure = first_measure(&in_key_of(0, "C5:1 D5:1 E5:1 F5:1 / C4:4"));
        assert_eq!(measure.voices.len(), 2);
        assert_eq!(measure.voices[1].elements.len(), 1);
        let tied = first_measure(&in_key_of(0, "C4:3/2 D4:7/2"));
        let heads: Vec<(u32, bool, bool)> = tied.voices[0]
            .elements
            .iter()
            .map(|element| (element.heads[0].note.0, element.heads[0].tied_before, element.heads[0].tied_after))
            .collect();
        assert_eq!(heads, [(0, false, false), (1, false, true), (1, true, true)]);
    }
}
