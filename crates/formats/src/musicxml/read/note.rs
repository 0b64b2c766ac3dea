//! Notes and rests.

use super::list::Player;
use super::part::PartReader;
use super::tree::Element;
use crate::musicxml::values::{FORTE, STEPS, quarters};
use crate::written::{Kind, Sign, Units, What};
use notation::Pitch;

/// The drum of an unpitched note about which nothing is known: acoustic snare (General MIDI System Level 1).
const SNARE: u8 = 38;

pub(super) fn read(part: &mut PartReader, note: Element) {
    let (grace, chord) = (note.child("grace").is_some(), note.child("chord").is_some());
    let length = if grace { 0 } else { length(part, note) };
    let at = if chord && !grace { part.onset } else { part.now };
    if let Some(rest) = note.child("rest") {
        match rest.says("measure", "yes") {
            true => part.rest_through(length),
            false => part.go_on(length),
        }
        part.onset = part.now;
        return;
    }
    if !chord && !grace {
        part.onset = at;
        part.go_on(length);
    }
    if note.child("cue").is_some() {
        part.add(Kind::Cue);
        return;
    }
    if !grace {
        part.reach(at + length);
    }
    notations(part, note);
    let sound = if length == 0 && !grace { None } else { key(part, note) };
    let Some((key, program, drum)) = sound else {
        part.add(Kind::Note);
        return;
    };
    let (tied_before, tied_after) = ties(note);
    let number = part.voices.len() as u32;
    let voice = *part.voices.entry(note.said("voice").unwrap_or("1").to_owned()).or_insert(number);
    let percent = note.attribute("dynamics").and_then(|percent| super::tree::number(&percent));
    let passes = note.attribute("time-only").unwrap_or_default();
    let accents = note.all("notations").flat_map(Element::children).filter(|one| one.name() == "articulations");
    let mut accents = accents.flat_map(Element::children);
    let sign = Sign {
        key,
        program,
        drum,
        length,
        voice,
        grace,
        chord,
        tied_before,
        tied_after,
        velocity: percent.map(velocity),
        accent: accents.any(|accent| matches!(accent.name(), "accent" | "strong-accent")),
        passes: passes.split([',', ' ']).filter_map(|pass| pass.parse().ok()).take(100).collect(),
        lyrics: note.all("lyric").filter_map(|lyric| syllable(part, lyric)).collect(),
    };
    part.put(at, What::Note(Box::new(sign)));
}

/// A percentage of forte as a velocity.
pub(super) fn velocity(percent: f64) -> u8 {
    (percent * FORTE / 100.0).round().clamp(1.0, 127.0) as u8
}

/// The duration, or else what the note value says.
fn length(part: &mut PartReader, note: Element) -> Units {
    if let Some(duration) = note.number("duration").filter(|duration| *duration >= 0.0) {
        return part.units(duration);
    }
    let ratio =
        |name| note.child("time-modification").and_then(|change| change.number(name)).filter(|number| *number > 0.0);
    let tuplet = ratio("normal-notes").unwrap_or(1.0) / ratio("actual-notes").unwrap_or(1.0);
    let value = note.said("type").and_then(|name| quarters(name, note.all("dot").count()));
    part.add(Kind::Duration);
    value.map_or(0, |quarters| part.units(quarters * tuplet * part.divisions))
}

/// Which key or drum sounds, and the program.
fn key(part: &mut PartReader, note: Element) -> Option<(u8, u8, bool)> {
    let id = note.child("instrument").and_then(|instrument| instrument.attribute("id"));
    let place = id.and_then(|id| part.ids.get(&*id).copied()).unwrap_or(0);
    let (program, own, percussion) = match part.players.get(place) {
        Some(Player { instrument, drum, percussion, .. }) => (instrument.program, *drum, *percussion),
        None => (0, None, false),
    };
    if let Some(unpitched) = note.child("unpitched") {
        return Some((drum(part, note, unpitched, own), program, true));
    }
    let pitch = note.child("pitch")?;
    let step = STEPS.iter().position(|step| Some(*step) == pitch.said("step"))?;
    let octave = pitch.number("octave").filter(|octave| octave.abs() <= 12.0)? as i16;
    let alter = pitch.number("alter").unwrap_or(0.0);
    if alter.fract() != 0.0 {
        part.add(Kind::Microtone);
    }
    let staff = note.number("staff").map_or(1, |staff| staff as u32);
    let written = 12 * (octave + 1) + [0, 2, 4, 5, 7, 9, 11][step] + alter.round().clamp(-12.0, 12.0) as i16;
    let key = u8::try_from(written + part.transposition(staff).0).ok().filter(|key| *key <= 127)?;
    match percussion {
        true => Some((own.unwrap_or(key), program, true)),
        false => Some((key, program, false)),
    }
}

