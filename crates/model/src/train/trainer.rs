//! Steps of training, and the way back when one goes wrong.

use super::folder::{self, Snapshot, State};
use super::gradients::gradients;
use super::moments::{Moments, length};
use super::network::first_weights;
use super::ops::Place;
use super::{Accelerator, Held, Network, Recipe, Shards};
use crate::{Checkpoint, Config, Error, Voice};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Under which a voice's metadata keep the hash of what it learnt on top of.
pub const BASE: &str = "base";

/// How often a run goes back to one checkpoint before it gives up.
const ATTEMPTS: u32 = 6;

/// A run: weights, moments, where it is and where it is kept.
#[derive(Debug)]
pub struct Trainer {
    pub(super) out: PathBuf,
    pub(super) recipe: Recipe,
    pub(super) snapshot: Snapshot,
    /// What a voice learns on top of; the snapshot's weights are then the voice's.
    base: Option<Arc<Checkpoint>>,
    /// What computes beside the processor, as long as it does.
    accelerator: Option<Arc<dyn Accelerator>>,
    /// Why it does not any more, until that is told.
    failed: Option<String>,
    /// How often it went back to the last checkpoint.
    attempts: u32,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Nats of a scored token.
    pub loss: f64,
    /// The same as bits of a scored note; not a number if the batch has none.
    pub bits_per_note: f64,
    /// Length of the gradient before clipping.
    pub norm: f64,
    /// Whether something was not finite, so that the run went back to its last checkpoint with half the rate.
    pub rolled_back: bool,
}

impl Trainer {
    /// A new run in a folder, from random weights. A first checkpoint is written.
    ///
    /// # Errors
    /// [`Error::Config`], [`Error::File`] if a run is there already, [`Error::System`].
    pub fn begin(config: &Config, recipe: &Recipe, out: &Path) -> Result<Self, Error> {
        config.check()?;
        let weights = first_weights(config, recipe.seed);
        Trainer::adapt(Checkpoint { config: config.clone(), weights, metadata: BTreeMap::new() }, recipe, out)
    }

    /// A new run in a folder that learns a voice: the base stays as it is. A first checkpoint is written.
    ///
    /// # Errors
    /// As [`Trainer::begin`]; [`Error::Weight`] if the voice does not fit the base.
    pub fn begin_voice(base: Arc<Checkpoint>, voice: Voice, recipe: &Recipe, out: &Path) -> Result<Self, Error> {
        voice.check(&base.config)?;
        let Voice { weights, mut metadata } = voice;
        metadata.insert(BASE.into(), base.hash());
        Trainer::new(Checkpoint { config: base.config.clone(), weights, metadata }, Some(base), recipe, out)
    }

    /// A new run in a folder, from weights that were learned before. A first checkpoint is written.
    ///
    /// # Errors
    /// As [`Trainer::begin`].
    pub fn adapt(checkpoint: Checkpoint, recipe: &Recipe, out: &Path) -> Result<Self, Error> {
        Trainer::new(checkpoint, None, recipe, out)
    }

    fn new(checkpoint: Checkpoint, base: Option<Arc<Checkpoint>>, recipe: &Recipe, out: &Path) -> Result<Self, Error> {
        recipe.check()?;
        if folder::newest(out).is_some() {
            return Err(Error::file(out, "a run is kept here; resume it, or choose another folder"));
        }
        std::fs::create_dir_all(out).map_err(Error::system("make", out))?;
        let moments = Moments::new(&checkpoint.weights, recipe.optimizer);
        let state = State { steps: 0, tokens: 0, best: None };
        let snapshot = Snapshot { checkpoint, moments, state };
        let (out, recipe) = (out.to_owned(), recipe.clone());
        let mut trainer = Trainer { out, recipe, snapshot, base, accelerator: None, failed: None, attempts: 0 };
        folder::save_recipe(&trainer.out, &trainer.recipe)?;
        trainer.save()?;
        Ok(trainer)
    }

    /// Goes on with a run from its newest checkpoint, with the recipe that is kept with it.
    ///
    /// # Errors
    /// [`Error::File`] if there is none or it is damaged, [`Error::Weight`], [`Error::Config`], [`Error::System`].
    pub fn resume(out: &Path) -> Result<Self, Error> {
        Trainer::go_on(None, out)
    }

    /// Goes on with a voice.
    ///
    /// # Errors
    /// As [`Trainer::resume`]; [`Error::File`] if the voice was learnt on top of another base.
    pub fn resume_voice(base: Arc<Checkpoint>, out: &Path) -> Result<Self, Error> {
        Trainer::go_on(Some(base), out)
    }

