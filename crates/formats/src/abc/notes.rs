//! Notes, chords, rests and grace notes.

use super::body::Body;
use super::scan::Scan;
use super::voice::{Heard, Place, Tuplet};
use crate::Error;
use crate::written::{Kind, Sign, What};

/// Semitones of the steps above C.
const SEMITONES: [i16; 7] = [0, 2, 4, 5, 7, 9, 11];

/// Most bars of rest of all voices that are written by their number.
const MOST_RESTED: usize = 50_000;

impl Body<'_> {
    /// A note by itself.
    pub(super) fn note(&mut self, scan: &mut Scan) -> Result<(), Error> {
        let Some(place) = self.place(scan)? else { return Ok(()) };
        let length = scan.length()?;
        let voice = self.voice();
        let length = voice.length(length, scan)?;
        match self.heard(place, scan) {
            Some(heard) => self.voice().sound(&[Heard { length, ..heard }]),
            None => self.voice().go_on(length),
        }
    }

    /// `[CEG]2`: it lasts as long as its first note.
    pub(super) fn chord(&mut self, scan: &mut Scan) -> Result<(), Error> {
        let begin = scan.clone();
        let mut notes = Vec::new();
        loop {
            match scan.peek() {
                Some(']') => break,
                None => return Err(begin.error("this chord has no end; close it with ]".into())),
                Some('^' | '_' | '=' | 'A'..='G' | 'a'..='g') => {
                    let Some(place) = self.place(scan)? else { continue };
                    let length = scan.length()?;
                    notes.push((self.heard(place, scan), length, scan.take("-")));
                }
                Some('"') => drop((scan.next(), scan.until('"', "this text")?)),
                Some('!') => drop((scan.next(), scan.until('!', "this decoration")?)),
                Some('(' | ')' | '.' | ' ') => drop(scan.next()),
                Some('z' | 'x') => drop((scan.next(), scan.length()?)),
                Some(_) => {
                    self.unknown(scan);
                    scan.next();
                }
            }
        }
        scan.next();
        let times = scan.length()?;
        let first = notes.first().map_or((1, 1), |note| note.1);
        let voice = self.voice();
        let whole = voice.length((first.0 * times.0, first.1 * times.1), scan)?;
        let chord = notes.iter().filter_map(|(heard, own, tied)| {
            // Notes of other lengths keep their proportion to the first.
            let length = i128::from(whole) * i128::from(own.0 * first.1) / i128::from(own.1 * first.0).max(1);
            Some(Heard { length: i64::try_from(length).ok()?.clamp(1, 4 * whole.max(1)), tied: *tied, ..(*heard)? })
        });
        let mut chord: Vec<Heard> = chord.collect();
        if let Some(first) = chord.first_mut() {
            first.length = whole;
            return self.voice().sound(&chord);
        }
        self.voice().go_on(whole)
    }

    /// `{ga}`: short notes before the next one.
    pub(super) fn graces(&mut self, scan: &mut Scan) -> Result<(), Error> {
        let begin = scan.clone();
        let mut chord = None;
        loop {
            match scan.peek() {
                Some('}') => break,
                None => return Err(begin.error("these grace notes have no end; close them with }".into())),
                Some('^' | '_' | '=' | 'A'..='G' | 'a'..='g') => {
                    let Some(place) = self.place(scan)? else { continue };
                    scan.length()?;
                    let Some(heard) = self.heard(place, scan) else { continue };
                    let voice = self.voice();
                    let (program, drum) = (voice.instrument.program, voice.instrument.channel == Some(9));
                    let grace = Sign {
                        key: heard.key,
                        program,
                        drum,
                        voice: voice.overlay,
                        grace: true,
                        chord: chord == Some(true),
                        ..Sign::default()
                    };
                    voice.put(What::Note(Box::new(grace)));
                    chord = chord.map(|_| true);
                }
                Some('[') => {
                    chord = Some(false);
                    scan.next();
                }
                Some(']') => {
                    chord = None;
                    scan.next();
                }
                Some(_) => drop(scan.next()),
            }
        }
        scan.next();
        Ok(())
    }

    /// `z2`, `x` and `Z4`.
    pub(super) fn rest(&mut self, scan: &mut Scan) -> Result<(), Error> {
        let sign = scan.next();
        if matches!(sign, Some('Z' | 'X')) {
            let bars = scan.number()?.unwrap_or(1);
            self.rested += bars as usize;
            if self.rested > MOST_RESTED {
                return Err(scan.error(format!("these are more than {MOST_RESTED} bars of rest; write fewer")));
            }
            for number in 0..bars {
                let voice = self.voice();
                if number > 0 {
                    voice.finish_measure();
                }
                let whole = voice.meter.map_or(4 * super::UNIT, |(beats, value)| {
                    4 * super::UNIT * i64::from(beats) / i64::from(value.max(1))
                });
                voice.go_on(whole)?;
            }
            return Ok(());
        }
        let length = scan.length()?;
        let voice = self.voice();
        let length = voice.length(length, scan)?;
        voice.last.clear();
        voice.last_heard.clear();
        voice.tied.clear();
        voice.go_on(length)
    }

    /// `(3`, `(5:4`, `(3:2:4` and, without a number, a slur.
    pub(super) fn tuplet(&mut self, scan: &mut Scan) -> Result<(), Error> {
        let begin = scan.clone();
        let Some(actual) = scan.number()? else {
            self.report.add(Kind::Articulation, || begin.place());
            return Ok(());
        };
        let mut more = || -> Result<Option<u32>, Error> { if scan.take(":") { scan.number() } else { Ok(None) } };
        let (normal, notes) = (more()?, more()?);
        // In compound metres five, seven and nine notes stand in the time of three, else of two (ABC 2.1, 4.13).
        let compound = self.voice().meter.is_some_and(|(beats, value)| value == 8 && beats % 3 == 0 && beats > 3);
        let usual = match actual {
            3 | 6 => 2,
            2 | 4 | 8 => 3,
            _ if compound => 3,
            _ => 2,
        };
        let normal = normal.filter(|normal| *normal > 0).unwrap_or(usual);
        if !(2..=64).contains(&actual) || normal > 64 {
            return Err(begin.error(format!("a tuplet of {actual} notes is not known; write one such as (3 or (5:4")));
        }
        let left = notes.filter(|notes| *notes > 0).unwrap_or(actual);
        self.voice().tuplet = Some(Tuplet { actual: actual.into(), normal: normal.into(), left });
        Ok(())
    }

    /// Accidental, letter and octave of a note.
    fn place(&mut self, scan: &mut Scan) -> Result<Option<Place>, Error> {
        let begin = scan.clone();
        let signs = scan.take_while(|sign| matches!(sign, '^' | '_' | '='));
        let mut accidental = None;
        if !signs.is_empty() {
            let sum: i8 = signs.chars().take(4).map(|sign| i8::from(sign == '^') - i8::from(sign == '_')).sum();
            accidental = Some(sum.clamp(-2, 2));
            // `^/c` is a quarter of a tone.
            if matches!(scan.peek(), Some('/' | '0'..='9')) {
                let (above, below) = scan.length()?;
                let exact = f64::from(sum) * above as f64 / below as f64;
                accidental = Some(exact.round().clamp(-2.0, 2.0) as i8);
                self.report.add(Kind::Microtone, || begin.place());
            }
        }
        let letter = scan.peek().filter(|letter| matches!(letter, 'A'..='G' | 'a'..='g'));
        let Some(letter) = letter else {
            self.report.add(Kind::Sign, || begin.place());
            return Ok(None);
        };
        scan.next();
        let marks = scan.take_while(|sign| matches!(sign, '\'' | ','));
        let octaves: i16 = marks.chars().take(20).map(|mark| if mark == ',' { -1 } else { 1 }).sum();
        let step = "CDEFGAB".find(letter.to_ascii_uppercase()).unwrap_or(0);
        let octave = octaves + if letter.is_ascii_uppercase() { 4 } else { 5 };
        Ok(Some(Place { step, octave, accidental }))
    }

    /// What sounds at a place, with the accidentals of the measure, the key, and a tie from before the bar line.
    fn heard(&mut self, place: Place, scan: &Scan) -> Option<Heard> {
        let by_octave = self.by_octave;
        let propagates = self.propagates;
        let voice = self.voice();
        let spot = (place.step, by_octave.then_some(place.octave));
        let same = |before: &&Heard| before.place.step == place.step && before.place.octave == place.octave;
        let tied = voice.tied.iter().find(same).map(|before| before.alter);
        let held = voice.altered.get(&spot).copied();
        let alter = place.accidental.or(tied).or(held).unwrap_or(voice.key.alters[place.step]);
        if let Some(accidental) = place.accidental.filter(|_| propagates) {
            voice.altered.insert(spot, accidental);
        }
        let written = 12 * (place.octave + 1) + SEMITONES[place.step] + i16::from(alter);
        let key = written + 12 * voice.shift.octaves + voice.shift.semitones;
        match u8::try_from(key).ok().filter(|key| *key <= 127) {
            Some(key) => Some(Heard { place, alter, key, length: 0, tied: false }),
            None => {
                self.report.add(Kind::Note, || scan.place());
                None
            }
        }
    }
}
