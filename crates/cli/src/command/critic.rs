//! `diabelli critic`.

use super::{Answer, stopped_by_signal};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Trains the critic that chooses lines of the piece for open bars. It is part of the program: build it anew to use it.
#[derive(clap::Args)]
pub struct Arguments {
    /// An unpacked corpus (train/).
    corpus: PathBuf,
    /// The file that it is written to: crates/compose/critic.safetensors is the one that ships.
    #[arg(short, long)]
    output: PathBuf,
    /// Which bars are drawn, and how the network begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Learns, and says how well it chooses on pieces that it did not learn from.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let cancel = stopped_by_signal();
    let (corpus, output, seed) = (arguments.corpus.clone(), arguments.output.clone(), arguments.seed);
    let judged = tokio::task::spawn_blocking(move || {
        engine::critic(&corpus, &output, seed, &cancel, |line| {
            let _ = writeln!(std::io::stderr(), "{line}");
        })
    })
    .await??;
    let words = format!(
        "Note F1 on {} bars of pieces held out, after {} bars of others:\n\
         {:.3} the bar whose surroundings are most alike\n{:.3} the bar that the critic chooses\n\
         {:.3} the line that it chooses of all\n{:.3} the best bar, {:.3} the best line, if one knew",
        judged.lessons.1, judged.lessons.0, judged.likest, judged.same, judged.chosen, judged.best.0, judged.best.1
    );
    Ok(Answer::new(words, json!(judged)))
}
