//! What is decided once for a whole piece, so that single measures can be written by themselves.

use crate::feel::Feel;
use crate::frame::Frames;
use crate::lyrics::{self, Syllables};
use crate::model::Clef;
use analysis::KeyEstimate;
use score::{Score, Tick, Track, TrackId};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// How sure an estimated key must be to be believed more than a file that states C major and nothing else.
const SURE: f64 = 0.9;
/// How many fifths away it must be, besides: programs write C major where nobody chose a key.
const FAR: i8 = 3;

/// What a right and a left hand play: up to two ledger lines beyond the staff on the other hand's side.
const HIGH: RangeInclusive<u8> = 57..=127;
const LOW: RangeInclusive<u8> = 0..=67;

/// The facts of a piece on which all its measures depend. While they stay equal, an edit changes only the measures
/// near it, see [`crate::REACH`]. A piece that states no key is written in the one that is heard in it, which an edit
/// anywhere may change: state it once the piece is edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub(crate) feel: Feel,
    /// Sharps or flats from a tick on, sorted; the first is at tick 0.
    keys: Vec<(Tick, i8)>,
    layouts: BTreeMap<TrackId, Layout>,
    syllables: BTreeMap<TrackId, Syllables>,
}

/// The staves of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub kind: Kind,
    /// The track of the left hand, if this one is the right.
    pub left: Option<TrackId>,
    /// Whether its velocities differ at all.
    pub dynamics: bool,
}

/// What kind of staves a track has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A drum staff.
    Drums,
    /// One staff with one of these clefs, the usual one first.
    One(&'static [Clef]),
    /// A staff for each hand.
    Hands,
}

impl Plan {
    /// Reads the whole piece once.
    pub fn of(score: &Score) -> Plan {
        Plan {
            feel: Feel::of(score),
            keys: keys(score),
            layouts: layouts(score),
            syllables: lyrics::by_track(score, &Frames::of(score)),
        }
    }

    /// Reads a piece again after an edit. What is only heard does not change under one's hands: if it states no other
    /// keys than before, it is written in the ones it was written in, and a keyboard that had two staves keeps them.
    pub fn after(&self, before: &Score, score: &Score) -> Plan {
        let mut plan = Plan::of(score);
        if before.keys == score.keys {
            plan.keys.clone_from(&self.keys);
        }
        let pairs: Vec<TrackId> =
            plan.layouts.iter().filter_map(|(&right, layout)| Some([right, layout.left?])).flatten().collect();
        for track in score.tracks.iter().filter(|track| is_keyboard(track) && !pairs.contains(&track.id)) {
            let had = self.layouts.get(&track.id).is_some_and(|layout| layout.kind == Kind::Hands);
            if let Some(layout) = plan.layouts.get_mut(&track.id).filter(|_| had) {
                layout.kind = Kind::Hands;
            }
        }
        plan
    }

    /// Sharps or flats of the signature in force at a tick.
    pub(crate) fn fifths(&self, tick: Tick) -> i8 {
        let at = self.keys.partition_point(|key| key.0 <= tick).max(1) - 1;
        self.keys.get(at).map_or(0, |key| key.1)
    }

    pub(crate) fn layout(&self, track: &Track) -> Layout {
        self.layouts.get(&track.id).copied().unwrap_or_else(|| Layout::of(track))
    }

    /// The track of the left hand, if this one is the right hand of a keyboard that two tracks play.
    pub fn left(&self, track: &Track) -> Option<TrackId> {
        self.layout(track).left
    }

    pub(crate) fn syllables(&self, track: TrackId) -> Option<&Syllables> {
        self.syllables.get(&track)
    }

    /// Whether eighths are written even and played long and short.
    pub fn is_swung(&self) -> bool {
        self.feel.swing.is_some()
    }
}

/// The staves of every track. Of two tracks that follow each other and are the hands of one keyboard, each has one.
fn layouts(score: &Score) -> BTreeMap<TrackId, Layout> {
    let mut layouts: BTreeMap<TrackId, Layout> =
        score.tracks.iter().map(|track| (track.id, Layout::of(track))).collect();
    let mut set = |track: &Track, clefs: &'static [Clef], left: Option<TrackId>| {
        if let Some(layout) = layouts.get_mut(&track.id) {
            (layout.kind, layout.left) = (Kind::One(clefs), left);
        }
    };
    let mut at = 0;
    while let Some([upper, lower]) = score.tracks.get(at..at + 2) {
        at += 1;
        if upper.header.program == lower.header.program && is_hand(upper, HIGH) && is_hand(lower, LOW) {
            set(upper, &[Clef::Treble, Clef::Bass], Some(lower.id));
            set(lower, &[Clef::Bass, Clef::Treble], None);
            at += 1;
        }
    }
    layouts
}

