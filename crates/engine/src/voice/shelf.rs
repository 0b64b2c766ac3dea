//! The voices of a library: a folder for each, with its weights, its card and what it learnt from.

use super::Knobs;
use super::card::VoiceCard;
use super::plan::{Plan, remove, write};
use crate::Error;
use analysis::Known;
use compose::VOICE_FILE;
use model::Voice;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The card of an exported voice, in its metadata.
const CARD: &str = "card";

/// The fingerprints of what it learnt from, in hexadecimal, in its metadata.
const KNOWN: &str = "known";

/// The most bytes of fingerprints that go with a voice: those of a million notes.
const MOST_KNOWN: usize = 16 << 20;

/// Where a training keeps the newest of what it learnt.
const LAST: &str = "run/last";

/// The longest name of a folder.
const LONGEST: usize = 48;

/// A voice in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct VoiceEntry {
    /// By which it is asked for.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What there is to know; none before it has learnt.
    pub card: Option<VoiceCard>,
    /// Whether it foretells its composer's music better than the base model does.
    pub gains: bool,
    /// Whether a training was interrupted and can be gone on with.
    pub unfinished: bool,
    /// The folder that it learns from.
    pub source: String,
    /// How it learns.
    pub knobs: Knobs,
    /// The pieces of the library that it wrote in, the last changed first.
    pub projects: Vec<String>,
}

/// Where the voices are.
#[derive(Debug, Clone)]
pub struct Shelf(PathBuf);

impl Shelf {
    /// The voices in a folder, which need not be there yet.
    pub fn new(folder: PathBuf) -> Self {
        Shelf(folder)
    }

