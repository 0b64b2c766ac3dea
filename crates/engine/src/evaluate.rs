//! The figures of a model: bits per note on held-out music beside an n-gram's, and its writing beside people's own bars
//! and simple rivals.

use crate::{Error, material};
use analysis::Known;
use compose::evaluate::{
    Excerpt, FrozenTask, Likeness, Line, Pattern, Rival, Table, draw, excerpt, measure, part, rest, spearman, varied,
    written,
};
use compose::{Composer, Merit, Mode, Settings};
use corpus::{catalogue, mixture, sample, shard};
use model::{Checkpoint, Ngram};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use score::Score;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Ids of one after the other that the n-gram baseline looks at.
const ORDER: usize = 5;

/// Ids of the training music that the n-gram counts.
const COUNTED: usize = 20_000_000;

/// Strengths at which passages are varied: the five stops and what lies between.
const STRENGTHS: [f32; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Most passages that are varied.
const VARIED: usize = 60;

/// What the model's draws can be judged by, and what that is called.
const MERITS: [(&str, Merit); 4] = [
    ("the first draw", Merit::Chance),
    ("the likeliest", Merit::Likely),
    ("the most agreed on", Merit::Agreed),
    ("as shipped, with echoes of the piece", Merit::Shipped),
];

/// Figures as they come in.
#[derive(Default)]
struct Tables {
    writing: Table,
    paired: Table,
    patterns: Table,
    choosing: Table,
    going_on: Table,
}

/// The excerpts that are to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tasks {
    /// So many over all collections, by the seed.
    Drawn(usize),
    /// Those of a file, one [`FrozenTask`] a line.
    Frozen(PathBuf),
}

/// What is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The model's folder.
    pub model: PathBuf,
    /// An unpacked corpus: `valid/` is what is held out; with `train/` there are also the n-gram's figures and what was
    /// copied.
    pub corpus: PathBuf,
    /// Which excerpts are to be filled.
    pub tasks: Tasks,
    /// Writes the tasks there, so that they can be asked again.
    pub freeze: Option<PathBuf>,
    /// Which excerpts, and how they are filled.
    pub seed: u32,
    /// Softmax temperature of the model's answers, 0.1..=2.
    pub temperature: f32,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluated {
    /// The model, in a line of words.
    pub model: String,
    /// Bits per note.
    pub bits: Vec<BitsOf>,
    /// Mean figures by writer and collection.
    pub writing: Vec<Line>,
    /// The model and the matching bar, on the excerpts in which there was one that could be copied.
    pub paired: Vec<Line>,
    /// Mean figures by what was taken out.
    pub patterns: Vec<Line>,
    /// The model's writing by what its draws are judged by.
    pub choosing: Vec<Line>,
    /// Mean figures of who goes on from the first four bars, by collection.
    pub going_on: Vec<Line>,
    /// What strength does.
    pub strength: Strength,
    /// Seconds that the model took for a task, reading and writing, median and 95th percentile.
    pub seconds: (f64, f64),
}

/// How like their sources variations are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Strength {
    /// Mean likeness at each strength.
    pub stops: Vec<(f32, Likeness)>,
    /// How many passages were varied at each.
    pub passages: usize,
    /// Spearman's correlation of strength and 1 − note F1, over all variations and over the means of the stops.
    pub correlation: (f64, f64),
}

/// Bits per note on one collection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BitsOf {
    /// Which collection; none: weighted over all.
    pub collection: Option<String>,
    /// The model's.
    pub model: f64,
    /// Those of an n-gram of order 5 over the same tokens.
    pub ngram: Option<f64>,
}

