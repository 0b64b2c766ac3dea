//! A run's folder: `last` and `previous`, `best`, and the recipe. One of the two is whole at any moment.

use super::moments::{Moments, is_inner};
use super::{Optimizer, Recipe};
use crate::checkpoint::write_whole;
use crate::{Checkpoint, Error, Precision, Voice, Weight, read_tensors, write_tensors};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Steps made.
    pub steps: u64,
    /// Tokens read, over all runs.
    pub tokens: u64,
    /// The lowest held-out bits per note.
    pub best: Option<f64>,
}

/// All that a run goes on from.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub checkpoint: Checkpoint,
    pub moments: Moments,
    pub state: State,
}

/// The newest whole checkpoint of a run.
pub fn newest(out: &Path) -> Option<PathBuf> {
    ["last", "previous"].iter().map(|name| out.join(name)).find(|folder| folder.join("state.json").exists())
}

/// Writes a checkpoint beside its place, keeps the one before it under another name, and renames.
pub fn save(out: &Path, name: &str, before: &str, snapshot: &Snapshot) -> Result<(), Error> {
    let (part, place, before) = (out.join(format!("{name}.part")), out.join(name), out.join(before));
    remove(&part)?;
    // Alone, so that a run whose folder was removed ends here and makes none anew.
    fs::create_dir(&part).map_err(Error::system("make", &part))?;
    let mut checkpoint = snapshot.checkpoint.clone();
    checkpoint.metadata.insert("tokens".into(), snapshot.state.tokens.to_string());
    checkpoint.save(&part, Precision::Full)?;
    let named = |moments: &BTreeMap<String, Weight>, letter: &str| -> Vec<(String, Weight)> {
        moments.iter().map(|(name, weight)| (format!("{letter}.{name}"), weight.clone())).collect()
    };
    let moments: BTreeMap<String, Weight> =
        named(&snapshot.moments.first, "m").into_iter().chain(named(&snapshot.moments.second, "v")).collect();
    write_tensors(&part.join("optimizer.safetensors"), &moments, &BTreeMap::new(), Precision::Full)?;
    // Last, because a checkpoint counts as whole when it has a state.
    write_json(&part.join("state.json"), &snapshot.state)?;
    if place.exists() {
        remove(&before)?;
        fs::rename(&place, &before).map_err(Error::system("rename", &place))?;
    }
    fs::rename(&part, &place).map_err(Error::system("rename", &part))?;
    settle(out)
}

/// Reads a checkpoint and its moments: of a network, or of a voice that learns on top of `base`.
pub fn load(folder: &Path, base: Option<&Checkpoint>, optimizer: Optimizer) -> Result<Snapshot, Error> {
    let checkpoint = Checkpoint::read(folder)?;
    match base {
        None => checkpoint.check()?,
        Some(base) => Voice { weights: checkpoint.weights.clone(), ..Voice::default() }.check(&base.config)?,
    }
    let path = folder.join("optimizer.safetensors");
    let (mut kept, _) = read_tensors(&path)?;
    // The twin keeps no recipe; which weights are Muon's can be seen from which second moments are kept.
    let every = if optimizer == Optimizer::Sgd { optimizer } else { Optimizer::AdamW };
    let mut moments = Moments::new(&checkpoint.weights, every);
    moments.second.retain(|name, weight| kept.contains_key(&format!("v.{name}")) || !is_inner(name, weight));
    for (letter, all) in [("m", &mut moments.first), ("v", &mut moments.second)] {
        for (name, weight) in all {
            let name = format!("{letter}.{name}");
            let wrong = |problem: String| Error::Weight { name: name.clone(), problem };
            let moment = kept.remove(&name).ok_or_else(|| wrong(format!("is missing in {}", path.display())))?;
            if moment.shape != weight.shape || !moment.data.iter().all(|number| number.is_finite()) {
                return Err(wrong(format!("has the shape {:?} or is not finite", moment.shape)));
            }
            *weight = moment;
        }
    }
    let state = read_json(&folder.join("state.json"))?;
    Ok(Snapshot { checkpoint, moments, state })
}

/// Keeps a run's settings beside its checkpoints.
pub fn save_recipe(out: &Path, recipe: &Recipe) -> Result<(), Error> {
    write_json(&out.join("recipe.json"), recipe)
}

/// A run's settings; the defaults if the twin began it.
pub fn load_recipe(out: &Path) -> Result<Recipe, Error> {
    let path = out.join("recipe.json");
    if path.exists() { read_json(&path) } else { Ok(Recipe::default()) }
}

/// Adds a line to one of the run's tables.
pub fn log(out: &Path, name: &str, line: &str) -> Result<(), Error> {
    let path = out.join(name);
    let write = || writeln!(fs::OpenOptions::new().create(true).append(true).open(&path)?, "{line}");
    write().map_err(Error::system("write", &path))
}

fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::system("remove", folder)(error)),
        _ => Ok(()),
    }
}

/// Brings renames down to the disk, where a folder can be opened for that.
fn settle(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::system("write", folder))?;
    }
    Ok(())
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_vec_pretty(value).map_err(|error| Error::file(path, error))?;
    write_whole(path, &text)
}

fn read_json<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T, Error> {
    let text = fs::read_to_string(path).map_err(Error::system("read", path))?;
    let advice = "remove this folder to go on from the one before, or begin again";
    serde_json::from_str(&text).map_err(|error| Error::file(path, format!("{error}; {advice}")))
}
