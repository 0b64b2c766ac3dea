//! One file track being written: events get their deltas, notes the program that they need.

use super::beginning::{Beginning, Sound};
use midly::num::{u4, u7, u28};
use midly::{MetaMessage, MidiMessage, TrackEvent, TrackEventKind};
use score::{Note, Tick};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The largest delta (Standard MIDI Files 1.0, variable-length quantities).
const MAX_DELTA: Tick = 0x0fff_ffff;

/// An event that is no note, with its place.
pub struct Placed<'a> {
    /// When, in document ticks.
    pub tick: Tick,
    /// What.
    pub kind: TrackEventKind<'a>,
}

/// The end of a note, in the order of ends: what began first ends first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct End {
    tick: Tick,
    /// Which beginning of the file track it belongs to.
    number: usize,
    channel: u8,
    key: u8,
    release: u8,
}

/// A file track.
pub struct Chain<'a, F: Fn(u8, Tick) -> Option<u8>> {
    track: Vec<TrackEvent<'a>>,
    now: Tick,
    /// Document ticks in a file tick.
    scale: u32,
    /// What this file track has said of each channel so far.
    programs: [Option<u8>; 16],
    /// The program of a channel at a tick before this file track says anything about it, if that is known.
    inherited: F,
    /// Ends to come.
    ends: BinaryHeap<Reverse<End>>,
    begun: usize,
    /// On which channels a program had to be added.
    added: [bool; 16],
}

impl<'a, F: Fn(u8, Tick) -> Option<u8>> Chain<'a, F> {
    /// An empty one.
    pub fn new(scale: u32, inherited: F) -> Self {
        Chain {
            track: Vec::new(),
            now: 0,
            scale,
            programs: [None; 16],
            inherited,
            ends: BinaryHeap::new(),
            begun: 0,
            added: [false; 16],
        }
    }

    /// Everything of one file track, and on which channels a program had to be added. Events are sorted by tick,
    /// sounds by onset; the track ends at `end` or with its last event.
    pub fn write(
        mut self,
        events: &[Placed<'a>],
        sounds: &[Sound<'a>],
        end: Tick,
    ) -> (Vec<TrackEvent<'a>>, [bool; 16]) {
        let (mut events, mut sounds) = (events, sounds);
        loop {
            let event = events.first().map(|event| event.tick);
            let Some(tick) = event.into_iter().chain(sounds.first().map(|sound| sound.note.start)).min() else { break };
            let (now, later) = events.split_at(events.partition_point(|event| event.tick <= tick));
            let (begin, after) = sounds.split_at(sounds.partition_point(|sound| sound.note.start <= tick));
            self.end_notes(tick);
            self.write_moment(tick, now, begin);
            (events, sounds) = (later, after);
        }
        self.end_notes(Tick::MAX);
        let end = end.max(self.now);
        self.push(end, TrackEventKind::Meta(MetaMessage::EndOfTrack));
        (self.track, self.added)
    }

    /// The ends up to a tick.
    fn end_notes(&mut self, until: Tick) {
        while let Some(&Reverse(end)) = self.ends.peek().filter(|end| end.0.tick <= until) {
            self.ends.pop();
            self.end_note(end);
        }
    }

    fn end_note(&mut self, End { tick, channel, key, release, .. }: End) {
        let (key, vel) = (u7::new(key), u7::new(release));
        // The shorter form of a plain end: a note-on without velocity keeps the running status.
        let message = match release {
            Note::PLAIN_RELEASE => MidiMessage::NoteOn { key, vel: u7::new(0) },
            _ => MidiMessage::NoteOff { key, vel },
        };
        self.push(tick, TrackEventKind::Midi { channel: u4::new(channel), message });
    }

    /// The events of one tick. A note that begins there is written while its program is in force: before a change
    /// away from it, else after all changes; where none brings it, it is added.
    fn write_moment(&mut self, tick: Tick, events: &[Placed<'a>], sounds: &[Sound<'a>]) {
        let mut beginning = Beginning::of(sounds);
        for event in events {
            if let TrackEventKind::Midi { channel, message: MidiMessage::ProgramChange { program } } = event.kind {
                let (channel, program) = (channel.as_int(), program.as_int());
                if self.in_force(channel, tick) != Some(program) {
                    self.begin_notes(tick, channel, &mut beginning);
                }
                self.programs[usize::from(channel)] = Some(program);
            }
            self.push(tick, event.kind);
        }
        // All programs that are added come before the notes, as they will when this is read and written again.
        let channels = beginning.channels();
        for &channel in &channels {
            while let Some(program) = self.missing(tick, channel, &mut beginning) {
                self.programs[usize::from(channel)] = Some(program);
                self.added[usize::from(channel)] = true;
                let message = MidiMessage::ProgramChange { program: u7::new(program) };
                self.push(tick, TrackEventKind::Midi { channel: u4::new(channel), message });
            }
        }
        for channel in channels {
            self.begin_notes(tick, channel, &mut beginning);
        }
    }

    /// The program that has to be added for the notes of a channel, once those that need none have begun.
    fn missing(&mut self, tick: Tick, channel: u8, beginning: &mut Beginning<'a>) -> Option<u8> {
        match self.in_force(channel, tick) {
            Some(program) if beginning.settled(channel, program) => None,
            // A file track that states any program has program 0 before that.
            None if beginning.waits(channel, 0) => Some(0),
            _ => {
                self.begin_notes(tick, channel, beginning);
                beginning.first(channel)
            }
        }
    }

    /// Begins the notes of a channel that want the program in force and need not wait for another.
    fn begin_notes(&mut self, tick: Tick, channel: u8, beginning: &mut Beginning<'a>) {
        if let Some(program) = self.in_force(channel, tick) {
            beginning.take(channel, program).into_iter().for_each(|sound| self.begin_note(sound));
        }
    }

    fn begin_note(&mut self, Sound { channel, note, .. }: Sound<'a>) {
        let (key, release) = (note.pitch & 127, note.release & 127);
        let end = End { tick: note.end(), number: self.begun, channel, key, release };
        let message = MidiMessage::NoteOn { key: u7::new(key), vel: u7::new(note.velocity.clamp(1, 127)) };
        self.push(note.start, TrackEventKind::Midi { channel: u4::new(channel), message });
        match note.length {
            // A note without length ends right after it has begun.
            0 => self.end_note(end),
            _ => self.ends.push(Reverse(end)),
        }
        self.begun += 1;
    }

    fn in_force(&self, channel: u8, tick: Tick) -> Option<u8> {
        self.programs[usize::from(channel)].or_else(|| (self.inherited)(channel, tick))
    }

    fn push(&mut self, tick: Tick, kind: TrackEventKind<'a>) {
        let mut delta = (tick - self.now) / self.scale;
        // A rest longer than a delta can be goes on after a text without letters.
        while delta > MAX_DELTA {
            self.track
                .push(TrackEvent { delta: u28::new(MAX_DELTA), kind: TrackEventKind::Meta(MetaMessage::Text(b"")) });
            delta -= MAX_DELTA;
        }
        self.now = tick;
        self.track.push(TrackEvent { delta: u28::new(delta), kind });
    }
}
