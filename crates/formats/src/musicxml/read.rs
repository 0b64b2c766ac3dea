//! MusicXML 1.0 to 4.0, partwise and timewise, plain and compressed, in.
//!
//! What is read, beside notes: ties are joined, transposing instruments sound as they sound, unpitched notes become
//! General MIDI drums (by `midi-unpitched`, else by the instrument's name, else by their place on the staff), tempo,
//! metre and key with their changes, dynamics and hairpins as velocities, pedals as controllers, lyrics, rehearsal
//! marks as markers, chord symbols as chords, words as text. How repeats and grace notes are played says [`crate::written`].
//! A measure is as long as what its fullest part plays; an offset moves a sign only where it says that it sounds.
//!
//! **Velocities.** ppp 16, pp 33, p 49, mp 64, mf 80, f 96, ff 112, fff 126 ([`notation::Dynamic::velocity`]); a
//! `dynamics` attribute of a note or a `sound` is a percentage of 90 (MusicXML 4.0); sf, sfz and their kin are 112 for
//! one moment, fp and pf two velocities.

mod attributes;
mod barline;
mod direction;
mod harmony;
mod list;
mod mxl;
mod names;
mod note;
mod part;
mod text;
mod tree;

use crate::written::{Bar, Kind, Opened, Report, Units, Written, perform, shared};
use crate::{Error, MAX_BYTES};
use list::Entry;
use part::{PartReader, Timeline};
use score::Score;
use std::collections::BTreeMap;
use tree::{Element, Tree};

pub(crate) use mxl::is_archive;
pub(crate) use text::decode;

/// Most parts of a score.
pub const MAX_PARTS: usize = 1000;

/// Most measures of all parts together.
const MOST_MEASURES: usize = 5_000_000;

/// Finest unit of time, if all divisions fit into it.
const FINEST: Units = 1 << 31;

/// Where divisions do not fit: 2⁶·3³·5·7·11 to the quarter, so that tuplets are still exact.
const FALLBACK: Units = 665_280;

/// Reads a file, compressed or not.
///
/// # Errors
/// [`Error::Archive`], [`Error::Xml`], [`Error::Entities`], [`Error::Limit`], [`Error::NotMusicXml`] or
/// [`Error::LongMusic`].
pub fn read(file: &[u8]) -> Result<Opened, Error> {
    Error::guard(|| {
        if file.len() as u64 > MAX_BYTES {
            return Err(Error::TooLarge { bytes: file.len() as u64, limit: MAX_BYTES });
        }
        let unpacked = if is_archive(file) { Some(mxl::unpack(file)?) } else { None };
        let mut report = Report::default();
        let (text, wrong) = decode(unpacked.as_deref().unwrap_or(file));
        report.add_many(Kind::Encoding, wrong, String::new);
        let tree = Tree::parse(&text, &mut report)?;
        let written = write_down(&tree, &mut report)?;
        let score = perform(written, &mut report)?;
        Ok(Opened { score, remarks: report.finish() })
    })
}

/// The measures of a part; none where a measure lacks it.
type Measures<'t> = Vec<Option<Element<'t>>>;

