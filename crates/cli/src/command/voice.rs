//! `diabelli voice`: the library's voices.

use super::Answer;
use anyhow::{Context, bail};
use engine::{Studio, VoiceEntry};
use serde_json::{Value, json};
use std::path::PathBuf;

/// List, describe, export, import and delete the voices of the library.
#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Every voice, what it is worth, and the pieces that it wrote in.
    List,
    /// Call a voice another name, note something of it, sort it by tags. What is not named stays as it is.
    Describe {
        /// The voice, by its id in the list.
        voice: String,
        /// What it is called from now on.
        #[arg(long)]
        name: Option<String>,
        /// What is noted of it; an empty text takes the note away.
        #[arg(long)]
        notes: Option<String>,
        /// Its tags, with commas between them; an empty text takes them away.
        #[arg(long)]
        tags: Option<String>,
    },
    /// Write a voice into one file, with where it came from.
    Export {
        /// The voice, by its id in the list, or a folder that `finetune` wrote.
        voice: String,
        /// The file to write, .safetensors.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Take a voice into the library from a file that was exported.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Delete a voice with all that it learnt.
    Delete {
        /// The voice, by its id in the list.
        voice: String,
        /// It cannot be taken back, so it has to be said.
        #[arg(long)]
        yes: bool,
    },
}

/// Opens the library, does it, and closes it well.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let studio = Studio::open_silent().await?;
    let answer = perform(arguments, &studio).await;
    studio.close().await?;
    answer
}

async fn perform(arguments: &Arguments, studio: &Studio) -> anyhow::Result<Answer> {
    match arguments {
        Arguments::List => {
            let voices = studio.voices().await?;
            let words: Vec<String> = voices.iter().map(line).collect();
            let words = if words.is_empty() { "there are no voices yet".to_owned() } else { words.join("\n") };
            Ok(Answer::new(words, json!({ "voices": voices.iter().map(row).collect::<Vec<_>>() })))
        }
        Arguments::Describe { voice, name, notes, tags } => {
            let card = found(studio, voice).await?.card;
            let card = card.with_context(|| format!("{voice} has not learnt anything yet; train it first"))?;
            let tags = tags.as_deref().map_or(card.tags, listed);
            let (name, notes) = (name.clone().unwrap_or(card.name), notes.clone().unwrap_or(card.notes));
            studio.describe_voice(voice.clone(), name, notes, tags).await?;
            told("described", &found(studio, voice).await?)
        }
        Arguments::Export { voice, output } => {
            studio.export_voice(voice.clone(), output.clone()).await?;
            let file = output.display().to_string();
            Ok(Answer::new(format!("wrote {file}"), json!({ "file": file })))
        }
        Arguments::Import { file } => {
            let id = studio.import_voice(file.clone()).await?;
            told("imported", &found(studio, &id).await?)
        }
        Arguments::Delete { voice, yes } => {
            let entry = found(studio, voice).await?;
            if !yes {
                let (name, used) = (entry.name, entry.projects.len());
                bail!(
                    "{name} wrote in {used} pieces and cannot be brought back once it is deleted; say --yes, or export it first"
                );
            }
            studio.delete_voice(voice.clone()).await?;
            told("deleted", &entry)
        }
    }
}

/// The tags between the commas.
fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

async fn found(studio: &Studio, id: &str) -> anyhow::Result<VoiceEntry> {
    let found = studio.voices().await?.into_iter().find(|voice| voice.id == id);
    found.with_context(|| format!("there is no voice {id}; `diabelli voice list` names those that there are"))
}

fn told(done: &str, voice: &VoiceEntry) -> anyhow::Result<Answer> {
    Ok(Answer::new(format!("{done} {}", line(voice)), row(voice)))
}

fn line(voice: &VoiceEntry) -> String {
    let VoiceEntry { id, name, card, gains, unfinished, projects, .. } = voice;
    let mut words = format!("{id}: {name}");
    match card {
        Some(card) => {
            let (before, after) = (card.test.before, card.test.after);
            words += &format!(", {before:.2} → {after:.2} bits per note{}", if *gains { "" } else { ", no gain" });
            words.extend(card.tags.iter().map(|tag| format!(" #{tag}")));
            if !card.notes.is_empty() {
                words += &format!("; {}", card.notes);
            }
        }
        None if *unfinished => words += ", not done yet",
        None => {}
    }
    if !projects.is_empty() {
        words += &format!("; wrote in {}", projects.join(", "));
    }
    words
}

fn row(voice: &VoiceEntry) -> Value {
    let card = voice.card.as_ref();
    json!({
        "id": voice.id,
        "name": voice.name,
        "source": voice.source,
        "gains": voice.gains,
        "unfinished": voice.unfinished,
        "projects": voice.projects,
        "method": card.map(|card| &card.method),
        "before": card.map(|card| json!({ "bits_per_note": card.test.before })),
        "after": card.map(|card| json!({ "bits_per_note": card.test.after })),
        "base_forgetting": card.map(|card| card.base_forgetting),
        "copy_rate": card.and_then(|card| card.copies).map(|copies| copies.voice),
        "notes": card.map(|card| &card.notes),
        "tags": card.map(|card| &card.tags),
        "words": card.map(|card| &card.words),
    })
}
