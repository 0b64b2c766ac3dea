//! One training of a voice, from its plan to its proof.

use super::card::{Judged, Tried, VoiceCard, in_words};
use super::finetune::{Finetuning, Learning};
use super::plan::{Plan, mark, remove, write};
use super::search::{search, with_rank};
use super::style::Style;
use super::{Files, limit, prepare, proof};
use crate::{Error, material, memory, threads};
use analysis::Known;
use compose::{Composer, Singer, VOICE_FILE};
use corpus::intake::Piece;
use corpus::sample::Sample;
use corpus::shard::Shard;
use corpus::words::telling;
use corpus::{Division, mixture};
use model::{Accelerator, Checkpoint, Limits, Method, Recipe, Report, Shards, Trained, Trainer, Voice, WORDS};
use std::cell::RefCell;
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

/// Steps below which a voice has hardly begun to learn.
const FEW_STEPS: u64 = 20;

/// All that a training knows before it begins.
pub struct Lesson<'a> {
    pub plan: &'a Finetuning,
    /// The base model, ready to write.
    pub composer: Composer,
    pub name: String,
    pub files: Files,
    /// The files that are used, each with the mark of what it held.
    pub pieces: Vec<(String, u64)>,
    pub division: Division,
    pub cancel: &'a AtomicBool,
    /// What computes beside the processor, as long as it does.
    pub accelerator: RefCell<Option<Arc<dyn Accelerator>>>,
    /// Why it does not any more, until that is told.
    pub failed: RefCell<Option<String>>,
}

/// What came of learning.
pub struct Learnt {
    voice: Voice,
    trained: Trained,
    curve: Vec<(u64, f64)>,
    tried: Vec<Tried>,
    /// Music of the base's own, and the share of what was learnt that leaves it as it is.
    own: Shard,
    kept: f64,
}

