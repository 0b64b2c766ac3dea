//! The mixer in controllers: what is heard here is heard elsewhere too.

use score::{Event, EventKind, Lane, Mix, Score};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Channel volume, panorama, reverb send and chorus send (MIDI 1.0 Detailed Specification, table III).
const VOLUME: u8 = 7;
const PAN: u8 = 10;
const REVERB: u8 = 91;
const CHORUS: u8 = 93;

/// Where volume and panorama stand in a file that says nothing of them (General MIDI 1, recommended values).
const STARTS: [(u8, u8); 2] = [(VOLUME, 100), (PAN, 64)];

/// The piece with gain, panorama and sends of its tracks in its controllers; none if the mixer was left alone.
///
/// A gain of x dB makes a volume 10^(x/40) times as large, because instruments square it (General MIDI 1, volume
/// response); what would be above 127 is 127. Tracks that share a channel have one volume in a file: that of the first
/// of them. Mute and solo are for listening and are not written.
pub(super) fn written(score: &Score) -> Option<Score> {
    // By lane and channel; what a lane without tracks says to a channel is meant for the first track there.
    let (mut own, mut first) = (BTreeMap::new(), BTreeMap::new());
    for track in &score.tracks {
        let (channel, mix) = (track.header.channel & 15, track.header.mix);
        let mix = *first.entry(channel).or_insert(mix);
        own.entry((track.header.lane, channel)).or_insert(mix);
    }
    if first.values().all(is_plain) {
        return None;
    }
    let mut score = score.clone();
    let asked = own.keys().map(|&(lane, _)| lane as usize + 1).max().unwrap_or(0);
    score.lanes.resize_with(asked.max(score.lanes.len()), Arc::default);
    // Some lane says how a channel begins; the others need not say it again.
    for (number, lane) in (0..).zip(&mut score.lanes) {
        let mixed = mixed(lane, |channel| first.get(&channel).copied().unwrap_or_default());
        *lane = Arc::new(Lane { events: Arc::new(mixed), end: lane.end });
        for (&(_, channel), mix) in own.range((number, 0)..=(number, 15)) {
            begin(lane, channel, mix);
        }
    }
    Some(score)
}

fn is_plain(mix: &Mix) -> bool {
    mix.gain == 0 && mix.pan == 0 && mix.reverb.is_none() && mix.chorus.is_none()
}

/// A lane's events as they are with the mixer.
fn mixed(lane: &Lane, mix_of: impl Fn(u8) -> Mix) -> Vec<Event> {
    let event = |event: &Event| {
        let EventKind::Control { channel, controller, value } = event.kind else { return Some(event.clone()) };
        let value = turned(controller, value, &mix_of(channel))?;
        Some(Event { tick: event.tick, kind: EventKind::Control { channel, controller, value } })
    };
    lane.events.iter().filter_map(event).collect()
}

/// A controller's value with the mixer's; none where the mixer's send stands instead of all values.
fn turned(controller: u8, value: u8, mix: &Mix) -> Option<u8> {
    let data = |value: f64| value.round().clamp(0.0, 127.0) as u8;
    match controller {
        VOLUME if mix.gain <= -600 => Some(0),
        VOLUME => Some(data(f64::from(value) * 10f64.powf(f64::from(mix.gain) / 400.0))),
        PAN => Some(data(f64::from(value) + f64::from(mix.pan) * 64.0 / 100.0)),
        REVERB if mix.reverb.is_some() => None,
        CHORUS if mix.chorus.is_some() => None,
        _ => Some(value),
    }
}

