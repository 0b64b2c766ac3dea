//! Commands on chords: one is written, many take the place of others, and they become notes.

use super::maps::{single, with_entry};
use super::{NewNote, within};
use crate::maps::Timed;
use crate::{Change, Chord, ChordSymbol, Edit, Error, Score, Tick, TrackId, chord_named, voiced};
use std::ops::Range;
use std::sync::Arc;

/// How loud stamped chords are: mezzo-forte.
const VELOCITY: u8 = 80;

impl Score {
    pub(super) fn set_chord(&self, tick: Tick, chord: &str) -> Result<Edit, Error> {
        within("tick", tick, 0, Score::LAST_TICK)?;
        let chord = Chord::new(tick, chord_named(chord)?);
        let after = with_entry(&self.chords, chord);
        Ok(single(format!("Set the chord to {}", chord.text()), Change::Chords { before: self.chords.clone(), after }))
    }

    pub(super) fn write_chords(&self, stretch: Range<Tick>, chords: &[Chord], spare: bool) -> Result<Edit, Error> {
        within("first tick", stretch.start, 0, Score::LAST_TICK)?;
        within("tick after the last", stretch.end, stretch.start, Score::LAST_TICK)?;
        let mut from = stretch.start;
        for chord in chords {
            within("tick of a chord", chord.tick, from, stretch.end.saturating_sub(1))?;
            from = chord.tick.saturating_add(1);
        }
        let mut map = self.chords.to_vec();
        let kept = if spare { self.written_chords(&stretch) } else { Vec::new() };
        for free in free(&stretch, &kept) {
            let inside = chords.iter().filter(|chord| free.contains(&chord.tick)).copied();
            // What holds where the chords are free again has begun before.
            let held = chords.iter().rfind(|chord| chord.tick < free.start).map(|chord| chord.at(free.start));
            let held = held.filter(|_| free.start > stretch.start && !chords.iter().any(|one| one.tick == free.start));
            put(&mut map, &free, held.into_iter().chain(inside).collect(), self.end());
        }
        let label = if chords.is_empty() { "Clear the chords" } else { "Write chords" };
        let change = Change::Chords { before: self.chords.clone(), after: Arc::new(map) };
        Ok(single(label.into(), change))
    }

    /// Where chords hold that somebody wrote: up to the next one, the last one of all up to the end of its bar.
    fn written_chords(&self, stretch: &Range<Tick>) -> Vec<Range<Tick>> {
        let bars = self.bars();
        let holds = |(at, chord): (usize, &Chord)| {
            let end = self.chords.get(at + 1).map_or_else(|| bars.of_onset(chord.tick).end(), |next| next.tick);
            (!chord.detected).then_some(chord.tick..end)
        };
        let all = self.chords.iter().enumerate().filter_map(holds);
        all.filter(|kept| kept.start < stretch.end && kept.end > stretch.start).collect()
    }

    pub(super) fn stamp_chords(
        &self,
        track: TrackId,
        stretch: Range<Tick>,
        chord: Option<&str>,
    ) -> Result<Edit, Error> {
        within("first tick", stretch.start, 0, Score::LAST_TICK - 1)?;
        within("tick after the last", stretch.end, stretch.start + 1, Score::LAST_TICK)?;
        if self.track(track)?.header.is_drums() {
            return Err(Error::Drums { track });
        }
        let sounding = match chord {
            Some(text) => chord_named(text)?.map(|symbol| (stretch, symbol)).into_iter().collect(),
            None => self.chords_within(stretch),
        };
        let symbols: Vec<ChordSymbol> = sounding.iter().map(|(_, symbol)| *symbol).collect();
        let notes = sounding.iter().zip(voiced(&symbols)).flat_map(|((place, _), keys)| {
            let note = |key| (track, NewNote::new(place.start, place.end - place.start, key, VELOCITY));
            keys.into_iter().map(note).collect::<Vec<_>>()
        });
        let label = match symbols[..] {
            [one] => format!("Stamp the chord {one}"),
            _ => format!("Stamp {} chords", symbols.len()),
        };
        Ok(Edit::new(label, self.additions(notes)?))
    }

    /// The chords that sound in a stretch, and where in it.
    pub fn chords_within(&self, stretch: Range<Tick>) -> Vec<(Range<Tick>, ChordSymbol)> {
        let ends = self.chords.iter().skip(1).map(|next| next.tick).chain([Tick::MAX]);
        let holding = self.chords.iter().zip(ends).filter_map(|(chord, end)| {
            let place = chord.tick.max(stretch.start)..end.min(stretch.end);
            chord.symbol.filter(|_| !place.is_empty()).map(|symbol| (place, symbol))
        });
        holding.collect()
    }
}

