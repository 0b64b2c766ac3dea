//! Folders of music as the jobs of the engine read them.

use crate::Error;
use corpus::intake::{self, Intake};
use corpus::mixture;
use corpus::shard::Shard;
use model::{Checkpoint, Held};
use score::Score;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many threads a job has.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How often it is told how far a job is: often enough for a bar, and not so often that a window has to do with nothing
/// else.
pub const TOLD: usize = 200;

/// Reads a folder of music on all threads, until it is done or `cancel` is set; `hear` is told now and then how many of how
/// many files are.
///
/// # Errors
/// [`Error::File`], [`Error::Cancelled`].
pub fn read(folder: &Path, cancel: &AtomicBool, hear: &(dyn Fn(usize, usize) + Sync)) -> Result<Intake, Error> {
    taken(folder, cancel, hear).map_err(|error| failed(folder, error))
}

/// As [`read`], but a folder of which no file can be used is no error: the report says what is wrong with each.
///
/// # Errors
/// As [`read`], if there is no music in it at all.
pub fn survey(folder: &Path, cancel: &AtomicBool, hear: &(dyn Fn(usize, usize) + Sync)) -> Result<Intake, Error> {
    match taken(folder, cancel, hear) {
        Err(corpus::Error::Nothing { report, .. }) if !report.is_empty() => Ok(Intake { pieces: Vec::new(), report }),
        taken => taken.map_err(|error| failed(folder, error)),
    }
}

fn taken(folder: &Path, cancel: &AtomicBool, hear: &(dyn Fn(usize, usize) + Sync)) -> Result<Intake, corpus::Error> {
    let going = |done: usize, of: usize| {
        if cancel.load(Ordering::Relaxed) {
            return false;
        }
        if done.is_multiple_of((of / TOLD).max(1)) || done == of {
            hear(done, of);
        }
        true
    };
    intake::read(folder, &intake::Limits::default(), threads(), &going)
}

/// What went wrong with music in a folder.
pub fn failed(folder: &Path, error: corpus::Error) -> Error {
    match error {
        corpus::Error::Stopped => Error::Cancelled,
        other => Error::file(folder, other),
    }
}

/// The most windows of one collection of held-out music.
pub const VALID_WINDOWS: usize = 40;

/// Windows of a corpus' held-out music, which is in its `valid/`.
///
/// # Errors
/// As [`read`].
pub fn held(corpus: &Path, context: usize, cancel: &AtomicBool) -> Result<Shard, Error> {
    let taken = read(&corpus.join("valid"), cancel, &|_, _| ())?;
    Ok(mixture::valid(&taken.pieces, context, VALID_WINDOWS, 1))
}

/// How well a network foretells samples.
///
/// # Errors
/// [`Error::File`], [`Error::Cancelled`], [`Error::Model`] if there are no notes in them.
pub fn foretold(checkpoint: &Checkpoint, samples: &Shard, cancel: &AtomicBool) -> Result<Held, Error> {
    let folder = tempfile::tempdir().map_err(|error| Error::file(&std::env::temp_dir(), error))?;
    samples.write(folder.path(), "held").map_err(|error| Error::file(folder.path(), error))?;
    Ok(Held::of(checkpoint, &model::Shard::open(folder.path(), "held")?, cancel)?)
}

/// A file of a folder as a document.
///
/// # Errors
/// [`Error::File`].
pub fn piece(folder: &Path, file: &str) -> Result<Score, Error> {
    let path = folder.join(file);
    let bytes = formats::read_file(&path).map_err(|error| Error::file(&path, error))?;
    let ending = path.extension().map(|ending| ending.to_string_lossy()).unwrap_or_default();
    Ok(formats::open(&bytes, &ending).map_err(|error| Error::file(&path, error))?.score)
}
