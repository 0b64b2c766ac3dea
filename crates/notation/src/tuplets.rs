//! Where in a measure one voice needs tuplets.

use crate::metre::Span;
use crate::value::{QUARTER, SHORTEST, Time, Value};

/// A stretch of a measure that is written as one tuplet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    pub start: Time,
    pub length: Time,
    /// So many units ...
    pub actual: u8,
    /// ... in the time of so many.
    pub normal: u8,
    /// What is counted, as a plain length.
    pub unit: Time,
}

impl Group {
    pub fn end(&self) -> Time {
        self.start + self.length
    }

    /// A length inside the tuplet as the length of its sign.
    pub fn plain(&self, length: Time) -> Time {
        length * Time::from(self.actual) / Time::from(self.normal)
    }
}

/// The ways to divide a stretch of two halves: so many in the time of so many parts of it.
const EVEN: [(u8, u8); 8] = [(3, 2), (6, 4), (5, 4), (7, 4), (9, 8), (12, 8), (10, 8), (24, 16)];

/// The ways to divide a beat of three parts.
const TRIPLE: [(u8, u8); 5] = [(2, 3), (4, 3), (4, 6), (5, 6), (7, 6)];

/// The tuplets that the pieces of a voice, in order and filling the measure, need; in order.
pub(crate) fn groups(measure: Span, pieces: &[(Time, Time)]) -> Vec<Group> {
    let mut found = Vec::new();
    find(measure, pieces, &mut found);
    found
}

fn find(span: Span, pieces: &[(Time, Time)], found: &mut Vec<Group>) {
    let inside = |at: Time| span.start < at && at < span.end();
    let cuts: Vec<Time> = pieces.iter().map(|piece| piece.1).filter(|&at| inside(at)).collect();
    if let Some(group) = duplet(span, &cuts) {
        return found.push(group);
    }
    let children = span.children();
    if cuts.iter().all(|cut| cut.is_multiple_of(SHORTEST)) {
        // Nothing but duplets can be needed here.
        let compound = children.into_iter().filter(Span::is_compound);
        return compound.for_each(|child| find(child, pieces, found));
    }
    let crossed = |at: Time| inside(at) && !cuts.contains(&at);
    let whole = !children.is_empty() && !children.iter().any(|child| crossed(child.start));
    let group = divide(span, &cuts);
    match group {
        Some(group) if !whole || children.is_empty() => found.push(group),
        // A beat in six equal notes is one sextuplet, as it is mostly written.
        Some(group) if span.is_beat() && group.actual == 3 && cuts.len() == 5 && group.unit < QUARTER => {
            found.push(Group { actual: 6, normal: 4, unit: group.unit / 2, ..group });
        }
        _ => children.into_iter().for_each(|child| find(child, pieces, found)),
    }
}

/// A compound beat in two halves, or in four parts, is a duplet or a quadruplet rather than dotted notes.
fn duplet(span: Span, cuts: &[Time]) -> Option<Group> {
    let parts = |parts: Time| cuts.iter().all(|cut| (cut - span.start).is_multiple_of(span.length / parts));
    let halved = cuts.contains(&(span.start + span.length / 2));
    let (actual, normal) = if parts(2) { (2, 3) } else { (4, 6) };
    let unit = span.length / Time::from(normal);
    let fits = span.is_triple() && halved && parts(actual.into()) && Value::of(unit).is_some();
    fits.then_some(Group { start: span.start, length: span.length, actual, normal, unit })
}

/// The simplest tuplet of a whole stretch on whose points all cuts lie.
fn divide(span: Span, cuts: &[Time]) -> Option<Group> {
    let ways: &[(u8, u8)] = if span.is_triple() { &TRIPLE } else { &EVEN };
    ways.iter().find_map(|&(actual, normal)| {
        // Long tuplets are counted in few units, or else any rhythm would be one.
        let finer = if span.is_beat() { 1 } else { 2 };
        let unit = span.length.is_multiple_of(normal.into()).then(|| span.length / Time::from(normal))?;
        let step = span.length.is_multiple_of(actual.into()).then(|| span.length / Time::from(actual))?;
        let fits = cuts.iter().all(|cut| ((cut - span.start) * 2).is_multiple_of(step * finer));
        let written = Value::of(unit).is_some() && (span.is_beat() || actual < 6);
        let group = Group { start: span.start, length: span.length, actual, normal, unit };
        (fits && written).then_some(group)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::Meter;

    /// Tuplets as (start in 12ths of a quarter, actual, normal) of a 4/4 bar with pieces of such lengths.
    fn found(twelfths: &[Time]) -> Vec<(Time, u8, u8)> {
        let mut at = 0;
        let pieces = twelfths.iter().map(|length| {
            at += length * QUARTER / 12;
            (at - length * QUARTER / 12, at)
        });
        let pieces: Vec<(Time, Time)> = pieces.collect();
        let groups = groups(Span::bar(Meter::new(0, 4, 4), 4 * QUARTER), &pieces);
        groups.iter().map(|group| (group.start * 12 / QUARTER, group.actual, group.normal)).collect()
    }

    #[test]
    fn triplets_are_found_in_their_beats() {
        assert_eq!(found(&[12, 12, 24]), []);
        assert_eq!(found(&[4, 4, 4, 8, 4, 24]), [(0, 3, 2), (12, 3, 2)]);
        assert_eq!(found(&[36, 4, 4, 4]), [(36, 3, 2)]);
        assert_eq!(found(&[6, 2, 2, 2, 36]), [(6, 3, 2)]);
        assert_eq!(found(&[2, 2, 2, 2, 2, 2, 36]), [(0, 6, 4)]);
    }

    #[test]
    fn long_triplets_span_beats() {
        assert_eq!(found(&[8, 8, 8, 24]), [(0, 3, 2)]);
        assert_eq!(found(&[16, 16, 16]), [(0, 3, 2)]);
        // Held over the beat, but not a triplet of quarters.
        assert_eq!(found(&[12, 8, 6, 10, 12]), [(12, 3, 2), (24, 3, 2)]);
    }
}
