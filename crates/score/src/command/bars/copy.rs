//! Bars played again elsewhere.
//!
//! What the maps and lanes say then follows from what repeating and deleting bars makes of them: a stretch that holds
//! both places is repeated, and what is too much of its copies is taken out again, so that everything in force at a
//! place is in force there still. Notes stay the notes that they were; only copies are new.

use super::{Action, Passage, counted};
use crate::command::NewNote;
use crate::{Edit, Error, Score, TrackId};

impl Score {
    pub(in crate::command) fn copy_bars(&self, from: u32, to: u32, before: u32) -> Result<Edit, Error> {
        let original = self.passage(from, to, Action::Delete)?;
        let place = self.passage(before, before, Action::Delete)?;
        let settled = self.with_copies(from, to, before)?;

        let here = Passage { to: place.from, after: place.first, action: Action::Insert(original.length()), ..place };
        let mut changes = self.notes_of(here)?;
        let later = i64::from(place.from) - i64::from(original.from);
        let copies = self.tracks.iter().flat_map(|track| {
            let inside = track.notes.iter().filter(|note| (original.first..original.after).contains(&note.start));
            let copy = |note: &crate::Note| NewNote {
                start: (i64::from(note.start) + later).clamp(0, Score::LAST_TICK.into()) as u32,
                ..(*note).into()
            };
            inside.map(move |note| (track.id, copy(note)))
        });
        let copies: Vec<(TrackId, NewNote)> = copies.collect();
        changes.extend(self.additions(copies.into_iter())?);

        let label = format!("Copy {}", counted(to - from + 1));
        let tracks = self.with(&Edit::new(label.clone(), changes))?.tracks;
        Edit::between(self, &Score { tracks, ..settled }, label)
    }

