//! Bytes to a document.

use super::clock::Clock;
use super::container::{self, Container, Division};
use super::events::{Events, Found, meta};
use super::programs::Programs;
use super::repair::Report;
use super::{Repair, chords, text};
use crate::Error;
use midly::{MetaMessage, MidiMessage, TrackEventKind};
use score::{Chord, Event, EventKind, Header, Key, Lane, Marker, Meter, Mix, Note, Score, Source, Tempo, Tick, Track};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Most events of a file.
pub const MAX_EVENTS: usize = 10_000_000;

/// A file as a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The piece.
    pub score: Score,
    /// What had to be put right.
    pub repairs: Vec<Repair>,
}

/// Reads a MIDI file.
///
/// A track of the document is what one file track plays on one channel with one program. A note-off ends the oldest
/// open note of its file track, channel and key; a note that is still open ends with its file track.
///
/// # Errors
/// [`Error::NotMidi`], [`Error::Damaged`], [`Error::TooLong`], [`Error::TooManyTracks`] or [`Error::TooManyEvents`],
/// with the byte where it is.
pub fn read(file: &[u8]) -> Result<Opened, Error> {
    Error::guard(|| Reader::default().read(file))
}

/// A note that is read but has no place in the document yet.
struct Heard {
    lane: usize,
    channel: u8,
    /// What its own file track has said by then.
    program: Option<u8>,
    note: Note,
}

/// Collects what the file tracks hold.
#[derive(Default)]
struct Reader {
    report: Report,
    tempos: Vec<Tempo>,
    meters: Vec<Meter>,
    keys: Vec<Key>,
    chords: Vec<Chord>,
    markers: Vec<Marker>,
    lanes: Vec<Lane>,
    heard: Vec<Heard>,
    events: usize,
}

impl Reader {
    fn read(mut self, file: &[u8]) -> Result<Opened, Error> {
        let Container { format, division, tracks } = container::open(file, &mut self.report)?;
        let clock = Clock::new(division);
        for (lane, &(offset, bytes)) in tracks.iter().enumerate() {
            self.read_track(lane, offset, bytes, clock)?;
        }
        if matches!(division, Division::Second(..)) {
            // Frames are seconds, whatever tempo is written beside them.
            self.tempos.clear();
        }
        self.tempos.sort_by_key(|tempo| tempo.tick);
        self.meters.sort_by_key(|meter| meter.tick);
        self.keys.sort_by_key(|key| key.tick);
        self.chords.sort_by_key(|chord| chord.tick);
        self.markers.sort_by_key(|marker| marker.tick);
        if self.lanes.is_empty() {
            self.lanes.push(Lane::default());
        }
        let tracks = self.sort_into_tracks();
        let title = match (format, self.lanes.len()) {
            (0, _) | (_, 1) => lane_name(&self.lanes[0]),
            _ if tracks.iter().all(|track| track.header.lane != 0) => lane_name(&self.lanes[0]),
            _ => String::new(),
        };
        let score = Score {
            // Some programs name a piece after the place they wrote it to; the name of the file says more.
            title: if is_place(&title) { String::new() } else { title },
            tpq: clock.tpq,
            source: Source { format, ppq: clock.source },
            tempos: Arc::new(self.tempos),
            meters: Arc::new(self.meters),
            keys: Arc::new(self.keys),
            chords: Arc::new(self.chords),
            markers: Arc::new(self.markers),
            lanes: self.lanes.into_iter().map(Arc::new).collect(),
            tracks: tracks.into_iter().map(Arc::new).collect(),
        };
        Ok(Opened { score, repairs: self.report.finish() })
    }

    fn read_track(&mut self, lane: usize, offset: usize, bytes: &[u8], clock: Clock) -> Result<(), Error> {
        let mut track = TrackReader { lane, events: Vec::new(), open: BTreeMap::new(), programs: [None; 16], stray: 0 };
        let mut events = Events::new(lane + 1, offset, bytes);
        let (mut now, mut tick, mut ended) = (0_u64, 0, false);
        while !ended && let Some(found) = events.next(&mut self.report) {
            self.events += 1;
            if self.events > MAX_EVENTS {
                return Err(Error::TooManyEvents { offset: found.offset, limit: MAX_EVENTS });
            }
            now += found.delta;
            tick = clock.tick(now, found.offset)?;
            ended = matches!(found.event, Some((_, TrackEventKind::Meta(MetaMessage::EndOfTrack))));
            track.hear(self, tick, &found);
        }
        if !ended {
            self.report.push(Repair::NoEnd { track: lane + 1 });
        } else if events.left() > 0 {
            self.report.push(Repair::AfterEnd { track: lane + 1, offset: events.offset(), bytes: events.left() });
        }
        track.close(self, tick);
        Ok(())
    }

