//! How pitches are spelled: D. Meredith's ps13, first stage ("The *ps13* Pitch Spelling Algorithm", Journal of New
//! Music Research 35(2), 2006), with the key signature in the place of its arbitrary first note.
//!
//! Each pitch class that sounds around a note is taken for a tonic as often as it sounds there, the note has the
//! letter that it has in the harmonic chromatic scale on that tonic, and the letter with most votes wins. How the
//! tonics themselves are spelled depends on the key signature alone, so that a spelling depends on no note further
//! away than the window.

use crate::model::Pitch;

/// How many notes before a note, and how many from it on, are heard with it (Meredith's best values: 10 and 42).
const BEFORE: usize = 10;
const AFTER: usize = 42;

/// Letters above the tonic of the harmonic chromatic scale: C D♭ D E♭ E F F♯ G A♭ A B♭ B.
const LETTERS: [u8; 12] = [0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6];

/// A note to be spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sounding {
    /// MIDI key.
    pub key: u8,
    /// Sharps or flats of the key signature where it sounds, -7..=7.
    pub fifths: i8,
    /// Which bar it begins in, for the bound of the window.
    pub bar: usize,
}

/// How far the window reaches at most, in bars to either side.
pub(crate) const BARS_AROUND: usize = 4;

/// Spells notes in the order of their onsets, those of one onset from the lowest.
pub(crate) fn spell(notes: &[Sounding]) -> Vec<Pitch> {
    (0..notes.len()).map(|index| pitch(notes[index], letter(notes, index))).collect()
}

/// A key by itself, as in C major.
pub(crate) fn plain(key: u8) -> Pitch {
    pitch(Sounding { key, fifths: 0, bar: 0 }, letter_in_key(key % 12, 0))
}

/// The letter with most votes, 0 = C.
fn letter(notes: &[Sounding], index: usize) -> u8 {
    let note = notes[index];
    let window = &notes[index.saturating_sub(BEFORE)..notes.len().min(index + AFTER)];
    let mut votes = [0_u32; 7];
    for near in window.iter().filter(|near| near.bar.abs_diff(note.bar) <= BARS_AROUND) {
        let tonic = near.key % 12;
        let above = (note.key % 12 + 12 - tonic) % 12;
        votes[usize::from((letter_in_key(tonic, note.fifths) + LETTERS[usize::from(above)]) % 7)] += 1;
    }
    let home = letter_in_key(note.key % 12, note.fifths);
    let most = votes.iter().max().copied().unwrap_or(0);
    // Of letters with equally many votes, that of the key.
    if votes[usize::from(home)] == most {
        home
    } else {
        (0..7).find(|&at| votes[usize::from(at)] == most).unwrap_or(home)
    }
}

/// The letter of a pitch class in the harmonic chromatic scale of the major key with so many sharps.
fn letter_in_key(class: u8, fifths: i8) -> u8 {
    // The tonic of a major key lies as many fifths above C as it has sharps; a fifth is seven semitones, four letters.
    let tonic_class = (i16::from(fifths) * 7).rem_euclid(12) as u8;
    let tonic_letter = (i16::from(fifths) * 4).rem_euclid(7) as u8;
    (tonic_letter + LETTERS[usize::from((class + 12 - tonic_class) % 12)]) % 7
}

/// A key with a letter: the octave in which the letter lies nearest.
fn pitch(note: Sounding, step: u8) -> Pitch {
    let key = i16::from(note.key);
    let natural = Pitch::STEPS[usize::from(step)];
    let octave = (key - natural + 6).div_euclid(12);
    Pitch { octave: (octave - 1) as i8, step, alter: (key - natural - 12 * octave) as i8 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    fn spelled(fifths: i8, music: &str) -> String {
        let notes = text::notes(music).unwrap();
        let notes: Vec<Sounding> = notes.iter().map(|note| Sounding { key: note.pitch, fifths, bar: 0 }).collect();
        let pitches = spell(&notes);
        for (pitch, note) in pitches.iter().zip(&notes) {
            assert_eq!(pitch.key(), i16::from(note.key));
        }
        let names = pitches.iter().map(|pitch| {
            let sign = if pitch.alter < 0 { "b" } else { "#" };
            format!(
                "{}{}{}",
                ["C", "D", "E", "F", "G", "A", "B"][usize::from(pitch.step)],
                sign.repeat(pitch.alter.unsigned_abs().into()),
                pitch.octave
            )
        });
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn scales_are_spelled_in_their_keys() {
        assert_eq!(spelled(0, "C4 D4 E4 F4 G4 A4 B4 C5"), "C4 D4 E4 F4 G4 A4 B4 C5");
        assert_eq!(spelled(5, "B3 C#4 D#4 E4 F#4 G#4 A#4 B4"), "B3 C#4 D#4 E4 F#4 G#4 A#4 B4");
        assert_eq!(spelled(-6, "Gb4 Ab4 Bb4 B4 Db5 Eb5 F5 Gb5"), "Gb4 Ab4 Bb4 Cb5 Db5 Eb5 F5 Gb5");
        assert_eq!(spelled(7, "C#4 D#4 F4 F#4 G#4 A#4 C5"), "C#4 D#4 E#4 F#4 G#4 A#4 B#4");
    }

    #[test]
    fn leading_tones_rise_and_flat_chords_stay_flat() {
        // D minor's leading tone, and the same key in a chord of F minor.
        assert_eq!(spelled(-1, "D4 E4 F4 C#4 D4 A4 C#5 D5"), "D4 E4 F4 C#4 D4 A4 C#5 D5");
        assert_eq!(spelled(-4, "F4 Ab4 C5 Db5 C5 E4 F4"), "F4 Ab4 C5 Db5 C5 E4 F4");
        assert_eq!(spelled(4, "G#3 B3 D#4 G4 G#4"), "G#3 B3 D#4 F##4 G#4");
    }
}
