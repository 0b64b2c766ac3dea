//! # What it forbids
//! Steps of the top line that go another way (up, level, down) than the theme's.
//! # Why
//! A listener knows a theme by its shape before its intervals.
//! # Source
//! `docs/tokens.md` §6 (keep contour): onsets are matched by order; beyond the theme's onsets the last direction
//! repeats. Rising or falling lines leave room for the steps that follow, so that they do not run into the range's end.

use crate::PitchSet;
use crate::cell::{Cell, Tone};
use std::cmp::Ordering;

/// The directions of a theme's top line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contour {
    /// The theme's top at its first onset.
    first: Option<u8>,
    steps: Vec<Ordering>,
    /// The step that leads from the bar before into this one.
    lead: Option<Ordering>,
    /// The top that stands at the end of the bar before.
    from: Option<u8>,
}

impl Contour {
    /// The contour of this cell.
    pub fn of(theme: &Cell) -> Self {
        let tops: Vec<u8> = theme.onsets().filter_map(|onset| onset.last()).map(|tone: &Tone| tone.pitch).collect();
        let steps = tops.windows(2).map(|pair| pair[1].cmp(&pair[0])).collect();
        Contour { first: tops.first().copied(), steps, lead: None, from: None }
    }

    /// The same, with the step into its first onset: in the theme from the top `old`, in the answer from the top `new`
    /// at the end of the bar before.
    pub fn after(self, old: u8, new: u8) -> Self {
        let lead = self.first.map(|first| first.cmp(&old));
        Contour { lead, from: Some(new), ..self }
    }

    /// The same, when the bar before has come to end with another top.
    pub(crate) fn from(self, new: u8) -> Self {
        Contour { from: self.from.map(|_| new), ..self }
    }

    /// Whether onset number `index` has an onset of the theme beside it.
    pub fn covers(&self, index: usize) -> bool {
        index <= self.steps.len()
    }

    /// Where the top note of onset number `index` may lie, the onset before having `top`: lowest and highest, both
    /// included, chosen among the `allowed` pitches.
    pub fn span(&self, index: usize, top: Option<u8>, allowed: PitchSet) -> (u8, u8) {
        let step = match index.checked_sub(1) {
            None => self.lead.zip(self.from),
            Some(at) => self.steps.get(at).or(self.steps.last()).copied().zip(top),
        };
        let (low, high) = match step {
            None => (0, 127),
            Some((Ordering::Greater, top)) => (top.saturating_add(1), 127),
            Some((Ordering::Equal, top)) => (top, top),
            Some((Ordering::Less, 0)) => (1, 0),
            Some((Ordering::Less, top)) => (0, top - 1),
        };
        let tightest = (low.max(self.floor(index, allowed)), high.min(self.ceiling(index, allowed)));
        let usable = |span: &(u8, u8)| !allowed.and(PitchSet::between(span.0, span.1)).is_empty();
        Some(tightest).filter(usable).unwrap_or((low, high))
    }

    /// The lowest allowed pitch with enough allowed ones below it for the falling steps that follow.
    fn floor(&self, index: usize, allowed: PitchSet) -> u8 {
        allowed.iter().nth(self.coming(index, Ordering::Less)).unwrap_or(0)
    }

    /// The highest allowed pitch with enough allowed ones above it for the rising steps that follow.
    fn ceiling(&self, index: usize, allowed: PitchSet) -> u8 {
        allowed.nth_highest(self.coming(index, Ordering::Greater)).unwrap_or(127)
    }

    /// How many steps in one direction follow onset number `index` before the first in the other.
    fn coming(&self, index: usize, way: Ordering) -> usize {
        let rest = self.steps.iter().skip(index);
        rest.take_while(|&&step| step != way.reverse()).filter(|&&step| step == way).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contour(pitches: &[u8]) -> Contour {
        let tone = |(at, &pitch): (usize, &u8)| Tone { position: at as u8, pitch, duration: 3, velocity: 4 };
        Contour::of(&Cell::new(false, pitches.iter().enumerate().map(tone).collect()))
    }

    #[test]
    fn each_onset_goes_the_way_of_the_theme() {
        let theme = contour(&[60, 64, 64, 62]);
        let span = |index, top| theme.span(index, top, PitchSet::ALL);
        assert_eq!(span(0, None), (0, 126), "a rise follows");
        assert_eq!(span(1, Some(70)), (71, 127));
        assert_eq!(span(2, Some(70)), (70, 70));
        assert_eq!(span(3, Some(70)), (0, 69));
        assert_eq!(span(9, Some(70)), (0, 69), "the last way repeats");
        assert_eq!((theme.covers(3), theme.covers(4)), (true, false));
    }

    #[test]
    fn the_step_over_the_bar_line_counts_too() {
        let theme = contour(&[62, 64]).after(65, 70);
        assert_eq!(theme.span(0, None, PitchSet::ALL), (0, 69), "65 to 62 is down");
        assert_eq!(theme.from(50).span(0, None, PitchSet::ALL), (0, 49));
        assert_eq!(contour(&[62, 64]).from(50).span(0, None, PitchSet::ALL), (0, 126), "no bar before in the theme");
    }

    #[test]
    fn room_is_left_for_the_steps_that_follow() {
        let allowed = PitchSet::between(60, 64);
        assert_eq!(contour(&[60, 61, 62, 63]).span(0, None, allowed), (60, 61));
        assert_eq!(contour(&[63, 62, 61]).span(0, None, allowed), (62, 64));
        assert_eq!(contour(&[1, 2, 3, 4, 5, 6, 7, 8]).span(0, None, allowed), (60, 127), "too long a rise");
    }

    #[test]
    fn the_top_of_a_chord_counts_and_a_single_onset_says_nothing() {
        assert_eq!(contour(&[60]).span(3, Some(60), PitchSet::ALL), (0, 127));
        let tone = |position, pitch| Tone { position, pitch, duration: 3, velocity: 4 };
        let chords = Contour::of(&Cell::new(false, vec![tone(0, 50), tone(0, 70), tone(9, 60)]));
        assert_eq!(chords.span(1, Some(70), PitchSet::ALL), (0, 69));
    }
}
