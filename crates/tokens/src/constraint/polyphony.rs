//! # What it forbids
//! A further note at an onset that has the most notes already.
//! # Why
//! One voice for a melody, two for a pair of horns, four for a choir.
//! # Source
//! Filter on AND and D: `docs/tokens.md` §6.

/// Most notes at one onset, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Polyphony {
    /// How many.
    pub most: usize,
}

impl Polyphony {
    /// Most notes at an onset where `locked` notes stand: those are there in any case.
    pub fn room(self, locked: usize) -> usize {
        self.most.max(1).max(locked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locked_notes_count_and_may_exceed_it_by_themselves() {
        for (most, locked, room) in [(1, 0, 1), (1, 1, 1), (4, 2, 4), (2, 3, 3), (0, 0, 1)] {
            assert_eq!(Polyphony { most }.room(locked), room);
        }
    }
}
