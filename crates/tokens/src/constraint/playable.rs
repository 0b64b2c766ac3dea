//! # What it forbids
//! Pitches outside what the instruments of a group can play, but for those that are there already.
//! # Why
//! Parts for players. It is asked for, not assumed: scores use programs as stand-ins (a voice as an oboe).
//! # Source
//! Sounding ranges of professional players as orchestration handbooks give them (S. Adler, *The Study of
//! Orchestration*, 3rd ed., appendix of ranges); a group of several instruments has the union of their ranges;
//! guitars and basses from the lowest open string to the 24th fret. Synthesisers and effects are not limited.

use crate::PitchSet;

/// Lowest and highest pitch of the instrument groups 0..=32; 36 is listed apart, all others have no limit.
const RANGES: [(u8, u8); 33] = [
    (21, 108), // pianos
    (28, 103), // electric pianos
    (29, 89),  // harpsichord, clavinet
    (45, 108), // tuned percussion
    (24, 108), // organs
    (28, 96),  // accordion, harmonica
    (40, 88),  // nylon guitar
    (40, 88),  // steel guitar
    (40, 88),  // electric guitars
    (40, 88),  // driven guitars
    (28, 67),  // double bass, plucked
    (28, 67),  // bass guitars
    (24, 72),  // synthesiser basses
    (55, 103), // violin
    (48, 91),  // viola
    (36, 84),  // cello
    (28, 67),  // double bass
    (28, 103), // tremolo and plucked strings
    (23, 104), // harp
    (36, 60),  // timpani
    (28, 103), // string ensembles
    (40, 84),  // voices
    (0, 127),  // orchestra hit
    (52, 86),  // trumpets
    (34, 77),  // trombone
    (26, 65),  // tuba
    (35, 77),  // horn
    (28, 86),  // brass ensembles
    (36, 88),  // saxophones
    (52, 93),  // oboe, English horn
    (34, 76),  // bassoon
    (50, 94),  // clarinet
    (55, 108), // flutes, whistles
];

/// Sitar to shanai.
const FOLK: (u8, u8) = (36, 96);

/// The instrument group whose range holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Playable {
    /// Instrument group, 0..=38.
    pub group: u8,
    /// Pitches that may stay or come again all the same: who wrote them knows a player for them.
    pub played: PitchSet,
}

impl Playable {
    /// What it can play.
    pub fn pitches(self) -> PitchSet {
        let (low, high) = match self.group {
            36 => FOLK,
            group => RANGES.get(usize::from(group)).copied().unwrap_or((0, 127)),
        };
        PitchSet::between(low, high).or(self.played)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::group;

    #[test]
    fn instruments_have_their_ranges() {
        let table =
            [(40, 55, 103), (42, 36, 84), (73, 55, 108), (0, 21, 108), (33, 28, 67), (105, 36, 96), (81, 0, 127)];
        for (program, low, high) in table {
            let pitches = Playable { group: group(program, false), played: PitchSet::NONE }.pitches();
            let ends = (pitches.iter().next(), pitches.highest());
            assert_eq!(ends, (Some(low), Some(high)), "program {program}");
        }
    }

    #[test]
    fn what_is_there_may_be_played() {
        let pitches = Playable { group: group(40, false), played: PitchSet::of([52, 80]) }.pitches();
        assert_eq!(pitches.iter().take(2).collect::<Vec<_>>(), [52, 55]);
    }
}
