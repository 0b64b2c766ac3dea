//! The grid: 24 steps to the quarter, duration, velocity, metre and tempo classes (§1).

use score::{FINE, Fine, Score, Tick};

/// Steps in a quarter note.
pub const STEPS: u64 = 24;

/// Steps that a bar can have at most: longer bars are cut.
pub const LONGEST_BAR: u16 = 192;

/// Duration classes, in steps.
pub const DURATIONS: [u16; 48] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 20, 21, 22, 23, 24, 27, 28, 30, 32, 33, 36, 40, 42, 44, 45,
    48, 54, 60, 66, 72, 78, 84, 90, 96, 108, 120, 132, 144, 168, 192, 240, 288,
];

/// Metres that have a BAR token of their own, as (beats, beat value).
pub const METERS: [(u8, u8); 31] = [
    (4, 4),
    (3, 4),
    (2, 4),
    (6, 8),
    (2, 2),
    (3, 8),
    (2, 1),
    (3, 2),
    (9, 8),
    (12, 8),
    (6, 4),
    (5, 4),
    (4, 2),
    (3, 1),
    (4, 8),
    (5, 8),
    (7, 8),
    (7, 4),
    (2, 8),
    (8, 4),
    (1, 2),
    (9, 4),
    (6, 16),
    (12, 16),
    (9, 16),
    (1, 4),
    (8, 8),
    (10, 8),
    (11, 8),
    (5, 2),
    (6, 2),
];

/// Where the tempo classes 1..=15 begin, in quarters per minute.
pub const TEMPO_EDGES: [u64; 15] = [45, 52, 60, 66, 72, 80, 88, 96, 104, 112, 120, 132, 144, 160, 180];

/// `numerator / denominator` to the nearest whole number, halves up.
pub fn round(numerator: u64, denominator: u64) -> u64 {
    (2 * numerator + denominator) / (2 * denominator)
}

/// The duration class of a length in ticks. `spare` is one tick of the source file: many files end notes one early.
pub fn duration(ticks: Tick, spare: u64, tpq: u16) -> u8 {
    let steps = round((u64::from(ticks) + spare) * STEPS, u64::from(tpq)).clamp(1, 288) as u16;
    let above = DURATIONS.partition_point(|&class| class < steps);
    match above.checked_sub(1).map(|below| (below, steps - DURATIONS[below])) {
        Some((below, distance)) if distance <= DURATIONS[above] - steps => below as u8,
        _ => above as u8,
    }
}

/// One tick of the file that `score` came from, in the score's own ticks.
pub fn spare(score: &Score) -> u64 {
    u64::from(score.tpq / score.source.ppq.max(1)).max(1)
}

/// The step at which a note with this onset stands in a bar that starts at `start`.
pub fn position(onset: Tick, start: Fine, tpq: u16) -> u8 {
    let since = (u64::from(onset) * FINE).saturating_sub(start);
    round(since * STEPS, u64::from(tpq) * FINE).min(u64::from(LONGEST_BAR) - 1) as u8
}

/// A number of steps in ticks.
pub fn ticks(steps: u16, tpq: u16) -> Tick {
    round(u64::from(steps) * u64::from(tpq), STEPS) as Tick
}

/// The velocity class of a MIDI velocity.
pub fn velocity(velocity: u8) -> u8 {
    velocity.min(127) >> 4
}

/// The MIDI velocity that a new note of a class gets.
pub fn loudness(class: u8) -> u8 {
    16 * class.min(7) + 8
}

/// The metre class, 31 for a metre without one.
pub fn meter(numerator: u8, denominator: u8) -> u8 {
    METERS.iter().position(|&meter| meter == (numerator, denominator)).unwrap_or(METERS.len()) as u8
}

/// The tempo class of microseconds per quarter: how many edges are at most that tempo, in whole quarters per minute
/// (files can only state a tempo to the microsecond, so 104 is often 103.9998).
pub fn tempo(micros: u32) -> u8 {
    let tempo = round(60_000_000, u64::from(micros.max(1)));
    TEMPO_EDGES.partition_point(|&edge| edge <= tempo) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!([round(1, 2), round(3, 2), round(5, 4), round(0, 7)], [1, 2, 1, 0]);
    }

    #[test]
    fn durations_go_to_the_nearest_class_and_ties_to_the_shorter() {
        let class = |steps: u32| DURATIONS[usize::from(duration(steps * 20 - 1, 1, 480))];
        assert_eq!([1, 13, 17, 19, 25, 26, 34, 287, 400].map(class), [1, 12, 16, 18, 24, 27, 33, 288, 288]);
        assert_eq!(DURATIONS[usize::from(duration(0, 1, 480))], 1);
    }

    #[test]
    fn a_note_that_ends_one_source_tick_early_keeps_its_value() {
        // Half a step of 24 at 48 ticks to the quarter is one tick.
        assert_eq!(DURATIONS[usize::from(duration(47, 1, 48))], 24);
        assert_eq!(DURATIONS[usize::from(duration(94, 2, 96))], 24);
    }

    #[test]
    fn positions_count_steps_from_the_bar_and_early_notes_stand_on_it() {
        assert_eq!(position(1930, 1920 * FINE, 480), 1);
        assert_eq!(position(1929, 1920 * FINE, 480), 0);
        assert_eq!(position(1911, 1920 * FINE, 480), 0);
        assert_eq!(position(u32::MAX, 0, 480), 191);
    }

    #[test]
    fn tempo_classes_begin_at_their_edges() {
        let class = |bpm: f64| tempo((60e6 / bpm).round() as u32);
        assert_eq!([40.0, 45.0, 92.0, 103.9998, 120.0, 179.4, 180.0, 400.0].map(class), [0, 1, 7, 9, 11, 14, 15, 15]);
    }

    #[test]
    fn metres_have_their_class() {
        assert_eq!([(4, 4), (3, 4), (6, 2), (13, 8)].map(|(n, d)| meter(n, d)), [0, 1, 30, 31]);
    }
}