    fn go_on(base: Option<Arc<Checkpoint>>, out: &Path) -> Result<Self, Error> {
        let Some(newest) = folder::newest(out) else {
            return Err(Error::file(out, "no run is kept here; begin one"));
        };
        let recipe = folder::load_recipe(out)?;
        recipe.check()?;
        let snapshot = folder::load(&newest, base.as_deref(), recipe.optimizer)?;
        if let Some(base) = &base
            && snapshot.checkpoint.metadata.get(BASE) != Some(&base.hash())
        {
            return Err(Error::file(out, "this voice was learnt on top of another base model; train it anew"));
        }
        let out = out.to_owned();
        Ok(Trainer { out, recipe, snapshot, base, accelerator: None, failed: None, attempts: 0 })
    }

    /// The run on something else than the processor. If that fails, the run goes back to its last checkpoint and goes on
    /// without it.
    pub fn on(self, accelerator: Option<Arc<dyn Accelerator>>) -> Self {
        Trainer { accelerator, ..self }
    }

    /// What computes beside the processor at this moment.
    pub fn accelerator(&self) -> Option<&Arc<dyn Accelerator>> {
        self.accelerator.as_ref()
    }

    /// Why the processor computes alone from here on, if that is news.
    pub fn failure(&mut self) -> Option<String> {
        self.failed.take()
    }

    /// Another plan for the rest of the run, kept with it.
    ///
    /// # Errors
    /// [`Error::Config`], [`Error::System`].
    pub fn replan(&mut self, recipe: &Recipe) -> Result<(), Error> {
        recipe.check()?;
        folder::save_recipe(&self.out, recipe)?;
        self.recipe = recipe.clone();
        Ok(())
    }

    /// The plan.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The voice as it is now; of a run that learns a whole network, nothing.
    pub fn voice(&self) -> Option<Voice> {
        let Checkpoint { weights, metadata, .. } = &self.snapshot.checkpoint;
        self.base.as_ref().map(|_| Voice { weights: weights.clone(), metadata: metadata.clone() })
    }

    /// What learns as a graph of tensors.
    fn network(&self) -> Result<Network, Error> {
        let place = self.place();
        match (&self.base, self.voice()) {
            (Some(base), Some(voice)) => {
                let network = Network::adapting(base, &voice, place)?;
                Ok(network.with_dropout(self.recipe.dropout, self.recipe.seed, self.steps()))
            }
            _ => Network::learning(&self.snapshot.checkpoint.config, &self.snapshot.checkpoint.weights, place),
        }
    }

    fn place(&self) -> Place {
        let device = self.accelerator.as_ref().map(|accelerator| accelerator.device().clone());
        device.map_or(Place::Processor, Place::Device)
    }

    /// Without what failed, from the last checkpoint on: what a driver gave before it failed is not to be trusted.
    fn leave(&mut self, reason: &candle_core::Error) -> Result<(), Error> {
        let name = self.accelerator.take().map(|accelerator| accelerator.name()).unwrap_or_default();
        tracing::warn!("{name} failed: {reason}");
        self.failed = Some(format!("{name} failed ({reason})"));
        self.go_back()
    }

