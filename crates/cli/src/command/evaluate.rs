//! `diabelli evaluate`.

mod page;

use super::Answer;
use engine::{Evaluation, Settings, Tasks};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// Measures a model on held-out music. Nothing is chosen by it but which checkpoint ships.
#[derive(clap::Args)]
pub struct Arguments {
    /// The model's folder.
    model: PathBuf,
    /// An unpacked corpus (valid/; with train/ also the n-gram's figures and what was copied).
    corpus: PathBuf,
    /// How many excerpts of eight bars are filled.
    #[arg(long, default_value_t = 200)]
    count: usize,
    /// Fills the excerpts of this file instead.
    #[arg(long, conflicts_with = "count")]
    tasks: Option<PathBuf>,
    /// Writes which excerpts they were into this file.
    #[arg(long)]
    freeze: Option<PathBuf>,
    /// Which excerpts are drawn and how they are filled.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Softmax temperature of the model's answers.
    #[arg(long, default_value_t = Settings::default().temperature)]
    temperature: f32,
    /// Writes the tables as a Markdown page, and a plot beside it as SVG.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// Evaluates and prints the tables.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let plan = Evaluation {
        model: arguments.model.clone(),
        corpus: arguments.corpus.clone(),
        tasks: arguments.tasks.clone().map_or(Tasks::Drawn(arguments.count), Tasks::Frozen),
        freeze: arguments.freeze.clone(),
        seed: arguments.seed,
        temperature: arguments.temperature,
    };
    let done = tokio::task::spawn_blocking(move || {
        engine::evaluate(&plan, &AtomicBool::new(false), |line| {
            let _ = writeln!(std::io::stderr(), "{line}");
        })
    })
    .await??;
    if let Some(output) = &arguments.output {
        let plot = output.with_extension("svg");
        let name = plot.file_name().unwrap_or_default().to_string_lossy().into_owned();
        std::fs::write(&plot, page::plot(&done))?;
        std::fs::write(output, page::page(&done, Some(&name)))?;
    }
    Ok(Answer::new(page::page(&done, None), json!(done)))
}
