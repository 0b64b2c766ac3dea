//! Voices of the library: train, list, describe, export, import, delete.

use crate::lock::lock;
use crate::threads::giving_way;
use crate::voice::{Files, Finetuning, Knobs, Learning, Shelf, VoiceCard, VoiceEntry, finetune, survey};
use crate::{Error, Studio};
use compose::{Composer, Singer};
use library::ProjectId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A training that is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TrainRequest {
    /// The folder to learn from.
    pub folder: PathBuf,
    /// What the voice is called.
    pub name: String,
    /// The knobs.
    #[serde(default)]
    pub knobs: Knobs,
    /// The voice that learns on: from where it was interrupted, or with what is new in its folder.
    pub id: Option<String>,
}

/// A voice that sings in a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct VoiceUse {
    /// Its id in the library, or its folder or file.
    pub voice: String,
    /// 0 is the base model, 1 the voice as it learnt; at most 1.5.
    pub strength: f32,
}

/// The model with the voices and words that were asked for.
pub(crate) type Voiced = (Vec<Singer>, Vec<String>, Arc<Composer>);

/// Pieces in which each voice wrote, by its id.
type Used = BTreeMap<String, BTreeSet<u32>>;

/// The setting in which they are kept.
const USED: &str = "voices used";

/// The folder of a library that they are in.
const VOICES: &str = "voices";

/// A training that runs.
#[derive(Debug, Clone)]
pub(crate) struct Training {
    /// The voice's folder.
    output: PathBuf,
    cancel: Arc<AtomicBool>,
}

impl Studio {
    /// The voices of the library, by name, each with the pieces that it wrote in.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::File`], [`Error::Library`].
    pub async fn voices(&self) -> Result<Vec<VoiceEntry>, Error> {
        let (shelf, library) = (self.shelf()?, self.0.library.as_ref().ok_or(Error::NoLibrary)?);
        let mut voices = Studio::beside(move || shelf.list()).await?;
        let used: Used = library.setting(USED).await?.unwrap_or_default();
        if used.is_empty() {
            return Ok(voices);
        }
        let pieces = library.recent().await?;
        for voice in &mut voices {
            let Some(own) = used.get(&voice.id) else { continue };
            let own = pieces.iter().filter(|piece| own.contains(&piece.id.0));
            voice.projects = own.map(|piece| piece.title.clone()).collect();
        }
        Ok(voices)
    }

    /// Keeps in mind that voices wrote in a piece.
    pub(crate) async fn remember_voices(&self, project: ProjectId, voices: Vec<String>) -> Result<(), Error> {
        let Some(library) = self.0.library.as_ref().filter(|_| !voices.is_empty()) else { return Ok(()) };
        let mut used: Used = library.setting(USED).await?.unwrap_or_default();
        let before = used.clone();
        for voice in voices {
            used.entry(voice).or_default().insert(project.0);
        }
        if used != before {
            library.set(USED, &used).await?;
        }
        Ok(())
    }

    /// Whether a path is a folder, such as one that was dropped on the window.
    pub async fn is_folder(&self, path: &Path) -> bool {
        tokio::fs::metadata(path).await.is_ok_and(|about| about.is_dir())
    }

    /// What a folder holds, before anything is learnt from it; `hear` is told how many of its files are read, and may
    /// answer false to stop. Where no file can be used, every one of them has its reason.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read or holds no music at all; [`Error::Cancelled`].
    pub async fn survey(
        &self,
        folder: PathBuf,
        hear: impl Fn(&Learning) -> bool + Send + Sync + 'static,
    ) -> Result<Files, Error> {
        Studio::beside(move || {
            let cancel = AtomicBool::new(false);
            let mut told = |step: &Learning| _ = cancel.fetch_or(!hear(step), Ordering::Relaxed);
            survey(&folder, &cancel, &mut told)
        })
        .await
    }

    /// Trains a voice; `hear` is told how it goes. One is trained at a time, beside everything else. If it is stopped
    /// ([`Studio::stop_training`]) it can be gone on with.
    ///
    /// # Errors
    /// [`Error::Training`] if one is being trained; as [`finetune`].
    pub async fn train_voice(
        &self,
        request: TrainRequest,
        hear: impl Fn(&Learning) + Send + 'static,
    ) -> Result<VoiceCard, Error> {
        let shelf = self.shelf()?;
        let output = match &request.id {
            Some(id) => shelf.place(id)?,
            None => shelf.place_for(&request.name),
        };
        let base = self.composer()?.folder().to_owned();
        let cancel = Arc::new(AtomicBool::new(false));
        {
            let mut training = lock(&self.0.training);
            if training.is_some() {
                return Err(Error::Training);
            }
            *training = Some(Training { output: output.clone(), cancel: cancel.clone() });
        }
        hear(&Learning::Began { id: name_of(&output) });
        let plan = Finetuning {
            folder: request.folder,
            output: output.clone(),
            name: Some(request.name).filter(|name| !name.trim().is_empty()),
            knobs: request.knobs,
            resume: request.id.is_some(),
            base: Some(base),
            corpus: None,
        };
        let trained = Studio::beside(move || giving_way(|| finetune(&plan, &cancel, hear))).await;
        *lock(&self.0.training) = None;
        *lock(&self.0.voiced) = None;
        Studio::beside(move || match trained {
            Ok(_) => VoiceCard::load(&output),
            Err(error) => {
                // Of a training that never came to learn nothing is kept, so that its name is free again.
                if !Shelf::holds(&output) {
                    Shelf::clear(&output)?;
                }
                Err(error)
            }
        })
        .await
    }

