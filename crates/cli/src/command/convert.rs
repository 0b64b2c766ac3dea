//! `diabelli convert`.

use super::Answer;
use anyhow::bail;
use engine::{MusicXml, Studio};
use serde_json::json;
use std::path::PathBuf;

/// Writes a file in the form that the other's name ends in.
#[derive(clap::Args)]
pub struct Arguments {
    /// The file to read: .mid, .midi, .kar, .rmi, .musicxml, .xml, .mxl or .abc.
    input: PathBuf,
    /// The file to write: .mid, or notation as .musicxml or .mxl.
    output: PathBuf,
    /// The version of MusicXML: 3.1 or 4.0.
    #[arg(long, value_name = "VERSION", default_value_t)]
    musicxml: MusicXml,
}

/// Reads one file and writes the other, saying what was repaired and what was lost.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let output = &arguments.output;
    let end = output.extension().map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !matches!(end.as_str(), "mid" | "midi" | "musicxml" | "xml" | "mxl") {
        bail!("{}: cannot write .{end} files; this version writes .mid, .musicxml and .mxl", output.display());
    }
    let studio = Studio::headless();
    let mut lost = studio.open_file(&arguments.input).await?;
    match end.as_str() {
        "mid" | "midi" => studio.export_midi(output).await?,
        _ => lost.extend(studio.export_musicxml(output, arguments.musicxml).await?),
    }
    let mut words = format!("wrote {}", arguments.output.display());
    for line in &lost {
        words.push_str(&format!("\n  {line}"));
    }
    Ok(Answer::new(words, json!({ "lost": lost })))
}