/// A drum by its instrument, else by its place on the staff.
fn drum(part: &mut PartReader, note: Element, unpitched: Element, own: Option<u8>) -> u8 {
    let step = STEPS.iter().position(|step| Some(*step) == unpitched.said("display-step"));
    let octave = unpitched.number("display-octave");
    let cross = note.said("notehead").is_some_and(|head| head == "x" || head == "circle-x" || head == "cross");
    let place = step.zip(octave).map(|(step, octave)| Pitch { octave: octave as i8, step: step as u8, alter: 0 });
    own.or_else(|| notation::drum_at(place?, cross)).unwrap_or_else(|| {
        part.add(Kind::Drum);
        SNARE
    })
}

/// Whether a note is tied to one before and to one after it. Ties that are only drawn count where none sounds.
fn ties(note: Element) -> (bool, bool) {
    let of = |ties: &[Element]| {
        let says = |kind| ties.iter().any(|tie| tie.says("type", kind) || tie.says("type", "continue"));
        (says("stop"), says("start"))
    };
    let sounding: Vec<Element> = note.all("tie").collect();
    let drawn = || note.all("notations").flat_map(|notations| notations.all("tied")).collect::<Vec<_>>();
    if sounding.is_empty() { of(&drawn()) } else { of(&sounding) }
}

/// What is drawn at a note and not played.
fn notations(part: &mut PartReader, note: Element) {
    for sign in note.all("notations").flat_map(Element::children) {
        match sign.name() {
            "fermata" => part.add(Kind::Fermata),
            "arpeggiate" | "glissando" | "slide" => part.add(Kind::Arpeggio),
            "slur" if sign.says("type", "start") => part.add(Kind::Articulation),
            "technical" => sign.children().for_each(|_| part.add(Kind::Articulation)),
            "articulations" => sign.children().for_each(|articulation| match articulation.name() {
                "breath-mark" | "caesura" => part.add(Kind::Fermata),
                "accent" | "strong-accent" => {}
                _ => part.add(Kind::Articulation),
            }),
            "ornaments" => sign.children().for_each(|ornament| match ornament.name() {
                "tremolo" => part.add(Kind::Tremolo),
                "wavy-line" | "accidental-mark" => {}
                _ => part.add(Kind::Ornament),
            }),
            "dynamics" => super::direction::dynamics(part, sign, part.onset, None),
            _ => {}
        }
    }
}

/// A syllable and its verse. One that goes on ends with a hyphen, as in MIDI files.
fn syllable(part: &mut PartReader, lyric: Element) -> Option<(usize, String)> {
    let mut text = String::new();
    for element in lyric.children() {
        match (element.name(), element.text()) {
            ("text", words) => text.push_str(words),
            ("elision", "") => text.push(' '),
            ("elision", sign) => text.push_str(sign),
            _ => {}
        }
    }
    if text.is_empty() {
        return None;
    }
    let last = lyric.all("syllabic").last().map_or("single", Element::text);
    if matches!(last, "begin" | "middle") {
        text.push('-');
    }
    let number = lyric.attribute("number").or(lyric.attribute("name")).unwrap_or_else(|| "1".into());
    let next = part.verses.len();
    let verse = number.parse().ok().filter(|verse| (1..100).contains(verse)).map(|verse: usize| verse - 1);
    Some((*part.verses.entry(number.into_owned()).or_insert(verse.unwrap_or(next)), text))
}
