//! A small search: short runs with other rates and ranks, of which the best is learnt with.

use super::card::Tried;
use super::finetune::Learning;
use super::lesson::Lesson;
use super::plan::remove;
use crate::Error;
use model::{Limits, Method, Recipe, Shards, Trainer};
use std::sync::atomic::Ordering;

/// What rates are tried out, times that which would be learnt with.
const RATES: [f64; 3] = [1.0, 1.0 / 3.0, 3.0];

/// What ranks are tried out with the best of them, times that which would be learnt with.
const RANKS: [f64; 2] = [0.5, 2.0];

/// Share of the minutes of a trial that learning gets; the rest is for two validations.
const LEARNING: f64 = 0.8;

/// How much longer a trial may take than its minutes, where something else has begun on the machine meanwhile.
const PATIENCE: f64 = 2.0;

/// Validations in a trial.
const LOOKS: u64 = 3;

/// The method with another rank, if it has one.
pub fn with_rank(method: Method, rank: Option<usize>) -> Method {
    match (method, rank) {
        (Method::Lora { from, .. }, Some(rank)) => Method::Lora { rank, from },
        (method, _) => method,
    }
}

/// Learns for a few minutes with each rate, then with other ranks at the best of them, and tells what came of it. A rank
/// that is set, or that a voice has already, stays. Nothing is tried out if no minutes are given to it.
pub fn search(
    lesson: &Lesson,
    shards: &Shards,
    clock: &dyn Fn() -> f64,
    hear: &mut impl FnMut(&Learning),
) -> Result<Vec<Tried>, Error> {
    let knobs = &lesson.plan.knobs;
    let method = lesson.method();
    let mut tried: Vec<Tried> = Vec::new();
    if knobs.search == 0.0 {
        return Ok(tried);
    }
    let rank = match method {
        Method::Lora { rank, .. } => Some(rank),
        _ => None,
    };
    let goes_on = lesson.plan.output.join(compose::VOICE_FILE).is_file();
    let ranks = if rank.is_some() && knobs.rank.is_none() && !goes_on { RANKS.len() } else { 0 };
    let of = RATES.len() + ranks;
    let minutes = knobs.search / of as f64;
    hear(&Learning::Searching { done: 0, of, tried: None });
    // All learn equally much, so that it is the rates that are compared, whatever else the machine does meanwhile.
    let mut timed = knobs.recipe(method, 1 << 20);
    let own = timed.rate;
    let speed = lesson.speed(&lesson.first(method)?, &mut timed, shards, clock)?;
    let tokens = ((speed * 60.0 * minutes * LEARNING) as u64).max(1);
    let look_tokens = Some((tokens / LOOKS).max(1));
    let recipe = Recipe { pack_tokens: timed.pack_tokens, look_tokens, ..knobs.recipe(method, tokens) };
    for trial in 0..of {
        let best = tried.iter().min_by(|one, other| one.bits_per_note.total_cmp(&other.bits_per_note));
        let (rate, rank) = match (RATES.get(trial), best) {
            (Some(times), _) => ((own * times).min(1.0), rank),
            (None, best) => {
                let times = RANKS[trial - RATES.len()];
                let rank = rank.map(|rank| ((rank as f64 * times) as usize).clamp(1, 256));
                (best.map_or(own, |best| best.rate), rank)
            }
        };
        let own = Recipe { rate, ..recipe.clone() };
        let bits_per_note = attempt(lesson, shards, clock, (with_rank(method, rank), &own, PATIENCE * minutes))?;
        tried.push(Tried { rate, rank, bits_per_note });
        hear(&Learning::Searching { done: trial + 1, of, tried: tried.last().cloned() });
    }
    Ok(tried)
}

/// The lowest held-out bits per note of a short run of its own.
fn attempt(
    lesson: &Lesson,
    shards: &Shards,
    clock: &dyn Fn() -> f64,
    (method, recipe, minutes): (Method, &Recipe, f64),
) -> Result<f64, Error> {
    let voice = lesson.first(method)?;
    let folder = lesson.run().join("trial");
    remove(&folder)?;
    let mut trainer = Trainer::begin_voice(lesson.base(), voice, recipe, &folder)?.on(lesson.accelerator());
    let free = || lesson.free();
    let limits = Limits { minutes: Some(minutes), cancel: lesson.cancel, free: &free };
    let trained = trainer.run(shards, limits, clock, &mut |_| ())?;
    lesson.watch(&mut trainer);
    remove(&folder)?;
    match lesson.cancel.load(Ordering::Relaxed) {
        true => Err(Error::Cancelled),
        false => Ok(trained.best),
    }
}
