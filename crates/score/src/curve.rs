//! Controllers as curves: what a lane below the notes shows of a track.

use crate::{Event, EventKind, Score, Tick, Track};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something of a channel that changes in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Controller {
    /// A controller by its number, 0..=119 (MIDI 1.0 Detailed Specification, table III); values 0..=127.
    Control(u8),
    /// The pitch wheel; values -8192..=8191.
    Bend,
    /// Pressure on all keys; values 0..=127.
    Pressure,
}

/// A value from a tick on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// From here on.
    pub tick: Tick,
    /// Of what.
    pub controller: Controller,
    /// The value, in the controller's range.
    pub value: i16,
}

impl Controller {
    /// The highest number of a controller that is no channel mode message.
    pub const LAST: u8 = 119;

    /// What an event sets and to which value; none if it is no curve's.
    pub fn of(kind: &EventKind) -> Option<(Controller, i16)> {
        match *kind {
            EventKind::Control { controller, value, .. } if controller <= Self::LAST => {
                Some((Controller::Control(controller), value.into()))
            }
            EventKind::Bend { value, .. } => Some((Controller::Bend, value)),
            EventKind::Pressure { value, .. } => Some((Controller::Pressure, value.into())),
            _ => None,
        }
    }

    /// The event that sets it on a channel; the value is inside its range.
    pub(crate) fn set(self, channel: u8, value: i16) -> EventKind {
        match self {
            Controller::Control(controller) => EventKind::Control { channel, controller, value: value as u8 },
            Controller::Bend => EventKind::Bend { channel, value },
            Controller::Pressure => EventKind::Pressure { channel, value: value as u8 },
        }
    }

    /// Its number on the wire: the controller's own, 128 for the pitch wheel, 129 for pressure.
    pub fn code(self) -> u8 {
        match self {
            Controller::Control(number) => number,
            Controller::Bend => 128,
            Controller::Pressure => 129,
        }
    }

    /// Its least and its greatest value.
    pub fn range(self) -> (i16, i16) {
        if self == Controller::Bend { (-8192, 8191) } else { (0, 127) }
    }

    /// The value that scaling leaves alone: the middle of what has one (balance, panorama), else 0.
    pub fn rest(self) -> i16 {
        if matches!(self, Controller::Control(8 | 10)) { 64 } else { 0 }
    }

    /// What labels call it.
    pub fn name(self) -> String {
        let name = match self {
            Controller::Control(1) => "modulation",
            Controller::Control(7) => "volume",
            Controller::Control(10) => "panorama",
            Controller::Control(11) => "expression",
            Controller::Control(64) => "sustain pedal",
            Controller::Control(91) => "reverb",
            Controller::Control(93) => "chorus",
            Controller::Bend => "pitch bend",
            Controller::Pressure => "pressure",
            Controller::Control(number) => return format!("controller {number}"),
        };
        name.into()
    }
}

impl Score {
    /// Which (lane, channel) have a track of their own.
    pub fn voiced(&self) -> BTreeSet<(u32, u8)> {
        self.tracks.iter().map(|track| (track.header.lane, track.header.channel)).collect()
    }

    /// The lanes whose events of a track's channel speak to the track: its own, and those in which no track has that
    /// channel, such as a conductor's. `voiced` is [`Score::voiced`].
    pub fn heard_lanes(&self, track: &Track, voiced: &BTreeSet<(u32, u8)>) -> Vec<u32> {
        let (own, channel) = (track.header.lane, track.header.channel);
        (0..self.lanes.len() as u32).filter(|&lane| lane == own || !voiced.contains(&(lane, channel))).collect()
    }

    /// What a track hears of controllers, sorted by tick; of several at one tick the last holds.
    pub fn points(&self, track: &Track, voiced: &BTreeSet<(u32, u8)>) -> Vec<Point> {
        let lanes = self.heard_lanes(track, voiced);
        let events = lanes.iter().filter_map(|&lane| self.lanes.get(lane as usize)).flat_map(|lane| lane.events.iter());
        let point = |event: &Event| {
            let (controller, value) = Controller::of(&event.kind)?;
            Some(Point { tick: event.tick, controller, value })
        };
        let own = events.filter(|event| event.kind.channel() == Some(track.header.channel));
        let mut points: Vec<Point> = own.filter_map(point).collect();
        points.sort_by_key(|point| point.tick);
        points
    }
}
