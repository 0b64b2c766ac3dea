//! # What it forbids
//! On the beats, pitches outside the half bar's chord; between them, pitches outside the scale.
//! # Why
//! New notes that fit the other parts as the old ones did.
//! # Source
//! `docs/tokens.md` §6 (keep harmony): the chord of each half bar, or the pitch classes of the theme's notes there
//! where no chord was found; passing notes of the scale between the beats.

use crate::PitchSet;
use crate::cell::Cell;
use crate::measure::Measure;

/// The harmony of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Harmony {
    halves: [u16; 2],
    passing: u16,
    steps: u16,
    beat: u16,
}

impl Harmony {
    /// Of a bar: `chords` are the pitch classes of each half's chord where one was found, else those of the theme
    /// hold; `scale` are the classes of passing notes, 0 where no scale is known (every note may pass then).
    pub fn of(measure: &Measure, chords: [Option<u16>; 2], scale: u16, theme: &Cell) -> Self {
        let steps = measure.steps();
        let classes = |half: usize| {
            let own = theme.tones().iter().filter(|tone| half_of(tone.position, steps) == half);
            chords[half].unwrap_or_else(|| own.fold(0, |set, tone| set | 1 << (tone.pitch % 12)))
        };
        let passing = if scale & 0xfff == 0 { 0xfff } else { scale };
        Harmony { halves: [classes(0), classes(1)], passing, steps, beat: measure.beat() }
    }

    /// The pitches at a position among the `allowed` ones: of the chord on a beat, of chord or scale between beats;
    /// where there is none, of the scale, else any.
    pub fn pitches(&self, position: u8, allowed: PitchSet) -> PitchSet {
        let chord = self.halves[half_of(position, self.steps)];
        let passing = allowed.and(PitchSet::of_classes(self.passing | chord)).or_else(allowed);
        match u16::from(position).is_multiple_of(self.beat) {
            true => allowed.and(PitchSet::of_classes(chord)).or_else(passing),
            false => passing,
        }
    }
}

/// Which half of a bar a position lies in, 0 or 1.
fn half_of(position: u8, steps: u16) -> usize {
    usize::from(2 * u16::from(position) >= steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Tone;

    const C_MAJOR: u16 = 0b1010_1011_0101;
    const TRIAD: u16 = 0b0000_1001_0001;

    fn bar() -> Measure {
        Measure { written: 0, start: 0, length: 4 * 960 * score::FINE, meter: (4, 4), tempo: 0, tpq: 960 }
    }

    #[test]
    fn chords_hold_on_beats_and_the_scale_between() {
        let theme = Cell::new(false, vec![Tone { position: 60, pitch: 69, duration: 3, velocity: 4 }]);
        let harmony = Harmony::of(&bar(), [Some(TRIAD), None], C_MAJOR, &theme);
        for (position, pitch, allowed) in [
            (0, 60, true),
            (0, 62, false),
            (12, 62, true),
            (12, 61, false),
            (24, 64, true),
            (24, 65, false),
            (48, 69, true),
            (48, 60, false),
            (50, 60, true),
            (72, 57, true),
        ] {
            assert_eq!(harmony.pitches(position, PitchSet::ALL).has(pitch), allowed, "{pitch} at {position}");
        }
    }

    #[test]
    fn it_gives_way_step_by_step() {
        let harmony = Harmony::of(&bar(), [Some(TRIAD), Some(0)], C_MAJOR, &Cell::SILENCE);
        assert_eq!(harmony.pitches(0, PitchSet::between(61, 62)), PitchSet::only(62));
        assert_eq!(harmony.pitches(0, PitchSet::only(61)), PitchSet::only(61));
        assert_eq!(harmony.pitches(48, PitchSet::between(61, 62)), PitchSet::only(62));
    }
}
