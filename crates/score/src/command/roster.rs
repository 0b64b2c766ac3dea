//! Commands on the list of tracks: hues, order, copies.

use super::maps::single;
use super::tracks::{header, shown};
use super::{NewNote, within};
use crate::{Change, Edit, Error, Event, EventKind, Header, Lane, Note, Score, Track, TrackId};
use std::sync::Arc;

impl Score {
    pub(super) fn set_hue(&self, track: TrackId, hue: u8) -> Result<Edit, Error> {
        within("hue", hue, 0, Header::HUES - 1)?;
        let track = self.track(track)?;
        Ok(single(format!("Colour {}", shown(track)), header(track, |header| header.hue = hue)))
    }

    pub(super) fn move_track(&self, track: TrackId, to: u32) -> Result<Edit, Error> {
        let at = self.track_index(track)?;
        let label = format!("Move {}", shown(&self.tracks[at]));
        let before: Vec<TrackId> = self.tracks.iter().map(|track| track.id).collect();
        let mut after = before.clone();
        after.remove(at);
        after.insert((to as usize).min(after.len()), track);
        Ok(single(label, Change::Order { before, after }))
    }

    pub(super) fn duplicate_track(&self, track: TrackId) -> Result<Edit, Error> {
        let (at, original) = (self.track_index(track)?, self.track(track)?);
        let id = TrackId(self.free_track_id());
        within("track id", id.0, 0, u32::MAX - 1)?;
        let new = original.notes.iter().map(|&note| (id, NewNote { length: note.length.max(1), ..note.into() }));
        let additions = self.additions(new)?;
        let notes = additions.iter().filter_map(|change| match change {
            Change::Note { after, .. } => *after,
            _ => None,
        });
        let Header { program, hue, .. } = original.header;
        let channel = self.channel_for(program, original.header.is_drums());
        let name = match original.header.name.as_str() {
            "" => String::new(),
            name => format!("{name} 2"),
        };
        let lane = self.lanes.len() as u32;
        let header = Header { name, lane, channel, hue: (hue + 1) % Header::HUES, ..original.header.clone() };
        let lane = Change::Lane { before: None, after: Some(Box::new(self.lane_copied(original, channel))) };
        let copy = Track::new(id.0, header, notes.collect());
        let copy = Change::Track { index: at + 1, before: None, after: Some(Box::new(copy)) };
        Ok(Edit::new(format!("Duplicate {}", shown(original)), vec![lane, copy]))
    }

    /// What a track's own lane says to its channel, said to another; and the words that the track sings, in whichever
    /// lane they are.
    fn lane_copied(&self, track: &Track, channel: u8) -> Lane {
        let own = self.lanes.get(track.header.lane as usize);
        let said = own.into_iter().flat_map(|lane| lane.events.iter());
        let said = said.filter(|event| event.kind.channel() == Some(track.header.channel));
        let mut events: Vec<Event> =
            said.map(|event| Event { tick: event.tick, kind: event.kind.on_channel(channel) }).collect();
        events.extend(self.lanes.iter().flat_map(|lane| self.sung(lane, &track.notes)).cloned());
        events.sort_by_key(|event| event.tick);
        let last = events.last().map_or(0, |event| event.tick);
        Lane { events: Arc::new(events), end: own.map_or(0, |lane| lane.end).max(last) }
    }

