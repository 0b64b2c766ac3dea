//! Training a voice: take the folder in, divide it, learn until held-out pieces are foretold no better, prove it.

use super::card::{Quotation, Tried, VoiceCard};
use super::lesson::Lesson;
use super::plan::{Plan, kept, lock, mark, remove};
use super::{Files, Knobs};
use crate::{Error, material, place, threads};
use compose::Composer;
use corpus::divide;
use corpus::intake::Piece;
use model::Accelerator;
use serde::Serialize;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What is to be trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Finetuning {
    /// The composer's folder.
    pub folder: PathBuf,
    /// The voice's folder.
    pub output: PathBuf,
    /// What it is called; none: as its folder.
    pub name: Option<String>,
    /// The knobs.
    pub knobs: Knobs,
    /// Go on with the voice in `output`: where it was interrupted, or with what is new in the folder.
    pub resume: bool,
    /// The base model's folder; none: the one that ships.
    pub base: Option<PathBuf>,
    /// An unpacked corpus whose `valid/` tells what was forgotten; none: music that the base model writes tells it.
    pub corpus: Option<PathBuf>,
}

/// What a training tells while it runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Learning {
    /// The voice has its place in the library.
    Began {
        /// By which it is asked for.
        id: String,
    },
    /// Files are read.
    Reading {
        /// How many are done.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// What the folder holds.
    Took {
        /// The files.
        files: Box<Files>,
    },
    /// What it learns on, such as "CPU, 2 threads".
    On {
        /// In words.
        device: String,
    },
    /// Samples are drawn and written.
    Preparing {
        /// Tokens that are there.
        done: usize,
        /// Of about how many.
        of: usize,
    },
    /// A rate and a rank were tried out.
    Searching {
        /// How many have been.
        done: usize,
        /// Of how many.
        of: usize,
        /// The last of them.
        tried: Option<Tried>,
    },
    /// It learns.
    Step {
        /// Tokens learnt from.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        tokens: u64,
        /// Tokens of the plan.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        of: u64,
        /// Nats of a scored token.
        loss: f64,
        /// The same as bits per note; none if the batch had no notes.
        bits_per_note: Option<f64>,
        /// Speed.
        tokens_per_second: f64,
        /// Seconds until the plan is done, if nothing ends it before.
        seconds_left: f64,
    },
    /// Held-out pieces were foretold.
    Held {
        /// Tokens learnt from.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        tokens: u64,
        /// Bits per note.
        bits_per_note: f64,
    },
    /// Memory was short: fewer tokens are read at once from here on.
    Lighter {
        /// How many.
        tokens: usize,
    },
    /// What it learnt on beside the processor failed: it goes on without it, from the last checkpoint.
    Alone {
        /// What failed, in words.
        reason: String,
        /// What it learns on from here on.
        device: String,
    },
    /// A number was not finite: it goes on from the last checkpoint.
    RolledBack {
        /// The rate with which it goes on.
        rate: f64,
    },
    /// It is proved.
    Proving {
        /// How many passages are written.
        done: usize,
        /// Of how many.
        of: usize,
    },
}

/// What training gave; the form of `diabelli finetune --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finetuned {
    /// What became of the files.
    pub files: Files,
    /// The base model on pieces that were never learnt from.
    pub before: Bits,
    /// The voice on them.
    pub after: Bits,
    /// See [`VoiceCard::base_forgetting`].
    pub base_forgetting: f64,
    /// See [`VoiceCard::kept`].
    pub kept: f64,
    /// Share of passages with sixteen notes in a row from the folder; none if nothing was written to tell.
    pub copy_rate: Option<f64>,
    /// The same of the folder's own pieces.
    pub own_copy_rate: Option<f64>,
    /// See [`VoiceCard::quotations`].
    pub quotations: Vec<Quotation>,
    /// Steps, over all runs.
    pub steps: u64,
    /// Tokens, over all runs.
    pub tokens: u64,
    /// Speed of this run.
    pub tokens_per_second: f64,
    /// Why it ended.
    pub stopped_by: String,
    /// What it learnt on.
    pub device: String,
    /// How it learnt, in words.
    pub method: String,
    /// See [`VoiceCard::words`].
    pub words: Vec<(String, usize)>,
    /// See [`VoiceCard::told`].
    pub told: Option<f64>,
    /// See [`VoiceCard::tried`].
    pub tried: Vec<Tried>,
    /// Whether it is better than the base model on the composer's music.
    pub gains: bool,
}

/// Surprise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bits {
    /// Mean bits per note.
    pub bits_per_note: f64,
}

/// Trains a voice on the machine's GPU if there is one, else on the processor: as [`finetune_on`].
///
/// # Errors
/// As [`finetune_on`].
pub fn finetune(
    plan: &Finetuning,
    cancel: &AtomicBool,
    hear: impl FnMut(&Learning) + Send,
) -> Result<Finetuned, Error> {
    finetune_on(threads::accelerator(), plan, cancel, hear)
}

