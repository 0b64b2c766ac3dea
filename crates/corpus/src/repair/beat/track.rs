//! A pulse in onsets that keeps its pace or changes it slowly.

use super::agreement;

/// Onsets in a stretch: few enough that a slow drift does not blur the pulse within one.
const STRETCH: usize = 32;

/// Least agreement of a stretch with its pulse.
const AGREES: f64 = 0.6;

/// Share of stretches that have to agree.
const MOST: f64 = 0.9;

/// Most that a pulse may move against a steady one from stretch to stretch, in pulses: beyond that it may have
/// slipped by one unseen.
const JUMP: f64 = 0.25;

/// Pulses to the quarter of the file that are tried, and the steps between them.
const RANGE: (f64, f64) = (0.75, 12.0);

/// The tempo that a beat is felt at most easily, in beats a minute (Moelants 2002, "Preferred tempo reconsidered").
const FELT: f64 = 120.0;

/// How much more a piece has to repeat itself in threes than in fours, as a share of what varies.
const THREES: f64 = 0.1;

/// Pulses of a piece at most: what comes later is not looked at for groups.
const LONGEST: f64 = 262_144.0;

/// Where the beats are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beats {
    /// Pulses to a quarter of the file.
    pulses: f64,
    /// Pulses to a beat.
    each: f64,
    /// At places of the file, in quarters, how far after a steady pulse the music is, in pulses.
    phases: Vec<(f64, f64)>,
    /// What is added so that the first beat, or the one before an upbeat, is 0.
    ahead: f64,
}

impl Beats {
    /// Where a place of the file, in quarters, stands, in beats.
    pub(super) fn beat(&self, at: f64) -> f64 {
        (self.pulses * at - self.phase(at)) / self.each + self.ahead
    }

    /// Beats to a quarter of the file, in the mean.
    pub(super) fn rate(&self) -> f64 {
        match (self.phases.first(), self.phases.last()) {
            (Some(&(from, _)), Some(&(to, _))) if to > from => (self.beat(to) - self.beat(from)) / (to - from),
            _ => self.pulses / self.each,
        }
    }

    /// Linear between the known phases, and on beyond them.
    fn phase(&self, at: f64) -> f64 {
        match self.phases[..] {
            [] => 0.0,
            [(_, phase)] => phase,
            _ => {
                let after = self.phases.partition_point(|known| known.0 <= at).clamp(1, self.phases.len() - 1);
                let ((from, one), (to, two)) = (self.phases[after - 1], self.phases[after]);
                one + (two - one) * (at - from) / (to - from)
            }
        }
    }
}

/// The beats of onsets at which `counts` notes begin, in a file of `tempo` quarters a minute, if they have a pulse from
/// beginning to end.
pub(super) fn find(onsets: &[f64], counts: &[usize], tempo: f64) -> Option<Beats> {
    if onsets.windows(2).any(|pair| pair[1] <= pair[0]) {
        return None;
    }
    let pulses = pulse(onsets)?;
    let mut phases: Vec<(f64, f64)> = Vec::new();
    let (mut all, mut agree) = (0, 0);
    for from in (0..onsets.len().saturating_sub(STRETCH - 1)).step_by(STRETCH / 2) {
        let stretch = &onsets[from..from + STRETCH];
        let (strength, phase) = agreement(stretch, pulses);
        all += 1;
        if strength < AGREES {
            continue;
        }
        agree += 1;
        let at = (stretch[0] + stretch[STRETCH - 1]) / 2.0;
        let last = phases.last().map_or(phase, |last| last.1);
        let near = phase + (last - phase).round();
        if (near - last).abs() > JUMP {
            return None;
        }
        phases.push((at, near));
    }
    if phases.is_empty() || (agree as f64) < MOST * f64::from(all) {
        return None;
    }
    let steady = Beats { pulses, each: 1.0, phases, ahead: 0.0 };
    let begins = begins(onsets, counts, &steady);
    let each = grouping(&begins, tempo * pulses);
    let mut beats = Beats { each: each as f64, ..steady };
    // On which of its pulses a beat falls.
    let weight = |first: usize| begins.iter().skip(first).step_by(each).sum::<f64>();
    let first = (0..each).rev().max_by(|one, two| weight(*one).total_cmp(&weight(*two)))?;
    let start = ((beats.beat(onsets[0]) * beats.each).round() + first as f64) / beats.each;
    // What comes before the first beat is the end of a beat.
    beats.ahead = if first > 0 { 1.0 - start } else { -start };
    Some(beats)
}

/// How much begins at each pulse, from the first onset on: the root of how many notes.
fn begins(onsets: &[f64], counts: &[usize], pulse: &Beats) -> Vec<f64> {
    let mut begins: Vec<f64> = Vec::new();
    for (onset, count) in onsets.iter().zip(counts) {
        let at = (pulse.beat(*onset) - pulse.beat(onsets[0])).round().clamp(0.0, LONGEST) as usize;
        begins.resize(begins.len().max(at + 1), 0.0);
        begins[at] += (*count as f64).sqrt();
    }
    begins
}