    /// Notes by (lane, channel, program) in the order of their first note.
    fn sort_into_tracks(&mut self) -> Vec<Track> {
        let programs = Programs::of(self.lanes.iter().map(|lane| lane.events.as_slice()));
        let mut places: BTreeMap<(usize, u8, u8), Vec<Note>> = BTreeMap::new();
        for heard in std::mem::take(&mut self.heard) {
            let program = heard.program.unwrap_or_else(|| match programs.stated(heard.lane, heard.channel) {
                true => 0,
                false => programs.inherited(heard.channel, heard.note.start),
            });
            places.entry((heard.lane, heard.channel, program)).or_default().push(heard.note);
        }
        let mut found: Vec<_> = places.into_iter().collect();
        let first = |notes: &[Note]| notes.iter().map(|note| note.start).min();
        found.sort_by_key(|((lane, channel, _), notes)| (*lane, *channel, first(notes)));
        let mut in_lane = vec![0_usize; self.lanes.len()];
        found.iter().for_each(|((lane, _, _), _)| in_lane[*lane] += 1);
        let mut next = 0;
        let mut tracks = Vec::with_capacity(found.len());
        for (index, ((lane, channel, program), mut notes)) in found.into_iter().enumerate() {
            notes.sort_by_key(Note::order);
            for note in &mut notes {
                note.id = score::NoteId(next);
                next += 1;
            }
            let name = if in_lane[lane] == 1 { lane_name(&self.lanes[lane]) } else { String::new() };
            let header = Header {
                name,
                lane: lane as u32,
                channel,
                program,
                hue: (index % 12) as u8,
                mix: Mix::default(),
                output: None,
            };
            tracks.push(Track::new(index as u32, header, notes));
        }
        tracks
    }
}

/// When a note began, its velocity, and the program that its file track had stated by then.
type Onset = (Tick, u8, Option<u8>);

/// What is being read from one file track.
struct TrackReader {
    lane: usize,
    events: Vec<Event>,
    /// Open notes of each channel and key, the oldest first.
    open: BTreeMap<(u8, u8), VecDeque<Onset>>,
    programs: [Option<u8>; 16],
    stray: usize,
}

impl TrackReader {
    fn hear(&mut self, reader: &mut Reader, tick: Tick, found: &Found) {
        let Some((raw, kind)) = found.event else { return };
        match kind {
            TrackEventKind::Midi { channel, message } => self.hear_message(reader, tick, channel.as_int(), message),
            TrackEventKind::SysEx(bytes) => self.keep(tick, EventKind::SysEx { bytes: bytes.to_vec(), escape: false }),
            TrackEventKind::Escape(bytes) => self.keep(tick, EventKind::SysEx { bytes: bytes.to_vec(), escape: true }),
            TrackEventKind::Meta(meta) => self.hear_meta(reader, tick, found.offset, raw, meta),
        }
    }

    fn keep(&mut self, tick: Tick, kind: EventKind) {
        self.events.push(Event { tick, kind });
    }

    fn hear_message(&mut self, reader: &mut Reader, tick: Tick, channel: u8, message: MidiMessage) {
        match message {
            MidiMessage::NoteOn { key, vel } if vel.as_int() > 0 => {
                let open = (tick, vel.as_int(), self.programs[usize::from(channel)]);
                self.open.entry((channel, key.as_int())).or_default().push_back(open);
            }
            MidiMessage::NoteOn { key, .. } => self.end(reader, tick, channel, key.as_int(), Note::PLAIN_RELEASE),
            MidiMessage::NoteOff { key, vel } => self.end(reader, tick, channel, key.as_int(), vel.as_int()),
            MidiMessage::ProgramChange { program } => {
                self.programs[usize::from(channel)] = Some(program.as_int());
                self.keep(tick, EventKind::Program { channel, program: program.as_int() });
            }
            MidiMessage::Controller { controller, value } => {
                self.keep(tick, EventKind::Control { channel, controller: controller.as_int(), value: value.as_int() });
            }
            MidiMessage::PitchBend { bend } => self.keep(tick, EventKind::Bend { channel, value: bend.as_int() }),
            MidiMessage::ChannelAftertouch { vel } => {
                self.keep(tick, EventKind::Pressure { channel, value: vel.as_int() })
            }
            MidiMessage::Aftertouch { key, vel } => {
                self.keep(tick, EventKind::KeyPressure { channel, key: key.as_int(), value: vel.as_int() });
            }
        }
    }

