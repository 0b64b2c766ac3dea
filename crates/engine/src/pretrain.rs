//! Training a base model from a folder: shards, or an unpacked corpus that becomes shards first.

use crate::{Error, material, memory, threads};
use corpus::{mixture, sample, shard::Shard};
use model::{Config, Held, Limits, Recipe, Shards, Trained, Trainer};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tokens of training music that are sampled from a corpus; more samples of each piece than one pass needs.
const CORPUS_TOKENS: usize = 30_000_000;

/// What is to be trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Pretraining {
    /// Shards (train.bin, train.json, valid.bin, valid.json) or a corpus (train/, valid/).
    pub folder: PathBuf,
    /// Where checkpoints and the model go.
    pub output: PathBuf,
    /// A JSON file `{ "config": …, "recipe": … }`, either or both; none: the small model and its recipe.
    pub config: Option<PathBuf>,
    /// Go on from the newest checkpoint in `output`.
    pub resume: bool,
    /// Stop after so many minutes.
    pub minutes: Option<f64>,
}

/// What a settings file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Plan {
    config: Option<Config>,
    recipe: Option<Recipe>,
}

/// What training gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pretrained {
    /// Steps over all runs.
    pub steps: u64,
    /// Tokens seen over all runs.
    pub tokens: u64,
    /// Speed of this run.
    pub tokens_per_second: f64,
    /// Held-out music before this run.
    pub before: Bits,
    /// Held-out music after it.
    pub after: Bits,
    /// Why it ended: plan, time or cancelled.
    pub stopped_by: String,
    /// The folder with the model in the form that ships.
    pub model: PathBuf,
}

/// Surprise on held-out music.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bits {
    /// Mean bits per note.
    pub bits_per_note: f64,
}

/// Trains until the plan is done, time is up or `cancel` is set; `line` hears the progress. The best checkpoint is
/// then written into `output/model` in the form that ships.
///
/// # Errors
/// [`Error::Model`] with what is wrong with shards, checkpoint or settings; [`Error::File`] for the settings file;
/// [`Error::Cancelled`] before anything was learnt.
pub fn pretrain(plan: &Pretraining, cancel: &AtomicBool, mut line: impl FnMut(&str)) -> Result<Pretrained, Error> {
    let Plan { config, recipe } = plan.config.as_deref().map(read_plan).transpose()?.unwrap_or_default();
    let config = config.unwrap_or_else(Config::small);
    let shards = match plan.folder.join("train.bin").is_file() {
        true => plan.folder.clone(),
        false => {
            let sampling = sample::Plan { context: config.max_position_embeddings, ..sample::Plan::default() };
            shards_of(&plan.folder, &plan.output.join("shards"), &sampling, cancel, &mut line)?
        }
    };
    let (folder, shards) = (shards.clone(), Shards::open(&shards)?);
    let mut trainer = match plan.resume {
        true => Trainer::resume(&plan.output)?,
        false => Trainer::begin(&config, &recipe.clone().unwrap_or_default(), &plan.output)?,
    };
    if plan.resume
        && let Some(recipe) = &recipe
    {
        trainer.replan(recipe)?;
    }
    let mut trainer = trainer.on(threads::accelerator());
    line(&format!("learning on: {}", threads::device(trainer.accelerator())));
    let began = Instant::now();
    let limits = Limits { minutes: plan.minutes, cancel, free: &memory::free };
    let clock = || began.elapsed().as_secs_f64();
    let trained = trainer.run(&shards, limits, &clock, &mut |report| line(&report.to_string()))?;
    let shipped = plan.output.join("model");
    let best = plan.output.join("best");
    model::ship(if best.is_dir() { &best } else { &plan.output }, &shipped)?;
    tokens::vocabulary::save(&shipped.join("tokenizer.json")).map_err(|error| Error::file(&shipped, error))?;
    let known = analysis::Known::FILE;
    if folder.join(known).is_file() {
        std::fs::copy(folder.join(known), shipped.join(known)).map_err(|error| Error::file(&shipped, error))?;
    }
    Ok(answer(trained, shipped))
}

fn answer(trained: Trained, model: PathBuf) -> Pretrained {
    let bits = |held: &Held| Bits { bits_per_note: held.bits_per_note };
    Pretrained {
        steps: trained.steps,
        tokens: trained.tokens,
        tokens_per_second: trained.tokens_per_second,
        before: bits(&trained.before),
        after: bits(&trained.after),
        stopped_by: trained.stopped_by.to_string(),
        model,
    }
}

fn read_plan(file: &Path) -> Result<Plan, Error> {
    let text = std::fs::read_to_string(file).map_err(|error| Error::file(file, error))?;
    serde_json::from_str(&text)
        .map_err(|error| Error::file(file, format!("{error}; the form is {{\"config\": …, \"recipe\": …}}")))
}

/// Shards of a corpus folder, written once and taken as they are from then on.
fn shards_of(
    corpus: &Path,
    out: &Path,
    plan: &sample::Plan,
    cancel: &AtomicBool,
    line: &mut impl FnMut(&str),
) -> Result<PathBuf, Error> {
    if out.join("train.bin").is_file() && out.join("tokenizer.json").is_file() {
        line(&format!("using the shards in {}", out.display()));
        return Ok(out.to_owned());
    }
    std::fs::create_dir_all(out).map_err(|error| Error::file(out, error))?;
    let go_on = |_: usize, _: usize| !cancel.load(Ordering::Relaxed);
    let write = |shard: Shard, name: &str| shard.write(out, name).map_err(|error| Error::file(out, error));
    let mut take_in = |name: &str| {
        let folder = corpus.join(name);
        let taken = material::read(&folder, cancel, &|_, _| ())?;
        line(&format!("{}: {} pieces of {} files", folder.display(), taken.pieces.len(), taken.report.len()));
        Ok::<_, Error>(taken.pieces)
    };
    write(mixture::valid(&take_in("valid")?, plan.context, material::VALID_WINDOWS, 1), "valid")?;
    let train = take_in("train")?;
    let known = corpus::known::known(&train, analysis::Known::WINDOW).to_bytes();
    std::fs::write(out.join(analysis::Known::FILE), known).map_err(|error| Error::file(out, error))?;
    let train = mixture::train(&train, plan, CORPUS_TOKENS, 1, material::threads(), &go_on);
    write(train.map_err(|error| material::failed(corpus, error))?, "train")?;
    tokens::vocabulary::save(&out.join("tokenizer.json")).map_err(|error| Error::file(out, error))?;
    Ok(out.to_owned())
}
