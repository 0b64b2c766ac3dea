//! How many tokens the int8 decoder writes in a second after a prompt, alone and four at a time.
//!
//!     cargo run --release -p model --example decode_time -- [prompt] [tokens] [model folder]
//!
//! Without a folder the base shape with random weights is measured, which takes the same time. A token is chosen as
//! the likeliest; the time that reading the prompt takes is told apart. The median of five rounds counts. Beside it
//! stands how often all that a token has to meet could be read.
//! Each tier of instructions that this processor has is measured by itself.

use model::{Batch, Checkpoint, Config, Decoder, Prompt, Recipe, Sampling, Tier, Trainer, sample};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).map_or(Ok(default), |argument| argument.parse());
    let (prompt, tokens) = (number(0, 1024)?, number(1, 256)?);
    let mut checkpoint = match arguments.get(2) {
        Some(folder) => Checkpoint::load(Path::new(folder))?,
        None => random()?,
    };
    // The context only bounds what may be asked; nothing in the network depends on it.
    checkpoint.config.max_position_embeddings = checkpoint.config.max_position_embeddings.max(prompt + tokens);
    for tier in Tier::all() {
        measure(&Decoder::new(&checkpoint, tier)?, tier, prompt, tokens)?;
    }
    Ok(())
}

fn measure(decoder: &Decoder, tier: Tier, prompt: usize, tokens: usize) -> Outcome<()> {
    let vocabulary = decoder.config().vocab_size;
    let ids: Vec<u32> = (0..prompt).map(|place| (place * 7919 % 104_729 % vocabulary) as u32).collect();
    let reading = median(|| {
        let started = Instant::now();
        decoder.read(&ids)?;
        Ok(started.elapsed().as_secs_f64())
    })?;
    let read = decoder.read(&ids)?;
    let alone = median(|| write(decoder, &read, 1, tokens))?;
    let four = median(|| write(decoder, &read, 4, tokens))?;
    let limit = reading_limit(decoder, prompt + tokens / 2)?;
    let figures = serde_json::json!({
        "tier": tier.to_string(),
        "prompt_tokens": prompt,
        "prompt_tokens_per_second": (prompt as f64 / reading).round(),
        "tokens_per_second_alone": (tokens as f64 / alone).round(),
        "tokens_per_second_of_four": (4.0 * tokens as f64 / four).round(),
        "tokens_per_second_if_all_were_only_read": limit.round(),
    });
    writeln!(std::io::stdout(), "{figures}")?;
    Ok(())
}

/// The base shape with the weights that a run begins with.
fn random() -> Outcome<Checkpoint> {
    let folder = std::env::temp_dir().join(format!("diabelli-decode-time-{}", std::process::id()));
    let checkpoint = Trainer::begin(&Config::small(), &Recipe::default(), &folder)?.checkpoint().clone();
    std::fs::remove_dir_all(&folder)?;
    Ok(checkpoint)
}

/// Seconds that some sequences of so many tokens take.
fn write(decoder: &Decoder, prompt: &Prompt, count: usize, tokens: usize) -> Outcome<f64> {
    let allowed: Vec<u32> = (0..decoder.config().vocab_size as u32).collect();
    let likeliest = Sampling { temperature: 0.0, ..Sampling::default() };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut batch = Batch::new(decoder, prompt, count)?;
    let started = Instant::now();
    for _ in 0..tokens {
        for sequence in 0..count {
            let id = sample(batch.logits(sequence)?, &allowed, &likeliest, &mut rng)?;
            batch.push(sequence, &[id])?;
        }
        batch.step()?;
    }
    Ok(started.elapsed().as_secs_f64())
}

/// How often in a second the weights, and the keys and values of so many places, can be read by as many threads as
/// write: the physical limit of one sequence.
fn reading_limit(decoder: &Decoder, places: usize) -> Outcome<f64> {
    const ROUNDS: usize = 100;
    let config = decoder.config();
    let threads = std::thread::available_parallelism()?.get().min(config.num_key_value_heads);
    // Keys and values in f16.
    let bytes = decoder.bytes() + config.num_hidden_layers * 2 * config.group_width() * 2 * places;
    let parts = vec![vec![1_u64; bytes / 8 / threads]; threads];
    let seconds = median(|| {
        let started = Instant::now();
        std::thread::scope(|scope| {
            for part in &parts {
                scope.spawn(move || {
                    for _ in 0..ROUNDS {
                        black_box(black_box(part).iter().fold(0, |sum: u64, number| sum.wrapping_add(*number)));
                    }
                });
            }
        });
        Ok(started.elapsed().as_secs_f64())
    })?;
    Ok(ROUNDS as f64 / seconds)
}

fn median(mut round: impl FnMut() -> Outcome<f64>) -> Outcome<f64> {
    let mut seconds = (0..5).map(|_| round()).collect::<Outcome<Vec<f64>>>()?;
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[2])
}
