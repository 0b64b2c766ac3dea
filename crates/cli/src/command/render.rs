//! `diabelli render`.

use super::Answer;
use crate::progress::Progress;
use engine::{Depth, RenderOptions, Studio};
use serde_json::json;
use std::path::PathBuf;

/// Renders a piece to a WAV or FLAC file, faster than it plays.
#[derive(clap::Args)]
pub struct Arguments {
    /// The piece: .mid, .musicxml, .mxl or .abc.
    input: PathBuf,
    /// The file: .wav or .flac.
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
    /// Sample form: 16, 24 or, in WAV, 32f.
    #[arg(long, default_value = "16")]
    bits: Depth,
    /// Also one file for each track, into this folder.
    #[arg(long)]
    stems: Option<PathBuf>,
    /// Only the tracks, without the mix.
    #[arg(long, requires = "stems")]
    no_mix: bool,
    /// Seconds after the end of the last note; without it until that has rung out.
    #[arg(long)]
    tail: Option<f64>,
    /// The loudest sample is so many decibels below full scale; without it as loud as it is played.
    #[arg(long, value_name = "DB")]
    normalise: Option<f64>,
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
        mix: !arguments.no_mix,
        tail: arguments.tail,
        normalise: arguments.normalise,
    };
    let bar = Progress::new("Rendering");
    let show = move |step: engine::wire::Progress| {
        bar.show(step.done, format!("bar {} of {}", step.bar, step.bars));
        true
    };
    let rendered = studio.render(&arguments.output, &options, show).await?;
    let tracks = match (rendered.stems.len(), &arguments.stems) {
        (count, Some(folder)) => format!("{count} tracks in {}", folder.display()),
        (_, None) => String::new(),
    };
    let mix = if arguments.no_mix { String::new() } else { arguments.output.display().to_string() };
    let files = [mix, tracks].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" and ");
    let words = format!(
        "wrote {files}: {:.1} s of music in {:.1} s, peak {:.1} dB, {}",
        rendered.seconds,
        f64::from(rendered.elapsed_ms) / 1e3,
        rendered.peak_db,
        rendered.soundfont
    );
    let json = json!({
        "seconds": rendered.seconds, "elapsed_ms": rendered.elapsed_ms, "peak_db": rendered.peak_db,
        "soundfont": rendered.soundfont, "stems": rendered.stems,
    });
    Ok(Answer::new(words, json))
}
