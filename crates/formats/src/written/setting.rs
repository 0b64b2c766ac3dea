//! Units of the file to ticks of the document.

use super::{Units, common, shared};
use score::{Score, Tick};

/// Ticks per quarter where no number of them makes every time whole: every tuplet of 3, 5, 7 and 9 is still exact.
const FALLBACK: Units = 30_240;

/// Most ticks per quarter of a document (Standard MIDI Files 1.0, division).
const MOST: Units = 32_767;

/// How units become ticks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    unit: Units,
    tpq: Units,
}

impl Setting {
    /// The coarsest ticks in which all these times are whole, [`Score::TPQ`] or a multiple of it where that can be.
    pub fn of(unit: Units, times: impl Iterator<Item = Units>) -> Setting {
        let step = times.fold(unit, |step, time| if step == 1 { 1 } else { common(step, time) });
        let needed = unit / step.max(1);
        let plain = Units::from(Score::TPQ);
        let fine = || (1..=10).rev().map(|times| needed * times).find(|&ticks| ticks <= MOST && ticks >= plain / 10);
        let tpq = shared(plain, needed, MOST).or_else(fine).unwrap_or(FALLBACK);
        Setting { unit, tpq }
    }

    /// Ticks per quarter.
    pub fn tpq(self) -> u16 {
        self.tpq as u16
    }

    /// The nearest tick.
    pub fn tick(self, time: Units) -> Tick {
        let doubled = 2 * i128::from(time.max(0)) * i128::from(self.tpq) + i128::from(self.unit);
        Tick::try_from(doubled / (2 * i128::from(self.unit))).unwrap_or(Tick::MAX)
    }

    /// Whether a time is a whole tick.
    pub fn is_whole(self, time: Units) -> bool {
        i128::from(time) * i128::from(self.tpq) % i128::from(self.unit) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_as_fine_as_they_have_to_be() {
        let unit = 40_320;
        let tpq = |times: &[Units]| Setting::of(unit, times.iter().copied()).tpq();
        assert_eq!(tpq(&[unit, unit / 2, unit / 3]), 960);
        assert_eq!(tpq(&[unit / 7]), 6720);
        assert_eq!(tpq(&[unit / 9]), 2880);
        // Sevenths and 128ths together are 6,720 to the quarter; beyond 32,767 times are rounded.
        assert_eq!(tpq(&[unit / 7, unit / 32]), 6720);
        assert_eq!(tpq(&[1]), 30_240);
        let setting = Setting::of(unit, [unit / 3].into_iter());
        assert_eq!((setting.tick(unit / 3), setting.tick(2 * unit)), (320, 1920));
        assert!(setting.is_whole(unit / 6) && !setting.is_whole(1));
    }
}
