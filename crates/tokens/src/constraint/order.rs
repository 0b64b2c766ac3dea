//! # What it forbids
//! Pitches other than the theme's next one, and ending before all are used.
//! # Why
//! "The same notes, another rhythm": row, canon, re-rhythm.
//! # Source
//! `docs/tokens.md` §6 (keep pitches): the theme's multiset in the theme's order; END waits until it is used up.

use crate::PitchSet;
use crate::cell::Cell;

/// The pitches of a theme (or its drum classes), in the order of its notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pitches: Vec<u8>,
}

impl Order {
    /// The pitches of this cell.
    pub fn of(theme: &Cell) -> Self {
        Order { pitches: theme.tones().iter().map(|tone| tone.pitch).collect() }
    }

    /// The theme without the pitches that are not allowed and without the locked notes `held`, which are given
    /// anyway; None if the theme has notes and not one of them can be given.
    pub(crate) fn within(&self, allowed: PitchSet, held: &[u8]) -> Option<Order> {
        let mut rest = held.to_vec();
        let mut pitches = self.pitches.clone();
        pitches.retain(|pitch| match rest.iter().position(|own| own == pitch) {
            Some(at) => {
                rest.swap_remove(at);
                false
            }
            None => allowed.has(*pitch),
        });
        let given = !pitches.is_empty() || rest.len() < held.len();
        (given || self.is_empty()).then_some(Order { pitches })
    }

    /// Whether the theme is silent.
    pub fn is_empty(&self) -> bool {
        self.pitches.is_empty()
    }

    /// The pitch that follows the first `used` ones.
    pub fn next(&self, used: usize) -> Option<u8> {
        self.pitches.get(used).copied()
    }

    /// How many onsets the pitches after the first `used` ones need at least, when at most `room` notes sound at one
    /// and chords are written upwards.
    pub fn onsets(&self, used: usize, room: usize) -> usize {
        let (mut onsets, mut size, mut last) = (0, 0, None);
        for &pitch in self.pitches.iter().skip(used) {
            if onsets > 0 && size < room && last < Some(pitch) {
                size += 1;
            } else {
                (onsets, size) = (onsets + 1, 1);
            }
            last = Some(pitch);
        }
        onsets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Tone;

    fn order(pitches: &[u8]) -> Order {
        let tone = |(at, &pitch): (usize, &u8)| Tone { position: at as u8, pitch, duration: 3, velocity: 4 };
        Order::of(&Cell::new(false, pitches.iter().enumerate().map(tone).collect()))
    }

    #[test]
    fn pitches_come_in_order_and_need_their_onsets() {
        let theme = order(&[60, 64, 67, 64, 65, 60]);
        for (used, room, onsets) in [(0, 8, 3), (0, 1, 6), (0, 2, 4), (3, 8, 2), (6, 8, 0)] {
            assert_eq!(theme.onsets(used, room), onsets, "used {used}, room {room}");
        }
        assert_eq!((theme.next(2), theme.next(6)), (Some(67), None));
    }

    #[test]
    fn pitches_that_cannot_be_written_are_left_out() {
        let theme = order(&[60, 61, 62, 60]);
        assert_eq!(theme.within(PitchSet::between(60, 61), &[]), Some(order(&[60, 61, 60])));
        assert_eq!(theme.within(PitchSet::ALL, &[60]), Some(order(&[61, 62, 60])));
        assert_eq!(theme.within(PitchSet::NONE, &[]), None);
        assert_eq!(order(&[60]).within(PitchSet::ALL, &[60, 72]), Some(order(&[])));
        assert_eq!(order(&[]).within(PitchSet::NONE, &[]), Some(order(&[])));
    }
}
