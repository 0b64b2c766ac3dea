//! # What it forbids
//! Onsets at or beyond the end of the bar.
//! # Why
//! A cell is one bar; a note beyond it would belong to the next one.
//! # Source
//! Filter on POS and on P without POS: `docs/tokens.md` §6.

use crate::grid::LONGEST_BAR;

/// The length of a cell's bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Steps, 1..=192.
    pub steps: u16,
}

impl Length {
    /// The steps after `position` (from the first where there is none) at which a note can start.
    pub fn open(self, position: Option<u8>) -> std::ops::Range<u16> {
        position.map_or(0, |position| u16::from(position) + 1)..self.steps.min(LONGEST_BAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_start_after_the_last_onset_and_inside_the_bar() {
        for (steps, position, open) in [(96, None, 0..96), (96, Some(40), 41..96), (500, Some(0), 1..192)] {
            assert_eq!(Length { steps }.open(position), open);
        }
        assert!(Length { steps: 48 }.open(Some(47)).is_empty());
    }
}
