//! Whether a piece is worth learning from: what is nearly empty, absurdly dense or all one pitch teaches nothing.

use std::collections::BTreeSet;
use tokens::Passage;

/// Bars from which on a piece can count as nearly empty.
const LONG: usize = 16;

/// Of how many bars one has to have notes.
const EMPTY: usize = 8;

/// Notes of a bar that no window of the model holds: it has 1,024 ids, and a note takes two to three.
const DENSE: usize = 512;

/// Judges a piece.
///
/// # Errors
/// The reason, in plain words, why it is not used.
pub(crate) fn judge(passage: &Passage) -> Result<(), String> {
    let notes = passage.note_count();
    let bars: Vec<usize> = (0..passage.bars())
        .map(|bar| (0..passage.parts.len()).map(|part| passage.cell(bar, part).tones().len()).sum())
        .collect();
    let filled = bars.iter().filter(|notes| **notes > 0).count();
    if bars.len() >= LONG && filled * EMPTY < bars.len() {
        return Err(format!("nearly empty: only {filled} of {} bars have notes", bars.len()));
    }
    let dense: usize = bars.iter().filter(|notes| **notes > DENSE).sum();
    if 2 * dense > notes {
        let most = bars.iter().max().copied().unwrap_or(0);
        return Err(format!("too dense: up to {most} notes in a bar; no more than {DENSE} can be learnt from"));
    }
    match one_pitch(passage) {
        true => Err(format!("all {notes} notes have one pitch")),
        false => Ok(()),
    }
}

/// Whether nothing but one pitch sounds. A roll on one drum is music.
fn one_pitch(passage: &Passage) -> bool {
    let mut found = BTreeSet::new();
    for (part, played) in passage.parts.iter().enumerate() {
        let tones = (0..passage.bars()).flat_map(|bar| passage.cell(bar, part).tones());
        found.extend(tones.map(|tone| (played.is_drums(), tone.pitch)));
    }
    matches!(found.iter().collect::<Vec<_>>()[..], [(false, _)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    fn judged(music: &str) -> Result<(), String> {
        judge(&Passage::whole(&text::score(music).unwrap()))
    }

    #[test]
    fn music_is_used_and_what_is_none_is_named() {
        assert_eq!(judged("C4:1 D4:1 E4:1 F4:1"), Ok(()));
        assert!(judged("C4:1 C4:1 C4:1").unwrap_err().contains("one pitch"));
        assert!(judged("C4:1 D4:1 R:90 E4:1 F4:1").unwrap_err().contains("2 of 24 bars"));
        assert_eq!(judged("C4:1 D4:1 R:40 E4:1 F4:1"), Ok(()), "a shorter rest is no emptiness");
    }

    #[test]
    fn a_wall_of_notes_is_too_dense() {
        let names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
        let chord: Vec<String> = (0..108).map(|key| format!("{}{}", names[key % 12], key / 12)).collect();
        let wall = format!("[{}]:1/4 ", chord.join(" "));
        assert!(judged(&wall.repeat(32)).unwrap_err().contains("too dense"));
    }
}
