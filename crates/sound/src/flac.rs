//! A rendering as a FLAC file (RFC 9639): exactly the samples of a WAV file of the same depth, in less room.
//!
//! Samples are foretold by polynomials of the samples before them, and what is left over is written in Rice codes; left
//! and right may be written as their mean and their difference. That takes a piano to about half its size; what linear
//! prediction would save beyond that is some percent.

mod bits;
mod predict;

use crate::render::length;
use crate::wav::{Draft, sixteen};
use crate::{Error, Font, Rendering, Summary, render, wav::Depth};
use bits::Bits;
use predict::subframe;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use score::Score;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

/// Samples of each channel in a frame.
const FRAME: usize = 4096;

/// Seed of the dither, the same as in a WAV file.
const DITHER: u64 = 16;

/// The highest sample rate that the header can hold, in hertz.
const MOST_RATE: u32 = (1 << 20) - 1;

/// Renders a piece into a stereo FLAC file of 16 or 24 bits, written as [`crate::wav::write`] does: beside its place,
/// and there whole or not at all. The same call writes the same bytes.
///
/// # Errors
/// As [`render`], [`Error::FlacDepth`], and [`Error::File`].
pub fn write(
    path: &Path,
    score: &Score,
    font: &Font,
    rendering: &Rendering,
    depth: Depth,
    progress: &mut dyn FnMut(f32) -> bool,
) -> Result<Summary, Error> {
    if depth == Depth::Float {
        return Err(Error::FlacDepth);
    }
    length(score, rendering)?;
    let (draft, file) = Draft::new(path)?;
    let broken = |error: io::Error| Error::file(path, error);
    let mut encoder = Encoder::new(BufWriter::new(file), rendering.rate, depth.bits().into()).map_err(broken)?;
    let mut dither = ChaCha8Rng::seed_from_u64(DITHER);
    let mut sink = |block: &[f32]| {
        let whole = |sample: f32, dither: &mut ChaCha8Rng| match depth {
            Depth::Sixteen => i32::from(sixteen(sample, dither)),
            _ => (sample * 8_388_607.0).round() as i32,
        };
        for frame in block.chunks_exact(2) {
            let left = whole(frame[0], &mut dither);
            encoder.push([left, whole(frame[1], &mut dither)]).map_err(broken)?;
        }
        Ok(())
    };
    let summary = render(score, font, rendering, &mut sink, progress)?;
    encoder.finish().map_err(broken)?;
    draft.keep(path)?;
    Ok(summary)
}

/// Writes frames as they fill.
struct Encoder<W> {
    out: W,
    rate: u32,
    depth: u32,
    left: Vec<i32>,
    right: Vec<i32>,
    /// Frames that have been written.
    frames: u32,
    samples: u64,
    /// The smallest and the largest of them, in bytes.
    sizes: (u32, u32),
}

impl<W: Write + Seek> Encoder<W> {
    fn new(mut out: W, rate: u32, depth: u32) -> io::Result<Self> {
        // Room for what is known at the end.
        out.write_all(&[0; HEADER])?;
        let channel = || Vec::with_capacity(FRAME);
        Ok(Encoder { out, rate, depth, left: channel(), right: channel(), frames: 0, samples: 0, sizes: (u32::MAX, 0) })
    }

    fn push(&mut self, [left, right]: [i32; 2]) -> io::Result<()> {
        self.left.push(left);
        self.right.push(right);
        if self.left.len() == FRAME { self.frame() } else { Ok(()) }
    }

    fn finish(mut self) -> io::Result<()> {
        if !self.left.is_empty() {
            self.frame()?;
        }
        self.out.seek(SeekFrom::Start(0))?;
        let header = self.header();
        self.out.write_all(&header)?;
        self.out.flush()
    }

    /// The mark of the format and its one block of metadata (RFC 9639, 8.2). Without a sum over all samples: each frame
    /// has one of its own.
    fn header(&self) -> [u8; HEADER] {
        let mut bits = Bits::default();
        bits.put(0x664C_6143, 32);
        bits.put(0x80, 8);
        bits.put(34, 24);
        let block = if self.samples < FRAME as u64 { self.samples.max(16) as u32 } else { FRAME as u32 };
        bits.put(block, 16);
        bits.put(block, 16);
        bits.put(if self.sizes.1 == 0 { 0 } else { self.sizes.0 }, 24);
        bits.put(self.sizes.1, 24);
        bits.put(self.rate.min(MOST_RATE), 20);
        bits.put(1, 3);
        bits.put(self.depth - 1, 5);
        bits.put((self.samples >> 32) as u32 & 0xF, 4);
        bits.put(self.samples as u32, 32);
        let mut header = [0; HEADER];
        let known = bits.bytes();
        header[..known.len()].copy_from_slice(known);
        header
    }

    /// Writes what has been gathered as a frame (RFC 9639, 9).
    fn frame(&mut self) -> io::Result<()> {
        let count = self.left.len();
        let mut bits = Bits::default();
        let (assignment, channels) = self.channels();
        // The mark of a frame; all but the last have the same size.
        bits.put(0xFFF8, 16);
        bits.put(if count == FRAME { 0b1100 } else { 0b0111 }, 4);
        bits.put(0, 4);
        bits.put(assignment, 4);
        bits.put(if self.depth == 16 { 0b100 } else { 0b110 }, 3);
        bits.put(0, 1);
        bits.put_number(self.frames);
        if count != FRAME {
            bits.put(count as u32 - 1, 16);
        }
        bits.put(u32::from(bits.crc8()), 8);
        for (samples, depth) in &channels {
            subframe(samples, *depth, &mut bits);
        }
        bits.align();
        bits.put(u32::from(bits.crc16()), 16);
        let bytes = bits.bytes();
        self.sizes = (self.sizes.0.min(bytes.len() as u32), self.sizes.1.max(bytes.len() as u32));
        self.out.write_all(bytes)?;
        self.frames += 1;
        self.samples += count as u64;
        self.left.clear();
        self.right.clear();
        Ok(())
    }

    /// Both channels as they take the least room, each with its depth, and how that is called.
    fn channels(&self) -> (u32, [(Vec<i32>, u32); 2]) {
        let pairs = || self.left.iter().zip(&self.right);
        let side: Vec<i32> = pairs().map(|(left, right)| left - right).collect();
        let mid: Vec<i32> = pairs().map(|(left, right)| (left + right) >> 1).collect();
        let cost = |samples: &[i32]| predict::cost(samples, self.depth);
        let (left, right, middle) = (cost(&self.left), cost(&self.right), cost(&mid));
        let difference = predict::cost(&side, self.depth + 1);
        let ways = [
            (left + right, 0b0001),
            (left + difference, 0b1000),
            (difference + right, 0b1001),
            (middle + difference, 0b1010),
        ];
        let best = ways.into_iter().min().map_or(0b0001, |(_, way)| way);
        let plain = |samples: &[i32]| (samples.to_vec(), self.depth);
        let side = (side, self.depth + 1);
        let channels = match best {
            0b1000 => [plain(&self.left), side],
            0b1001 => [side, plain(&self.right)],
            0b1010 => [(mid, self.depth), side],
            _ => [plain(&self.left), plain(&self.right)],
        };
        (best, channels)
    }
}

/// Bytes before the first frame.
const HEADER: usize = 4 + 4 + 34;

#[cfg(test)]
mod tests;
