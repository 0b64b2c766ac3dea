//! Instrument groups and drum classes (§2).

use std::ops::RangeInclusive;

/// The group of percussion.
pub const DRUMS: u8 = 39;

/// How many drum classes there are.
pub const DRUM_CLASSES: u8 = 37;

/// The first program of each group of General MIDI programs (0-based); 56 and 59 share group 23.
const FIRST_PROGRAM: [u8; 39] = [
    0, 4, 6, 8, 16, 21, 24, 25, 26, 29, 32, 33, 38, 40, 41, 42, 43, 44, 46, 47, 48, 52, 55, 56, 57, 58, 60, 61, 64, 68,
    70, 71, 72, 80, 88, 96, 104, 112, 120,
];

/// The class of muted trumpet, the one program that does not stand beside its group.
const MUTED_TRUMPET: (u8, u8) = (59, 23);

/// The instrument group of a General MIDI program, 0..=38; drums are [`DRUMS`].
pub fn group(program: u8, drums: bool) -> u8 {
    match program.min(127) {
        _ if drums => DRUMS,
        program if program == MUTED_TRUMPET.0 => MUTED_TRUMPET.1,
        program => FIRST_PROGRAM.partition_point(|&first| first <= program) as u8 - 1,
    }
}

/// The first program of a group: what a new part of that group plays. Drums have program 0.
pub fn program(group: u8) -> u8 {
    FIRST_PROGRAM.get(usize::from(group)).copied().unwrap_or(0)
}

/// General MIDI percussion keys as (key range, class); keys that are not here have class 36.
const DRUM_KEYS: [(RangeInclusive<u8>, u8); 43] = [
    (22..=22, 10),
    (26..=26, 12),
    (27..=34, 35),
    (35..=36, 0),
    (37..=37, 1),
    (38..=38, 2),
    (39..=39, 3),
    (40..=40, 2),
    (41..=41, 4),
    (42..=42, 10),
    (43..=43, 5),
    (44..=44, 11),
    (45..=45, 6),
    (46..=46, 12),
    (47..=47, 7),
    (48..=48, 8),
    (49..=49, 13),
    (50..=50, 9),
    (51..=51, 17),
    (52..=52, 15),
    (53..=53, 19),
    (54..=54, 20),
    (55..=55, 16),
    (56..=56, 21),
    (57..=57, 14),
    (58..=58, 9),
    (59..=59, 18),
    (60..=60, 22),
    (61..=61, 23),
    (62..=62, 24),
    (63..=63, 25),
    (64..=64, 26),
    (65..=66, 27),
    (67..=68, 28),
    (69..=70, 29),
    (71..=72, 35),
    (73..=74, 30),
    (75..=75, 31),
    (76..=77, 32),
    (78..=79, 33),
    (80..=81, 34),
    (82..=82, 29),
    (83..=83, 34),
];

/// The key that a new drum note of each class gets.
const DRUM_KEY: [u8; DRUM_CLASSES as usize] = [
    36, 37, 38, 39, 41, 43, 45, 47, 48, 50, 42, 44, 46, 49, 57, 52, 55, 51, 59, 53, 54, 56, 60, 61, 62, 63, 64, 65, 67,
    70, 73, 75, 76, 78, 80, 31, 39,
];

/// The drum class of a percussion key.
pub fn drum(key: u8) -> u8 {
    match DRUM_KEYS.iter().find(|(keys, _)| keys.contains(&key)) {
        Some((_, class)) => *class,
        None if (84..=87).contains(&key) => 35,
        None => 36,
    }
}

/// The percussion key of a new note of a drum class.
pub fn drum_key(class: u8) -> u8 {
    DRUM_KEY[usize::from(class.min(DRUM_CLASSES - 1))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_those_of_the_table() {
        let table = [
            (0, 0),
            (3, 0),
            (4, 1),
            (7, 2),
            (8, 3),
            (15, 3),
            (20, 4),
            (23, 5),
            (24, 6),
            (25, 7),
            (28, 8),
            (31, 9),
            (32, 10),
            (37, 11),
            (39, 12),
            (40, 13),
            (43, 16),
            (45, 17),
            (46, 18),
            (47, 19),
            (51, 20),
            (54, 21),
            (55, 22),
            (56, 23),
            (57, 24),
            (58, 25),
            (59, 23),
            (60, 26),
            (63, 27),
            (67, 28),
            (69, 29),
            (70, 30),
            (71, 31),
            (79, 32),
            (87, 33),
            (95, 34),
            (103, 35),
            (111, 36),
            (119, 37),
            (127, 38),
        ];
        for (program, expected) in table {
            assert_eq!(group(program, false), expected, "program {program}");
        }
        assert_eq!(group(0, true), DRUMS);
    }

    #[test]
    fn drum_classes_are_those_of_the_table() {
        let table = [
            (35, 0),
            (40, 2),
            (58, 9),
            (22, 10),
            (26, 12),
            (66, 27),
            (82, 29),
            (83, 34),
            (27, 35),
            (34, 35),
            (71, 35),
            (87, 35),
            (21, 36),
            (23, 36),
            (88, 36),
        ];
        for (key, expected) in table {
            assert_eq!(drum(key), expected, "key {key}");
        }
    }

    #[test]
    fn a_new_drum_note_is_heard_as_its_class() {
        for class in 0..36 {
            assert_eq!(drum(drum_key(class)), class);
        }
        assert_eq!([0, 10, 12, 29, 35, 36].map(drum_key), [36, 42, 46, 70, 31, 39]);
    }

    #[test]
    fn a_new_part_of_a_group_plays_a_program_of_it() {
        for one in 0..39 {
            assert_eq!(group(program(one), false), one);
        }
    }
}
