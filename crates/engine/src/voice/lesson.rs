//! One training of a voice, from its plan to its proof.

use super::card::{Judged, VoiceCard, in_words};
use super::finetune::{Finetuning, Learning};
use super::plan::{Plan, remove, write};
use super::{Files, prepare, proof};
use crate::{Error, material};
use analysis::Known;
use compose::{Composer, Singer, VOICE_FILE};
use corpus::{Division, mixture};
use model::{Checkpoint, Limits, Report, Shards, Trained, Trainer, Voice};
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

/// All that a training knows before it begins.
pub struct Lesson<'a> {
    pub plan: &'a Finetuning,
    pub base: Arc<Checkpoint>,
    /// The same, ready to write.
    pub composer: Composer,
    pub name: String,
    pub files: Files,
    /// Names of the files that are used.
    pub pieces: Vec<String>,
    pub division: Division,
    pub cancel: &'a AtomicBool,
}

/// What came of learning.
pub struct Learnt {
    voice: Voice,
    trained: Trained,
    curve: Vec<(u64, f64)>,
}

impl Lesson<'_> {
    fn run(&self) -> PathBuf {
        self.plan.output.join("run")
    }

    fn context(&self) -> usize {
        self.base.config.max_position_embeddings
    }

    /// Begins, or goes on, and learns to the end.
    pub fn learn(&self, hear: &mut impl FnMut(&Learning)) -> Result<Learnt, Error> {
        let (plan, run, knobs) = (self.plan, self.run(), &self.plan.knobs);
        let size = |file: &String| std::fs::metadata(plan.folder.join(file)).map_or(0, |about| about.len());
        let now = Plan {
            name: self.name.clone(),
            source: plan.folder.clone(),
            knobs: knobs.clone(),
            pieces: self.pieces.iter().map(|file| (file.clone(), size(file))).collect(),
        };
        let goes_on = plan.resume
            && run.join("last").is_dir()
            && Plan::read(&plan.output).is_some_and(|before| before.same(&now));
        if !goes_on {
            if !plan.resume && (plan.output.join(VOICE_FILE).exists() || run.exists()) {
                let reason = "a voice is kept here; go on with it (--resume), or choose another folder";
                return Err(Error::file(&plan.output, reason));
            }
            remove(&run)?;
        }
        let shards = run.join("shards");
        if !shards.join("tokenizer.json").is_file() {
            hear(&Learning::Preparing);
            let replayed = prepare::replay(self.composer.decoder(), knobs, self.cancel)?;
            let Division { train, held, .. } = &self.division;
            prepare::prepare(&shards, train, held, replayed, self.context(), knobs, self.cancel)?;
        }
        let shards = Shards::open(&shards)?;
        let began = Instant::now();
        let clock = || began.elapsed().as_secs_f64();
        let mut trainer = match goes_on {
            true => Trainer::resume_voice(self.base.clone(), &run)?,
            false => self.begin(&shards, &now, &clock)?,
        };
        let mut curve = curve(&run);
        let planned = trainer.recipe().tokens;
        let limits = Limits { minutes: Some(knobs.minutes), cancel: self.cancel };
        let trained = trainer.run(&shards, limits, &clock, &mut |report| {
            if let Report::Held { tokens, held, .. } = report {
                curve.push((*tokens, held.bits_per_note));
            }
            hear(&told(report, planned));
        })?;
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let mut voice = Voice::from_run(&run)?;
        let about = [
            ("name", self.name.clone()),
            ("source", plan.folder.display().to_string()),
            ("tokens", trained.tokens.to_string()),
            ("pieces", self.pieces.len().to_string()),
        ];
        voice.metadata.extend(about.map(|(key, value)| (key.to_owned(), value)));
        voice.save(&plan.output.join(VOICE_FILE))?;
        Ok(Learnt { voice, trained, curve })
    }

    /// A run that begins: from nothing, or from where the voice stood before its folder grew.
    fn begin(&self, shards: &Shards, now: &Plan, clock: &dyn Fn() -> f64) -> Result<Trainer, Error> {
        let (plan, knobs, train) = (self.plan, &self.plan.knobs, &self.division.train);
        let method = knobs.learns(&self.base.config, train.len());
        let kept = plan.output.join(VOICE_FILE);
        let mut voice = match kept.is_file() {
            true => Voice::load(&kept)?,
            false => Voice::begin(&self.base.config, method, knobs.seed)?,
        };
        voice.metadata.insert("method".into(), in_words(method));
        let wished = (knobs.epochs * prepare::material(train) as f64) as u64;
        let fits = self.fits(voice.clone(), shards, clock)?;
        now.write(&plan.output)?;
        let recipe = knobs.recipe(wished.min(fits).max(1));
        Ok(Trainer::begin_voice(self.base.clone(), voice, &recipe, &self.run())?)
    }

    /// How many tokens fit the minutes on this machine, by a few steps that are forgotten again.
    fn fits(&self, voice: Voice, shards: &Shards, clock: &dyn Fn() -> f64) -> Result<u64, Error> {
        let (folder, knobs) = (self.run().join("trial"), &self.plan.knobs);
        remove(&folder)?;
        let mut trainer = Trainer::begin_voice(self.base.clone(), voice, &knobs.recipe(1 << 20), &folder)?;
        let began = clock();
        for _ in 0..TIMED {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            trainer.step(shards)?;
        }
        let speed = trainer.tokens() as f64 / (clock() - began).max(1e-9);
        remove(&folder)?;
        Ok((speed * 60.0 * knobs.minutes * LEARNING) as u64)
    }

    /// What the voice is worth.
    pub fn prove(&self, learnt: Learnt, hear: &mut impl FnMut(&Learning)) -> Result<VoiceCard, Error> {
        let (plan, knobs, cancel) = (self.plan, &self.plan.knobs, self.cancel);
        let Learnt { voice, trained, curve } = learnt;
        let known = corpus::known::known(&self.division.train, 1);
        write(&plan.output.join(Known::FILE), &known.to_bytes())?;
        let voiced = self.base.with_voices(&[(&voice, 1.0)])?;
        let windows = mixture::own_valid("test", &self.division.test, self.context(), JUDGED, knobs.seed);
        let test = proof::judged(&self.base, &voiced, &windows, cancel)?;
        let test = test.unwrap_or(Judged { before: trained.before.bits_per_note, after: trained.best });
        let others = match &plan.corpus {
            Some(corpus) => material::held(corpus, self.context(), cancel)?,
            None => prepare::remembered(self.composer.decoder(), knobs.seed + 1, cancel)?,
        };
        let forgot = proof::judged(&self.base, &voiced, &others, cancel)?;
        let singer = Singer { path: plan.output.clone(), name: self.name.clone(), strength: 1.0 };
        let (copies, quotations) = proof::copies(
            (&self.composer, &Composer::with_voices(self.composer.folder(), &[singer])?),
            &plan.folder,
            (&self.division.train, &self.division.test),
            &known,
            (knobs.passages, knobs.seed),
            cancel,
            |done, of| hear(&Learning::Proving { done, of }),
        )?;
        let before = VoiceCard::load(&plan.output).ok();
        Ok(VoiceCard {
            name: self.name.clone(),
            source: plan.folder.display().to_string(),
            method: voice.metadata.get("method").cloned().unwrap_or_default(),
            size: voice.size(),
            files: self.files.clone(),
            test,
            curve,
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
}

fn told(report: &Report, of: u64) -> Learning {
    match report {
        &Report::Step { tokens, loss, bits_per_note, tokens_per_second, .. } => {
            let seconds_left = of.saturating_sub(tokens) as f64 / tokens_per_second.max(1.0);
            let bits_per_note = Some(bits_per_note).filter(|bits| bits.is_finite());
            Learning::Step { tokens, of, loss, bits_per_note, tokens_per_second, seconds_left }
        }
        Report::Held { tokens, held, .. } => Learning::Held { tokens: *tokens, bits_per_note: held.bits_per_note },
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
