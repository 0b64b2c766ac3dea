//! The demo piece: a waltz of 32 bars, written for this program.

use crate::Error;
use score::{Header, Key, Marker, Meter, Mix, Note, Score, Tempo, Tick, Track};
use std::sync::Arc;

/// One bar: the left hand's bass and chord, the violin's long note, and the melody as (key, eighths).
type Bar = (u8, [u8; 3], u8, &'static [(u8, u32)]);

/// Four phrases of eight bars: theme, answer, a middle part on the dominant, theme.
const BARS: [Bar; 32] = [
    (48, [55, 60, 64], 72, &[(67, 2), (72, 2), (76, 2)]),
    (48, [55, 60, 64], 72, &[(79, 4), (76, 2)]),
    (45, [57, 60, 64], 72, &[(76, 2), (72, 2), (69, 2)]),
    (50, [57, 60, 65], 74, &[(74, 4), (77, 2)]),
    (43, [55, 59, 65], 74, &[(71, 2), (74, 2), (77, 2)]),
    (52, [55, 60, 64], 72, &[(76, 4), (72, 2)]),
    (41, [57, 60, 65], 72, &[(69, 2), (72, 2), (77, 2)]),
    (43, [55, 59, 65], 71, &[(76, 2), (74, 2), (71, 2)]),
    (48, [55, 60, 64], 72, &[(72, 1), (74, 1), (76, 2), (79, 2)]),
    (45, [57, 60, 64], 72, &[(81, 4), (76, 2)]),
    (50, [57, 60, 65], 69, &[(77, 2), (74, 2), (69, 2)]),
    (43, [55, 59, 65], 71, &[(67, 2), (71, 2), (74, 2)]),
    (40, [55, 59, 64], 71, &[(79, 3), (77, 1), (76, 2)]),
    (45, [57, 60, 64], 72, &[(72, 2), (76, 2), (81, 2)]),
    (43, [55, 59, 65], 71, &[(79, 1), (77, 1), (74, 2), (71, 2)]),
    (48, [55, 60, 64], 67, &[(72, 6)]),
    (43, [55, 59, 62], 74, &[(74, 2), (79, 2), (83, 2)]),
    (43, [55, 59, 62], 71, &[(81, 2), (79, 2), (74, 2)]),
    (48, [55, 60, 64], 72, &[(76, 2), (79, 2), (84, 2)]),
    (48, [55, 60, 64], 76, &[(83, 2), (79, 2), (76, 2)]),
    (45, [57, 61, 67], 73, &[(73, 2), (76, 2), (81, 2)]),
    (50, [57, 62, 65], 74, &[(77, 4), (74, 2)]),
    (38, [57, 60, 66], 72, &[(78, 2), (81, 2), (84, 2)]),
    (43, [55, 59, 65], 71, &[(83, 1), (81, 1), (79, 1), (77, 1), (76, 1), (74, 1)]),
    (48, [55, 60, 64], 72, &[(67, 2), (72, 2), (76, 2)]),
    (48, [55, 60, 64], 72, &[(79, 4), (76, 2)]),
    (45, [57, 60, 64], 72, &[(76, 2), (72, 2), (69, 2)]),
    (50, [57, 60, 65], 74, &[(74, 4), (77, 2)]),
    (41, [57, 60, 65], 72, &[(81, 2), (77, 2), (72, 2)]),
    (52, [55, 60, 64], 72, &[(76, 2), (79, 2), (84, 2)]),
    (43, [55, 59, 65], 71, &[(83, 2), (74, 2), (79, 1), (77, 1)]),
    (48, [55, 60, 64], 72, &[(76, 2), (72, 4)]),
];

/// Ticks of an eighth note.
const EIGHTH: Tick = Score::TPQ as Tick / 2;

/// Ticks of a bar of three quarters.
const BAR: Tick = 6 * EIGHTH;

/// The piece as a document.
pub(crate) fn waltz() -> Result<Score, Error> {
    let mut score = Score::empty();
    score.title = "Waltz in C".into();
    score.tempos = Arc::new(vec![Tempo { tick: 0, micros: 60_000_000 / 168 }]);
    score.meters = Arc::new(vec![Meter::new(0, 3, 4)]);
    score.keys = Arc::new(vec![Key { tick: 0, fifths: 0, minor: false }]);
    let names = ["Theme", "Answer", "Middle", "Theme again"].into_iter().zip(0..);
    score.markers = Arc::new(names.map(|(name, part)| Marker { tick: part * 8 * BAR, text: name.into() }).collect());
    let parts: [(&str, u8, Vec<Sound>); 4] = [
        ("Piano · right", 0, melody()),
        ("Piano · left", 0, accompaniment()),
        ("Violin", 40, line(|bar| (bar.2, 6), 62)),
        ("Cello", 42, line(|bar| (bar.0 - if bar.0 > 47 { 12 } else { 0 }, 5), 66)),
    ];
    let mut next = 0;
    for (index, (name, program, sounds)) in parts.into_iter().enumerate() {
        let lane = index as u32 + 1;
        let mix = Mix::default();
        let header =
            Header { name: name.into(), lane, channel: index as u8, program, hue: index as u8, mix, output: None };
        let notes = sounds
            .iter()
            .zip(next..)
            .map(|(&(start, length, key, velocity), id)| Note::new(id, start, length, key, velocity));
        let track = Track::new(index as u32, header, notes.collect());
        next += sounds.len() as u32;
        score.lanes.push(Arc::default());
        score.tracks.push(Arc::new(track));
    }
    Ok(score)
}

/// Onset, length, key, velocity.
type Sound = (Tick, Tick, u8, u8);

fn bars() -> impl Iterator<Item = (Tick, &'static Bar)> {
    BARS.iter().zip(0..).map(|(bar, index)| (index * BAR, bar))
}

fn melody() -> Vec<Sound> {
    let mut sounds = Vec::new();
    for (start, bar) in bars() {
        let mut at = start;
        for &(key, eighths) in bar.3 {
            let swell = (at / BAR % 8) as u8 * 2;
            let velocity = if at == start { 84 } else { 76 } + swell;
            sounds.push((at, eighths * EIGHTH, key, velocity));
            at += eighths * EIGHTH;
        }
    }
    sounds
}

fn accompaniment() -> Vec<Sound> {
    let mut sounds = Vec::new();
    for (start, bar) in bars() {
        sounds.push((start, 2 * EIGHTH, bar.0, 70));
        for beat in [1, 2] {
            sounds.extend(bar.1.map(|key| (start + beat * 2 * EIGHTH, 2 * EIGHTH - EIGHTH / 4, key, 52)));
        }
    }
    sounds
}

fn line(note: impl Fn(&Bar) -> (u8, u32), velocity: u8) -> Vec<Sound> {
    bars().map(|(start, bar)| (start, note(bar).1 * EIGHTH, note(bar).0, velocity)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_of_the_melody_is_full() {
        for bar in &BARS {
            assert_eq!(bar.3.iter().map(|note| note.1).sum::<u32>(), 6);
        }
        assert_eq!(waltz().unwrap().bar_count(), 32);
    }

    #[test]
    fn the_file_that_ships_is_this_piece() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/demo/waltz.mid");
        let written = formats::midi::write(&waltz().unwrap());
        // After a change of the piece: cargo run --release -p engine --example demo -- datasets/demo/waltz.mid
        assert!(std::fs::read(file).unwrap() == written);
    }
}
