//! The output device: the default one, or one that was chosen.

use super::conductor::Order;
use crate::{Rack, Transport};
use rodio::cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use rodio::cpal::{
    self, BufferSize, Device, ErrorKind, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, Stream,
    StreamConfig, SupportedBufferSize, SupportedStreamConfig,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::time::Instant;

/// Buffers a second that are asked for: 20 ms, rounded to a power of two.
const BUFFERS: u32 = 50;

/// Frames that are made at once.
const SCRATCH: usize = 1024;

/// Why an output ended.
pub(super) struct Trouble {
    /// In plain words.
    pub reason: String,
}

/// A stream that plays until it is dropped.
pub(super) struct Output(#[expect(dead_code, reason = "sound ends when it is dropped")] Stream);

/// A device that could be opened.
pub(super) struct Found {
    device: Device,
    config: SupportedStreamConfig,
}

/// The name of the default output device, or why there is none.
///
/// # Errors
/// The reason, in plain words.
pub fn default_output() -> Result<String, String> {
    let found = find(None)?;
    let rate = found.rate();
    let name =
        found.device.description().map_or_else(|_| "the default output".to_owned(), |named| named.name().to_owned());
    Ok(format!("{name}, {rate} Hz"))
}

/// What the machine's sound outputs are called, each once; none where they cannot be listed.
pub fn outputs() -> Vec<String> {
    let devices = cpal::default_host().output_devices().map(|devices| devices.collect::<Vec<_>>()).unwrap_or_default();
    let mut names = Vec::new();
    for name in devices.iter().filter_map(name_of) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn name_of(device: &Device) -> Option<String> {
    device.description().ok().map(|named| named.name().to_owned())
}

/// The device with this name and how it wants to be opened; the default one where it is not there or none is wanted.
pub(super) fn find(wanted: Option<&str>) -> Result<Found, String> {
    let host = cpal::default_host();
    let named = |wanted: &str| {
        let found = host.output_devices().ok()?.find(|device| name_of(device).as_deref() == Some(wanted));
        if found.is_none() {
            tracing::warn!(wanted, "the chosen sound output is not there; the default one plays");
        }
        found
    };
    let device = wanted.and_then(named).or_else(|| host.default_output_device());
    let device = device.ok_or("this machine has no sound output")?;
    let config = device.default_output_config().map_err(|error| format!("the sound output cannot be used: {error}"))?;
    if !(Rack::LEAST_RATE..=Rack::MOST_RATE).contains(&config.sample_rate()) {
        return Err(format!("the sound output runs at {} Hz; set it to 44100 or 48000", config.sample_rate()));
    }
    Ok(Found { device, config })
}

impl Found {
    /// Samples a second.
    pub fn rate(&self) -> u32 {
        self.config.sample_rate()
    }

    /// Starts playing. Clock: `opened` is the player's zero. Trouble comes as an order.
    /// `heard_after` learns the latency in microseconds.
    pub fn open(
        self,
        transport: Transport,
        opened: Instant,
        orders: Sender<Order>,
        heard_after: Arc<AtomicU32>,
    ) -> Result<Output, String> {
        match self.config.sample_format() {
            SampleFormat::F32 => self.start::<f32>(transport, opened, orders, heard_after),
            SampleFormat::F64 => self.start::<f64>(transport, opened, orders, heard_after),
            SampleFormat::I8 => self.start::<i8>(transport, opened, orders, heard_after),
            SampleFormat::I16 => self.start::<i16>(transport, opened, orders, heard_after),
            SampleFormat::I24 => self.start::<cpal::I24>(transport, opened, orders, heard_after),
            SampleFormat::I32 => self.start::<i32>(transport, opened, orders, heard_after),
            SampleFormat::U8 => self.start::<u8>(transport, opened, orders, heard_after),
            SampleFormat::U16 => self.start::<u16>(transport, opened, orders, heard_after),
            SampleFormat::U32 => self.start::<u32>(transport, opened, orders, heard_after),
            format => Err(format!("the sound output wants samples as {format}, which is not supported")),
        }
    }

    fn start<T: SizedSample + FromSample<f32>>(
        self,
        mut transport: Transport,
        opened: Instant,
        orders: Sender<Order>,
        heard_after: Arc<AtomicU32>,
    ) -> Result<Output, String> {
        let channels = usize::from(self.config.channels().max(1));
        let rate = self.rate();
        let buffer_size = match *self.config.buffer_size() {
            SupportedBufferSize::Range { min, max } if min <= max => {
                BufferSize::Fixed((rate / BUFFERS).next_power_of_two().clamp(min, max))
            }
            _ => BufferSize::Default,
        };
        let config = StreamConfig { channels: self.config.channels(), sample_rate: rate, buffer_size };
        let mut scratch = [[0.0f32; 2]; SCRATCH];
        // A dead stream complains again and again; it is replaced once.
        let mut troubled = Some(orders);
        let callback = move |out: &mut [T], info: &OutputCallbackInfo| {
            let stamp = info.timestamp();
            let latency = stamp.playback.duration_since(stamp.callback).as_secs_f64();
            heard_after.store((latency * 1e6) as u32, Ordering::Relaxed);
            // What is sent must be there before its moment also where the device says nothing of itself.
            let buffer = (out.len() / channels) as f64 / f64::from(rate);
            transport.set_lead((buffer - latency) * 1e3);
            let mut at_ms = (opened.elapsed().as_secs_f64() + latency) * 1e3;
            for part in out.chunks_mut(SCRATCH * channels) {
                let frames = &mut scratch[..part.len() / channels];
                // Nothing in there panics by itself; a panic must still not unwind into the system's audio thread.
                if catch_unwind(AssertUnwindSafe(|| transport.fill(frames, at_ms))).is_err() {
                    frames.fill([0.0; 2]);
                }
                at_ms += frames.len() as f64 * 1e3 / f64::from(rate);
                for (out, frame) in part.chunks_exact_mut(channels).zip(frames.iter()) {
                    spread(out, *frame);
                }
            }
        };
        let trouble = move |error: cpal::Error| match error.kind() {
            // It goes on by itself.
            ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {
                tracing::debug!(%error, "the sound output stumbled");
            }
            _ => {
                let reason = format!("the sound output was lost: {error}");
                let _ = troubled.take().map(|orders| orders.send(Order::Trouble(Trouble { reason })));
            }
        };
        let stream = self
            .device
            .build_output_stream::<T, _, _>(config, callback, trouble, None)
            .map_err(|error| format!("the sound output cannot be opened: {error}"))?;
        stream.play().map_err(|error| format!("the sound output does not start: {error}"))?;
        Ok(Output(stream))
    }
}

/// A stereo frame on as many channels as the device has: one gets both, further ones get silence.
fn spread<T: SizedSample + FromSample<f32>>(out: &mut [T], [left, right]: [f32; 2]) {
    if let [only] = out {
        *only = T::from_sample(0.5 * (left + right));
        return;
    }
    for (channel, sample) in out.iter_mut().enumerate() {
        *sample = match channel {
            0 => T::from_sample(left),
            1 => T::from_sample(right),
            _ => T::EQUILIBRIUM,
        };
    }
}
