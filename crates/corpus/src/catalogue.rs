//! What a corpus says of its files: `metadata.jsonl`, one JSON object a line, and what collections are.

use crate::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use tokens::Tonality;

/// The file that describes a corpus folder.
pub const FILE: &str = "metadata.jsonl";

/// What is said of one file; fields that a catalogue has beyond these are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// The file, relative to the folder, with forward slashes.
    pub file: String,
    /// The collection that it belongs to.
    pub collection: String,
    /// Words that describe it.
    pub tags: Vec<String>,
    /// Its key as its source gives it, such as `D minor`.
    pub key: Option<String>,
    /// The licence it is under.
    pub licence: Option<String>,
    /// Whom to name.
    pub attribution: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// Who wrote it.
    pub composer: Option<String>,
    /// How many notes it has.
    pub n_notes: u64,
    /// Where the collection comes from.
    pub source_repo: Option<String>,
    /// At which commit.
    pub source_commit: Option<String>,
}

/// Reads the catalogue of a folder, by file; empty if the folder has none.
///
/// # Errors
/// [`Error::Io`] if it cannot be read, [`Error::Catalogue`] for a line that is no entry.
pub fn read(folder: &Path) -> Result<BTreeMap<String, Entry>, Error> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let mut entries = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let entry: Entry = serde_json::from_str(line).map_err(|reason| Error::Catalogue {
            path: path.display().to_string(),
            line: index + 1,
            reason: reason.to_string(),
        })?;
        entries.insert(entry.file.clone(), entry);
    }
    Ok(entries)
}

/// What people call a piece: its title and who wrote it.
pub fn title(entry: &Entry) -> Option<String> {
    let title = entry.title.as_deref().map(str::trim).filter(|title| !title.is_empty())?;
    Some(match entry.composer.as_deref().map(str::trim).filter(|composer| !composer.is_empty()) {
        Some(composer) => format!("{title} ({composer})"),
        None => title.to_owned(),
    })
}

/// Reads a key such as `Bb minor` or `F# major`; None for anything else.
pub fn tonality(text: &str) -> Option<Tonality> {
    let (tonic, mode) = text.split_once(' ')?;
    let mut signs = tonic.chars();
    let natural: i32 = match signs.next()? {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let altered = signs.try_fold(natural, |pitch, sign| match sign {
        '#' => Some(pitch + 1),
        'b' => Some(pitch - 1),
        _ => None,
    })?;
    let minor = match mode {
        "major" => false,
        "minor" => true,
        _ => return None,
    };
    Some(Tonality { tonic: altered.rem_euclid(12) as u8, minor })
}

/// Genre classes (`docs/tokens.md` §2) of the collections that are one genre.
const COLLECTION_GENRES: [(&str, u8); 6] = [
    ("openscore_orchestra", 1),
    ("openscore_quartets", 2),
    ("openscore_lieder", 4),
    ("cre_irish", 6),
    ("open_hymnal", 7),
    ("lmms_demos", 11),
];

/// Genre classes of tags, the most telling first. Tags of several genres at once, as all of `freedoom` has, say none.
const TAG_GENRES: [(&str, u8); 18] = [
    ("sacred", 3),
    ("mazurka", 5),
    ("polonaise", 5),
    ("prelude", 5),
    ("opera", 1),
    ("jazz", 8),
    ("big band", 8),
    ("swing", 8),
    ("funk", 13),
    ("soul", 13),
    ("hiphop", 13),
    ("neworleans", 13),
    ("latin", 14),
    ("afrocuban", 14),
    ("rock", 9),
    ("punk", 9),
    ("pop", 15),
    ("piano", 5),
];

/// The genre class of a file where its collection or its tags make that plain.
pub fn genre(entry: &Entry) -> Option<u8> {
    let by_collection = COLLECTION_GENRES.iter().find(|(name, _)| *name == entry.collection);
    if entry.collection == "freedoom" {
        return None;
    }
    let by_tag = || TAG_GENRES.iter().find(|(tag, _)| entry.tags.iter().any(|own| own == tag));
    by_collection.or_else(by_tag).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_people_write_them() {
        let key = |text| tonality(text).map(|key| (key.tonic, key.minor));
        assert_eq!(key("C major"), Some((0, false)));
        assert_eq!(key("Bb minor"), Some((10, true)));
        assert_eq!(key("Fb major"), Some((4, false)));
        assert_eq!(key("Cb major"), Some((11, false)));
        assert_eq!([key("H minor"), key("C"), key("Cx major"), key("C dorian")], [None; 4]);
    }

    #[test]
    fn genres_are_said_only_where_they_are_plain() {
        let entry = |collection: &str, tags: &[&str]| Entry {
            collection: collection.into(),
            tags: tags.iter().map(|tag| tag.to_string()).collect(),
            ..Entry::default()
        };
        assert_eq!(genre(&entry("open_hymnal", &["sacred"])), Some(7));
        assert_eq!(genre(&entry("polish_heritage", &["classical", "sacred", "mass"])), Some(3));
        assert_eq!(genre(&entry("freedoom", &["rock", "metal"])), None);
        assert_eq!(genre(&entry("groove", &["drums", "fill", "funk"])), Some(13));
        assert_eq!(genre(&entry("mine", &[])), None);
    }
}
