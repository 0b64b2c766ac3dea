//! Chord symbols as text.

use super::part::PartReader;
use super::tree::Element;
use crate::written::{Kind, What};

/// What follows the root for each kind of chord (MusicXML 4.0, `kind-value`).
const KINDS: [(&str, &str); 33] = [
    ("major", ""),
    ("minor", "m"),
    ("augmented", "+"),
    ("diminished", "dim"),
    ("dominant", "7"),
    ("major-seventh", "maj7"),
    ("minor-seventh", "m7"),
    ("diminished-seventh", "dim7"),
    ("augmented-seventh", "+7"),
    ("half-diminished", "m7b5"),
    ("major-minor", "m(maj7)"),
    ("major-sixth", "6"),
    ("minor-sixth", "m6"),
    ("dominant-ninth", "9"),
    ("major-ninth", "maj9"),
    ("minor-ninth", "m9"),
    ("dominant-11th", "11"),
    ("major-11th", "maj11"),
    ("minor-11th", "m11"),
    ("dominant-13th", "13"),
    ("major-13th", "maj13"),
    ("minor-13th", "m13"),
    ("suspended-second", "sus2"),
    ("suspended-fourth", "sus4"),
    ("Neapolitan", "N6"),
    ("Italian", "It6"),
    ("French", "Fr6"),
    ("German", "Ger6"),
    ("pedal", "ped"),
    ("power", "5"),
    ("Tristan", "Tristan"),
    ("other", ""),
    ("none", "N.C."),
];

pub(super) fn read(part: &mut PartReader, harmony: Element) {
    let offset = harmony.number("offset").map_or(0, |offset| part.units(offset));
    let at = (part.now + offset).max(0);
    let text = name(harmony);
    if !text.is_empty() {
        part.add(Kind::Chord);
        part.put(at, What::Text(text));
    }
}

fn name(harmony: Element) -> String {
    let note = |parent: &str, step: &str, alter: &str| {
        let element = harmony.child(parent)?;
        Some(format!("{}{}", element.said(step)?, signs(element.number(alter).unwrap_or(0.0))))
    };
    let numeral = || harmony.child("numeral").and_then(|numeral| numeral.said("numeral-root")).map(str::to_owned);
    let root = note("root", "root-step", "root-alter").or_else(|| harmony.said("function").map(str::to_owned));
    let kind = harmony.child("kind");
    let shown = kind.and_then(|kind| kind.attribute("text")).map(|text| text.into_owned());
    let plain = || {
        let kind = kind.map_or("", Element::text);
        KINDS.iter().find(|known| known.0 == kind).map_or(kind, |known| known.1).to_owned()
    };
    let mut text = root.or_else(numeral).unwrap_or_default() + &shown.unwrap_or_else(plain);
    for degree in harmony.all("degree") {
        let kind = match degree.said("degree-type") {
            Some("add") => "add",
            Some("subtract") => "no",
            _ => "",
        };
        let value = degree.said("degree-value").unwrap_or_default();
        text += &format!("({kind}{}{value})", signs(degree.number("degree-alter").unwrap_or(0.0)));
    }
    if let Some(bass) = note("bass", "bass-step", "bass-alter") {
        text += &format!("/{bass}");
    }
    text
}

fn signs(alter: f64) -> String {
    let sign = if alter < 0.0 { "b" } else { "#" };
    sign.repeat(alter.abs().round().min(3.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::musicxml::read::tree::Tree;
    use crate::written::Report;

    #[test]
    fn chords_have_the_names_that_players_read() {
        let text = "<harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root><kind>minor-seventh</kind>
            <bass><bass-step>F</bass-step><bass-alter>1</bass-alter></bass><degree><degree-value>9</degree-value>
            <degree-alter>1</degree-alter><degree-type>add</degree-type></degree></harmony>";
        let tree = Tree::parse(text, &mut Report::default()).unwrap();
        assert_eq!(name(tree.root()), "Bbm7(add#9)/F#");
    }
}
