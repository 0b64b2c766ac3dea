//! One file track's bytes, event by event, with what is wrong in them put right where that can be done.

use super::Repair;
use super::repair::Report;
use midly::{EventIter, TrackEventKind};

/// The events of a file track.
pub struct Events<'a> {
    /// Which file track, from 1.
    track: usize,
    /// Where in the file the track's events end.
    end: usize,
    rest: &'a [u8],
    running: Option<u8>,
    /// The status that would be running had nothing ended it.
    last: Option<u8>,
}

/// One of them.
pub struct Found<'a> {
    /// Where in the file it begins.
    pub offset: usize,
    /// File ticks since the one before.
    pub delta: u64,
    /// Its bytes after the delta, and what they say; none if they were skipped.
    pub event: Option<(&'a [u8], TrackEventKind<'a>)>,
}

impl<'a> Events<'a> {
    /// The events in `bytes`, which begin at `offset` in the file.
    pub fn new(track: usize, offset: usize, bytes: &'a [u8]) -> Self {
        Events { track, end: offset + bytes.len(), rest: bytes, running: None, last: None }
    }

    /// Where in the file the next event begins.
    pub fn offset(&self) -> usize {
        self.end - self.rest.len()
    }

    /// How many bytes have not been read.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next one; none at the end, and where the rest cannot be understood.
    pub fn next(&mut self, report: &mut Report) -> Option<Found<'a>> {
        let (track, offset) = (self.track, self.offset());
        if self.rest.is_empty() {
            return None;
        }
        if let Some(found) = self.parse(self.running, report) {
            return Some(found);
        }
        let (delta, after) = variable(self.rest);
        let status = after.first().copied();
        // Programs that send running status through meta events or system exclusive ones wrote many files; the
        // standard says that these end it (Standard MIDI Files 1.0, MTrk events).
        if status.is_some_and(|byte| byte < 0x80)
            && self.running.is_none()
            && self.last.is_some()
            && let Some(found) = self.parse(self.last, report)
        {
            report.push(Repair::Running { track, offset });
            return Some(found);
        }
        if let Some((status, rest)) = illegal(after) {
            report.push(Repair::Illegal { track, offset, status });
            self.rest = rest;
            return Some(Found { offset, delta, event: None });
        }
        if let Some(rest) = whole_meta(after) {
            report.push(Repair::Impossible { track, offset, what: "meta event" });
            self.rest = rest;
            return Some(Found { offset, delta, event: None });
        }
        report.push(Repair::Lost { track, offset, bytes: self.left() });
        self.rest = &[];
        None
    }

    fn parse(&mut self, running: Option<u8>, report: &mut Report) -> Option<Found<'a>> {
        let offset = self.offset();
        let mut events = EventIter::new(self.rest).bytemapped();
        *events.running_status_mut() = running;
        let (raw, event) = events.next()?.ok()?;
        (self.running, self.rest) = (events.running_status(), events.unread());
        self.last = self.running.or(self.last);
        let length = match event.kind {
            TrackEventKind::SysEx(_) | TrackEventKind::Escape(_) => raw.get(1..),
            TrackEventKind::Meta(_) => raw.get(2..),
            TrackEventKind::Midi { .. } => None,
        };
        let (said, data) = variable(length.unwrap_or_default());
        if said > data.len() as u64 {
            report.push(Repair::Cut { track: self.track, offset });
        }
        Some(Found { offset, delta: u64::from(event.delta.as_int()), event: Some((raw, event.kind)) })
    }
}

/// The code and the data of a meta event, from its bytes in the file: FF, code, length, data.
pub fn meta(raw: &[u8]) -> Option<(u8, &[u8])> {
    Some((*raw.get(1)?, variable(raw.get(2..)?).1))
}

/// A variable-length quantity of at most four bytes, and what follows it (Standard MIDI Files 1.0); one that has no
/// end within four bytes is what they say, as midly reads it.
fn variable(bytes: &[u8]) -> (u64, &[u8]) {
    let ends = bytes.iter().take(4).position(|byte| byte & 0x80 == 0);
    let length = ends.map_or(bytes.len().min(4), |last| last + 1);
    let value = bytes[..length].iter().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    (value, &bytes[length..])
}

/// If an event has a status byte that only a live stream may have: the byte and what follows it with the data bytes
/// that belong to it (MIDI 1.0 Detailed Specification, system common and real time messages).
fn illegal(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (&status, rest) = bytes.split_first()?;
    let data = match status {
        0xf1 | 0xf3 => 1,
        0xf2 => 2,
        0xf4..=0xf6 | 0xf8..=0xfe => 0,
        _ => return None,
    };
    Some((status, rest.get(data..).unwrap_or_default()))
}

/// What follows a meta event that has as many bytes as it says.
fn whole_meta(bytes: &[u8]) -> Option<&[u8]> {
    let after = bytes.strip_prefix(&[0xff])?.get(1..)?;
    let (length, data) = variable(after);
    data.get(usize::try_from(length).ok()?..)
}