    /// Stops the training, if there is one. What was learnt is kept.
    pub fn stop_training(&self) {
        if let Some(training) = self.training() {
            training.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// The training that runs.
    pub(crate) fn training(&self) -> Option<Training> {
        lock(&self.0.training).clone()
    }

    /// Calls a voice another name and keeps its owner's notes and tags.
    ///
    /// # Errors
    /// [`Error::NoVoice`], [`Error::NoLibrary`], [`Error::File`].
    pub async fn describe_voice(
        &self,
        id: String,
        name: String,
        notes: String,
        tags: Vec<String>,
    ) -> Result<(), Error> {
        let shelf = self.shelf()?;
        Studio::beside(move || shelf.describe(&id, &name, &notes, &tags)).await
    }

    /// Deletes a voice, unless it is being trained.
    ///
    /// # Errors
    /// [`Error::NoVoice`], [`Error::NoLibrary`], [`Error::Training`], [`Error::File`].
    pub async fn delete_voice(&self, id: String) -> Result<(), Error> {
        let shelf = self.shelf()?;
        if self.training().is_some_and(|training| shelf.place(&id).is_ok_and(|place| place == training.output)) {
            return Err(Error::Training);
        }
        *lock(&self.0.voiced) = None;
        if let Some(library) = &self.0.library {
            let mut used: Used = library.setting(USED).await?.unwrap_or_default();
            if used.remove(&id).is_some() {
                library.set(USED, &used).await?;
            }
        }
        Studio::beside(move || shelf.delete(&id)).await
    }

    /// Writes a voice into one file.
    ///
    /// # Errors
    /// [`Error::NoVoice`], [`Error::NoLibrary`], [`Error::File`], [`Error::Model`].
    pub async fn export_voice(&self, id: String, path: PathBuf) -> Result<(), Error> {
        let shelf = self.shelf()?;
        Studio::beside(move || shelf.export(&id, &path)).await
    }

    /// Takes a voice in from a file; answers its id.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::File`], [`Error::Model`] if it is no voice of this base model.
    pub async fn import_voice(&self, path: PathBuf) -> Result<String, Error> {
        let (shelf, composer) = (self.shelf()?, self.composer()?);
        Studio::beside(move || shelf.import(&path, composer.hash())).await
    }

    /// Makes these voices ready to write, so that the next request need not wait for them.
    ///
    /// # Errors
    /// [`Error::NoVoice`], [`Error::NoModel`], [`Error::Compose`] if one does not fit the model or does not know a word.
    pub fn sing(&self, voices: &[VoiceUse], words: &[String]) -> Result<(), Error> {
        self.composer_with(voices, words).map(drop)
    }

    /// The folder of a voice in this user's library, whether or not a window has that open.
    ///
    /// # Errors
    /// [`Error::NoVoice`]; [`Error::Library`] if no place is known for a library.
    pub fn place_of_voice(id: &str) -> Result<PathBuf, Error> {
        Shelf::new(library::place()?.join(VOICES)).place(id)
    }

    fn shelf(&self) -> Result<Shelf, Error> {
        let library = self.0.library.as_ref().ok_or(Error::NoLibrary)?;
        Ok(Shelf::new(library.path().with_file_name(VOICES)))
    }

    /// The model with these voices on top of it, which are told these words; the last such model is kept. A voice at no
    /// strength does not sing.
    ///
    /// # Errors
    /// As [`Composer::voiced`].
    pub(crate) fn composer_with(&self, voices: &[VoiceUse], words: &[String]) -> Result<Arc<Composer>, Error> {
        let base = self.composer()?;
        let voices: Vec<&VoiceUse> = voices.iter().filter(|voice| voice.strength != 0.0).collect();
        if voices.is_empty() && words.is_empty() {
            return Ok(base);
        }
        let singers = voices.into_iter().map(|voice| self.singer(voice)).collect::<Result<Vec<_>, _>>()?;
        let mut voiced = lock(&self.0.voiced);
        if let Some((kept, said, composer)) = voiced.as_ref()
            && (kept.as_slice(), said.as_slice()) == (singers.as_slice(), words)
        {
            return Ok(composer.clone());
        }
        let composer = Arc::new(base.voiced(&singers, words)?);
        *voiced = Some((singers, words.to_vec(), composer.clone()));
        Ok(composer)
    }

    fn singer(&self, voice: &VoiceUse) -> Result<Singer, Error> {
        let path = Path::new(&voice.voice);
        let path = match self.shelf().and_then(|shelf| shelf.place(&voice.voice)) {
            Ok(place) => place,
            Err(_) if path.exists() => path.to_owned(),
            Err(error) => return Err(error),
        };
        let stem = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let name = VoiceCard::load(&path).map_or_else(|_| stem(), |card| card.name);
        Ok(Singer { path, name, strength: voice.strength })
    }
}

/// A voice's id: the name of its folder.
fn name_of(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
