//! Training a voice: take the folder in, divide it, learn until held-out pieces are foretold no better, prove it.

use super::card::{Judged, VoiceCard, in_words};
use super::plan::{Plan, lock, remove};
use super::prepare::{self, material, prepare};
use super::{Files, Knobs, proof};
use crate::{Error, place};
use analysis::Known;
use compose::{Composer, Singer, VOICE_FILE};
use corpus::intake::{self, Piece};
use corpus::{divide, mixture};
use model::{Checkpoint, Limits, Report, Shards, Trainer, Voice};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Ids of windows of pieces that are judged when all is done.
const JUDGED: usize = 65_536;

/// Steps by which the speed is told, so that a plan fits the minutes.
const TIMED: u64 = 3;

/// Share of the minutes that learning gets; the rest is for validations.
const LEARNING: f64 = 0.85;

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
        files: Files,
    },
    /// Samples are drawn and written.
    Preparing,
    /// It learns.
    Step {
        /// Tokens learnt from.
        tokens: u64,
        /// Tokens of the plan.
        of: u64,
        /// Nats of a scored token.
        loss: f64,
        /// Speed.
        tokens_per_second: f64,
        /// Seconds until the plan is done, if nothing ends it before.
        seconds_left: f64,
    },
    /// Held-out pieces were foretold.
    Held {
        /// Tokens learnt from.
        tokens: u64,
        /// Bits per note.
        bits_per_note: f64,
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
    /// Share of passages with sixteen notes in a row from the folder; none if nothing was written to tell.
    pub copy_rate: Option<f64>,
    /// The same of the folder's own pieces.
    pub own_copy_rate: Option<f64>,
    /// Steps, over all runs.
    pub steps: u64,
    /// Tokens, over all runs.
    pub tokens: u64,
    /// Speed of this run.
    pub tokens_per_second: f64,
    /// Why it ended.
    pub stopped_by: String,
    /// Whether it is better than the base model on the composer's music.
    pub gains: bool,
}

/// Surprise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bits {
    /// Mean bits per note.
    pub bits_per_note: f64,
}

