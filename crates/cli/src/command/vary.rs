//! `diabelli vary`.

use super::Answer;
use crate::selection::{Bars, Cell, Place, Progression, Range};
use anyhow::{Context, bail, ensure};
use engine::wire::{Candidate, Selection, SelectionCell, VaryRequest};
use engine::{Keep, Mode, Settings, Studio, VoiceUse};
use score::Command;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Writes new music for a selection. Outside it every event stays the same, tick for tick.
#[derive(clap::Args)]
pub struct Arguments {
    /// The piece: .mid, .musicxml, .mxl or .abc.
    input: PathBuf,
    /// The bars to write anew, counted from 1, both ends included: 5..8.
    #[arg(long, required_unless_present = "cells")]
    bars: Option<Bars>,
    /// The tracks to write anew, counted from 1 in the order of the file; without it all that play in those bars.
    #[arg(long, value_delimiter = ',')]
    tracks: Vec<u32>,
    /// Any set of TRACK:BAR, such as 1:5,3:6; replaces --bars and --tracks.
    #[arg(long, value_delimiter = ',', conflicts_with_all = ["bars", "tracks"])]
    cells: Vec<Cell>,
    /// What kind of writing.
    #[arg(long, default_value = "variation", value_parser = mode)]
    mode: Mode,
    /// The new part's instrument (accompany): a General MIDI program, 0..127, or a name.
    #[arg(long)]
    instrument: Option<String>,
    /// How far from the old music: ornament .1, re-pitch .3, re-rhythm .5, rewrite .7, new idea .9.
    #[arg(long, default_value_t = 0.5)]
    strength: f32,
    /// What to keep: rhythm, pitches, contour, harmony.
    #[arg(long, value_delimiter = ',', value_parser = keep)]
    keep: Vec<Keep>,
    /// auto, off, or a scale such as "D minor".
    #[arg(long, default_value = "auto")]
    scale: String,
    /// Lowest and highest note: C3..C6.
    #[arg(long)]
    range: Option<Range>,
    /// Follow the chord track of the piece; or these chords, a bar between two strokes, from the first bar on and over
    /// again: --chords="Am F | C G". On the beats only their tones are written.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "", value_name = "CHORDS")]
    chords: Option<Progression>,
    /// Notes relative to what stands there: -1 far fewer, 0 alike, 1 far more.
    #[arg(long, default_value_t = 0.0, allow_hyphen_values = true)]
    density: f32,
    /// Most notes at one onset.
    #[arg(long)]
    polyphony: Option<u8>,
    /// Notes that stay as they are: TRACK:BAR:NOTE, such as 1:5:3.
    #[arg(long = "lock", value_delimiter = ',')]
    locks: Vec<Place>,
    /// Softmax temperature; 1 is what the model learnt.
    #[arg(long, default_value_t = Settings::default().temperature)]
    temperature: f32,
    /// How many candidates.
    #[arg(long, default_value_t = 4)]
    count: u8,
    /// The same request with the same seed gives the same notes.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// A folder with a model; without it the one that came with the program.
    #[arg(long)]
    model: Option<PathBuf>,
    /// A voice that writes, as its folder or file with a strength of 0..1.5 behind it: jazz:0.8; twice to blend.
    #[arg(long = "voice", value_parser = voice)]
    voices: Vec<VoiceUse>,
    /// Words that the voices know, such as "slow sad"; they come from texts beside the pieces that a voice learnt from.
    #[arg(long, requires = "voices")]
    words: Option<String>,
    /// Write as many by the base model alone, first; for the same selection and seed.
    #[arg(long, requires = "voices")]
    compare: bool,
    /// The MIDI file to write; with several candidates OUT-1.mid, OUT-2.mid and so on.
    #[arg(short, long)]
    output: PathBuf,
}

fn mode(name: &str) -> Result<Mode, String> {
    serde_json::from_value(json!(name))
        .map_err(|_| format!("{name} is no mode; choose variation, infill, continue, accompany or harmonize"))
}

fn keep(name: &str) -> Result<Keep, String> {
    serde_json::from_value(json!(name))
        .map_err(|_| format!("{name} cannot be kept; choose from rhythm, pitches, contour and harmony"))
}

/// `FOLDER` or `FOLDER:0.8`.
fn voice(text: &str) -> Result<VoiceUse, String> {
    let (voice, strength) = match text.rsplit_once(':') {
        Some((voice, strength)) if !voice.is_empty() && strength.parse::<f32>().is_ok() => (voice, strength),
        _ => (text, "1"),
    };
    let strength = strength.parse().map_err(|_| format!("{strength} is no strength; write one of 0..1.5"))?;
    Ok(VoiceUse { voice: voice.to_owned(), strength })
}

/// A voice that is no file or folder here is one of the library's.
fn of_library(voice: &VoiceUse) -> anyhow::Result<VoiceUse> {
    let place = match Path::new(&voice.voice).exists() {
        true => voice.voice.clone(),
        false => Studio::place_of_voice(&voice.voice)?.display().to_string(),
    };
    Ok(VoiceUse { voice: place, strength: voice.strength })
}

