//! Chords over all tracks: what holds from a tick on, as a player reads it ("Am7/G").
//!
//! Letters are the English ones: B is a semitone below C, and B flat is written Bb. Accidentals are `b` and `#`.

mod kind;
mod name;
mod voicing;

pub use kind::ChordKind;
pub use name::PitchName;
pub use voicing::voiced;

use crate::{Error, Tick};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A chord from a tick on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Chord {
    /// From here on, up to the next one.
    pub tick: Tick,
    /// Which; none where no chord sounds. As text: `Bbm7/F`, `N.C.` for none.
    #[serde(with = "text")]
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub symbol: Option<ChordSymbol>,
    /// It was heard in the notes; nobody has written it.
    pub detected: bool,
}

/// What is written above a staff: a root, what stands on it, and the lowest note where that is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChordSymbol {
    /// The root.
    pub root: PitchName,
    /// What stands on it.
    pub kind: ChordKind,
    /// The lowest note, if it is not the root.
    pub bass: Option<PitchName>,
}

/// What is written where no chord sounds.
pub const NO_CHORD: &str = "N.C.";

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 64;

impl ChordSymbol {
    /// A chord with its root in the bass.
    pub fn new(root: PitchName, kind: ChordKind) -> Self {
        ChordSymbol { root, kind, bass: None }
    }

    /// The chord so many fifths further along the line of fifths, as on an instrument that transposes.
    pub fn raised(self, fifths: i8) -> Self {
        let raised = |name: PitchName| name.raised(fifths);
        ChordSymbol { root: raised(self.root), bass: self.bass.map(raised), ..self }
    }

    /// Its pitch classes as bits, from 1 for C to 2048 for B, that of the bass among them.
    pub fn classes(&self) -> u16 {
        let of_kind = self.kind.steps().iter().fold(0, |set, step| set | 1 << ((self.root.class() + step) % 12));
        self.bass.map_or(of_kind, |bass| of_kind | 1 << bass.class())
    }
}

impl Chord {
    /// A chord that somebody wrote.
    pub fn new(tick: Tick, symbol: Option<ChordSymbol>) -> Self {
        Chord { tick, symbol, detected: false }
    }

    /// What it is called: `Bbm7/F`, or `N.C.`.
    pub fn text(&self) -> String {
        self.symbol.map_or_else(|| NO_CHORD.into(), |symbol| symbol.to_string())
    }
}

/// What somebody typed, or a file says: a chord, or that none sounds.
///
/// # Errors
/// [`Error::Chord`] with the part that is not understood.
pub fn chord_named(text: &str) -> Result<Option<ChordSymbol>, Error> {
    let bare: String = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '.').take(LONGEST).collect();
    if bare.eq_ignore_ascii_case("nc") {
        return Ok(None);
    }
    text.parse().map(Some)
}

impl FromStr for ChordSymbol {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = |part: &str| Error::Chord { text: text.trim().chars().take(40).collect(), part: part.to_owned() };
        let whole = text.trim();
        if whole.len() > LONGEST {
            return Err(refused(""));
        }
        let (root, rest) = PitchName::leading(whole).ok_or_else(|| refused(whole))?;
        // C6/9 has no bass.
        let (kind, bass) = match rest.rsplit_once('/') {
            Some((kind, low)) if !low.trim().starts_with(|sign: char| sign.is_ascii_digit()) => {
                let found = PitchName::leading(low.trim()).filter(|(_, after)| after.is_empty());
                (kind, Some(found.ok_or_else(|| refused(low.trim()))?.0))
            }
            _ => (rest, None),
        };
        let kind = ChordKind::named(kind).ok_or_else(|| refused(kind.trim()))?;
        Ok(ChordSymbol { root, kind, bass: bass.filter(|bass| bass.class() != root.class()) })
    }
}

impl fmt::Display for ChordSymbol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.root, self.kind.suffix())?;
        self.bass.map_or(Ok(()), |bass| write!(out, "/{bass}"))
    }
}

