//! Chord symbols.

use super::part::PartReader;
use super::tree::Element;
use crate::written::{Kind, What};
use score::ChordSymbol;

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
    let staff = harmony.number("staff").map_or(1, |staff| staff.clamp(0.0, 64.0) as u32);
    if let Some(symbol) = chord(harmony) {
        // It is written as its part is, which may sound elsewhere.
        let fifths = part.transposition(staff).1;
        return part.put(at, What::Chord(symbol.map(|symbol| symbol.raised(fifths))));
    }
    let text = name(harmony);
    if !text.is_empty() {
        part.add(Kind::Chord);
        part.put(at, What::Text(text));
    }
}

/// The chord that it means, or that none sounds; nothing where it means none that we have.
fn chord(harmony: Element) -> Option<Option<ChordSymbol>> {
    let kind = harmony.child("kind")?;
    if kind.text() == "none" {
        return Some(None);
    }
    let root = note(harmony, "root", "root-step", "root-alter")?;
    let bass = bass(harmony);
    let shown = kind.attribute("text");
    let suffix = KINDS.iter().find(|known| known.0 == kind.text()).map(|known| known.1);
    let meant =
        suffix.filter(|_| kind.text() != "other").map(|suffix| format!("{root}{suffix}{}{bass}", degrees(harmony)));
    let shown = shown.map(|shown| format!("{root}{shown}{bass}"));
    [meant, shown].into_iter().flatten().find_map(|text| text.parse().ok()).map(Some)
}

/// What is added to a kind or altered in it, as players write it.
fn degrees(harmony: Element) -> String {
    let written = harmony.all("degree").map(|degree| {
        let value = degree.said("degree-value").unwrap_or_default();
        let sign = signs(degree.number("degree-alter").unwrap_or(0.0));
        match degree.said("degree-type") {
            Some("subtract") => format!("no{sign}{value}"),
            Some("add") if sign.is_empty() => format!("add{value}"),
            _ => format!("{sign}{value}"),
        }
    });
    written.collect()
}

/// All of it as text.
fn name(harmony: Element) -> String {
    let numeral = || harmony.child("numeral").and_then(|numeral| numeral.said("numeral-root")).map(str::to_owned);
    let root = note(harmony, "root", "root-step", "root-alter").or_else(|| harmony.said("function").map(str::to_owned));
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
    text + &bass(harmony)
}

fn note(harmony: Element, parent: &str, step: &str, alter: &str) -> Option<String> {
    let element = harmony.child(parent)?;
    Some(format!("{}{}", element.said(step)?, signs(element.number(alter).unwrap_or(0.0))))
}

fn bass(harmony: Element) -> String {
    note(harmony, "bass", "bass-step", "bass-alter").map_or_else(String::new, |bass| format!("/{bass}"))
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

    fn read<T>(inside: &str, what: impl Fn(Element) -> T) -> T {
        let text =
            format!("<harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root>{inside}</harmony>");
        let tree = Tree::parse(&text, &mut Report::default()).unwrap();
        what(tree.root())
    }

    const NINTH: &str =
        "<degree><degree-value>9</degree-value><degree-alter>1</degree-alter><degree-type>add</degree-type></degree>";
    const BASS: &str = "<bass><bass-step>F</bass-step><bass-alter>1</bass-alter></bass>";

    #[test]
    fn chords_have_the_names_that_players_read() {
        assert_eq!(read(&format!("<kind>minor-seventh</kind>{BASS}{NINTH}"), name), "Bbm7(add#9)/F#");
    }

    #[test]
    fn chords_are_understood_by_what_they_are_and_else_by_what_they_show() {
        let chord = |inside: &str| read(inside, chord).map(|symbol| score::Chord::new(0, symbol).text());
        assert_eq!(chord(&format!("<kind>dominant</kind>{BASS}{NINTH}")).as_deref(), Some("Bb7#9/F#"));
        assert_eq!(chord("<kind text=\"Hm\">half-diminished</kind>").as_deref(), Some("Bbm7b5"));
        assert_eq!(chord("<kind text=\"7sus\">other</kind>").as_deref(), Some("Bb7sus4"));
        assert_eq!(chord("<kind>none</kind>").as_deref(), Some("N.C."));
        assert_eq!(chord("<kind>Neapolitan</kind>"), None);
        assert_eq!(chord(&format!("<kind>minor-seventh</kind>{NINTH}")), None);
        assert_eq!(chord("<kind>other</kind>"), None);
    }
}
