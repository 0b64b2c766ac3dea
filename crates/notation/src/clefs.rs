//! Which clef a staff has in each measure: as few ledger lines as possible, and as few changes.

use crate::model::{Clef, Pitch};

/// What a change of clef costs, in ledger lines saved over all notes.
const CHANGE: f64 = 14.0;
/// What a note costs in a clef that is not the staff's usual one.
const UNUSUAL: f64 = 0.5;

/// How many measures on each side of a measure say which clef it has.
pub(crate) const MEASURES_AROUND: usize = 4;

/// The clef of measure `at`, heard with those around it; the first of `clefs` is the usual one.
pub(crate) fn clef(clefs: &[Clef], measures: &[Vec<Pitch>], at: usize) -> Clef {
    let usual = clefs.first().copied().unwrap_or(Clef::Treble);
    let from = at.saturating_sub(MEASURES_AROUND);
    let window = &measures[from..measures.len().min(at + MEASURES_AROUND + 1)];
    let costs: Vec<Vec<f64>> =
        window.iter().map(|pitches| clefs.iter().map(|&clef| cost(clef, pitches, clef != usual)).collect()).collect();
    let forward = sums(costs.iter().take(at - from + 1));
    let backward = sums(costs.iter().skip(at - from).rev());
    // Both sums hold the measure's own cost, which is counted once.
    let own = &costs[at - from];
    let total = |index: usize| forward[index] + backward[index] - own[index];
    let best = (0..clefs.len()).min_by(|&a, &b| total(a).total_cmp(&total(b)));
    best.map_or(usual, |index| clefs[index])
}

/// The cheapest way to each clef in the last measure.
fn sums<'a>(mut costs: impl Iterator<Item = &'a Vec<f64>>) -> Vec<f64> {
    let Some(first) = costs.next() else { return Vec::new() };
    costs.fold(first.clone(), |sums, costs| {
        let least = sums.iter().copied().fold(f64::INFINITY, f64::min) + CHANGE;
        sums.iter().zip(costs).map(|(sum, cost)| sum.min(least) + cost).collect()
    })
}

fn cost(clef: Clef, pitches: &[Pitch], unusual: bool) -> f64 {
    let own = if unusual { UNUSUAL } else { 0.0 };
    pitches.iter().map(|pitch| f64::from(ledger_lines(clef, *pitch)) + own).sum()
}

/// How many ledger lines a pitch needs: the staff reaches four steps from its middle line, and one more is free.
fn ledger_lines(clef: Clef, pitch: Pitch) -> i16 {
    ((pitch.staff_step() - clef.middle()).abs() - 4).max(0) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLO: [Clef; 3] = [Clef::Bass, Clef::Tenor, Clef::Treble];

    fn measures(octaves: &[i8]) -> Vec<Vec<Pitch>> {
        octaves.iter().map(|&octave| vec![Pitch { octave, step: 0, alter: 0 }; 8]).collect()
    }

    #[test]
    fn a_high_passage_changes_the_clef_and_a_high_note_does_not() {
        let high = measures(&[3, 3, 5, 5, 5, 3]);
        let found: Vec<Clef> = (0..6).map(|at| clef(&CELLO, &high, at)).collect();
        assert_eq!(found, [Clef::Bass, Clef::Bass, Clef::Treble, Clef::Treble, Clef::Treble, Clef::Bass]);
        let mut once = measures(&[3, 3, 3]);
        once[1][0].octave = 5;
        assert_eq!(clef(&CELLO, &once, 1), Clef::Bass);
    }

    #[test]
    fn ledger_lines_are_counted() {
        let middle_c = Pitch { octave: 4, step: 0, alter: 0 };
        assert_eq!(ledger_lines(Clef::Treble, middle_c), 1);
        assert_eq!(ledger_lines(Clef::Bass, middle_c), 1);
        assert_eq!(ledger_lines(Clef::Alto, middle_c), 0);
        assert_eq!(ledger_lines(Clef::Treble, Pitch { octave: 3, step: 5, alter: 0 }), 2);
    }
}
