//! Fingerprints of known music, to see what new music copied from it.
//!
//! Lines are compared by their moves, so transposing changes nothing. Of every twelve notes in a row a hash may be kept;
//! which ones are is decided by winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document
//! fingerprinting", SIGMOD 2003), so that of any `window` such runs one after the other at least one is. Runs that only
//! repeat a few moves, such as scales and repeated notes, are nobody's and are left out.

use crate::Error;
use std::collections::{BTreeSet, HashMap};

/// From one note to the next: steps of 24 to the quarter, semitones.
pub type Move = (u32, i16);

/// Moves of a run that is compared: twelve notes.
const RUN: usize = 11;

/// Different moves from which a run is somebody's.
const DIFFERENT: usize = 4;

/// Begins the file.
const MAGIC: &[u8; 8] = b"DBKNOWN1";

/// Known music.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    window: usize,
    works: Vec<String>,
    /// In rising order; the work that each is from stands at the same place in `from`.
    prints: Vec<u32>,
    from: Vec<u32>,
}

/// Notes in a row that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// Number of its first note in the line, from 0.
    pub first: usize,
    /// At least how many notes.
    pub notes: usize,
    /// What work they are from.
    pub work: &'a str,
}

impl Known {
    /// The file of a model's folder that says what it learnt from.
    pub const FILE: &str = "known.bin";

    /// A shared run of this many notes is found for certain.
    pub const CERTAIN: usize = 16;

    /// The window that makes [`Known::CERTAIN`] true with the fewest fingerprints.
    pub const WINDOW: usize = Known::CERTAIN - RUN;

    /// Of works, each with a name and its lines. With a `window` of 1 every run is kept, and lengths are exact.
    pub fn of(works: impl IntoIterator<Item = (String, Vec<Vec<Move>>)>, window: usize) -> Self {
        let window = window.max(1);
        let mut names = Vec::new();
        let mut kept: HashMap<u32, u32> = HashMap::new();
        for (name, lines) in works {
            let work = names.len() as u32;
            names.push(name);
            for line in lines {
                for print in winnowed(&prints(&line), window) {
                    kept.entry(print).or_insert(work);
                }
            }
        }
        let mut all: Vec<(u32, u32)> = kept.into_iter().collect();
        all.sort_unstable();
        let (prints, from) = all.into_iter().unzip();
        Known { window, works: names, prints, from }
    }

    /// How many fingerprints it keeps.
    pub fn len(&self) -> usize {
        self.prints.len()
    }

    /// Whether it knows nothing.
    pub fn is_empty(&self) -> bool {
        self.prints.is_empty()
    }

    /// The runs of a line that are known, from left to right.
    pub fn runs(&self, line: &[Move]) -> Vec<Run<'_>> {
        let mut runs: Vec<(Run, usize)> = Vec::new();
        for (at, print) in prints(line).into_iter().enumerate() {
            let Some(work) = print.and_then(|print| self.work_of(print)) else { continue };
            match runs.last_mut() {
                Some((run, last)) if at - *last <= self.window => {
                    (run.notes, *last) = (at - run.first + RUN + 1, at);
                }
                _ => runs.push((Run { first: at, notes: RUN + 1, work }, at)),
            }
        }
        runs.into_iter().map(|(run, _)| run).collect()
    }

    fn work_of(&self, print: u32) -> Option<&str> {
        let at = self.prints.binary_search(&print).ok()?;
        self.works.get(*self.from.get(at)? as usize).map(String::as_str)
    }

    /// As a file: magic, window, names, then fingerprints as differences with their works. Numbers are LEB128.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        number(&mut out, self.window as u32);
        number(&mut out, self.works.len() as u32);
        for name in &self.works {
            number(&mut out, name.len() as u32);
            out.extend(name.as_bytes());
        }
        number(&mut out, self.prints.len() as u32);
        let mut before = 0;
        for (print, work) in self.prints.iter().zip(&self.from) {
            number(&mut out, print - before);
            number(&mut out, *work);
            before = *print;
        }
        out
    }

    /// From a file's bytes.
    ///
    /// # Errors
    /// [`Error::Known`] where they end too early or say what cannot be.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut rest = Bytes { bytes, at: 0 };
        if rest.take(MAGIC.len())? != MAGIC {
            return Err(Error::Known { at: 0, why: "it does not begin with DBKNOWN1" });
        }
        let window = rest.number()? as usize;
        let mut known = Known { window, ..Known::default() };
        for _ in 0..rest.number()? {
            let length = rest.number()? as usize;
            let name = std::str::from_utf8(rest.take(length)?);
            known.works.push(name.map_err(|_| Error::Known { at: rest.at, why: "a name is not UTF-8" })?.to_owned());
        }
        let mut before = 0u32;
        for _ in 0..rest.number()? {
            let next = before.checked_add(rest.number()?);
            before = next.ok_or(Error::Known { at: rest.at, why: "fingerprints rise beyond 32 bits" })?;
            known.prints.push(before);
            known.from.push(rest.number()?);
        }
        Ok(known)
    }
}

