//! # What it forbids
//! New onsets where some onsets of the theme stood.
//! # Why
//! A new rhythm for old pitches: left alone, a network that reads the theme gives back most of its rhythm.
//! # Source
//! Ours; filter on POS, as the filters of `docs/tokens.md` §6.

use crate::cell::Cell;
use crate::mask::Steps;

/// Positions that new onsets avoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved(Steps);

impl Moved {
    /// Those onsets of the theme that `leaves` names.
    pub fn of(theme: &Cell, mut leaves: impl FnMut(u8) -> bool) -> Self {
        let mut steps = Steps::default();
        let positions = theme.onsets().filter_map(|onset| onset.first()).map(|tone| tone.position);
        steps.extend(positions.filter(|&position| leaves(position)).map(u16::from));
        Moved(steps)
    }

    /// Whether a new onset avoids a step.
    pub fn avoids(&self, step: u16) -> bool {
        self.0.has(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Tone;

    #[test]
    fn onsets_that_are_named_are_avoided() {
        let tone = |position| Tone { position, pitch: 60, duration: 3, velocity: 4 };
        let theme = Cell::new(false, vec![tone(0), tone(24), tone(48)]);
        let moved = Moved::of(&theme, |position| position > 0);
        assert_eq!([0, 12, 24, 48].map(|step| moved.avoids(step)), [false, false, true, true]);
    }
}
