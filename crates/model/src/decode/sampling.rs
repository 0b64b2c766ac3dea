//! Choosing a token.

use crate::Error;
use rand::Rng;

/// How a token is drawn from what is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Softmax temperature: 1 is the trained distribution, 0 takes the likeliest. Default 1.
    pub temperature: f32,
    /// The likeliest tokens that together have this probability are kept (Holtzman et al., The Curious Case of Neural
    /// Text Degeneration, 2020). Default 1: all.
    pub top_p: f32,
    /// A token less likely than this part of the likeliest is dropped (Nguyen et al., Min-p Sampling, 2024). Default 0.
    pub min_p: f32,
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling { temperature: 1.0, top_p: 1.0, min_p: 0.0 }
    }
}

/// Draws one of the `allowed` ids, which stand in rising order.
///
/// # Errors
/// [`Error::NothingAllowed`] if there is none, [`Error::Id`] if one is beyond the logits.
pub fn sample(logits: &[f32], allowed: &[u32], sampling: &Sampling, rng: &mut impl Rng) -> Result<u32, Error> {
    let last = allowed.last().copied().ok_or(Error::NothingAllowed)?;
    if last as usize >= logits.len() {
        return Err(Error::Id { id: last, last: logits.len() as u32 - 1 });
    }
    let of = |id: u32| logits[id as usize];
    let mut ranked: Vec<u32> = allowed.to_vec();
    // Equal logits stay in the order of their ids, so that the choice is the same everywhere.
    ranked.sort_by(|&one, &other| of(other).total_cmp(&of(one)));
    let best = ranked[0];
    if sampling.temperature <= 0.0 {
        return Ok(best);
    }
    let part = |&id: &u32| f64::from((of(id) - of(best)) / sampling.temperature).exp();
    let parts: Vec<f64> = ranked.iter().map(part).collect();
    let kept = keep(&parts, sampling);
    let mut left = rng.random::<f64>() * parts[..kept].iter().sum::<f64>();
    for (&id, part) in ranked[..kept].iter().zip(&parts) {
        left -= part;
        if left < 0.0 {
            return Ok(id);
        }
    }
    Ok(ranked[kept - 1])
}

/// How many of the parts, largest first, are kept; at least one.
fn keep(parts: &[f64], sampling: &Sampling) -> usize {
    let enough = f64::from(sampling.top_p) * parts.iter().sum::<f64>();
    let mut sum = 0.0;
    let mut kept = 0;
    for part in parts {
        if kept > 0 && (sum >= enough || *part < f64::from(sampling.min_p) * parts[0]) {
            break;
        }
        sum += part;
        kept += 1;
    }
    kept.max(1)
}

/// log₂ of an id's probability under all logits; 0 is certain.
pub fn log2_probability(logits: &[f32], id: u32) -> f32 {
    let largest = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
    let own = logits.get(id as usize).copied().unwrap_or(f32::MIN);
    (own - largest - sum.ln()) * std::f32::consts::LOG2_E
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn drawn(allowed: &[u32], sampling: Sampling) -> Vec<u32> {
        let logits = [0.0, 1.0, 2.0, 2.0, -1.0];
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut drawn: Vec<u32> = (0..2000).map(|_| sample(&logits, allowed, &sampling, &mut rng).unwrap()).collect();
        drawn.sort_unstable();
        drawn.dedup();
        drawn
    }

    #[test]
    fn only_what_is_allowed_is_drawn() {
        assert_eq!(drawn(&[0, 1, 4], Sampling::default()), [0, 1, 4]);
        assert_eq!(drawn(&[0, 1, 2, 3, 4], Sampling { top_p: 0.5, ..Sampling::default() }), [2, 3]);
        assert_eq!(drawn(&[0, 1, 2, 3, 4], Sampling { min_p: 0.3, ..Sampling::default() }), [1, 2, 3]);
        assert_eq!(drawn(&[0, 2, 3], Sampling { temperature: 0.0, ..Sampling::default() }), [2]);
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        assert!(matches!(sample(&[0.0], &[], &Sampling::default(), &mut rng), Err(Error::NothingAllowed)));
    }

    #[test]
    fn a_fair_choice_of_two_costs_a_bit() {
        assert!((log2_probability(&[3.0, 3.0], 1) + 1.0).abs() < 1e-6);
    }
}
