//! What there is to know of a voice, beside its weights.

use super::plan::write_json;
use super::{Files, Knobs};
use crate::Error;
use model::{Method, PREFIX};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Bits per note that have to be saved on pieces that were never learnt from, for a voice to count as one.
const GAIN: f64 = 0.02;

/// Bits per note of the base model and of the voice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// The base model's.
    pub before: f64,
    /// The voice's.
    pub after: f64,
}

/// Shares of written passages with sixteen notes in a row from the folder, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Copies {
    /// Passages that were written to tell.
    pub passages: usize,
    /// Of the voice's.
    pub voice: f64,
    /// Of the base model's.
    pub base: f64,
    /// Of the folder's own pieces that were not learnt from: what its pieces have in common anyway.
    pub own: f64,
}

/// A rate and a rank that were tried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Tried {
    /// The learning rate.
    pub rate: f64,
    /// The rank; none of what has none.
    pub rank: Option<usize>,
    /// Held-out bits per note after a short run.
    pub bits_per_note: f64,
}

/// A passage of the folder that the voice wrote again, note for note but for its pitch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Quotation {
    /// The file that it stands in.
    pub file: String,
    /// Its first bar there, counted from 1.
    pub from_bar: usize,
    /// Its last bar there, included.
    pub to_bar: usize,
    /// How many notes are the same, 16 or more.
    pub notes: usize,
}

/// A voice's card, `voice.json` in its folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct VoiceCard {
    /// What it is called.
    pub name: String,
    /// The folder that it learnt from.
    pub source: String,
    /// What of the network it changes.
    pub method: String,
    /// How many numbers it holds.
    pub size: usize,
    /// What the folder held.
    pub files: Files,
    /// On pieces that were never learnt from, nor asked when to stop.
    pub test: Judged,
    /// The words that it answers to, with how many pieces of the folder have them, the commonest first.
    #[serde(default)]
    pub words: Vec<(String, usize)>,
    /// Bits per note of the same pieces when it is told their words; none if they have none.
    #[serde(default)]
    pub told: Option<f64>,
    /// What it learnt on, such as "CPU, 2 threads".
    #[serde(default)]
    pub device: String,
    /// What was tried out before it learnt.
    #[serde(default)]
    pub tried: Vec<Tried>,
    /// Held-out bits per note while it learnt, by tokens.
    #[cfg_attr(feature = "ts", ts(type = "Array<[number, number]>"))]
    pub curve: Vec<(u64, f64)>,
    /// By how much the base model's own music costs the voice more than the base model, as a share: 0.03 is 3 %.
    pub base_forgetting: f64,
    /// The share of what was learnt that it is at 100 %: less than 1 where all of it would have forgotten more than the
    /// limit.
    #[serde(default = "whole")]
    pub kept: f64,
    /// What it copies; none if nothing was written to tell.
    pub copies: Option<Copies>,
    /// The longest passages of them, the longest first, at most twelve.
    #[serde(default)]
    pub quotations: Vec<Quotation>,
    /// Steps, over all runs.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub steps: u64,
    /// Tokens learnt from, over all runs.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub tokens: u64,
    /// Speed of the last run.
    pub tokens_per_second: f64,
    /// Why it ended: plan, patience, time or cancelled.
    pub stopped_by: String,
    /// The knobs.
    pub knobs: Knobs,
    /// What its owner notes of it.
    #[serde(default)]
    pub notes: String,
    /// What its owner sorts it by.
    #[serde(default)]
    pub tags: Vec<String>,
}

fn whole() -> f64 {
    1.0
}

impl VoiceCard {
    /// Its file in the voice's folder.
    pub const FILE: &str = "voice.json";

    /// Whether it foretells the composer's music better than the base model does.
    pub fn gains(&self) -> bool {
        self.test.before - self.test.after >= GAIN
    }

    /// Reads the card of a voice's folder.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(VoiceCard::FILE);
        let text = std::fs::read(&path).map_err(|error| Error::file(&path, error))?;
        serde_json::from_slice(&text).map_err(|error| Error::file(&path, error))
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, folder: &Path) -> Result<(), Error> {
        write_json(folder, VoiceCard::FILE, self)
    }
}

/// A method in a few words.
pub fn in_words(method: Method) -> String {
    match method {
        Method::Lora { rank, from: 0 } => format!("LoRA, rank {rank}"),
        Method::Lora { rank, from } => format!("LoRA, rank {rank}, from layer {} on", from + 1),
        Method::Top { layers } => format!("the last {layers} layers"),
        Method::Full => "all weights".to_owned(),
        Method::Prefix => format!("a prefix of {} vectors, and the norms", PREFIX.len()),
    }
}
