//! Base models: the one that ships, and those that were added to the library.

use crate::lock::lock;
use crate::voice::Shelf;
use crate::{Error, Studio, place};
use analysis::Known;
use compose::Composer;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which of them writes, beside their folders.
const CHOSEN: &str = "chosen";

/// What a model's folder holds; the first two are needed.
const FILES: [&str; 5] = ["config.json", "model.safetensors", "tokenizer.json", Known::FILE, "README.md"];

/// A base model in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ModelEntry {
    /// By which it is asked for; empty: the one that ships.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whether it writes.
    pub chosen: bool,
}

impl Studio {
    /// The base models: the one that ships first, then those of the library by name.
    ///
    /// # Errors
    /// [`Error::NoLibrary`].
    pub async fn models(&self) -> Result<Vec<ModelEntry>, Error> {
        let folder = self.models_folder()?;
        Studio::beside(move || {
            let chosen = chosen(&folder).map(|path| name_of(&path)).unwrap_or_default();
            let mut names: Vec<String> = std::fs::read_dir(&folder)
                .map(|entries| entries.flatten().map(|entry| entry.path()).filter(|path| is_model(path)))
                .map(|paths| paths.map(|path| name_of(&path)).collect())
                .unwrap_or_default();
            names.sort_unstable();
            let own = ModelEntry { id: String::new(), name: "Diabelli".into(), chosen: chosen.is_empty() };
            let added = names.into_iter().map(|id| ModelEntry { name: id.clone(), chosen: id == chosen, id });
            Ok(std::iter::once(own).chain(added).collect())
        })
        .await
    }

    /// Takes a base model into the library: a folder in the form of Hugging Face, `config.json` and `model.safetensors`,
    /// of a network over our vocabulary. Answers its id.
    ///
    /// # Errors
    /// [`Error::Compose`] with what is wrong with the folder; [`Error::NoLibrary`], [`Error::File`].
    pub async fn add_model(&self, from: PathBuf) -> Result<String, Error> {
        let models = self.models_folder()?;
        Studio::beside(move || {
            // Whatever is wrong with it is said here, before anything is written.
            Composer::open(&from)?;
            let place = Shelf::new(models).place_for(&name_of(&from));
            let part = place.with_extension("part");
            let copied = copy(&from, &part).and_then(|()| std::fs::rename(&part, &place));
            copied.map_err(|error| {
                drop(std::fs::remove_dir_all(&part));
                Error::file(&place, error)
            })?;
            Ok(name_of(&place))
        })
        .await
    }

    /// Writes with this base model from now on; an empty id is the one that ships. Voices belong to the model that they
    /// were learnt on.
    ///
    /// # Errors
    /// [`Error::NoVoice`] if it is not there; [`Error::Training`] while a voice learns; as [`Studio::use_model`].
    pub async fn choose_model(&self, id: String) -> Result<(), Error> {
        if self.training().is_some() {
            return Err(Error::Training);
        }
        let (models, studio) = (self.models_folder()?, self.clone());
        Studio::beside(move || {
            let note = models.join(CHOSEN);
            if id.is_empty() {
                studio.use_model(&place::model()?)?;
                return match std::fs::remove_file(&note) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(&note, error)),
                    _ => Ok(()),
                };
            }
            studio.use_model(&Shelf::new(models).place(&id)?)?;
            formats::write_file(&note, id.as_bytes()).map_err(|error| Error::file(&note, error))
        })
        .await
    }

    /// Deletes a base model of the library; if it was the one that writes, the one that ships does from now on.
    ///
    /// # Errors
    /// [`Error::NoVoice`] if it is not there; [`Error::Training`] while a voice learns; [`Error::File`].
    pub async fn delete_model(&self, id: String) -> Result<(), Error> {
        let models = self.models_folder()?;
        let place = Shelf::new(models.clone()).place(&id)?;
        if chosen(&models).is_some_and(|path| path == place) {
            self.choose_model(String::new()).await?;
        }
        Studio::beside(move || Shelf::clear(&place)).await
    }

    fn models_folder(&self) -> Result<PathBuf, Error> {
        let library = self.0.library.as_ref().ok_or(Error::NoLibrary)?;
        Ok(library.path().with_file_name("models"))
    }

    /// The model, loaded at the first need: the one that was chosen, else the one that ships.
    pub(crate) fn composer(&self) -> Result<Arc<Composer>, Error> {
        let mut composer = lock(&self.0.composer);
        if let Some(composer) = composer.as_ref() {
            return Ok(composer.clone());
        }
        let chosen = self.models_folder().ok().and_then(|models| chosen(&models));
        let loaded = Arc::new(Composer::open(&chosen.map_or_else(place::model, Ok)?)?);
        *composer = Some(loaded.clone());
        Ok(loaded)
    }
}

/// The folder of the model that was chosen; none: the one that ships.
fn chosen(models: &Path) -> Option<PathBuf> {
    let id = std::fs::read_to_string(models.join(CHOSEN)).ok()?;
    Shelf::new(models.to_owned()).place(id.trim()).ok().filter(|path| is_model(path))
}

fn is_model(folder: &Path) -> bool {
    FILES[..2].iter().all(|name| folder.join(name).is_file())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    let mut files = FILES.iter().filter(|name| from.join(name).is_file());
    files.try_for_each(|name| std::fs::copy(from.join(name), to.join(name)).map(drop))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
