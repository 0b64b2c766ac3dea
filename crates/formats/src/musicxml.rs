//! MusicXML in, and MusicXML 4.0 or 3.1 (W3C Music Notation Community Group, 2021 and 2017), partwise, out.
//!
//! Every sign has an id that names the note of the document: `n12` where note 12 begins, `n12-5-30240` where it goes on
//! after a tie, with the bar (from 0) and the place in it. So a viewer can map what is clicked back to the document,
//! and the ids of a measure do not depend on which measures are written beside it.

mod direction;
mod fragment;
mod hands;
mod harmony;
mod loss;
mod note;
mod packed;
mod page;
mod part;
mod read;
mod values;
mod version;

pub use fragment::{Fragment, fragment};
pub use hands::shared_name;
pub use loss::Loss;
pub use packed::packed;
pub use read::{MAX_PARTS, read};
pub(crate) use read::{decode, is_archive};
pub use version::{UnknownVersion, Version};

use notation::{Plan, Sheet, Time};
use page::Page;
use part::Setting;
use score::{Header, Mix, NoteId, Score, Track};
use std::sync::Arc;

/// Where an archive says which of its entries is the document.
const CONTAINER: &str = "META-INF/container.xml";

/// A document as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file, UTF-8.
    pub text: String,
    /// What it could not hold.
    pub losses: Vec<Loss>,
}

/// Writes a piece as it is notated.
pub fn write(score: &Score) -> Written {
    write_planned(score, &Plan::of(score), Version::default())
}

/// Writes a piece as it is notated by a plan that was made before.
pub fn write_planned(score: &Score, plan: &Plan, version: Version) -> Written {
    if score.tracks.is_empty() {
        return write_planned(&with_a_track(score), plan, version);
    }
    let sheet = notation::planned(score, plan);
    Written { text: write_sheet(&sheet, score, version), losses: loss::losses(score, &sheet) }
}

/// The piece with a silent track: a document has at least one part (MusicXML 4.0, `score-partwise`).
fn with_a_track(score: &Score) -> Score {
    let (mut score, id) = (score.clone(), score.free_track_id());
    let header =
        Header { name: String::new(), lane: 0, channel: 0, program: 0, hue: 0, mix: Mix::default(), output: None };
    score.tracks.push(Arc::new(Track::new(id, header, Vec::new())));
    score
}

/// Writes what is notated, which may be some bars of some parts; velocities are looked up in the document.
pub fn write_sheet(sheet: &Sheet, score: &Score, version: Version) -> String {
    let mut page = begin(Page::new(), sheet, version);
    part::list(&mut page, sheet, true);
    let notes = score.tracks.iter().flat_map(|track| track.notes.iter());
    let velocities = notes.map(|note| (note.id, note.velocity)).collect();
    let setting = Setting { sheet, score, bars: score.bars(), division: division(sheet), velocities, cut: None };
    for number in 0..sheet.parts.len() {
        part::write(&mut page, &setting, number, |_, _| {});
    }
    page.close();
    page.finish()
}

/// A document up to its part list.
fn begin(mut page: Page, sheet: &Sheet, version: Version) -> Page {
    let partwise = format!("-//Recordare//DTD MusicXML {version} Partwise//EN");
    page.doctype(&format!("score-partwise PUBLIC \"{partwise}\" \"http://www.musicxml.org/dtds/partwise.dtd\""));
    page.open("score-partwise", &[("version", version.name())]);
    if !sheet.title.is_empty() {
        page.open("work", &[]);
        page.text("work-title", &[], &sheet.title);
        page.close();
    }
    page.open("identification", &[]);
    page.open("encoding", &[]);
    page.text("software", &[], "Diabelli");
    page.close();
    page.close();
    page
}

/// The id of the sign that begins at a place of a bar and belongs to a note.
pub fn sign_id(note: NoteId, begins: bool, bar: usize, at: Time) -> String {
    match begins {
        true => format!("n{}", note.0),
        false => format!("n{}-{bar}-{at}", note.0),
    }
}

/// The note of the document that a sign's id names.
pub fn note_of(id: &str) -> Option<NoteId> {
    id.strip_prefix('n')?.split('-').next()?.parse().ok().map(NoteId)
}

/// Units of time in one MusicXML division: as many as every sign and bar is a multiple of.
fn division(sheet: &Sheet) -> Time {
    let mut common = notation::QUARTER;
    let lengths = sheet.bars.iter().map(|bar| bar.length);
    let lengths = lengths.chain(sheet.bars.iter().flat_map(|bar| bar.chords.iter().map(|chord| chord.0)));
    let measures = sheet.parts.iter().flat_map(|part| &part.staves).flat_map(|staff| &staff.measures);
    let elements = measures.flat_map(|measure| &measure.voices).flat_map(|voice| &voice.elements);
    for length in lengths.chain(elements.map(|element| element.length)) {
        let mut rest = length;
        while rest != 0 {
            (common, rest) = (rest, common % rest);
        }
    }
    common.max(1)
}
