//! Commands on what all tracks share.

use super::within;
use crate::maps::Timed;
use crate::{Change, Edit, Error, Event, EventKind, Key, Meter, Score, Tempo, Tick};
use std::ops::Range;
use std::sync::Arc;

/// Steps of a tempo that leads to another.
const MOST_STEPS: u32 = 4_096;

/// Names of the major keys from seven flats to seven sharps, and of the minor keys with the same signatures.
const MAJOR: [&str; 15] = ["C♭", "G♭", "D♭", "A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯"];
const MINOR: [&str; 15] = ["A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯", "G♯", "D♯", "A♯"];

impl Score {
    pub(super) fn set_tempo(&self, tick: Tick, micros: u32) -> Result<Edit, Error> {
        within("tempo in microseconds per quarter", micros, 1, 0xFF_FFFF)?;
        within("tick", tick, 0, Score::LAST_TICK)?;
        let after = with_entry(&self.tempos, Tempo { tick, micros });
        let change = Change::Tempos { before: self.tempos.clone(), after };
        Ok(single(format!("Set the tempo to {:.0}", 60e6 / f64::from(micros)), change))
    }

    pub(super) fn ramp_tempo(&self, range: Range<Tick>, first: u32, last: u32) -> Result<Edit, Error> {
        for micros in [first, last] {
            within("tempo in microseconds per quarter", micros, 1, 0xFF_FFFF)?;
        }
        within("first tick", range.start, 0, Score::LAST_TICK - 1)?;
        within("last tick", range.end, range.start + 1, Score::LAST_TICK)?;
        let per_minute = |micros: u32| 60e6 / f64::from(micros);
        let step = Tick::from(self.tpq / 4).max(1);
        // So many steps of a sixteenth, but no more than a person would listen to; a long ramp has longer ones.
        let steps = (range.end - range.start).div_ceil(step).min(MOST_STEPS);
        let place =
            |part: u32| range.start + (u64::from(range.end - range.start) * u64::from(part) / u64::from(steps)) as Tick;
        let tempo = |part: u32| {
            let along = f64::from(part) / f64::from(steps);
            let quarters = per_minute(first) + (per_minute(last) - per_minute(first)) * along;
            let micros = if part == steps { last } else { (60e6 / quarters).round() as u32 };
            Tempo { tick: place(part), micros: micros.clamp(1, 0xFF_FFFF) }
        };
        let mut after: Vec<Tempo> =
            self.tempos.iter().filter(|one| !(range.start..=range.end).contains(&one.tick)).copied().collect();
        after.extend((0..=steps).map(tempo));
        after.sort_by_key(|one| one.tick);
        let label = format!("Lead the tempo from {:.0} to {:.0}", per_minute(first), per_minute(last));
        Ok(single(label, Change::Tempos { before: self.tempos.clone(), after: Arc::new(after) }))
    }

    pub(super) fn set_meter(&self, tick: Tick, numerator: u8, denominator: u8) -> Result<Edit, Error> {
        within("beats in a bar", numerator, 1, 255)?;
        within("note value of a beat", denominator, 1, 64)?;
        if !denominator.is_power_of_two() {
            return Err(Error::NoteValue { value: denominator });
        }
        within("tick", tick, 0, Score::LAST_TICK)?;
        let meter = match self.meters.iter().rfind(|meter| meter.tick == tick) {
            Some(old) => Meter { numerator, denominator, ..*old },
            None => Meter::new(tick, numerator, denominator),
        };
        // A file may have put the metre of this bar line a little beside it.
        let near = Tick::from(self.tpq / 48);
        let others: Vec<Meter> = self.meters.iter().filter(|one| one.tick.abs_diff(tick) > near).copied().collect();
        let after = with_entry(&others, meter);
        let change = Change::Meters { before: self.meters.clone(), after };
        Ok(single(format!("Set the metre to {numerator}/{denominator}"), change))
    }

    pub(super) fn set_key(&self, tick: Tick, fifths: i8, minor: bool) -> Result<Edit, Error> {
        within("number of sharps", fifths, -7, 7)?;
        within("tick", tick, 0, Score::LAST_TICK)?;
        let after = with_entry(&self.keys, Key { tick, fifths, minor });
        let (names, mode) = if minor { (MINOR, "minor") } else { (MAJOR, "major") };
        let label = format!("Set the key to {} {mode}", names[(fifths + 7) as usize]);
        Ok(single(label, Change::Keys { before: self.keys.clone(), after }))
    }

    pub(super) fn set_title(&self, title: &str) -> Result<Edit, Error> {
        let change = Change::Title { before: self.title.clone(), after: title.to_owned() };
        let mut edit = single("Set the title".into(), change);
        // The first file track's name is the piece's, unless it is an instrument's (Standard MIDI Files 1.0).
        let only = self.source.format == 0 || self.lanes.len() == 1;
        if !edit.is_empty() && (only || self.tracks.iter().all(|track| track.header.lane != 0)) {
            edit.changes.extend(self.renamed_lane(0, title));
        }
        Ok(edit)
    }

    /// The change that gives a lane's own name event, if it has one, another text.
    pub(super) fn renamed_lane(&self, lane: u32, name: &str) -> Option<Change> {
        let before = self.lanes.get(lane as usize)?.events.clone();
        let is_name = |event: &Event| matches!(event.kind, EventKind::Meta { code: EventKind::TRACK_NAME, .. });
        let at = before.iter().position(is_name)?;
        let mut events = before.to_vec();
        events[at].kind = EventKind::Meta { code: EventKind::TRACK_NAME, bytes: name.as_bytes().to_vec() };
        let change = Change::Events { lane, before, after: Arc::new(events) };
        (!change.is_nothing()).then_some(change)
    }
}