/// Evaluates a model. `line` hears the progress.
///
/// # Errors
/// [`Error::File`], [`Error::Model`], [`Error::Compose`] or [`Error::Cancelled`].
pub fn evaluate(plan: &Evaluation, cancel: &AtomicBool, mut line: impl FnMut(&str)) -> Result<Evaluated, Error> {
    let checkpoint = Checkpoint::load(&plan.model)?;
    let composer = Composer::open(&plan.model)?;
    let go_on = |_: usize, _: usize| !cancel.load(Ordering::Relaxed);
    line("reading what is held out");
    let held = material::held(&plan.corpus, checkpoint.config.max_position_embeddings, cancel)?;
    let train = plan.corpus.join("train");
    let train = train.is_dir().then(|| material::read(&train, cancel, &|_, _| ())).transpose()?;
    let train = train.map(|taken| taken.pieces);
    let ngram = match &train {
        Some(pieces) => {
            line("counting for the n-gram");
            let plan_of = sample::Plan { pairs: 0.0, chords: 0.0, ..sample::Plan::default() };
            let counted = mixture::train(pieces, &plan_of, COUNTED, 1, material::threads(), &go_on)
                .map_err(|error| material::failed(&plan.corpus, error))?;
            let mut ngram = Ngram::new(ORDER, tokens::vocabulary::SIZE);
            counted.groups.iter().flat_map(|group| &group.2).for_each(|sample| ngram.learn(&sample.ids));
            Some(ngram)
        }
        None => None,
    };
    let bits = bits(&checkpoint, &held, ngram.as_ref(), cancel)?;
    let all = &bits[0];
    line(&format!("{:.2} bits per note, n-gram {:.2}", all.model, all.ngram.unwrap_or(f64::NAN)));
    drop(ngram);
    let known = train.map(|pieces| corpus::known::known(&pieces, 1));
    let folder = plan.corpus.join("valid");
    let tasks = match &plan.tasks {
        Tasks::Drawn(count) => drawn(&folder, *count, plan.seed)?,
        Tasks::Frozen(file) => frozen(&folder, file)?,
    };
    if let Some(file) = &plan.freeze {
        let lines: Vec<String> = tasks.iter().map(|(task, _)| json!(task).to_string()).collect();
        std::fs::write(file, lines.join("\n") + "\n").map_err(|error| Error::file(file, error))?;
    }
    let excerpts: Vec<Excerpt> = tasks.into_iter().map(|(_, excerpt)| excerpt).collect();
    let (mut tables, mut times) = fill(&composer, &excerpts, known.as_ref(), plan, cancel, &mut line)?;
    line("going on");
    tables.going_on = going_on(&composer, &excerpts, known.as_ref(), plan, cancel)?;
    line("varying");
    let strength = strength(&composer, &excerpts, plan.seed, cancel)?;
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times.get((part * (times.len() as f64 - 1.0)).round() as usize).copied().unwrap_or(0.0);
    Ok(Evaluated {
        model: composer.describe(),
        bits,
        writing: tables.writing.lines(),
        paired: tables.paired.lines(),
        patterns: tables.patterns.lines(),
        choosing: tables.choosing.lines(),
        going_on: tables.going_on.lines(),
        strength,
        seconds: (at(0.5), at(0.95)),
    })
}

/// Varies passages of one part at every strength.
fn strength(composer: &Composer, excerpts: &[Excerpt], seed: u32, cancel: &AtomicBool) -> Result<Strength, Error> {
    let (whole, others): (Vec<&Excerpt>, Vec<&Excerpt>) = excerpts.iter().partition(|one| one.pattern == Pattern::Part);
    let parts: Vec<Excerpt> =
        whole.into_iter().cloned().chain(others.into_iter().filter_map(part)).take(VARIED).collect();
    let mut stops = Vec::new();
    let mut pairs = Vec::new();
    for strength in STRENGTHS {
        let mut all = Vec::new();
        for excerpt in &parts {
            if cancel.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            all.push(varied(composer, excerpt, strength, seed)?);
        }
        pairs.extend(all.iter().map(|one| (f64::from(strength), 1.0 - one.notes)));
        let mean = |what: fn(&Likeness) -> f64| all.iter().map(what).sum::<f64>() / all.len().max(1) as f64;
        let [notes, rhythm, pitches, contour] =
            [mean(|one| one.notes), mean(|one| one.rhythm), mean(|one| one.pitches), mean(|one| one.contour)];
        stops.push((strength, Likeness { notes, rhythm, pitches, contour }));
    }
    let means: Vec<(f64, f64)> = stops.iter().map(|(at, one)| (f64::from(*at), 1.0 - one.notes)).collect();
    let correlation = (spearman(&pairs).unwrap_or(0.0), spearman(&means).unwrap_or(0.0));
    Ok(Strength { stops, passages: parts.len(), correlation })
}

/// Lets everybody fill the excerpts; figures by collection and by pattern, and the seconds that the model took for each.
fn fill(
    composer: &Composer,
    excerpts: &[Excerpt],
    known: Option<&Known>,
    plan: &Evaluation,
    cancel: &AtomicBool,
    line: &mut impl FnMut(&str),
) -> Result<(Tables, Vec<f64>), Error> {
    let mut tables = Tables::default();
    let mut times = Vec::new();
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed.into());
    for (at, excerpt) in excerpts.iter().enumerate() {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let mut matching = None;
        for rival in Rival::ALL {
            let figures = measure(excerpt, &rival.answer(excerpt, &mut rng), known);
            tables.writing.add(rival.name(), &excerpt.collection, figures);
            tables.patterns.add(rival.name(), excerpt.pattern.name(), figures);
            if rival == Rival::MatchingBar && figures.coverage.is_some_and(|share| share > 0.0) {
                matching = Some(figures);
            }
        }
        let Evaluation { seed, temperature, .. } = *plan;
        let settings = Settings { mode: Mode::Infill, scale: "off".into(), seed, temperature, ..Settings::default() };
        let began = Instant::now();
        let answers = written(composer, excerpt, &settings, &MERITS.map(|(_, merit)| merit), cancel)?;
        times.push(began.elapsed().as_secs_f64());
        for ((name, merit), answer) in MERITS.iter().zip(&answers) {
            let figures = measure(excerpt, answer, known);
            tables.choosing.add(name, &excerpt.collection, figures);
            if *merit == Merit::Shipped {
                tables.writing.add("model", &excerpt.collection, figures);
                tables.patterns.add("model", excerpt.pattern.name(), figures);
                if let Some(matching) = matching {
                    tables.paired.add(Rival::MatchingBar.name(), &excerpt.collection, matching);
                    tables.paired.add("model", &excerpt.collection, figures);
                }
            }
        }
        if at % 20 == 19 {
            line(&format!("{} of {} excerpts", at + 1, excerpts.len()));
        }
    }
    Ok((tables, times))
}

