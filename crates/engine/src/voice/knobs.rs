//! Every knob of a voice's training, and what they stand at when nobody turns them.

use crate::Error;
use model::{Config, Method, Optimizer, Recipe};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Validations over a whole plan.
const LOOKS: u64 = 20;

/// How a voice learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Whatever suits the size of the folder.
    #[default]
    Auto,
    /// Vectors that are read before the music, and the norms.
    Prefix,
    /// A low-rank change of all matrices.
    Lora,
    /// The last layers.
    Top,
    /// Every weight.
    Full,
}

/// The knobs; a settings file may name any of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Knobs {
    /// How it learns. Auto.
    pub method: Kind,
    /// Rank of low-rank changes, 1..=256; none: by the size of the folder.
    pub rank: Option<usize>,
    /// Layers that stay as they are, from below. 0.
    pub frozen_layers: usize,
    /// How many layers `top` changes. 1.
    pub top_layers: usize,
    /// `adamw` or `sgd`. AdamW.
    #[cfg_attr(feature = "ts", ts(type = "\"adamw\" | \"sgd\""))]
    pub optimizer: Optimizer,
    /// The highest learning rate; none: by the method.
    pub rate: Option<f64>,
    /// The share of the plan over which the rate rises, 0..=1. 0.05.
    pub warm: f64,
    /// The last part of the plan, over which the rate falls, 0..=1. 0.8.
    pub decay: f64,
    /// Tokens of one step. 4,096.
    pub batch_tokens: usize,
    /// How often the music is gone through, in ever other keys and windows; above 0. 40.
    pub epochs: f64,
    /// The longest that learning may take, in minutes; above 0. 10.
    pub minutes: f64,
    /// What the change loses at each step, as a part of the rate, 0..=1. 0.05.
    pub weight_decay: f64,
    /// Share of what low-rank changes read that is left out, 0 or more and below 1. 0.05.
    pub dropout: f64,
    /// Validations without a better one after which it ends; there are 20 in a plan. 5.
    pub patience: u32,
    /// Minutes of trying out rates and ranks before it learns, so many in all; 0: the defaults. 0.
    pub search: f64,
    /// The most memory that a step may hold, in MB, 1 or more; none: what is free.
    pub memory: Option<u32>,
    /// Share of what is learnt that is what the base model would write itself, so that it is not forgotten; 0 or more
    /// and below 1. 0.15.
    pub replay: f64,
    /// By how much more the base model's own music may cost the voice, as a share above 0: what would cost more is turned
    /// down until it does not. 0.03.
    pub forget: f64,
    /// Whether the music is learnt in other keys too. True.
    pub transpose: bool,
    /// How many semitones lower, 0..=24. 5.
    pub transpose_down: i8,
    /// How many semitones higher, 0..=24. 6.
    pub transpose_up: i8,
    /// How many passages are written to tell what is copied; 0: none. 16.
    pub passages: usize,
    /// Which pieces are held out, which windows are drawn, and the first weights. 1.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seed: u64,
}

impl Default for Knobs {
    fn default() -> Self {
        Knobs {
            method: Kind::Auto,
            rank: None,
            frozen_layers: 0,
            top_layers: 1,
            optimizer: Optimizer::AdamW,
            rate: None,
            warm: 0.05,
            decay: 0.8,
            batch_tokens: 4096,
            epochs: 40.0,
            minutes: 10.0,
            weight_decay: 0.05,
            dropout: 0.05,
            patience: 5,
            search: 0.0,
            memory: None,
            replay: 0.15,
            forget: 0.03,
            transpose: true,
            transpose_down: 5,
            transpose_up: 6,
            passages: 16,
            seed: 1,
        }
    }
}