/// Whether nearly all that a keyboard plays lies in a range, so that one hand plays it and one staff holds it.
fn is_hand(track: &Track, range: RangeInclusive<u8>) -> bool {
    let inside = track.notes.iter().filter(|note| range.contains(&note.pitch)).count();
    is_keyboard(track) && inside * 10 >= track.notes.len() * 9
}

/// Pianos and harpsichord, celesta, organs, accordion, harp, and the pads of keyboard players (General MIDI).
fn is_keyboard(track: &Track) -> bool {
    !track.header.is_drums() && matches!(track.header.program, 0..=8 | 16..=21 | 23 | 46)
}

/// The keys that the piece states, or else the one that it is in.
fn keys(score: &Score) -> Vec<(Tick, i8)> {
    let mut keys: Vec<(Tick, i8)> = Vec::new();
    for key in score.keys.iter() {
        if keys.last().is_some_and(|last| last.0 == key.tick) {
            keys.pop();
        }
        if keys.last().is_none_or(|last| last.1 != key.fifths) {
            keys.push((key.tick, key.fifths.clamp(-7, 7)));
        }
    }
    let heard = || analysis::key_of(score);
    match keys.as_slice() {
        [] => vec![(0, heard().map_or(0, signature))],
        [(_, 0)] => {
            let sure = heard().filter(|key| key.confidence >= SURE && signature(*key).abs() >= FAR);
            vec![(0, sure.map_or(0, signature))]
        }
        _ => {
            if keys[0].0 > 0 {
                // What comes before the first key is written in it.
                keys[0].0 = 0;
            }
            keys
        }
    }
}

/// The signature of a key with at most six sharps or five flats.
fn signature(key: KeyEstimate) -> i8 {
    let major = if key.minor { (key.tonic + 3) % 12 } else { key.tonic };
    let sharps = (i16::from(major) * 7 % 12) as i8;
    if sharps > 6 { sharps - 12 } else { sharps }
}

impl Layout {
    fn of(track: &Track) -> Layout {
        let velocities = || track.notes.iter().map(|note| note.velocity);
        Layout { kind: kind(track), left: None, dynamics: velocities().min() != velocities().max() }
    }
}

/// Keyboards have two staves unless all that they play lies on one. What is to be played is not known before there is
/// a note.
fn kind(track: &Track) -> Kind {
    if track.header.is_drums() {
        return Kind::Drums;
    }
    let pitches = || track.notes.iter().map(|note| note.pitch);
    let (low, high) = (pitches().min().unwrap_or(60), pitches().max().unwrap_or(60));
    if is_keyboard(track) && (track.notes.is_empty() || low < 55 && high > 65) {
        return Kind::Hands;
    }
    // Where nothing is written yet, middle C is expected.
    let mean = match track.notes.len() {
        0 => 60.0,
        count => pitches().map(f64::from).sum::<f64>() / count as f64,
    };
    Kind::One(clefs(track.header.program, mean))
}

