//! `diabelli render`.

use super::Answer;
use crate::progress::Progress;
use engine::{Depth, RenderOptions, Studio};
use serde_json::json;
use std::path::PathBuf;

/// Renders a piece to a WAV file, faster than it plays.
#[derive(clap::Args)]
pub struct Arguments {
    /// The piece: .mid, .musicxml, .mxl or .abc.
    input: PathBuf,
    /// The WAV file.
    #[arg(short, long)]
    output: PathBuf,
    /// Longer music than this is refused.
    #[arg(long, default_value_t = 30.0)]
    max_minutes: f64,
    /// A SoundFont (.sf2); without it the best one that is found.
    #[arg(long)]
    soundfont: Option<PathBuf>,
    /// Samples per second.
    #[arg(long, default_value_t = 44_100)]
    rate: u32,
    /// Sample form: 16, 24 or 32f.
    #[arg(long, default_value = "16")]
    bits: Depth,
    /// Also one file for each track, into this folder.
    #[arg(long)]
    stems: Option<PathBuf>,
}

/// Renders.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let studio = Studio::headless();
    studio.open_file(&arguments.input).await?;
    let options = RenderOptions {
        rate: arguments.rate,
        depth: arguments.bits,
        max_minutes: arguments.max_minutes,
        soundfont: arguments.soundfont.clone(),
        stems: arguments.stems.clone(),
    };
    let bar = Progress::new("Rendering");
    let show = move |step: engine::wire::Progress| {
        bar.show(step.done, format!("bar {} of {}", step.bar, step.bars));
        true
    };
    let rendered = studio.render(&arguments.output, &options, show).await?;
    let words = format!(
        "wrote {}: {:.1} s of music in {:.1} s, peak {:.1} dB, {}",
        arguments.output.display(),
        rendered.seconds,
        f64::from(rendered.elapsed_ms) / 1e3,
        rendered.peak_db,
        rendered.soundfont
    );
    let json = json!({
        "seconds": rendered.seconds, "elapsed_ms": rendered.elapsed_ms, "peak_db": rendered.peak_db,
        "soundfont": rendered.soundfont,
    });
    Ok(Answer::new(words, json))
}
