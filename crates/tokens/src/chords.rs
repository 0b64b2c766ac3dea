//! The chords of a passage, half bar by half bar, from what sounds in its cells (§5).

use crate::Measure;
use crate::grid::{self, STEPS};
use crate::passage::Passage;
use crate::window::Chord;
use analysis::{Weights, chord_of};

/// What is heard in half a bar: how many steps each pitch class sounds, and the lowest pitch.
type Heard = (Weights, Option<u8>);

impl From<Option<analysis::Chord>> for Chord {
    fn from(chord: Option<analysis::Chord>) -> Self {
        match chord {
            Some(chord) => Chord::Sounding { root: chord.root, quality: chord.quality.index() },
            None => Chord::Silent,
        }
    }
}

impl Passage {
    /// The chord of each half of each bar, by all parts but drums. `counts` says which cells (bar, part) are heard: a
    /// request must not be told the harmony of what it is to replace. A note counts as long as it sounds, also in the
    /// bars after its own.
    pub fn chords(&self, counts: impl Fn(usize, usize) -> bool) -> Vec<[Chord; 2]> {
        let starts: Vec<u32> = self.measures.iter().map(|measure| steps_from(&self.measures[0], measure)).collect();
        let bounds: Vec<u32> = starts
            .iter()
            .zip(&self.measures)
            .flat_map(|(&start, measure)| [start, start + u32::from(measure.steps()).div_ceil(2)])
            .chain(starts.last().zip(self.measures.last()).map(|(start, last)| start + u32::from(last.steps())))
            .collect();
        let mut heard: Vec<Heard> = vec![Default::default(); 2 * self.bars()];
        for (bar, &start) in starts.iter().enumerate() {
            for part in (0..self.parts.len()).filter(|&part| !self.parts[part].is_drums() && counts(bar, part)) {
                for tone in self.cell(bar, part).tones() {
                    ring(
                        &mut heard,
                        &bounds,
                        2 * bar,
                        start + u32::from(tone.position),
                        start + u32::from(tone.end()),
                        tone.pitch,
                    );
                }
            }
        }
        let chord = |(weights, bass): &Heard| Chord::from(chord_of(weights, *bass));
        heard.chunks_exact(2).map(|bar| [chord(&bar[0]), chord(&bar[1])]).collect()
    }
}

/// Counts a note in every half bar that it sounds in, from the `first` that it can be in.
fn ring(heard: &mut [Heard], bounds: &[u32], first: usize, from: u32, to: u32, pitch: u8) {
    for (half, (weights, bass)) in heard.iter_mut().enumerate().skip(first) {
        if bounds[half] >= to {
            break;
        }
        let inside = to.min(bounds[half + 1]).saturating_sub(from.max(bounds[half]));
        if inside > 0 {
            weights[usize::from(pitch % 12)] += f64::from(inside);
            *bass = Some(bass.map_or(pitch, |low| low.min(pitch)));
        }
    }
}

/// Steps from the start of one bar to that of another.
fn steps_from(first: &Measure, later: &Measure) -> u32 {
    grid::round((later.start - first.start) * STEPS, u64::from(first.tpq) * score::FINE) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    fn chords(music: &str) -> Vec<[Chord; 2]> {
        Passage::whole(&text::score(music).unwrap()).chords(|_, _| true)
    }

    fn major(root: u8) -> Chord {
        Chord::Sounding { root, quality: 0 }
    }

    #[test]
    fn each_half_bar_has_its_chord_and_a_note_rings_on_into_the_next() {
        assert_eq!(
            chords("[C4 E4 G4]:2 [G3 B3 D4]:2 | R:4 | C4:4"),
            [[major(0), major(7)], [Chord::Silent, Chord::Silent], [Chord::Silent, Chord::Silent]]
        );
        assert_eq!(chords("[F3 A3 C4]:8 | R:1 C5:1"), [[major(5), major(5)], [major(5), major(5)], [Chord::Silent; 2]]);
    }

    #[test]
    fn what_does_not_count_is_not_heard() {
        let passage = Passage::whole(&text::score("[C4 E4 G4]:4 | [F4 A4 C5]:4").unwrap());
        assert_eq!(passage.chords(|bar, _| bar != 1), [[major(0); 2], [Chord::Silent; 2]]);
    }
}
