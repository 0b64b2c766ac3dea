//! From bytes to chunks: RMI unwrapped, the header understood, every track's events found.

use super::Repair;
use crate::Error;

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

/// Takes a file apart; what is not as it should be goes into `repairs`.
pub fn open<'a>(file: &'a [u8], repairs: &mut Vec<Repair>) -> Result<Container<'a>, Error> {
    let start = header_offset(file)?;
    if start > 0 && !file.starts_with(b"RIFF") {
        repairs.push(Repair::Junk { offset: 0, bytes: start });
    }
    let header = file.get(start + 8..start + 14).ok_or_else(|| Error::Damaged {
        offset: file.len(),
        reason: "the file ends within its header".into(),
    })?;
    let number = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let format = match number(0) {
        format @ 0..=2 => format as u8,
        said => {
            repairs.push(Repair::Format { said });
            1
        }
    };
    if format == 2 {
        repairs.push(Repair::Patterns);
    }
    let division = division(header[4], header[5], start + 12, repairs)?;
    // The header chunk may grow in later versions of the standard; its own length says where it ends.
    let length = u32::from_be_bytes([file[start + 4], file[start + 5], file[start + 6], file[start + 7]]).max(6) as usize;
    let tracks = tracks(file, start.saturating_add(8).saturating_add(length), repairs);
    let said = usize::from(number(2));
    if said != tracks.len() {
        repairs.push(Repair::TrackCount { said, found: tracks.len() });
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

fn division(high: u8, low: u8, offset: usize, repairs: &mut Vec<Repair>) -> Result<Division, Error> {
    if high < 0x80 {
        return Ok(Division::Quarter(match u16::from_be_bytes([high, low]) {
            0 => {
                repairs.push(Repair::NoResolution);
                480
            }
            ticks => ticks,
        }));
    }
    repairs.push(Repair::Smpte);
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

fn tracks<'a>(file: &'a [u8], mut at: usize, repairs: &mut Vec<Repair>) -> Vec<(usize, &'a [u8])> {
    let mut tracks = Vec::new();
    while let Some(head) = file.get(at..at.saturating_add(8)) {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let from = at + 8;
        let to = from.saturating_add(length);
        if &head[..4] == b"MTrk" {
            if to > file.len() {
                repairs.push(Repair::ShortTrack { track: tracks.len() + 1, offset: file.len() });
            }
            tracks.push((from, &file[from..to.min(file.len())]));
            at = to;
        } else if head[..4].iter().all(u8::is_ascii_alphanumeric) && to <= file.len() {
            // Chunks of other programs may stand between tracks (Standard MIDI Files 1.0, chunks).
            at = to;
        } else {
            // A wrong length: the next track is where its name is.
            let next = file[at + 1..].windows(4).position(|four| four == b"MTrk").map_or(file.len(), |found| at + 1 + found);
            repairs.push(Repair::Junk { offset: at, bytes: next - at });
            at = next;
        }
    }
    tracks
}
