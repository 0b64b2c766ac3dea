//! Commands on controllers.

use super::within;
use crate::{Change, Controller, Edit, Error, Event, Score, Tick, Track, TrackId};
use std::ops::Range;

impl Score {
    pub(super) fn draw_controller(
        &self,
        track: TrackId,
        controller: Controller,
        range: Range<Tick>,
        ticks: &[Tick],
        values: &[i16],
    ) -> Result<Edit, Error> {
        let track = self.track(track)?;
        checked(controller, &range)?;
        within("number of values", values.len() as u32, ticks.len() as u32, ticks.len() as u32)?;
        let (low, high) = controller.range();
        let mut drawn = Vec::with_capacity(ticks.len());
        for (&tick, &value) in ticks.iter().zip(values) {
            within("tick", tick, range.start, range.end - 1)?;
            within("value", value, low, high)?;
            drawn.push(Event { tick, kind: controller.set(track.header.channel, value) });
        }
        drawn.sort_by_key(|event| event.tick);
        let verb = if drawn.is_empty() { "Clear" } else { "Draw" };
        let changes = self.lanes_changed(track, &range, |lane, events| {
            let kept = events.iter().filter(|event| !speaks(event, track, controller)).cloned();
            let mut after: Vec<Event> = kept.collect();
            if lane == track.header.lane {
                after.extend(drawn.iter().cloned());
                after.sort_by_key(|event| event.tick);
            }
            after
        })?;
        Ok(Edit::new(format!("{verb} the {}", controller.name()), changes))
    }

    pub(super) fn scale_controller(
        &self,
        track: TrackId,
        controller: Controller,
        range: Range<Tick>,
        percent: u16,
    ) -> Result<Edit, Error> {
        let track = self.track(track)?;
        checked(controller, &range)?;
        within("percentage", percent, 0, 1000)?;
        let (low, high) = controller.range();
        let rest = i32::from(controller.rest());
        let scaled = |value: i16| {
            let away = (i32::from(value) - rest) * i32::from(percent);
            (rest + (2 * away + 100).div_euclid(200)).clamp(low.into(), high.into()) as i16
        };
        let changes = self.lanes_changed(track, &range, |_, events| {
            let scaled = |event: &Event| match Controller::of(&event.kind) {
                Some((_, value)) if speaks(event, track, controller) => {
                    Event { tick: event.tick, kind: controller.set(track.header.channel, scaled(value)) }
                }
                _ => event.clone(),
            };
            events.iter().map(scaled).collect()
        })?;
        Ok(Edit::new(format!("Scale the {}", controller.name()), changes))
    }

    /// The changes of a stretch of every lane that a track hears; only what differs is in them.
    fn lanes_changed(
        &self,
        track: &Track,
        range: &Range<Tick>,
        alter: impl Fn(u32, &[Event]) -> Vec<Event>,
    ) -> Result<Vec<Change>, Error> {
        if track.header.lane as usize >= self.lanes.len() {
            return Err(Error::Stale { what: "list of lanes" });
        }
        let mut changes = Vec::new();
        for lane in self.heard_lanes(track, &self.voiced()) {
            let events = &self.lanes[lane as usize].events;
            let from = events.partition_point(|event| event.tick < range.start);
            let to = events.partition_point(|event| event.tick < range.end);
            let after = alter(lane, &events[from..to]);
            let before = &events[from..to];
            let same = before.iter().zip(&after).take_while(|(old, new)| old == new).count();
            let ends = before[same..].iter().rev().zip(after[same..].iter().rev());
            let tail = ends.take_while(|(old, new)| old == new).count();
            let (before, after) = (&before[same..before.len() - tail], &after[same..after.len() - tail]);
            changes.push(Change::Splice { lane, at: from + same, before: before.to_vec(), after: after.to_vec() });
        }
        changes.retain(|change| !change.is_nothing());
        Ok(changes)
    }
}

/// Whether an event sets this controller of a track's channel.
fn speaks(event: &Event, track: &Track, controller: Controller) -> bool {
    event.kind.channel() == Some(track.header.channel)
        && Controller::of(&event.kind).is_some_and(|(one, _)| one == controller)
}

fn checked(controller: Controller, range: &Range<Tick>) -> Result<(), Error> {
    if let Controller::Control(number) = controller {
        within("controller", number, 0, Controller::LAST)?;
    }
    within("first tick", range.start, 0, Score::LAST_TICK)?;
    within("tick after the last", i64::from(range.end), i64::from(range.start) + 1, i64::from(Score::LAST_TICK) + 1)
}

