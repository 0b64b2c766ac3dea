//! A document to bytes.

use super::beginning::Sound;
use super::chain::{Chain, Placed};
use super::chords;
use super::container::MAX_TRACKS;
use super::mix;
use super::programs::Programs;
use midly::num::{u4, u7, u15, u24};
use midly::{Format, MetaMessage, MidiMessage, PitchBend, Smf, Timing, TrackEvent, TrackEventKind};
use score::{Event, EventKind, Lane, Note, Score, Tick, Track};
use std::sync::{Arc, LazyLock};

/// Writes a piece as a MIDI file of the format it came from; a piece that has more than one lane is never format 0.
///
/// Time is counted as in the source where every event allows it. Where the program in force is not a note's own, as
/// after an edit, it is changed just before the note. Of notes that sound together on one key of one channel the first
/// to begin is the first to end, because a note-off does not say which note it means. What the mixer does to a track
/// is written into its controllers.
pub fn write(score: &Score) -> Vec<u8> {
    let mixed = mix::written(score);
    let score = mixed.as_ref().unwrap_or(score);
    let scale = scale(score);
    let parts = parts(score);
    let format = match (score.source.format, parts.len()) {
        (0, 1) => Format::SingleTrack,
        (2, _) => Format::Sequential,
        _ => Format::Parallel,
    };
    let ppq = (u32::from(score.tpq) / scale).clamp(1, 32_767) as u16;
    let mut smf = Smf::new(midly::Header::new(format, Timing::Metrical(u15::new(ppq))));
    let programs = Programs::of(parts.iter().map(|part| part.lane.events.as_slice()));
    let mut added = [false; 16];
    smf.tracks = write_parts(score, &parts, &programs, scale, &mut added);
    if added.contains(&true) {
        // A program that one file track adds is heard in all that say nothing about the channel: these say theirs too.
        smf.tracks = write_parts(score, &parts, &programs, scale, &mut added);
    }
    let mut bytes = Vec::new();
    // Writing to memory fails only beyond 65,535 tracks or 4 GB, which no document of ours reaches.
    let _ = smf.write(&mut bytes);
    bytes
}

/// What goes into one file track.
struct Part<'a> {
    lane: &'a Lane,
    tracks: Vec<&'a Track>,
    /// The name to write, if the lane does not name itself.
    name: Option<&'a str>,
    /// The chords that it says, as text.
    chords: Vec<(Tick, String)>,
}

/// One for each lane that there is or that a track asks for.
fn parts(score: &Score) -> Vec<Part<'_>> {
    static SILENT: LazyLock<Lane> = LazyLock::new(Lane::default);
    let lane_of = |track: &Track| (track.header.lane as usize).min(MAX_TRACKS - 1);
    let asked = score.tracks.iter().map(|track| lane_of(track) + 1).max().unwrap_or(0);
    let count = asked.max(score.lanes.len()).max(1);
    let lane = |index: usize| score.lanes.get(index).map_or(&*SILENT, Arc::as_ref);
    let mut parts: Vec<_> = (0..count)
        .map(|index| Part { lane: lane(index), tracks: Vec::new(), name: None, chords: Vec::new() })
        .collect();
    for track in &score.tracks {
        parts[lane_of(track)].tracks.push(track);
    }
    parts[0].chords = score.chords.iter().map(|chord| (chord.tick, chords::text(chord))).collect();
    for (index, part) in parts.iter_mut().enumerate() {
        part.name = missing_name(score, index, part);
    }
    parts
}

/// The file tracks. `added` says on which channels every one of them has to state its programs, and then on which any
/// had to add one.
fn write_parts<'a>(
    score: &'a Score,
    parts: &'a [Part<'a>],
    programs: &Programs,
    scale: u32,
    added: &mut [bool; 16],
) -> Vec<Vec<TrackEvent<'a>>> {
    let explicit = *added;
    let mut tracks = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let inherited = |channel: u8, tick| match programs.stated(index, channel) {
            true => Some(0),
            false if explicit[usize::from(channel)] => None,
            false => Some(programs.inherited(channel, tick)),
        };
        let events = events(score, index, part);
        let (track, more) = Chain::new(scale, inherited).write(&events, &sounds(&part.tracks), part.lane.end);
        tracks.push(track);
        added.iter_mut().zip(more).for_each(|(added, more)| *added |= more);
    }
    tracks
}

