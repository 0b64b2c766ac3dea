//! What a training run is to do.

use super::shards::PACK;
use crate::Error;
use serde::{Deserialize, Serialize};

/// How a run makes its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Optimizer {
    /// Muon for the matrices inside the layers of a network, AdamW for the rest.
    Muon,
    /// AdamW for all.
    AdamW,
    /// Gradient descent with momentum for all.
    Sgd,
}

/// Settings of a run; the defaults are those of `tests/reference/twin.py`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
    /// How many tokens the run is planned for, 1 or more. 20 million.
    pub tokens: u64,
    /// Tokens of one step, 2..=1048576; whole samples are drawn until there are so many. 8,192.
    pub batch_tokens: usize,
    /// Tokens that are read at once, 256..=16384: what a step needs of memory goes by them. Longer samples are cut. 2,048.
    pub pack_tokens: usize,
    /// The highest learning rate, above 0 and at most 1. 0.002.
    pub rate: f64,
    /// Tokens over which the rate rises to it. A million.
    pub warm_tokens: u64,
    /// The last part of the plan, over which the rate falls; 0..=1. 0.2.
    pub decay: f64,
    /// How steps are made. Muon. A run keeps the way that it began with.
    pub optimizer: Optimizer,
    /// Which samples are drawn, and the first weights. 1.
    pub seed: u64,
    /// What matrices lose at each step, as a part of the rate; 0..=1. 0.1.
    pub weight_decay: f64,
    /// How much of the moments is kept; 0 or more, below 1. 0.9 and 0.95.
    pub betas: (f64, f64),
    /// Added to the root of the second moment; above 0. 1e-8.
    pub eps: f64,
    /// What share of the numbers that a low-rank change reads is left out while it learns; 0 or more, below 1. 0.
    pub dropout: f64,
    /// The longest gradient that is taken as it is; above 0. 1.
    pub clip: f64,
    /// Minutes between checkpoints; above 0. 3.
    pub save_minutes: f64,
    /// Minutes between validations; above 0. 8.
    pub look_minutes: f64,
    /// Tokens between validations; if it is said, minutes do not count, and a run is the same on every machine.
    pub look_tokens: Option<u64>,
    /// After how many validations without a better one the run ends; none: never.
    pub patience: Option<u32>,
    /// Steps between two lines of its report, 1 or more. 20.
    pub line_steps: u64,
}

impl Default for Recipe {
    fn default() -> Self {
        Recipe {
            tokens: 20_000_000,
            batch_tokens: 8192,
            pack_tokens: PACK,
            rate: 2e-3,
            warm_tokens: 1_000_000,
            decay: 0.2,
            optimizer: Optimizer::Muon,
            dropout: 0.0,
            seed: 1,
            weight_decay: 0.1,
            betas: (0.9, 0.95),
            eps: 1e-8,
            clip: 1.0,
            save_minutes: 3.0,
            look_minutes: 8.0,
            look_tokens: None,
            patience: None,
            line_steps: 20,
        }
    }
}

impl Recipe {
    /// The fewest tokens that are read at once.
    pub(super) const LEAST_PACK: usize = 256;

    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`Error::Config`] with the setting, its value and its range.
    pub fn check(&self) -> Result<(), Error> {
        let rule = |what, value: f64, range: &str, holds: bool| match holds {
            true => Ok(()),
            false => Err(Error::Config { what, value: value.to_string(), range: range.into() }),
        };
        rule("tokens", self.tokens as f64, "1 or more", self.tokens > 0)?;
        let batch = self.batch_tokens;
        rule("batch_tokens", batch as f64, "2..=1048576", (2..=1 << 20).contains(&batch))?;
        let pack = self.pack_tokens;
        rule("pack_tokens", pack as f64, "256..=16384", (Recipe::LEAST_PACK..=1 << 14).contains(&pack))?;
        rule("line_steps", self.line_steps as f64, "1 or more", self.line_steps > 0)?;
        rule("rate", self.rate, "above 0 and at most 1", self.rate > 0.0 && self.rate <= 1.0)?;
        rule("decay", self.decay, "0..=1", (0.0..=1.0).contains(&self.decay))?;
        rule("weight_decay", self.weight_decay, "0..=1", (0.0..=1.0).contains(&self.weight_decay))?;
        for beta in [self.betas.0, self.betas.1] {
            rule("betas", beta, "0 or more and below 1", (0.0..1.0).contains(&beta))?;
        }
        rule("dropout", self.dropout, "0 or more and below 1", (0.0..1.0).contains(&self.dropout))?;
        let above = [
            ("eps", self.eps),
            ("clip", self.clip),
            ("save_minutes", self.save_minutes),
            ("look_minutes", self.look_minutes),
        ];
        above.into_iter().try_for_each(|(what, value)| rule(what, value, "above 0", value > 0.0))
    }

    /// The rate after so many tokens: it rises, stays, and falls in a straight line to a fiftieth over the last part
    /// (WSD; Hu et al., MiniCPM, 2024).
    pub fn rate_at(&self, tokens: u64) -> f64 {
        let (tokens, all) = (tokens as f64, self.tokens as f64);
        let warm = if self.warm_tokens == 0 { 1.0 } else { (tokens / self.warm_tokens as f64).min(1.0) };
        let decay_from = all * (1.0 - self.decay);
        let down = if tokens < decay_from { 1.0 } else { ((all - tokens) / (all - decay_from).max(1.0)).max(0.02) };
        self.rate * warm * down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_stays_and_falls() {
        let recipe = Recipe { tokens: 1000, warm_tokens: 100, decay: 0.2, rate: 1.0, ..Recipe::default() };
        let rates = [0, 50, 100, 799, 900, 999, 1200].map(|tokens| recipe.rate_at(tokens));
        assert_eq!(rates, [0.0, 0.5, 1.0, 1.0, 0.5, 0.02, 0.02]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_range() {
        let words = |recipe: Recipe| recipe.check().unwrap_err().to_string();
        assert!(words(Recipe { rate: f64::NAN, ..Recipe::default() }).contains("above 0 and at most 1"));
        assert!(words(Recipe { betas: (0.9, 1.0), ..Recipe::default() }).contains("betas is 1"));
        assert!(words(Recipe { clip: 0.0, ..Recipe::default() }).contains("clip is 0"));
        assert!(Recipe::default().check().is_ok());
    }
}
