//! # What it forbids
//! Other onsets and durations than the theme's, and another number of notes at an onset.
//! # Why
//! "The same rhythm, other notes": the tool of melodic variation.
//! # Source
//! Forced POS and DUR and the kind P or AND: `docs/tokens.md` §6.

use crate::cell::{Cell, Tone};

/// The rhythm of a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    tones: Vec<Tone>,
}

impl Rhythm {
    /// The rhythm of this cell.
    pub fn of(theme: &Cell) -> Self {
        Rhythm { tones: theme.tones().to_vec() }
    }

    /// Whether the theme is silent.
    pub fn is_empty(&self) -> bool {
        self.tones.is_empty()
    }

    /// The first onset after `position`, or the first of all.
    pub fn next(&self, position: Option<u8>) -> Option<u8> {
        self.tones.iter().map(|tone| tone.position).find(|&own| position.is_none_or(|last| own > last))
    }

    /// The theme's notes at a position: how many notes sound there, and how long each.
    pub fn at(&self, position: u8) -> &[Tone] {
        let from = self.tones.partition_point(|tone| tone.position < position);
        let to = self.tones.partition_point(|tone| tone.position <= position);
        &self.tones[from..to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onsets_come_in_order_with_their_notes() {
        let tone = |position, pitch, duration| Tone { position, pitch, duration, velocity: 4 };
        let rhythm = Rhythm::of(&Cell::new(false, vec![tone(0, 60, 20), tone(24, 60, 11), tone(24, 64, 20)]));
        for (position, next) in [(None, Some(0)), (Some(0), Some(24)), (Some(5), Some(24)), (Some(24), None)] {
            assert_eq!(rhythm.next(position), next);
        }
        assert_eq!(rhythm.at(24).iter().map(|tone| tone.duration).collect::<Vec<_>>(), [11, 20]);
        assert!(rhythm.at(12).is_empty() && !rhythm.is_empty());
    }
}
