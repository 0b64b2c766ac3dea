//! A document to bytes.

use super::programs::Programs;
use midly::num::{u4, u7, u15, u24, u28};
use midly::{Format, MetaMessage, MidiMessage, PitchBend, Smf, Timing, TrackEvent, TrackEventKind};
use score::{Event, EventKind, Header, Lane, Note, Score, Tick};
use std::sync::Arc;

/// The order of events at one tick: what ends before what begins, and a program before the note that needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    End,
    Map,
    Lane,
    Begin,
}

/// An event with its place; `program` is what its channel has to play with.
struct Placed<'a> {
    tick: Tick,
    order: Order,
    program: Option<(u8, u8)>,
    kind: TrackEventKind<'a>,
}

/// Writes a piece as a MIDI file of the format it came from; a piece that has more than one lane is never format 0.
///
/// Time is counted as in the source where every event allows it. Where the program in force is not a note's own, as
/// after an edit, it is changed just before the note. Of notes that sound together on one key of one channel the first
/// to begin is the first to end, because a note-off does not say which note it means.
pub fn write(score: &Score) -> Vec<u8> {
    let scale = scale(score);
    let format = match (score.source.format, score.lanes.len()) {
        (0, 0 | 1) => Format::SingleTrack,
        (2, _) => Format::Sequential,
        _ => Format::Parallel,
    };
    let ppq = (u32::from(score.tpq) / scale).clamp(1, 32_767) as u16;
    let mut smf = Smf::new(midly::Header::new(format, Timing::Metrical(u15::new(ppq))));
    let programs = Programs::of(score.lanes.iter().map(|lane| lane.events.as_slice()));
    let silent = Arc::new(Lane::default());
    let lanes = score.tracks.iter().map(|track| track.header.lane as usize + 1).max().unwrap_or(0).max(score.lanes.len()).max(1);
    let names: Vec<Option<Vec<u8>>> = (0..lanes).map(|lane| missing_name(score, lane)).collect();
    for index in 0..lanes {
        let lane = score.lanes.get(index).unwrap_or(&silent);
        let mut events = Vec::new();
        if let Some(name) = &names[index] {
            events.push(Placed { tick: 0, order: Order::Map, program: None, kind: TrackEventKind::Meta(MetaMessage::TrackName(name)) });
        }
        if index == 0 {
            place_maps(score, &mut events);
        }
        events.extend(lane.events.iter().map(|event| place_event(event)));
        place_notes(score, index, &mut events);
        let inherited = |channel, tick| match programs.stated(index, channel) {
            true => 0,
            false => programs.inherited(channel, tick),
        };
        smf.tracks.push(Chain::new(scale, inherited).write(events, lane.end));
    }
    let mut bytes = Vec::new();
    // Writing to memory fails only beyond 65,535 tracks or 4 GB, which no document of ours reaches.
    let _ = smf.write(&mut bytes);
    bytes
}

/// How many document ticks make a file tick: all that were added when reading, if no event stands between.
fn scale(score: &Score) -> u32 {
    let scale = u32::from(score.tpq / score.source.ppq.max(1)).max(1);
    let maps = score.tempos.iter().map(|tempo| tempo.tick).chain(score.meters.iter().map(|meter| meter.tick));
    let maps = maps.chain(score.keys.iter().map(|key| key.tick)).chain(score.markers.iter().map(|marker| marker.tick));
    let lanes = score.lanes.iter().flat_map(|lane| lane.events.iter().map(|event| event.tick).chain([lane.end]));
    let notes = score.tracks.iter().flat_map(|track| track.notes.iter()).flat_map(|note| [note.start, note.length]);
    match maps.chain(lanes).chain(notes).all(|tick| tick.is_multiple_of(scale)) {
        true => scale,
        false => 1,
    }
}

/// The name to write for a lane that does not name itself.
fn missing_name(score: &Score, lane: usize) -> Option<Vec<u8>> {
    let named = |event: &Event| matches!(event.kind, EventKind::Meta { code: EventKind::TRACK_NAME, .. });
    if score.lanes.get(lane).is_some_and(|lane| lane.events.iter().any(named)) {
        return None;
    }
    let mut tracks = score.tracks.iter().filter(|track| track.header.lane as usize == lane);
    let name = match (tracks.next(), tracks.next()) {
        (Some(track), None) => &track.header.name,
        (None, _) if lane == 0 => &score.title,
        _ => return None,
    };
    (!name.is_empty()).then(|| name.as_bytes().to_vec())
}

fn place_maps<'a>(score: &'a Score, events: &mut Vec<Placed<'a>>) {
    let mut place = |tick, meta| events.push(Placed { tick, order: Order::Map, program: None, kind: TrackEventKind::Meta(meta) });
    for meter in score.meters.iter() {
        let power = meter.denominator.max(1).ilog2() as u8;
        place(meter.tick, MetaMessage::TimeSignature(meter.numerator, power, meter.clocks, meter.thirty_seconds));
    }
    for key in score.keys.iter() {
        place(key.tick, MetaMessage::KeySignature(key.fifths, key.minor));
    }
    for tempo in score.tempos.iter() {
        place(tempo.tick, MetaMessage::Tempo(u24::new(tempo.micros.min(0xff_ffff))));
    }
    for marker in score.markers.iter() {
        place(marker.tick, MetaMessage::Marker(&marker.text));
    }
}

