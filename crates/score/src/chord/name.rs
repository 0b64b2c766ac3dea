//! Spelled pitch classes: a letter and what alters it.

use std::fmt;

/// The letters, C first, and the semitones of each above C.
const LETTERS: [char; 7] = ['C', 'D', 'E', 'F', 'G', 'A', 'B'];
const CLASSES: [i8; 7] = [0, 2, 4, 5, 7, 9, 11];

/// A pitch class as it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PitchName {
    step: u8,
    alter: i8,
}

impl PitchName {
    /// A letter, 0 = C ..= 6 = B, altered by -2..=2 semitones; none outside these.
    pub fn new(step: u8, alter: i8) -> Option<Self> {
        (step < 7 && (-2..=2).contains(&alter)).then_some(PitchName { step, alter })
    }

    /// The pitch class of a chord's root in a key of so many sharps (positive) or flats: the spelling that lies nearest
    /// to the key's scale on the line of fifths, from the flat second to the sharp fourth in major, and as far as the
    /// sharp seventh in minor.
    pub fn in_key(class: u8, fifths: i8, minor: bool) -> Self {
        // The scale of a key reaches from one fifth below the tonic of the major key to five above it.
        let lowest = fifths.clamp(-7, 7) - if minor { 3 } else { 5 };
        let place = (0..12).map(|more| lowest + more).find(|place| fifth_class(*place) == class % 12);
        PitchName::at_fifth(place.unwrap_or(0))
    }

    /// The name so many fifths from C, at most two accidentals away from a letter.
    fn at_fifth(place: i8) -> Self {
        let place = place.clamp(-15, 19);
        // F is one fifth below C, and seven fifths are a sharp.
        let step = (i16::from(place) * 4).rem_euclid(7) as u8;
        PitchName { step, alter: (place + 1).div_euclid(7) }
    }

    /// The name so many fifths further along the line of fifths, as on an instrument that transposes; where that has more
    /// than two accidentals, its equal.
    pub fn raised(self, fifths: i8) -> Self {
        // F C G D A E B are a fifth apart, and a sharp is seven fifths.
        let letter = (i16::from(self.step) * 2 + 1).rem_euclid(7) - 1;
        let place = letter + 7 * i16::from(self.alter) + i16::from(fifths);
        // From F flat flat to B sharp sharp.
        let beyond = if place < -15 {
            12
        } else if place > 19 {
            -12
        } else {
            0
        };
        PitchName::at_fifth((place + beyond) as i8)
    }

    /// The letter, 0 = C ..= 6 = B.
    pub fn step(self) -> u8 {
        self.step
    }

    /// Semitones that alter the letter, -2..=2.
    pub fn alter(self) -> i8 {
        self.alter
    }

    /// The pitch class, 0 = C ..= 11 = B.
    pub fn class(self) -> u8 {
        (CLASSES[usize::from(self.step)] + self.alter).rem_euclid(12) as u8
    }

    /// The name that a text begins with, and what comes after it.
    pub(super) fn leading(text: &str) -> Option<(Self, &str)> {
        let mut signs = text.chars();
        let letter = signs.next()?.to_ascii_uppercase();
        let step = LETTERS.iter().position(|one| *one == letter)? as u8;
        let (mut alter, mut rest) = (0_i8, signs.as_str());
        loop {
            let mut next = rest.chars();
            let by = match next.next() {
                Some('b' | '♭') if alter <= 0 && alter > -2 => -1,
                Some('#' | '♯') if (0..2).contains(&alter) => 1,
                _ => return Some((PitchName { step, alter }, rest)),
            };
            (alter, rest) = (alter + by, next.as_str());
        }
    }
}

/// The pitch class so many fifths from C.
fn fifth_class(place: i8) -> u8 {
    (i16::from(place) * 7).rem_euclid(12) as u8
}

impl fmt::Display for PitchName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.alter < 0 { "b" } else { "#" };
        write!(out, "{}{}", LETTERS[usize::from(self.step)], sign.repeat(self.alter.unsigned_abs().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(fifths: i8, minor: bool) -> String {
        let names = (0..12).map(|class| {
            let name = PitchName::in_key(class, fifths, minor);
            assert_eq!(name.class(), class);
            name.to_string()
        });
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_are_raised_by_fifths() {
        let raised = |step, alter, fifths| PitchName::new(step, alter).unwrap().raised(fifths).to_string();
        assert_eq!([raised(0, 0, -2), raised(0, 0, 1), raised(6, 0, 1), raised(3, 0, -1)], ["Bb", "G", "F#", "Bb"]);
        assert_eq!(raised(6, 2, 1), "G#", "not F with three sharps");
        for step in 0..7 {
            for alter in -2..=2 {
                let name = PitchName::new(step, alter).unwrap();
                for fifths in -12..=12_i8 {
                    let class = (i16::from(name.class()) + 7 * i16::from(fifths)).rem_euclid(12);
                    assert_eq!(i16::from(name.raised(fifths).class()), class);
                }
                assert_eq!(name.raised(0), name);
            }
        }
    }

    #[test]
    fn roots_are_spelled_in_their_key() {
        assert_eq!(roots(0, false), "C Db D Eb E F F# G Ab A Bb B");
        assert_eq!(roots(0, true), "C C# D Eb E F F# G G# A Bb B");
        assert_eq!(roots(-3, false), "C Db D Eb Fb F Gb G Ab A Bb Cb");
        assert_eq!(roots(5, false), "C C# D D# E E# F# G G# A A# B");
        for fifths in -7..=7 {
            roots(fifths, false);
            roots(fifths, true);
        }
    }
}
