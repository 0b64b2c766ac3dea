//! `diabelli new`.

use super::Answer;
use anyhow::bail;
use engine::{MusicXml, Studio, Template};
use serde_json::json;
use std::path::PathBuf;

/// Writes a piece without notes for an ensemble.
#[derive(clap::Args)]
pub struct Arguments {
    /// For whom it is.
    #[arg(long, value_parser = template)]
    template: Template,
    /// The file to write: .mid, or notation as .musicxml or .mxl.
    #[arg(short, long)]
    output: PathBuf,
}

fn template(word: &str) -> Result<Template, String> {
    let found = Template::ALL.into_iter().find(|template| template.name() == word);
    let names = || Template::ALL.map(Template::name).join(", ");
    found.ok_or_else(|| format!("there is no template {word:?}; there are {}", names()))
}

/// Makes the piece and writes it in the form that the file's name ends in.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let output = &arguments.output;
    let end = output.extension().map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default();
    let studio = Studio::headless();
    studio.new_piece(arguments.template, &[]).await?;
    match end.as_str() {
        "mid" | "midi" => studio.export_midi(output).await?,
        "musicxml" | "xml" | "mxl" => drop(studio.export_musicxml(output, MusicXml::default()).await?),
        _ => bail!("{}: cannot write .{end} files; this version writes .mid, .musicxml and .mxl", output.display()),
    }
    let tracks: Vec<_> = studio.document().await.map(|document| document.tracks).unwrap_or_default();
    let parts: Vec<_> = tracks
        .iter()
        .map(|track| json!({ "name": track.header.name, "program": track.header.program, "channel": track.header.channel }))
        .collect();
    let mut words = format!("wrote {}", output.display());
    for track in &tracks {
        words.push_str(&format!("\n  {} ({})", track.header.name, track.instrument));
    }
    Ok(Answer::new(words, json!({ "template": arguments.template.name(), "parts": parts })))
}