    /// The lyrics of a lane, if most of them fall on the onsets of these notes, give or take a 64th.
    fn sung<'a>(&self, lane: &'a Lane, notes: &[Note]) -> Vec<&'a Event> {
        let is_lyric = |event: &&Event| matches!(event.kind, EventKind::Meta { code: EventKind::LYRIC, .. });
        let lyrics: Vec<&Event> = lane.events.iter().filter(is_lyric).collect();
        let near = u32::from(self.tpq) / 16;
        let is_sung = |lyric: &&&Event| {
            let after = notes.partition_point(|note| note.start < lyric.tick.saturating_sub(near));
            notes.get(after).is_some_and(|note| note.start <= lyric.tick.saturating_add(near))
        };
        let count = lyrics.iter().filter(is_sung).count();
        if 2 * count > lyrics.len() { lyrics } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Controller, Error, Event, EventKind, Lane, Mix, Score, TrackId, text};
    use std::sync::Arc;

    fn done(score: &Score, command: Command) -> (Score, String) {
        let edit = score.edit_for(&command).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (after, edit.label)
    }

    #[test]
    fn a_track_goes_up_and_down() {
        let score = text::score("C4:1\nE4:1\nG4:1").unwrap();
        let moved = |track, to| text::print(&done(&score, Command::MoveTrack { track: TrackId(track), to }).0);
        assert_eq!(moved(2, 0), "G4:1\nC4:1\nE4:1");
        assert_eq!(moved(0, 1), "E4:1\nC4:1\nG4:1");
        assert_eq!(moved(0, 99), "E4:1\nG4:1\nC4:1");
        assert!(score.edit_for(&Command::MoveTrack { track: TrackId(2), to: 2 }).unwrap().is_empty());
        let nowhere = Command::MoveTrack { track: TrackId(7), to: 0 };
        assert_eq!(score.edit_for(&nowhere), Err(Error::NoTrack { track: TrackId(7), count: 3 }));
    }

    #[test]
    fn a_copy_has_notes_and_controllers_and_a_channel_of_its_own() {
        let score = text::score("C4:1@90 E4:1!\nG4:1").unwrap();
        let (ticks, values) = (vec![0, 960], vec![100, 0]);
        let controller = Controller::Bend;
        let draw = Command::DrawController { track: TrackId(0), controller, from: 0, to: 1000, ticks, values };
        let (score, _) = done(&score, draw);
        let (score, _) = done(&score, Command::RenameTrack { track: TrackId(0), name: "Solo".into() });
        let mix = Mix { gain: -30, ..Mix::default() };
        let (score, _) = done(&score, Command::SetMix { track: TrackId(0), mix });
        let (after, label) = done(&score, Command::DuplicateTrack { track: TrackId(0) });
        assert_eq!(
            (label.as_str(), text::print(&after).as_str()),
            ("Duplicate Solo", "C4:1@90 E4:1!\nC4:1@90 E4:1!\nG4:1")
        );
        let [old, new] = [&after.tracks[0], &after.tracks[1]];
        assert_eq!((new.header.name.as_str(), new.header.mix), ("Solo 2", mix));
        assert_ne!(old.header.channel, new.header.channel);
        assert_eq!(after.points(old, &after.voiced()), after.points(new, &after.voiced()));
        // A change of one is none of the other.
        let clear =
            Command::DrawController { track: new.id, controller, from: 0, to: 1000, ticks: vec![], values: vec![] };
        let after = done(&after, clear).0;
        assert_eq!(after.points(&after.tracks[0], &after.voiced()).len(), 2);
    }

    #[test]
    fn a_copy_sings_what_the_track_sings() {
        let mut score = text::score("C4:1 D4:1 E4:2\nG2:4").unwrap();
        let word =
            |tick, word: &str| Event { tick, kind: EventKind::Meta { code: EventKind::LYRIC, bytes: word.into() } };
        // Words of a karaoke file stand in a lane of their own, one of them a little late.
        let words = vec![word(0, "Wal-"), word(970, "tzing"), word(1920, "on")];
        score.lanes =
            vec![Arc::default(), Arc::default(), Arc::new(Lane { events: Arc::new(words.clone()), end: 1920 })];
        let copied = |track| {
            let after = done(&score, Command::DuplicateTrack { track: TrackId(track) }).0;
            after.lanes.last().unwrap().clone()
        };
        assert_eq!((copied(0).events.as_ref(), copied(0).end), (&words, 1920));
        // The bass has an onset where one of three is sung: it sings none.
        assert_eq!(copied(1).events.len(), 0);
    }

    #[test]
    fn hues_are_twelve() {
        let score = text::score("C4:1").unwrap();
        assert_eq!(done(&score, Command::SetHue { track: TrackId(0), hue: 11 }).0.tracks[0].header.hue, 11);
        assert!(matches!(score.edit_for(&Command::SetHue { track: TrackId(0), hue: 12 }), Err(Error::Range { .. })));
    }
}
