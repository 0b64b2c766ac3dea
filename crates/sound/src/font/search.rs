//! Where banks lie on this system.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Names the bank to use.
const CHOICE: &str = "DIABELLI_SOUNDFONT";

/// Where distributions put their banks, the best first.
const USUAL: [&str; 9] = [
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/soundfonts/FluidR3_GM.sf2",
    "/usr/local/share/soundfonts/FluidR3_GM.sf2",
    "/opt/homebrew/share/soundfonts/FluidR3_GM.sf2",
    "/usr/share/sounds/sf2/default-GM.sf2",
    "/usr/share/soundfonts/default.sf2",
    "/usr/share/sounds/sf2/TimGM6mb.sf2",
    "/usr/share/sounds/sf2/sf_GMbank.sf2",
    "/usr/share/samples/sf_GMbank.sf2",
];

/// Folders whose SF2 files are taken if nothing better is there, below the user's own folders.
const FOLDERS: [&str; 3] = ["/usr/share/soundfonts", "/usr/local/share/soundfonts", "/Library/Audio/Sounds/Banks"];

/// The user's own choice, then the usual places, then whatever lies in the usual folders, sorted by name.
pub(super) fn candidates() -> impl Iterator<Item = PathBuf> {
    let choice = env::var_os(CHOICE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).map(PathBuf::from);
    let own = home.into_iter().flat_map(|home| {
        ["Library/Audio/Sounds/Banks", ".local/share/soundfonts", ".sounds/sf2"].map(|folder| home.join(folder))
    });
    let windows = env::var_os("PROGRAMDATA").map(|folder| PathBuf::from(folder).join("soundfonts"));
    let folders = own.chain(FOLDERS.map(PathBuf::from)).chain(windows);
    let found = folders.flat_map(|folder| banks(&folder));
    choice.into_iter().chain(USUAL.map(PathBuf::from)).chain(found)
}

fn banks(folder: &Path) -> Vec<PathBuf> {
    let mut banks: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().and_then(OsStr::to_str).is_some_and(|ext| ext.eq_ignore_ascii_case("sf2")))
        .collect();
    banks.sort();
    banks
}