/// Trains a voice until its plan, its patience or its minutes are over, or `cancel` is set; `hear` is told how it goes.
/// The best that held-out pieces were foretold with becomes the voice. If it is cancelled, what was learnt is kept and
/// can be gone on with.
///
/// # Errors
/// [`Error::File`] for the folder, its output or a file of a run; [`Error::Model`] for a knob out of its range;
/// [`Error::Cancelled`].
pub fn finetune(plan: &Finetuning, cancel: &AtomicBool, mut hear: impl FnMut(&Learning)) -> Result<Finetuned, Error> {
    plan.knobs.check()?;
    let base_folder = plan.base.clone().map_or_else(place::model, Ok)?;
    let base = Arc::new(Checkpoint::load(&base_folder)?);
    let out = &plan.output;
    let file = |error: std::io::Error| Error::file(out, error);
    std::fs::create_dir_all(out).map_err(file)?;
    let _lock = lock(out)?;
    let (files, pieces) = take_in(&plan.folder, cancel, &mut hear)?;
    hear(&Learning::Took { files: files.clone() });
    let all: Vec<String> = pieces.iter().map(|piece| piece.file.clone()).collect();
    let division = divide(pieces, plan.knobs.seed);
    if division.held.is_empty() {
        let reason = "it holds one piece of fewer than four bars, too little to learn from; add more of your music";
        return Err(Error::file(&plan.folder, reason));
    }

    let run = out.join("run");
    let size = |file: &String| std::fs::metadata(plan.folder.join(file)).map_or(0, |about| about.len());
    let now = Plan {
        source: plan.folder.clone(),
        knobs: plan.knobs.clone(),
        pieces: all.iter().map(|file| (file.clone(), size(file))).collect(),
        timed: false,
    };
    let kept = Plan::read(out);
    let goes_on = plan.resume && run.join("last").is_dir() && kept.as_ref().is_some_and(|kept| kept.is_that_of(&now));
    if !goes_on {
        if !plan.resume && (out.join(VOICE_FILE).exists() || run.exists()) {
            let reason = "a voice is kept here; go on with it (--resume), or choose another folder";
            return Err(Error::file(out, reason));
        }
        remove(&run)?;
    }
    let shards = run.join("shards");
    if !shards.join("tokenizer.json").is_file() {
        hear(&Learning::Preparing);
        let replayed = prepare::replay(&base_folder, &plan.knobs, cancel)?;
        prepare(&shards, &division.train, &division.held, replayed, &base, &plan.knobs, cancel)?;
    }
    let shards = Shards::open(&shards)?;
    let mut trainer = match goes_on {
        true => Trainer::resume_voice(base.clone(), &run)?,
        false => {
            let tokens = (plan.knobs.epochs * material(&division.train) as f64) as u64;
            let recipe = plan.knobs.recipe(tokens.max(1));
            let method = plan.knobs.learns(&base.config, division.train.len());
            let mut voice = match out.join(VOICE_FILE).is_file() {
                // The folder grew: from where the voice stood.
                true => Voice::load(&out.join(VOICE_FILE))?,
                false => Voice::begin(&base.config, method, plan.knobs.seed)?,
            };
            voice.metadata.insert("method".into(), in_words(method));
            now.write(out)?;
            Trainer::begin_voice(base.clone(), voice, &recipe, &run)?
        }
    };
    let timed = goes_on && kept.as_ref().is_some_and(|kept| kept.timed);
    let began = Instant::now();
    let clock = || began.elapsed().as_secs_f64();
    if !timed {
        fit(&mut trainer, &shards, &plan.knobs, &clock, cancel)?;
        Plan { timed: true, ..now.clone() }.write(out)?;
    }
    let mut curve = curve(&run);
    let planned = trainer.recipe().tokens;
    let limits = Limits { minutes: Some(plan.knobs.minutes), cancel };
    let trained = trainer.run(&shards, limits, &clock, &mut |report| {
        if let Report::Held { tokens, held, .. } = report {
            curve.push((*tokens, held.bits_per_note));
        }
        hear(&told(report, planned));
    });
    let trained = trained.map_err(|error| match error {
        model::Error::Cancelled => Error::Cancelled,
        other => other.into(),
    })?;
    if cancel.load(Ordering::Relaxed) {
        return Err(Error::Cancelled);
    }

    let mut voice = Voice::from_run(&run)?;
    let name = plan.name.clone().or_else(|| out.file_name().map(|name| name.to_string_lossy().into_owned()));
    let name = name.unwrap_or_else(|| "Voice".to_owned());
    voice.metadata.insert("name".into(), name.clone());
    voice.metadata.insert("source".into(), plan.folder.display().to_string());
    voice.metadata.insert("tokens".into(), trained.tokens.to_string());
    voice.metadata.insert("pieces".into(), all.len().to_string());
    voice.save(&out.join(VOICE_FILE))?;
    let known = corpus::known::known(&division.train, 1);
    std::fs::write(out.join(Known::FILE), known.to_bytes()).map_err(file)?;

    let voiced = base.with_voices(&[(&voice, 1.0)])?;
    let context = base.config.max_position_embeddings;
    let windows = mixture::own_valid("test", &division.test, context, JUDGED, plan.knobs.seed);
    let test = proof::judged(&base, &voiced, &windows, cancel)?;
    let test = test.unwrap_or(Judged { before: trained.before.bits_per_note, after: trained.best });
    let others = match &plan.corpus {
        Some(corpus) => prepare::held_of(corpus, context, cancel)?,
        None => prepare::replayed_shard(&prepare::recalled(&base_folder, prepare::HELD, plan.knobs.seed + 1, cancel)?),
    };
    let forgot = proof::judged(&base, &voiced, &others, cancel)?;
    let singer = Singer { path: out.clone(), name: name.clone(), strength: 1.0 };
    let composers = (Composer::open(&base_folder)?, Composer::with_voices(&base_folder, &[singer])?);
    let copies = proof::copies(
        (&composers.0, &composers.1),
        &plan.folder,
        &division.test,
        &known,
        plan.knobs.seed,
        cancel,
        |done, of| hear(&Learning::Proving { done, of }),
    )?;
    let before = VoiceCard::load(out).ok();
    let card = VoiceCard {
        name,
        source: plan.folder.display().to_string(),
        method: voice.metadata.get("method").cloned().unwrap_or_default(),
        size: voice.size(),
        files,
        test,
        curve,
        base_forgetting: forgot.map_or(0.0, |bits| bits.after / bits.before - 1.0),
        copies,
        steps: trained.steps,
        tokens: trained.tokens,
        tokens_per_second: trained.tokens_per_second,
        stopped_by: trained.stopped_by.to_string(),
        knobs: plan.knobs.clone(),
        notes: before.as_ref().map(|card| card.notes.clone()).unwrap_or_default(),
        tags: before.map(|card| card.tags).unwrap_or_default(),
    };
    card.save(out)?;
    Ok(answer(card))
}

