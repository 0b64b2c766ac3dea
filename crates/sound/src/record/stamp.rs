//! A keyboard's clock as the player's.

/// How much later than it was ever before a message may arrive and still be believed to be on time, in milliseconds
/// for each millisecond that has passed: clocks go apart by less than 200 millionths.
const DRIFT: f64 = 200e-6;

/// A clock that disagrees by more than this has been set anew.
const TORN: f64 = 2000.0;

/// Learns how a keyboard's clock stands to the player's. Messages arrive late, never early, and some arrive almost at
/// once: the least difference between arrival and stamp is the difference between the clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stamp {
    /// Arrival minus stamp at its least, and the stamp at which that was.
    least: Option<(f64, f64)>,
}

impl Stamp {
    /// When something happened in the player's milliseconds. `stamp_ms`: by the keyboard's clock; `arrived_ms`: when it
    /// got here, by the player's. Never later than it arrived.
    pub fn place(&mut self, stamp_ms: f64, arrived_ms: f64) -> f64 {
        if !stamp_ms.is_finite() {
            return arrived_ms;
        }
        let now = arrived_ms - stamp_ms;
        let least = match self.least {
            Some((least, at)) => {
                let allowed = least + (stamp_ms - at).max(0.0) * DRIFT;
                if (now - allowed).abs() > TORN { now } else { now.min(allowed) }
            }
            None => now,
        };
        self.least = Some((least, stamp_ms));
        (stamp_ms + least).min(arrived_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn late_arrivals_do_not_move_what_was_played() {
        let (mut stamp, mut chance) = (Stamp::default(), ChaCha8Rng::seed_from_u64(3));
        let mut worst = 0.0f64;
        for beat in 0..2000 {
            // Every 10 ms by a clock that began 5 s before and goes 50 millionths fast; up to 12 ms under way.
            let happened = f64::from(beat) * 10.0;
            let late = chance.random_range(0.2..12.0);
            let placed = stamp.place(5000.0 + happened * (1.0 + 50e-6), happened + late);
            assert!(placed <= happened + late);
            if beat > 100 {
                worst = worst.max((placed - happened).abs());
            }
        }
        assert!(worst < 1.5, "{worst} ms");
    }

    #[test]
    fn a_clock_that_is_set_anew_is_followed() {
        let mut stamp = Stamp::default();
        assert_eq!(stamp.place(100.0, 1000.0), 1000.0);
        assert_eq!(stamp.place(0.0, 9000.0), 9000.0);
        assert_eq!(stamp.place(f64::NAN, 9001.0), 9001.0);
    }
}
