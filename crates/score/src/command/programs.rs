//! Which instrument plays which stretch of a line.

use super::tracks::shown;
use super::within;
use crate::{Edit, Error, Header, Note, Score, Tick, Track, TrackId};
use std::ops::Range;
use std::sync::Arc;

impl Score {
    /// The piece with a track of this program in the line of a track, and that track's id: the track itself, another one
    /// that is there, or a new one without notes behind it.
    ///
    /// # Errors
    /// [`Error::NoTrack`]; [`Error::Range`] if the program is outside 0..=127.
    pub fn with_program(&self, track: TrackId, program: u8) -> Result<(Score, TrackId), Error> {
        within("program", program, 0, 127)?;
        let own = self.track(track)?;
        let has = |one: &&Track| own.same_line(one) && one.header.program == program;
        let others = self.tracks.iter().map(Arc::as_ref);
        if let Some(there) = std::iter::once(own).chain(others).find(has) {
            return Ok((self.clone(), there.id));
        }
        let id = TrackId(self.free_track_id());
        within("track id", id.0, 0, u32::MAX - 1)?;
        // The next hue that no track has, so that the two can be told apart.
        let next = |step: u8| (own.header.hue + step) % Header::HUES;
        let free = |hue: &u8| self.tracks.iter().all(|track| track.header.hue != *hue);
        let hue = (1..Header::HUES).map(next).find(free).unwrap_or(next(1));
        let header = Header { name: String::new(), program, hue, ..own.header.clone() };
        let mut after = self.clone();
        after.tracks.insert(self.track_index(track)? + 1, Arc::new(Track::new(id.0, header, Vec::new())));
        Ok((after, id))
    }

    /// A line is what one lane plays on one channel. As in a MIDI file each of its programs is a track of its own, so
    /// notes go from one of them to another, and one that keeps none goes.
    pub(super) fn change_program(&self, track: TrackId, range: &Range<Tick>, program: u8) -> Result<Edit, Error> {
        within("program", program, 0, 127)?;
        within("first tick", range.start, 0, Score::LAST_TICK)?;
        within("tick after the last", range.end, range.start + 1, Score::LAST_TICK)?;
        let own = self.track(track)?;
        let label = format!("Switch the instrument of {}", shown(own));
        let is_line = |one: &Track| own.same_line(one);
        let others = |one: &Track| is_line(one) && one.header.program != program;
        let goes = |note: &Note| range.contains(&note.start);
        let going: Vec<Note> = self
            .tracks
            .iter()
            .filter(|one| others(one))
            .flat_map(|one| one.notes.iter().copied().filter(goes))
            .collect();
        let alone = self.tracks.iter().filter(|one| is_line(one)).count() == 1;
        if going.is_empty() {
            return Ok(Edit::new(label, Vec::new()));
        }
        if alone && going.len() == own.notes.len() {
            return self.set_program(track, program, None);
        }
        let (mut after, target) = self.with_program(track, program)?;
        after
            .tracks
            .retain(|one| one.id == target || !others(one) || one.notes.is_empty() || !one.notes.iter().all(goes));
        for one in after.tracks.iter_mut().filter(|one| is_line(one)) {
            let notes = match one.id == target {
                true => one.notes.iter().chain(&going).copied().collect(),
                false => one.notes.iter().filter(|note| !goes(note)).copied().collect(),
            };
            *one = Arc::new(Track::new(one.id.0, one.header.clone(), notes));
        }
        Edit::between(self, &after, label)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Error, Score, TrackId, text};

    fn done(score: &Score, from: u32, to: u32, program: u8) -> Score {
        let edit = score.edit_for(&Command::ChangeProgram { track: TrackId(0), from, to, program }).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        after
    }

    /// Each track's program with its keys.
    fn parts(score: &Score) -> Vec<(u8, Vec<u8>)> {
        let part = |track: &std::sync::Arc<crate::Track>| {
            (track.header.program, track.notes.iter().map(|note| note.pitch).collect())
        };
        score.tracks.iter().map(part).collect()
    }

    #[test]
    fn a_stretch_goes_to_another_instrument_of_the_same_line_and_back() {
        let score = text::score("C4:1 D4:1 E4:1 F4:1\nG2:4").unwrap();
        let own = score.tracks[0].header.program;
        let one = done(&score, 960, 2880, 40);
        assert_eq!(parts(&one), [(own, vec![60, 65]), (40, vec![62, 64]), (own, vec![43])]);
        let (first, second) = (&one.tracks[0].header, &one.tracks[1].header);
        assert_eq!((first.lane, first.channel), (second.lane, second.channel));
        assert_ne!(first.hue, second.hue);
        // A second stretch joins the first; the notes keep their ids.
        let two = done(&one, 2880, 9000, 40);
        assert_eq!(parts(&two), [(own, vec![60]), (40, vec![62, 64, 65]), (own, vec![43])]);
        assert_eq!(two.tracks[1].notes[0].id, score.tracks[0].notes[1].id);
        // What keeps no note goes: given back, the line is one track again.
        let back = done(&two, 0, 9000, own);
        assert_eq!(parts(&back), parts(&score));
        assert_eq!(back.tracks[0].notes, score.tracks[0].notes);
        // A third instrument may take from both.
        assert_eq!(
            parts(&done(&one, 0, 1900, 73)),
            [(own, vec![65]), (73, vec![60, 62]), (40, vec![64]), (own, vec![43])]
        );
    }

    #[test]
    fn all_of_a_line_is_another_instrument_for_the_track() {
        let score = text::score("C4:1 D4:1").unwrap();
        let after = done(&score, 0, 9000, 40);
        assert_eq!(parts(&after), [(40, vec![60, 62])]);
        assert_eq!(after.tracks[0].id, TrackId(0));
        let nothing = |from, to, program| Command::ChangeProgram { track: TrackId(0), from, to, program };
        assert!(score.edit_for(&nothing(5000, 6000, 40)).unwrap().is_empty());
        assert!(score.edit_for(&nothing(0, 960, score.tracks[0].header.program)).unwrap().is_empty());
        for wrong in [nothing(0, 960, 128), nothing(960, 960, 4)] {
            assert!(matches!(score.edit_for(&wrong), Err(Error::Range { .. })));
        }
    }
}
