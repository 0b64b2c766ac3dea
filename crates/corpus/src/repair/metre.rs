//! The metre of a piece whose file states none, or 4/4 because nobody set another.
//!
//! Music repeats itself at whole bars, so the autocorrelation of what begins when is high at multiples of the bar
//! (Brown 1993, "Determination of the meter of musical scores by autocorrelation", J. Acoust. Soc. Am. 94(4)). The
//! strength of a bar is the mean correlation at its first six multiples that are not multiples of 4/4 as well (for
//! 4/4 itself: of 3/4).
//!
//! On the pieces of the corpus that have one metre and at least 96 quarters, with their metre hidden, this finds a
//! bar of three quarters in 361 of 1,504 that are in 3/4, 6/8 or 3/8, once 3/4 for 6/8, and in none of 3,793 that are
//! counted in twos or fours.

use super::Repair;
use super::phase::{first_beat, move_upbeat};
use super::pulse::{PLACES, Weights};
use score::{Meter, Score};
use std::sync::Arc;

/// Bars that are told apart, in half quarters; 2/4 counts as 4/4, because nothing in the notes divides them.
const BARS: [usize; 4] = [COMMON, THREE, 10, 14];

/// Of 4/4.
const COMMON: usize = 8;

/// Of 3/4 and 6/8.
const THREE: usize = 6;

/// Of 3/2, 6/4 and 12/8, and of 9/8: pieces in these are not called 3/4.
const OTHERS: [(usize, f64); 2] = [(12, 0.05), (9, -0.03)];

/// Multiples of a bar at which the correlation is taken.
const MULTIPLES: usize = 6;

/// How much more a piece has to repeat in its bars than in any other.
const MARGIN: f64 = 0.06;

/// The same as a share of what the other bar's strength lacks to 1, for pieces that repeat everything: and then by at
/// least [`ANY`].
const RELATIVE: f64 = 0.35;

/// Less than this is chance.
const ANY: f64 = 0.01;

/// How much it has to repeat in its bars.
const LEAST: f64 = 0.2;

/// Least quarters in each half of a piece, which both have to say the same.
const QUARTERS: usize = 48;

/// Least places to the quarter at which something begins: chant in whole notes has every metre.
const BUSY: f64 = 0.5;

/// How much more a piece has to repeat at dotted quarters than at quarters to be in 6/8.
const DOTTED: f64 = 0.1;

/// States the metre of a piece that has none, corrects one that says nothing but 4/4 where the notes are plain, and
/// counts the bars of a piece in one metre from its first whole bar.
pub(super) fn find(score: &mut Score) -> Vec<Repair> {
    let weights = Weights::of(score);
    let (stated, common) = match score.meters.as_slice() {
        [] => (None, true),
        [Meter { tick: 0, numerator: 4, denominator: 4, .. }] => (Some((4, 4)), true),
        [Meter { tick: 0, numerator, denominator, .. }] => (Some((*numerator, *denominator)), false),
        _ => return Vec::new(),
    };
    let estimate = if common { estimate(&weights) } else { None };
    let mut repairs = Vec::new();
    match (stated, estimate) {
        (None, None) => repairs.push(Repair::NoMetre),
        (None, Some(meter)) => repairs.push(Repair::Metre { meter, stated: false }),
        (Some(stated), Some(meter)) if meter != stated => repairs.push(Repair::Metre { meter, stated: true }),
        _ => {}
    }
    let known = estimate.or(stated);
    let meter = known.unwrap_or((4, 4));
    if Some(meter) != stated {
        score.meters = Arc::new(vec![Meter::new(0, meter.0, meter.1)]);
    }
    if known.is_some()
        && let Some(upbeat) = first_beat(score, &weights, meter).filter(|upbeat| *upbeat > 0)
    {
        move_upbeat(score, upbeat, meter);
        repairs.push(Repair::Upbeat { quarters: upbeat as f64 / 2.0 });
    }
    repairs
}

/// The metre that the notes speak for, if both halves of the piece say it.
fn estimate(weights: &Weights) -> Option<(u8, u8)> {
    let halves = weights.halves();
    let busy = weights.count() as f64 >= BUSY * weights.quarters() as f64;
    if halves[0].quarters() < QUARTERS || !busy {
        return None;
    }
    let bar = bar(weights, MARGIN)?;
    if halves.iter().any(|half| self::bar(half, MARGIN / 2.0) != Some(bar)) {
        return None;
    }
    let dotted = weights.correlation(3 * PLACES / 2) - weights.correlation(PLACES);
    match bar {
        THREE if dotted >= DOTTED => Some((6, 8)),
        THREE if dotted > 0.0 => None,
        other => Some((other as u8 / 2, 4)),
    }
}

/// The bar in half quarters that a piece repeats itself in, if no other comes near.
fn bar(weights: &Weights, margin: f64) -> Option<usize> {
    let strengths = BARS.map(|bar| (strength(weights, bar), bar));
    let best = strengths.into_iter().max_by(|one, two| one.0.total_cmp(&two.0))?;
    let others = strengths.iter().filter(|other| other.1 != best.1);
    let second = others.map(|other| other.0).fold(f64::MIN, f64::max);
    let more = best.0 - second;
    let plain = best.0 >= LEAST && (more >= margin || more >= ANY && more >= RELATIVE * (1.0 - second));
    let other = || best.1 == THREE && OTHERS.iter().any(|(bar, more)| strength(weights, *bar) - best.0 > *more);
    (plain && !other()).then_some(best.1)
}