/// The clefs that an instrument is written in; where its program does not say, by how high it lies.
fn clefs(program: u8, mean: f64) -> &'static [Clef] {
    match program {
        24..=31 => &[Clef::TrebleDown],
        32..=39 | 43 => &[Clef::BassDown],
        41 => &[Clef::Alto, Clef::Treble],
        42 | 57 | 70 => &[Clef::Bass, Clef::Tenor, Clef::Treble],
        47 | 58 => &[Clef::Bass],
        40 | 56 | 59 | 64..=66 | 68 | 69 | 71..=79 => &[Clef::Treble],
        _ if mean >= 59.0 => &[Clef::Treble, Clef::Bass],
        _ => &[Clef::Bass, Clef::Treble],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Key, text};
    use std::sync::Arc;

    #[test]
    fn a_stated_key_holds_and_a_missing_one_is_heard() {
        let mut score = text::score("Eb4:1 F4:1 G4:1 Ab4:1 Bb4:1 C5:1 D5:1 Eb5:2 Bb4:1 G4:1 Eb4:2").unwrap();
        assert_eq!(Plan::of(&score).fifths(0), -3);
        score.keys =
            Arc::new(vec![Key { tick: 0, fifths: 2, minor: false }, Key { tick: 960, fifths: 5, minor: true }]);
        let plan = Plan::of(&score);
        assert_eq!((plan.fifths(0), plan.fifths(960)), (2, 5));
    }

    #[test]
    fn a_heard_key_stays_through_edits_until_one_is_stated() {
        let before = text::score("Eb4:1 F4:1 G4:1 Ab4:1 Bb4:1 C5:1 D5:1 Eb5:2 Bb4:1 G4:1 Eb4:2").unwrap();
        let mut after = text::score("E4:1 F#4:1 G#4:1 A4:1 B4:1 C#5:1 D#5:1 E5:2 B4:1 G#4:1 E4:2").unwrap();
        let plan = Plan::of(&before);
        assert_eq!((Plan::of(&after).fifths(0), plan.after(&before, &after).fifths(0)), (4, -3));
        after.keys = Arc::new(vec![Key { tick: 0, fifths: 2, minor: false }]);
        assert_eq!(plan.after(&before, &after).fifths(0), 2);
    }

    #[test]
    fn two_tracks_of_one_keyboard_are_its_hands() {
        let kinds = |music: &str| {
            let score = text::score(music).unwrap();
            let plan = Plan::of(&score);
            score.tracks.iter().map(|track| plan.layout(track).kind).collect::<Vec<_>>()
        };
        let (right, left) = (Kind::One(&[Clef::Treble, Clef::Bass]), Kind::One(&[Clef::Bass, Clef::Treble]));
        let empty = Track::new(
            0,
            score::Header { program: 0, ..text::score("C4:1").unwrap().tracks[0].header.clone() },
            vec![],
        );
        assert_eq!(kind(&empty), Kind::Hands, "an empty piano is a whole one");
        // The left hand alone would have two staves: it reaches from C3 to F#4.
        assert_eq!(kinds("C5:1 A5:1\nC3:1 F#4:1 G4:1"), [right, left]);
        assert_eq!(kinds("C5:1 A5:1\nC3:1 F#4:1 G4:1\nC3:1 C5:1"), [right, left, Kind::Hands]);
        assert_eq!(kinds("C3:1 C5:1\nC3:1 C5:1"), [Kind::Hands; 2], "two players");
        assert_eq!(kinds("C3:1 E3:1\nC5:1 E5:1"), [left, right], "each by itself");
        let lefts = |music: &str| {
            let parts = crate::sheet(&text::score(music).unwrap()).parts;
            parts.iter().map(|part| part.left).collect::<Vec<_>>()
        };
        assert_eq!(lefts("C5:1 A5:1\nC3:1 F#4:1 G4:1\nC5:1"), [Some(TrackId(1)), None, None]);
        assert_eq!(lefts("C3:1 E3:1\nC5:1 E5:1"), [None, None]);
    }

    #[test]
    fn a_keyboard_keeps_its_staves_while_it_is_written() {
        let of = |music: &str| text::score(music).unwrap();
        let (both, treble) = (of("C3:1 C5:1"), of("C4:1 C5:1"));
        let after = |old: &Score, new: &Score| Plan::of(old).after(old, new).layout(&new.tracks[0]).kind;
        assert_eq!(after(&both, &treble), Kind::Hands);
        assert_eq!(after(&treble, &treble), Kind::One(&[Clef::Treble, Clef::Bass]));
        let hands = of("C5:1 A5:1\nC3:1 E3:1");
        assert_eq!(after(&both, &hands), Kind::One(&[Clef::Treble, Clef::Bass]), "the left hand has come");
        let mut flute = of("C4:1 C5:1");
        let track = Arc::make_mut(&mut flute.tracks[0]);
        track.header.program = 73;
        assert_eq!(after(&both, &flute), Kind::One(&[Clef::Treble]), "it is no keyboard any more");
    }

    #[test]
    fn pianos_have_two_staves_where_they_need_them() {
        let kind = |music: &str| kind(&text::score(music).unwrap().tracks[0]);
        assert_eq!(kind("C3:1 C5:1"), Kind::Hands);
        assert_eq!(kind("C4:1 C5:1"), Kind::One(&[Clef::Treble, Clef::Bass]));
        assert_eq!(kind("C2:1 C3:1"), Kind::One(&[Clef::Bass, Clef::Treble]));
    }
}
