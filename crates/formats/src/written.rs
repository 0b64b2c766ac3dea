//! A piece as it is written, before anybody plays it: parts of measures with repeats, ties, grace notes and dynamics.
//! What reads notation makes one of these; [`perform`] plays it into a document.
//!
//! **Repeats are played.** Notation programs keep the order in which measures are written; a studio plays, so repeats,
//! endings, da capo and dal segno are unfolded, and the second time through sings the second verse. What would unfold
//! without measure is left as it is written, and the report says so.
//!
//! **Grace notes** are played as 32nds before the note that they lean on, in the time of the note before; at the very
//! beginning of a piece on the beat.

mod loudness;
mod maps;
mod meters;
mod order;
mod perform;
mod player;
mod report;
mod setting;
mod stage;

pub use report::{Kind, Remark};

pub(crate) use order::{Jumps, Marks};
pub(crate) use perform::perform;
pub(crate) use report::Report;

use score::{ChordSymbol, Key, Score};

/// A file of notation as a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The piece, as it is played.
    pub score: Score,
    /// What had to be put right, and what the document does not hold.
    pub remarks: Vec<Remark>,
}

/// A place or a length; how many units make a quarter is [`Written::unit`].
pub(crate) type Units = i64;

/// Longest piece, in quarters, as in the MIDI reader.
pub(crate) const MAX_QUARTERS: i64 = crate::midi::MAX_QUARTERS as i64;

/// A piece.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// What it is called; may be empty.
    pub title: String,
    /// What else is said about it: meta types of Standard MIDI Files, and texts.
    pub about: Vec<(u8, String)>,
    /// Units in a quarter, a multiple of [`score::Score::TPQ`].
    pub unit: Units,
    /// The measures that all parts share.
    pub bars: Vec<Bar>,
    pub parts: Vec<Part>,
}

/// A measure, as all parts have it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bar {
    /// Its metre: beats and their note value; none where time is not measured.
    pub meter: Option<(u8, u8)>,
    /// How long it is: what its longest voice fills, or else what the metre says.
    pub length: Units,
    pub marks: Marks,
}

impl Bar {
    /// How long its metre says that it is.
    pub fn nominal(&self, unit: Units) -> Option<Units> {
        self.meter.map(|(beats, value)| 4 * unit * Units::from(beats) / Units::from(value.max(1)))
    }
}

/// What one player, or one pair of hands, reads.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub name: String,
    /// At least one.
    pub instruments: Vec<Instrument>,
    /// What stands in each measure, in any order; as many as the piece has bars, or fewer.
    pub measures: Vec<Vec<Item>>,
}

/// What a part is played on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Instrument {
    /// MIDI channel, 0..=15, where the file wants one.
    pub channel: Option<u8>,
    /// General MIDI program, 0..=127.
    pub program: u8,
    /// Main volume, 0..=127, where the file says it.
    pub volume: Option<u8>,
    /// Panorama, 0..=127, where the file says it.
    pub pan: Option<u8>,
}

/// One sign at its place in a measure.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// From the measure's start.
    pub at: Units,
    pub what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    Note(Box<Sign>),
    Loud(Loud),
    Tempo(Pace),
    Key(Key),
    /// A rehearsal mark.
    Mark(String),
    /// A chord, or that none sounds.
    Chord(Option<ChordSymbol>),
    /// Words.
    Text(String),
    /// A pedal.
    Control {
        controller: u8,
        value: u8,
    },
}

/// A written note.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sign {
    /// MIDI key, or that of a drum.
    pub key: u8,
    /// General MIDI program, 0..=127, unless it is a drum.
    pub program: u8,
    pub drum: bool,
    /// 0 for a grace note.
    pub length: Units,
    /// Which voice of the part.
    pub voice: u32,
    pub grace: bool,
    /// Begins with the note or grace note before it.
    pub chord: bool,
    pub tied_before: bool,
    pub tied_after: bool,
    /// What its own velocity is, where the file says it.
    pub velocity: Option<u8>,
    /// Louder than its neighbours.
    pub accent: bool,
    /// In which passes of a repeat it is played; empty for all.
    pub passes: Vec<u32>,
    /// What is sung to it: verse, from 0, and syllable; one that goes on ends with a hyphen.
    pub lyrics: Vec<(usize, String)>,
}

/// What a dynamic sign does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loud {
    /// This velocity from here on.
    Level(u8),
    /// This velocity here only.
    Once(u8),
    /// A hairpin begins: louder or softer.
    Wedge(bool),
    /// The hairpin ends.
    WedgeEnd,
}

/// What a tempo sign says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pace {
    /// Quarters a minute.
    Quarters(f64),
    /// So many times as fast as before.
    Times(f64),
}

/// The greatest common divisor.
pub(crate) fn common(mut a: Units, mut b: Units) -> Units {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The least number that both divide, if it is at most `most`.
pub(crate) fn shared(a: Units, b: Units, most: Units) -> Option<Units> {
    (a / common(a, b).max(1)).checked_mul(b).filter(|&product| (1..=most).contains(&product))
}
