//! Music that does not stand on its file's beat: played beside it, at another tempo, or without any.
//!
//! How well onsets t (in quarters) agree with a pulse of f beats to the quarter is the length of their mean resultant
//! vector, R = |1/n · Σ exp(2πi·f·t)|, 0..=1 (Mardia and Jupp 2000, "Directional Statistics", section 2.3); its angle
//! is how far beside the pulse they stand on the whole. n onsets at random have an R² of 1/n in the mean.

use super::Repair;
use super::warp::{warp, warp_notes};
use score::{FINE, Score, Tempo, Tick};
use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::sync::Arc;

mod track;

/// Places of written music in a quarter, in 24ths: those of 32nds and of triplets of 32nds.
const WRITTEN: [f64; 17] =
    [0.0, 2.0, 3.0, 4.0, 6.0, 8.0, 9.0, 10.0, 12.0, 14.0, 15.0, 16.0, 18.0, 20.0, 21.0, 22.0, 24.0];

/// Onsets that a piece must have to be judged.
const LEAST: usize = 64;

/// The share of onsets beside the grid from which on a piece is looked at. At random it is one third.
const OFF: f64 = 0.2;

/// The share of onsets beside the grid that a repair may leave.
const LEFT: f64 = 0.1;

/// Agreement with a pulse of the file from which on a piece has its beat: people who play to a click have this.
const AGREES: f64 = 0.25;

/// Written music comes back to the same places of the quarter, however odd its tuplets are. Without a beat onsets
/// take as many places as chance gives them, or nearly: at least this share of those.
const SCATTERED: f64 = 0.6;

/// And written music takes less than this share.
const WRITTEN_PLACES: f64 = 0.2;

/// Pulses to the quarter of sixteenths.
const SIXTEENTHS: f64 = 4.0;

/// Pulses to the quarter that a beat is looked for at.
const PULSES: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

/// The share of onsets that stand further than 1/48 quarter from every place of 32nds and of triplets of 32nds.
pub(super) fn off_grid(onsets: &[f64]) -> f64 {
    let far = |onset: &&f64| {
        let steps = 24.0 * onset.rem_euclid(1.0);
        WRITTEN.iter().all(|place| (steps - place).abs() > 0.5 + 1e-6)
    };
    onsets.iter().filter(far).count() as f64 / onsets.len().max(1) as f64
}

/// How many places of the quarter onsets take, as a share of how many they would at random: of p places n onsets take
/// p(1 - e^(-n/p)) in the mean.
fn scatter(onsets: &[f64], places: u16) -> f64 {
    let all = f64::from(places.max(1));
    let taken: BTreeSet<u32> = onsets.iter().map(|onset| (onset.rem_euclid(1.0) * all).round() as u32).collect();
    let expected = all * (1.0 - (-(onsets.len() as f64) / all).exp());
    taken.len() as f64 / expected.max(1.0)
}

/// Agreement of onsets with a pulse, 0..=1, and how far after the pulse they stand, in pulses, -0.5..=0.5.
fn agreement(onsets: &[f64], pulses: f64) -> (f64, f64) {
    let sum = onsets.iter().fold((0.0, 0.0), |(re, im), onset| {
        let (sine, cosine) = (TAU * pulses * onset).sin_cos();
        (re + cosine, im + sine)
    });
    (sum.0.hypot(sum.1) / onsets.len().max(1) as f64, sum.1.atan2(sum.0) / TAU)
}

/// Where notes begin, every moment once, and how many begin there.
fn moments(score: &Score) -> (Vec<Tick>, Vec<usize>) {
    let mut ticks: Vec<_> = score.tracks.iter().flat_map(|track| track.notes.iter().map(|note| note.start)).collect();
    ticks.sort_unstable();
    ticks.chunk_by(|one, two| one == two).map(|moment| (moment[0], moment.len())).unzip()
}

/// Where they stand in their bars, in quarters: bars may begin beside the quarters that are counted from tick 0.
fn in_bars(score: &Score, moments: &[Tick]) -> Vec<f64> {
    let bars = score.bars();
    let since = |tick: &Tick| u64::from(*tick) as f64 - bars.of_onset(*tick).start as f64 / FINE as f64;
    moments.iter().map(|tick| since(tick) / f64::from(score.tpq.max(1))).collect()
}

/// By how much onsets that stand beside sixteenths by a constant distance have to be moved, in quarters; none if it is
/// more than a quarter of a sixteenth, which could as well be less the other way.
fn offset(onsets: &[f64]) -> Option<f64> {
    Some(-agreement(onsets, SIXTEENTHS).1 / SIXTEENTHS).filter(|quarters| quarters.abs() <= 0.25 / SIXTEENTHS)
}

