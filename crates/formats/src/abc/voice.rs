//! One voice: its measures so far, and what holds in the one that is being read.

use super::UNIT;
use super::field::AbcMeter;
use super::key::{AbcKey, Shift};
use super::scan::Scan;
use crate::Error;
use crate::written::{Instrument, Item, MAX_QUARTERS, Marks, Sign, Units, What};
use std::collections::BTreeMap;

/// A measure of a voice.
#[derive(Debug, Clone, Default)]
pub(super) struct Measure {
    pub items: Vec<Item>,
    /// How far its notes and rests go.
    pub length: Units,
    pub marks: Marks,
    pub meter: AbcMeter,
}

/// Where a note is written, without what alters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// 0 = C.
    pub step: usize,
    /// That of middle C is 4.
    pub octave: i16,
    /// Its own accidental.
    pub accidental: Option<i8>,
}

/// What sounds, how it is written, and whether it is tied by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard {
    pub place: Place,
    pub alter: i8,
    /// MIDI key.
    pub key: u8,
    pub length: Units,
    pub tied: bool,
}

/// So many notes in the time of so many, and how many notes are left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tuplet {
    pub actual: i64,
    pub normal: i64,
    pub left: u32,
}

#[derive(Debug)]
pub(super) struct Voice {
    pub name: String,
    pub instrument: Instrument,
    pub shift: Shift,
    pub key: AbcKey,
    pub meter: AbcMeter,
    /// The unit length.
    pub unit: Units,
    pub measures: Vec<Measure>,
    /// The measure that is being read.
    pub open: Measure,
    pub now: Units,
    /// Which overlay of the measure is being read, from 0.
    pub overlay: u32,
    /// Whether an ending is open.
    pub ending: bool,
    /// What accidentals in this measure have done, by step and, where octaves count, octave.
    pub altered: BTreeMap<(usize, Option<i16>), i8>,
    /// Notes whose tie waits for the next one.
    pub tied: Vec<Heard>,
    /// The last notes or rest: their items, how long they are, how they are written.
    pub last: Vec<usize>,
    pub last_length: Units,
    pub last_heard: Vec<Heard>,
    /// By what the next note is longer or shorter.
    pub broken: Option<(i64, i64)>,
    pub tuplet: Option<Tuplet>,
    pub accent: bool,
    /// The notes of the last line of music, by measure and item, that syllables are laid on; none is a bar line.
    pub line: Vec<Option<(usize, usize)>>,
    /// How many lines of words that line has.
    pub verses: usize,
}

impl Voice {
    pub fn new(name: String, key: AbcKey, meter: AbcMeter, unit: Units) -> Voice {
        Voice {
            name,
            instrument: Instrument::default(),
            shift: Shift::default(),
            key,
            meter,
            unit,
            measures: Vec::new(),
            open: Measure { meter, ..Measure::default() },
            now: 0,
            overlay: 0,
            ending: false,
            altered: BTreeMap::new(),
            tied: Vec::new(),
            last: Vec::new(),
            last_length: 0,
            last_heard: Vec::new(),
            broken: None,
            tuplet: None,
            accent: false,
            line: Vec::new(),
            verses: 0,
        }
    }

    /// The key of the tune, stated after the voice was named.
    pub fn begin_in(&mut self, key: AbcKey) {
        for item in &mut self.open.items {
            if let What::Key(stated) = &mut item.what {
                (stated.fifths, stated.minor) = (key.fifths, key.minor);
            }
        }
        self.key = key;
    }

    /// Whether nothing has sounded or rested in the open measure.
    pub fn is_fresh(&self) -> bool {
        self.open.length == 0 && !self.open.items.iter().any(|item| matches!(item.what, What::Note(_)))
    }

    pub fn put(&mut self, what: What) {
        self.open.items.push(Item { at: self.now, what });
    }

    /// So many units of length, within tuplet and broken rhythm.
    ///
    /// # Errors
    /// [`Error::Abc`] if it is longer than any piece.
    pub fn length(&mut self, (above, below): (i64, i64), scan: &Scan) -> Result<Units, Error> {
        let (mut above, mut below) = (i128::from(above) * i128::from(self.unit), i128::from(below));
        if let Some((times, of)) = self.broken.take() {
            (above, below) = (above * i128::from(times), below * i128::from(of));
        }
        if let Some(tuplet) = &mut self.tuplet {
            (above, below) = (above * i128::from(tuplet.normal), below * i128::from(tuplet.actual));
            tuplet.left -= 1;
            if tuplet.left == 0 {
                self.tuplet = None;
            }
        }
        let length = above / below.max(1);
        Units::try_from(length).ok().filter(|length| (1..=MAX_QUARTERS * UNIT).contains(length)).ok_or_else(|| {
            scan.error("this note is shorter or longer than any in music; write a length such as 3/2".into())
        })
    }

