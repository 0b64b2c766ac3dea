//! Where the library is on this machine.

use crate::Error;
use directories::ProjectDirs;
use std::path::{Path, PathBuf};

/// The folder of this user's library: what `DIABELLI_HOME` names, or the system's place for local application data
/// (`~/.local/share/diabelli`, `~/Library/Application Support/Diabelli`, `%LOCALAPPDATA%\Diabelli\data`).
///
/// # Errors
/// [`Error::NoPlace`] if neither is known.
pub fn place() -> Result<PathBuf, Error> {
    let named = std::env::var_os("DIABELLI_HOME").filter(|name| !name.is_empty());
    let usual = || ProjectDirs::from("", "", "Diabelli").map(|folders| folders.data_local_dir().to_owned());
    let folder = named.map(PathBuf::from).or_else(usual).ok_or(Error::NoPlace)?;
    std::path::absolute(&folder).map_err(|source| Error::Folder { path: folder, source })
}

/// A path as bytes of a row. On Unix any path; elsewhere what of it is Unicode.
pub(crate) fn to_bytes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
    #[cfg(not(unix))]
    path.to_string_lossy().into_owned().into_bytes()
}

/// The path that [`to_bytes`] wrote.
pub(crate) fn from_bytes(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
    #[cfg(not(unix))]
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