    /// The piece with the copy, made of repeated and deleted bars; its notes are not yet those that they should be.
    fn with_copies(&self, from: u32, to: u32, before: u32) -> Result<Score, Error> {
        let count = to - from + 1;
        let repeated = |first, last, times| self.with(&self.repeat_bars(first, last, times)?);
        let without = |score: &Score, first, last| match first <= last {
            true => score.with(&score.delete_bars(first, last)?),
            false => Ok(score.clone()),
        };
        if before > to {
            // from … to … | from … to, and … again, which goes.
            without(&repeated(from, before - 1, 1)?, before + count, 2 * before - from - 1)
        } else if before <= from {
            // before …, which goes, from … to | before … from … to
            without(&repeated(before, to, 1)?, before, from - 1)
        } else {
            // from … | from … before … to | before … to, of three times all of them.
            let thrice = repeated(from, to, 2)?;
            let head = without(&thrice, from + 2 * count, before + 2 * count - 1)?;
            without(&head, before, to)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::command::bars::tests::done;
    use crate::{
        Chord, Command, Error, Event, EventKind, Key, Marker, Meter, NoteId, Score, Tempo, Tick, chord_named, text,
    };
    use std::sync::Arc;

    fn copied(music: &str, (from, to, before): (u32, u32, u32)) -> String {
        let (after, label) = done(&text::score(music).unwrap(), Command::CopyBars { from, to, before });
        assert!(label.starts_with("Copy "), "{label}");
        text::print(&after)
    }

    #[test]
    fn bars_come_again_later_earlier_and_among_themselves() {
        let music = "C4:4 D4:4 E4:4\nC3:4 R:4 E3:4";
        assert_eq!(copied(music, (1, 1, 3)), "C4:4 D4:4 C4:4 E4:4\nC3:4 R:4 C3:4 E3:4");
        assert_eq!(copied(music, (3, 3, 1)), "E4:4 C4:4 D4:4 E4:4\nE3:4 C3:4 R:4 E3:4");
        assert_eq!(copied(music, (1, 1, 2)), "C4:4 C4:4 D4:4 E4:4\nC3:4 C3:4 R:4 E3:4");
        assert_eq!(copied(music, (1, 3, 2)).lines().next().unwrap(), "C4:4 C4:4 D4:4 E4:4 D4:4 E4:4");
        assert_eq!(copied("C4:4 D4:4", (1, 1, 4)), "C4:4 D4:4 R:4 C4:4");
    }

    #[test]
    fn notes_stay_who_they_are() {
        let score = text::score("C4:4 D4:4 E4:6").unwrap();
        let (after, label) = done(&score, Command::CopyBars { from: 2, to: 3, before: 1 });
        assert_eq!(label, "Copy 2 bars");
        let starts: Vec<Tick> = (0..3).map(|id| after.note(NoteId(id)).unwrap().1.start).collect();
        assert_eq!(starts, [7680, 11_520, 15_360]);
        assert_eq!(after.note(NoteId(2)).unwrap().1.length, 5760);
        assert_eq!(after.note_count(), 5);
    }

    /// Four bars: 4/4 with a slower tempo and G major from the second on, which is in 3/4, and C again in the third.
    fn changing() -> Score {
        let mut score = text::score("C4:4 D4:3 E4:4 F4:4").unwrap();
        score.meters = Arc::new(vec![Meter::new(0, 4, 4), Meter::new(3840, 3, 4), Meter::new(6720, 4, 4)]);
        score.tempos = Arc::new(vec![Tempo { tick: 0, micros: 500_000 }, Tempo { tick: 3840, micros: 600_000 }]);
        score.keys =
            Arc::new([(0, 0), (3840, 1), (6720, 0)].map(|(tick, fifths)| Key { tick, fifths, minor: false }).to_vec());
        let chord = |tick, name| Chord::new(tick, chord_named(name).unwrap());
        score.chords = Arc::new(vec![chord(0, "C"), chord(3840, "G"), chord(6720, "F")]);
        score.markers = Arc::new(vec![Marker { tick: 3840, text: b"B".to_vec() }]);
        let loud = |tick, value| Event { tick, kind: EventKind::Control { channel: 0, controller: 11, value } };
        Arc::make_mut(&mut Arc::make_mut(&mut score.lanes[0]).events).extend([
            loud(0, 90),
            loud(3840, 40),
            loud(6720, 90),
        ]);
        score
    }

    /// What is in force at the beginning of each bar: beats, tempo, signature, chord, expression.
    fn in_force(score: &Score) -> Vec<(u8, u32, i8, String, i16)> {
        let (bars, voiced) = (score.bars(), score.voiced());
        let points = score.points(&score.tracks[0], &voiced);
        let starts = (0..score.bar_count()).map(|index| bars.bar(index));
        starts
            .map(|bar| {
                let at = bar.tick();
                let micros = score.tempos.iter().rfind(|tempo| tempo.tick <= at).unwrap().micros;
                let fifths = score.keys.iter().rfind(|key| key.tick <= at).unwrap().fifths;
                let chord = score.chords.iter().rfind(|chord| chord.tick <= at).unwrap();
                let expression = points.iter().rfind(|point| point.tick <= at).unwrap().value;
                (bar.meter.numerator, micros, fifths, chord.text(), expression)
            })
            .collect()
    }

    #[test]
    fn what_is_in_force_comes_along_and_stays_where_it_was() {
        let score = changing();
        let bars = in_force(&score);
        assert_eq!(bars.len(), 4);
        for (from, to, before) in [(2, 2, 1), (2, 2, 4), (1, 2, 4), (3, 4, 2), (1, 3, 2), (2, 3, 3), (4, 4, 2)] {
            let (after, _) = done(&score, Command::CopyBars { from, to, before });
            let mut wanted = bars.clone();
            let copy = bars[from as usize - 1..to as usize].to_vec();
            wanted.splice(before as usize - 1..before as usize - 1, copy);
            assert_eq!(in_force(&after), wanted, "bars {from} to {to} before {before}");
        }
        let (after, _) = done(&score, Command::CopyBars { from: 2, to: 2, before: 4 });
        assert_eq!(after.markers.iter().map(|marker| marker.tick).collect::<Vec<_>>(), [3840, 10_560]);
    }

    #[test]
    fn bars_that_are_none_are_refused() {
        let score = text::score("C4:4").unwrap();
        for (from, to, before) in [(0, 1, 1), (2, 1, 1), (1, 1, 0), (1, 1, u32::MAX), (u32::MAX, u32::MAX, 1)] {
            let refused = score.edit_for(&Command::CopyBars { from, to, before });
            assert!(matches!(refused, Err(Error::Range { .. })), "{from} {to} {before}: {refused:?}");
        }
    }
}