/// Says at the beginning of a lane what the mixer does to a channel, where the lane has not said it there itself.
fn begin(lane: &mut Arc<Lane>, channel: u8, mix: &Mix) {
    let said = |controller: u8| {
        lane.events.iter().take_while(|event| event.tick == 0).any(
            |event| matches!(event.kind, EventKind::Control { channel: c, controller: n, .. } if (c, n) == (channel, controller)),
        )
    };
    let moved = STARTS.into_iter().filter(|&(controller, start)| {
        turned(controller, start, mix).is_some_and(|value| value != start) && !said(controller)
    });
    let moved = moved.filter_map(|(controller, start)| Some((controller, turned(controller, start, mix)?)));
    let sends = [(REVERB, mix.reverb), (CHORUS, mix.chorus)];
    let sends = sends.into_iter().filter_map(|(controller, send)| Some((controller, send?.min(127))));
    let beginning: Vec<Event> = moved
        .chain(sends)
        .map(|(controller, value)| Event { tick: 0, kind: EventKind::Control { channel, controller, value } })
        .collect();
    if beginning.is_empty() {
        return;
    }
    // After what sets the instrument up, which may put controllers back.
    let at = lane.events.partition_point(|event| event.tick == 0);
    let mut events = lane.events.as_ref().clone();
    events.splice(at..at, beginning);
    *lane = Arc::new(Lane { events: Arc::new(events), end: lane.end });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::midi;
    use score::text;

    /// The controllers of a file as (channel, number, tick, value).
    fn controls(score: &Score) -> Vec<(u8, u8, u32, u8)> {
        let read = midi::read(&midi::write(score)).unwrap().score;
        let of = |event: &Event| match event.kind {
            EventKind::Control { channel, controller, value } => Some((channel, controller, event.tick, value)),
            _ => None,
        };
        read.lanes.iter().flat_map(|lane| lane.events.iter().filter_map(of)).collect()
    }

    fn set(score: &mut Score, track: usize, mix: Mix) {
        let mut changed = score.tracks[track].as_ref().clone();
        changed.header.mix = mix;
        score.tracks[track] = Arc::new(changed);
    }

    #[test]
    fn a_mixer_that_was_left_alone_writes_nothing() {
        let mut score = text::score("C4:1\nE4:1").unwrap();
        set(&mut score, 0, Mix { mute: true, ..Mix::default() });
        assert_eq!(written(&score), None);
        assert_eq!(controls(&score), []);
    }

    #[test]
    fn gain_panorama_and_sends_are_said_at_the_beginning() {
        let mut score = text::score("C4:1\nE4:1").unwrap();
        set(&mut score, 1, Mix { gain: -120, pan: -50, reverb: Some(90), chorus: Some(0), ..Mix::default() });
        let channel = score.tracks[1].header.channel;
        // -12 dB are half the volume; half to the left is half of the way from 64 to 0.
        let wanted = [(VOLUME, 50), (PAN, 32), (REVERB, 90), (CHORUS, 0)];
        assert_eq!(controls(&score), wanted.map(|(number, value)| (channel, number, 0, value)));
    }

    #[test]
    fn what_the_file_says_is_changed_in_its_place() {
        let mut score = text::score("C4:4").unwrap();
        let channel = score.tracks[0].header.channel;
        let control = |tick, controller, value| Event { tick, kind: EventKind::Control { channel, controller, value } };
        let events =
            vec![control(0, VOLUME, 80), control(0, REVERB, 40), control(960, VOLUME, 127), control(960, 1, 9)];
        score.lanes = vec![Arc::new(Lane { events: Arc::new(events), end: 3840 })];
        let mut lane = score.tracks[0].as_ref().clone();
        lane.header.lane = 0;
        score.tracks[0] = Arc::new(lane);
        set(&mut score, 0, Mix { gain: 60, pan: 100, reverb: Some(1), ..Mix::default() });
        let wanted = [(VOLUME, 0, 113), (PAN, 0, 127), (REVERB, 0, 1), (VOLUME, 960, 127), (1, 960, 9)];
        assert_eq!(controls(&score), wanted.map(|(number, tick, value)| (channel, number, tick, value)));
        set(&mut score, 0, Mix { gain: -600, ..Mix::default() });
        assert!(controls(&score).iter().all(|&(_, number, _, value)| number != VOLUME || value == 0));
    }
}
