//! What a voice's folder keeps of its training.

use super::{Knobs, Tried};
use crate::Error;
use crc::{CRC_64_XZ, Crc};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What a run is about, kept beside it, so that it goes on with the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What the voice is called.
    #[serde(default)]
    pub name: String,
    pub source: PathBuf,
    pub knobs: Knobs,
    /// The files that were used, each with the mark of what it held.
    pub pieces: Vec<(String, u64)>,
    /// What was tried out before it learns.
    #[serde(default)]
    pub tried: Vec<Tried>,
}

const FILE: &str = "plan.json";

impl Plan {
    /// The plan of the last run in a voice's folder.
    pub fn read(out: &Path) -> Option<Plan> {
        serde_json::from_slice(&std::fs::read(out.join(FILE)).ok()?).ok()
    }

    /// Whether a run of the one goes on with the other.
    pub fn same(&self, other: &Plan) -> bool {
        (&self.source, &self.knobs, &self.pieces) == (&other.source, &other.knobs, &other.pieces)
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, out: &Path) -> Result<(), Error> {
        write_json(out, FILE, self)
    }
}

/// Writes a file of a voice's folder in JSON.
pub fn write_json(out: &Path, name: &str, value: &impl Serialize) -> Result<(), Error> {
    let path = out.join(name);
    let text = serde_json::to_vec_pretty(value).map_err(|error| Error::file(&path, error))?;
    write(&path, &text)
}

/// Writes a file, whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    formats::write_file(path, bytes).map_err(|error| Error::file(path, error))
}

/// Removes a folder that need not be there.
pub fn remove(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(folder, error)),
        _ => Ok(()),
    }
}

/// What a file of a folder holds, as one number; 0 where it cannot be read.
pub fn mark(folder: &Path, file: &str) -> u64 {
    const SUM: Crc<u64> = Crc::<u64>::new(&CRC_64_XZ);
    std::fs::read(folder.join(file)).map_or(0, |bytes| SUM.checksum(&bytes))
}

/// The file that says that somebody trains into a folder.
const LOCK: &str = ".training";

/// Whether a folder that somebody trains into is still there.
pub fn kept(out: &Path) -> bool {
    out.join(LOCK).is_file()
}

/// Keeps others from training into the same folder.
pub fn lock(out: &Path) -> Result<File, Error> {
    let path = out.join(LOCK);
    let file = File::create(&path).map_err(|error| Error::file(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Error::file(out, "another training writes here; wait for it, or choose another folder"))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(Error::file(&path, error)),
    }
}
