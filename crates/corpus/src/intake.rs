//! Intake: a folder of music (MIDI, MusicXML, ABC) becomes pieces, and every file gets a line in the report.

use crate::Error;
use crate::catalogue::{self, Entry};
use crate::likeness::{Sketch, duplicates};
use crate::repair::repaired;
use crate::{words, worth};
use serde::Serialize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokens::{Passage, Tonality, last_bar};

/// What a file must have to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Least notes. Default 8: a drum fill.
    pub notes: usize,
    /// Least bars from the beginning to the last note. Default 1.
    pub bars: usize,
    /// Most bars. Default 5000.
    pub most_bars: usize,
    /// Most bytes of a file; notation, which says the same in a hundred times as many, may be as large as any that is
    /// opened ([`formats::MAX_BYTES`]). Default 8 MiB.
    pub most_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { notes: 8, bars: 1, most_bars: 5000, most_bytes: 8 << 20 }
    }
}

/// A piece that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its file, relative to the folder.
    pub file: String,
    /// What people call it, and who wrote it where the catalogue says so; else its file's name.
    pub title: String,
    /// The collection that it belongs to: from the catalogue, else the folder it lies in.
    pub collection: String,
    /// Its music on the grid.
    pub passage: Passage,
    /// The General MIDI program of each of its parts; drums have one too.
    pub programs: Vec<u8>,
    /// Its key, where the catalogue says it.
    pub key: Option<Tonality>,
    /// Its genre class, where the catalogue makes it plain.
    pub genre: Option<u8>,
    /// Words about it, from a text or JSON file of its name.
    pub words: Vec<String>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum Outcome {
    /// Used as it is.
    Used,
    /// Used after repairs.
    Repaired {
        /// What was repaired.
        repairs: Vec<String>,
    },
    /// Not used.
    Rejected {
        /// Why not.
        reason: String,
    },
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The file, relative to the folder.
    pub file: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The pieces of a folder and the report, both in the order of file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// What can be used.
    pub pieces: Vec<Piece>,
    /// A line for every file.
    pub report: Vec<Line>,
}

/// Reads a folder on `threads` threads. `going` hears how many of how many files are done and says whether to go on.
///
/// # Errors
/// [`Error::Io`] or [`Error::Catalogue`] if the folder cannot be read, [`Error::Nothing`] if no file can be used,
/// [`Error::Stopped`] if `going` said so.
pub fn read(
    folder: &Path,
    limits: &Limits,
    threads: usize,
    going: &(dyn Fn(usize, usize) -> bool + Sync),
) -> Result<Intake, Error> {
    let entries = catalogue::read(folder)?;
    let (mut files, mut closed) = (Vec::new(), Vec::new());
    walk(folder, String::new(), 0, &mut files, &mut closed)?;
    files.sort_unstable();
    let done = AtomicUsize::new(0);
    let opened = in_threads(&files, threads, |file| {
        let own = entries.get(file.as_str());
        let result = going(done.fetch_add(1, Ordering::Relaxed), files.len()).then(|| open(folder, file, own, limits));
        result.ok_or(Error::Stopped)
    });
    let opened = opened.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let all = files.len();
    let mut intake = without_duplicates(files, opened, &|| going(all, all))?;
    intake.report.extend(closed);
    match intake.pieces.is_empty() {
        true => Err(Error::Nothing { report: intake.report }),
        false => Ok(intake),
    }
}

/// Applies `work` to every item, the items dealt out in runs to threads; results in the order of the items.
pub(crate) fn in_threads<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let run = items.len().div_ceil(threads.max(1)).clamp(1, 64);
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut own = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match items.chunks(run).nth(at) {
                Some(chunk) => own.push((at, chunk.iter().map(&work).collect::<Vec<R>>())),
                None => return own,
            }
        }
    };
    let mut runs = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(worker)).collect();
        let results = workers.into_iter().map(|worker| worker.join());
        results.flat_map(|own| own.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect::<Vec<_>>()
    });
    runs.sort_by_key(|(at, _)| *at);
    runs.into_iter().flat_map(|(_, results)| results).collect()
}

/// Folders inside folders are followed this deep, links to folders not at all.
const DEEPEST: usize = 32;

