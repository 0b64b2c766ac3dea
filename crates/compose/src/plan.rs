//! What strength and mode mean: which cells are written anew, in how many rounds, and what is kept meanwhile.
//!
//! The five stops of strength are those of the table in `docs/architecture.md`: an ornament touches weak beats of some
//! cells, re-pitching keeps the rhythm, re-rhythming keeps the pitches, rewriting passes over a third of the cells
//! three times (Malandro, Composer's Assistant 2, 2023), and a new idea keeps nothing.

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
    /// How tokens are drawn.
    pub sampling: Sampling,
}

/// Below this strength only ornaments are written.
const ORNAMENT: f32 = 0.2;
/// Below this strength pitches are new.
const REPITCH: f32 = 0.4;
/// Below this strength rhythms are new.
const RERHYTHM: f32 = 0.6;
/// Below this strength cells are rewritten one after the other; above, all at once.
const REWRITE: f32 = 0.8;

/// The rounds of one candidate. `cells` are the selected ones, `sounding` those of them that have notes.
pub fn rounds(
    settings: &Settings,
    cells: &BTreeSet<Cell>,
    sounding: &BTreeSet<Cell>,
    rng: &mut impl Rng,
) -> Vec<Round> {
    let strength = settings.strength;
    let round = |cells: BTreeSet<Cell>, keep: &[Keep], beats_stay, top_p| Round {
        cells,
        keep: settings.keep.iter().chain(keep).copied().collect(),
        beats_stay,
        sampling: Sampling { temperature: settings.temperature, top_p, ..Sampling::default() },
    };
    if settings.mode != Mode::Variation {
        let keep: &[Keep] = if settings.mode == Mode::Harmonize { &[Keep::Rhythm] } else { &[] };
        return vec![round(cells.clone(), keep, false, 0.95)];
    }
    match strength {
        _ if strength < ORNAMENT => {
            // From 15 % of the cells at no strength to 25 % at the next stop.
            let share = 0.15 + 0.5 * strength;
            let count = ((sounding.len() as f32 * share).ceil() as usize).max(1);
            let chosen = shuffled(sounding, rng).into_iter().take(count).collect();
            vec![round(chosen, &[Keep::Rhythm], true, 0.85)]
        }
        _ if strength < REPITCH => vec![round(sounding.clone(), &[Keep::Rhythm], false, 0.9)],
        _ if strength < RERHYTHM => vec![round(sounding.clone(), &[Keep::Pitches], false, 0.9)],
        _ if strength < REWRITE => {
            let order = shuffled(sounding, rng);
            let third = order.len().div_ceil(3).max(1);
            order.chunks(third).map(|chunk| round(chunk.iter().copied().collect(), &[], false, 0.95)).collect()
        }
        _ => vec![round(cells.clone(), &[], false, 0.97)],
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
        assert_eq!([0.1, 0.3, 0.5, 0.7, 0.9].map(sizes), [vec![2], vec![8], vec![8], vec![3, 3, 2], vec![8]]);
        assert!(plan(0.1)[0].beats_stay);
        assert!(plan(0.3)[0].keep.contains(&Keep::Rhythm));
        assert!(plan(0.5)[0].keep.contains(&Keep::Pitches));
    }

    #[test]
    fn a_rewrite_reaches_every_cell_once() {
        let mut bars: Vec<usize> = plan(0.7).iter().flat_map(|round| &round.cells).map(|cell| cell.bar).collect();
        bars.sort_unstable();
        assert_eq!(bars, (0..8).collect::<Vec<_>>());
    }
}
