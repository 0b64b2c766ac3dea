//! The two hands of a keyboard that are two tracks: their staves are braced and share their bar lines.

use super::page::Page;
use notation::Sheet;

/// Whether part `number`, from 0, is the right of two hands and the left one follows it.
pub(super) fn begins(sheet: &Sheet, number: usize) -> bool {
    let left = sheet.parts.get(number).and_then(|part| part.left);
    left.is_some() && left == sheet.parts.get(number + 1).map(|part| part.track)
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
pub fn shared_name(upper: &str, lower: &str) -> Option<String> {
    let words = |name: &'_ str| {
        name.split_inclusive(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (upper, lower) = (words(upper), words(lower));
    let common: String = upper.into_iter().zip(lower).take_while(|(a, b)| a == b).map(|(word, _)| word).collect();
    let name = common.trim_matches(|letter: char| !letter.is_alphanumeric());
    (!name.is_empty()).then(|| name.to_owned())
}
