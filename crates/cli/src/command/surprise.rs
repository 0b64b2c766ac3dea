//! `diabelli surprise`.

use super::Answer;
use crate::selection::Bars;
use engine::Studio;
use serde_json::json;
use std::path::PathBuf;

/// Prints how many bits each note costs the model.
#[derive(clap::Args)]
pub struct Arguments {
    /// The piece: .mid, .musicxml, .mxl or .abc.
    input: PathBuf,
    /// A folder with a model; without it the one that came with the program.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Only these tracks, counted from 1.
    #[arg(long, value_delimiter = ',')]
    tracks: Vec<u32>,
    /// Only these bars, counted from 1: 5..8.
    #[arg(long)]
    bars: Option<Bars>,
}

/// One teacher-forced pass.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let studio = Studio::headless();
    if let Some(folder) = &arguments.model {
        studio.use_model(folder)?;
    }
    studio.open_file(&arguments.input).await?;
    let bars = arguments.bars.map(|bars| (bars.from, bars.to));
    let surprise = studio.surprise(bars, &arguments.tracks).await?;
    let mut words = format!("{:.2} bits per note over {} notes", surprise.bits_per_note, surprise.notes.len());
    let mut notes: Vec<_> = surprise.notes.iter().collect();
    notes.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    for note in notes.iter().take(8) {
        words.push_str(&format!(
            "\n  track {} tick {}: key {}, {:.1} bits",
            note.track, note.start, note.pitch, note.bits
        ));
    }
    Ok(Answer::new(words, json!({ "bits_per_note": surprise.bits_per_note, "notes": surprise.notes })))
}
