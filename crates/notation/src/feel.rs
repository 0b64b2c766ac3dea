//! How a piece is played, decided once for all of it: how far onsets scatter, whether ends are meant, whether eighths
//! swing.

use crate::frame::Frames;
use crate::grid::Scatter;
use crate::value::{QUARTER, Time};
use score::Score;

/// Scatter of a file that was written by a program: rounding, and chords that are rolled.
const EXACT: f64 = QUARTER as f64 / 100.0;

/// The most that a player who can be followed at all scatters.
const LOOSE: f64 = QUARTER as f64 / 18.0;

/// Where in a beat a swung eighth begins (A. Friberg and A. Sundström, "Swing Ratios and Ensemble Timing in Jazz
/// Performance", Music Perception 19(3), 2002: ratios of 1.2 to 2.6 at the tempi of most pieces). A dotted eighth's
/// sixteenth at 0.75 is none.
const SWUNG: std::ops::Range<f64> = 0.56..0.72;

/// How often an eighth must be swung in a piece before it is a style.
const OFTEN: usize = 8;

/// What all beats of a piece share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Feel {
    /// How far times lie from what is meant.
    pub scatter: Scatter,
    /// Where the second of two swung eighths begins, as a part of the beat; none where eighths are even.
    pub swing: Option<f64>,
}

impl Feel {
    pub fn of(score: &Score) -> Feel {
        let frames = Frames::of(score);
        let notes = || score.tracks.iter().flat_map(|track| track.notes.iter());
        let onset = median(notes().map(|note| off_grid(frames.time(note.start))));
        let end = median(notes().map(|note| off_grid(frames.time(note.end()))));
        // The median of a normal distribution's distances is 0.67 of its deviation.
        let scatter = (onset as f64 * 1.5).clamp(EXACT, LOOSE);
        let ends = if (end as f64) < EXACT { 0.5 } else { 0.03 };
        Feel { scatter: Scatter { onset: scatter, ends }, swing: swing(score, &frames) }
    }

    /// Whether notes end where they are meant to, rather than where a player let them go.
    pub fn ends_are_meant(&self) -> bool {
        self.scatter.ends > 0.1
    }
}

/// How far a time lies from the nearest quarter of a quarter or third of one.
fn off_grid(time: Time) -> Time {
    let off = |step: Time| (time % step).min(step - time % step);
    off(QUARTER / 4).min(off(QUARTER / 3))
}

fn median(values: impl Iterator<Item = Time>) -> Time {
    let mut values: Vec<Time> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// Where swung eighths begin, if the beats of a piece are swung rather than even or threefold.
fn swing(score: &Score, frames: &Frames) -> Option<f64> {
    let (mut long, mut even, mut threefold) = (Vec::new(), 0, 0);
    for track in &score.tracks {
        let mut beat: (Option<Time>, Vec<f64>) = (None, Vec::new());
        // The bar of the note before, and whether its beats are threefold: most bars have many notes.
        let mut bar = (usize::MAX, false);
        let mut close = |inside: &[f64]| match inside {
            [at] if SWUNG.contains(at) => long.push(*at),
            [at] if (0.44..SWUNG.start).contains(at) => even += 1,
            [first, second] if (0.25..0.42).contains(first) && SWUNG.contains(second) => threefold += 1,
            [first] if (0.25..0.42).contains(first) => threefold += 1,
            _ => {}
        };
        for note in track.notes.iter() {
            let time = frames.time(note.start);
            let frame = frames.of_onset(note.start);
            if frame.index != bar.0 {
                bar = (frame.index, frame.span().beats().iter().any(|beat| beat.is_triple()));
            }
            let (number, part) = (time / QUARTER, (time % QUARTER) as f64 / QUARTER as f64);
            if beat.0 != Some(number) {
                close(&beat.1);
                beat = (Some(number), Vec::new());
            }
            if !bar.1 && (0.1..0.9).contains(&part) && beat.1.last().is_none_or(|last| part - last > 0.05) {
                beat.1.push(part);
            }
        }
        close(&beat.1);
    }
    long.sort_by(f64::total_cmp);
    let swung = long.len() >= OFTEN && long.len() >= 3 * even && long.len() >= 8 * threefold;
    swung.then(|| long[long.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    fn feel(music: &str) -> Feel {
        Feel::of(&text::score(&music.repeat(10)).unwrap())
    }

    #[test]
    fn swing_is_told_from_triplets_and_dots() {
        assert!(feel("C4:2/3 C4:1/3 C4:1 ").swing.is_some_and(|at| (at - 2.0 / 3.0).abs() < 0.01));
        assert_eq!(feel("C4:2/3 C4:1/3 C4:1/3 C4:1/3 C4:1/3 ").swing, None);
        assert_eq!(feel("C4:3/4 C4:1/4 C4:1 ").swing, None);
        assert_eq!(feel("C4:1/2 C4:1/2 C4:1 ").swing, None);
    }

    #[test]
    fn programs_are_exact() {
        assert_eq!(feel("C4:1 C4:1/2 C4:1/3 R:1/6 ").scatter, Scatter { onset: EXACT, ends: 0.5 });
        assert_eq!(Feel::of(&Score::empty()).swing, None);
    }
}