    /// The weights of a run as they are now: a network's, or a voice's.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.snapshot.checkpoint
    }

    /// Steps made, over all runs.
    pub fn steps(&self) -> u64 {
        self.snapshot.state.steps
    }

    /// Tokens read, over all runs.
    pub fn tokens(&self) -> u64 {
        self.snapshot.state.tokens
    }

    /// The lowest bits per note on held-out music that was measured.
    pub fn best(&self) -> Option<f64> {
        self.snapshot.state.best
    }

    /// Learns from one batch. If the loss, the gradient or a weight is not finite, the run goes back to its last
    /// checkpoint and goes on with half the rate.
    ///
    /// # Errors
    /// [`Error::Shard`] if the ids are of another vocabulary, [`Error::Diverged`] if going back does not help,
    /// [`Error::System`] or [`Error::File`] if the checkpoint cannot be read, [`Error::Tensor`].
    pub fn step(&mut self, shards: &Shards) -> Result<Step, Error> {
        self.step_unless(shards, &AtomicBool::new(false))
    }

    /// As [`Trainer::step`].
    ///
    /// # Errors
    /// As [`Trainer::step`]; [`Error::Cancelled`] and nothing learned if the flag is raised meanwhile.
    pub fn step_unless(&mut self, shards: &Shards, cancel: &AtomicBool) -> Result<Step, Error> {
        self.fits(shards)?;
        let (batch, pack) = (self.recipe.batch_tokens, self.recipe.pack_tokens);
        let context = self.snapshot.checkpoint.config.max_position_embeddings.min(pack);
        let packs = shards.train.step(self.recipe.seed, self.steps(), batch, (context, pack));
        let computed = self.network().and_then(|network| match &self.accelerator {
            Some(accelerator) => accelerator.gradients(&network, &packs, cancel),
            None => gradients(&network, &packs, cancel),
        });
        let (loss, gradients) = match computed {
            Err(Error::Tensor(reason)) if self.accelerator.is_some() => {
                self.leave(&reason)?;
                return self.step_unless(shards, cancel);
            }
            computed => computed?,
        };
        let Snapshot { checkpoint, moments, state } = &mut self.snapshot;
        let norm = length(&gradients);
        let (scored, notes) =
            packs.iter().fold((0, 0), |(scored, notes), pack| (scored + pack.scored.len(), notes + pack.notes));
        let bits_per_note = loss * scored as f64 / std::f64::consts::LN_2 / notes as f64;
        let rate = self.recipe.rate_at(state.tokens);
        if loss.is_finite() && norm.is_finite() {
            moments.step(&mut checkpoint.weights, &gradients, (state.steps + 1, norm, rate), &self.recipe)?;
            state.steps += 1;
            state.tokens += packs.iter().map(|pack| pack.tokens as u64).sum::<u64>();
            if checkpoint.weights.values().all(|weight| weight.data.iter().all(|number| number.is_finite())) {
                return Ok(Step { loss, bits_per_note, norm, rolled_back: false });
            }
        }
        self.roll_back()?;
        Ok(Step { loss, bits_per_note, norm, rolled_back: true })
    }

    /// About how many bytes a step holds beside the weights: what every operation gives is kept until its gradient is
    /// taken, and the gradients of a layer stand beside it.
    pub fn needs(&self) -> u64 {
        let config = &self.snapshot.checkpoint.config;
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let lows = self.base.as_ref().map_or(0, |_| 2 * (width + inner));
        let layer = 14 * width + 6 * inner + lows;
        let token = config.num_hidden_layers * layer + 4 * config.vocab_size;
        (self.recipe.pack_tokens * token * size_of::<f32>()) as u64
    }

    /// Reads fewer tokens at once, half as many as often as it has to be, until a step fits so many bytes. Answers
    /// whether that was needed.
    ///
    /// # Errors
    /// [`Error::Memory`] if not even the fewest fit; [`Error::System`].
    pub fn fit_into(&mut self, free: u64) -> Result<bool, Error> {
        let whole = self.recipe.pack_tokens;
        while self.needs() > free {
            if self.recipe.pack_tokens / 2 < Recipe::LEAST_PACK {
                let megabytes = |bytes: u64| bytes >> 20;
                let (tokens, needs) = (self.recipe.pack_tokens, megabytes(self.needs()));
                return Err(Error::Memory { tokens, needs, free: megabytes(free) });
            }
            self.recipe.pack_tokens /= 2;
        }
        if self.recipe.pack_tokens < whole {
            folder::save_recipe(&self.out, &self.recipe)?;
        }
        Ok(self.recipe.pack_tokens < whole)
    }

    fn roll_back(&mut self) -> Result<(), Error> {
        self.attempts += 1;
        if self.attempts >= ATTEMPTS {
            return Err(Error::Diverged { times: self.attempts });
        }
        self.go_back()?;
        self.recipe.rate /= 2.0;
        folder::save_recipe(&self.out, &self.recipe)
    }

    fn go_back(&mut self) -> Result<(), Error> {
        let Some(newest) = folder::newest(&self.out) else {
            return Err(Error::file(&self.out, "the run's checkpoints are gone; begin again with a lower rate"));
        };
        let best = self.snapshot.state.best;
        self.snapshot = folder::load(&newest, self.base.as_deref(), self.recipe.optimizer)?;
        self.snapshot.state.best = best;
        Ok(())
    }

    /// How well the network foretells the held-out samples.
    ///
    /// # Errors
    /// [`Error::Shard`], [`Error::Tensor`].
    pub fn validate(&mut self, shards: &Shards) -> Result<Held, Error> {
        self.validate_unless(shards, &AtomicBool::new(false))
    }

    pub(super) fn validate_unless(&mut self, shards: &Shards, cancel: &AtomicBool) -> Result<Held, Error> {
        self.fits(shards)?;
        match self.measured(shards, cancel) {
            Err(Error::Tensor(reason)) if self.accelerator.is_some() => {
                self.leave(&reason)?;
                self.measured(shards, cancel)
            }
            measured => measured,
        }
    }

    fn measured(&self, shards: &Shards, cancel: &AtomicBool) -> Result<Held, Error> {
        let voiced = match (&self.base, self.voice()) {
            (Some(base), Some(voice)) => Some(base.with_voices(&[(&voice, 1.0)])?),
            _ => None,
        };
        let checkpoint = voiced.as_ref().unwrap_or(&self.snapshot.checkpoint);
        let Some(accelerator) = &self.accelerator else { return Held::of(checkpoint, &shards.valid, cancel) };
        let Checkpoint { config, weights, .. } = checkpoint;
        let network = Network::reading(config, weights, self.place())?;
        accelerator.measure(&network, &shards.valid, config.max_position_embeddings, cancel)
    }

    /// Writes a checkpoint to `last`; the one before becomes `previous`.
    ///
    /// # Errors
    /// [`Error::System`] or [`Error::File`]; the checkpoint before stays whole.
    pub fn save(&mut self) -> Result<(), Error> {
        folder::save(&self.out, "last", "previous", &self.snapshot)?;
        self.attempts = 0;
        Ok(())
    }

    fn fits(&self, shards: &Shards) -> Result<(), Error> {
        let (ids, wanted) = (shards.train.vocabulary(), self.snapshot.checkpoint.config.vocab_size);
        match ids == wanted {
            true => Ok(()),
            false => {
                let reason = format!("it was made for {ids} ids and the network has {wanted}");
                Err(Error::Shard { path: shards.train.path().to_owned(), reason })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shards(folder: &Path) -> Shards {
        let ids: Vec<u8> = (0..40_u16).flat_map(|place| (8 + place).to_le_bytes()).collect();
        let about = r#"{"vocab_size": 864, "groups": ["one"], "weights": {"one": 1.0},
            "samples": [[0, 20, 0, 9, 0], [20, 20, 10, 4, 0]]}"#;
        for name in ["train", "valid"] {
            std::fs::write(folder.join(format!("{name}.bin")), &ids).unwrap();
            std::fs::write(folder.join(format!("{name}.json")), about).unwrap();
        }
        Shards::open(folder).unwrap()
    }

    fn spoil(trainer: &mut Trainer) {
        trainer.snapshot.checkpoint.weights.get_mut("model.norm.weight").unwrap().data[3] = f32::NAN;
    }

    #[test]
    fn what_is_not_finite_is_rolled_back_with_half_the_rate() {
        let folder = tempfile::tempdir().unwrap();
        let (shards, out) = (shards(folder.path()), folder.path().join("run"));
        let recipe = Recipe { batch_tokens: 40, rate: 4e-3, warm_tokens: 0, ..Recipe::default() };
        let mut trainer = Trainer::begin(&Config::tiny(), &recipe, &out).unwrap();
        trainer.step(&shards).unwrap();
        trainer.save().unwrap();
        let kept = trainer.snapshot.clone();
        trainer.step(&shards).unwrap();
        spoil(&mut trainer);
        assert!(trainer.step(&shards).unwrap().rolled_back);
        assert_eq!(trainer.recipe.rate, 2e-3);
        assert!(
            trainer.snapshot.checkpoint.weights == kept.checkpoint.weights && trainer.snapshot.moments == kept.moments
        );
        assert_eq!((trainer.steps(), trainer.tokens()), (kept.state.steps, kept.state.tokens));
        assert_eq!(Trainer::resume(&out).unwrap().recipe.rate, 2e-3, "a kill does not bring the old rate back");
        // A gradient that is fine, and a step from it that is not.
        trainer.snapshot.moments.second.get_mut("model.norm.weight").unwrap().data.fill(-1.0);
        assert!(trainer.step(&shards).unwrap().rolled_back);
        assert!(!trainer.step(&shards).unwrap().rolled_back);
        assert_eq!((trainer.steps(), trainer.recipe.rate), (kept.state.steps + 1, 1e-3));
    }

    #[test]
    fn a_run_that_does_not_recover_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let shards = shards(folder.path());
        let recipe = Recipe { batch_tokens: 40, ..Recipe::default() };
        let mut trainer = Trainer::begin(&Config::tiny(), &recipe, &folder.path().join("run")).unwrap();
        for _ in 1..ATTEMPTS {
            spoil(&mut trainer);
            assert!(trainer.step(&shards).unwrap().rolled_back);
        }
        spoil(&mut trainer);
        assert!(matches!(trainer.step(&shards), Err(Error::Diverged { times: ATTEMPTS })));
    }
}
