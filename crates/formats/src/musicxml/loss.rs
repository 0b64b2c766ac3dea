//! What MusicXML cannot hold of a document.

use notation::Sheet;
use score::{EventKind, NoteId, Score};
use std::collections::HashMap;
use std::fmt;

/// One kind of thing that is in the document and not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Notes that are played at another time than they are written, by more than a 48th of a quarter.
    Timing {
        /// How many.
        notes: usize,
    },
    /// Notes that are silent or locked, which no sign says.
    Flags {
        /// How many.
        notes: usize,
    },
    /// Controllers, pitch bends, pressure and program changes.
    Controllers {
        /// How many events.
        events: usize,
    },
    /// System exclusive messages.
    SysEx {
        /// How many.
        events: usize,
    },
    /// Texts, names, ports and other events of the file that are neither notes nor lyrics.
    Texts {
        /// How many.
        events: usize,
    },
    /// Changes of tempo that are too short to be a mark.
    Tempos {
        /// How many.
        events: usize,
    },
    /// Chords that stand after the last bar.
    Chords {
        /// How many.
        chords: usize,
    },
    /// Tracks whose gain, panorama, mute or solo is set.
    Mixer {
        /// How many.
        tracks: usize,
    },
}

impl fmt::Display for Loss {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let things = |count: usize, one: &str, more: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {more}"),
        };
        let notes = |count| things(count, "note", "notes");
        let events = |count| things(count, "event", "events");
        let tracks = |count| things(count, "track", "tracks");
        match *self {
            Loss::Timing { notes: count } => {
                write!(out, "{}: played time, of which the written one is kept", notes(count))
            }
            Loss::Flags { notes: count } => write!(out, "{}: silent or locked", notes(count)),
            Loss::Controllers { events: count } => write!(out, "{}: controllers, bends and programs", events(count)),
            Loss::SysEx { events: count } => write!(out, "{}: system exclusive", events(count)),
            Loss::Texts { events: count } => write!(out, "{}: texts and other data of the file", events(count)),
            Loss::Tempos { events: count } => write!(out, "{}: gradual changes of tempo", events(count)),
            Loss::Chords { chords: count } => write!(out, "{}: after the last bar", things(count, "chord", "chords")),
            Loss::Mixer { tracks: count } => write!(out, "{}: mixer settings", tracks(count)),
        }
    }
}

/// Everything of the piece that the sheet does not say.
pub(super) fn losses(score: &Score, sheet: &Sheet) -> Vec<Loss> {
    let notes = || score.tracks.iter().flat_map(|track| track.notes.iter());
    let events = |wanted: fn(&EventKind) -> bool| {
        let events = score.lanes.iter().flat_map(|lane| lane.events.iter());
        events.filter(|event| wanted(&event.kind)).count()
    };
    let marks: usize = sheet.bars.iter().map(|bar| bar.tempos.len()).sum();
    let played = played(score, sheet);
    let near = |a: u32, b: u32| a.abs_diff(b) <= u32::from(score.tpq / 48);
    let kept = |note: &score::Note| {
        played.get(&note.id).is_some_and(|&(start, end)| near(start, note.start) && near(end, note.end()))
    };
    let losses = [
        Loss::Timing { notes: notes().filter(|note| !kept(note)).count() },
        Loss::Flags { notes: notes().filter(|note| note.muted || note.locked).count() },
        Loss::Controllers { events: events(|kind| kind.channel().is_some()) },
        Loss::SysEx { events: events(|kind| matches!(kind, EventKind::SysEx { .. })) },
        Loss::Texts {
            events: events(
                |kind| matches!(kind, EventKind::Meta { code, .. } if *code != EventKind::LYRIC && *code != EventKind::TRACK_NAME),
            ),
        },
        Loss::Tempos { events: score.tempos.len().saturating_sub(marks) },
        Loss::Chords { chords: score.chords.len().saturating_sub(sheet.bars.iter().map(|bar| bar.chords.len()).sum()) },
        Loss::Mixer { tracks: score.tracks.iter().filter(|track| track.header.mix != Default::default()).count() },
    ];
    losses.into_iter().filter(|loss| loss.count() > 0).collect()
}

impl Loss {
    /// How many things are lost.
    pub fn count(&self) -> usize {
        match *self {
            Loss::Timing { notes: count }
            | Loss::Flags { notes: count }
            | Loss::Controllers { events: count }
            | Loss::SysEx { events: count }
            | Loss::Texts { events: count }
            | Loss::Tempos { events: count }
            | Loss::Chords { chords: count }
            | Loss::Mixer { tracks: count } => count,
        }
    }
}

/// Start and end of each written note in ticks, as a reader of the file would play it.
fn played(score: &Score, sheet: &Sheet) -> HashMap<NoteId, (u32, u32)> {
    let mut played: HashMap<NoteId, (u32, u32)> = HashMap::new();
    let bars = score.bars();
    let ticks = |bar: usize, at: u64| {
        let ticks = (2 * at * u64::from(score.tpq) / notation::QUARTER).div_ceil(2);
        bars.bar(bar).tick().saturating_add(u32::try_from(ticks).unwrap_or(u32::MAX))
    };
    for staff in sheet.parts.iter().flat_map(|part| &part.staves) {
        for (bar, measure) in sheet.bars.iter().zip(&staff.measures) {
            for element in measure.voices.iter().flat_map(|voice| &voice.elements) {
                let (start, end) = (ticks(bar.index, element.at), ticks(bar.index, element.at + element.length));
                for head in &element.heads {
                    let place = played.entry(head.note).or_insert((start, end));
                    *place = (place.0.min(start), place.1.max(end));
                }
            }
        }
    }
    played
}
