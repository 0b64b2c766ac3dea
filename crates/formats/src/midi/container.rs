//! From bytes to chunks: RMI unwrapped, the header understood, every track's events found.

use super::Repair;
use super::repair::Report;
use crate::Error;

/// Most tracks of a file: as many as its header can count.
pub const MAX_TRACKS: usize = 65_535;

/// The end-of-track event with its usual delta of a byte before it left out (Standard MIDI Files 1.0).
const END: &[u8] = b"\xff\x2f\0";

/// A file taken apart.
#[derive(Debug)]
pub struct Container<'a> {
    /// 0, 1 or 2.
    pub format: u8,
    /// How time is counted.
    pub division: Division,
    /// Each track's events and where they begin in the file.
    pub tracks: Vec<(usize, &'a [u8])>,
}

/// How a file counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// Ticks per quarter, 1..=32767.
    Quarter(u16),
    /// Ticks per second, as a fraction.
    Second(u64, u64),
}

/// Takes a file apart; what is not as it should be goes into `report`.
pub fn open<'a>(file: &'a [u8], report: &mut Report) -> Result<Container<'a>, Error> {
    let start = header_offset(file)?;
    if start > 0 && !file.starts_with(b"RIFF") {
        report.push(Repair::Junk { offset: 0, bytes: start });
    }
    let header = file
        .get(start + 8..start + 14)
        .ok_or_else(|| Error::Damaged { offset: file.len(), reason: "the file ends within its header".into() })?;
    let number = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let format = match number(0) {
        format @ 0..=2 => format as u8,
        said => {
            report.push(Repair::Format { said });
            1
        }
    };
    if format == 2 {
        report.push(Repair::Patterns);
    }
    let division = division(header[4], header[5], start + 12, report)?;
    let file = unwrapped(file, start);
    let tracks = tracks(file, first_chunk(file, start, report), report)?;
    let said = usize::from(number(2));
    if said != tracks.len() {
        report.push(Repair::TrackCount { said, found: tracks.len() });
    }
    Ok(Container { format, division, tracks })
}

/// Where "MThd" stands: at the start, within a RIFF file, or a little later in a file with junk before it.
fn header_offset(file: &[u8]) -> Result<usize, Error> {
    const NEAR: usize = 4096;
    let head = &file[..file.len().min(NEAR)];
    head.windows(4).position(|four| four == b"MThd").ok_or_else(|| Error::NotMidi {
        offset: 0,
        wanted: "with MThd",
        found: match file.len() {
            0 => "an empty file".into(),
            _ => file.iter().take(4).map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" "),
        },
    })
}

/// A RIFF file up to the end of its MIDI data: chunks of another kind may follow (Multimedia Programming Interface and
/// Data Specifications 1.0, RMID form). A size that cannot be is not believed.
fn unwrapped(file: &[u8], start: usize) -> &[u8] {
    let size = match (file.starts_with(b"RIFF"), start.checked_sub(8).map(|data| &file[data..start])) {
        (true, Some(&[b'd', b'a', b't', b'a', a, b, c, d])) => u32::from_le_bytes([a, b, c, d]),
        _ => u32::MAX,
    };
    file.get(..start.saturating_add(size as usize)).filter(|data| data.len() >= start + 14).unwrap_or(file)
}

/// Where the first chunk after the header begins. The header may grow in later versions of the standard; its own
/// length says where it ends, unless nothing begins there.
fn first_chunk(file: &[u8], start: usize, report: &mut Report) -> usize {
    let said = u32::from_be_bytes([file[start + 4], file[start + 5], file[start + 6], file[start + 7]]);
    let at = start.saturating_add(8).saturating_add(said.max(6) as usize);
    let believable = said >= 6 && (at == file.len() || is_chunk(file, at));
    if said != 6 && !believable {
        report.push(Repair::HeaderLength { said });
    }
    if believable { at } else { start + 14 }
}

/// Whether a chunk may begin here: its name is text (Standard MIDI Files 1.0, chunks).
fn is_chunk(file: &[u8], at: usize) -> bool {
    file.get(at..at.saturating_add(4)).is_some_and(|name| name.iter().all(u8::is_ascii_alphanumeric))
}

fn division(high: u8, low: u8, offset: usize, report: &mut Report) -> Result<Division, Error> {
    if high < 0x80 {
        return Ok(Division::Quarter(match u16::from_be_bytes([high, low]) {
            0 => {
                report.push(Repair::NoResolution);
                480
            }
            ticks => ticks,
        }));
    }
    report.push(Repair::Smpte);
    // Frames per second are stored negated; 29 stands for 30 drop-frame, which is 30000/1001.
    let (frames, per) = match 256 - u16::from(high) {
        24 => (24, 1),
        25 => (25, 1),
        29 => (30_000, 1001),
        30 => (30, 1),
        other => {
            return Err(Error::Damaged {
                offset,
                reason: format!("it counts {other} frames a second, the standard knows 24, 25, 29 and 30"),
            });
        }
    };
    Ok(Division::Second(frames * u64::from(low.max(1)), per))
}

fn tracks<'a>(file: &'a [u8], mut at: usize, report: &mut Report) -> Result<Vec<(usize, &'a [u8])>, Error> {
    let mut tracks = Vec::new();
    while let Some(head) = file.get(at..at.saturating_add(8)) {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let from = at + 8;
        if &head[..4] == b"MTrk" {
            if tracks.len() == MAX_TRACKS {
                return Err(Error::TooManyTracks { offset: at, limit: MAX_TRACKS });
            }
            let to = track_end(file, from, length);
            let track = tracks.len() + 1;
            if to - from != length {
                report.push(match to == file.len() {
                    true => Repair::ShortTrack { track, offset: to },
                    false => Repair::TrackLength { track, said: length, found: to - from },
                });
            }
            tracks.push((from, &file[from..to]));
            at = to;
        } else if is_chunk(file, at) && from.saturating_add(length) <= file.len() {
            // Chunks of other programs may stand between tracks (Standard MIDI Files 1.0, chunks).
            at = from + length;
        } else {
            // Nothing that is known: the next track is where its name is.
            let next = find(file, at + 1, b"MTrk").unwrap_or(file.len());
            report.push(Repair::Junk { offset: at, bytes: next - at });
            at = next;
        }
    }
    if at < file.len() {
        report.push(Repair::Junk { offset: at, bytes: file.len() - at });
    }
    Ok(tracks)
}

/// Where a track ends: where its chunk says, unless that cannot be and another track begins behind an end-of-track.
fn track_end(file: &[u8], from: usize, length: usize) -> usize {
    let said = from.saturating_add(length);
    let within = &file[..said.min(file.len())];
    let another = file.get(said..).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"MTrk"));
    if another || (said < file.len() && within[from..].ends_with(END)) {
        return said;
    }
    // The next track's name may begin up to three bytes before the wrong end and end behind it.
    if let Some(end) = find(&file[..(within.len() + 3).min(file.len())], from, b"\xff\x2f\0MTrk") {
        return end + END.len();
    }
    let next = find(file, within.len(), b"MTrk").unwrap_or(file.len());
    if file[..next].ends_with(END) { next } else { within.len() }
}

/// Where `name` stands at or after `at`.
fn find(file: &[u8], at: usize, name: &[u8]) -> Option<usize> {
    file[at..].windows(name.len()).position(|bytes| bytes == name).map(|found| at + found)
}
