//! Where a take lands: notes, controllers and instruments, in the lines of the armed tracks.

use crate::Error;
use crate::steps::Steps;
use score::{Command, Edit, NewCurve, NewNote, NewNotes, NoteId, Score, Track, TrackId};
use sound::Take;
use std::collections::{BTreeMap, BTreeSet};

/// What a take changes in these tracks. Each note goes to the track of the line whose program it was played with; what
/// stood there before goes on with the programs that were set, or goes where it is replaced.
pub(crate) fn edit(verb: &str, score: &Score, tracks: &[TrackId], take: &Take, replace: bool) -> Result<Edit, Error> {
    let armed = tracks.iter().map(|track| score.track(*track)).collect::<Result<Vec<&Track>, _>>()?;
    let mut steps = Steps::new(score);
    let mut ids: BTreeSet<NoteId> = BTreeSet::new();
    for own in &armed {
        if replace {
            for part in score.tracks.iter().filter(|part| own.same_line(part)) {
                let there = take.spans.iter().flat_map(|&(from, to)| part.starting_in(from, to));
                ids.extend(there.filter(|note| !note.locked).map(|note| note.id));
            }
            continue;
        }
        for switch in &take.switches {
            let Some(track) = line(&steps.score, own) else { continue };
            let (from, to) = (switch.from, switch.to.min(Score::LAST_TICK));
            steps.take(&Command::ChangeProgram { track, from, to, program: switch.program })?;
        }
    }
    let mut come: BTreeMap<TrackId, Vec<NewNote>> = BTreeMap::new();
    for own in &armed {
        for (program, notes) in played(own, take) {
            come.insert(home(&mut steps, own, program, &ids, take)?, notes);
        }
    }
    let curves = armed.iter().flat_map(|own| {
        let track = line(&steps.score, own).unwrap_or(own.id);
        take.curves.iter().map(move |curve| {
            let (ticks, values) = curve.points.iter().copied().unzip();
            NewCurve { track, controller: curve.controller, from: curve.from, to: curve.to, ticks, values }
        })
    });
    let (curves, notes) = (curves.collect(), come.into_iter().map(|(track, notes)| NewNotes { track, notes }));
    let notes = notes.collect();
    steps.take(&Command::ReplaceNotes { ids: ids.into_iter().collect(), notes, curves })?;
    let what = match (take.count(), take.curves.is_empty()) {
        (0, true) => "instruments".to_owned(),
        (0, false) => "controllers".to_owned(),
        (1, _) => "a note".to_owned(),
        (count, _) => format!("{count} notes"),
    };
    Ok(steps.edit(format!("{verb} {what}")))
}

/// The notes of a take by program, as this track's line plays them.
fn played(own: &Track, take: &Take) -> BTreeMap<u8, Vec<NewNote>> {
    let mut played = take.elsewhere.clone();
    // Whoever sends the track's own program plays the track.
    played.entry(own.header.program).or_default().extend(&take.notes);
    played.retain(|_, notes| !notes.is_empty());
    played
}

/// A track of the same line as `own` was of: itself, unless all its notes went to others.
fn line(score: &Score, own: &Track) -> Option<TrackId> {
    let found =
        score.track(own.id).ok().or_else(|| score.tracks.iter().map(AsRef::as_ref).find(|one| own.same_line(one)));
    found.map(|track| track.id)
}

/// The track of the line that has the program. One that is alone and will have nothing else becomes that instrument.
fn home(steps: &mut Steps, own: &Track, program: u8, gone: &BTreeSet<NoteId>, take: &Take) -> Result<TrackId, Error> {
    let track = line(&steps.score, own).unwrap_or(own.id);
    let alone = steps.score.tracks.iter().filter(|one| own.same_line(one)).count() == 1;
    let empty = steps.score.track(track)?.notes.iter().all(|note| gone.contains(&note.id));
    if alone && empty && take.notes.is_empty() && take.elsewhere.len() == 1 {
        steps.take(&Command::SetProgram { track, program, drums: None })?;
        return Ok(track);
    }
    let (score, home) = steps.score.with_program(track, program)?;
    steps.become_one(score)?;
    Ok(home)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;
    use sound::Switch;

    const PIANO: u8 = 0;
    const STRINGS: u8 = 48;

    fn note(start: u32, pitch: u8) -> NewNote {
        NewNote::new(start, 480, pitch, 90)
    }

    /// Strings from the second quarter on, to the end of the fourth: one note before, one after.
    fn take() -> Take {
        Take {
            notes: vec![note(0, 72)],
            elsewhere: BTreeMap::from([(STRINGS, vec![note(960, 74)])]),
            switches: vec![Switch { from: 960, to: 3840, program: STRINGS }],
            curves: Vec::new(),
            spans: vec![(0, 3840)],
        }
    }

    fn landed(score: &Score, take: &Take, replace: bool) -> (Score, String) {
        let edit = edit("Record", score, &[TrackId(0)], take, replace).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (after, edit.label)
    }

    /// Each track's program with its keys.
    fn parts(score: &Score) -> Vec<(u8, Vec<u8>)> {
        let part =
            |track: &std::sync::Arc<Track>| (track.header.program, track.notes.iter().map(|note| note.pitch).collect());
        score.tracks.iter().map(part).collect()
    }

    #[test]
    fn programs_switch_the_line_and_each_note_has_the_one_that_it_was_played_with() {
        let score = text::score("C4:1 D4:1 E4:1 F4:1 G4:1\nG2:4").unwrap();
        let (after, label) = landed(&score, &take(), false);
        assert_eq!(parts(&after), [(PIANO, vec![60, 72, 67]), (STRINGS, vec![62, 74, 64, 65]), (PIANO, vec![43])]);
        assert_eq!(label, "Record 2 notes");
        let [own, strings] = [&after.tracks[0], &after.tracks[1]];
        assert!(own.same_line(strings) && own.id == TrackId(0));
        // Over it, without a program: what stands there keeps its instrument.
        let plain = Take { notes: vec![note(960, 76)], spans: vec![(0, 3840)], ..Take::default() };
        assert_eq!(parts(&landed(&after, &plain, false).0)[1].1, [62, 74, 64, 65]);
    }

    #[test]
    fn replacing_replaces_all_instruments_of_the_stretch() {
        let score = text::score("C4:1 D4:1 E4:1 F4:1 G4:1").unwrap();
        let (first, _) = landed(&score, &take(), false);
        let (again, _) = landed(&first, &take(), true);
        assert_eq!(parts(&again), [(PIANO, vec![72, 67]), (STRINGS, vec![74])]);
        let plain = Take { notes: vec![note(960, 76)], spans: vec![(0, 3840)], ..Take::default() };
        assert_eq!(parts(&landed(&first, &plain, true).0)[0], (PIANO, vec![76, 67]));
    }

    #[test]
    fn an_empty_track_becomes_the_instrument_and_a_program_alone_is_a_step() {
        let empty = text::score("C4:1").unwrap();
        let empty = empty.with(&empty.edit_for(&Command::DeleteNotes { ids: vec![NoteId(0)] }).unwrap()).unwrap();
        let strings = Take { notes: Vec::new(), ..take() };
        assert_eq!(parts(&landed(&empty, &strings, false).0), [(STRINGS, vec![74])]);
        let score = text::score("C4:1 D4:1").unwrap();
        let alone = Take { elsewhere: BTreeMap::new(), ..strings };
        let (after, label) = landed(&score, &alone, false);
        assert_eq!(
            (parts(&after), label.as_str()),
            (vec![(PIANO, vec![60]), (STRINGS, vec![62])], "Record instruments")
        );
    }
}
