//! Syllables: which track sings the lyrics of a file.

use crate::frame::Frames;
use crate::model::Lyric;
use crate::value::{QUARTER, Time};
use score::{EventKind, Lane, Score, TrackId};
use std::collections::BTreeMap;

/// Syllables by the time at which they are sung.
pub(crate) type Syllables = BTreeMap<Time, Lyric>;

/// How far from an onset its syllable may stand.
const NEAR: Time = QUARTER / 16;

/// The syllables of each track that sings: a lane's lyrics belong to the track on whose onsets most of them fall, of
/// equals to that of their own lane.
pub(crate) fn by_track(score: &Score, frames: &Frames) -> BTreeMap<TrackId, Syllables> {
    let mut found: BTreeMap<TrackId, Syllables> = BTreeMap::new();
    for (number, lane) in (0..).zip(&score.lanes) {
        let syllables = syllables(lane, frames);
        if syllables.is_empty() {
            continue;
        }
        let sung = |track: &&std::sync::Arc<score::Track>| {
            let onsets = track.notes.iter().map(|note| frames.time(note.start));
            let sung = onsets.filter(|&at| at_onset(&syllables, at).is_some()).count();
            (sung, track.header.lane == number, std::cmp::Reverse(track.id))
        };
        let melodic = score.tracks.iter().filter(|track| !track.header.is_drums());
        if let Some(track) = melodic.max_by_key(sung) {
            found.entry(track.id).or_insert(syllables);
        }
    }
    found
}

/// The syllable of an onset.
pub(crate) fn at_onset(syllables: &Syllables, onset: Time) -> Option<&Lyric> {
    let near = syllables.range(onset.saturating_sub(NEAR)..=onset + NEAR);
    near.min_by_key(|(at, _)| at.abs_diff(onset)).map(|(_, lyric)| lyric)
}

/// A hyphen at a syllable's end says that its word goes on (Standard MIDI Files 1.0, lyric events).
fn syllables(lane: &Lane, frames: &Frames) -> Syllables {
    let mut syllables = Syllables::new();
    let mut continues = false;
    for event in lane.events.iter() {
        let EventKind::Meta { code: EventKind::LYRIC, bytes } = &event.kind else { continue };
        let text = String::from_utf8_lossy(bytes);
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        let text = text.trim();
        let goes_on = text.ends_with('-');
        let text = text.trim_end_matches('-');
        if text.is_empty() {
            continue;
        }
        let lyric = Lyric { text: text.to_owned(), continues, goes_on };
        syllables.insert(frames.time(event.tick), lyric);
        continues = goes_on;
    }
    syllables
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Event, text};
    use std::sync::Arc;

    #[test]
    fn lyrics_are_given_to_the_track_that_sings_them() {
        let mut score = text::score("C4:4\nE4:1 F4:1 G4:2").unwrap();
        let words = [(0, "A-"), (960, "men"), (1920, "now")];
        let events = words.map(|(tick, text)| Event {
            tick,
            kind: EventKind::Meta { code: EventKind::LYRIC, bytes: text.as_bytes().to_vec() },
        });
        score.lanes[0] = Arc::new(Lane { events: Arc::new(events.to_vec()), end: 1920 });
        let found = by_track(&score, &Frames::of(&score));
        assert_eq!(found.keys().collect::<Vec<_>>(), [&TrackId(1)]);
        let second = at_onset(&found[&TrackId(1)], QUARTER + 3).unwrap();
        assert_eq!(second, &Lyric { text: "men".into(), continues: true, goes_on: false });
        assert_eq!(at_onset(&found[&TrackId(1)], QUARTER / 2), None);
    }
}
