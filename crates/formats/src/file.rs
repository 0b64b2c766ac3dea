//! Files as wholes: read within a limit, written so that a reader sees the old or the new one and nothing between.

use crate::Error;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

/// The largest file that is read: 50 MB hold more notes than an orchestra plays in a day.
pub const MAX_BYTES: u64 = 50_000_000;

/// Reads a whole file of at most [`MAX_BYTES`].
///
/// # Errors
/// [`Error::System`] or [`Error::TooLarge`].
pub fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let open = Error::system("open", "check its name and that you may read it");
    let file = File::open(path).map_err(open)?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits, whatever its metadata say.
    let mut limited = file.take(MAX_BYTES + 1);
    limited.read_to_end(&mut bytes).map_err(Error::system("read", "check the disk it is on"))?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(Error::TooLarge {
            bytes: fs::metadata(path).map_or(MAX_BYTES + 1, |file| file.len()),
            limit: MAX_BYTES,
        }),
        false => Ok(bytes),
    }
}

/// Writes a whole file: into a temporary one beside it, down to the disk, then renamed over it.
///
/// # Errors
/// [`Error::System`]; what stood at `path` before stands there still.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    const ADVICE: &str = "check that the folder exists, that you may write to it and that the disk has space";
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::system("write", ADVICE))?;
    file.write_all(bytes).map_err(Error::system("write", ADVICE))?;
    file.as_file().sync_all().map_err(Error::system("write", ADVICE))?;
    readable_by_all(file.path()).map_err(Error::system("write", ADVICE))?;
    file.persist(path).map_err(|error| error.error).map_err(Error::system("write", ADVICE))?;
    // The rename itself is on the disk only when the folder is; not every system lets a folder be opened.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Temporary files are private; an export is a file like any other.
#[cfg(unix)]
fn readable_by_all(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("piece.mid");
        write_file(&path, b"old").unwrap();
        write_file(&path, b"new").unwrap();
        assert_eq!(read_file(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_file(&folder.path().join("none/piece.mid"), b"").unwrap_err();
        assert!(error.to_string().contains("the folder exists"));
    }
}
