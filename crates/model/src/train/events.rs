//! Curves for TensorBoard: event files as its reader takes them.
//!
//! A record is a length, the checksum of the length, the data and the checksum of the data (TensorFlow, `TFRecord`
//! format); the data is an `Event` message with one scalar (`event.proto`, `summary.proto`). Times are seconds of the
//! run's own clock.

use crate::Error;
use crc::{CRC_32_ISCSI, Crc};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

const CASTAGNOLI: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// The curves of one run.
#[derive(Debug)]
pub struct Events {
    path: PathBuf,
    file: File,
}

impl Events {
    /// A file in the run's folder, named after the step at which the run goes on, so that runs follow each other.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn begin(folder: &Path, step: u64, time: f64) -> Result<Self, Error> {
        let path = folder.join(format!("events.out.tfevents.{step:010}"));
        let file = File::create(&path).map_err(Error::system("make", &path))?;
        let mut events = Events { path, file };
        let mut event = double(1, time);
        event.extend(bytes(3, b"brain.Event:2"));
        events.write(&event)?;
        Ok(events)
    }

    /// Adds a point to the curve `tag`.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn scalar(&mut self, tag: &str, step: u64, time: f64, value: f64) -> Result<(), Error> {
        let mut scalar = bytes(1, tag.as_bytes());
        scalar.push(2 << 3 | 5);
        scalar.extend((value as f32).to_le_bytes());
        let mut event = double(1, time);
        event.push(2 << 3);
        event.extend(varint(step));
        event.extend(bytes(5, &bytes(1, &scalar)));
        self.write(&event)
    }

    fn write(&mut self, event: &[u8]) -> Result<(), Error> {
        let length = (event.len() as u64).to_le_bytes();
        let record = [&length, &masked(&length)[..], event, &masked(event)].concat();
        self.file.write_all(&record).map_err(Error::system("write", &self.path))
    }
}

/// A checksum as the format stores it: turned by 15 bits and moved, so that checksums of checksums are safe.
fn masked(data: &[u8]) -> [u8; 4] {
    CASTAGNOLI.checksum(data).rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

fn double(field: u8, value: f64) -> Vec<u8> {
    [&[field << 3 | 1][..], &value.to_le_bytes()].concat()
}

fn bytes(field: u8, data: &[u8]) -> Vec<u8> {
    [&[field << 3 | 2][..], &varint(data.len() as u64), data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_the_checksums_of_the_format() {
        // The check value of CRC-32C, and its masked form.
        assert_eq!(CASTAGNOLI.checksum(b"123456789"), 0xe306_9283);
        assert_eq!(masked(b"123456789"), 0xe306_9283_u32.rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes());
        let folder = tempfile::tempdir().unwrap();
        let mut events = Events::begin(folder.path(), 7, 0.5).unwrap();
        events.scalar("loss", 300, 1.5, 2.0).unwrap();
        let written = std::fs::read(folder.path().join("events.out.tfevents.0000000007")).unwrap();
        let (first, rest) = written.split_at(8 + 4 + 24 + 4);
        assert_eq!(u64::from_le_bytes(first[..8].try_into().unwrap()), 24);
        assert_eq!(&first[12 + 11..36], b"brain.Event:2");
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        let event = &rest[12..12 + length];
        assert_eq!(rest.len(), 16 + length);
        assert_eq!(rest[12 + length..], masked(event));
        assert_eq!(event[..9], double(1, 1.5)[..]);
        assert_eq!(event[9..12], [0x10, 0xac, 0x02], "step 300");
        assert!(event.ends_with(&[0x15, 0, 0, 0, 0x40]), "2.0 as a float");
    }
}