/// A map with an entry in the place of all at the same tick.
pub(super) fn with_entry<T: Timed>(map: &[T], entry: T) -> Arc<Vec<T>> {
    let from = map.partition_point(|one| one.tick() < entry.tick());
    let to = map.partition_point(|one| one.tick() <= entry.tick());
    let mut after = map.to_vec();
    after.splice(from..to, [entry]);
    Arc::new(after)
}

/// An edit of one change, or of none if that leads to where it began.
pub(super) fn single(label: String, change: Change) -> Edit {
    Edit::new(label, Some(change).filter(|change| !change.is_nothing()).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, text};

    fn done(score: &Score, command: Command) -> (Score, String) {
        let edit = score.edit_for(&command).unwrap();
        (score.with(&edit).unwrap(), edit.label)
    }

    #[test]
    fn a_tempo_is_set_in_its_place() {
        let score = text::score("C4:4").unwrap();
        let (score, label) = done(&score, Command::SetTempo { tick: 1920, micros: 500_000 });
        assert_eq!(label, "Set the tempo to 120");
        let (score, _) = done(&score, Command::SetTempo { tick: 0, micros: 652_174 });
        let (score, label) = done(&score, Command::SetTempo { tick: 1920, micros: 652_174 });
        assert_eq!(label, "Set the tempo to 92");
        let expected = [Tempo { tick: 0, micros: 652_174 }, Tempo { tick: 1920, micros: 652_174 }];
        assert_eq!(*score.tempos, expected);
        assert!(score.edit_for(&Command::SetTempo { tick: 0, micros: 652_174 }).unwrap().is_empty());
        assert!(matches!(score.edit_for(&Command::SetTempo { tick: 0, micros: 0 }), Err(Error::Range { .. })));
    }

    #[test]
    fn metre_and_key_are_named_in_the_label() {
        let score = text::score("C4:4").unwrap();
        let (score, label) = done(&score, Command::SetMeter { tick: 0, numerator: 6, denominator: 8 });
        assert_eq!((label.as_str(), score.bars().bar(1).tick()), ("Set the metre to 6/8", 2880));
        let (_, label) = done(&score, Command::SetKey { tick: 0, fifths: -1, minor: true });
        assert_eq!(label, "Set the key to D minor");
        let mut late = score.clone();
        late.meters = Arc::new(vec![Meter::new(1, 4, 4), Meter::new(3842, 2, 4)]);
        let (late, _) = done(&late, Command::SetMeter { tick: 3840, numerator: 3, denominator: 4 });
        assert_eq!(*late.meters, [Meter::new(1, 4, 4), Meter::new(3840, 3, 4)]);
        let wrong = Command::SetMeter { tick: 0, numerator: 3, denominator: 6 };
        assert_eq!(score.edit_for(&wrong), Err(Error::NoteValue { value: 6 }));
        assert!(score.edit_for(&Command::SetKey { tick: 0, fifths: 8, minor: true }).is_err());
    }

    #[test]
    fn a_tempo_leads_to_another_in_sixteenths() {
        let score = text::score("C4:8").unwrap();
        let early = score.edit_for(&Command::SetTempo { tick: 960, micros: 300_000 }).unwrap();
        let score = score.with(&early).unwrap();
        let ramp = Command::RampTempo { from: 0, to: 1_920, first: 500_000, last: 1_000_000 };
        let edit = score.edit_for(&ramp).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap(), score);
        assert_eq!(edit.label, "Lead the tempo from 120 to 60");
        // 120, 112.5, 105 … 60 quarters a minute.
        let (first, second, middle) = (after.tempos[0], after.tempos[1], after.tempos[4]);
        assert_eq!((first.tick, first.micros), (0, 500_000));
        assert_eq!((second.tick, second.micros), (240, 533_333));
        assert_eq!((middle.tick, middle.micros), (960, 666_667));
        assert_eq!(after.tempos.last().map(|last| (last.tick, last.micros)), Some((1_920, 1_000_000)));
        assert_eq!(after.tempos.len(), 9);
    }

    #[test]
    fn a_ramp_has_a_length_and_tempi() {
        let score = text::score("C4:8").unwrap();
        let asked = |from, to, first, last| score.edit_for(&Command::RampTempo { from, to, first, last });
        for wrong in [asked(960, 960, 500_000, 600_000), asked(0, 960, 0, 1), asked(0, 960, 1, 0x100_0000)] {
            assert!(matches!(wrong, Err(Error::Range { .. })), "{wrong:?}");
        }
        assert_eq!(score.with(&asked(0, Score::LAST_TICK, 500_000, 400_000).unwrap()).unwrap().tempos.len(), 4_097);
    }

    #[test]
    fn a_title_is_the_first_lanes_name_too() {
        let mut score = text::score("C4:4").unwrap();
        let name = |text: &str| EventKind::Meta { code: EventKind::TRACK_NAME, bytes: text.into() };
        score.lanes[0] = Arc::new(crate::Lane { events: Arc::new(vec![Event { tick: 0, kind: name("Old") }]), end: 0 });
        let (after, _) = done(&score, Command::SetTitle { title: "Waltz".into() });
        assert_eq!(after.title, "Waltz");
        assert_eq!(after.lanes[0].events[0].kind, name("Waltz"));
    }
}