/// How many document ticks make a file tick: all that were added when reading, if no event stands between.
fn scale(score: &Score) -> u32 {
    let scale = u32::from(score.tpq / score.source.ppq.max(1)).max(1);
    let maps = score.tempos.iter().map(|tempo| tempo.tick).chain(score.meters.iter().map(|meter| meter.tick));
    let maps = maps.chain(score.keys.iter().map(|key| key.tick)).chain(score.markers.iter().map(|marker| marker.tick));
    let maps = maps.chain(score.chords.iter().map(|chord| chord.tick));
    let lanes = score.lanes.iter().flat_map(|lane| lane.events.iter().map(|event| event.tick).chain([lane.end]));
    let notes = score.tracks.iter().flat_map(|track| track.notes.iter()).flat_map(|note| [note.start, note.length]);
    match maps.chain(lanes).chain(notes).all(|tick| tick.is_multiple_of(scale)) {
        true => scale,
        false => 1,
    }
}

/// The name to write for a lane that does not name itself.
fn missing_name<'a>(score: &'a Score, index: usize, part: &Part<'a>) -> Option<&'a str> {
    let named = |event: &Event| matches!(event.kind, EventKind::Meta { code: EventKind::TRACK_NAME, .. });
    if part.lane.events.iter().any(named) {
        return None;
    }
    let name = match part.tracks[..] {
        [track] => &track.header.name,
        [] if index == 0 => &score.title,
        _ => return None,
    };
    (!name.is_empty()).then_some(name)
}

/// The events of a file track that are no notes, by tick; of one tick maps come first.
fn events<'a>(score: &'a Score, index: usize, part: &'a Part<'a>) -> Vec<Placed<'a>> {
    let mut events = Vec::with_capacity(part.lane.events.len() + 1);
    if index == 0 {
        place_maps(score, &mut events);
    }
    let chord = |(tick, text): &'a (Tick, String)| Placed {
        tick: *tick,
        kind: TrackEventKind::Meta(MetaMessage::Text(text.as_bytes())),
    };
    events.extend(part.chords.iter().map(chord));
    if let Some(name) = part.name {
        events.push(Placed { tick: 0, kind: TrackEventKind::Meta(MetaMessage::TrackName(name.as_bytes())) });
    }
    events.extend(part.lane.events.iter().map(place_event));
    events.sort_by_key(|event| event.tick);
    events
}

fn place_maps<'a>(score: &'a Score, events: &mut Vec<Placed<'a>>) {
    let mut place = |tick, meta| events.push(Placed { tick, kind: TrackEventKind::Meta(meta) });
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
        EventKind::Program { channel, program } => {
            message(*channel, MidiMessage::ProgramChange { program: seven(*program) })
        }
        EventKind::Control { channel, controller, value } => {
            message(*channel, MidiMessage::Controller { controller: seven(*controller), value: seven(*value) })
        }
        EventKind::Bend { channel, value } => {
            message(*channel, MidiMessage::PitchBend { bend: PitchBend::from_int(*value) })
        }
        EventKind::Pressure { channel, value } => {
            message(*channel, MidiMessage::ChannelAftertouch { vel: seven(*value) })
        }
        EventKind::KeyPressure { channel, key, value } => {
            message(*channel, MidiMessage::Aftertouch { key: seven(*key), vel: seven(*value) })
        }
        EventKind::SysEx { bytes, escape: false } => TrackEventKind::SysEx(bytes),
        EventKind::SysEx { bytes, escape: true } => TrackEventKind::Escape(bytes),
        EventKind::Meta { code, bytes } => TrackEventKind::Meta(MetaMessage::Unknown(*code, bytes)),
    };
    Placed { tick: event.tick, kind }
}

/// The notes of a lane, by onset.
fn sounds<'a>(tracks: &[&'a Track]) -> Vec<Sound<'a>> {
    let of = |track: &&'a Track| {
        let (channel, program) = (track.header.channel & 15, track.header.program & 127);
        let notes: &'a [Note] = &track.notes;
        notes.iter().map(move |note| Sound { channel, program, note })
    };
    let mut sounds: Vec<_> = tracks.iter().flat_map(of).collect();
    sounds.sort_by_key(|sound| sound.note.start);
    sounds
}
