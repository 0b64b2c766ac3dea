//! Commands on markers, and on tempi, metres, keys, chords and markers alike: moving and removing them.

use super::maps::{single, with_entry};
use super::within;
use crate::maps::Timed;
use crate::{Change, Edit, Error, Marker, Score, Tick};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What stands in the lanes above the notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Landmark {
    /// A tempo.
    Tempo,
    /// A metre.
    Meter,
    /// A key signature.
    Key,
    /// A chord.
    Chord,
    /// A marker.
    Marker,
}

impl Landmark {
    fn name(self) -> &'static str {
        match self {
            Landmark::Tempo => "tempo",
            Landmark::Meter => "metre",
            Landmark::Key => "key",
            Landmark::Chord => "chord",
            Landmark::Marker => "marker",
        }
    }
}

impl Score {
    pub(super) fn set_marker(&self, tick: Tick, name: &str) -> Result<Edit, Error> {
        within("tick", tick, 0, Score::LAST_TICK)?;
        let verb = if self.markers.iter().any(|marker| marker.tick == tick) { "Rename" } else { "Add" };
        let after = with_entry(&self.markers, Marker { tick, text: name.as_bytes().to_vec() });
        Ok(single(format!("{verb} the marker {name}"), Change::Markers { before: self.markers.clone(), after }))
    }

    pub(super) fn move_landmark(&self, what: Landmark, from: Tick, to: Tick) -> Result<Edit, Error> {
        within("tick", to, 0, Score::LAST_TICK)?;
        self.landmark_changed(what, from, Some(to))
    }

    pub(super) fn remove_landmark(&self, what: Landmark, tick: Tick) -> Result<Edit, Error> {
        self.landmark_changed(what, tick, None)
    }

    fn landmark_changed(&self, what: Landmark, from: Tick, to: Option<Tick>) -> Result<Edit, Error> {
        let label = match to {
            Some(_) => format!("Move the {}", what.name()),
            None => format!("Remove the {}", what.name()),
        };
        let change = match what {
            Landmark::Tempo => {
                Change::Tempos { before: self.tempos.clone(), after: carried(&self.tempos, from, to, what)? }
            }
            Landmark::Meter => {
                Change::Meters { before: self.meters.clone(), after: carried(&self.meters, from, to, what)? }
            }
            Landmark::Key => Change::Keys { before: self.keys.clone(), after: carried(&self.keys, from, to, what)? },
            Landmark::Chord => {
                Change::Chords { before: self.chords.clone(), after: carried(&self.chords, from, to, what)? }
            }
            Landmark::Marker => {
                Change::Markers { before: self.markers.clone(), after: carried(&self.markers, from, to, what)? }
            }
        };
        Ok(single(label, change))
    }
}

/// A map without what stands at `from`, or with the last of it at `to`, in the place of what stood there.
fn carried<T: Timed>(map: &[T], from: Tick, to: Option<Tick>, what: Landmark) -> Result<Arc<Vec<T>>, Error> {
    let found = map.iter().rfind(|entry| entry.tick() == from).cloned();
    let found = found.ok_or(Error::NoLandmark { what: what.name(), tick: from })?;
    let rest: Vec<T> = map.iter().filter(|entry| entry.tick() != from).cloned().collect();
    Ok(match to {
        Some(to) => with_entry(&rest, found.at(to)),
        None => Arc::new(rest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, text};

    fn done(score: &Score, command: Command) -> (Score, String) {
        let edit = score.edit_for(&command).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (after, edit.label)
    }

    fn marker(tick: Tick, name: &str) -> Command {
        Command::SetMarker { tick, name: name.into() }
    }

    fn markers(score: &Score) -> Vec<(Tick, String)> {
        score.markers.iter().map(|one| (one.tick, String::from_utf8_lossy(&one.text).into_owned())).collect()
    }

    #[test]
    fn a_marker_is_added_renamed_moved_and_removed() {
        let score = text::score("C4:4").unwrap();
        let (score, label) = done(&score, marker(1920, "B"));
        assert_eq!(label, "Add the marker B");
        let (score, _) = done(&score, marker(0, "A"));
        let (score, label) = done(&score, marker(1920, "C"));
        assert_eq!(label, "Rename the marker C");
        assert_eq!(markers(&score), [(0, "A".into()), (1920, "C".into())]);
        let carry = Command::MoveLandmark { what: Landmark::Marker, from: 0, to: 2880 };
        let (score, label) = done(&score, carry);
        assert_eq!(
            (label.as_str(), markers(&score)),
            ("Move the marker", vec![(1920, "C".into()), (2880, "A".into())])
        );
        // What stood at the place that it is carried to makes room.
        let (score, _) = done(&score, Command::MoveLandmark { what: Landmark::Marker, from: 2880, to: 1920 });
        assert_eq!(markers(&score), [(1920, "A".into())]);
        let (score, _) = done(&score, Command::RemoveLandmark { what: Landmark::Marker, tick: 1920 });
        assert!(markers(&score).is_empty());
        let nowhere = Command::RemoveLandmark { what: Landmark::Marker, tick: 1920 };
        assert_eq!(score.edit_for(&nowhere), Err(Error::NoLandmark { what: "marker", tick: 1920 }));
    }

    #[test]
    fn bars_between_two_metres_are_laid_anew_when_one_moves() {
        let score = text::score("C4:16 C4:16").unwrap();
        let set = |score, tick, numerator| done(score, Command::SetMeter { tick, numerator, denominator: 4 }).0;
        let score = set(&set(&set(&score, 0, 4), 3840, 3), 15360, 4);
        let lines = |score: &Score, count| -> Vec<Tick> {
            let bars = score.bars();
            (0..count).map(|bar| bars.bar(bar).tick()).collect()
        };
        assert_eq!(lines(&score, 6), [0, 3840, 6720, 9600, 12480, 15360]);
        let (later, _) = done(&score, Command::MoveLandmark { what: Landmark::Meter, from: 3840, to: 7680 });
        // The bar that the next metre cuts is short; from there on nothing has moved.
        assert_eq!(lines(&later, 7), [0, 3840, 7680, 10560, 13440, 15360, 19200]);
        let (gone, _) = done(&score, Command::RemoveLandmark { what: Landmark::Meter, tick: 3840 });
        assert_eq!(lines(&gone, 5), [0, 3840, 7680, 11520, 15360]);
    }
}