/// A tree to a written piece.
fn write_down(tree: &Tree, report: &mut Report) -> Result<Written, Error> {
    let root = tree.root();
    let parts = match root.name() {
        "score-partwise" => partwise(root),
        "score-timewise" => timewise(root),
        other => return Err(Error::NotMusicXml { found: other.to_owned(), line: root.line() }),
    };
    let count = parts.iter().map(|part| part.1.len()).max().unwrap_or(0);
    let limit = |what, value: usize, limit: usize| Error::Limit {
        what,
        value: value as u64,
        limit: limit as u64,
        line: root.line(),
    };
    if parts.len() > MAX_PARTS {
        return Err(limit("parts", parts.len(), MAX_PARTS));
    }
    if count * parts.len() > MOST_MEASURES {
        return Err(limit("measures of all parts", count * parts.len(), MOST_MEASURES));
    }
    let mut written = Written { unit: unit(tree), bars: vec![Bar::default(); count], ..heading(root) };
    let leading = parts.first().map(|part| part.1.as_slice()).unwrap_or_default();
    let ends = |index: usize| leading[index].is_some_and(barline::is_final);
    barline::movements(leading, ends).into_iter().for_each(|index| written.bars[index].marks.movement = true);
    let mut entries = list::read(root);
    let mut timeline = Timeline::new(written.unit, count);
    for (id, measures) in parts {
        let known = entries.remove(&*id);
        if known.is_none() || measures.is_empty() {
            report.add(Kind::PartList, || format!("part {id}"));
        }
        let mut reader = PartReader::new(known.unwrap_or_else(|| Entry::unknown(&id)), &mut timeline, report);
        for (index, measure) in measures.into_iter().enumerate() {
            reader.measure(index, measure, &mut written.bars[index].marks)?;
        }
        written.parts.push(reader.finish());
    }
    report.add_many(Kind::PartList, entries.len(), String::new);
    timeline.finish(&mut written.bars);
    Ok(written)
}

fn partwise(root: Element) -> Vec<(String, Measures)> {
    let id = |part: Element| part.attribute("id").unwrap_or_default().into_owned();
    root.all("part").map(|part| (id(part), part.all("measure").map(Some).collect())).collect()
}

/// Measures of parts to parts of measures.
fn timewise(root: Element) -> Vec<(String, Measures)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut parts: Vec<(String, Measures)> = Vec::new();
    for (index, measure) in root.all("measure").enumerate() {
        for part in measure.all("part") {
            let id = part.attribute("id").unwrap_or_default().into_owned();
            let place = *places.entry(id.clone()).or_insert(parts.len());
            if place == parts.len() {
                parts.push((id, Vec::new()));
            }
            let measures = &mut parts[place].1;
            measures.resize(index.max(measures.len()), None);
            if measures.len() == index {
                measures.push(Some(part));
            }
        }
    }
    parts
}

/// Units in a quarter: as many as all divisions of the file have a multiple of.
fn unit(tree: &Tree) -> Units {
    let divisions = tree.everywhere("divisions").filter_map(|element| tree::number(element.text()));
    let whole =
        divisions.filter(|divisions| *divisions >= 1.0 && divisions.fract() == 0.0 && *divisions < FINEST as f64);
    let mut unit = Units::from(Score::TPQ);
    for divisions in whole {
        match shared(unit, divisions as Units, FINEST) {
            Some(both) => unit = both,
            None => return shared(Units::from(Score::TPQ), FALLBACK, FINEST).unwrap_or(FALLBACK),
        }
    }
    unit
}

/// Title, authors and rights.
fn heading(root: Element) -> Written {
    let full = |text: &&str| !text.is_empty();
    let work = root.child("work").and_then(|work| work.said("work-title")).filter(full);
    let movement = root.said("movement-title").filter(full);
    let words = |credit: Element| credit.all("credit-words").map(Element::text).collect::<Vec<_>>().join(" ");
    let credit = || root.all("credit").find(|credit| credit.said("credit-type") == Some("title")).map(words);
    let title = work.or(movement).map(str::to_owned).or_else(credit).unwrap_or_default();
    // Line breaks in titles are for the page.
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut about = Vec::new();
    for element in root.child("identification").into_iter().flat_map(Element::children) {
        let text = element.text();
        match element.name() {
            "rights" if !text.is_empty() => about.push((COPYRIGHT, text.to_owned())),
            "creator" if !text.is_empty() => {
                let role = element.attribute("type").filter(|role| !role.is_empty());
                about.push((score::EventKind::TEXT, role.map_or(text.to_owned(), |role| format!("{role}: {text}"))));
            }
            _ => {}
        }
    }
    Written { title, about, ..Written::default() }
}

/// Meta type of a copyright notice (Standard MIDI Files 1.0).
const COPYRIGHT: u8 = 0x02;
