//! Voices: a folder becomes a voice; what is wrong with a folder is said and loses nothing.
#![allow(clippy::unwrap_used)]

mod devices;
mod intake;
mod learning;
mod library;
mod stopping;
mod trouble;
mod words;

use engine::{Error, Finetuned, Finetuning, Kind, Knobs, finetune};
use model::{Checkpoint, Config, Precision, Recipe, Trainer};
use score::{Header, Meter, Note, Score, Track};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A base model that is quick to learn with, because it is small and knows nothing.
pub fn base(folder: &Path) -> PathBuf {
    let config = Config::new(32, 2, 4, 2, 48, 1024);
    let run = folder.join("base-run");
    let untrained: Checkpoint = Trainer::begin(&config, &Recipe::default(), &run).unwrap().checkpoint().clone();
    untrained.save(&folder.join("base"), Precision::Half).unwrap();
    folder.join("base")
}

/// A tune of so many bars that goes up and down the scale of D, its number deciding how.
pub fn tune(number: u32, bars: u32) -> Score {
    let header =
        Header { name: String::new(), lane: 0, channel: 0, program: 73, hue: 0, mix: Default::default(), output: None };
    let score = Score::empty();
    let eighth = u32::from(score.tpq) / 2;
    let scale = [62, 64, 66, 67, 69, 71, 73, 74];
    let note = |at: u32| {
        let step = (at * (1 + number % 3) + at / 8 * number) % 14;
        let pitch = scale[if step < 8 { step } else { 14 - step } as usize];
        Note::new(at, at * eighth, eighth, pitch, 80)
    };
    let notes = (0..8 * bars).map(note).collect();
    let meters = Arc::new(vec![Meter { tick: 0, numerator: 4, denominator: 4, clocks: 24, thirty_seconds: 8 }]);
    Score { meters, tracks: vec![Arc::new(Track::new(1, header, notes))], ..score }
}

/// A folder with tunes in two folders.
pub fn tunes(folder: &Path, count: u32) -> PathBuf {
    let music = folder.join("music");
    for number in 0..count {
        let inner = music.join(if number % 2 == 0 { "old" } else { "new" });
        std::fs::create_dir_all(&inner).unwrap();
        // Every other tune is a score.
        let tune = tune(number, 16);
        let (ending, file) = match number % 4 < 2 {
            true => ("mid", formats::midi::write(&tune)),
            false => ("musicxml", formats::musicxml::write(&tune).text.into_bytes()),
        };
        std::fs::write(inner.join(format!("tune {number}.{ending}")), file).unwrap();
    }
    music
}

/// Knobs for a few seconds: a network that knows nothing writes much and slowly, so it writes nothing here.
pub fn knobs() -> Knobs {
    let quick = Knobs { batch_tokens: 160, epochs: 6.0, replay: 0.0, forget: 1e6, passages: 0, ..Knobs::default() };
    Knobs { method: Kind::Full, rate: Some(2e-2), ..quick }
}

/// A training of these tunes.
pub fn plan(folder: &Path, music: PathBuf) -> Finetuning {
    let output = folder.join("voice");
    Finetuning {
        folder: music,
        output,
        name: None,
        knobs: knobs(),
        resume: false,
        base: Some(base(folder)),
        corpus: None,
    }
}

/// Trains to the end.
pub fn train(plan: &Finetuning) -> Result<Finetuned, Error> {
    finetune(plan, &AtomicBool::new(false), |_| ())
}

/// What is said of a training that is refused.
pub fn refused(plan: &Finetuning) -> String {
    train(plan).unwrap_err().to_string()
}
