//! One process at a time: a lock of the operating system, which ends with the process whatever happens to it.

use crate::Error;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The lock on a library's folder. While it is held its file names the process; it is empty after a clean end.
pub(crate) struct Lock {
    file: File,
    /// Whether whoever had the library last closed it.
    pub after_clean_end: bool,
}

impl Lock {
    /// Makes the folder if there is none, and takes its lock.
    ///
    /// # Errors
    /// [`Error::Folder`] if the folder cannot be made or written; [`Error::Locked`] if another has the lock.
    pub fn take(folder: &Path, library: &Path) -> Result<Self, Error> {
        let refused = |source| Error::Folder { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(refused)?;
        let open =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join("library.lock"));
        let mut file = open.map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Locked { path: library.to_owned(), process: holder(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(refused(source)),
        }
        let length = file.metadata().map_err(refused)?.len();
        let mut lock = Lock { file, after_clean_end: length == 0 };
        lock.write(&std::process::id().to_string()).map_err(refused)?;
        Ok(lock)
    }

    /// Gives the lock back; `clean` says whether the library was closed without anything to look into.
    pub fn release(mut self, clean: bool) {
        if clean {
            // Should this fail, the next start only looks more closely.
            self.write("").ok();
        }
        // A process that is being started holds the file for a moment too: closing it here would not be the end.
        self.file.unlock().ok();
    }

    fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text.as_bytes())
    }
}

/// Who has the lock; nobody knows where locked files cannot be read.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok()?;
    text.parse().ok()
}
