//! What was put right, and what the document does not hold, of a piece that was written.

use std::collections::BTreeMap;
use std::fmt;

/// One kind of thing that was repaired or lost while notation was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Text in another encoding than the file says.
    Encoding,
    /// An entity that nobody has declared.
    UnknownEntity,
    /// A part that the list of parts does not name, or that has no music.
    PartList,
    /// A note whose pitch or duration is missing or cannot be.
    Note,
    /// A note without a duration, which was given that of its type.
    Duration,
    /// A step back in time before the measure's start.
    Backup,
    /// A measure that is longer than its metre.
    LongMeasure,
    /// A tie that ends without a beginning or begins without an end.
    Tie,
    /// A metre that cannot be, or that another part contradicts.
    Meter,
    /// A key that cannot be, or that another part or staff contradicts.
    Key,
    /// A mode other than major and minor.
    Mode,
    /// A tempo that cannot be.
    Tempo,
    /// An unpitched note that does not say which drum it is.
    Drum,
    /// A pitch between the keys.
    Microtone,
    /// Notes of two voices that begin together on one key.
    Unison,
    /// Repeats that were not unfolded, because they would never end.
    Repeats,
    /// Repeats and jumps that were unfolded.
    Unfolded,
    /// Da capo and dal segno that were played.
    Jump,
    /// Notes that moved to the nearest tick.
    Rounded,
    /// Cue notes.
    Cue,
    /// Trills, turns, mordents.
    Ornament,
    /// Tremolos.
    Tremolo,
    /// Arpeggios, glissandos and slides.
    Arpeggio,
    /// Fermatas and breath marks.
    Fermata,
    /// Slurs, articulations and signs of technique.
    Articulation,
    /// Chord symbols that are not understood.
    Chord,
    /// Figured bass.
    Figures,
    /// Verses that no repeat comes to.
    Verse,
    /// A sign for the repetition of a measure.
    MeasureRepeat,
    /// Sound instructions that the studio does not have.
    Sound,
    /// A field of ABC that means nothing here.
    Field,
    /// A sign of ABC that is not understood.
    Sign,
    /// Tunes of the file beside the one that was opened.
    Tunes,
}

impl Kind {
    /// One, more of them, and what became of it.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::Encoding => ("letter", "letters", "not in the encoding that the file states, replaced"),
            Kind::UnknownEntity => ("entity", "entities", "declared nowhere, kept as written"),
            Kind::PartList => {
                ("part", "parts", "in the list of parts without music, or with music and not in the list")
            }
            Kind::Note => ("note", "notes", "without a possible pitch or duration, left out"),
            Kind::Duration => ("note", "notes", "without a duration, given that of the note value"),
            Kind::Backup => ("step back", "steps back", "beyond the start of the measure, stopped there"),
            Kind::LongMeasure => ("measure", "measures", "longer than the metre, given a metre of its own"),
            Kind::Tie => ("tie", "ties", "with only one end, joined where the same key follows at once"),
            Kind::Meter => ("metre", "metres", "impossible or contradicted by another part, left out"),
            Kind::Key => ("key signature", "key signatures", "impossible or contradicted by another part, left out"),
            Kind::Mode => ("mode", "modes", "neither major nor minor, of which the signature is kept"),
            Kind::Tempo => ("tempo", "tempos", "impossible, left out or brought into range"),
            Kind::Drum => {
                ("unpitched note", "unpitched notes", "of an instrument that is not named, played on a snare")
            }
            Kind::Microtone => ("pitch", "pitches", "between two keys, played on the nearer one"),
            Kind::Unison => ("note", "notes", "in unison with another voice of the part, played once"),
            Kind::Repeats => ("repeat", "repeats", "would unfold without end, played once as written"),
            Kind::Unfolded => ("measure", "measures", "written once and repeated, unfolded as played"),
            Kind::Jump => ("jump", "jumps", "da capo or dal segno, played up to its end"),
            Kind::Rounded => ("time", "times", "between two ticks, moved to the nearer one"),
            Kind::Cue => ("cue note", "cue notes", "not played"),
            Kind::Ornament => ("ornament", "ornaments", "not played, the main note is"),
            Kind::Tremolo => ("tremolo", "tremolos", "played as one long note"),
            Kind::Arpeggio => ("arpeggio or glissando", "arpeggios and glissandos", "not played"),
            Kind::Fermata => ("fermata or breath mark", "fermatas and breath marks", "not played"),
            Kind::Articulation => ("slur or articulation", "slurs and articulations", "not kept"),
            Kind::Chord => ("chord symbol", "chord symbols", "not understood, kept as text"),
            Kind::Figures => ("figured bass", "figured basses", "not kept"),
            Kind::Verse => ("syllable", "syllables", "of verses that no repeat comes to, not kept"),
            Kind::MeasureRepeat => ("sign", "signs", "for the repetition of a measure, not played"),
            Kind::Sound => ("playback instruction", "playback instructions", "not kept"),
            Kind::Field => ("field", "fields", "without a meaning here, left out"),
            Kind::Sign => ("sign", "signs", "not understood, left out"),
            Kind::Tunes => ("tune", "tunes", "of this file beside the first, not opened"),
        }
    }
}

/// How often something was repaired or lost, and where first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What.
    pub kind: Kind,
    /// How often.
    pub count: usize,
    /// The first place, in words: `measure 3 of Violin` or `line 7`; may be empty.
    pub first: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, more, fate) = self.kind.words();
        write!(out, "{} {}: {fate}", self.count, if self.count == 1 { one } else { more })?;
        match (self.first.is_empty(), self.count) {
            (true, _) => Ok(()),
            (false, 1) => write!(out, " ({})", self.first),
            (false, _) => write!(out, " (first in {})", self.first),
        }
    }
}

/// What has been repaired or lost so far.
#[derive(Debug, Default)]
pub(crate) struct Report(BTreeMap<Kind, (usize, String)>);

impl Report {
    /// Counts one; the place is asked for the first time only.
    pub fn add(&mut self, kind: Kind, place: impl FnOnce() -> String) {
        self.add_many(kind, 1, place);
    }

    /// Counts some, if there are any.
    pub fn add_many(&mut self, kind: Kind, count: usize, place: impl FnOnce() -> String) {
        if count > 0 {
            self.0.entry(kind).or_insert_with(|| (0, place())).0 += count;
        }
    }

    /// All of it, repairs first.
    pub fn finish(self) -> Vec<Remark> {
        self.0.into_iter().map(|(kind, (count, first))| Remark { kind, count, first }).collect()
    }
}
