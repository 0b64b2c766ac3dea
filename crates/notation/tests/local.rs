//! A measure depends on what the documentation says and on nothing else: some bars by themselves are the bars of the
//! whole, and an edit changes only the measures around it.
#![allow(missing_docs, clippy::unwrap_used)]

use notation::{Measure, Part, Plan, REACH, part};
use score::{Key, Note, Score, Track, text};
use std::ops::Range;
use std::sync::Arc;

/// Forty bars for two hands, no two alike; every part of a beat, some notes that ring over bar lines.
fn piece() -> Score {
    let mut state = 7_u32;
    let mut below = |count: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % count
    };
    let mut notes = Vec::new();
    for beat in 0..160 {
        let step = [960, 480, 320, 240][below(4) as usize];
        for at in (0..960).step_by(step as usize) {
            for centre in [44, 70] {
                let length = step * (1 + below(3) * u32::from(below(4) == 0));
                let pitch = (centre + below(17)) as u8;
                notes.push(Note::new(notes.len() as u32, beat * 960 + at, length, pitch, (60 + below(30)) as u8));
            }
        }
    }
    with_notes(notes)
}

fn with_notes(notes: Vec<Note>) -> Score {
    let mut score = text::score("C4").unwrap();
    // A key that is stated; one that is heard may change with any note.
    score.keys = Arc::new(vec![Key { tick: 0, fifths: -2, minor: false }]);
    score.tracks[0] = Arc::new(Track::new(0, score.tracks[0].header.clone(), notes));
    score
}

fn written(score: &Score, bars: Range<usize>) -> Part {
    part(score, &Plan::of(score), score.tracks[0].id, bars).unwrap()
}

/// Without the clef, which the first measure of a part shows in any case.
fn bare(measure: &Measure) -> Measure {
    Measure { clef: None, ..measure.clone() }
}

#[test]
fn some_bars_are_the_bars_of_the_whole() {
    let score = piece();
    let whole = written(&score, 0..40);
    assert_eq!(whole.staves.len(), 2);
    for bars in [0..1, 5..9, 17..18, 39..40] {
        let some = written(&score, bars.clone());
        for (some, whole) in some.staves.iter().zip(&whole.staves) {
            let cut: Vec<Measure> = whole.measures[bars.clone()].iter().map(bare).collect();
            assert_eq!(some.measures.iter().map(bare).collect::<Vec<_>>(), cut, "{bars:?}");
        }
    }
}

#[test]
fn an_edit_changes_only_what_is_near() {
    let score = piece();
    let before = written(&score, 0..40);
    for bar in [4, 20, 33] {
        let mut notes: Vec<Note> = score.tracks[0].notes.to_vec();
        for note in notes.iter_mut().filter(|note| note.start / 3840 == bar) {
            note.pitch -= 1;
            note.length = 240;
        }
        let edited = with_notes(notes);
        assert_eq!(Plan::of(&edited), Plan::of(&score), "the plan is about all of the piece");
        let after = written(&edited, 0..40);
        let mut changed = Vec::new();
        for (before, after) in before.staves.iter().zip(&after.staves) {
            changed.extend((0..40).filter(|&at| before.measures[at] != after.measures[at]));
        }
        assert!(changed.contains(&(bar as usize)));
        assert!(changed.iter().all(|at| at.abs_diff(bar as usize) <= REACH), "{bar}: {changed:?}");
    }
}

#[test]
fn there_is_no_part_without_a_track_or_bars() {
    let score = piece();
    let plan = Plan::of(&score);
    assert!(part(&score, &plan, score::TrackId(9), 0..1).is_err());
    assert!(part(&score, &plan, score.tracks[0].id, 3..3).is_err());
}
