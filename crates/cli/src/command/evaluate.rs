//! `diabelli evaluate`.

use super::Answer;
use engine::{Evaluated, Evaluation};
use serde_json::json;
use std::fmt::Write as _;
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
    tasks: usize,
    /// Which excerpts are drawn and how they are filled.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Writes the tables as a Markdown page.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// Evaluates and prints the tables.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let plan = Evaluation {
        model: arguments.model.clone(),
        corpus: arguments.corpus.clone(),
        tasks: arguments.tasks,
        seed: arguments.seed,
    };
    let done = tokio::task::spawn_blocking(move || {
        engine::evaluate(&plan, &AtomicBool::new(false), |line| {
            let _ = writeln!(std::io::stderr(), "{line}");
        })
    })
    .await??;
    let page = page(&done);
    if let Some(output) = &arguments.output {
        std::fs::write(output, &page)?;
    }
    Ok(Answer::new(page, json!(done)))
}

/// The tables in Markdown.
fn page(done: &Evaluated) -> String {
    let mut page =
        format!("Model: {}\n\n| bits per note | model | n-gram | saved |\n|---|---:|---:|---:|\n", done.model);
    for row in &done.bits {
        let name = row.collection.as_ref().map_or("**all, by weight**".into(), |name| format!("`{name}`"));
        let ngram = row.ngram.map_or("–".into(), |bits| format!("{bits:.2}"));
        let saved = row.ngram.map_or("–".into(), |bits| format!("{:.0} %", 100.0 * (1.0 - row.model / bits)));
        let _ = writeln!(page, "| {name} | {:.2} | {ngram} | {saved} |", row.model);
    }
    let names: Vec<&str> = done.writing.first().map_or(Vec::new(), |line| line.figures.keys().copied().collect());
    for by_collection in [false, true] {
        let _ =
            writeln!(page, "\n| writer | tasks | {} |\n|---|---:|{}", names.join(" | "), "---:|".repeat(names.len()));
        for line in done.writing.iter().filter(|line| line.collection.is_some() == by_collection) {
            let figures: Vec<String> = names
                .iter()
                .map(|name| line.figures.get(name).map_or("–".into(), |value| format!("{value:.3}")))
                .collect();
            let of = line.collection.as_ref().map_or(String::new(), |name| format!(", `{name}`"));
            let _ = writeln!(page, "| {}{of} | {} | {} |", line.writer, line.tasks, figures.join(" | "));
        }
    }
    let (median, late) = done.seconds;
    let _ = writeln!(
        page,
        "\nAn excerpt took the model {median:.2} s (median) and {late:.2} s (95th percentile), four candidates each."
    );
    page
}
