//! MusicXML in, and MusicXML 4.0 (W3C Music Notation Community Group, 2021), partwise, out.
//!
//! Every sign has an id that names the note of the document: `n12` where note 12 begins, `n12-5-30240` where it goes on
//! after a tie, with the bar (from 0) and the place in it. So a viewer can map what is clicked back to the document,
//! and the ids of a measure do not depend on which measures are written beside it.

mod direction;
mod loss;
mod note;
mod page;
mod part;
mod read;
mod values;

pub use loss::Loss;
pub use read::{MAX_PARTS, read};
pub(crate) use read::{decode, is_archive};

use notation::{Sheet, Time};
use page::Page;
use score::{NoteId, Score};

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
    let sheet = notation::sheet(score);
    Written { text: write_sheet(&sheet, score), losses: loss::losses(score, &sheet) }
}

/// Writes what is notated, which may be some bars of some parts; velocities are looked up in the document.
pub fn write_sheet(sheet: &Sheet, score: &Score) -> String {
    let mut page = Page::new();
    let partwise = "-//Recordare//DTD MusicXML 4.0 Partwise//EN";
    page.doctype(&format!("score-partwise PUBLIC \"{partwise}\" \"http://www.musicxml.org/dtds/partwise.dtd\""));
    page.open("score-partwise", &[("version", "4.0")]);
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
    part::list(&mut page, sheet);
    let divisions = divisions(sheet);
    for (number, part) in (0..).zip(&sheet.parts) {
        part::write(&mut page, sheet, number, part, score, divisions);
    }
    page.close();
    page.finish()
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
fn divisions(sheet: &Sheet) -> Time {
    let mut common = notation::QUARTER;
    let lengths = sheet.bars.iter().map(|bar| bar.length);
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
