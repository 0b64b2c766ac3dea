//! As much of a voice as leaves the base model what it knows.

use super::style::Style;
use super::{prepare, proof};
use crate::Error;
use corpus::shard::Shard;
use model::{Checkpoint, Voice};
use std::sync::atomic::AtomicBool;

/// How often a smaller share is tried.
const TRIES: usize = 5;

/// The part of the limit that is aimed at, because other music than that which is measured costs a little more or less.
const AIM: f64 = 0.9;

/// How much more a network's own music costs a voice than the network, as a share.
pub fn forgotten(
    base: &Checkpoint,
    voice: &Voice,
    own: &Shard,
    before: f64,
    cancel: &AtomicBool,
) -> Result<f64, Error> {
    let dressed = prepare::dressed(own, &Style::of(voice));
    let after = proof::bits(&base.with_voices(&[(voice, 1.0)])?, &dressed, cancel)?;
    Ok(after.map_or(0.0, |after| after / before - 1.0))
}

/// The voice, turned down until music of the base's own costs at most the limit more, and the share of what was learnt
/// that is left: 1 where it was within the limit. A change of weights costs about as its square, so each share is drawn
/// from the cost of the one before.
pub fn within(
    limit: f64,
    base: &Checkpoint,
    voice: Voice,
    own: &Shard,
    cancel: &AtomicBool,
) -> Result<(Voice, f64), Error> {
    let Some(before) = proof::bits(base, own, cancel)? else { return Ok((voice, 1.0)) };
    let (mut share, mut turned) = (1.0, voice.clone());
    for _ in 0..TRIES {
        let cost = forgotten(base, &turned, own, before, cancel)?;
        if cost <= limit {
            break;
        }
        share *= (limit * AIM / cost).sqrt();
        turned = voice.turned(share as f32);
    }
    Ok((turned, share))
}