fn answer(card: VoiceCard) -> Finetuned {
    Finetuned {
        gains: card.gains(),
        files: card.files,
        before: Bits { bits_per_note: card.test.before },
        after: Bits { bits_per_note: card.test.after },
        base_forgetting: card.base_forgetting,
        copy_rate: card.copies.map(|copies| copies.voice),
        own_copy_rate: card.copies.map(|copies| copies.own),
        steps: card.steps,
        tokens: card.tokens,
        tokens_per_second: card.tokens_per_second,
        stopped_by: card.stopped_by,
    }
}

fn told(report: &Report, of: u64) -> Learning {
    match report {
        Report::Step { tokens, loss, tokens_per_second, .. } => {
            let seconds_left = of.saturating_sub(*tokens) as f64 / tokens_per_second.max(1.0);
            Learning::Step { tokens: *tokens, of, loss: *loss, tokens_per_second: *tokens_per_second, seconds_left }
        }
        Report::Held { tokens, held, .. } => Learning::Held { tokens: *tokens, bits_per_note: held.bits_per_note },
        Report::RolledBack { rate, .. } => Learning::RolledBack { rate: *rate },
    }
}

/// The folder's pieces and what became of its files.
fn take_in(folder: &Path, cancel: &AtomicBool, hear: &mut impl FnMut(&Learning)) -> Result<(Files, Vec<Piece>), Error> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let done = std::sync::Mutex::new((0, 0));
    let going = |at: usize, of: usize| {
        *done.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = (at, of);
        !cancel.load(Ordering::Relaxed)
    };
    let taken = intake::read(folder, &intake::Limits::default(), threads, &going);
    let (at, of) = *done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    hear(&Learning::Reading { done: (at + 1).min(of), of });
    let taken = taken.map_err(|error| match error {
        corpus::Error::Stopped => Error::Cancelled,
        other => Error::file(folder, other),
    })?;
    Ok((Files::of(&taken), taken.pieces))
}

/// Makes a few steps to see how fast this machine is, and a plan that fits the minutes.
fn fit(
    trainer: &mut Trainer,
    shards: &Shards,
    knobs: &Knobs,
    clock: &dyn Fn() -> f64,
    cancel: &AtomicBool,
) -> Result<(), Error> {
    let (from, began) = (trainer.tokens(), clock());
    while trainer.steps() < TIMED {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        trainer.step(shards)?;
    }
    let speed = (trainer.tokens() - from) as f64 / (clock() - began).max(1e-9);
    let fits = (speed * 60.0 * knobs.minutes * LEARNING) as u64;
    if fits < trainer.recipe().tokens {
        trainer.replan(&knobs.recipe(fits.max(1)))?;
    }
    Ok(trainer.save()?)
}

/// What was measured before this run of the same training.
fn curve(run: &Path) -> Vec<(u64, f64)> {
    let text = std::fs::read_to_string(run.join("held_out.csv")).unwrap_or_default();
    let point = |line: &str| {
        let mut columns = line.split(',').skip(1);
        Some((columns.next()?.parse().ok()?, columns.next()?.parse().ok()?))
    };
    text.lines().filter_map(point).collect()
}
