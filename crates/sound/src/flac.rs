//! A rendering as a FLAC file (RFC 9639): exactly the samples of a WAV file of the same depth, in less room.
//!
use crate::render::length;
use crate::wav::{Draft, sixteen};
use crate::{Font, Rendering, Summary, render, wav::Depth};
use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, Stream, StreamInfo};
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};
use flacenc::{config, encode_fixed_size_frame};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use score::Score;
use std::error::Error;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

/// Samples of each channel in a frame.
const FRAME: usize = 4096;

/// Seed of the dither, the same as in a WAV file.
const DITHER: u64 = 16;

const CHANNELS: usize = 2;

/// Renders a piece into a stereo FLAC file of 16 or 24 bits, written as [`crate::wav::write`] does: beside its place,
/// and there whole or not at all. The same call writes the same bytes.
///
/// # Errors
/// As [`render`], [`crate::Error::FlacDepth`], and [`crate::Error::File`].
pub fn write(
    path: &Path,
    score: &Score,
    font: &Font,
    rendering: &Rendering,
    depth: Depth,
    progress: &mut dyn FnMut(f32) -> bool,
) -> Result<Summary, crate::Error> {
    if depth == Depth::Float {
        return Err(crate::Error::FlacDepth);
    }
    length(score, rendering)?;
    let (draft, file) = Draft::new(path)?;
    let broken = |error: io::Error| crate::Error::file(path, error);
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
    settings: Verified<config::Encoder>,
    info: StreamInfo,
    /// Counts samples and frames, and sums them up for the header.
    context: Context,
    frame: FrameBuf,
    /// What the next frame has so far, left and right by turns.
    gathered: Vec<i32>,
}

impl<W: Write + Seek> Encoder<W> {
    fn new(mut out: W, rate: u32, depth: usize) -> io::Result<Self> {
        let mut settings = config::Encoder::default();
        settings.block_size = FRAME;
        let settings = settings.into_verified().map_err(|(_, error)| refused(error))?;
        let info = StreamInfo::new(rate as usize, CHANNELS, depth).map_err(refused)?;
        let frame = FrameBuf::with_size(CHANNELS, FRAME).map_err(refused)?;
        // Room for what is known at the end.
        out.write_all(&header(&info)?)?;
        let gathered = Vec::with_capacity(CHANNELS * FRAME);
        Ok(Encoder { out, settings, info, context: Context::new(depth, CHANNELS), frame, gathered })
    }

    fn push(&mut self, pair: [i32; CHANNELS]) -> io::Result<()> {
        self.gathered.extend(pair);
        if self.gathered.len() == CHANNELS * FRAME { self.write() } else { Ok(()) }
    }

    /// Writes what has been gathered as a frame.
    fn write(&mut self) -> io::Result<()> {
        self.frame.fill_interleaved(&self.gathered).map_err(refused)?;
        self.context.fill_interleaved(&self.gathered).map_err(refused)?;
        let number = self.context.current_frame_number().unwrap_or(0);
        let frame = encode_fixed_size_frame(&self.settings, &self.frame, number, &self.info).map_err(refused)?;
        self.info.update_frame_info(&frame);
        self.out.write_all(&bytes(&frame)?)?;
        self.gathered.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        if !self.gathered.is_empty() {
            self.write()?;
        }
        // The last frame may be shorter than all others; what is told is the others' size.
        self.info.set_block_sizes(FRAME, FRAME).map_err(refused)?;
        self.info.set_total_samples(self.context.total_samples());
        self.info.set_md5_digest(&self.context.md5_digest());
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header(&self.info)?)?;
        self.out.flush()
    }
}

/// The mark of the format and its one block of metadata (RFC 9639, 8.2).
fn header(info: &StreamInfo) -> io::Result<Vec<u8>> {
    bytes(&Stream::with_stream_info(info.clone()))
}

fn bytes(part: &impl BitRepr) -> io::Result<Vec<u8>> {
    let mut sink = ByteSink::with_capacity(part.count_bits());
    part.write(&mut sink).map_err(refused)?;
    Ok(sink.into_inner())
}

fn refused(error: impl Error) -> io::Error {
    io::Error::other(error.to_string())
}

#[cfg(test)]
mod tests;
