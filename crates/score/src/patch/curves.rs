//! Which stretches of controllers an edit has changed.

use super::CurveColumns;
use crate::{Change, Controller, Edit, Event, Header, Score, Tick};
use std::collections::{BTreeMap, BTreeSet};

/// What a track hears of a lane may have changed: everything of a channel, or a stretch of one controller.
#[derive(Default)]
struct Touched {
    channels: BTreeSet<u8>,
    /// By channel and controller: first and last tick.
    stretches: BTreeMap<(u8, Controller), (Tick, Tick)>,
}

/// What a mirror has to learn after an edit that has led to `after`.
pub(super) fn of(edit: &Edit, after: &Score) -> Vec<CurveColumns> {
    let mut touched = Touched::default();
    for change in &edit.changes {
        match change {
            Change::Events { before, after, .. } => touched.differ(before, after),
            Change::Splice { before, after, .. } => touched.differ(before, after),
            Change::Lane { before, after } => {
                let lanes = [before, after].into_iter().flatten();
                touched
                    .channels
                    .extend(lanes.flat_map(|lane| lane.events.iter()).filter_map(|event| event.kind.channel()));
            }
            // Which lanes speak to whom depends on which channels have a track in them.
            Change::Track { before, after, .. } => {
                touched.channels.extend([before, after].into_iter().flatten().map(|track| track.header.channel));
            }
            Change::Header { before, after, .. } => {
                let place = |header: &Header| (header.lane, header.channel);
                if place(before) != place(after) {
                    touched.channels.extend([before.channel, after.channel]);
                }
            }
            _ => {}
        }
    }
    if touched.channels.is_empty() && touched.stretches.is_empty() { Vec::new() } else { touched.columns(after) }
}

impl Touched {
    /// Takes up what is different between two runs of events.
    fn differ(&mut self, before: &[Event], after: &[Event]) {
        let same = before.iter().zip(after).take_while(|(old, new)| old == new).count();
        let (before, after) = (&before[same..], &after[same..]);
        let tail = before.iter().rev().zip(after.iter().rev()).take_while(|(old, new)| old == new).count();
        let different = before[..before.len() - tail].iter().chain(&after[..after.len() - tail]);
        for event in different {
            if let (Some(channel), Some((controller, _))) = (event.kind.channel(), Controller::of(&event.kind)) {
                let stretch = self.stretches.entry((channel, controller)).or_insert((event.tick, event.tick));
                *stretch = (stretch.0.min(event.tick), stretch.1.max(event.tick));
            }
        }
    }

    fn columns(&self, score: &Score) -> Vec<CurveColumns> {
        let mut columns = Vec::new();
        let voiced = score.voiced();
        for track in &score.tracks {
            let channel = track.header.channel;
            let whole = self.channels.contains(&channel);
            let mut own: BTreeMap<Controller, CurveColumns> = BTreeMap::new();
            for (&(_, controller), &(from, to)) in self.stretches.iter().filter(|((one, _), _)| *one == channel) {
                own.insert(
                    controller,
                    CurveColumns {
                        track: track.id.0,
                        controller: controller.code(),
                        from,
                        to,
                        ..CurveColumns::default()
                    },
                );
            }
            if own.is_empty() && !whole {
                continue;
            }
            for point in score.points(track, &voiced) {
                if whole && !own.contains_key(&point.controller) {
                    own.insert(
                        point.controller,
                        CurveColumns {
                            track: track.id.0,
                            controller: point.controller.code(),
                            ..CurveColumns::default()
                        },
                    );
                }
                if let Some(column) = own.get_mut(&point.controller) {
                    if whole {
                        (column.from, column.to) = (0, Tick::MAX);
                    }
                    if (column.from..=column.to).contains(&point.tick) {
                        column.tick.push(point.tick);
                        column.value.push(point.value);
                    }
                }
            }
            if whole {
                // The first of them says that what else the mirror knows of the track is gone.
                columns.push(CurveColumns {
                    track: track.id.0,
                    controller: CurveColumns::ALL,
                    from: 0,
                    to: Tick::MAX,
                    ..CurveColumns::default()
                });
            }
            columns.extend(own.into_values());
        }
        columns
    }
}

impl CurveColumns {
    /// In the place of a controller's number: all controllers of the track.
    pub const ALL: u8 = 255;
}

#[cfg(test)]
mod tests {
    use crate::{Command, Controller, Patch, TrackId, text};

    #[test]
    fn only_the_stretch_that_was_drawn_is_told() {
        let score = text::score("C4:4\nE4:4").unwrap();
        let draw = |from, to, ticks: Vec<u32>| {
            let values = ticks.iter().map(|tick| (tick % 100) as i16).collect();
            Command::DrawController { track: TrackId(0), controller: Controller::Bend, from, to, ticks, values }
        };
        let edit = score.edit_for(&draw(0, 5000, (0..50).map(|at| at * 100).collect())).unwrap();
        let score = score.with(&edit).unwrap();
        let edit = score.edit_for(&draw(1000, 1200, vec![1001, 1011])).unwrap();
        let patch = Patch::of(&edit, &score.with(&edit).unwrap());
        let [curve] = &patch.curves[..] else { panic!("{:?}", patch.curves) };
        assert_eq!((curve.track, curve.controller, curve.from, curve.to), (0, 128, 1000, 1100));
        assert_eq!((curve.tick.as_slice(), curve.value.as_slice()), (&[1001, 1011][..], &[1, 11][..]));
    }

    #[test]
    fn notes_say_nothing_of_controllers() {
        let score = text::score("C4:4").unwrap();
        let edit = score.edit_for(&Command::RenameTrack { track: TrackId(0), name: "A".into() }).unwrap();
        assert!(Patch::of(&edit, &score.with(&edit).unwrap()).curves.is_empty());
    }
}