    /// Time passes.
    ///
    /// # Errors
    /// [`Error::LongMusic`].
    pub fn go_on(&mut self, length: Units) -> Result<(), Error> {
        self.now += length;
        self.open.length = self.open.length.max(self.now);
        self.last_length = length;
        let quarters = (self.now / UNIT).unsigned_abs();
        match self.now > MAX_QUARTERS * UNIT {
            true => {
                Err(Error::LongMusic { measure: self.measures.len() + 1, quarters, limit: MAX_QUARTERS.unsigned_abs() })
            }
            false => Ok(()),
        }
    }

    /// Puts down the notes of a chord, which begin together, and lets the time of the first pass.
    ///
    /// # Errors
    /// [`Error::LongMusic`].
    pub fn sound(&mut self, chord: &[Heard]) -> Result<(), Error> {
        self.last.clear();
        self.last_heard = chord.to_vec();
        let tied = std::mem::take(&mut self.tied);
        let drum = self.instrument.channel == Some(score::Header::DRUM_CHANNEL);
        for (number, heard) in chord.iter().enumerate() {
            let sign = Sign {
                key: heard.key,
                program: self.instrument.program,
                drum,
                length: heard.length,
                voice: self.overlay,
                chord: number > 0,
                tied_before: tied.iter().any(|before| before.key == heard.key),
                tied_after: heard.tied,
                accent: self.accent,
                ..Sign::default()
            };
            self.last.push(self.open.items.len());
            self.put(What::Note(Box::new(sign)));
        }
        self.tied.extend(chord.iter().filter(|heard| heard.tied));
        self.accent = false;
        if let Some(&first) = self.last.first() {
            self.line.push(Some((self.measures.len(), first)));
        }
        self.go_on(chord.first().map_or(0, |heard| heard.length))
    }

    /// A tie after a note or a chord.
    pub fn tie(&mut self) {
        for &item in &self.last {
            if let Some(Item { what: What::Note(sign), .. }) = self.open.items.get_mut(item) {
                sign.tied_after = true;
            }
        }
        self.tied.clone_from(&self.last_heard);
    }

    /// `>` and `<`: the last note becomes longer or shorter, the next one the opposite. Three dots are the most.
    pub fn break_rhythm(&mut self, first_longer: bool, dots: u32) {
        let of = 1 << dots.min(3);
        let (long, short) = ((2 * of - 1, of), (1, of));
        let (first, second) = if first_longer { (long, short) } else { (short, long) };
        let length = self.last_length * first.0 / first.1;
        for &item in &self.last {
            if let Some(Item { what: What::Note(sign), .. }) = self.open.items.get_mut(item) {
                sign.length = sign.length * first.0 / first.1;
            }
        }
        let whole = self.open.length == self.now;
        self.now += length - self.last_length;
        self.open.length = if whole { self.now } else { self.open.length.max(self.now) };
        self.last_length = length;
        self.broken = Some(second);
    }

    /// Ends the open measure, unless nothing has been played in it.
    pub fn finish_measure(&mut self) {
        self.altered.clear();
        (self.now, self.overlay) = (0, 0);
        self.line.push(None);
        if self.is_fresh() {
            return;
        }
        // A tie crosses the bar line, a broken rhythm does not.
        self.last.clear();
        let next = Measure { meter: self.meter, ..Measure::default() };
        self.measures.push(std::mem::replace(&mut self.open, next));
    }

    /// A bar line.
    pub fn bar(&mut self, sign: &str) {
        let colons = |text: &str, from_end: bool| {
            let mut signs: Vec<char> = text.chars().filter(|sign| !matches!(sign, '[' | ']')).collect();
            if from_end {
                signs.reverse();
            }
            signs.iter().take_while(|sign| **sign == ':').count() as u32
        };
        let only_colons = sign.chars().all(|sign| sign == ':');
        let (before, after) = match only_colons {
            true => (colons(sign, false) / 2, colons(sign, false) / 2),
            false => (colons(sign, false), colons(sign, true)),
        };
        let closes = before > 0 || sign.contains("||") || sign.contains('[') || sign.contains(']');
        let fresh = self.is_fresh();
        let begun = fresh && self.open.marks.ending.is_some();
        let marks = match (fresh, self.measures.last_mut()) {
            (true, Some(last)) => &mut last.marks,
            _ => &mut self.open.marks,
        };
        if before > 0 {
            marks.backward = before + 1;
        }
        if self.ending && closes && !begun {
            marks.ending_end = true;
            self.ending = false;
        }
        self.finish_measure();
        self.open.marks.forward |= after > 0;
    }

    /// An ending begins.
    pub fn begin_ending(&mut self, passes: Vec<u32>) {
        if !self.is_fresh() {
            self.finish_measure();
        }
        self.open.marks.ending = Some(passes);
        self.ending = true;
    }
}
