//! Chords as text events of the first file track: `chord: Am7/G`, or `chord heard: Am7/G` where nobody wrote it.
//!
//! Standard MIDI Files have no event for chords. A text is taken for one only if it is what would be written for it, so
//! that every other text comes back as it was.

use score::{Chord, Tick, chord_named};

const WRITTEN: &str = "chord: ";
const HEARD: &str = "chord heard: ";

/// The text of a chord.
pub fn text(chord: &Chord) -> String {
    format!("{}{}", if chord.detected { HEARD } else { WRITTEN }, chord.text())
}

/// The chord of a text, if it is one.
pub fn read(tick: Tick, bytes: &[u8]) -> Option<Chord> {
    let said = std::str::from_utf8(bytes).ok()?;
    let (name, detected) = match said.strip_prefix(WRITTEN) {
        Some(name) => (name, false),
        None => (said.strip_prefix(HEARD)?, true),
    };
    let chord = Chord { tick, symbol: chord_named(name).ok()?, detected };
    (text(&chord) == said).then_some(chord)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_write_is_a_chord() {
        for said in ["chord: Am7/G", "chord: N.C.", "chord heard: F#dim7"] {
            assert_eq!(read(7, said.as_bytes()).map(|chord| text(&chord)).as_deref(), Some(said));
        }
        for other in ["chord: Amin7", "Am7", "chord:Am7", "chord: Am7 ", "chords", "chord: H", "chord: \u{0}"] {
            assert_eq!(read(7, other.as_bytes()), None, "{other}");
        }
        assert_eq!(read(7, b"chord: \xff"), None);
    }
}
