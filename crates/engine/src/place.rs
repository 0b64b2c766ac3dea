//! Where things are on this machine.

use crate::Error;
use std::path::{Path, PathBuf};

/// The folder of the base model: what `DIABELLI_MODEL` names, or `models/base` beside the program, in its resources,
/// in the working folder or where this copy was built.
///
/// # Errors
/// [`Error::NoModel`] with every place that was looked at.
pub fn model() -> Result<PathBuf, Error> {
    let looked = model_places();
    match looked.iter().find(|folder| folder.join("model.safetensors").is_file()) {
        Some(folder) => Ok(folder.clone()),
        None => Err(Error::NoModel { looked }),
    }
}

fn model_places() -> Vec<PathBuf> {
    const BASE: &str = "models/base";
    let mut places: Vec<PathBuf> = std::env::var_os("DIABELLI_MODEL").map(PathBuf::from).into_iter().collect();
    if let Some(folder) = std::env::current_exe().ok().as_deref().and_then(Path::parent) {
        places.push(folder.join(BASE));
        // Where the bundles for Linux and macOS put resources.
        places.push(folder.join("../lib/Diabelli").join(BASE));
        places.push(folder.join("../Resources").join(BASE));
    }
    places.push(PathBuf::from(BASE));
    places.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(BASE));
    places
}

/// The General MIDI program with this name, or the first whose name contains it; upper and lower case are the same.
pub fn program_by_name(name: &str) -> Option<u8> {
    let wanted = name.trim().to_lowercase();
    let names = (0..128).map(|program| (program, analysis::instrument_name(program).to_lowercase()));
    let found: Vec<(u8, String)> = names.filter(|(_, name)| !wanted.is_empty() && name.contains(&wanted)).collect();
    found.iter().find(|(_, name)| *name == wanted).or(found.first()).map(|(program, _)| *program)
}
