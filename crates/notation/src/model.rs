//! What is engraved: parts of staves of measures of voices of elements.

use crate::value::{Time, Value};
use score::{ChordSymbol, NoteId, TrackId};

/// A piece as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What the piece is called; may be empty.
    pub title: String,
    /// Whether eighths are written even and played long and short.
    pub swung: bool,
    /// The bars that all parts share.
    pub bars: Vec<BarFrame>,
    /// One for each track with a note, in the order of the document.
    pub parts: Vec<Part>,
}

/// What stands at a bar in every part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarFrame {
    /// Which bar of the piece, from 0.
    pub index: usize,
    /// How long it is.
    pub length: Time,
    /// The metre (beats, beat's note value), where it is shown.
    pub meter: Option<(u8, u8)>,
    /// Sharps (positive) or flats of the key, -7..=7, where it is shown.
    pub key: Option<i8>,
    /// Tempo marks, from the bar's start on.
    pub tempos: Vec<TempoMark>,
    /// Chords; none where none sounds from there on.
    pub chords: Vec<(Time, Option<ChordSymbol>)>,
    /// Rehearsal marks.
    pub marks: Vec<(Time, String)>,
}

/// A tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TempoMark {
    /// Where, from the bar's start.
    pub at: Time,
    /// The note value that is counted.
    pub beat: Value,
    /// How many of them in a minute, in tenths.
    pub per_minute: u32,
}

/// What one track plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The track.
    pub track: TrackId,
    /// What people call it.
    pub name: String,
    /// MIDI channel, 0..=15.
    pub channel: u8,
    /// General MIDI program, 0..=127.
    pub program: u8,
    /// Whether it is written on a drum staff.
    pub drums: bool,
    /// The track of the left hand, if this is the right one of a keyboard that two tracks play.
    pub left: Option<TrackId>,
    /// From the top; at most two.
    pub staves: Vec<Staff>,
}

/// One staff of a part; a measure for each bar of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// In the order of [`Sheet::bars`].
    pub measures: Vec<Measure>,
}

/// One bar of one staff.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measure {
    /// The clef, where it is shown: in the first measure and where it changes.
    pub clef: Option<Clef>,
    /// Dynamic marks, from the measure's start on.
    pub dynamics: Vec<(Time, Dynamic)>,
    /// Each fills the whole measure; the first is the upper one. At least one.
    pub voices: Vec<Voice>,
}

/// What one line of music does in a measure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Voice {
    /// They follow each other without a gap.
    pub elements: Vec<Element>,
}

/// A chord, a note or a rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Where it starts, from the measure's start.
    pub at: Time,
    /// How long it sounds: that of its value, changed by its tuplet.
    pub length: Time,
    /// The sign that is written; none for the rest of a whole bar.
    pub value: Option<Value>,
    /// A rest that is not drawn: a lower voice has not begun yet, or is over.
    pub hidden: bool,
    /// The tuplet in which it stands.
    pub tuplet: Option<Tuplet>,
    /// What each beam does here, the outermost first; empty for flags and for longer values.
    pub beams: Vec<Beam>,
    /// Note heads from the lowest; empty for a rest.
    pub heads: Vec<Head>,
    /// What is sung to it.
    pub lyric: Option<Lyric>,
}

/// One element's place in a tuplet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuplet {
    /// So many of its units ...
    pub actual: u8,
    /// ... in the time of so many.
    pub normal: u8,
    /// What is counted.
    pub unit: Value,
    /// It begins here.
    pub first: bool,
    /// It ends here.
    pub last: bool,
}

/// What a beam does at a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beam {
    /// Begins and goes on to the right.
    Begin,
    /// Goes through.
    Continue,
    /// Ends.
    End,
    /// A stub to the right.
    Forward,
    /// A stub to the left.
    Backward,
}

/// One note of a chord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The note of the document that it writes; a tied note has several heads.
    pub note: NoteId,
    /// Its MIDI key, 0..=127.
    pub key: u8,
    /// How it is spelled; on a drum staff, where it stands.
    pub pitch: Pitch,
    /// The accidental that is shown: semitones of alteration.
    pub accidental: Option<i8>,
    /// Tied to what comes before.
    pub tied_before: bool,
    /// Tied to what follows.
    pub tied_after: bool,
    /// Drawn as a cross: cymbals and the like.
    pub cross: bool,
}

/// A pitch as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pitch {
    /// Octave, that of middle C is 4.
    pub octave: i8,
    /// Letter, 0 = C ..= 6 = B.
    pub step: u8,
    /// Semitones of alteration, -2..=2.
    pub alter: i8,
}

impl Pitch {
    /// Semitones of the letters above C.
    pub(crate) const STEPS: [i16; 7] = [0, 2, 4, 5, 7, 9, 11];

    /// The MIDI key that it means, 60 = middle C.
    pub fn key(&self) -> i16 {
        12 * (i16::from(self.octave) + 1) + Self::STEPS[usize::from(self.step % 7)] + i16::from(self.alter)
    }

    /// Steps of the staff above the C below everything, so that each line and each space is one.
    pub fn staff_step(&self) -> i16 {
        7 * i16::from(self.octave) + i16::from(self.step)
    }
}

/// A clef.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clef {
    /// G on the second line.
    Treble,
    /// F on the fourth line.
    Bass,
    /// C on the third line.
    Alto,
    /// C on the fourth line.
    Tenor,
    /// Treble, sounding an octave lower: guitars and tenors.
    TrebleDown,
    /// Bass, sounding an octave lower: double basses.
    BassDown,
    /// Drums.
    Percussion,
}

impl Clef {
    /// The [`Pitch::staff_step`] of the staff's middle line.
    pub fn middle(self) -> i16 {
        match self {
            Clef::Treble | Clef::Percussion => 34,
            Clef::Bass => 22,
            Clef::Alto => 28,
            Clef::Tenor => 26,
            Clef::TrebleDown => 27,
            Clef::BassDown => 15,
        }
    }
}

/// A dynamic, from very soft to very loud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Dynamic {
    Ppp,
    Pp,
    P,
    Mp,
    Mf,
    F,
    Ff,
    Fff,
}

/// A syllable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lyric {
    /// Its letters.
    pub text: String,
    /// The word goes on from the syllable before.
    pub continues: bool,
    /// The word goes on in the next syllable.
    pub goes_on: bool,
}
