//! The tracks of a file, put into the piece that is open.

use crate::{Error, Studio};
use score::{Command, Controller, Edit, NewNote, Score, Tick, TrackId};
use std::collections::BTreeMap;
use std::path::Path;

impl Studio {
    /// Adds the tracks of a file after those of the open piece, its beginning at `tick`: notes, names, instruments and
    /// controllers. Tempo, metre and key stay the piece's own. One step. Answers the revision.
    ///
    /// # Errors
    /// [`Error::NoPiece`], [`Error::File`] if it cannot be read or has no notes, and those of [`Studio::apply`].
    pub async fn add_file(&self, path: &Path, tick: Tick) -> Result<u32, Error> {
        let there = self.score().await?;
        let file = path.to_owned();
        let read = Studio::beside(move || {
            let bytes = formats::read_file(&file).map_err(|error| Error::file(&file, error))?;
            let ending = file.extension().map(|ending| ending.to_string_lossy()).unwrap_or_default();
            Ok(formats::open(&bytes, &ending).map_err(|error| Error::file(&file, error))?.score)
        });
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let read = read.await?;
        if read.note_count() == 0 {
            return Err(Error::file(path, "it has no notes to add"));
        }
        let before = there.clone();
        let edit = Studio::beside(move || added(&before, &read, tick, &name)).await?;
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        // The edit knows which state it was made for.
        self.carry_out(session, edit).await
    }
}

/// The edit that adds another piece's tracks.
fn added(score: &Score, other: &Score, from: Tick, name: &str) -> Result<Edit, Error> {
    let place = |tick: Tick| -> Tick {
        let scaled = u64::from(tick) * u64::from(score.tpq) / u64::from(other.tpq.max(1));
        u64::from(from).saturating_add(scaled).min(Tick::MAX.into()) as Tick
    };
    let voiced = other.voiced();
    let (mut state, mut changes) = (score.clone(), Vec::new());
    let mut take = |state: &mut Score, command: &Command| -> Result<(), Error> {
        let edit = state.edit_for(command)?;
        *state = state.with(&edit)?;
        changes.extend(edit.changes);
        Ok(())
    };
    for track in other.tracks.iter().filter(|track| !track.notes.is_empty()) {
        let note = |note: &score::Note| {
            let (start, end) = (place(note.start), place(note.end()));
            NewNote { start, length: end.saturating_sub(start).max(1), ..NewNote::from(*note) }
        };
        let add = Command::AddTrack {
            name: track.header.name.clone(),
            program: track.header.program,
            drums: track.header.is_drums(),
            notes: track.notes.iter().map(note).collect(),
        };
        take(&mut state, &add)?;
        let Some(new) = state.tracks.last().map(|track| track.id) else { continue };
        for (controller, points) in curves(other, track.id, &voiced)? {
            // Of several values at one tick the last holds.
            let values: BTreeMap<Tick, i16> = points.into_iter().map(|(tick, value)| (place(tick), value)).collect();
            let Some(last) = values.keys().last() else { continue };
            let draw = Command::DrawController {
                track: new,
                controller,
                from,
                to: last.saturating_add(1),
                ticks: values.keys().copied().collect(),
                values: values.values().copied().collect(),
            };
            take(&mut state, &draw)?;
        }
    }
    Ok(Edit::new(format!("Add {name}"), changes))
}

type Curves = BTreeMap<Controller, Vec<(Tick, i16)>>;

/// What a track hears, by controller.
fn curves(score: &Score, track: TrackId, voiced: &std::collections::BTreeSet<(u32, u8)>) -> Result<Curves, Error> {
    let mut curves = Curves::new();
    for point in score.points(score.track(track)?, voiced) {
        curves.entry(point.controller).or_default().push((point.tick, point.value));
    }
    Ok(curves)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    #[test]
    fn tracks_come_with_notes_instruments_and_pedals_at_their_place() {
        let score = text::score("C4:4").unwrap();
        let mut other = text::score("E4:1@90 F4:1\nG2:2").unwrap();
        let pedal = Command::DrawController {
            track: TrackId(0),
            controller: Controller::Control(64),
            from: 0,
            to: 961,
            ticks: vec![0, 960],
            values: vec![127, 0],
        };
        let name = Command::SetProgram { track: TrackId(1), program: 32, drums: None };
        for command in [pedal, name] {
            other = other.with(&other.edit_for(&command).unwrap()).unwrap();
        }
        let edit = added(&score, &other, 3840, "riff.mid").unwrap();
        assert_eq!(edit.label, "Add riff.mid");
        let after = score.with(&edit).unwrap();
        assert_eq!(text::print(&after), "C4:4\nR:4 E4:1@90 F4:1\nR:4 G2:2");
        assert_eq!(after.tracks[2].header.program, 32);
        let channels: std::collections::BTreeSet<u8> = after.tracks.iter().map(|track| track.header.channel).collect();
        assert_eq!(channels.len(), 3);
        let points: Vec<_> = after
            .points(&after.tracks[1], &after.voiced())
            .into_iter()
            .map(|point| (point.tick, point.value))
            .collect();
        assert_eq!(points, [(3840, 127), (4800, 0)]);
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
    }

    #[test]
    fn ticks_are_those_of_the_piece() {
        let score = text::score("C4:4").unwrap();
        let mut other = text::score("E4:1 F4:1").unwrap();
        other.tpq = 480;
        let after = score.with(&added(&score, &other, 0, "x").unwrap()).unwrap();
        assert_eq!(text::print(&after), "C4:4\nE4:2 F4:2");
    }
}
