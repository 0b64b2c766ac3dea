//! The parts: their list, and their measures.

use super::direction;
use super::hands;
use super::note::{self, Place};
use super::page::Page;
use notation::{BarFrame, Clef, Part, QUARTER, Sheet, Time};
use score::{Bars, Key, NoteId, Score, Tick};
use std::collections::{BTreeSet, HashMap};

/// How bars are written that were cut out of a piece.
pub(super) struct Cut {
    /// Whether the piece begins with an upbeat, so that its first whole bar has number 1.
    pub upbeat: bool,
    /// Whether the metre is news in the first of the bars.
    pub meter: bool,
    /// Whether the piece ends with them.
    pub end: bool,
}

/// Who plays; names may be kept from being printed.
pub(super) fn list(page: &mut Page, sheet: &Sheet, named: bool) {
    page.open("part-list", &[]);
    for (number, part) in (0..).zip(&sheet.parts) {
        let upper = if hands::begins(sheet, number) { Some(number) } else { number.checked_sub(1) };
        let upper = upper.filter(|&upper| hands::begins(sheet, upper));
        let of_both =
            upper.and_then(|upper| hands::shared_name(&sheet.parts[upper].name, &sheet.parts[upper + 1].name));
        if upper == Some(number) {
            hands::open(page, of_both.as_deref().filter(|_| named));
        }
        page.open("score-part", &[("id", &id(number))]);
        match named && of_both.is_none() {
            true => page.text("part-name", &[], &part.name),
            false => page.text("part-name", &[("print-object", "no")], &part.name),
        }
        let mut keys: Vec<Option<u8>> =
            if part.drums { drum_keys(part).into_iter().map(Some).collect() } else { vec![] };
        if keys.is_empty() {
            keys.push(None);
        }
        for &key in &keys {
            page.open("score-instrument", &[("id", &instrument(number, key))]);
            page.text("instrument-name", &[], &key.map_or(part.name.clone(), |key| format!("Drum {key}")));
            page.close();
        }
        for &key in &keys {
            page.open("midi-instrument", &[("id", &instrument(number, key))]);
            page.number("midi-channel", part.channel + 1);
            page.number("midi-program", u16::from(part.program) + 1);
            if let Some(key) = key {
                page.number("midi-unpitched", u16::from(key) + 1);
            }
            page.close();
        }
        page.close();
        if upper.is_some_and(|upper| upper < number) {
            hands::close(page);
        }
    }
    page.close();
}

/// Part number `number`, from 0.
fn id(number: usize) -> String {
    format!("P{}", number + 1)
}

/// The instrument of a part, or that of one drum of it.
pub(super) fn instrument(number: usize, drum: Option<u8>) -> String {
    format!("{}-I{}", id(number), drum.map_or(1, |key| u16::from(key) + 1))
}

fn drum_keys(part: &Part) -> BTreeSet<u8> {
    let measures = part.staves.iter().flat_map(|staff| &staff.measures);
    let elements = measures.flat_map(|measure| &measure.voices).flat_map(|voice| &voice.elements);
    elements.flat_map(|element| &element.heads).map(|head| head.key).collect()
}

/// What all parts are written from.
pub(super) struct Setting<'a> {
    /// What is written.
    pub sheet: &'a Sheet,
    /// The document that it was made from, for what a sheet rounds or leaves out.
    pub score: &'a Score,
    /// Where the bars of the document lie.
    pub bars: Bars,
    /// How many units of time a division has.
    pub division: Time,
    /// Of the notes that say how loud they are.
    pub velocities: HashMap<NoteId, u8>,
    /// For some bars only.
    pub cut: Option<Cut>,
}

impl Setting<'_> {
    /// The tick where a bar begins.
    pub fn tick(&self, bar: &BarFrame) -> Tick {
        self.bars.bar(bar.index).tick()
    }
}

/// Writes one part; `measured` hears of each measure, by its place among the bars, as it was written.
pub(super) fn write(page: &mut Page, setting: &Setting, number: usize, mut measured: impl FnMut(usize, &[u8])) {
    let (sheet, cut) = (setting.sheet, setting.cut.as_ref());
    let part = &sheet.parts[number];
    page.open("part", &[("id", &id(number))]);
    let (division, velocities) = (setting.division, &setting.velocities);
    let place = Place { part: number, drums: part.drums, velocities, division, staves: part.staves.len() };
    let upbeat = cut.map_or_else(|| is_upbeat(sheet.bars.first()), |cut| cut.upbeat);
    for (at, bar) in sheet.bars.iter().enumerate() {
        let before = page.written().len();
        let label = (bar.index + usize::from(!upbeat)).to_string();
        match upbeat && bar.index == 0 {
            true => page.open("measure", &[("number", &label), ("implicit", "yes")]),
            false => page.open("measure", &[("number", &label)]),
        }
        if cut.is_some() && at == 0 {
            one_system(page);
        }
        attributes(page, at, bar, part, setting);
        if number == 0 {
            direction::shared(page, bar, sheet.swung && bar.index == 0, setting);
        }
        measures(page, at, bar, part, &place);
        if at + 1 == sheet.bars.len() && cut.is_none_or(|cut| cut.end) {
            page.open("barline", &[("location", "right")]);
            page.text("bar-style", &[], "light-heavy");
            page.close();
        }
        page.close();
        measured(at, &page.written()[before..]);
    }
    page.close();
}