/// Opens, writes, saves.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let studio = Studio::headless();
    if let Some(folder) = &arguments.model {
        studio.use_model(folder)?;
    }
    studio.open_file(&arguments.input).await?;
    if let Some(progression) = &arguments.chords {
        follow(arguments, progression, &studio).await?;
    }
    let request = request(arguments, &studio).await?;
    let run = studio.vary(request, |_| true).await?;
    let mut files = Vec::new();
    for (index, candidate) in run.candidates.iter().enumerate() {
        let file = engine::numbered(&arguments.output, index + 1, run.candidates.len());
        studio.export_candidate(candidate.id, &file).await?;
        files.push(row(&file, candidate));
    }
    let words = run.candidates.iter().zip(&files).map(|(candidate, row)| {
        let file = row["file"].as_str().unwrap_or_default();
        let alike = (candidate.similarity * 100.0).round();
        format!("wrote {file}: {} notes, alike {alike} %, surprise {:.1}", count(candidate), candidate.bits_per_note)
    });
    let json = json!({
        "candidates": files,
        "model": run.model,
        "elapsed_ms": run.elapsed_ms,
        "first_note_ms": run.first_note_ms,
        "tokens": run.tokens,
        "tokens_per_second": run.tokens_per_second,
    });
    Ok(Answer::new(words.collect::<Vec<_>>().join("\n"), json))
}

fn row(file: &Path, candidate: &Candidate) -> Value {
    json!({
        "file": file.display().to_string(),
        "seed": candidate.seed,
        "writer": candidate.writer,
        "notes": count(candidate),
        "bits_per_note": candidate.bits_per_note,
        "similarity": candidate.similarity,
        "copied": { "notes": candidate.copied.notes, "where": candidate.copied.place },
        "known": { "notes": candidate.known.notes, "where": candidate.known.place },
    })
}

fn count(candidate: &Candidate) -> usize {
    candidate.notes.iter().map(|track| track.notes.len()).sum()
}

/// Bars after the end of a piece that chords are written for.
const MOST_BEYOND: u32 = 64;

/// Writes the chords that were given into the bars that are written anew; those of the piece have to be there.
async fn follow(arguments: &Arguments, progression: &Progression, studio: &Studio) -> anyhow::Result<()> {
    let (score, document) = (studio.score().await?, studio.document().await.context("no piece is open")?);
    if progression.is_empty() {
        let input = arguments.input.display();
        ensure!(!score.chords.is_empty(), "{input} has no chords to follow; write some as --chords=\"Am F | C G\"");
        return Ok(());
    }
    let chosen = arguments.cells.iter().map(|cell| (cell.bar, cell.bar));
    let chosen: Vec<(u32, u32)> = chosen.chain(arguments.bars.map(|bars| (bars.from, bars.to))).collect();
    let first = chosen.iter().map(|bars| bars.0).min().context("no bars are chosen")?;
    let last = chosen.iter().map(|bars| bars.1).max().context("no bars are chosen")?;
    // What is beyond the piece is refused with the request itself.
    let last = last.min(score.bar_count() as u32 + MOST_BEYOND).max(first);
    let grid = score.bars();
    let bars = first as usize - 1..last as usize;
    let chords = progression.over(bars.clone().map(|index| grid.bar(index)).map(|bar| bar.tick()..bar.end()));
    let (from, to) = (grid.bar(bars.start).tick(), grid.bar(bars.end).tick());
    studio.apply(&Command::WriteChords { from, to, chords, spare: false }, document.revision).await?;
    Ok(())
}

/// The engine's request for what was asked on the command line.
async fn request(arguments: &Arguments, studio: &Studio) -> anyhow::Result<VaryRequest> {
    let document = studio.document().await.context("no piece is open")?;
    let track = |number: u32| {
        let found = document.tracks.get(number as usize - 1);
        found.map(|track| track.id).with_context(|| {
            format!("there is no track {number}; {} has {}", arguments.input.display(), document.tracks.len())
        })
    };
    let mut selection = Selection::default();
    for cell in &arguments.cells {
        selection.cells.push(SelectionCell { track: track(cell.track)?, bar: cell.bar });
    }
    if let Some(bars) = arguments.bars {
        (selection.from_bar, selection.to_bar) = (bars.from, bars.to);
        selection.tracks = arguments.tracks.iter().map(|&number| track(number)).collect::<anyhow::Result<_>>()?;
    }
    let mut locks = Vec::new();
    for place in &arguments.locks {
        locks.push(studio.note_at(track(place.track)?, place.bar, place.note).await?);
    }
    let settings = Settings {
        mode: arguments.mode,
        strength: arguments.strength,
        keep: arguments.keep.clone(),
        scale: arguments.scale.clone(),
        range: arguments.range.map(|range| (range.0, range.1)),
        chords: arguments.chords.is_some(),
        density: arguments.density,
        polyphony: arguments.polyphony,
        temperature: arguments.temperature,
        count: arguments.count,
        seed: arguments.seed,
        instrument: arguments.instrument.as_deref().map(program).transpose()?,
    };
    let words = arguments.words.as_deref().unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    let voices = arguments.voices.iter().map(of_library).collect::<anyhow::Result<_>>()?;
    let compare = arguments.compare;
    Ok(VaryRequest { selection, settings, locks, voices, words, compare })
}

/// A General MIDI program by number or by (part of) its name.
fn program(text: &str) -> anyhow::Result<u8> {
    match text.parse::<u8>() {
        Ok(program) if program < 128 => Ok(program),
        Ok(program) => bail!("program {program} is outside 0..=127"),
        Err(_) => engine::program_by_name(text)
            .with_context(|| format!("no General MIDI instrument is called {text}; try a number, 0..127")),
    }
}