/// Finds the music in a folder and those inside it. What cannot be read inside gets a line in the report.
fn walk(
    folder: &Path,
    prefix: String,
    depth: usize,
    files: &mut Vec<String>,
    closed: &mut Vec<Line>,
) -> Result<(), Error> {
    let unread = |name: &str, error: &dyn std::fmt::Display| {
        let reason = format!("this folder cannot be read: {error}");
        Line { file: name.to_owned(), outcome: Outcome::Rejected { reason } }
    };
    for entry in std::fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                closed.push(unread(&prefix, &error));
                continue;
            }
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        let file = format!("{prefix}{name}");
        // What has vanished since its folder was read is not there.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth < DEEPEST {
            match walk(&entry.path(), format!("{file}/"), depth + 1, files, closed) {
                Err(Error::Io { reason, .. }) => closed.push(unread(&format!("{file}/"), &reason)),
                walked => walked?,
            }
        } else if !kind.is_dir() && is_music(&name) {
            files.push(file);
        }
    }
    Ok(())
}

fn is_music(name: &str) -> bool {
    formats::ENDINGS.iter().any(|own| ending(name).eq_ignore_ascii_case(own))
}

/// What stands behind the last point of a name.
fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// A file that can be used, with its repairs and its sketch.
struct Opened {
    piece: Piece,
    repairs: Vec<String>,
    sketch: Sketch,
}

fn open(folder: &Path, file: &str, entry: Option<&Entry>, limits: &Limits) -> Result<Opened, String> {
    let path = folder.join(file);
    let size = std::fs::metadata(&path).map_err(|reason| reason.to_string())?.len();
    let is_text = ["musicxml", "xml"].iter().any(|own| ending(file).eq_ignore_ascii_case(own));
    let most = if is_text { limits.most_bytes.max(formats::MAX_BYTES) } else { limits.most_bytes };
    if size > most {
        return Err(format!("{size} bytes, more than the {most} that are read"));
    }
    let bytes = std::fs::read(&path).map_err(|reason| reason.to_string())?;
    let opened = formats::open(&bytes, ending(file)).map_err(|reason| reason.to_string())?;
    let (score, repairs) = repaired(opened.score)?;
    let bars = last_bar(&score).map_or(0, |last| last + 1);
    if bars == 0 {
        return Err("there are no notes in it".to_owned());
    }
    if !(limits.bars..=limits.most_bars).contains(&bars) {
        return Err(format!("{bars} bars; {} to {} are used", limits.bars, limits.most_bars));
    }
    let passage = Passage::whole(&score);
    if passage.note_count() < limits.notes {
        return Err(format!("{} notes; at least {} are needed to learn from", passage.note_count(), limits.notes));
    }
    worth::judge(&passage)?;
    let collection = match entry {
        Some(entry) => entry.collection.clone(),
        None => file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
    };
    let sketch = Sketch::of(&passage);
    let key = entry.and_then(|entry| catalogue::tonality(entry.key.as_deref()?));
    let title = entry.and_then(catalogue::title).unwrap_or_else(|| stem(file).to_owned());
    let genre = entry.and_then(catalogue::genre);
    let program = |part: &tokens::Part| score.tracks.get(part.index).map_or(0, |track| track.header.program);
    let programs = passage.parts.iter().map(program).collect();
    let words = words::beside(&path).into_iter().collect();
    let piece = Piece { file: file.to_owned(), title, collection, passage, programs, key, genre, words };
    let repairs = opened.remarks.into_iter().chain(repairs.iter().map(ToString::to_string));
    Ok(Opened { piece, repairs: repairs.collect(), sketch })
}

fn stem(file: &str) -> &str {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn without_duplicates(
    files: Vec<String>,
    opened: Vec<Result<Opened, String>>,
    going: &dyn Fn() -> bool,
) -> Result<Intake, Error> {
    let sketches: Vec<Sketch> = opened.iter().flatten().map(|opened| opened.sketch.clone()).collect();
    let names: Vec<String> = opened.iter().flatten().map(|opened| opened.piece.file.clone()).collect();
    let mut twins = duplicates(&sketches, going).ok_or(Error::Stopped)?.into_iter();
    let mut intake = Intake { pieces: Vec::new(), report: Vec::new() };
    for (file, opened) in files.into_iter().zip(opened) {
        let outcome = match opened {
            Err(reason) => Outcome::Rejected { reason },
            Ok(opened) => match twins.next().flatten() {
                Some(twin) => Outcome::Rejected { reason: format!("nearly the same as {}", names[twin]) },
                None => {
                    intake.pieces.push(opened.piece);
                    match opened.repairs {
                        repairs if repairs.is_empty() => Outcome::Used,
                        repairs => Outcome::Repaired { repairs },
                    }
                }
            },
        };
        intake.report.push(Line { file, outcome });
    }
    Ok(intake)
}
