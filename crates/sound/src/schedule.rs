//! A score in sample time: what happens at which sample, on which strip, and where the beats are.
//!
//! Every sounding track has a strip of its own, a channel of the rack with the track's program and its place in the
//! mix, so that two tracks of one MIDI channel do not disturb each other.

mod build;
mod param;

pub(crate) use build::beginning;
pub(crate) use param::Controls;
pub use param::Param;

use crate::Cable;
use score::{TempoMap, TrackId};

/// How many strips there are at most; further tracks share them in turn.
pub(crate) const STRIPS: usize = 256;

/// Events between two remembered states: the most that a seek has to read again.
const STRIDE: usize = 4096;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A note ends.
    Off {
        /// MIDI key.
        key: u8,
    },
    /// A parameter of the strip changes.
    Set {
        /// Which.
        param: Param,
        /// Its new value, in the parameter's own range.
        value: u16,
    },
    /// Every sounding note of the strip ends.
    Release,
    /// A note begins.
    On {
        /// MIDI key.
        key: u8,
        /// 1..=127.
        velocity: u8,
    },
}

impl Action {
    /// The order within one sample: ends, changes in the file's order, beginnings.
    fn rank(self) -> u8 {
        match self {
            Action::Off { .. } => 0,
            Action::Set { .. } | Action::Release => 1,
            Action::On { .. } => 2,
        }
    }
}

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Samples from the start of the piece.
    pub at: u64,
    /// Id of the note that begins or ends; 0 for other events.
    pub note: u32,
    /// Strip.
    pub strip: u16,
    /// What.
    pub action: Action,
}

/// A beat of the metronome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// Samples from the start of the piece.
    pub at: u64,
    /// First of its bar.
    pub accent: bool,
}

/// When and where a note sounds, to find it again after an edit.
#[derive(Debug, Clone, Copy)]
struct Span {
    note: u32,
    strip: u16,
    key: u8,
    on: u64,
    off: u64,
}

/// A score in sample time.
#[derive(Debug)]
pub struct Schedule {
    rate: u32,
    strips: usize,
    /// There are more tracks than strips.
    shared: bool,
    tracks: Vec<TrackId>,
    /// Where strips go that are not played here.
    cables: Vec<Option<Cable>>,
    tpq: u16,
    tempo: TempoMap,
    events: Vec<Event>,
    beats: Vec<Beat>,
    /// The state of all strips before every [`STRIDE`]th event, one after the other.
    states: Vec<Controls>,
    /// Sorted by note.
    spans: Vec<Span>,
    /// Where the last note has ended.
    last: u64,
    /// Where the bar of the last note ends.
    end: u64,
}

impl Schedule {
    /// How many bars more an endless schedule has.
    const BEYOND: usize = 2000;

    /// Samples a second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// How many strips it plays on.
    pub fn strips(&self) -> usize {
        self.strips
    }

    /// The track of each strip, the first where several share one.
    pub fn tracks(&self) -> &[TrackId] {
        &self.tracks
    }

    /// Ticks to the quarter.
    pub fn tpq(&self) -> u16 {
        self.tpq
    }

    /// Sends strips where `cable` says, instead of playing them; a strip that several tracks share stays here.
    pub fn plug(&mut self, cable: impl Fn(TrackId) -> Option<Cable>) {
        self.cables = match self.shared {
            true => Vec::new(),
            false => self.tracks.iter().map(|&track| cable(track)).collect(),
        };
    }

    /// Where a strip goes; none: it is played here.
    pub(crate) fn cable(&self, strip: u16) -> Option<Cable> {
        self.cables.get(usize::from(strip)).copied().flatten()
    }

    /// All strips that are not played here go here.
    pub(crate) fn cables(&self) -> impl Iterator<Item = Cable> {
        self.cables.iter().copied().flatten()
    }

    /// All events, sorted by time.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The beats up to its end.
    pub fn beats(&self) -> &[Beat] {
        &self.beats
    }

    /// The sample at which the last note has ended.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The sample at which the bar of the last note ends.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The sample at which `tick` is reached.
    pub fn sample(&self, tick: f64) -> u64 {
        (self.tempo.seconds(tick.max(0.0)) * f64::from(self.rate)).round() as u64
    }

    /// The tick, as a fraction, that is reached at `sample`.
    pub fn tick(&self, sample: u64) -> f64 {
        self.tempo.tick(sample as f64 / f64::from(self.rate))
    }

    /// Ticks a second at `tick`.
    pub fn speed(&self, tick: f64) -> f64 {
        f64::from(self.tpq) * 1e6 / f64::from(self.tempo.micros(tick as u32).max(1))
    }

    /// The first event at or after `sample`.
    pub(crate) fn position(&self, sample: u64) -> usize {
        self.events.partition_point(|event| event.at < sample)
    }

    /// The first beat at or after `sample`.
    pub(crate) fn beat(&self, sample: u64) -> usize {
        self.beats.partition_point(|beat| beat.at < sample)
    }

    /// Whether `note` sounds at `sample` on this strip and key.
    pub(crate) fn sounds(&self, note: u32, strip: u16, key: u8, sample: u64) -> bool {
        let at = self.spans.partition_point(|span| span.note < note);
        self.spans.get(at).is_some_and(|span| {
            span.note == note && span.strip == strip && span.key == key && span.on < sample && sample < span.off
        })
    }

    /// Writes what every strip is set to before event number `event` into `state`, whose capacity must hold
    /// [`STRIPS`] if nothing may be allocated.
    pub(crate) fn state(&self, event: usize, state: &mut Vec<Controls>) {
        let from = (event / STRIDE).min((self.states.len() / self.strips.max(1)).saturating_sub(1));
        state.clear();
        state.extend(self.states.iter().skip(from * self.strips).take(self.strips));
        for event in self.events.iter().take(event).skip(from * STRIDE) {
            if let Action::Set { param, value } = event.action
                && let Some(controls) = state.get_mut(usize::from(event.strip))
            {
                controls.set(param, value);
            }
        }
    }
}