    /// All voices by name; folders that are none are passed over.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn list(&self) -> Result<Vec<VoiceEntry>, Error> {
        let mut voices = Vec::new();
        let entries = match std::fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(voices),
            Err(error) => return Err(Error::file(&self.0, error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| Error::file(&self.0, error))?.path();
            let Some(id) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
            if !Shelf::holds(&path) {
                continue;
            }
            let (card, learning) = (VoiceCard::load(&path).ok(), path.join(LAST).is_dir());
            let (name, source, knobs) = match (&card, Plan::read(&path)) {
                (Some(card), _) => (card.name.clone(), card.source.clone(), card.knobs.clone()),
                (None, Some(plan)) => (plan.name, plan.source.display().to_string(), plan.knobs),
                (None, None) => (id.clone(), String::new(), Knobs::default()),
            };
            let name = if name.is_empty() { id.clone() } else { name };
            let gains = card.as_ref().is_some_and(VoiceCard::gains);
            voices.push(VoiceEntry {
                id,
                name,
                unfinished: card.is_none() && learning,
                gains,
                card,
                source,
                knobs,
                projects: Vec::new(),
            });
        }
        voices
            .sort_by(|one, other| one.name.to_lowercase().cmp(&other.name.to_lowercase()).then(one.id.cmp(&other.id)));
        Ok(voices)
    }

    /// Whether a folder holds a voice, or one that is still learning.
    pub fn holds(folder: &Path) -> bool {
        folder.join(VoiceCard::FILE).is_file() || folder.join(LAST).is_dir()
    }

    /// Removes the folder of a voice that never came to be.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn clear(folder: &Path) -> Result<(), Error> {
        remove(folder)
    }

    /// The folder of a voice.
    ///
    /// # Errors
    /// [`Error::NoVoice`].
    pub fn place(&self, id: &str) -> Result<PathBuf, Error> {
        // An id is the name of a folder here and nothing else.
        let plain = !id.is_empty() && id != ".." && id != "." && !id.contains(['/', '\\', ':']);
        let folder = self.0.join(id);
        match plain && folder.is_dir() {
            true => Ok(folder),
            false => Err(Error::NoVoice { id: id.to_owned() }),
        }
    }

    /// A folder for a new voice, which is not there yet, by its name.
    pub fn place_for(&self, name: &str) -> PathBuf {
        let plain: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
        let plain: String = plain.trim_matches('-').chars().take(LONGEST).collect();
        let stem = if plain.is_empty() { "voice".to_owned() } else { plain.to_lowercase() };
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbered).map(|name| self.0.join(name));
        names.find(|folder| !folder.exists()).unwrap_or_else(|| self.0.join(stem))
    }

    /// Calls a voice another name, and keeps what its owner notes of it.
    ///
    /// # Errors
    /// [`Error::NoVoice`], [`Error::File`].
    pub fn describe(&self, id: &str, name: &str, notes: &str, tags: &[String]) -> Result<(), Error> {
        let folder = self.place(id)?;
        let card = VoiceCard::load(&folder)?;
        let name = if name.trim().is_empty() { card.name.clone() } else { name.trim().to_owned() };
        VoiceCard { name, notes: notes.to_owned(), tags: tags.to_vec(), ..card }.save(&folder)
    }

    /// Deletes a voice with all that it learnt.
    ///
    /// # Errors
    /// [`Error::NoVoice`], [`Error::File`].
    pub fn delete(&self, id: &str) -> Result<(), Error> {
        remove(&self.place(id)?)
    }

    /// The folder of a voice here, or another folder that holds one.
    ///
    /// # Errors
    /// [`Error::NoVoice`].
    pub fn find(&self, voice: &str) -> Result<PathBuf, Error> {
        self.place(voice).or_else(|error| match Path::new(voice) {
            folder if Shelf::holds(folder) => Ok(folder.to_owned()),
            _ => Err(error),
        })
    }

    /// Writes a voice into one file, with where it came from in its metadata: one from here, by its id, or from its
    /// folder elsewhere.
    ///
    /// # Errors
    /// [`Error::NoVoice`], [`Error::File`], [`Error::Model`].
    pub fn export(&self, voice: &str, path: &Path) -> Result<(), Error> {
        let folder = self.find(voice)?;
        let card = VoiceCard::load(&folder)?;
        let mut voice = Voice::load(&folder.join(VOICE_FILE))?;
        let text = serde_json::to_string(&card).map_err(|error| Error::file(path, error))?;
        voice.metadata.insert(CARD.into(), text);
        // What it learnt from, as fingerprints: who takes it in is told of copies, too.
        match std::fs::read(folder.join(Known::FILE)) {
            Ok(known) if known.len() <= MOST_KNOWN => _ = voice.metadata.insert(KNOWN.into(), to_hex(&known)),
            _ => {}
        }
        Ok(voice.save(path)?)
    }

    /// Takes a voice in from a file that was exported; it has to belong to the base model whose hash is given. Answers
    /// its id.
    ///
    /// # Errors
    /// [`Error::Model`] if it is no voice, a Python pickle among others; [`Error::File`].
    pub fn import(&self, path: &Path, base: &str) -> Result<String, Error> {
        let mut voice = Voice::load(path)?;
        if voice.metadata.get(model::BASE).map(String::as_str) != Some(base) {
            let reason = "this voice was learnt on top of another base model; ask for one that was trained on this one";
            return Err(Error::file(path, reason));
        }
        let text = voice.metadata.remove(CARD).ok_or_else(|| Error::file(path, "it has no card; export it again"))?;
        let card: VoiceCard = serde_json::from_str(&text).map_err(|error| Error::file(path, error))?;
        let known = match voice.metadata.remove(KNOWN) {
            Some(text) => Some(from_hex(&text).ok_or_else(|| Error::file(path, "its fingerprints are damaged"))?),
            None => None,
        };
        if let Some(Err(error)) = known.as_deref().map(Known::from_bytes) {
            return Err(Error::file(path, error));
        }
        let folder = self.place_for(&card.name);
        std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
        if let Some(known) = known {
            write(&folder.join(Known::FILE), &known)?;
        }
        voice.save(&folder.join(VOICE_FILE))?;
        // Last, because a voice is in the list when it has a card.
        card.save(&folder)?;
        Ok(folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(half.into(), 16));
        }
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let halves: Vec<u8> = text.chars().map(|sign| Some(sign.to_digit(16)? as u8)).collect::<Option<_>>()?;
    let (pairs, rest) = halves.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::{Files, Judged, Knobs};
    use model::{Config, Method};

    fn card(name: &str) -> VoiceCard {
        VoiceCard {
            name: name.to_owned(),
            source: "/music/reels".into(),
            method: "LoRA, rank 2".into(),
            size: 10,
            files: Files::default(),
            test: Judged { before: 3.0, after: 2.5 },
            words: Vec::new(),
            told: None,
            device: "CPU, 2 threads".into(),
            tried: Vec::new(),
            curve: vec![(10, 3.0), (20, 2.5)],
            kept: 1.0,
            base_forgetting: 0.01,
            copies: None,
            quotations: Vec::new(),
            steps: 2,
            tokens: 20,
            tokens_per_second: 1.0,
            stopped_by: "plan".into(),
            knobs: Knobs::default(),
            notes: String::new(),
            tags: Vec::new(),
        }
    }

    fn shelf(folder: &Path) -> Shelf {
        let shelf = Shelf::new(folder.join("voices"));
        for name in ["Réels, of mine", "Airs"] {
            let place = shelf.place_for(name);
            std::fs::create_dir_all(&place).unwrap();
            let mut voice = Voice::begin(&Config::tiny(), Method::Lora { rank: 2, from: 0 }, 1).unwrap();
            voice.metadata.insert(model::BASE.into(), "abc".into());
            voice.save(&place.join(VOICE_FILE)).unwrap();
            card(name).save(&place).unwrap();
        }
        shelf
    }

    #[test]
    fn voices_are_listed_described_and_deleted() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Shelf::new(folder.path().join("none")).list().unwrap(), []);
        let shelf = shelf(folder.path());
        let names = |shelf: &Shelf| shelf.list().unwrap().into_iter().map(|voice| voice.name).collect::<Vec<_>>();
        assert_eq!(names(&shelf), ["Airs", "Réels, of mine"]);
        shelf.describe("airs", " Zithers ", "slow ones", &["folk".into()]).unwrap();
        assert_eq!(names(&shelf), ["Réels, of mine", "Zithers"]);
        let entry = shelf.list().unwrap().remove(1);
        assert!(entry.gains && !entry.unfinished && entry.id == "airs");
        let card = entry.card.unwrap();
        assert_eq!((card.notes.as_str(), card.tags.len()), ("slow ones", 1));
        shelf.delete("airs").unwrap();
        assert_eq!(names(&shelf), ["Réels, of mine"]);
        for id in ["airs", "..", "", "../voices", "/"] {
            assert!(shelf.delete(id).unwrap_err().to_string().contains("no voice"), "{id}");
        }
    }

    #[test]
    fn an_exported_voice_comes_back_with_its_card_and_a_stranger_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (shelf, file) = (shelf(folder.path()), folder.path().join("airs.safetensors"));
        shelf.export("airs", &file).unwrap();
        let other = Shelf::new(folder.path().join("other"));
        let id = other.import(&file, "abc").unwrap();
        assert_eq!(other.list().unwrap()[0].card.as_ref(), Some(&card("Airs")));
        let weights =
            |shelf: &Shelf, id: &str| Voice::load(&shelf.place(id).unwrap().join(VOICE_FILE)).unwrap().weights;
        assert!(weights(&other, &id) == weights(&shelf, "airs"));
        assert_eq!(other.import(&file, "abc").unwrap(), "airs-2", "twice is two");
        assert!(other.import(&file, "def").unwrap_err().to_string().contains("another base model"));
        std::fs::write(&file, b"\x80\x04\x95 a pickle that is long enough to be one").unwrap();
        assert!(other.import(&file, "abc").unwrap_err().to_string().contains("pickle"));
    }
}
