//! The tracks of files, put into the piece that is open.

use crate::steps::Steps;
use crate::{Error, Studio};
use score::{Command, Controller, Edit, NewNote, Score, Tick, TrackId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What has come of adding files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Added {
    /// The revision that it led to.
    pub revision: u32,
    /// The files of which something had to be repaired or could not be kept, in the order in which they were given.
    pub readings: Vec<Reading>,
}

/// What the reader of a file has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The file's name, without its folder.
    pub file: String,
    /// In words what was repaired and what could not be kept.
    pub remarks: Vec<String>,
}

impl Studio {
    /// Adds the tracks of files after those of the open piece, the beginning of each at `tick`: notes, names, instruments
    /// and controllers. Tempo, metre and key stay the piece's own. One step for all of them.
    ///
    /// # Errors
    /// [`Error::NoPiece`]; [`Error::File`] of the first one that cannot be read or has no notes, and those of
    /// [`Studio::apply`]. Nothing is added then.
    pub async fn add_files(&self, paths: &[PathBuf], tick: Tick) -> Result<Added, Error> {
        let there = self.score().await?;
        let files = paths.to_vec();
        let (edit, readings) = Studio::beside(move || added(&there, &files, tick)).await?;
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        // The edit knows which state it was made for.
        Ok(Added { revision: self.carry_out(session, edit).await?, readings })
    }
}

/// Reads a file of music; errors name it.
pub(crate) fn read(path: &Path) -> Result<formats::Piece, Error> {
    let bytes = formats::read_file(path).map_err(|error| Error::file(path, error))?;
    let ending = path.extension().map(|ending| ending.to_string_lossy()).unwrap_or_default();
    formats::open(&bytes, &ending).map_err(|error| Error::file(path, error))
}

/// The edit that adds the tracks of these files, and what was repaired in which.
fn added(score: &Score, paths: &[PathBuf], from: Tick) -> Result<(Edit, Vec<Reading>), Error> {
    let (mut steps, mut readings) = (Steps::new(score), Vec::new());
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for path in paths {
        let formats::Piece { score: other, remarks } = read(path)?;
        if other.note_count() == 0 {
            return Err(Error::file(path, "it has no notes to add"));
        }
        add(&mut steps, &other, from)?;
        if !remarks.is_empty() {
            readings.push(Reading { file: name(path), remarks });
        }
    }
    let what = match paths {
        [one] => name(one),
        several => format!("{} files", several.len()),
    };
    Ok((steps.edit(format!("Add {what}")), readings))
}

/// Adds another piece's tracks.
fn add(steps: &mut Steps, other: &Score, from: Tick) -> Result<(), Error> {
    let tpq = steps.score.tpq;
    let place = |tick: Tick| -> Tick {
        let scaled = u64::from(tick) * u64::from(tpq) / u64::from(other.tpq.max(1));
        u64::from(from).saturating_add(scaled).min(Tick::MAX.into()) as Tick
    };
    let voiced = other.voiced();
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
        steps.take(&add)?;
        let Some(new) = steps.score.tracks.last().map(|track| track.id) else { continue };
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
            steps.take(&draw)?;
        }
    }
    Ok(())
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

    fn edit(score: &Score, other: &Score, from: Tick) -> Edit {
        let mut steps = Steps::new(score);
        add(&mut steps, other, from).unwrap();
        steps.edit("")
    }

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
        let edit = edit(&score, &other, 3840);
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
        let after = score.with(&edit(&score, &other, 0)).unwrap();
        assert_eq!(text::print(&after), "C4:4\nE4:2 F4:2");
    }
}
