//! Manifests: what a collection is, where it comes from, under which licence, and which files exactly, without the
//! files themselves. `datasets/<collection>/manifest.toml` in this project.

use crate::Error;
use crate::catalogue::{self, Entry};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// The credit that each collection's licence or people ask for, and whether its pieces are credited by composer.
const CREDITS: [(&str, &str, bool); 11] = [
    ("openscore_lieder", "OpenScore Lieder Corpus", false),
    ("openscore_quartets", "OpenScore String Quartets", false),
    ("openscore_orchestra", "OpenScore Orchestra / Hauptstimme (scores only)", false),
    ("mutopia", "The Mutopia Project and the maintainers named below", false),
    (
        "polish_heritage",
        "Heritage of Polish Music in Open Access, (c) 2019-2022 The Fryderyk Chopin Institute (https://nifc.pl), \
         https://polishscores.org; converted to MIDI",
        false,
    ),
    ("openewld", "Copyright (c) 2018 00sapo (MIT); the works are in the public domain", false),
    ("open_hymnal", "Open Hymnal Project", false),
    ("cre_irish", "Ceol Rince na hEireann MIDI corpus, Polifonia project, D. Diamond, A. Shahid, J. McDermott", false),
    ("freedoom", "Contributors to the Freedoom project, named below (BSD-3-Clause, COPYING)", true),
    ("lmms_demos", "Authors of the LMMS demo projects, named below", false),
    ("groove", "Groove MIDI Dataset, Gillick, Roberts, Engel, Eck and Bamman 2019, Google LLC", false),
];

/// One split of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Split {
    name: String,
    files: usize,
    notes: u64,
    sha256: String,
}

/// A collection's manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    collection: String,
    sources: BTreeSet<(String, String)>,
    licences: BTreeMap<String, usize>,
    contributors: BTreeSet<String>,
    splits: Vec<Split>,
}

/// The manifests of all collections of a corpus folder whose `splits` are folders with a catalogue each.
///
/// # Errors
/// [`Error::Io`] or [`Error::Catalogue`] if a catalogue or one of its files cannot be read.
pub fn read(corpus: &Path, splits: &[&str]) -> Result<Vec<Manifest>, Error> {
    let mut manifests: BTreeMap<String, Manifest> = BTreeMap::new();
    for split in splits {
        let folder = corpus.join(split);
        let mut collections: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for entry in catalogue::read(&folder)?.into_values() {
            collections.entry(entry.collection.clone()).or_default().push(entry);
        }
        for (collection, entries) in collections {
            let manifest = manifests.entry(collection.clone()).or_default();
            manifest.collection = collection;
            manifest.add(split, &folder, &entries)?;
        }
    }
    Ok(manifests.into_values().collect())
}

impl Manifest {
    /// The name of the collection.
    pub fn collection(&self) -> &str {
        &self.collection
    }

    fn add(&mut self, split: &str, folder: &Path, entries: &[Entry]) -> Result<(), Error> {
        let by_composer = self.credit().is_some_and(|credit| credit.2);
        let mut hashes = Vec::with_capacity(entries.len());
        for entry in entries {
            let path = folder.join(&entry.file);
            hashes.push(hex(&Sha256::digest(std::fs::read(&path).map_err(Error::io("read", &path))?)));
            self.sources.extend(
                entry.source_repo.clone().map(|source| (source, entry.source_commit.clone().unwrap_or_default())),
            );
            *self.licences.entry(entry.licence.clone().unwrap_or_default()).or_default() += 1;
            let name = if by_composer { &entry.composer } else { &entry.attribution };
            self.contributors.extend(name.as_ref().map(|name| name.trim().to_owned()));
        }
        hashes.sort_unstable();
        let notes = entries.iter().map(|entry| entry.n_notes).sum();
        let sha256 = hex(&Sha256::digest(hashes.join("\n")));
        self.splits.push(Split { name: split.to_owned(), files: entries.len(), notes, sha256 });
        Ok(())
    }

    fn credit(&self) -> Option<&'static (&'static str, &'static str, bool)> {
        CREDITS.iter().find(|(name, ..)| *name == self.collection)
    }

    /// The manifest as TOML.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        line(&mut text, "collection", &quoted(&self.collection));
        line(&mut text, "attribution", &quoted(self.credit().map_or("", |credit| credit.1)));
        line(&mut text, "contributors", &list(&self.contributors));
        for (repository, commit) in &self.sources {
            text.push_str("\n[[source]]\n");
            line(&mut text, "repository", &quoted(repository));
            line(&mut text, "commit", &quoted(commit));
        }
        for (licence, files) in &self.licences {
            text.push_str("\n[[licence]]\n");
            line(&mut text, "name", &quoted(licence));
            line(&mut text, "files", &files.to_string());
        }
        for split in &self.splits {
            text.push_str("\n[[split]]\n");
            line(&mut text, "name", &quoted(&split.name));
            line(&mut text, "files", &split.files.to_string());
            line(&mut text, "notes", &split.notes.to_string());
            line(&mut text, "sha256", &quoted(&split.sha256));
        }
        text
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{key} = {value}");
}

fn list(names: &BTreeSet<String>) -> String {
    match names.is_empty() {
        true => "[]".to_owned(),
        false => format!("[\n{}]", names.iter().map(|name| format!("    {},\n", quoted(name))).collect::<String>()),
    }
}

/// A basic string of TOML, whose escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_source_licence_people_and_files() {
        let corpus = std::env::temp_dir().join(format!("diabelli-manifest-{}", std::process::id()));
        let folder = corpus.join("train");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("b.mid"), b"abc").unwrap();
        let entry = r#"{"file": "b.mid", "collection": "mine", "licence": "CC0-1.0", "n_notes": 7,
            "attribution": "A \"B\" C", "source_repo": "https://example.org", "source_commit": "12"}"#;
        std::fs::write(folder.join(catalogue::FILE), entry.replace('\n', " ")).unwrap();
        let manifests = read(&corpus, &["train"]).unwrap();
        std::fs::remove_dir_all(&corpus).unwrap();
        let list = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let expected = format!(
            "collection = \"mine\"\nattribution = \"\"\ncontributors = [\n    \"A \\\"B\\\" C\",\n]\n\n[[source]]\n\
             repository = \"https://example.org\"\ncommit = \"12\"\n\n[[licence]]\nname = \"CC0-1.0\"\nfiles = 1\n\n\
             [[split]]\nname = \"train\"\nfiles = 1\nnotes = 7\nsha256 = \"{}\"\n",
            hex(&Sha256::digest(list))
        );
        assert_eq!((manifests.len(), manifests[0].collection()), (1, "mine"));
        assert_eq!(manifests[0].to_toml(), expected);
    }
}
