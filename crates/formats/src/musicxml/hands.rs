//! The two hands of a keyboard that are two tracks: their staves are braced and share their bar lines.

use super::page::Page;
use notation::{Part, Sheet};

/// Whether part `number`, from 0, is the upper of two hands. Of three and more that follow each other, none is.
pub(super) fn begins(sheet: &Sheet, number: usize) -> bool {
    let alike = |a: usize| {
        let pair = sheet.parts.get(a).zip(sheet.parts.get(a + 1));
        pair.is_some_and(|(a, b)| is_hand(a) && is_hand(b) && a.program == b.program)
    };
    alike(number) && !alike(number + 1) && !number.checked_sub(1).is_some_and(alike)
}

/// General MIDI: pianos and harpsichord, celesta, organs and accordion.
fn is_hand(part: &Part) -> bool {
    !part.drums && part.staves.len() == 1 && matches!(part.program, 0..=8 | 16..=21 | 23)
}

/// Begins the group of two hands.
pub(super) fn open(page: &mut Page, name: Option<&str>) {
    page.open("part-group", &[("number", "1"), ("type", "start")]);
    if let Some(name) = name {
        page.text("group-name", &[], name);
    }
    page.text("group-symbol", &[], "brace");
    page.text("group-barline", &[], "yes");
    page.close();
}

/// Ends it.
pub(super) fn close(page: &mut Page) {
    page.empty("part-group", &[("number", "1"), ("type", "stop")]);
}

/// The words with which both names begin: "Piano" of "Piano · right" and "Piano · left".
pub(super) fn name(upper: &Part, lower: &Part) -> Option<String> {
    let words = |name: &'_ str| {
        name.split_inclusive(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (upper, lower) = (words(&upper.name), words(&lower.name));
    let common: String = upper.into_iter().zip(lower).take_while(|(a, b)| a == b).map(|(word, _)| word).collect();
    let name = common.trim_matches(|letter: char| !letter.is_alphanumeric());
    (!name.is_empty()).then(|| name.to_owned())
}
