//! Works on a library without rest and says what was acknowledged, until it is killed; `tests/kill.rs` does that.
//!
//!     diligent LIBRARY_FOLDER EXPORT_FOLDER SEED
//!
//! After every step a line `project checksum done undone`.

use engine::wire::{Selection, VaryRequest};
use engine::{Settings, Studio};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use score::{Command, NoteId, VelocityChange};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [library, exports, seed] = words.as_slice() else { return Err("usage: diligent LIBRARY EXPORTS SEED".into()) };
    let (library, exports) = (PathBuf::from(library), PathBuf::from(exports));
    let mut chance = ChaCha8Rng::seed_from_u64(seed.parse()?);
    let studio = Studio::open_in(&library, false).await?;
    match studio.recent().await?.first() {
        Some(project) => studio.open_project(project.id).await?,
        None => studio.open_demo().await?,
    }
    say(&studio).await?;
    loop {
        step(&studio, &exports, &mut chance).await?;
        say(&studio).await?;
    }
}

async fn say(studio: &Studio) -> Result<(), Box<dyn Error>> {
    let document = studio.document().await.ok_or("nothing is open")?;
    let (done, undone) = (document.history.done.len(), document.history.undone.len());
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} {} {done} {undone}", document.project, document.checksum)?;
    Ok(out.flush()?)
}

async fn step(studio: &Studio, exports: &std::path::Path, chance: &mut ChaCha8Rng) -> Result<(), Box<dyn Error>> {
    let document = studio.document().await.ok_or("nothing is open")?;
    let score = studio.score().await?;
    let all: Vec<NoteId> = score.tracks.iter().flat_map(|track| track.notes.iter().map(|note| note.id)).collect();
    let ids: Vec<NoteId> = all.choose_multiple(chance, 3).copied().collect();
    match chance.random_range(0..100) {
        0..40 => {
            let ticks = 60 * chance.random_range(-2..=2);
            studio
                .apply(&Command::MoveNotes { ids, ticks, semitones: chance.random_range(-2..=2) }, document.revision)
                .await?;
        }
        40..55 => {
            let velocity = VelocityChange::Set(chance.random_range(1..=127));
            studio.apply(&Command::SetVelocity { ids, velocity }, document.revision).await?;
        }
        55..75 => drop(studio.undo().await?),
        75..85 => drop(studio.redo().await?),
        85..90 => {
            let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 5, cells: Vec::new() };
            let settings = Settings { count: 1, seed: chance.random(), ..Settings::default() };
            let run = studio.vary(VaryRequest::new(selection, settings), |_| true).await?;
            if let Some(candidate) = run.candidates.first() {
                studio.accept(candidate.id).await?;
            }
        }
        90..97 => studio.export_midi(&exports.join("piece.mid")).await?,
        _ => drop(studio.open_file(&exports.join("import.mid")).await?),
    }
    Ok(())
}
