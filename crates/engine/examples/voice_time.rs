//! What it costs to switch a voice on, off, or to another strength, and what a voice costs while it writes.
//!
//!     cargo run --release -p engine --example voice_time -- [VOICE FOLDER]
//!
//! Without a folder, voices of each kind that have learnt nothing are measured: what they cost goes by their shape. The
//! median of the changes counts, and the best of seven answers of eight bars by each, in turn, because whatever else a
//! machine does makes an answer slower and never faster.

use engine::wire::{Selection, Variations, VaryRequest};
use engine::{Settings, Studio, VoiceUse};
use model::{BASE, Checkpoint, Method, Voice};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Changes and answers that are measured.
const ROUNDS: usize = 7;

#[tokio::main]
async fn main() -> Outcome<()> {
    let home = tempfile::tempdir()?;
    let base = PathBuf::from("models/base");
    let voices: Vec<(String, PathBuf)> = match std::env::args().nth(1) {
        Some(folder) => vec![("voice".into(), folder.into())],
        None => empty(&base, home.path())?,
    };
    let studio = Studio::headless();
    studio.use_model(&base)?;
    studio.open_demo().await?;
    let score = studio.document().await.ok_or("no piece")?;
    let track = score.tracks[0].id;
    let ask = async |voice: Option<(&Path, f32)>, seed: usize| -> Outcome<Variations> {
        let selection = Selection { tracks: vec![track], from_bar: 9, to_bar: 16, cells: Vec::new() };
        let settings = Settings { seed: seed as u32, ..Settings::default() };
        let of = |(path, strength): (&Path, f32)| VoiceUse { voice: path.display().to_string(), strength };
        let (voices, words) = (voice.map(of).into_iter().collect(), Vec::new());
        Ok(studio.vary(VaryRequest { voices, words, ..VaryRequest::new(selection, settings) }, |_| true).await?)
    };
    let out = &mut std::io::stdout();
    for (kind, path) in &voices {
        let mut change = Vec::new();
        for round in 0..ROUNDS {
            // Off, on, and to another strength, which is what a hand at the window does.
            studio.sing(&[], &[])?;
            for strength in [1.0, 0.5 + 0.1 * round as f32] {
                let use_of = VoiceUse { voice: path.display().to_string(), strength };
                let began = Instant::now();
                studio.sing(&[use_of], &[])?;
                change.push(began.elapsed().as_secs_f64() * 1e3);
            }
        }
        let (mut alone, mut voiced) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            alone.push(f64::from(ask(None, round).await?.tokens_per_second));
            ask(Some((path, 1.0)), 100).await?;
            voiced.push(f64::from(ask(Some((path, 1.0)), round).await?.tokens_per_second));
        }
        let best = |all: Vec<f64>| all.into_iter().fold(0.0, f64::max);
        let (alone, voiced) = (best(alone), best(voiced));
        let figures = serde_json::json!({
            "voice": kind,
            "change_ms": median(change).round(),
            "tokens_per_second_of_the_base": alone.round(),
            "tokens_per_second_of_the_voice": voiced.round(),
            "slower_percent": ((1.0 - voiced / alone) * 1000.0).round() / 10.0,
        });
        writeln!(out, "{figures}")?;
    }
    Ok(())
}

/// A voice of each kind.
fn empty(base: &Path, home: &Path) -> Outcome<Vec<(String, PathBuf)>> {
    let base = Checkpoint::load(base)?;
    let kinds = [
        ("prefix", Method::Prefix),
        ("LoRA, rank 8", Method::Lora { rank: 8, from: 0 }),
        ("all weights", Method::Full),
    ];
    let made = kinds.map(|(name, method)| {
        let mut voice = Voice::begin(&base.config, method, 1)?;
        voice.metadata.insert(BASE.into(), base.hash());
        let path = home.join(format!("{}.safetensors", name.replace([' ', ','], "-")));
        voice.save(&path)?;
        Ok::<_, Box<dyn Error>>((name.to_owned(), path))
    });
    made.into_iter().collect()
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
