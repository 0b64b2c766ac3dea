//! Onsets as weights on a grid of places, and how they repeat.

use score::{Note, Score};

/// Places in a quarter.
pub(super) const PLACES: usize = 12;

/// Places of a piece at most: those beyond are not looked at.
const MOST: usize = 1 << 19;

/// What begins at each place, from the first onset on.
pub(super) struct Weights {
    /// The place of the first weight, counted from the beginning of the piece.
    first: usize,
    weights: Vec<f64>,
}

impl Weights {
    /// The weights of all notes: the root of the summed lengths in quarters, each from 1/4 to 2. Drums last 1/4.
    pub(super) fn of(score: &Score) -> Weights {
        let quarter = u64::from(score.tpq.max(1));
        let place = |note: &Note| {
            ((2 * u64::from(note.start) * PLACES as u64 + quarter) / (2 * quarter)).min(u64::MAX / 2) as usize
        };
        let notes =
            || score.tracks.iter().flat_map(|track| track.notes.iter().map(|note| (note, track.header.is_drums())));
        let first = notes().map(|(note, _)| place(note)).min().unwrap_or(0);
        let mut weights = Vec::new();
        for (note, drums) in notes() {
            let at = place(note) - first;
            if at >= MOST {
                continue;
            }
            if at >= weights.len() {
                weights.resize(at + 1, 0.0);
            }
            weights[at] += if drums { 0.25 } else { (f64::from(note.length) / quarter as f64).clamp(0.25, 2.0) };
        }
        weights.iter_mut().for_each(|weight| *weight = f64::sqrt(*weight));
        Weights { first, weights }
    }

    /// The earlier and the later half.
    pub(super) fn halves(&self) -> [Weights; 2] {
        let (early, late) = self.weights.split_at(self.weights.len() / 2);
        let half = |first, weights: &[f64]| Weights { first, weights: weights.to_vec() };
        [half(self.first, early), half(self.first + early.len(), late)]
    }

    /// How many quarters it has.
    pub(super) fn quarters(&self) -> usize {
        self.weights.len() / PLACES
    }

    /// How many places something begins at.
    pub(super) fn count(&self) -> usize {
        self.weights.iter().filter(|weight| **weight > 0.0).count()
    }

    /// The autocorrelation at a distance in places, -1..=1: the mean product of what stands that far apart, as
    /// deviations from the mean weight, over the variance. 0 where nothing varies or nothing is that far apart.
    pub(super) fn correlation(&self, distance: usize) -> f64 {
        let all = self.weights.len();
        let mean = self.weights.iter().sum::<f64>() / all.max(1) as f64;
        let variance = self.weights.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>() / all.max(1) as f64;
        let later = self.weights.get(distance..).unwrap_or_default();
        if later.is_empty() || variance <= 0.0 {
            return 0.0;
        }
        let products = self.weights.iter().zip(later).map(|(one, two)| (one - mean) * (two - mean));
        products.sum::<f64>() / (later.len() as f64 * variance)
    }

    /// The share of all weight that stands at each of `count` places of a bar, which are `step` places apart,
    /// counted from the beginning of the piece. What stands between them is left out.
    pub(super) fn shares(&self, count: usize, step: usize) -> Vec<f64> {
        let mut shares = vec![0.0; count];
        for (weight, place) in self.weights.iter().zip(self.first..) {
            if place % step == 0 {
                shares[place / step % count] += weight;
            }
        }
        let all: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= all.max(f64::MIN_POSITIVE));
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    #[test]
    fn a_waltz_repeats_every_three_quarters() {
        let score = text::score(&"C3:2 G3:1 | ".repeat(16)).unwrap();
        let weights = Weights::of(&score);
        assert!(weights.correlation(3 * PLACES) > 0.99);
        assert!(weights.correlation(4 * PLACES) < 0.7);
        let shares = weights.shares(6, PLACES / 2);
        assert!(shares[0] > 0.55 && shares[4] > 0.35, "{shares:?}");
    }

    #[test]
    fn nothing_and_far_away_have_no_correlation() {
        let weights = Weights::of(&Score::empty());
        assert_eq!((weights.correlation(0), weights.correlation(48), weights.quarters()), (0.0, 0.0, 0));
        let score = text::score("C4:1 D4:1").unwrap();
        assert_eq!(Weights::of(&score).correlation(1000), 0.0);
    }
}