/// Trains a voice until its plan, its patience or its minutes are over, or `cancel` is set; `hear` is told how it goes.
/// The best that held-out pieces were foretold with becomes the voice. If it is cancelled, what was learnt is kept and
/// can be gone on with. Beside a window it belongs on threads that give way ([`crate::giving_way`]).
///
/// # Errors
/// [`Error::File`] for the folder, its output or a file of a run; [`Error::Model`] for a knob out of its range, or if
/// memory is short; [`Error::Cancelled`].
pub fn finetune_on(
    accelerator: Option<Arc<dyn Accelerator>>,
    plan: &Finetuning,
    cancel: &AtomicBool,
    mut hear: impl FnMut(&Learning) + Send,
) -> Result<Finetuned, Error> {
    plan.knobs.check()?;
    let base_folder = plan.base.clone().map_or_else(place::model, Ok)?;
    let out = &plan.output;
    let file = |error: std::io::Error| Error::file(out, error);
    std::fs::create_dir_all(out).map_err(file)?;
    let _lock = lock(out)?;
    let taught = {
        // A folder that is gone ends the work as a request does: nobody could have what comes of it.
        let mut watched = |learning: &Learning| {
            if !kept(out) {
                cancel.store(true, Ordering::Relaxed);
            }
            hear(learning);
        };
        watched(&Learning::On { device: threads::device(accelerator.as_ref()) });
        teach(accelerator, plan, &base_folder, cancel, &mut watched)
    };
    if !kept(out) {
        if Plan::read(out).is_none() {
            // What was made anew meanwhile is of no use to anybody.
            remove(out)?;
        }
        return Err(Error::file(out, "this folder was removed while the voice learnt; train it again"));
    }
    taught.map(answer)
}

/// Takes the folder in, learns, proves and keeps the card.
fn teach(
    accelerator: Option<Arc<dyn Accelerator>>,
    plan: &Finetuning,
    base: &Path,
    cancel: &AtomicBool,
    hear: &mut (impl FnMut(&Learning) + Send),
) -> Result<VoiceCard, Error> {
    let out = &plan.output;
    let (files, pieces) = take_in(&plan.folder, cancel, hear)?;
    hear(&Learning::Took { files: Box::new(files.clone()) });
    let read = pieces.iter().map(|piece| (piece.file.clone(), mark(&plan.folder, &piece.file))).collect();
    let division = divide(pieces, plan.knobs.seed);
    if division.held.is_empty() {
        let reason = "it holds one piece of fewer than four bars, too little to learn from; add more of your music";
        return Err(Error::file(&plan.folder, reason));
    }
    let name = plan.name.clone().or_else(|| out.file_name().map(|name| name.to_string_lossy().into_owned()));
    let lesson = Lesson {
        plan,
        composer: Composer::open(base)?,
        name: name.unwrap_or_else(|| "Voice".to_owned()),
        files,
        pieces: read,
        division,
        cancel,
        accelerator: RefCell::new(accelerator),
        failed: RefCell::default(),
    };
    let learnt = lesson.learn(hear)?;
    let card = lesson.prove(learnt, hear)?;
    card.save(out)?;
    Ok(card)
}

fn answer(card: VoiceCard) -> Finetuned {
    Finetuned {
        gains: card.gains(),
        files: card.files,
        before: Bits { bits_per_note: card.test.before },
        after: Bits { bits_per_note: card.test.after },
        base_forgetting: card.base_forgetting,
        kept: card.kept,
        copy_rate: card.copies.map(|copies| copies.voice),
        quotations: card.quotations,
        own_copy_rate: card.copies.map(|copies| copies.own),
        steps: card.steps,
        tokens: card.tokens,
        tokens_per_second: card.tokens_per_second,
        stopped_by: card.stopped_by,
        device: card.device,
        method: card.method,
        words: card.words,
        told: card.told,
        tried: card.tried,
    }
}

/// What a folder holds; where no file can be used, what is wrong with each.
///
/// # Errors
/// [`Error::File`] if it cannot be read or holds no music at all; [`Error::Cancelled`].
pub fn survey(folder: &Path, cancel: &AtomicBool, hear: &mut (impl FnMut(&Learning) + Send)) -> Result<Files, Error> {
    let hear = Mutex::new(hear);
    let read = |done, of| crate::lock::lock(&hear)(&Learning::Reading { done, of });
    Ok(Files::of(&material::survey(folder, cancel, &read)?))
}

/// The folder's pieces and what became of its files.
fn take_in(
    folder: &Path,
    cancel: &AtomicBool,
    hear: &mut (impl FnMut(&Learning) + Send),
) -> Result<(Files, Vec<Piece>), Error> {
    // Files are read on several threads.
    let hear = Mutex::new(hear);
    let taken = material::read(folder, cancel, &|done, of| crate::lock::lock(&hear)(&Learning::Reading { done, of }))?;
    Ok((Files::of(&taken), taken.pieces))
}
