//! ABC 2.1 (C. Walshaw, *The abc music standard 2.1*, 2011), in.
//!
//! Of a file with several tunes the first one is opened, and the report says how many others there are. Repeats,
//! endings, ties and grace notes are played as in MusicXML; chord symbols become chords, annotations text. An accidental
//! holds for its letter in every octave up to the bar line, which is the standard's default
//! (`propagate-accidentals pitch`). Where a tune states no tempo, it is played at 120 quarters a minute.
//!
//! A sign that is not understood is left out and reported; what cannot be read at all is an [`Error::Abc`] with line
//! and column.

mod body;
mod decoration;
mod field;
mod key;
mod lyrics;
mod music;
mod notes;
mod scan;
mod tune;
mod voice;

use crate::written::{Kind, Opened, Report, Units, perform};
use crate::{Error, MAX_BYTES};

/// Units in a quarter: 2⁷·3²·5·7·11·13, so that 512th notes and every tuplet up to fifteen are whole numbers.
const UNIT: Units = 5_765_760;

/// Reads the first tune of a file.
///
/// # Errors
/// [`Error::Abc`] with line and column; [`Error::Limit`] for a tune of more than 300,000 bytes; [`Error::LongMusic`];
/// [`Error::TooLarge`].
pub fn read(file: &[u8]) -> Result<Opened, Error> {
    Error::guard(|| {
        if file.len() as u64 > MAX_BYTES {
            return Err(Error::TooLarge { bytes: file.len() as u64, limit: MAX_BYTES });
        }
        let text = decode(file);
        let mut report = Report::default();
        let (tune, others) = tune::first(&text)?;
        report.add_many(Kind::Tunes, others, String::new);
        let written = body::read(&tune, &mut report)?;
        let score = perform(written, &mut report)?;
        Ok(Opened { score, remarks: report.finish() })
    })
}

/// Whether a file is ABC text: it says so, or it has a tune with a number and a key.
pub fn is_abc(file: &[u8]) -> bool {
    let start = decode(&file[..file.len().min(20_000)]);
    let begins = |name: &str| start.lines().any(|line| line.starts_with(name));
    start.trim_start_matches('\u{feff}').starts_with("%abc") || (begins("X:") && begins("K:"))
}

/// UTF-8 where it is valid, else Latin-1.
fn decode(file: &[u8]) -> String {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    match std::str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(file).into_owned(),
        Err(_) => file.iter().map(|&byte| char::from(byte)).collect(),
    }
}

#[cfg(test)]
mod tests;
