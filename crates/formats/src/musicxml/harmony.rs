//! Chord symbols.

use super::direction::offset;
use super::page::Page;
use super::values::STEPS;
use notation::Time;
use score::{ChordKind, ChordSymbol, NO_CHORD, PitchName};

/// Writes a chord symbol so many divisions from here, or the sign that none sounds. In what is only to be engraved stands
/// what is seen: engravers would add the degrees to a kind that shows them already, and a root to the sign for none.
pub(super) fn write(page: &mut Page, at: Time, symbol: Option<ChordSymbol>, seen: bool) {
    page.open("harmony", &[("placement", "above")]);
    match symbol {
        Some(symbol) => write_symbol(page, symbol, seen),
        None if seen => {
            page.open("root", &[]);
            page.text("root-step", &[], NO_CHORD);
            page.close();
            page.text("kind", &[("text", "")], "none");
        }
        None => {
            // The root is demanded, and nobody shows it.
            page.open("root", &[]);
            page.text("root-step", &[("text", "")], "C");
            page.close();
            page.text("kind", &[("text", NO_CHORD)], "none");
        }
    }
    offset(page, at);
    page.close();
}

fn write_symbol(page: &mut Page, ChordSymbol { root, kind, bass }: ChordSymbol, seen: bool) {
    name(page, ["root", "root-step", "root-alter"], root);
    let (value, degrees) = meaning(kind);
    let shown = kind.suffix().replace('b', "♭").replace('#', "♯");
    page.text("kind", &[("text", &shown)], value);
    if let Some(bass) = bass {
        name(page, ["bass", "bass-step", "bass-alter"], bass);
    }
    for (value, alter) in degrees.iter().filter(|_| !seen) {
        page.open("degree", &[("print-object", "no")]);
        page.number("degree-value", value);
        page.number("degree-alter", alter);
        // The fifth is there already.
        page.text("degree-type", &[], if *value == 5 { "alter" } else { "add" });
        page.close();
    }
}

fn name(page: &mut Page, [whole, step, alter]: [&'static str; 3], name: PitchName) {
    page.open(whole, &[]);
    page.text(step, &[], STEPS[usize::from(name.step())]);
    if name.alter() != 0 {
        page.number(alter, name.alter());
    }
    page.close();
}

/// The kind of a chord, and the degrees that are added to it or altered in it with their semitones (MusicXML 4.0,
/// `kind-value` and `degree`). An added seventh is a minor one.
fn meaning(kind: ChordKind) -> (&'static str, &'static [(u8, i8)]) {
    match kind {
        ChordKind::Major => ("major", &[]),
        ChordKind::Minor => ("minor", &[]),
        ChordKind::Diminished => ("diminished", &[]),
        ChordKind::Augmented => ("augmented", &[]),
        ChordKind::Sus2 => ("suspended-second", &[]),
        ChordKind::Sus4 => ("suspended-fourth", &[]),
        ChordKind::Fifth => ("power", &[]),
        ChordKind::Sixth => ("major-sixth", &[]),
        ChordKind::MinorSixth => ("minor-sixth", &[]),
        ChordKind::SixthNinth => ("major-sixth", &[(9, 0)]),
        ChordKind::Seventh => ("dominant", &[]),
        ChordKind::MajorSeventh => ("major-seventh", &[]),
        ChordKind::MinorSeventh => ("minor-seventh", &[]),
        ChordKind::MinorMajorSeventh => ("major-minor", &[]),
        ChordKind::HalfDiminished => ("half-diminished", &[]),
        ChordKind::DiminishedSeventh => ("diminished-seventh", &[]),
        ChordKind::AugmentedSeventh => ("augmented-seventh", &[]),
        ChordKind::SeventhSus4 => ("suspended-fourth", &[(7, 0)]),
        ChordKind::SeventhFlatFifth => ("dominant", &[(5, -1)]),
        ChordKind::SeventhFlatNinth => ("dominant", &[(9, -1)]),
        ChordKind::SeventhSharpNinth => ("dominant", &[(9, 1)]),
        ChordKind::SeventhSharpEleventh => ("dominant", &[(11, 1)]),
        ChordKind::AddNinth => ("major", &[(9, 0)]),
        ChordKind::MinorAddNinth => ("minor", &[(9, 0)]),
        ChordKind::Ninth => ("dominant-ninth", &[]),
        ChordKind::MajorNinth => ("major-ninth", &[]),
        ChordKind::MinorNinth => ("minor-ninth", &[]),
        ChordKind::NinthSus4 => ("suspended-fourth", &[(7, 0), (9, 0)]),
        ChordKind::MajorSeventhSharpEleventh => ("major-seventh", &[(11, 1)]),
        ChordKind::Eleventh => ("dominant-11th", &[]),
        ChordKind::MinorEleventh => ("minor-11th", &[]),
        ChordKind::Thirteenth => ("dominant-13th", &[]),
        ChordKind::MajorThirteenth => ("major-13th", &[]),
        ChordKind::MinorThirteenth => ("minor-13th", &[]),
    }
}

#[cfg(test)]
mod tests {
    use crate::musicxml;
    use score::{Chord, ChordKind, ChordSymbol, PitchName, text};
    use std::sync::Arc;

    #[test]
    fn every_chord_is_read_as_it_was_written_at_its_place() {
        let mut score = text::score(&vec!["C4:4"; ChordKind::ALL.len() + 1].join(" ")).unwrap();
        let name = |number: usize| PitchName::new((number % 7) as u8, (number % 3) as i8 - 1).unwrap();
        let chord = |(at, kind): (usize, &ChordKind)| {
            let bass = Some(name(at + 2)).filter(|bass| at % 2 == 0 && bass.class() != name(at).class());
            Chord::new(at as u32 * 3840 + at as u32 % 4 * 960, Some(ChordSymbol { root: name(at), kind: *kind, bass }))
        };
        let mut chords: Vec<Chord> = ChordKind::ALL.iter().enumerate().map(chord).collect();
        chords.push(Chord::new(chords.len() as u32 * 3840, None));
        score.chords = Arc::new(chords);
        let written = musicxml::write(&score);
        let opened = musicxml::read(written.text.as_bytes()).unwrap();
        assert_eq!(opened.score.chords, score.chords);
        assert!(opened.remarks.is_empty(), "{:?}", opened.remarks);
    }
}
