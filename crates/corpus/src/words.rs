//! Words about a piece: what stands in a text or JSON file of its name beside it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The largest sidecar that is read, in bytes: a description, not a book.
const MOST_BYTES: u64 = 1 << 16;

/// A word has so many letters or more; what is shorter joins others.
const SHORTEST: usize = 3;

/// The longest word.
const LONGEST: usize = 32;

/// Words that say nothing of music, in the languages that descriptions are often written in.
const EMPTY: [&str; 43] = [
    "the", "and", "for", "with", "from", "this", "that", "has", "have", "are", "was", "were", "its", "not", "but",
    "all", "very", "into", "under", "over", "about", "der", "die", "das", "und", "mit", "von", "für", "ein", "eine",
    "den", "dem", "des", "les", "une", "avec", "pour", "dans", "del", "los", "las", "con", "por",
];

/// Endings of sidecars.
const ENDINGS: [&str; 2] = ["txt", "json"];

/// The words of the sidecars of a file, in lower case; empty if it has none. One that cannot be read, is no text or no
/// JSON, says nothing: the music counts without it.
pub fn beside(path: &Path) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for ending in ENDINGS {
        let sidecar = path.with_extension(ending);
        if std::fs::metadata(&sidecar).is_ok_and(|about| !about.is_file() || about.len() > MOST_BYTES) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&sidecar) else { continue };
        match ending {
            "json" => serde_json::from_str(&text).iter().for_each(|value| said(value, &mut words)),
            _ => words.extend(split(&text)),
        }
    }
    words
}

/// The texts of a JSON value, whatever they are called; numbers and names of fields are not music.
fn said(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => words.extend(split(text)),
        Value::Array(values) => values.iter().for_each(|value| said(value, words)),
        Value::Object(fields) => fields.values().for_each(|value| said(value, words)),
        _ => {}
    }
}

/// The words of a text that may mean something, in lower case.
pub fn split(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| {
        let letters = word.chars().count();
        // A sign of Chinese or Japanese is worth several letters.
        let enough = letters >= SHORTEST || word.chars().any(|letter| letter >= '\u{3000}');
        enough && letters <= LONGEST && !EMPTY.contains(&word.as_str()) && word.chars().any(char::is_alphabetic)
    })
}

/// The words that tell pieces apart, with how many pieces have them, the commonest first: those of at least two pieces,
/// but not of all; at most `most`. `pieces` are the words of each.
pub fn telling<'a>(pieces: impl IntoIterator<Item = &'a Vec<String>>, most: usize) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    let mut whole = 0;
    for words in pieces {
        whole += 1;
        words.iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let mut all: Vec<(String, usize)> = counts.into_iter().map(|(word, count)| (word.clone(), count)).collect();
    all.retain(|(_, count)| (2..whole).contains(count));
    all.sort_by(|(word, count), (other, more)| more.cmp(count).then_with(|| word.cmp(other)));
    all.truncate(most);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sidecars_of_both_kinds_are_read_and_bad_ones_say_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let piece = folder.path().join("air.mid");
        assert!(beside(&piece).is_empty());
        std::fs::write(folder.path().join("air.txt"), "A slow, SAD air with 3 of the flutes.").unwrap();
        let words: Vec<String> = beside(&piece).into_iter().collect();
        assert_eq!(words, ["air", "flutes", "sad", "slow"]);
        let json = r#"{"mood": ["dark", "very slow"], "bpm": 60, "about": {"form": "小夜曲"}}"#;
        std::fs::write(folder.path().join("air.json"), json).unwrap();
        assert!(["dark", "slow", "小夜曲", "air"].iter().all(|word| beside(&piece).contains(*word)));
        assert!(!beside(&piece).contains("mood"), "names of fields are no words");
        std::fs::write(folder.path().join("air.json"), "{broken").unwrap();
        std::fs::write(folder.path().join("air.txt"), [0xff, 0xfe, 0x00]).unwrap();
        assert!(beside(&piece).is_empty());
        std::fs::write(folder.path().join("air.txt"), "slow ".repeat(20_000)).unwrap();
        assert!(beside(&piece).is_empty(), "a book is no description");
    }
}