    /// Ends the oldest open note of a key.
    fn end(&mut self, reader: &mut Reader, tick: Tick, channel: u8, key: u8, release: u8) {
        match self.open.get_mut(&(channel, key)).and_then(VecDeque::pop_front) {
            Some((start, velocity, program)) => {
                let note = Note { release, ..Note::new(0, start, tick - start, key, velocity) };
                reader.heard.push(Heard { lane: self.lane, channel, program, note });
            }
            None => self.stray += 1,
        }
    }

    fn hear_meta(&mut self, reader: &mut Reader, tick: Tick, offset: usize, raw: &[u8], message: MetaMessage) {
        let mut impossible = |what| reader.report.push(Repair::Impossible { track: self.lane + 1, offset, what });
        match message {
            MetaMessage::EndOfTrack => {}
            MetaMessage::Tempo(micros) if micros.as_int() > 0 => {
                reader.tempos.push(Tempo { tick, micros: micros.as_int() })
            }
            MetaMessage::Tempo(_) => impossible("tempo"),
            MetaMessage::TimeSignature(numerator, power, clocks, thirty_seconds) if numerator > 0 && power <= 6 => {
                reader.meters.push(Meter { tick, numerator, denominator: 1 << power, clocks, thirty_seconds });
            }
            MetaMessage::TimeSignature(..) => impossible("metre"),
            MetaMessage::KeySignature(fifths, minor) if (-7..=7).contains(&fifths) => {
                reader.keys.push(Key { tick, fifths, minor })
            }
            MetaMessage::KeySignature(..) => impossible("key"),
            // The text of a chord in the first file track, as we write it.
            MetaMessage::Text(text)
                if self.lane == 0
                    && let Some(chord) = chords::read(tick, text) =>
            {
                reader.chords.push(chord);
            }
            MetaMessage::Marker(text) => reader.markers.push(Marker { tick, text: text.to_vec() }),
            _ => {
                // Any other meta event is kept as the bytes it had.
                if let Some((code, bytes)) = meta(raw) {
                    self.keep(tick, EventKind::Meta { code, bytes: bytes.to_vec() });
                }
            }
        }
    }

    /// The file track has ended at `tick`.
    fn close(mut self, reader: &mut Reader, tick: Tick) {
        let track = self.lane + 1;
        let unclosed: usize = self.open.values().map(VecDeque::len).sum();
        for (channel, key) in self.open.keys().copied().collect::<Vec<_>>() {
            while self.open.get(&(channel, key)).is_some_and(|open| !open.is_empty()) {
                self.end(reader, tick, channel, key, Note::PLAIN_RELEASE);
            }
        }
        if unclosed > 0 {
            reader.report.push(Repair::Unclosed { track, notes: unclosed });
        }
        if self.stray > 0 {
            reader.report.push(Repair::Stray { track, events: self.stray });
        }
        reader.lanes.push(Lane { events: Arc::new(self.events), end: tick });
    }
}

/// Whether a title is an absolute path, of whatever system.
fn is_place(title: &str) -> bool {
    let drive = |rest: &str| rest.starts_with(":\\") || rest.starts_with(":/");
    title.starts_with('/') || title.starts_with("\\\\") || title.get(1..).is_some_and(drive)
}

/// The name that a file track gives itself.
fn lane_name(lane: &Lane) -> String {
    let names = lane.events.iter().filter_map(|event| match &event.kind {
        EventKind::Meta { code: EventKind::TRACK_NAME, bytes } => Some(text::decode(bytes)),
        _ => None,
    });
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}
