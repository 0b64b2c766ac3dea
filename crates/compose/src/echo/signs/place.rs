//! Signs of where a line comes from: how like that place is to the spot.

use super::{Signs, Spot, flag, greatest, mean};
use crate::echo::around::Around;
use crate::echo::line::{Line, Source};

/// Distances between bars, in bars, that have a sign each.
const DISTANCES: usize = 8;

/// Bars before and after two places that are compared one by one.
const COMPARED: isize = 2;

/// Where the line comes from, and how far away that is.
pub fn source(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    let (steps, octaves, from) = match line.source {
        Source::Bar { bar, steps } => (steps, 0, bar),
        Source::Beside { octaves, .. } => (0, octaves, spot.bar),
    };
    signs.flag(steps != 0);
    signs.flag(matches!(line.source, Source::Beside { .. }));
    signs.flag(around.passage.parts[spot.part].is_drums());
    signs.one_of(steps.unsigned_abs().into(), 1..=7);
    signs.push(steps.signum().into());
    signs.push(octaves.into());
    let distance = spot.bar.abs_diff(from);
    signs.one_of(distance, 1..=DISTANCES);
    signs.flag(distance > 0 && distance.is_multiple_of(4));
    signs.flag(distance > 0 && distance.is_multiple_of(8));
    signs.push((1.0 + distance as f64).ln());
    signs.flag(from < spot.bar);
}

/// How like the bars around the spot are to those around the line's own place, part by part.
pub fn surroundings(signs: &mut Signs, around: &mut Around, spot: &Spot, line: &Line) {
    let Source::Bar { bar, steps } = line.source else {
        // Four numbers for each bar, and three more where the part itself is compared.
        (0..4 * (2 * COMPARED + 1) + 3 * 2 * COMPARED + 1).for_each(|_| signs.push(0.0));
        return;
    };
    for step in -COMPARED..=COMPARED {
        let two = spot.bar.checked_add_signed(step).zip(bar.checked_add_signed(step));
        let two = two.filter(|(one, other)| (*one).max(*other) < around.passage.bars());
        if step != 0 {
            let own = two.and_then(|(one, other)| around.alike(one, other, spot.part, steps));
            signs.maybe(own.map(|own| own.notes));
            signs.push(own.map_or(0.0, |own| own.onsets));
        }
        let parts = (0..around.passage.parts.len()).filter(|&part| part != spot.part);
        let (mut asis, mut moved) = (Vec::new(), Vec::new());
        for (part, (one, other)) in parts.flat_map(|part| two.map(|two| (part, two))) {
            asis.extend(around.alike(one, other, part, 0));
            moved.extend(around.alike(one, other, part, steps).map(|alike| alike.notes));
        }
        signs.maybe(mean(asis.iter().map(|alike| alike.notes)));
        signs.push(mean(asis.iter().map(|alike| alike.onsets)).unwrap_or(0.0));
        signs.push(mean(moved.into_iter()).unwrap_or(0.0));
    }
    signs.push(around.surroundings(spot.bar, bar));
}

/// Whether the part, and the others, come again after as many bars as lie between the spot and the line's own place.
pub fn recurrence(signs: &mut Signs, around: &mut Around, spot: &Spot, line: &Line) {
    let Source::Bar { bar, steps } = line.source else {
        (0..9).for_each(|_| signs.push(0.0));
        return;
    };
    let bars = spot.bar as isize - bar as isize;
    let own = around.recurrence(bars, spot.part, steps);
    signs.maybe(own.map(|own| own.notes));
    signs.push(own.map_or(0.0, |own| own.onsets));
    let others: Vec<usize> = (0..around.passage.parts.len()).filter(|&part| part != spot.part).collect();
    let all: Vec<_> = others.iter().filter_map(|&part| around.recurrence(bars, part, 0)).collect();
    signs.maybe(mean(all.iter().map(|one| one.notes)));
    signs.push(mean(all.iter().map(|one| one.onsets)).unwrap_or(0.0));
    let here: Vec<f64> = others.iter().filter_map(|&part| Some(around.alike(spot.bar, bar, part, 0)?.notes)).collect();
    signs.push(greatest(here.iter().copied()));
    signs.push(mean(here.iter().map(|&notes| flag(notes == 1.0))).unwrap_or(0.0));
    let moved: Vec<f64> =
        others.iter().filter_map(|&part| Some(around.alike(spot.bar, bar, part, steps)?.notes)).collect();
    signs.push(greatest(moved.into_iter()));
}
