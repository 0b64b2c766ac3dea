//! `diabelli pretrain`.

use super::{Answer, stopped_by_signal};
use engine::Pretraining;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Trains a base model. Stops at a signal after writing a checkpoint, and resumes from it.
#[derive(clap::Args)]
pub struct Arguments {
    /// A folder of shards (train.bin, train.json, valid.bin, valid.json) or an unpacked corpus (train/, valid/).
    folder: PathBuf,
    /// Where the model and its checkpoints go.
    #[arg(short, long)]
    output: PathBuf,
    /// A JSON file {"config": {…}, "recipe": {…}} with every knob; without it the defaults of a small model.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Go on from the newest checkpoint in the output folder.
    #[arg(long)]
    resume: bool,
    /// Stop after so many minutes.
    #[arg(long)]
    minutes: Option<f64>,
}

/// Trains until the plan is done, time is up or a signal comes.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let cancel = stopped_by_signal();
    let plan = Pretraining {
        folder: arguments.folder.clone(),
        output: arguments.output.clone(),
        config: arguments.config.clone(),
        resume: arguments.resume,
        minutes: arguments.minutes,
    };
    let done = tokio::task::spawn_blocking(move || {
        engine::pretrain(&plan, &cancel, |line| {
            let _ = writeln!(std::io::stderr(), "{line}");
        })
    })
    .await??;
    let words = format!(
        "{} steps, {} tokens, {:.2} bits per note held out ({})",
        done.steps, done.tokens, done.after.bits_per_note, done.stopped_by
    );
    Ok(Answer::new(words, json!(done)))
}
