//! # What it forbids
//! More notes in the cell than the most; ending it with fewer than the least.
//! # Why
//! A texture as full as the composer wants it. The DEN control asks the network; this makes sure.
//! # Source
//! Filter on POS, P, AND and D: `docs/tokens.md` §6.

/// Least and most notes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Density {
    /// END waits for this many; gives way where no further note is possible.
    pub least: usize,
    /// No further note after this many.
    pub most: usize,
}

impl Density {
    /// How many free notes may still be added to `written` ones, when `locked` ones are still to come.
    pub fn room(self, written: usize, locked: usize) -> usize {
        self.most.saturating_sub(written + locked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_left_for_the_locked_notes_to_come() {
        for (most, written, locked, room) in [(8, 0, 0, 8), (8, 5, 2, 1), (8, 6, 2, 0), (2, 1, 5, 0)] {
            assert_eq!(Density { least: 0, most }.room(written, locked), room);
        }
    }
}
