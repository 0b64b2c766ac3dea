//! A rendering as a WAV file, there whole or not at all.

use crate::render::length;
use crate::{Error, Font, Rendering, Summary, render};
use hound::{SampleFormat, WavSpec, WavWriter};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use score::Score;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What a WAV file holds: sizes have 32 bits, less the header (RIFF, Multimedia Programming Interface 1.0).
const MOST_BYTES: u64 = u32::MAX as u64 - 1024;

/// Seed of the dither: the same piece gives the same file.
const DITHER: u64 = 16;

/// How a sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Depth {
    /// 16-bit whole numbers, with dither.
    #[serde(rename = "16")]
    Sixteen,
    /// 24-bit whole numbers.
    #[default]
    #[serde(rename = "24")]
    TwentyFour,
    /// 32-bit floating point.
    #[serde(rename = "32f")]
    Float,
}

impl Depth {
    /// Bits of a sample.
    pub fn bits(self) -> u16 {
        match self {
            Depth::Sixteen => 16,
            Depth::TwentyFour => 24,
            Depth::Float => 32,
        }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Depth::Sixteen => "16",
            Depth::TwentyFour => "24",
            Depth::Float => "32f",
        })
    }
}

impl FromStr for Depth {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "16" => Ok(Depth::Sixteen),
            "24" => Ok(Depth::TwentyFour),
            "32f" => Ok(Depth::Float),
            _ => Err(Error::Depth { text: text.to_owned() }),
        }
    }
}

/// Renders a piece into a stereo WAV file. It is written beside its place and moved there when it is complete and on
/// the disk, so that a failure, a cancel or a power cut leaves what was there before. `progress` hears 0..=1 and
/// answers whether to go on. The same call writes the same bytes.
///
/// # Errors
/// As [`render`], [`Error::TooLarge`] if a WAV file cannot hold it, and [`Error::File`].
pub fn write(
    path: &Path,
    score: &Score,
    font: &Font,
    rendering: &Rendering,
    depth: Depth,
    progress: &mut dyn FnMut(f32) -> bool,
) -> Result<Summary, Error> {
    let seconds = length(score, rendering)? + rendering.longest_tail();
    let bytes = (seconds * f64::from(rendering.rate)) as u64 * 2 * u64::from(depth.bits() / 8);
    if bytes > MOST_BYTES {
        return Err(Error::TooLarge { bytes, most: MOST_BYTES });
    }
    let (draft, file) = Draft::new(path)?;
    let spec = WavSpec {
        channels: 2,
        sample_rate: rendering.rate,
        bits_per_sample: depth.bits(),
        sample_format: if depth == Depth::Float { SampleFormat::Float } else { SampleFormat::Int },
    };
    let broken = |error: hound::Error| match error {
        hound::Error::IoError(error) => Error::file(path, error),
        error => Error::file(path, io::Error::other(error)),
    };
    let mut writer = WavWriter::new(BufWriter::new(file), spec).map_err(broken)?;
    let mut dither = ChaCha8Rng::seed_from_u64(DITHER);
    let mut sink = |block: &[f32]| {
        if depth == Depth::Sixteen {
            let mut whole = writer.get_i16_writer(block.len() as u32);
            for &sample in block {
                whole.write_sample(sixteen(sample, &mut dither));
            }
            return whole.flush().map_err(broken);
        }
        for &sample in block {
            let written = match depth {
                Depth::TwentyFour => writer.write_sample((sample * 8_388_607.0).round() as i32),
                _ => writer.write_sample(sample),
            };
            written.map_err(broken)?;
        }
        Ok(())
    };
    let summary = render(score, font, rendering, &mut sink, progress)?;
    writer.finalize().map_err(broken)?;
    draft.keep(path)?;
    Ok(summary)
}

/// A 16-bit sample with triangular dither of two steps' width (Lipshitz, Wannamaker, Vanderkooy 1992). Digital
/// silence stays silence.
pub(crate) fn sixteen(sample: f32, dither: &mut ChaCha8Rng) -> i16 {
    // Two draws of 16 bits from one word, each 0..1 of a step.
    let word = dither.next_u32();
    let noise = ((word & 0xFFFF) as f32 - (word >> 16) as f32) / 65_536.0;
    if sample == 0.0 {
        return 0;
    }
    // Cutting off a positive number rounds it down; `round` is a call on processors without SSE 4.1.
    let above = sample * 32_767.0 + noise + 32_768.5;
    (above.clamp(0.0, 65_535.0) as i32 - 32_768) as i16
}

/// A file beside its later place; gone unless it is kept.
pub(crate) struct Draft {
    path: PathBuf,
    kept: bool,
}

impl Draft {
    /// A new file in the folder of `target`, under a name that nobody has.
    pub(crate) fn new(target: &Path) -> Result<(Self, File), Error> {
        let name = target.file_name().ok_or_else(|| {
            Error::file(target, io::Error::new(io::ErrorKind::InvalidInput, "this is no name for a file"))
        })?;
        for number in 0u32.. {
            let mut draft = std::ffi::OsString::from(".");
            draft.push(name);
            draft.push(format!(".{}-{number}.part", std::process::id()));
            let path = target.with_file_name(draft);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Draft { path, kept: false }, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {}
                Err(error) => return Err(Error::file(target, error)),
            }
        }
        Err(Error::file(target, io::ErrorKind::AlreadyExists.into()))
    }

    /// Puts the file on the disk and in its place.
    pub(crate) fn keep(mut self, target: &Path) -> Result<(), Error> {
        let written = File::options().write(true).open(&self.path).and_then(|file| file.sync_all());
        written.and_then(|()| fs::rename(&self.path, target)).map_err(|error| Error::file(target, error))?;
        self.kept = true;
        // The folder's entry too; only Unix can be asked for that, and some file systems refuse.
        #[cfg(unix)]
        if let Some(folder) = target.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
