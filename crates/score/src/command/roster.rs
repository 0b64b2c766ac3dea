//! Commands on the list of tracks: hues, order, copies.

use super::maps::single;
use super::tracks::{header, shown};
use super::{NewNote, within};
use crate::{Change, Edit, Error, Event, Header, Lane, Score, Track, TrackId};
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

    /// What a track's own lane says to its channel, said to another.
    fn lane_copied(&self, track: &Track, channel: u8) -> Lane {
        let Some(lane) = self.lanes.get(track.header.lane as usize) else { return Lane::default() };
        let own = lane.events.iter().filter(|event| event.kind.channel() == Some(track.header.channel));
        let events = own.map(|event| Event { tick: event.tick, kind: event.kind.on_channel(channel) }).collect();
        Lane { events: Arc::new(events), end: lane.end }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Controller, Error, Mix, Score, TrackId, text};

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
    fn hues_are_twelve() {
        let score = text::score("C4:1").unwrap();
        assert_eq!(done(&score, Command::SetHue { track: TrackId(0), hue: 11 }).0.tracks[0].header.hue, 11);
        assert!(matches!(score.edit_for(&Command::SetHue { track: TrackId(0), hue: 12 }), Err(Error::Range { .. })));
    }
}
