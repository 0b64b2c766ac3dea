//! What edits cost in a piece of 100,000 notes, with the journal on the disk: from a command until its patch goes to the
//! window, for one note and for 10,000, and undo and redo of the latter.
#![allow(clippy::print_stdout)]

use engine::Studio;
use engine::wire::Event;
use score::{Command, Note, NoteId, Track, VelocityChange, text};
use std::error::Error;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

const NOTES: u32 = 100_000;
const MANY: u32 = 10_000;
const TURNS: usize = 15;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("diabelli-edit-time-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("long.mid");
    std::fs::write(&file, formats::midi::write(&long()?))?;
    let measured = measure(&folder.join("library"), &file).await;
    std::fs::remove_dir_all(&folder)?;
    measured
}

/// Sixteen tracks of sixteenths.
fn long() -> Result<score::Score, score::Error> {
    let mut score = text::score(&["C4"; 16].join("\n"))?;
    for (number, track) in (0..).zip(&mut score.tracks) {
        let each = NOTES / 16;
        let note = |at: u32| Note::new(number * each + at, at * 240, 240, (36 + (at * 7 + number * 3) % 48) as u8, 80);
        *track = Arc::new(Track::new(track.id.0, track.header.clone(), (0..each).map(note).collect()));
    }
    Ok(score)
}

async fn measure(library: &std::path::Path, file: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let studio = Studio::open_in(library, false).await?;
    studio.open_file(file).await?;
    let (sent, patches) = channel();
    // As the window's channel does, a listener gets the patch as text.
    studio.subscribe(move |event| match event {
        Event::Changed(changed) => {
            serde_json::to_vec(&changed).is_ok_and(|text| sent.send((Instant::now(), text.len())).is_ok())
        }
        _ => true,
    });
    let ids: Vec<NoteId> =
        studio.score().await?.tracks.iter().flat_map(|track| track.notes.iter().map(|note| note.id)).collect();
    println!("| {NOTES} notes on 16 tracks, median of {TURNS} | ms | most |\n|---|---:|---:|");
    for (what, count) in [("one note: command to patch", 1), ("10,000 notes: command to patch", MANY as usize)] {
        let mut times = Vec::new();
        for turn in 0..TURNS {
            // Other notes each time, so that no step is part of the one before.
            let chosen = ids.iter().cycle().skip(turn * count).take(count).copied().collect();
            let velocity = VelocityChange::Set(1 + (turn as u8 * 7) % 79);
            let revision = studio.document().await.ok_or("nothing is open")?.revision;
            let began = Instant::now();
            studio.apply(&Command::SetVelocity { ids: chosen, velocity }, revision).await?;
            times.push(passed(began, &patches)?);
        }
        print(what, &mut times);
    }
    let (mut back, mut forth) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let began = Instant::now();
        studio.undo().await?;
        back.push(passed(began, &patches)?);
        let began = Instant::now();
        studio.redo().await?;
        forth.push(passed(began, &patches)?);
    }
    print("10,000 notes: undo to patch", &mut back);
    print("10,000 notes: redo to patch", &mut forth);
    Ok(studio.close().await?)
}

/// Milliseconds until the patch was text.
fn passed(began: Instant, patches: &Receiver<(Instant, usize)>) -> Result<f64, Box<dyn Error>> {
    let (at, _) = patches.recv()?;
    Ok(at.duration_since(began).as_secs_f64() * 1e3)
}

fn print(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    println!("| {what} | {:.1} | {:.1} |", times[times.len() / 2], times.last().copied().unwrap_or_default());
}