/// Puts music on its beat that stands beside it by a constant distance or runs at another tempo than the file says,
/// constant or slowly drifting. What is played with a beat, however freely, stays as it is, and so do drums alone:
/// their timing is what there is to learn from them.
///
/// # Errors
/// The reason if there is no beat.
pub(super) fn find(score: &mut Score) -> Result<Option<Repair>, String> {
    let (moments, counts) = moments(score);
    let onsets = in_bars(score, &moments);
    let before = off_grid(&onsets);
    let pitched = score.tracks.iter().any(|track| !track.header.is_drums() && !track.notes.is_empty());
    if onsets.len() < LEAST || before < OFF || !pitched {
        return Ok(None);
    }
    let better = |onsets: &[f64]| Some(off_grid(onsets)).filter(|after| *after <= LEFT && 3.0 * after <= before);
    if let Some(quarters) = offset(&onsets)
        && better(&onsets.iter().map(|onset| onset + quarters).collect::<Vec<f64>>()).is_some()
    {
        warp_notes(score, |at| at + quarters);
        return Ok(Some(Repair::Shifted { quarters }));
    }
    let agrees = PULSES.iter().any(|pulses| agreement(&onsets, *pulses).0 >= AGREES);
    let scatter = scatter(&onsets, score.source.ppq);
    if agrees || scatter < WRITTEN_PLACES {
        return Ok(None);
    }
    let tempo = score.tempos.first().map_or(Tempo::DEFAULT_MICROS, |tempo| tempo.micros);
    let absolute: Vec<f64> = moments.iter().map(|tick| f64::from(*tick) / f64::from(score.tpq.max(1))).collect();
    if score.meters.len() <= 1
        && let Some(found) = track::find(&absolute, &counts, 60e6 / f64::from(tempo.max(1)))
        && let Some(after) = better(&absolute.iter().map(|onset| found.beat(*onset)).collect::<Vec<f64>>())
    {
        warp(score, |at| found.beat(at));
        // Bars of another beat mean nothing.
        score.meters = Arc::default();
        if score.tempos.is_empty() {
            score.tempos = Arc::new(vec![Tempo { tick: 0, micros: Tempo::DEFAULT_MICROS }]);
        }
        for tempo in Arc::make_mut(&mut score.tempos) {
            tempo.micros = (f64::from(tempo.micros) / found.rate()).round().clamp(1.0, 16_777_215.0) as u32;
        }
        return Ok(Some(Repair::Beat { off: [before, after], rate: found.rate() }));
    }
    if scatter < SCATTERED {
        return Ok(None);
    }
    Err(format!(
        "played without a beat: {:.0} % of the onsets stand further than 1/48 quarter from every 32nd and triplet (a \
         third would at random), and no other beat fits them",
        100.0 * before
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::likeness::mixed;
    use score::{Header, Meter, Note, Track, text};

    /// A line of `notes` notes whose n-th begins where `at` says, in quarters.
    fn line(channel: u8, notes: u32, at: impl Fn(u32) -> f64) -> Score {
        let header =
            Header { name: String::new(), lane: 0, channel, program: 0, hue: 0, mix: Default::default(), output: None };
        let note = |n: u32| Note::new(n, (at(n) * 960.0).round() as u32, 200, 50 + (mixed(n.into()) % 20) as u8, 64);
        let tracks = vec![Arc::new(Track::new(0, header, (0..notes).map(note).collect()))];
        Score { tracks, meters: Arc::new(vec![Meter::new(0, 4, 4)]), ..Score::empty() }
    }

    /// As nobody plays: anywhere.
    fn anywhere(n: u32) -> f64 {
        f64::from(n) * 0.37 + (mixed(u64::from(n) + 99) % 1000) as f64 / 2500.0
    }

    #[test]
    fn written_music_stays_with_whatever_tuplets() {
        let quintuplets = "C4:1/5 D4:1/5 E4:1/5 F4:1/5 G4:1/5 ".repeat(40);
        for music in ["C4:1/4 D4:1/4 E4:1/6 F4:1/6 G4:1/6 ".repeat(40), quintuplets, "C4:1 D4:1".into()] {
            let mut score = text::score(&music).unwrap();
            let before = score.clone();
            assert_eq!(find(&mut score), Ok(None));
            assert_eq!(score, before);
        }
    }

    #[test]
    fn notes_that_are_all_late_are_moved() {
        let mut score = line(0, 200, |n| f64::from(n) / 4.0 + 0.05);
        let Ok(Some(Repair::Shifted { quarters })) = find(&mut score) else { panic!("not moved") };
        assert!((quarters + 0.05).abs() < 1e-3, "{quarters}");
        assert_eq!(score.tracks[0].notes[1].start, 240);
    }

    #[test]
    fn another_tempo_becomes_the_tempo_of_the_piece() {
        let sixteenth = |n: u32| [0.0, 0.5, 0.75, 1.0, 1.5][n as usize % 5] + f64::from(n / 5 * 2);
        let mut score = line(0, 400, |n| sixteenth(n) / 0.9317);
        let Ok(Some(Repair::Beat { off, rate })) = find(&mut score) else { panic!("no beat") };
        assert!(off[0] > 0.2 && off[1] < 0.02 && (rate - 0.9317).abs() < 1e-3, "{off:?} {rate}");
        assert!(score.meters.is_empty() && score.tempos[0].micros.abs_diff(536_654) < 500, "{:?}", score.tempos);
        assert!(score.tracks[0].notes.iter().all(|note| (note.start + 8) % 240 < 16));
    }

    #[test]
    fn without_a_beat_it_is_rejected_and_says_how_far_off_it_is() {
        let reason = find(&mut line(0, 400, anywhere)).unwrap_err();
        assert!(reason.contains("without a beat: 3") && reason.contains("1/48"), "{reason}");
    }

    #[test]
    fn drums_and_people_with_a_beat_stay() {
        assert_eq!(find(&mut line(9, 400, anywhere)), Ok(None), "drums");
        let human = |n: u32| f64::from(n) / 4.0 + (mixed(n.into()) % 1000) as f64 / 8000.0;
        assert_eq!(find(&mut line(0, 400, human)), Ok(None));
    }
}
