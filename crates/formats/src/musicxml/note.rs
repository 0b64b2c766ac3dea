//! Notes and rests.

use super::page::Page;
use super::part::instrument;
use super::sign_id;
use super::values::{FORTE, STEPS, value_name};
use notation::{Beam, Element, Head, Lyric, Pitch, Time, Tuplet};
use score::NoteId;
use std::collections::HashMap;

/// Where a note is written.
pub(super) struct Place<'a> {
    /// Which part, from 0.
    pub part: usize,
    pub drums: bool,
    /// Notes that have none are written without it.
    pub velocities: &'a HashMap<NoteId, u8>,
    /// Units of time in a division.
    pub division: Time,
    pub staves: usize,
}

/// Writes an element: a rest, or the notes of a chord.
pub(super) fn write(page: &mut Page, place: &Place, bar: usize, staff: usize, voice: &str, element: &Element) {
    if element.heads.is_empty() {
        match element.hidden {
            true => page.open("note", &[("print-object", "no")]),
            false => page.open("note", &[]),
        }
        match element.value {
            Some(_) => page.empty("rest", &[]),
            None => page.empty("rest", &[("measure", "yes")]),
        }
        rest_of_note(page, place, staff, voice, element, None);
        page.close();
    }
    for (index, head) in element.heads.iter().enumerate() {
        let id = sign_id(head.note, !head.tied_before, bar, element.at);
        let velocity = place.velocities.get(&head.note).copied().map(f64::from);
        match velocity.map(|velocity| format!("{:.2}", velocity / FORTE * 100.0)) {
            Some(dynamics) => page.open("note", &[("id", &id), ("dynamics", &dynamics)]),
            None => page.open("note", &[("id", &id)]),
        }
        if index > 0 {
            page.empty("chord", &[]);
        }
        write_pitch(page, place.drums, head.pitch);
        rest_of_note(page, place, staff, voice, element, Some((index, head)));
        page.close();
    }
}

fn write_pitch(page: &mut Page, drums: bool, pitch: Pitch) {
    let step = STEPS[usize::from(pitch.step % 7)];
    if drums {
        page.open("unpitched", &[]);
        page.text("display-step", &[], step);
        page.number("display-octave", pitch.octave);
    } else {
        page.open("pitch", &[]);
        page.text("step", &[], step);
        if pitch.alter != 0 {
            page.number("alter", pitch.alter);
        }
        page.number("octave", pitch.octave);
    }
    page.close();
}

/// All that follows the pitch, in the order of the schema; `head` with its place in the chord.
fn rest_of_note(
    page: &mut Page,
    place: &Place,
    staff: usize,
    voice: &str,
    element: &Element,
    head: Option<(usize, &Head)>,
) {
    page.number("duration", element.length / place.division);
    let first = head.is_none_or(|(index, _)| index == 0);
    let head = head.map(|(_, head)| head);
    let ties = ties(head);
    for kind in &ties {
        page.empty("tie", &[("type", kind)]);
    }
    if let Some(head) = head.filter(|_| place.drums) {
        page.empty("instrument", &[("id", &instrument(place.part, Some(head.key)))]);
    }
    page.text("voice", &[], voice);
    if let Some(value) = element.value {
        page.text("type", &[], value_name(value));
        for _ in 0..value.dots {
            page.empty("dot", &[]);
        }
    }
    if let Some(alter) = head.and_then(|head| head.accidental) {
        page.text("accidental", &[], accidental_name(alter));
    }
    if let Some(tuplet) = element.tuplet {
        page.open("time-modification", &[]);
        page.number("actual-notes", tuplet.actual);
        page.number("normal-notes", tuplet.normal);
        page.text("normal-type", &[], value_name(tuplet.unit));
        page.close();
    }
    if head.is_some_and(|head| head.cross) {
        page.text("notehead", &[], "x");
    }
    if place.staves > 1 {
        page.number("staff", staff);
    }
    if first && head.is_some() {
        for (number, beam) in (1..).zip(&element.beams) {
            page.text("beam", &[("number", &number.to_string())], beam_name(*beam));
        }
    }
    notations(page, &ties, element.tuplet.filter(|_| first), !element.beams.is_empty());
    if let Some(lyric) = element.lyric.as_ref().filter(|_| first) {
        write_lyric(page, lyric);
    }
}

fn ties(head: Option<&Head>) -> Vec<&'static str> {
    let before = head.filter(|head| head.tied_before).map(|_| "stop");
    let after = head.filter(|head| head.tied_after).map(|_| "start");
    before.into_iter().chain(after).collect()
}

fn notations(page: &mut Page, ties: &[&str], tuplet: Option<Tuplet>, beamed: bool) {
    let tuplet = tuplet.filter(|tuplet| tuplet.first || tuplet.last);
    if ties.is_empty() && tuplet.is_none() {
        return;
    }
    page.open("notations", &[]);
    for kind in ties {
        page.empty("tied", &[("type", kind)]);
    }
    if let Some(tuplet) = tuplet {
        // A beam groups a tuplet well enough; without one it needs its bracket.
        let bracket = if beamed { "no" } else { "yes" };
        if tuplet.first {
            page.empty("tuplet", &[("type", "start"), ("bracket", bracket)]);
        }
        if tuplet.last {
            page.empty("tuplet", &[("type", "stop")]);
        }
    }
    page.close();
}

fn write_lyric(page: &mut Page, lyric: &Lyric) {
    let syllabic = match (lyric.continues, lyric.goes_on) {
        (false, false) => "single",
        (false, true) => "begin",
        (true, true) => "middle",
        (true, false) => "end",
    };
    page.open("lyric", &[("number", "1")]);
    page.text("syllabic", &[], syllabic);
    page.text("text", &[], &lyric.text);
    page.close();
}

fn accidental_name(alter: i8) -> &'static str {
    match alter {
        ..=-2 => "flat-flat",
        -1 => "flat",
        0 => "natural",
        1 => "sharp",
        2.. => "double-sharp",
    }
}

fn beam_name(beam: Beam) -> &'static str {
    match beam {
        Beam::Begin => "begin",
        Beam::Continue => "continue",
        Beam::End => "end",
        Beam::Forward => "forward hook",
        Beam::Backward => "backward hook",
    }
}