/// The slowest pulse that stretches of the onsets agree with nearly as well as with any.
fn pulse(onsets: &[f64]) -> Option<f64> {
    let stretches: Vec<&[f64]> = onsets.chunks_exact(STRETCH).take(16).collect();
    let longest = stretches.iter().map(|stretch| stretch[STRETCH - 1] - stretch[0]).fold(1.0, f64::max);
    // An eighth of a turn from end to end of the longest stretch.
    let step = 1.0 / (8.0 * longest.min(64.0));
    let count = ((RANGE.1 - RANGE.0) / step) as usize;
    let strength = |pulses: f64| {
        stretches.iter().map(|stretch| agreement(stretch, pulses).0).sum::<f64>() / stretches.len().max(1) as f64
    };
    let tried: Vec<(f64, f64)> =
        (0..count).map(|at| RANGE.0 + at as f64 * step).map(|pulses| (pulses, strength(pulses))).collect();
    let best = tried.iter().map(|tried| tried.1).fold(0.0, f64::max);
    let from = tried.iter().position(|tried| tried.1 >= best - 0.1 && tried.1 >= AGREES)?;
    // The top of that peak.
    let mut top = from;
    while top + 1 < tried.len() && tried[top + 1].1 >= tried[top].1 {
        top += 1;
    }
    Some(tried[top].0)
}

/// Pulses to a beat: one, three or six, if what begins at each pulse repeats itself plainly more in threes than in
/// fours, else one, two, four or eight; whichever comes nearest to the tempo that is felt best, of `tempo` pulses a minute.
fn grouping(begins: &[f64], tempo: f64) -> usize {
    let mean = begins.iter().sum::<f64>() / begins.len().max(1) as f64;
    let again = |distances: [usize; 3]| -> f64 {
        let at = |distance: usize| -> f64 {
            let later = begins.get(distance..).unwrap_or_default();
            begins.iter().zip(later).map(|(one, two)| (one - mean) * (two - mean)).sum::<f64>()
        };
        distances.into_iter().map(at).sum()
    };
    let varies = begins.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>();
    let threes = again([3, 6, 9]) > again([4, 8, 16]) + THREES * varies + f64::EPSILON * begins.len() as f64;
    let groups: &[usize] = if threes { &[1, 3, 6] } else { &[1, 2, 4, 8] };
    let distance = |each: usize| (tempo / each as f64 / FELT).log2().abs();
    groups.iter().copied().min_by(|one, two| distance(*one).total_cmp(&distance(*two))).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sixteenths with rests, `rate` beats to the quarter of the file, `drift` quicker at the end than at the
    /// beginning, from `from` on.
    fn played(rate: f64, drift: f64, from: f64) -> (Vec<f64>, Vec<usize>) {
        let sounds = |at: &usize| [true, false, true, true, true, false, true, false][at % 8];
        let place = |at: usize| {
            let beat = at as f64 / 4.0;
            from + beat / rate * (1.0 - drift * beat / 400.0)
        };
        let all: Vec<usize> = (0..800).filter(sounds).collect();
        (all.iter().map(|&at| place(at)).collect(), all.iter().map(|at| if at % 4 == 0 { 3 } else { 1 }).collect())
    }

    #[test]
    fn a_steady_beat_of_another_tempo_is_found() {
        let (onsets, counts) = played(0.93, 0.0, 0.4);
        let beats = find(&onsets, &counts, 120.0).unwrap();
        assert!((beats.rate() - 0.93).abs() < 1e-3, "{}", beats.rate());
        let first = beats.beat(onsets[0]);
        assert!((first - first.round()).abs() < 0.02, "{first}");
    }

    #[test]
    fn a_slow_drift_is_followed() {
        let (onsets, counts) = played(0.93, 0.006, 0.0);
        let beats = find(&onsets, &counts, 120.0).unwrap();
        let far = |onset: &f64| (4.0 * beats.beat(*onset) - (4.0 * beats.beat(*onset)).round()).abs();
        assert!(onsets.iter().map(far).fold(0.0, f64::max) < 0.15);
    }

    #[test]
    fn what_has_no_pulse_has_no_beats() {
        let mut at = 0.0;
        let mut state = 1_u64;
        let onsets: Vec<f64> = (0..600)
            .map(|_| {
                state = crate::likeness::mixed(state);
                at += 0.05 + (state % 1000) as f64 / 1000.0;
                at
            })
            .collect();
        assert_eq!(find(&onsets, &vec![1; 600], 120.0), None);
        assert_eq!(find(&[], &[], 120.0), None);
        assert_eq!(find(&[0.0; 64], &[1; 64], 120.0), None);
    }
}