/// Lets everybody go on from the first four bars of the excerpts.
fn going_on(
    composer: &Composer,
    excerpts: &[Excerpt],
    known: Option<&Known>,
    plan: &Evaluation,
    cancel: &AtomicBool,
) -> Result<Table, Error> {
    let mut table = Table::default();
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed.into());
    let Evaluation { seed, temperature, .. } = *plan;
    let settings = Settings { mode: Mode::Continue, scale: "off".into(), seed, temperature, ..Settings::default() };
    // Bars of which two tasks were made are gone on from once.
    let mut seen = BTreeSet::new();
    for excerpt in excerpts.iter().filter(|one| seen.insert((&one.collection, one.from))).filter_map(rest) {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        for rival in Rival::ALL {
            table.add(rival.name(), &excerpt.collection, measure(&excerpt, &rival.answer(&excerpt, &mut rng), known));
        }
        for answer in written(composer, &excerpt, &settings, &[Merit::Shipped], cancel)? {
            table.add("model", &excerpt.collection, measure(&excerpt, &answer, known));
        }
    }
    Ok(table)
}

/// The same number of excerpts from each collection of a folder, and what each of them asks.
fn drawn(folder: &Path, tasks: usize, seed: u32) -> Result<Vec<(FrozenTask, Excerpt)>, Error> {
    let entries = catalogue::read(folder).map_err(|error| Error::file(folder, error))?;
    let mut collections: BTreeMap<String, (Vec<String>, Vec<Score>)> = BTreeMap::new();
    for entry in entries.values() {
        if let Ok(score) = material::piece(folder, &entry.file) {
            let (files, pieces) = collections.entry(entry.collection.clone()).or_default();
            files.push(entry.file.clone());
            pieces.push(score);
        }
    }
    let each = tasks.div_ceil(collections.len().max(1));
    let mut all = Vec::new();
    for (at, (name, (files, pieces))) in collections.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed) << 32 | at as u64);
        all.extend(draw(name, pieces, each, &mut rng).into_iter().map(|excerpt| {
            let Excerpt { from: (piece, from), pattern, ref masked, .. } = excerpt;
            let file = files[piece].clone();
            (FrozenTask { collection: name.clone(), file, from, pattern, cells: masked.clone() }, excerpt)
        }));
    }
    Ok(all)
}

/// The tasks of a file.
fn frozen(folder: &Path, file: &Path) -> Result<Vec<(FrozenTask, Excerpt)>, Error> {
    let text = std::fs::read_to_string(file).map_err(|error| Error::file(file, error))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let task = |(at, line): (usize, &str)| {
        let wrong = |why: String| Error::file(file, format!("line {}: {why}", at + 1));
        let task: FrozenTask = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
        let piece = material::piece(folder, &task.file).map_err(|error| wrong(error.to_string()))?;
        let excerpt = excerpt(&task.collection, (0, task.from), &piece, task.pattern, task.cells.clone());
        let excerpt =
            excerpt.ok_or_else(|| wrong(format!("{} has no such eight bars with notes in all cells", task.file)))?;
        Ok((task, excerpt))
    };
    lines.map(task).collect()
}

/// Bits per note of the model and of the n-gram, over all collections and of each.
fn bits(
    checkpoint: &Checkpoint,
    held: &shard::Shard,
    ngram: Option<&Ngram>,
    cancel: &AtomicBool,
) -> Result<Vec<BitsOf>, Error> {
    let measured = material::foretold(checkpoint, held, cancel)?;
    let mut own = BTreeMap::new();
    let (mut sum, mut weights) = (0.0, 0.0);
    for (name, weight, samples) in &held.groups {
        let notes: usize = samples.iter().map(|sample| sample.notes).sum();
        let Some(ngram) = ngram.filter(|_| notes > 0) else { continue };
        let cost = |sample: &sample::Sample| -> f64 {
            (sample.loss_from.max(1)..sample.ids.len()).map(|at| ngram.bits(&sample.ids, at)).sum()
        };
        let bits = samples.iter().map(cost).sum::<f64>() / notes as f64;
        own.insert(name.clone(), bits);
        (sum, weights) = (sum + weight * bits, weights + weight);
    }
    let all = BitsOf { collection: None, model: measured.bits_per_note, ngram: (weights > 0.0).then(|| sum / weights) };
    let each = measured.collections.into_iter().map(|(name, bits)| {
        let ngram = own.get(&name).copied();
        BitsOf { collection: Some(name), model: bits, ngram }
    });
    Ok(std::iter::once(all).chain(each).collect())
}
