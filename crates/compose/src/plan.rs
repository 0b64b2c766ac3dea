//! What strength and mode mean: which cells are written anew, in how many rounds, and what is kept meanwhile.
//!
//! Strength has five stops: an ornament touches weak beats of some cells, re-pitching keeps the rhythm, re-rhythming
//! keeps the pitches, rewriting answers the theme freely, and a new idea does not know it. Below that the old cells are
//! read as themes, and how like them the answer shall be is what the model learnt from how composers vary their own.

use crate::{Cell, Keep, Mode, Settings};
use model::Sampling;
use rand::Rng;
use rand::seq::SliceRandom;
use std::collections::BTreeSet;

/// One pass over some cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// What is written anew in it.
    pub cells: BTreeSet<Cell>,
    /// What each cell keeps of what stood there before the whole run.
    pub keep: BTreeSet<Keep>,
    /// Notes on beats stay as they are.
    pub beats_stay: bool,
    /// How like the old cell a new one is asked to be, a class of similarity; the old cell is read as its theme then.
    pub likeness: Option<u8>,
    /// How tokens are drawn.
    pub sampling: Sampling,
}

/// Below this strength only ornaments are written.
const ORNAMENT: f32 = 0.2;
/// Below this strength pitches are new.
const REPITCH: f32 = 0.4;
/// Below this strength rhythms are new.
const RERHYTHM: f32 = 0.6;
/// Below this strength the theme is known; above, it is not.
const REWRITE: f32 = 0.8;

/// The rounds of one candidate. `cells` are the selected ones, `sounding` those of them that have notes.
pub fn rounds(
    settings: &Settings,
    cells: &BTreeSet<Cell>,
    sounding: &BTreeSet<Cell>,
    rng: &mut impl Rng,
) -> Vec<Round> {
    let strength = settings.strength;
    let round = |cells: BTreeSet<Cell>, keep: &[Keep], likeness, beats_stay, top_p| Round {
        cells,
        keep: settings.keep.iter().chain(keep).copied().collect(),
        beats_stay,
        likeness,
        sampling: Sampling { temperature: settings.temperature, top_p, ..Sampling::default() },
    };
    if settings.mode != Mode::Variation {
        let keep: &[Keep] = if settings.mode == Mode::Harmonize { &[Keep::Rhythm] } else { &[] };
        return vec![round(cells.clone(), keep, None, false, 0.95)];
    }
    match strength {
        _ if strength < ORNAMENT => {
            // From 15 % of the cells at no strength to 25 % at the next stop.
            let share = 0.15 + 0.5 * strength;
            let count = ((sounding.len() as f32 * share).ceil() as usize).max(1);
            let chosen = shuffled(sounding, rng).into_iter().take(count).collect();
            vec![round(chosen, &[Keep::Rhythm], Some(3), true, 0.85)]
        }
        _ if strength < REPITCH => vec![round(sounding.clone(), &[Keep::Rhythm], Some(2), false, 0.9)],
        _ if strength < RERHYTHM => vec![round(sounding.clone(), &[Keep::Pitches], Some(1), false, 0.9)],
        _ if strength < REWRITE => vec![round(sounding.clone(), &[], Some(0), false, 0.95)],
        _ => vec![round(cells.clone(), &[], None, false, 0.97)],
    }
}

fn shuffled(cells: &BTreeSet<Cell>, rng: &mut impl Rng) -> Vec<Cell> {
    let mut order: Vec<Cell> = cells.iter().copied().collect();
    order.shuffle(rng);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use score::TrackId;

    fn plan(strength: f32) -> Vec<Round> {
        let cells: BTreeSet<Cell> = (0..8).map(|bar| Cell { track: TrackId(0), bar }).collect();
        let settings = Settings { strength, ..Settings::default() };
        rounds(&settings, &cells, &cells, &mut ChaCha8Rng::seed_from_u64(1))
    }

    #[test]
    fn each_stop_has_its_rounds() {
        let sizes = |strength| plan(strength).iter().map(|round| round.cells.len()).collect::<Vec<_>>();
        assert_eq!([0.1, 0.3, 0.5, 0.7, 0.9].map(sizes), [vec![2], vec![8], vec![8], vec![8], vec![8]]);
        let likeness = [0.1, 0.3, 0.5, 0.7, 0.9].map(|strength| plan(strength)[0].likeness);
        assert_eq!(likeness, [Some(3), Some(2), Some(1), Some(0), None]);
        assert!(plan(0.1)[0].beats_stay);
        assert!(plan(0.3)[0].keep.contains(&Keep::Rhythm));
        assert!(plan(0.5)[0].keep.contains(&Keep::Pitches));
    }
}