fn place_event(event: &Event) -> Placed<'_> {
    let message = |channel: u8, message| TrackEventKind::Midi { channel: u4::new(channel & 15), message };
    let seven = |value: u8| u7::new(value & 127);
    let kind = match &event.kind {
        EventKind::Program { channel, program } => message(*channel, MidiMessage::ProgramChange { program: seven(*program) }),
        EventKind::Control { channel, controller, value } => {
            message(*channel, MidiMessage::Controller { controller: seven(*controller), value: seven(*value) })
        }
        EventKind::Bend { channel, value } => message(*channel, MidiMessage::PitchBend { bend: PitchBend::from_int(*value) }),
        EventKind::Pressure { channel, value } => message(*channel, MidiMessage::ChannelAftertouch { vel: seven(*value) }),
        EventKind::KeyPressure { channel, key, value } => {
            message(*channel, MidiMessage::Aftertouch { key: seven(*key), vel: seven(*value) })
        }
        EventKind::SysEx { bytes, escape: false } => TrackEventKind::SysEx(bytes),
        EventKind::SysEx { bytes, escape: true } => TrackEventKind::Escape(bytes),
        EventKind::Meta { code, bytes } => TrackEventKind::Meta(MetaMessage::Unknown(*code, bytes)),
    };
    Placed { tick: event.tick, order: Order::Lane, program: None, kind }
}

fn place_notes<'a>(score: &'a Score, lane: usize, events: &mut Vec<Placed<'a>>) {
    for track in score.tracks.iter().filter(|track| track.header.lane as usize == lane) {
        for note in track.notes.iter() {
            let (begin, end) = note_events(&track.header, note);
            let program = Some((track.header.channel & 15, track.header.program));
            events.push(Placed { tick: note.start, order: Order::Begin, program, kind: begin });
            // A note without length ends right after it has begun.
            events.push(match note.length {
                0 => Placed { tick: note.start, order: Order::Begin, program, kind: end },
                _ => Placed { tick: note.end(), order: Order::End, program: None, kind: end },
            });
        }
    }
}

fn note_events(header: &Header, note: &Note) -> (TrackEventKind<'static>, TrackEventKind<'static>) {
    let (channel, key) = (u4::new(header.channel & 15), u7::new(note.pitch & 127));
    let message = |message| TrackEventKind::Midi { channel, message };
    let begin = message(MidiMessage::NoteOn { key, vel: u7::new(note.velocity.clamp(1, 127)) });
    // The shorter form of a plain end: a note-on without velocity keeps the running status.
    let end = match note.release {
        Note::PLAIN_RELEASE => message(MidiMessage::NoteOn { key, vel: u7::new(0) }),
        release => message(MidiMessage::NoteOff { key, vel: u7::new(release & 127) }),
    };
    (begin, end)
}

/// One file track being written: events get their deltas, notes the program that they need.
struct Chain<'a, F: Fn(u8, Tick) -> u8> {
    track: Vec<TrackEvent<'a>>,
    now: Tick,
    /// Document ticks in a file tick.
    scale: u32,
    /// What this file track has said of each channel so far.
    programs: [Option<u8>; 16],
    /// The program of a channel at a tick before this file track says anything about it.
    inherited: F,
}

impl<'a, F: Fn(u8, Tick) -> u8> Chain<'a, F> {
    fn new(scale: u32, inherited: F) -> Self {
        Chain { track: Vec::new(), now: 0, scale, programs: [None; 16], inherited }
    }

    /// Everything of one file track, sorted by tick and order, up to its end.
    fn write(mut self, mut events: Vec<Placed<'a>>, end: Tick) -> Vec<TrackEvent<'a>> {
        events.sort_by_key(|event| (event.tick, event.order));
        for moment in events.chunk_by(|one, next| one.tick == next.tick) {
            let notes = moment.partition_point(|event| event.order < Order::Begin);
            self.write_moment(&moment[..notes], moment[notes..].iter().collect());
        }
        let end = end.max(self.now);
        self.push(end, TrackEventKind::Meta(MetaMessage::EndOfTrack));
        self.track
    }

    /// The events of one tick. A note that begins there is written while its program is in force: before a change
    /// away from it, else after all changes; where none brings it, it is changed.
    fn write_moment(&mut self, events: &[Placed<'a>], mut notes: Vec<&Placed<'a>>) {
        for event in events {
            if let TrackEventKind::Midi { channel, message: MidiMessage::ProgramChange { program } } = event.kind {
                let channel = channel.as_int();
                let in_force = (channel, self.in_force(channel, event.tick));
                if in_force.1 != program.as_int() {
                    notes.retain(|note| {
                        let ready = note.program == Some(in_force);
                        if ready {
                            self.push(note.tick, note.kind);
                        }
                        !ready
                    });
                }
                self.programs[usize::from(channel)] = Some(program.as_int());
            }
            self.push(event.tick, event.kind);
        }
        for note in notes {
            if let Some((channel, program)) = note.program.filter(|&(channel, program)| self.in_force(channel, note.tick) != program) {
                self.programs[usize::from(channel)] = Some(program);
                let message = MidiMessage::ProgramChange { program: u7::new(program & 127) };
                self.push(note.tick, TrackEventKind::Midi { channel: u4::new(channel), message });
            }
            self.push(note.tick, note.kind);
        }
    }

    fn in_force(&self, channel: u8, tick: Tick) -> u8 {
        self.programs[usize::from(channel)].unwrap_or_else(|| (self.inherited)(channel, tick))
    }

    fn push(&mut self, tick: Tick, kind: TrackEventKind<'a>) {
        let delta = u28::new(((tick - self.now) / self.scale).min(0x0fff_ffff));
        self.now = tick;
        self.track.push(TrackEvent { delta, kind });
    }
}
