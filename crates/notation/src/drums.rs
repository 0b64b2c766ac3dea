//! Where drums stand on their staff.

use crate::model::Pitch;

/// General MIDI drum keys with their place on a staff read as in treble clef, and whether they have a cross for a head
/// (N. Weinberg, *Guidelines for Drumset Notation*, Percussive Notes 1994).
const PLACES: [(u8, u8, i8, bool); 25] = [
    (35, 3, 4, false), // acoustic bass drum: F4
    (36, 3, 4, false), // bass drum
    (37, 0, 5, true),  // side stick: C5
    (38, 0, 5, false), // snare
    (39, 0, 5, true),  // hand clap
    (40, 0, 5, false), // electric snare
    (41, 4, 4, false), // low floor tom: G4
    (42, 4, 5, true),  // closed hi-hat: G5
    (43, 5, 4, false), // high floor tom: A4
    (44, 1, 4, true),  // pedal hi-hat: D4
    (45, 6, 4, false), // low tom: B4
    (46, 4, 5, true),  // open hi-hat
    (47, 1, 5, false), // low-mid tom: D5
    (48, 2, 5, false), // high-mid tom: E5
    (49, 5, 5, true),  // crash: A5
    (50, 3, 5, false), // high tom: F5
    (51, 3, 5, true),  // ride: F5
    (52, 6, 5, true),  // china: B5
    (53, 3, 5, true),  // ride bell
    (54, 2, 5, true),  // tambourine
    (55, 6, 5, true),  // splash
    (56, 2, 5, true),  // cowbell
    (57, 5, 5, true),  // second crash
    (58, 1, 5, true),  // vibraslap
    (59, 3, 5, true),  // second ride
];

/// The place of a drum key, and whether its head is a cross; others stand on the middle line.
pub(crate) fn place(key: u8) -> (Pitch, bool) {
    let found = PLACES.iter().find(|place| place.0 == key);
    let (step, octave, cross) = found.map_or((6, 4, true), |&(_, step, octave, cross)| (step, octave, cross));
    (Pitch { octave, step, alter: 0 }, cross)
}

/// Where the drums of General MIDI stand, whether each has a cross for a head, and its key; by key.
pub fn drum_places() -> impl Iterator<Item = (Pitch, bool, u8)> {
    PLACES.iter().map(|&(key, step, octave, cross)| (Pitch { octave, step, alter: 0 }, cross, key))
}

/// The first drum that stands at a place of the staff, with or without a cross for a head.
pub fn drum_at(place: Pitch, cross: bool) -> Option<u8> {
    let of = |cross: bool| PLACES.iter().find(|known| (known.1, known.2, known.3) == (place.step, place.octave, cross));
    of(cross).or_else(|| of(!cross)).map(|known| known.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drums_stand_where_drummers_look() {
        assert_eq!(place(38), (Pitch { octave: 5, step: 0, alter: 0 }, false));
        assert_eq!(place(42), (Pitch { octave: 5, step: 4, alter: 0 }, true));
        assert_eq!(drum_at(Pitch { octave: 5, step: 4, alter: 0 }, true), Some(42));
        assert_eq!(drum_at(Pitch { octave: 5, step: 4, alter: 0 }, false), Some(42));
        assert!(PLACES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(place(81).0.step, 6);
    }
}
