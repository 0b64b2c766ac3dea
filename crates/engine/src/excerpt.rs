//! A part of a piece, to be written by itself: tracks, or notes.

use crate::Error;
use score::{Command, Event, Lane, Note, NoteId, Score, Tick, Track, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What of a piece is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Excerpt {
    /// All of it.
    All,
    /// These tracks, from beginning to end.
    Tracks {
        /// Which.
        tracks: Vec<TrackId>,
    },
    /// These notes; the bar in which the first of them begins is the first one.
    Notes {
        /// Which.
        ids: Vec<NoteId>,
    },
    /// What a proposal would add; the bar in which it begins is the first one.
    Candidate {
        /// Which.
        id: u32,
    },
}

impl Excerpt {
    /// The piece without all else.
    ///
    /// # Errors
    /// [`Error::Selection`] if nothing is left, [`Error::Score`] if a note or a track is not there.
    pub(crate) fn of(&self, score: &Score) -> Result<Score, Error> {
        match self {
            // A proposal has become notes before it comes here.
            Excerpt::All | Excerpt::Candidate { .. } => Ok(score.clone()),
            Excerpt::Tracks { tracks } => {
                for &track in tracks {
                    score.track(track)?;
                }
                let kept = score.tracks.iter().filter(|track| tracks.contains(&track.id)).cloned().collect();
                only(score, kept)
            }
            Excerpt::Notes { ids } => {
                let ids: BTreeSet<NoteId> = ids.iter().copied().collect();
                let kept = |track: &Arc<Track>| {
                    let notes: Vec<Note> = track.notes.iter().filter(|note| ids.contains(&note.id)).copied().collect();
                    (!notes.is_empty()).then(|| Arc::new(Track { notes: Arc::new(notes), ..track.as_ref().clone() }))
                };
                let score = only(score, score.tracks.iter().filter_map(kept).collect())?;
                cut(&score)
            }
        }
    }
}

/// A piece of these of its tracks: lanes and channels that spoke to others only are silent.
fn only(score: &Score, tracks: Vec<Arc<Track>>) -> Result<Score, Error> {
    if tracks.is_empty() {
        return Err(Error::Selection("nothing is chosen to be written; choose notes or a track".into()));
    }
    let channels: BTreeSet<u8> = tracks.iter().map(|track| track.header.channel).collect();
    let owned = |tracks: &[Arc<Track>]| -> BTreeSet<u32> { tracks.iter().map(|track| track.header.lane).collect() };
    let (before, after) = (owned(&score.tracks), owned(&tracks));
    // The first lane has what all share; one without tracks may speak to any.
    let stays = |lane: u32| lane == 0 || after.contains(&lane) || !before.contains(&lane);
    let lanes: Vec<u32> = (0..score.lanes.len().max(after.last().map_or(0, |last| *last as usize + 1)) as u32)
        .filter(|&lane| stays(lane))
        .collect();
    let quiet = |lane: u32| {
        let Some(lane) = score.lanes.get(lane as usize) else { return Arc::default() };
        let heard = |event: &&Event| event.kind.channel().is_none_or(|channel| channels.contains(&channel));
        let events = lane.events.iter().filter(heard).cloned().collect();
        Arc::new(Lane { events: Arc::new(events), end: lane.end })
    };
    let place = |lane: u32| lanes.iter().position(|&one| one == lane).unwrap_or(0) as u32;
    let moved = |track: Arc<Track>| {
        let mut track = track.as_ref().clone();
        track.header.lane = place(track.header.lane);
        Arc::new(track)
    };
    Ok(Score {
        lanes: lanes.iter().map(|&lane| quiet(lane)).collect(),
        tracks: tracks.into_iter().map(moved).collect(),
        ..score.clone()
    })
}

/// The piece from the bar of its first note to that in which its last one ends.
fn cut(score: &Score) -> Result<Score, Error> {
    let bars = score.bars();
    let notes = || score.tracks.iter().flat_map(|track| track.notes.iter());
    let first = notes().map(|note| bars.of_onset(note.start).index).min().unwrap_or(0) as u32;
    let last_tick: Tick = notes().map(Note::end).max().unwrap_or(0);
    let last = bars.count(last_tick).max(1) as u32;
    let mut score = score.clone();
    for (from, to) in [(last + 1, score.bar_count() as u32), (1, first)] {
        if to >= from {
            score = score.with(&score.edit_for(&Command::DeleteBars { from, to })?)?;
        }
    }
    Ok(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{EventKind, text};

    fn control(tick: Tick, channel: u8, value: u8) -> Event {
        Event { tick, kind: EventKind::Control { channel, controller: 64, value } }
    }

    /// Two tracks with pedals, and a change of tempo in bar 2.
    fn piece() -> Score {
        let mut score = text::score("C4:4 D4:4 E4:4 F4:4\nC3:8 G3:8").unwrap();
        let command = Command::SetTempo { tick: 3840, micros: 400_000 };
        score = score.with(&score.edit_for(&command).unwrap()).unwrap();
        let [one, two] = [score.tracks[0].header.channel, score.tracks[1].header.channel];
        let lane = |events| Arc::new(Lane { events: Arc::new(events), end: 15_360 });
        score.lanes = vec![
            Arc::default(),
            lane(vec![control(0, one, 127), control(9000, one, 0)]),
            lane(vec![control(0, two, 100)]),
        ];
        score
    }

    #[test]
    fn tracks_are_whole_and_alone() {
        let part = Excerpt::Tracks { tracks: vec![TrackId(1)] }.of(&piece()).unwrap();
        assert_eq!(text::print(&part), "C3:8 G3:8");
        assert_eq!((part.lanes.len(), part.tracks[0].header.lane), (2, 1));
        assert_eq!(part.lanes[1].events.len(), 1);
        assert_eq!(formats::midi::read(&formats::midi::write(&part)).unwrap().score.tracks.len(), 1);
    }

    #[test]
    fn notes_begin_in_the_first_bar_with_what_was_in_force_there() {
        let score = piece();
        let part = Excerpt::Notes { ids: vec![score.tracks[0].notes[2].id] }.of(&score).unwrap();
        assert_eq!(text::print(&part), "E4:4");
        assert_eq!(part.tempo_map().micros(0), 400_000);
        let pedals: Vec<(Tick, u8)> = part.lanes[1]
            .events
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::Control { value, .. } => Some((event.tick, value)),
                _ => None,
            })
            .collect();
        assert_eq!(pedals, [(0, 127), (9000 - 7680, 0)]);
        assert_eq!(part.bar_count(), 1);
    }

    #[test]
    fn nothing_is_refused() {
        let score = piece();
        for nothing in [Excerpt::Notes { ids: vec![] }, Excerpt::Tracks { tracks: vec![] }] {
            assert!(matches!(nothing.of(&score), Err(Error::Selection(_))));
        }
        assert!(matches!(Excerpt::Tracks { tracks: vec![TrackId(9)] }.of(&score), Err(Error::Score(_))));
        assert_eq!(Excerpt::All.of(&score).unwrap(), score);
    }
}
