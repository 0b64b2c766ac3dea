//! What a critic learns from: bars that composers wrote, and the lines that their pieces offer for them.

use super::around::Around;
use super::line::{Source, lines};
use super::signs::{Spot, signs};
use crate::tones::tones;
use analysis::note_f1;
use std::collections::BTreeSet;
use tokens::Passage;

/// A bar of a part, and the lines that are offered for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lesson {
    /// How the lines look to a critic, and how like the composer's bar each is: F1 of notes, 0..=1.
    pub judged: model::Lesson,
    /// Which lines are whole bars of the same part.
    pub same: Vec<bool>,
    /// Which line is the most like by its surroundings alone.
    pub likest: Option<usize>,
}

/// The lessons of a passage whose cells at these (bar, part) are taken for open: one for each that sounds and is
/// offered a line.
pub fn lessons(passage: &Passage, open: &BTreeSet<(usize, usize)>) -> Vec<Lesson> {
    let mut around = Around::new(passage, open);
    let mut lessons = Vec::new();
    for &(bar, part) in open {
        let truth = tones(passage.cell(bar, part).tones());
        let lines = if truth.is_empty() { Vec::new() } else { lines(&mut around, bar, part) };
        if lines.is_empty() {
            continue;
        }
        let spot = Spot::new(&mut around, bar, part);
        let mut lesson = Lesson::default();
        for line in &lines {
            lesson.judged.signs.extend(signs(&mut around, &spot, line));
            lesson.judged.worth.push(note_f1(&truth, &line.tones) as f32);
            lesson.same.push(matches!(line.source, Source::Bar { steps: 0, .. }));
        }
        // Lines come by their surroundings.
        lesson.likest = lesson.same.iter().position(|&same| same);
        lessons.push(lesson);
    }
    lessons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::echo::SIGNS;
    use score::text;

    #[test]
    fn each_line_has_its_signs_and_its_worth() {
        let tune = "C4:1 D4:1 E4:1 F4:1 | D4:1 E4:1 F4:1 G4:1 | E4:1 F4:1 G4:1 A4:1 | C4:4";
        let bass = "[C3 E3 G3]:4 | [D3 F3]:4 | [C3 E3]:4 | C3:4";
        let passage = Passage::whole(&text::score(&format!("{tune}\n{bass}")).unwrap());
        let open = BTreeSet::from([(1, 0), (3, 1)]);
        let lessons = lessons(&passage, &open);
        assert_eq!(lessons.len(), 2);
        for lesson in &lessons {
            let lines = lesson.judged.worth.len();
            assert_eq!((lesson.judged.signs.len(), lesson.same.len()), (lines * SIGNS, lines));
            assert!(lesson.judged.signs.iter().all(|sign| sign.is_finite()));
        }
        // The second bar is the first one a step higher.
        assert!(lessons[0].judged.worth.iter().zip(&lessons[0].same).any(|(&worth, &same)| worth == 1.0 && !same));
        assert_eq!(lessons[0].same.iter().filter(|&&same| same).count(), 3);
    }

    #[test]
    fn what_nothing_is_offered_for_teaches_nothing() {
        let passage = Passage::whole(&text::score("C4:4 | D4:4").unwrap());
        assert!(lessons(&passage, &BTreeSet::from([(0, 0), (1, 0)])).is_empty());
    }
}