#[cfg(test)]
mod tests {
    use crate::{Command, Controller, Error, Event, EventKind, Lane, Score, Tick, TrackId, text};
    use std::sync::Arc;

    fn done(score: &Score, command: Command) -> (Score, String) {
        let edit = score.edit_for(&command).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (after, edit.label)
    }

    fn curve(score: &Score, track: u32, controller: Controller) -> Vec<(Tick, i16)> {
        let track = score.track(TrackId(track)).unwrap();
        let points = score.points(track, &score.voiced()).into_iter().filter(|point| point.controller == controller);
        points.map(|point| (point.tick, point.value)).collect()
    }

    fn draw(controller: Controller, from: Tick, to: Tick, points: &[(Tick, i16)]) -> Command {
        let (ticks, values) = points.iter().copied().unzip();
        Command::DrawController { track: TrackId(0), controller, from, to, ticks, values }
    }

    const WHEEL: Controller = Controller::Control(1);

    #[test]
    fn what_is_drawn_is_in_the_place_of_what_was_there() {
        let score = text::score("C4:4\nE4:4").unwrap();
        let (score, label) = done(&score, draw(WHEEL, 0, 1000, &[(0, 10), (500, 20), (999, 30)]));
        assert_eq!(label, "Draw the modulation");
        let (score, _) = done(&score, draw(Controller::Bend, 0, 1000, &[(500, -8192)]));
        let (score, _) = done(&score, draw(WHEEL, 400, 600, &[(450, 99), (400, 88)]));
        assert_eq!(curve(&score, 0, WHEEL), [(0, 10), (400, 88), (450, 99), (999, 30)]);
        assert_eq!(curve(&score, 0, Controller::Bend), [(500, -8192)]);
        assert!(curve(&score, 1, WHEEL).is_empty());
        let (score, label) = done(&score, draw(WHEEL, 0, 451, &[]));
        assert_eq!((label.as_str(), curve(&score, 0, WHEEL)), ("Clear the modulation", vec![(999, 30)]));
        assert!(score.edit_for(&draw(WHEEL, 999, 1000, &[(999, 30)])).unwrap().is_empty());
    }

    #[test]
    fn a_conductors_controllers_speak_to_the_track_until_others_are_drawn() {
        let mut score = text::score("C4:4").unwrap();
        let kind = EventKind::Control { channel: score.tracks[0].header.channel, controller: 1, value: 50 };
        score.lanes.push(Arc::new(Lane { events: Arc::new(vec![Event { tick: 10, kind }]), end: 10 }));
        assert_eq!(curve(&score, 0, WHEEL), [(10, 50)]);
        assert_eq!(curve(&done(&score, draw(WHEEL, 0, 20, &[(10, 60)])).0, 0, WHEEL), [(10, 60)]);
    }

    #[test]
    fn scaling_leaves_the_middle_where_it_is() {
        let score = text::score("C4:4").unwrap();
        let pan = Controller::Control(10);
        let (score, _) = done(&score, draw(pan, 0, 100, &[(0, 64), (10, 0), (20, 104), (90, 10)]));
        let scale = |percent| Command::ScaleController { track: TrackId(0), controller: pan, from: 0, to: 90, percent };
        let (after, label) = done(&score, scale(50));
        assert_eq!(curve(&after, 0, pan), [(0, 64), (10, 32), (20, 84), (90, 10)]);
        assert_eq!(label, "Scale the panorama");
        assert_eq!(curve(&done(&score, scale(1000)).0, 0, pan), [(0, 64), (10, 0), (20, 127), (90, 10)]);
    }

    #[test]
    fn values_outside_their_range_are_refused() {
        let score = text::score("C4:4").unwrap();
        let wrong = [
            draw(WHEEL, 0, 100, &[(0, 128)]),
            draw(WHEEL, 0, 100, &[(0, -1)]),
            draw(WHEEL, 0, 100, &[(100, 1)]),
            draw(WHEEL, 100, 100, &[]),
            draw(Controller::Control(120), 0, 100, &[(0, 1)]),
            draw(Controller::Bend, 0, 100, &[(0, 8192)]),
            Command::DrawController {
                track: TrackId(0),
                controller: WHEEL,
                from: 0,
                to: 9,
                ticks: vec![1],
                values: vec![],
            },
            Command::ScaleController { track: TrackId(0), controller: WHEEL, from: 0, to: 9, percent: 1001 },
        ];
        for command in wrong {
            assert!(matches!(score.edit_for(&command), Err(Error::Range { .. })), "{command:?}");
        }
    }
}