/// However wide the bars are, they stand in one system, which shows its number.
fn one_system(page: &mut Page) {
    page.open("print", &[("new-system", "yes")]);
    page.text("measure-numbering", &[], "system");
    page.close();
}

/// Whether a bar is the short one before the first whole bar.
pub(super) fn is_upbeat(bar: Option<&BarFrame>) -> bool {
    bar.is_some_and(|bar| {
        let whole = |(beats, value): (u8, u8)| 4 * QUARTER * Time::from(beats) / Time::from(value.max(1));
        bar.index == 0 && bar.meter.is_some_and(|meter| bar.length < whole(meter))
    })
}

/// Divisions, key, metre and clefs, where they are shown.
fn attributes(page: &mut Page, at: usize, bar: &BarFrame, part: &Part, setting: &Setting) {
    let clefs: Vec<Option<Clef>> = part.staves.iter().map(|staff| staff.measures.get(at)?.clef).collect();
    if at > 0 && bar.key.is_none() && bar.meter.is_none() && clefs.iter().all(Option::is_none) {
        return;
    }
    page.open("attributes", &[]);
    if at == 0 {
        page.number("divisions", QUARTER / setting.division);
    }
    if let Some(fifths) = bar.key.filter(|_| !part.drums) {
        page.open("key", &[]);
        page.number("fifths", fifths);
        if let Some(key) = stated(setting, bar).filter(|key| key.fifths == fifths) {
            page.text("mode", &[], if key.minor { "minor" } else { "major" });
        }
        page.close();
    }
    if let Some((beats, value)) = bar.meter {
        match at == 0 && setting.cut.as_ref().is_some_and(|cut| !cut.meter) {
            true => page.open("time", &[("print-object", "no")]),
            false => page.open("time", &[]),
        }
        page.number("beats", beats);
        page.number("beat-type", value);
        page.close();
    }
    if at == 0 {
        page.number("staves", part.staves.len().max(1));
    }
    for (staff, clef) in (1..).zip(clefs) {
        if let Some(clef) = clef {
            write_clef(page, staff, clef);
        }
    }
    page.close();
}

/// The key that the document states for a bar.
fn stated(setting: &Setting, bar: &BarFrame) -> Option<Key> {
    let (score, tick) = (setting.score, setting.tick(bar));
    score.keys[..score.keys.partition_point(|key| key.tick <= tick)].last().copied()
}

fn write_clef(page: &mut Page, staff: usize, clef: Clef) {
    let (sign, line, octave) = match clef {
        Clef::Treble => ("G", Some(2), None),
        Clef::Bass => ("F", Some(4), None),
        Clef::Alto => ("C", Some(3), None),
        Clef::Tenor => ("C", Some(4), None),
        Clef::TrebleDown => ("G", Some(2), Some(-1)),
        Clef::BassDown => ("F", Some(4), Some(-1)),
        Clef::Percussion => ("percussion", None, None),
    };
    page.open("clef", &[("number", &staff.to_string())]);
    page.text("sign", &[], sign);
    if let Some(line) = line {
        page.number("line", line);
    }
    if let Some(octave) = octave {
        page.number("clef-octave-change", octave);
    }
    page.close();
}

/// What the staves of a part have in one bar: voice after voice, each from the bar's start.
fn measures(page: &mut Page, at: usize, bar: &BarFrame, part: &Part, place: &Place) {
    let staves = || (1..).zip(part.staves.iter().filter_map(|staff| staff.measures.get(at)));
    for (staff, measure) in staves() {
        for &(time, dynamic) in &measure.dynamics {
            direction::dynamic(page, time / place.division, staff, place.staves, dynamic);
        }
    }
    let mut written: Time = 0;
    for (staff, measure) in staves() {
        for (number, voice) in measure.voices.iter().enumerate() {
            if written > 0 {
                page.open("backup", &[]);
                page.number("duration", written / place.division);
                page.close();
            }
            let name = ((staff - 1) * MOST_VOICES + number + 1).to_string();
            for element in &voice.elements {
                note::write(page, place, bar.index, staff, &name, element);
            }
            written = voice.elements.iter().map(|element| element.length).sum();
        }
    }
}

/// Voices are numbered through the staves of a part, four to each.
const MOST_VOICES: usize = 4;