/// The hash of the run that begins at each move; none for one that is nobody's.
fn prints(line: &[Move]) -> Vec<Option<u32>> {
    let print = |run: &[Move]| (run.iter().collect::<BTreeSet<_>>().len() >= DIFFERENT).then(|| hash(run));
    line.windows(RUN).map(print).collect()
}

/// The least of every `window` hashes in a row, the last of equals.
fn winnowed(prints: &[Option<u32>], window: usize) -> Vec<u32> {
    let somebodys = prints.split(Option::is_none).map(|part| part.iter().flatten().copied().collect::<Vec<u32>>());
    let mut kept = Vec::new();
    for part in somebodys.filter(|part| !part.is_empty()) {
        let mut last = None;
        for start in 0..=part.len().saturating_sub(window) {
            let end = (start + window).min(part.len());
            let least = (start..end).rev().min_by_key(|&at| part[at]);
            if least != last {
                kept.extend(least.map(|at| part[at]));
                last = least;
            }
        }
    }
    kept
}

/// FNV-1a over the moves (Fowler, Noll and Vo), folded to 32 bits.
fn hash(run: &[Move]) -> u32 {
    let bytes = run.iter().flat_map(|(steps, interval)| {
        let ([a, b, ..], [c, d]) = (steps.to_le_bytes(), interval.to_le_bytes());
        [a, b, c, d]
    });
    let all = bytes.fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (all ^ all >> 32) as u32
}

fn number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or(Error::Known { at: self.at, why: "it ends too early" })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, Error> {
        let mut value = 0u32;
        for shift in (0..32).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Error::Known { at: self.at, why: "a number is longer than 32 bits" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that wanders by a seed.
    fn line(seed: u32, notes: usize) -> Vec<Move> {
        let mut state = seed;
        let mut next = |most: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % most
        };
        (1..notes).map(|_| (6 * (1 + next(4)), next(9) as i16 - 4)).collect()
    }

    /// The moves with others before and after them, from note 30 on; no line has the moves between.
    fn around(copied: &[Move]) -> Vec<Move> {
        [line(900, 30), vec![(5, 40)], copied.to_vec(), vec![(5, 40)], line(901, 30)].concat()
    }

    fn known(window: usize) -> Known {
        Known::of((1..40).map(|seed| (format!("work {seed}"), vec![line(seed, 200)])), window)
    }

    #[test]
    fn a_run_of_sixteen_notes_is_found_wherever_it_stands() {
        let known = known(Known::WINDOW);
        for from in 0..150 {
            let all = around(&line(7, 200)[from..from + Known::CERTAIN - 1]);
            let runs = known.runs(&all);
            assert_eq!(runs.len(), 1, "{from}: {runs:?}");
            let run = runs[0];
            assert!(run.work == "work 7" && (12..=16).contains(&run.notes), "{run:?}");
            assert!(run.first >= 30 && run.first + run.notes <= 30 + Known::CERTAIN, "{run:?}");
        }
        assert_eq!(known.runs(&line(1000, 500)), []);
    }

    #[test]
    fn with_every_run_kept_lengths_are_exact() {
        let all = around(&line(7, 200)[50..80]);
        assert_eq!(known(1).runs(&all), [Run { first: 30, notes: 31, work: "work 7" }]);
    }

    #[test]
    fn scales_and_repeated_notes_are_nobodys() {
        let plain: Vec<Move> = (0..60).map(|at| (12, [2, 2, 1][at % 3])).collect();
        let known = Known::of([("scales".to_owned(), vec![plain.clone()])], 1);
        assert!(known.is_empty() && known.runs(&plain).is_empty());
    }

    #[test]
    fn a_file_gives_the_same_again_and_a_broken_one_an_error() {
        let known = known(Known::WINDOW);
        let bytes = known.to_bytes();
        assert_eq!(Known::from_bytes(&bytes).unwrap(), known);
        for end in [0, 7, 9, 40, bytes.len() - 1] {
            assert!(Known::from_bytes(&bytes[..end]).is_err(), "{end}");
        }
        assert!(Known::from_bytes(b"DBKNOWN2aaaaaaaaaaaa").is_err());
    }
}