/// What of a stretch is left between places that are kept.
fn free(stretch: &Range<Tick>, kept: &[Range<Tick>]) -> Vec<Range<Tick>> {
    let starts = [stretch.start].into_iter().chain(kept.iter().map(|kept| kept.end));
    let ends = kept.iter().map(|kept| kept.start).chain([stretch.end]);
    starts.zip(ends).map(|(from, to)| from..to).filter(|free| !free.is_empty()).collect()
}

/// Puts chords in the place of all in a stretch. What held after it holds there still; `end`: the end of the music.
fn put(map: &mut Vec<Chord>, stretch: &Range<Tick>, chords: Vec<Chord>, end: Tick) {
    let first = map.partition_point(|chord| chord.tick < stretch.start);
    let after = map.partition_point(|chord| chord.tick < stretch.end);
    let held = map[..after].last().copied().or_else(Chord::unsaid).map(|held| held.at(stretch.end));
    let new = chords.last().or(map[..first].last()).copied().or_else(Chord::unsaid);
    let goes_on = stretch.end < end && map.get(after).is_none_or(|next| next.tick > stretch.end);
    let again = held.filter(|held| goes_on && new.is_some_and(|new| new.symbol != held.symbol));
    map.splice(first..after, chords.into_iter().chain(again));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Landmark, NoteId, text};

    fn done(score: &Score, command: Command) -> (Score, String) {
        let edit = score.edit_for(&command).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (after, edit.label)
    }

    fn set(tick: Tick, chord: &str) -> Command {
        Command::SetChord { tick, chord: chord.into() }
    }

    /// Chords by quarter of the piece, `?` behind those that were detected.
    fn map(score: &Score) -> String {
        let sign = |chord: &Chord| if chord.detected { "?" } else { "" };
        let all = score.chords.iter().map(|chord| format!("{}:{}{}", chord.tick / 960, chord.text(), sign(chord)));
        all.collect::<Vec<_>>().join(" ")
    }

    fn chords(text: &str) -> Vec<Chord> {
        let chord = |word: &str| {
            let (at, name) = word.split_once(':').unwrap();
            let detected = name.ends_with('?');
            let symbol = chord_named(name.trim_end_matches('?')).unwrap();
            Chord { tick: at.parse::<Tick>().unwrap() * 960, symbol, detected }
        };
        text.split_whitespace().map(chord).collect()
    }

    fn with(text: &str) -> Score {
        let mut score = text::score("C4:4 D4:4 E4:4 F4:4").unwrap();
        score.chords = Arc::new(chords(text));
        score
    }

    fn write(from: Tick, to: Tick, text: &str, spare: bool) -> Command {
        Command::WriteChords { from: from * 960, to: to * 960, chords: chords(text), spare }
    }

    #[test]
    fn a_chord_is_set_changed_moved_and_removed() {
        let (score, label) = done(&with(""), set(3840, "a-7 / G"));
        assert_eq!((label.as_str(), map(&score).as_str()), ("Set the chord to Am7/G", "4:Am7/G"));
        let (score, _) = done(&score, set(0, "C"));
        let (score, _) = done(&score, set(3840, "nc"));
        assert_eq!(map(&score), "0:C 4:N.C.");
        let (score, label) = done(&score, Command::MoveLandmark { what: Landmark::Chord, from: 3840, to: 7680 });
        assert_eq!((label.as_str(), map(&score).as_str()), ("Move the chord", "0:C 8:N.C."));
        let (score, label) = done(&score, Command::RemoveLandmark { what: Landmark::Chord, tick: 0 });
        assert_eq!((label.as_str(), map(&score).as_str()), ("Remove the chord", "8:N.C."));
        assert!(matches!(score.edit_for(&set(0, "H7")), Err(Error::Chord { .. })));
    }

    #[test]
    fn what_held_after_a_stretch_holds_there_still() {
        let over = |map: &str, from, to, text: &str| {
            let (score, _) = done(&with(map), write(from, to, text, false));
            self::map(&score)
        };
        assert_eq!(over("0:C", 4, 8, "4:F? 6:G?"), "0:C 4:F? 6:G? 8:C");
        assert_eq!(over("0:C 8:F", 4, 8, "4:G?"), "0:C 4:G? 8:F");
        assert_eq!(over("0:C 5:F", 4, 8, ""), "0:C 8:F");
        assert_eq!(over("", 4, 8, "4:G?"), "4:G? 8:N.C.?");
        assert_eq!(over("", 12, 16, "12:G?"), "12:G?", "nothing comes after the last bar");
        assert_eq!(over("0:C", 0, 16, ""), "");
        assert_eq!(over("0:C", 4, 8, "5:C?"), "0:C 5:C?");
    }

    #[test]
    fn what_somebody_wrote_is_spared() {
        let spared = |map: &str, text: &str| {
            let (score, _) = done(&with(map), write(0, 16, text, true));
            self::map(&score)
        };
        assert_eq!(spared("0:C? 4:F? 8:G? 12:C?", "0:Am? 8:Dm?"), "0:Am? 8:Dm?");
        assert_eq!(spared("0:C? 4:F 8:G? 12:C?", "0:Am? 6:E? 8:Dm?"), "0:Am? 4:F 8:Dm?");
        assert_eq!(spared("0:C? 4:F 8:G? 12:C?", "0:Am? 6:E? 10:Dm?"), "0:Am? 4:F 8:E? 10:Dm?");
        // The last one that was written holds to the end of its bar.
        assert_eq!(spared("4:F", "0:Am? 6:E? 10:Dm?"), "0:Am? 4:F 8:E? 10:Dm?");
        assert_eq!(spared("0:C 4:F 12:G", "0:Am? 8:E?"), "0:C 4:F 12:G");
    }

    #[test]
    fn chords_outside_their_stretch_or_out_of_order_are_refused() {
        let score = with("0:C");
        for (from, to, text) in [(0, 4, "4:G"), (4, 8, "0:G"), (0, 8, "4:G 2:F"), (0, 8, "4:G 4:F")] {
            assert!(matches!(score.edit_for(&write(from, to, text, false)), Err(Error::Range { .. })), "{text}");
        }
    }

    #[test]
    fn chords_become_notes() {
        let score = with("0:C 6:N.C. 8:G7/B");
        let track = score.tracks[0].id;
        let (after, label) = done(&score, Command::StampChords { track, from: 1920, to: 9600, chord: None });
        assert_eq!(label, "Stamp 2 chords");
        let new: Vec<_> = after.tracks[0].notes.iter().filter(|note| note.id >= NoteId(4)).collect();
        let places: Vec<_> = new.iter().map(|note| (note.start / 960, note.length / 960)).collect();
        assert_eq!(places, [(2, 4), (2, 4), (2, 4), (2, 4), (8, 2), (8, 2), (8, 2), (8, 2)]);
        assert_eq!(new[0].pitch % 12, 0);
        assert_eq!(new[4].pitch % 12, 11);
        let typed = Command::StampChords { track, from: 0, to: 960, chord: Some("Dm".into()) };
        let (after, label) = done(&score, typed);
        assert_eq!((label.as_str(), after.note_count()), ("Stamp the chord Dm", 8));
        let nothing = Command::StampChords { track, from: 5760, to: 7680, chord: None };
        assert!(score.edit_for(&nothing).unwrap().is_empty());
        let mut drums = score.clone();
        Arc::make_mut(&mut drums.tracks[0]).header.channel = crate::Header::DRUM_CHANNEL;
        let stamp = Command::StampChords { track, from: 0, to: 960, chord: None };
        assert_eq!(drums.edit_for(&stamp), Err(Error::Drums { track }));
    }

    #[test]
    fn chords_go_with_their_bars() {
        let score = with("0:C 4:F 6:G 8:Am 12:C");
        let bars = |command| map(&done(&score, command).0);
        assert_eq!(bars(Command::InsertBars { before: 2, count: 1 }), "0:C 8:F 10:G 12:Am 16:C");
        assert_eq!(bars(Command::DeleteBars { from: 2, to: 2 }), "0:C 4:Am 8:C");
        assert_eq!(bars(Command::RepeatBars { from: 2, to: 2, times: 1 }), "0:C 4:F 6:G 8:F 10:G 12:Am 16:C");
        // Where no chord was written yet, none sounds the second time either.
        let late = with("2:C");
        let (after, _) = done(&late, Command::RepeatBars { from: 1, to: 1, times: 1 });
        assert_eq!(map(&after), "2:C 4:N.C.? 6:C");
    }
}
