//! Notes that get another shape as one group.

use super::alter::{altered, by_pitch, exchange, percent_of, placed, removal};
use super::{notes, within};
use crate::{Edit, Error, Note, NoteId, Score, Tick, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of a group of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Transform {
    /// Backwards in time: what ended last begins first. The stretch that the group takes up stays.
    Reverse,
    /// Upside down: the highest pitch becomes the lowest. The range that the group takes up stays.
    Invert,
    /// Slower or faster, counted from the group's first onset: 2/1 doubles onsets and lengths, 1/2 halves them. None
    /// gets shorter than a tick, and the group goes on to [`Score::LAST_TICK`] at the most.
    ScaleTime {
        /// Times this, 1..=1000.
        numerator: u16,
        /// Divided by this, 1..=1000.
        denominator: u16,
    },
    /// Each note ends where the next onset of the group's notes in its track is; the last ones stay as long as they
    /// are.
    Legato,
    /// Each note lasts so many percent of its length, 0..=100, a tick at least.
    Staccato(u8),
    /// Each note ends before the next one of its pitch in its track begins; of those with one onset the longest stays.
    RemoveOverlaps,
}

/// Notes with the tracks that they are in, in the order of the document.
type Group = Vec<(TrackId, Note)>;

impl Score {
    pub(super) fn transform_notes(&self, ids: &[NoteId], transform: Transform) -> Result<Edit, Error> {
        let group = self.named(ids)?;
        match transform {
            Transform::Reverse => Ok(reversed(group)),
            Transform::Invert => Ok(inverted(group)),
            Transform::ScaleTime { numerator, denominator } => {
                within("numerator", numerator, 1, 1_000)?;
                within("denominator", denominator, 1, 1_000)?;
                Ok(scaled(group, i64::from(numerator), i64::from(denominator)))
            }
            Transform::Legato => Ok(connected(group)),
            Transform::Staccato(percent) => {
                within("length in percent", percent, 0, 100)?;
                let shorter = |note: Note| percent_of(note.length.into(), percent);
                Ok(altered("Shorten", group, |note| placed(note, note.start.into(), shorter(note))))
            }
            Transform::RemoveOverlaps => Ok(without_overlaps(group)),
        }
    }
}

/// The group's first onset and its last end.
fn span(group: &Group) -> (i64, i64) {
    let first = group.iter().map(|(_, note)| note.start).min().unwrap_or(0);
    let last = group.iter().map(|(_, note)| note.end()).max().unwrap_or(0);
    (first.into(), last.into())
}

fn reversed(group: Group) -> Edit {
    let (first, last) = span(&group);
    altered("Reverse", group, |note| placed(note, first + last - i64::from(note.end()), note.length.into()))
}

fn inverted(group: Group) -> Edit {
    let pitches = || group.iter().map(|(_, note)| note.pitch);
    let (low, high) = (pitches().min().unwrap_or(0), pitches().max().unwrap_or(0));
    // The distance from the highest, so that the sum cannot overflow.
    altered("Invert", group, |note| Note { pitch: low + (high - note.pitch), ..note })
}

fn scaled(group: Group, numerator: i64, denominator: i64) -> Edit {
    let (first, last) = span(&group);
    let length = (last - first).max(1);
    let room = (i64::from(Score::LAST_TICK) - first).max(length);
    let too_wide = length * numerator > room * denominator;
    let (numerator, denominator) = if too_wide { (room, length) } else { (numerator, denominator) };
    // Ends are scaled as onsets are, so that notes that touch go on touching.
    let at = |tick: i64| {
        let twice = 2 * i128::from(tick - first) * i128::from(numerator) + i128::from(denominator);
        first + (twice / i128::from(2 * denominator)) as i64
    };
    let verb = if numerator < denominator { "Speed up" } else { "Slow down" };
    altered(verb, group, |note| {
        let start = at(note.start.into());
        placed(note, start, at(note.end().into()) - start)
    })
}

fn connected(group: Group) -> Edit {
    let onsets: BTreeSet<(TrackId, Tick)> = group.iter().map(|&(track, note)| (track, note.start)).collect();
    let of_track: BTreeMap<NoteId, TrackId> = group.iter().map(|&(track, note)| (note.id, track)).collect();
    let next = |note: Note| {
        let &track = of_track.get(&note.id)?;
        let later = (track, note.start.saturating_add(1))..=(track, Tick::MAX);
        onsets.range(later).next().map(|&(_, start)| start)
    };
    altered("Connect", group, |note| next(note).map_or(note, |start| Note { length: start - note.start, ..note }))
}

fn without_overlaps(group: Group) -> Edit {
    let mut changes = Vec::new();
    for ((track, _), line) in by_pitch(group) {
        // Of one onset the longest comes last, as a track has it.
        for pair in line.windows(2) {
            let (note, next) = (pair[0], pair[1]);
            if note.start == next.start {
                changes.push(removal((track, note)));
            } else if note.end() > next.start {
                let shorter = Note { length: next.start - note.start, ..note };
                changes.push(exchange(track, note, shorter));
            }
        }
    }
    Edit::new(format!("Remove overlaps of {}", notes(changes.len())), changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Track, text};

    /// What becomes of all notes of some music, and what that is called.
    fn done(music: &str, transform: Transform) -> (String, String) {
        let score = text::score(music).unwrap();
        let ids = (0..score.note_count() as u32).map(NoteId).collect();
        let edit = score.edit_for(&Command::TransformNotes { ids, transform }).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (text::print(&after), edit.label)
    }

    fn check(before: &str, transform: Transform, after: &str) {
        assert_eq!(done(before, transform).0, after);
    }

    #[test]
    fn backwards_is_the_order_of_ends() {
        check("R:1 C4:1 E4:2 G4:1/2", Transform::Reverse, "R:1 G4:1/2 E4:2 C4:1");
        check("C4:4\nR:1 E4:1", Transform::Reverse, "C4:4\nR:2 E4:1");
        let (twice, label) = done("[C4 E4]:1 G4:1/2", Transform::Reverse);
        assert_eq!((twice.as_str(), label.as_str()), ("G4:1/2 [C4 E4]:1", "Reverse 3 notes"));
        check(&twice, Transform::Reverse, "[C4 E4]:1 G4:1/2");
    }

    #[test]
    fn upside_down_keeps_the_range() {
        check("C4:1 E4:1 G4:1 D4:1", Transform::Invert, "G4:1 D#4:1 C4:1 F4:1");
        check("C-1:1 G9:1 F9:1", Transform::Invert, "G9:1 C-1:1 D-1:1");
        check("C4:1", Transform::Invert, "C4:1");
    }

    #[test]
    fn time_is_scaled_from_the_first_onset() {
        let scaled = |numerator, denominator| Transform::ScaleTime { numerator, denominator };
        check("R:1 C4:1 E4:1/2", scaled(2, 1), "R:1 C4:2 E4:1");
        check("R:1 C4:1 R:1 E4:1/2", scaled(1, 2), "R:1 C4:1/2 R:1/2 E4:1/4");
        check("C4:1 E4:1 G4:1", scaled(2, 3), "C4:2/3 E4:2/3 G4:2/3");
        check("C4:1/960", scaled(1, 1_000), "C4:1/960");
        assert_eq!(done("C4:1 E4:1", scaled(1, 2)).1, "Speed up 2 notes");
        assert_eq!(done("C4:1 E4:1", scaled(3, 2)).1, "Slow down 2 notes");
    }

    #[test]
    fn the_far_end_of_time_stops_the_group() {
        let mut score = text::score("C4:1 E4:1").unwrap();
        for _ in 0..4 {
            let ids = vec![NoteId(0), NoteId(1)];
            let transform = Transform::ScaleTime { numerator: 1_000, denominator: 1 };
            score = score.with(&score.edit_for(&Command::TransformNotes { ids, transform }).unwrap()).unwrap();
        }
        let notes = &score.tracks[0].notes;
        assert_eq!(score.end(), Score::LAST_TICK);
        assert_eq!((notes[0].end(), notes[1].start), (notes[1].start, Score::LAST_TICK.div_ceil(2)));
    }

    #[test]
    fn a_file_that_went_past_the_end_is_not_pulled_back() {
        let mut score = text::score("C4:1 E4:1").unwrap();
        let far = vec![Note::new(0, 0, Tick::MAX, 60, 80), Note::new(1, Tick::MAX, 0, 64, 80)];
        score.tracks = vec![Track::new(0, score.tracks[0].header.clone(), far).into()];
        for transform in [Transform::Reverse, Transform::ScaleTime { numerator: 1_000, denominator: 1 }] {
            let ids = vec![NoteId(0), NoteId(1)];
            let edit = score.edit_for(&Command::TransformNotes { ids, transform }).unwrap();
            assert_eq!(score.with(&edit).unwrap().end(), Tick::MAX);
        }
    }

    #[test]
    fn legato_leaves_no_gap_and_no_overlap() {
        check("C4:1/2 R:1/2 [E4 G4]:1/4 R:3/4 C5:1/2", Transform::Legato, "C4:1 [E4 G4]:1 C5:1/2");
        check("C4:4 / R:1 E4:1", Transform::Legato, "C4:1 E4:1");
        // Each track for itself.
        check("C4:1 R:1 D4:1\nR:1 E4:1", Transform::Legato, "C4:2 D4:1\nR:1 E4:1");
    }

    #[test]
    fn staccato_is_a_share_of_the_length() {
        check("C4:1 E4:2", Transform::Staccato(50), "C4:1/2 R:1/2 E4:1");
        check("C4:1", Transform::Staccato(0), "C4:1/960");
        assert_eq!(done("C4:1 E4:2", Transform::Staccato(25)).1, "Shorten 2 notes");
    }

    #[test]
    fn overlaps_are_those_of_one_pitch() {
        check("C4:2 / R:1 C4:2 / R:1 E4:3", Transform::RemoveOverlaps, "C4:1 E4:3 / R:1 C4:2");
        check("C4:2 / C4:1 / R:1 C4:1", Transform::RemoveOverlaps, "C4:1 C4:1");
        let (after, label) = done("C4:1 C4:1\nC4:2", Transform::RemoveOverlaps);
        assert_eq!((after.as_str(), label.as_str()), ("C4:1 C4:1\nC4:2", "Remove overlaps of 0 notes"));
    }

    #[test]
    fn values_outside_their_ranges_are_refused() {
        let score = text::score("C4:1").unwrap();
        let refused = |transform| score.edit_for(&Command::TransformNotes { ids: vec![NoteId(0)], transform });
        let still = Transform::ScaleTime { numerator: 0, denominator: 1 };
        assert!(matches!(refused(still), Err(Error::Range { what: "numerator", value: 0, low: 1, high: 1_000 })));
        let endless = Transform::ScaleTime { numerator: 1, denominator: 0 };
        assert!(matches!(refused(endless), Err(Error::Range { what: "denominator", value: 0, .. })));
        assert!(matches!(refused(Transform::Staccato(101)), Err(Error::Range { value: 101, high: 100, .. })));
    }
}