impl Knobs {
    /// Reads a settings file in TOML.
    ///
    /// # Errors
    /// [`Error::File`] with the line and what is wrong.
    pub fn load(path: &Path) -> Result<Knobs, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        toml::from_str(&text).map_err(|error| Error::file(path, error))
    }

    /// As a settings file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// What is learnt of a network, from so many pieces.
    pub fn learns(&self, config: &Config, pieces: usize) -> Method {
        let by_size = match pieces {
            0..20 => 4,
            20..200 => 8,
            _ => 16,
        };
        match self.method {
            Kind::Prefix => Method::Prefix,
            Kind::Auto | Kind::Lora => Method::Lora { rank: self.rank.unwrap_or(by_size), from: self.frozen_layers },
            Kind::Top => Method::Top { layers: self.top_layers.min(config.num_hidden_layers) },
            Kind::Full => Method::Full,
        }
    }

    /// The recipe of a run of so many tokens that learns so.
    pub fn recipe(&self, method: Method, tokens: u64) -> Recipe {
        let rate = match method {
            Method::Prefix => 1e-2,
            Method::Lora { .. } => 3e-3,
            Method::Top { .. } => 1e-3,
            Method::Full => 5e-4,
        };
        Recipe {
            tokens,
            batch_tokens: self.batch_tokens,
            rate: self.rate.unwrap_or(rate),
            warm_tokens: (tokens as f64 * self.warm) as u64,
            decay: self.decay,
            optimizer: self.optimizer,
            seed: self.seed,
            weight_decay: self.weight_decay,
            dropout: self.dropout,
            save_minutes: 1.0,
            look_tokens: Some((tokens / LOOKS).max(1)),
            patience: Some(self.patience),
            line_steps: 1,
            ..Recipe::default()
        }
    }

    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`Error::Model`] with the knob, its value and its range.
    pub fn check(&self) -> Result<(), Error> {
        let rule = |what, value: f64, range: &str, holds: bool| match holds {
            true => Ok(()),
            false => Err(model::Error::Config { what, value: value.to_string(), range: range.into() }),
        };
        rule("warm", self.warm, "0..=1", (0.0..=1.0).contains(&self.warm))?;
        rule("epochs", self.epochs, "above 0", self.epochs > 0.0)?;
        rule("minutes", self.minutes, "above 0", self.minutes > 0.0)?;
        rule("search", self.search, "0 or more", self.search >= 0.0)?;
        rule("memory", self.memory.unwrap_or(1).into(), "1 or more", self.memory != Some(0))?;
        rule("patience", self.patience.into(), "1 or more", self.patience > 0)?;
        rule("forget", self.forget, "above 0", self.forget > 0.0)?;
        for (what, semitones) in [("transposeDown", self.transpose_down), ("transposeUp", self.transpose_up)] {
            rule(what, semitones.into(), "0..=24", (0..=24).contains(&semitones))?;
        }
        rule("replay", self.replay, "0 or more and below 1", (0.0..1.0).contains(&self.replay))?;
        if self.optimizer == Optimizer::Muon {
            let (value, range) = ("muon".into(), "adamw or sgd; Muon steps whole matrices".into());
            return Err(model::Error::Config { what: "optimizer", value, range }.into());
        }
        Ok(self.recipe(Method::Full, 1 << 20).check()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_the_folder_says_how_much_is_learnt() {
        let config = Config::small();
        let rank = |knobs: &Knobs, pieces| match knobs.learns(&config, pieces) {
            Method::Lora { rank, .. } => rank,
            other => panic!("{other:?}"),
        };
        let knobs = Knobs::default();
        assert_eq!(knobs.learns(&config, 3), Method::Lora { rank: 4, from: 0 });
        assert!(rank(&knobs, 5) < rank(&knobs, 50) && rank(&knobs, 50) < rank(&knobs, 500));
        assert_eq!(rank(&Knobs { rank: Some(3), ..Knobs::default() }, 500), 3);
        let top = Knobs { method: Kind::Top, top_layers: 9, ..Knobs::default() };
        assert_eq!(top.learns(&config, 5), Method::Top { layers: 5 });
    }

    #[test]
    fn a_settings_file_may_name_any_knob_and_says_where_it_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("voice.toml");
        let load = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Knobs::load(&path)
        };
        let knobs = load("method = \"top\"\nrate = 0.01\nreplay = 0\n").unwrap();
        assert_eq!((knobs.method, knobs.rate, knobs.replay), (Kind::Top, Some(0.01), 0.0));
        assert_eq!(knobs.epochs, Knobs::default().epochs);
        let wrong = load("rate = 0.01\nrank = \"high\"\n").unwrap_err().to_string();
        assert!(wrong.contains("line 2") && wrong.contains("rank"), "{wrong}");
        assert!(load("ranks = 8\n").unwrap_err().to_string().contains("ranks"));
        let words = |text: &str| load(text).unwrap().check().unwrap_err().to_string();
        assert!(words("replay = 1.0").contains("replay is 1, it has to be 0 or more and below 1"));
        assert!(words("transposeDown = 30").contains("transposeDown is 30, it has to be 0..=24"));
        assert!(words("optimizer = \"muon\"").contains("adamw or sgd"));
        assert!(words("rate = 2.0").contains("at most 1"));
        Knobs::default().check().unwrap();
    }
}