impl Lesson<'_> {
    pub(super) fn run(&self) -> PathBuf {
        self.plan.output.join("run")
    }

    pub(super) fn base(&self) -> Arc<Checkpoint> {
        self.composer.base().clone()
    }

    fn context(&self) -> usize {
        self.base().config.max_position_embeddings
    }

    /// What is learnt of the network.
    pub(super) fn method(&self) -> Method {
        self.plan.knobs.learns(&self.base().config, self.division.train.len())
    }

    /// Begins, or goes on, and learns to the end.
    pub fn learn(&self, hear: &mut (impl FnMut(&Learning) + Send)) -> Result<Learnt, Error> {
        let (plan, run, knobs) = (self.plan, self.run(), &self.plan.knobs);
        let mut now = Plan {
            name: self.name.clone(),
            source: plan.folder.clone(),
            knobs: knobs.clone(),
            pieces: self.pieces.clone(),
            tried: Vec::new(),
        };
        let before = Plan::read(&plan.output).filter(|before| plan.resume && before.same(&now));
        let goes_on = before.is_some() && run.join("last").is_dir();
        if !goes_on {
            if !plan.resume && (plan.output.join(VOICE_FILE).exists() || run.exists()) {
                let reason = "a voice is kept here; go on with it (--resume), or choose another folder";
                return Err(Error::file(&plan.output, reason));
            }
            remove(&run)?;
        }
        let shards = run.join("shards");
        if !shards.join("tokenizer.json").is_file() {
            hear(&Learning::Preparing { done: 0, of: 1 });
            let style = Style::of(&self.first(self.method())?);
            let base = (self.composer.decoder(), self.context());
            prepare::prepare(&shards, &self.division, base, &style, knobs, self.cancel, &mut |done, of| {
                hear(&Learning::Preparing { done, of });
            })?;
        }
        let shards = Shards::open(&shards)?;
        let began = Instant::now();
        let clock = || began.elapsed().as_secs_f64();
        let mut trainer = match goes_on {
            true => Trainer::resume_voice(self.base(), &run)?.on(self.accelerator()),
            false => {
                now.tried = search(self, &shards, &clock, hear)?;
                self.begin(&shards, &now, &clock)?
            }
        };
        if let Some(reason) = self.failed.take() {
            hear(&Learning::Alone { reason, device: self.device() });
        }
        let (planned, pack) = (trainer.recipe().tokens, trainer.recipe().pack_tokens);
        if pack < Recipe::default().pack_tokens {
            hear(&Learning::Lighter { tokens: pack });
        }
        let mut curve = curve(&run);
        let free = || self.free();
        let limits = Limits { minutes: Some(knobs.minutes), cancel: self.cancel, free: &free };
        let trained = trainer.run(&shards, limits, &clock, &mut |report| {
            if let Report::Held { tokens, held, .. } = report {
                curve.push((*tokens, held.bits_per_note));
            }
            hear(&told(report, planned));
        });
        self.watch(&mut trainer);
        let trained = trained?;
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let own = prepare::remembered(self.composer.decoder(), knobs.seed + 1, self.cancel)?;
        let (mut voice, kept) = limit::within(knobs.forget, &self.base(), Voice::from_run(&run)?, &own, self.cancel)?;
        let about = [
            ("name", self.name.clone()),
            ("source", plan.folder.display().to_string()),
            ("tokens", trained.tokens.to_string()),
            ("pieces", self.pieces.len().to_string()),
        ];
        voice.metadata.extend(about.map(|(key, value)| (key.to_owned(), value)));
        voice.save(&plan.output.join(VOICE_FILE))?;
        let tried = before.map_or(now.tried, |before| before.tried);
        Ok(Learnt { voice, trained, curve, tried, own, kept })
    }

    pub(super) fn accelerator(&self) -> Option<Arc<dyn Accelerator>> {
        self.accelerator.borrow().clone()
    }

    /// What it learns on at this moment, in words.
    fn device(&self) -> String {
        threads::device(self.accelerator.borrow().as_ref())
    }

    /// What failed in a run is not asked again.
    pub(super) fn watch(&self, trainer: &mut Trainer) {
        self.accelerator.replace(trainer.accelerator().cloned());
        if let Some(reason) = trainer.failure() {
            self.failed.replace(Some(reason));
        }
    }

    /// How much a step may hold.
    pub(super) fn free(&self) -> Option<u64> {
        let wished = self.plan.knobs.memory.map(|megabytes| u64::from(megabytes) << 20);
        [wished, memory::free()].into_iter().flatten().min()
    }

    /// The voice that learning begins with: one that changes nothing yet, or where it stood before its folder grew.
    pub(super) fn first(&self, method: Method) -> Result<Voice, Error> {
        let (knobs, config) = (&self.plan.knobs, &self.base().config);
        let kept = self.plan.output.join(VOICE_FILE);
        let voice = match kept.is_file() {
            true => Voice::load(&kept)?,
            false => {
                let mut voice = Voice::begin(config, method, knobs.seed)?;
                voice.metadata.insert("method".into(), in_words(method));
                voice
            }
        };
        let words = telling(self.division.train.iter().map(|piece| &piece.words), WORDS.len())
            .into_iter()
            .map(|(word, _)| word);
        Ok(voice.learning_words(&words.collect::<Vec<_>>(), config, knobs.seed))
    }

    /// Tokens that the epochs come to, were there time for all of them.
    fn wished(&self) -> u64 {
        (self.plan.knobs.epochs * prepare::material(&self.division.train) as f64) as u64
    }

    /// A run that begins: from nothing, or from where the voice stood before its folder grew.
    fn begin(&self, shards: &Shards, now: &Plan, clock: &dyn Fn() -> f64) -> Result<Trainer, Error> {
        let knobs = &self.plan.knobs;
        let best = best(&now.tried);
        let method = with_rank(self.method(), best.and_then(|tried| tried.rank));
        let voice = self.first(method)?;
        let wished = self.wished();
        let mut recipe = knobs.recipe(method, 1 << 20);
        recipe.rate = best.map_or(recipe.rate, |tried| tried.rate);
        let speed = self.speed(&voice, &mut recipe, shards, clock)?;
        now.write(&self.plan.output)?;
        let fits = (speed * 60.0 * knobs.minutes * LEARNING) as u64;
        let recipe = Recipe {
            rate: recipe.rate,
            pack_tokens: recipe.pack_tokens,
            ..knobs.recipe(method, wished.min(fits).max(1))
        };
        Ok(Trainer::begin_voice(self.base(), voice, &recipe, &self.run())?.on(self.accelerator()))
    }

    /// How many tokens are learnt in a second on this machine, by a few steps that are forgotten again. The recipe reads
    /// fewer tokens at once from here on if memory is short.
    pub(super) fn speed(
        &self,
        voice: &Voice,
        recipe: &mut Recipe,
        shards: &Shards,
        clock: &dyn Fn() -> f64,
    ) -> Result<f64, Error> {
        let folder = self.run().join("trial");
        remove(&folder)?;
        let mut trainer = Trainer::begin_voice(self.base(), voice.clone(), recipe, &folder)?.on(self.accelerator());
        if let Some(free) = self.free() {
            trainer.fit_into(free)?;
        }
        let began = clock();
        for _ in 0..TIMED {
            trainer.step_unless(shards, self.cancel)?;
        }
        self.watch(&mut trainer);
        recipe.pack_tokens = trainer.recipe().pack_tokens;
        let speed = trainer.tokens() as f64 / (clock() - began).max(1e-9);
        remove(&folder)?;
        Ok(speed)
    }

    /// What the voice is worth.
    pub fn prove(&self, learnt: Learnt, hear: &mut impl FnMut(&Learning)) -> Result<VoiceCard, Error> {
        let (plan, knobs, cancel) = (self.plan, &self.plan.knobs, self.cancel);
        let Learnt { voice, trained, curve, tried, own, kept } = learnt;
        let Division { train, test: pieces, .. } = &self.division;
        let known = corpus::known::known(train, 1);
        write(&plan.output.join(Known::FILE), &known.to_bytes())?;
        let (base, style) = (self.base(), Style::of(&voice));
        let voiced = base.with_voices(&[(&voice, 1.0)])?;
        let context = (self.context().saturating_sub(style.len()), JUDGED);
        let windows =
            |dress: &dyn Fn(&Piece, Sample) -> Sample| mixture::own_valid("test", pieces, context, knobs.seed, dress);
        let (plain, dressed) = (windows(&|_, sample| sample), windows(&|_, sample| style.dress(sample)));
        let test = proof::judged((&base, &plain), (&voiced, &dressed), cancel)?;
        let test = test.unwrap_or(Judged { before: trained.before.bits_per_note, after: trained.best });
        let told = match style.tells(pieces) {
            true => proof::bits(&voiced, &windows(&|piece, sample| style.told(piece, sample)), cancel)?,
            false => None,
        };
        let others = match &plan.corpus {
            Some(corpus) => material::held(corpus, context.0, cancel)?,
            None => own,
        };
        let forgot = proof::judged((&base, &others), (&voiced, &prepare::dressed(&others, &style)), cancel)?;
        let singer = Singer { path: plan.output.clone(), name: self.name.clone(), strength: 1.0 };
        let (copies, quotations) = proof::copies(
            (&self.composer, &self.composer.voiced(&[singer], &[])?),
            &plan.folder,
            (train, pieces),
            &known,
            (knobs.passages, knobs.seed),
            cancel,
            |done, of| hear(&Learning::Proving { done, of }),
        )?;
        let before = VoiceCard::load(&plan.output).ok();
        let counted = telling(train.iter().map(|piece| &piece.words), usize::MAX);
        let count = |word: &String| counted.iter().find(|(own, _)| own == word).map_or(0, |(_, count)| *count);
        Ok(VoiceCard {
            name: self.name.clone(),
            source: plan.folder.display().to_string(),
            method: voice.metadata.get("method").cloned().unwrap_or_default(),
            size: voice.size(),
            files: self.looked_again(&trained),
            test,
            words: voice.words().into_iter().map(|word| (word.clone(), count(&word))).collect(),
            told,
            device: self.device(),
            tried,
            curve,
            kept,
            base_forgetting: forgot.map_or(0.0, |bits| bits.after / bits.before - 1.0),
            copies,
            quotations,
            steps: trained.steps,
            tokens: trained.tokens,
            tokens_per_second: trained.tokens_per_second,
            stopped_by: trained.stopped_by.to_string(),
            knobs: knobs.clone(),
            notes: before.as_ref().map(|card| card.notes.clone()).unwrap_or_default(),
            tags: before.map(|card| card.tags).unwrap_or_default(),
        })
    }

    /// What was said of the folder, what has become of it since it was read, and whether there was time to learn it.
    fn looked_again(&self, trained: &Trained) -> Files {
        let mut files = self.files.clone();
        if trained.steps < FEW_STEPS && trained.tokens < self.wished() {
            let steps = trained.steps;
            files.warnings.push(format!(
                "there was time for {steps} of the {FEW_STEPS} steps that a voice needs at least; give it more minutes and continue"
            ));
        }
        let read = Plan::read(&self.plan.output).map(|plan| plan.pieces).unwrap_or_default();
        let now = |file: &String| mark(&self.plan.folder, file);
        let changed = read.iter().filter(|(file, held)| now(file) != *held || *held == 0).count();
        if changed > 0 {
            files.warnings.push(format!(
                "{changed} of {} files were changed or removed while it learnt; it knows them as they were, and continuing learns them as they are",
                read.len()
            ));
        }
        files
    }
}

/// The best of what was tried out.
fn best(tried: &[Tried]) -> Option<&Tried> {
    tried.iter().min_by(|one, other| one.bits_per_note.total_cmp(&other.bits_per_note))
}

fn told(report: &Report, of: u64) -> Learning {
    match report {
        &Report::Step { tokens, loss, bits_per_note, tokens_per_second, .. } => {
            let seconds_left = of.saturating_sub(tokens) as f64 / tokens_per_second.max(1.0);
            let bits_per_note = Some(bits_per_note).filter(|bits| bits.is_finite());
            Learning::Step { tokens, of, loss, bits_per_note, tokens_per_second, seconds_left }
        }
        Report::Held { tokens, held, .. } => Learning::Held { tokens: *tokens, bits_per_note: held.bits_per_note },
        Report::Lighter { tokens } => Learning::Lighter { tokens: *tokens },
        Report::Alone { reason, .. } => Learning::Alone { reason: reason.clone(), device: threads::device(None) },
        Report::RolledBack { rate, .. } => Learning::RolledBack { rate: *rate },
    }
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
