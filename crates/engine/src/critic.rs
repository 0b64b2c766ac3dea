//! Training the critic that says which line of a piece goes on best in an open bar.

use crate::{Error, material};
use compose::echo::{Lesson, SIGNS, lessons};
use corpus::intake::Piece;
use corpus::mask;
use model::Critic;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Windows that are drawn from each collection: most of them to learn from, some to be judged by.
const WINDOWS: [usize; 2] = [2400, 200];

/// Most lessons of one window.
const EACH: usize = 4;

/// Of how many pieces one is held out.
const HELD: usize = 10;

/// Bars of windows.
const LENGTHS: [usize; 4] = [8, 8, 12, 24];

/// What a critic is worth on pieces that it did not learn from: F1 of notes between the line that is chosen and the bar
/// that its composer wrote, mean over bars.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Chooses {
    /// Bars that were learnt from, and bars that were judged.
    pub lessons: (usize, usize),
    /// The bar of the part whose surroundings are most alike.
    pub likest: f64,
    /// The bar of the part that the critic chooses.
    pub same: f64,
    /// The line that the critic chooses of all that are offered: bars, bars moved along the scale, other parts' bars.
    pub chosen: f64,
    /// The best bar of the part, and the best of all lines, if one knew.
    pub best: (f64, f64),
}

/// Learns from the pieces of a corpus' `train/`, one in ten of which is held out, and writes the critic.
///
/// # Errors
/// [`Error::File`], [`Error::Cancelled`], [`Error::Model`].
pub fn critic(
    corpus: &Path,
    output: &Path,
    seed: u64,
    cancel: &AtomicBool,
    mut line: impl FnMut(&str),
) -> Result<Chooses, Error> {
    let pieces = material::read(&corpus.join("train"), cancel, &|_, _| ())?.pieces;
    let mut collections: BTreeMap<&str, [Vec<&Piece>; 2]> = BTreeMap::new();
    for (at, piece) in pieces.iter().enumerate() {
        collections.entry(&piece.collection).or_default()[usize::from(at % HELD == 0)].push(piece);
    }
    let drawn = |side: usize| -> Vec<Lesson> {
        let collections = collections.values().enumerate().map(|(at, sides)| (at, &sides[side]));
        let all = collections.flat_map(|(at, pieces)| (0..WINDOWS[side]).map(move |window| (at, window, pieces)));
        let all: Vec<_> = all.collect();
        let of = |&(at, window, pieces): &(usize, usize, &Vec<&Piece>)| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream((at as u64) << 32 | (window as u64) << 1 | side as u64);
            drawn_from(pieces, &mut rng)
        };
        all.par_iter().flat_map_iter(of).collect()
    };
    let [learnt, held] = [drawn(0), drawn(1)];
    if cancel.load(Ordering::Relaxed) {
        return Err(Error::Cancelled);
    }
    line(&format!("{} bars to learn from, {} held out", learnt.len(), held.len()));
    let counts = (learnt.len(), held.len());
    let learnt: Vec<model::Lesson> = learnt.into_iter().map(|lesson| lesson.judged).collect();
    let critic = Critic::learn(SIGNS, &learnt, seed, &mut |step, steps, chosen| {
        line(&format!("step {step} of {steps}: chooses {chosen:.3}"));
    })?;
    let from = format!("lines and composers' bars of {} pieces, seed {seed}", pieces.len());
    critic.save(output, &BTreeMap::from([("learnt from".into(), from)]))?;
    Ok(chooses(&critic, &held, counts))
}

/// The lessons of a window of one of these pieces, some of whose cells are taken for open.
fn drawn_from(pieces: &[&Piece], rng: &mut ChaCha8Rng) -> Vec<Lesson> {
    let Some((piece, &bars)) = pieces.choose(rng).zip(LENGTHS.choose(rng)) else { return Vec::new() };
    let Some(room) = piece.passage.bars().checked_sub(bars) else { return Vec::new() };
    let from = rng.random_range(0..=room);
    let window = piece.passage.section(from..from + bars);
    let masked = mask::draw(&window, rng).unwrap_or_default();
    let open = masked.iter().map(|cell| (cell.bar, cell.part)).collect();
    let all = lessons(&window, &open);
    all.choose_multiple(rng, EACH).cloned().collect()
}

fn chooses(critic: &Critic, held: &[Lesson], lessons: (usize, usize)) -> Chooses {
    let mut sums = [0.0; 5];
    for lesson in held {
        let worth = &lesson.judged.worth;
        let judged: Vec<f32> = lesson.judged.signs.chunks_exact(SIGNS).map(|signs| critic.worth(signs)).collect();
        let lines = || (0..worth.len()).zip(&lesson.same);
        let best = |by: &[f32], same_only: bool| {
            let offered = lines().filter(|(_, same)| **same || !same_only).map(|(at, _)| at);
            offered.max_by(|one, other| by[*one].total_cmp(&by[*other]))
        };
        let chosen = [lesson.likest, best(&judged, true), best(&judged, false), best(worth, true), best(worth, false)];
        for (sum, at) in sums.iter_mut().zip(chosen) {
            *sum += at.map_or(0.0, |at| f64::from(worth[at])) / held.len() as f64;
        }
    }
    Chooses { lessons, likest: sums[0], same: sums[1], chosen: sums[2], best: (sums[3], sums[4]) }
}
