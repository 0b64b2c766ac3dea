//! The moves of a part: what near copies are found by.

use crate::grid;
use crate::passage::Passage;
use analysis::Move;

impl Passage {
    /// From each note of a part to the next, by onset and pitch; each move with the bar of the note that it leads to.
    pub fn moves(&self, part: usize) -> Vec<(usize, Move)> {
        let mut start = 0;
        let mut notes: Vec<(usize, u32, u8)> = Vec::new();
        for (bar, measure) in self.measures.iter().enumerate() {
            let tones = self.cell(bar, part).tones().iter();
            notes.extend(tones.map(|tone| (bar, start + u32::from(tone.position), tone.pitch)));
            start += grid::round(measure.length * grid::STEPS, u64::from(measure.tpq) * score::FINE) as u32;
        }
        let step = |pair: &[(usize, u32, u8)]| {
            (pair[1].0, (pair[1].1.saturating_sub(pair[0].1), i16::from(pair[1].2) - i16::from(pair[0].2)))
        };
        notes.windows(2).map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    #[test]
    fn moves_lead_over_bar_lines_and_transposing_changes_none() {
        let passage = Passage::whole(&text::score("C4:2 G4:2 | [C4 E4]:4").unwrap());
        assert_eq!(passage.moves(0), [(0, (48, 7)), (1, (48, -7)), (1, (0, 4))]);
        assert_eq!(passage.transposed(5).unwrap().moves(0), passage.moves(0));
    }
}