/// A symbol as text in files of ours and on the wire.
mod text {
    use super::{ChordSymbol, NO_CHORD, chord_named};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(symbol: &Option<ChordSymbol>, out: S) -> Result<S::Ok, S::Error> {
        match symbol {
            Some(symbol) => out.collect_str(symbol),
            None => out.serialize_str(NO_CHORD),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ChordSymbol>, D::Error> {
        chord_named(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match chord_named(text) {
            Ok(symbol) => Chord::new(0, symbol).text(),
            Err(error) => format!("{error}"),
        }
    }

    #[test]
    fn every_chord_is_read_as_it_is_written() {
        for step in 0..7 {
            for alter in -2..=2 {
                let root = PitchName::new(step, alter).unwrap();
                for kind in ChordKind::ALL {
                    for bass in [None, PitchName::new(6, -1), PitchName::new(3, 1)] {
                        let bass = bass.filter(|bass| bass.class() != root.class());
                        let symbol = ChordSymbol { root, kind: *kind, bass };
                        assert_eq!(symbol.to_string().parse(), Ok(symbol), "{symbol}");
                    }
                }
            }
        }
    }

    #[test]
    fn players_write_chords_in_many_ways() {
        for (typed, read_as) in [
            ("Am7/G", "Am7/G"),
            ("  c  ", "C"),
            ("bb", "Bb"),
            ("E♭maj7", "Ebmaj7"),
            ("EbM7", "Ebmaj7"),
            ("EbΔ", "Ebmaj7"),
            ("F♯-7", "F#m7"),
            ("F#min7", "F#m7"),
            ("Dminor", "Dm"),
            ("D major", "D"),
            ("Bø", "Bm7b5"),
            ("Bm7(b5)", "Bm7b5"),
            ("B-7-5", "Bm7b5"),
            ("C°7", "Cdim7"),
            ("Co", "Cdim"),
            ("C+", "Caug"),
            ("C7#5", "Caug7"),
            ("Csus", "Csus4"),
            ("G7sus", "G7sus4"),
            ("C2", "Cadd9"),
            ("C6/9", "C69"),
            ("C6/9/E", "C69/E"),
            ("Cmadd9", "Cm(add9)"),
            ("CmM7", "Cm(maj7)"),
            ("G7(b9)", "G7b9"),
            ("G7+9", "G7#9"),
            ("C/C", "C"),
            ("n.c.", "N.C."),
            ("NC", "N.C."),
        ] {
            assert_eq!(read(typed), read_as, "{typed}");
        }
    }

    #[test]
    fn what_is_no_chord_is_refused_with_the_part_that_is_not_understood() {
        for (typed, part) in [
            ("", ""),
            ("H7", "H7"),
            ("Chair", "hair"),
            ("Am7/", ""),
            ("C/x", "x"),
            ("C/E7", "E7"),
            ("7", "7"),
            ("Cm99", "m99"),
        ] {
            let expected = Error::Chord { text: typed.into(), part: part.into() };
            assert_eq!(chord_named(typed), Err(expected), "{typed}");
        }
        assert!(chord_named(&"C".repeat(1_000_000)).is_err());
        assert!(chord_named("Cé/♭").is_err());
    }

    #[test]
    fn a_chord_knows_its_notes() {
        let classes = |text: &str| {
            let bits = text.parse::<ChordSymbol>().unwrap().classes();
            (0..12).filter(|class| bits & 1 << class != 0).collect::<Vec<_>>()
        };
        assert_eq!(classes("C"), [0, 4, 7]);
        assert_eq!(classes("Am7/D"), [0, 2, 4, 7, 9]);
        assert_eq!(classes("G7b9"), [2, 5, 7, 8, 11]);
    }

    #[test]
    fn on_the_wire_it_is_text() {
        let chord = Chord { tick: 5, symbol: "Bbm7/F".parse().ok(), detected: true };
        let json = serde_json::to_string(&chord).unwrap();
        assert_eq!(json, r#"{"tick":5,"symbol":"Bbm7/F","detected":true}"#);
        assert_eq!(serde_json::from_str::<Chord>(&json).unwrap(), chord);
        assert!(serde_json::from_str::<Chord>(r#"{"tick":5,"symbol":"Q","detected":true}"#).is_err());
    }
}
