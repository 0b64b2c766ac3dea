//! How many tokens a training step learns from in a second, beside `tests/reference/twin.py bench`.
//!
//!     cargo run --release -p model --example step_time -- [samples] [length] [steps] [rank]
//!
//! A step is forward, backward, clipping and AdamW on random ids, all of them scored; the median step counts. With a
//! rank, a low-rank change of that rank learns instead of the whole network. The most memory that the process ever held
//! is printed where the system tells it.

use model::{Config, Method, Optimizer, Recipe, Shards, Trainer, Voice};
use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let mut next = |default| arguments.next().unwrap_or(Ok(default));
    let (samples, length, steps, rank) = (next(8)?, next(512)?, next(7)?, next(0)?);
    let folder = std::env::temp_dir().join(format!("diabelli-step-time-{}", std::process::id()));
    write_shards(&folder, length + 1)?;
    // The last id of a sample is only foretold, so that a sample reads `length` ids.
    let recipe = Recipe { optimizer: Optimizer::AdamW, batch_tokens: samples * (length + 1), ..Recipe::default() };
    let whole = Trainer::begin(&Config::small(), &recipe, &folder.join("run"))?;
    let mut trainer = match rank {
        0 => whole,
        _ => {
            let voice = Voice::begin(&Config::small(), Method::Lora { rank, from: 0 }, 1)?;
            let recipe = Recipe { dropout: 0.05, ..recipe };
            Trainer::begin_voice(Arc::new(whole.checkpoint().clone()), voice, &recipe, &folder.join("voice"))?
        }
    };
    let shards = Shards::open(&folder)?;
    trainer.step(&shards)?;
    let mut seconds = Vec::with_capacity(steps);
    for _ in 0..steps.max(1) {
        let started = Instant::now();
        trainer.step(&shards)?;
        seconds.push(started.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds[seconds.len() / 2];
    let speed = (samples * length) as f64 / median;
    let peak = peak().map_or_else(|| "null".to_owned(), |megabytes| megabytes.to_string());
    let out = &mut std::io::stdout();
    writeln!(out, "{{\"rank\": {rank}, \"tokens_per_second\": {speed:.1}, \"peak_mb\": {peak}}}")?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// The most memory that this process ever held, in MB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// Sixteen samples of one length, ids spread over the vocabulary.
fn write_shards(folder: &std::path::Path, length: usize) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let id = |place: u64| (8 + place * 7919 % 104_729 % 850) as u16;
    let ids: Vec<u8> = (0..16 * length as u64).flat_map(|place| id(place).to_le_bytes()).collect();
    let samples: Vec<[usize; 5]> = (0..16).map(|index| [index * length, length, 0, length - 1, 0]).collect();
    let (groups, weights) = (["even"], serde_json::json!({"even": 1.0}));
    let about = serde_json::json!({"vocab_size": 864, "groups": groups, "weights": weights, "samples": samples});
    for name in ["train", "valid"] {
        std::fs::write(folder.join(format!("{name}.bin")), &ids)?;
        std::fs::write(folder.join(format!("{name}.json")), about.to_string())?;
    }
    Ok(())
}