/// The mean correlation at the first multiples of a bar that are no multiples of 4/4, for 4/4 none of 3/4.
fn strength(weights: &Weights, bar: usize) -> f64 {
    let other = if bar == COMMON { THREE } else { COMMON };
    let multiples = (1..).map(|times| times * bar).filter(|distance| distance % other != 0);
    let all = multiples.take(MULTIPLES).map(|distance| weights.correlation(distance * PLACES / 2));
    all.sum::<f64>() / MULTIPLES as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Score, text};

    /// A waltz of `bars` bars: bass, two chords, and a melody that never repeats.
    fn waltz(bars: usize) -> Score {
        let melody: String = (0..bars).map(|bar| format!("{}5:3 ", ["C", "E", "G", "A", "D"][bar * bar % 5])).collect();
        let band = "[C2 C3]:1 E4:1/2 R:1/2 E4:1/2 R:1/2 [F2 F3]:1 A4:1/2 R:1/2 A4:1/2 R:1/2 ".repeat(bars / 2);
        text::score(&format!("{melody}\n{band}")).unwrap()
    }

    fn meters(score: &Score) -> Vec<(u32, u8, u8)> {
        score.meters.iter().map(|meter| (meter.tick, meter.numerator, meter.denominator)).collect()
    }

    #[test]
    fn a_waltz_is_in_three_whether_its_file_says_nothing_or_four() {
        let mut score = waltz(64);
        assert_eq!(find(&mut score), [Repair::Metre { meter: (3, 4), stated: false }]);
        assert_eq!(meters(&score), [(0, 3, 4)]);
        score.meters = Arc::new(vec![Meter::new(0, 4, 4)]);
        assert_eq!(find(&mut score), [Repair::Metre { meter: (3, 4), stated: true }]);
        assert_eq!(meters(&score), [(0, 3, 4)]);
    }

    #[test]
    fn a_jig_is_in_six_eighths() {
        let bar = "[C3 G3 C4 E4 G4]:1 D4:1/2 G4:1 E4:1/2 [G2 D3 D4 G4 B4]:1 D4:1/2 B4:1 D4:1/2 ";
        let mut score = text::score(&bar.repeat(40)).unwrap();
        assert!(find(&mut score).contains(&Repair::Metre { meter: (6, 8), stated: false }));
    }

    #[test]
    fn what_is_stated_and_not_plainly_wrong_stays() {
        let march = "C3:1 G4:1/2 G4:1/2 E4:1 G4:1 ".repeat(40);
        let mut score = text::score(&march).unwrap();
        score.meters = Arc::new(vec![Meter::new(0, 4, 4)]);
        assert_eq!((find(&mut score), meters(&score)), (vec![], vec![(0, 4, 4)]));
        let mut waltz = waltz(64);
        waltz.meters = Arc::new(vec![Meter::new(0, 2, 4)]);
        assert_eq!((find(&mut waltz), meters(&waltz)), (vec![], vec![(0, 2, 4)]));
        waltz.meters = Arc::new(vec![Meter::new(0, 4, 4), Meter::new(3840, 4, 4)]);
        assert_eq!(find(&mut waltz), []);
    }

    #[test]
    fn short_slow_and_empty_pieces_are_left_in_four() {
        for music in ["C3:2 G4:1 ".repeat(8), "C3:4 G4:4 A4:4 ".repeat(40), String::new()] {
            let mut score = text::score(&music).unwrap_or(Score::empty());
            assert_eq!(find(&mut score), [Repair::NoMetre]);
            assert_eq!(meters(&score), [(0, 4, 4)]);
        }
    }

    #[test]
    fn printed_music_in_two_or_four_is_never_put_in_three() {
        let Some(corpus) = std::env::var_os("DIABELLI_CORPUS") else {
            eprintln!("skipped: DIABELLI_CORPUS is not set");
            return;
        };
        let (mut found, mut wrong) = (0, Vec::new());
        for collection in ["openscore_lieder", "openscore_orchestra", "openewld", "polish_heritage", "freedoom"] {
            let folder = std::path::Path::new(&corpus).join("valid").join(collection);
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let Ok(opened) = formats::midi::read(&std::fs::read(&path).unwrap()) else { continue };
                let [Meter { tick: 0, numerator, denominator, .. }] = opened.score.meters[..] else { continue };
                match estimate(&Weights::of(&opened.score)) {
                    Some((3, 4) | (6, 8)) if numerator % 3 == 0 => found += 1,
                    Some((4, 4)) | None => {}
                    Some(other) if other == (numerator, denominator) => {}
                    other => wrong.push(format!("{}: {other:?} for {numerator}/{denominator}", path.display())),
                }
            }
        }
        assert!(found >= 15 && wrong.is_empty(), "{found} found, {wrong:?}");
    }
}
