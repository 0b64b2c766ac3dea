//! # What it forbids
//! Passing over a locked note, and giving it another position, velocity, duration or pitch.
//! # Why
//! "Keep these notes, write the rest anew": the network reads them as its own answer and goes on from them.
//! # Source
//! Forced tokens: `docs/tokens.md` §6. The result keeps the original notes, which are finer than the grid.

use crate::cell::{Cell, Tone};

/// Notes that stay, as they stand on the grid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Locked {
    tones: Vec<Tone>,
}

impl Locked {
    /// These notes; of several at one (position, pitch) the first.
    pub fn new(tones: Vec<Tone>) -> Self {
        Locked { tones: Cell::new(false, tones).tones().to_vec() }
    }

    /// The notes in order.
    pub fn tones(&self) -> &[Tone] {
        &self.tones
    }

    /// The notes that come after this place in the order of a cell; all of them before the first note.
    pub fn after(&self, last: Option<&Tone>) -> &[Tone] {
        let place = |tone: &Tone| (tone.position, tone.pitch);
        let written = last.map_or(0, |last| self.tones.partition_point(|tone| place(tone) <= place(last)));
        &self.tones[written..]
    }

    /// The notes at a position above `last`.
    pub fn at(&self, position: u8, last: Option<u8>) -> &[Tone] {
        let from = self.tones.partition_point(|tone| (tone.position, Some(tone.pitch)) <= (position, last));
        let to = self.tones.partition_point(|tone| tone.position <= position);
        &self.tones[from..to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locked_notes_come_one_after_another() {
        let tone = |position, pitch| Tone { position, pitch, duration: 3, velocity: 4 };
        let locked = Locked::new(vec![tone(24, 64), tone(0, 60), tone(24, 60), tone(24, 60)]);
        assert_eq!(locked.tones().len(), 3);
        for (last, count) in
            [(None, 3), (Some(tone(0, 59)), 3), (Some(tone(0, 60)), 2), (Some(tone(24, 62)), 1), (Some(tone(30, 0)), 0)]
        {
            assert_eq!(locked.after(last.as_ref()).len(), count, "{last:?}");
        }
        for (position, last, count) in [(24, None, 2), (24, Some(60), 1), (24, Some(64), 0), (0, None, 1), (5, None, 0)]
        {
            assert_eq!(locked.at(position, last).len(), count, "{position} {last:?}");
        }
    }
}
