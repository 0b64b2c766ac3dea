//! What all parts share, in the order in which measures are played: tempos, keys, chords and markers.

use super::report::{Kind, Report};
use super::stage::Stage;
use super::{Item, Pace, Part, Units, What};
use score::{Chord, ChordSymbol, Key, Marker, Tempo};

impl Stage<'_> {
    /// Tempos, in force in the order of the page: where a repeat goes back, the old tempo comes back.
    pub fn tempos(&self, report: &mut Report) -> Vec<Tempo> {
        let mut stated: Vec<(usize, Units, Pace)> = Vec::new();
        for part in &self.written.parts {
            for (bar, items) in part.measures.iter().enumerate() {
                stated.extend(items.iter().filter_map(|item| match item.what {
                    What::Tempo(pace) => Some((bar, item.at, pace)),
                    _ => None,
                }));
            }
        }
        stated.sort_by_key(|&(bar, at, _)| (bar, at));
        let mut quarters = 120.0;
        let mut micros = Vec::with_capacity(stated.len());
        for &(bar, at, pace) in &stated {
            let wanted = match pace {
                Pace::Quarters(quarters) => quarters,
                Pace::Times(times) => quarters * times,
            };
            let clamped = wanted.clamp(60e6 / f64::from(0xff_ffff), 60e6);
            if wanted != clamped {
                report.add(Kind::Tempo, || format!("measure {}", bar + 1));
            }
            if clamped.is_finite() {
                quarters = clamped;
            }
            micros.push((bar, at, (60e6 / quarters).round() as u32));
        }
        let in_force = self.unfold(&micros);
        in_force.into_iter().map(|(time, micros)| Tempo { tick: self.setting.tick(time), micros }).collect()
    }

    /// The keys of the first part that states any.
    pub fn keys(&self, report: &mut Report) -> Vec<Key> {
        // Drums have no key, whatever stands before them.
        let pitched = |part: &&Part| {
            let drum = |item: &Item| matches!(&item.what, What::Note(sign) if sign.drum);
            !part.measures.iter().flatten().any(drum)
        };
        let stated = self.written.parts.iter().filter(pitched).map(|part| {
            let measures = part.measures.iter().enumerate();
            let keys = measures.flat_map(|(bar, items)| {
                items.iter().filter_map(move |item| match item.what {
                    What::Key(key) => Some((bar, item.at, (key.fifths, key.minor))),
                    _ => None,
                })
            });
            keys.collect::<Vec<_>>()
        });
        let mut stated = stated.filter(|keys| !keys.is_empty());
        let Some(leading) = stated.next() else { return Vec::new() };
        let other = stated.flatten().filter(|key| leading.binary_search(key).is_err());
        for (bar, ..) in other {
            report.add(Kind::Key, || format!("measure {}", bar + 1));
        }
        let in_force = self.unfold(&leading).into_iter();
        in_force.map(|(time, (fifths, minor))| Key { tick: self.setting.tick(time), fifths, minor }).collect()
    }

    /// What holds from a place of the page on, in the order in which measures are played. Equal neighbours are one.
    fn unfold<T: Copy + PartialEq>(&self, stated: &[(usize, Units, T)]) -> Vec<(Units, T)> {
        let mut found: Vec<(Units, T)> = Vec::new();
        let mut state = |time: Units, value: T| {
            if found.last().is_some_and(|last| last.0 == time) {
                found.pop();
            }
            if found.last().is_none_or(|last| last.1 != value) {
                found.push((time, value));
            }
        };
        for (played, start) in &self.places {
            let first = stated.partition_point(|one| one.0 < played.bar);
            if let Some(before) = first.checked_sub(1) {
                state(*start, stated[before].2);
            }
            let here = stated[first..].iter().take_while(|one| one.0 == played.bar);
            here.for_each(|&(_, at, value)| state(start + at, value));
        }
        found
    }

    /// Chords; where several parts have one at the same place, that of the first. What is written again is kept, and
    /// where a repeat goes back, the chord that held there comes back.
    pub fn chords(&self) -> Vec<Chord> {
        let mut stated: Vec<(usize, Units, Option<ChordSymbol>)> = Vec::new();
        for part in &self.written.parts {
            for (bar, items) in part.measures.iter().enumerate() {
                stated.extend(items.iter().filter_map(|item| match item.what {
                    What::Chord(symbol) => Some((bar, item.at, symbol)),
                    _ => None,
                }));
            }
        }
        stated.sort_by_key(|&(bar, at, _)| (bar, at));
        stated.dedup_by_key(|&mut (bar, at, _)| (bar, at));
        let mut found: Vec<Chord> = Vec::new();
        for (played, start) in &self.places {
            let first = stated.partition_point(|one| one.0 < played.bar);
            let here = || stated[first..].iter().take_while(|one| one.0 == played.bar);
            let before = stated[..first].last().and_then(|one| one.2);
            let goes_on = found.last().and_then(|last| last.symbol) == before;
            if !goes_on && here().next().is_none_or(|one| one.1 > 0) {
                found.push(Chord::new(self.setting.tick(*start), before));
            }
            found.extend(here().map(|&(_, at, symbol)| Chord::new(self.setting.tick(start + at), symbol)));
        }
        // Of two that fall on one tick the later holds.
        found.reverse();
        found.dedup_by_key(|chord| chord.tick);
        found.reverse();
        found
    }

    /// Rehearsal marks; one that several parts have is one.
    pub fn markers(&self) -> Vec<Marker> {
        let marks = self.written.parts.iter().flat_map(|part| self.signs(part)).filter_map(|(time, _, item)| {
            let What::Mark(text) = &item.what else { return None };
            Some(Marker { tick: self.setting.tick(time), text: text.as_bytes().to_vec() })
        });
        let mut marks: Vec<Marker> = marks.collect();
        marks.sort_by(|a, b| (a.tick, &a.text).cmp(&(b.tick, &b.text)));
        marks.dedup();
        marks
    }
}
