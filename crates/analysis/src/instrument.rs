//! The instruments of General MIDI: names and ranges.

use std::ops::RangeInclusive;

/// Name (General MIDI System Level 1, sound set), lowest and highest sounding key of each program.
///
/// The names are the standard's; the ranges are our own table. For orchestral instruments it follows the sounding
/// ranges of good players in orchestration handbooks (S. Adler, *The Study of Orchestration*), for fretted ones the
/// lowest open string to the highest fret, for keyboards the usual compass. Where an instrument has no range of its own
/// (synthesisers, effects, unpitched percussion) every key may be written.
const PROGRAMS: [(&str, u8, u8); 128] = [
    ("Acoustic Grand Piano", 21, 108),
    ("Bright Acoustic Piano", 21, 108),
    ("Electric Grand Piano", 21, 108),
    ("Honky-tonk Piano", 21, 108),
    ("Electric Piano 1", 28, 103),
    ("Electric Piano 2", 28, 103),
    ("Harpsichord", 29, 89),
    ("Clavinet", 36, 96),
    ("Celesta", 60, 108),
    ("Glockenspiel", 79, 108),
    ("Music Box", 60, 108),
    ("Vibraphone", 53, 89),
    ("Marimba", 45, 96),
    ("Xylophone", 65, 108),
    ("Tubular Bells", 60, 77),
    ("Dulcimer", 50, 96),
    ("Drawbar Organ", 36, 96),
    ("Percussive Organ", 36, 96),
    ("Rock Organ", 36, 96),
    ("Church Organ", 24, 108),
    ("Reed Organ", 29, 89),
    ("Accordion", 41, 93),
    ("Harmonica", 48, 96),
    ("Tango Accordion", 41, 93),
    ("Acoustic Guitar (nylon)", 40, 83),
    ("Acoustic Guitar (steel)", 40, 84),
    ("Electric Guitar (jazz)", 40, 86),
    ("Electric Guitar (clean)", 40, 88),
    ("Electric Guitar (muted)", 40, 88),
    ("Overdriven Guitar", 40, 88),
    ("Distortion Guitar", 40, 88),
    ("Guitar Harmonics", 40, 88),
    ("Acoustic Bass", 28, 67),
    ("Electric Bass (finger)", 28, 67),
    ("Electric Bass (pick)", 28, 67),
    ("Fretless Bass", 28, 67),
    ("Slap Bass 1", 28, 67),
    ("Slap Bass 2", 28, 67),
    ("Synth Bass 1", 24, 72),
    ("Synth Bass 2", 24, 72),
    ("Violin", 55, 103),
    ("Viola", 48, 91),
    ("Cello", 36, 84),
    ("Contrabass", 28, 67),
    ("Tremolo Strings", 28, 103),
    ("Pizzicato Strings", 28, 103),
    ("Orchestral Harp", 23, 104),
    ("Timpani", 36, 60),
    ("String Ensemble 1", 28, 103),
    ("String Ensemble 2", 28, 103),
    ("Synth Strings 1", 24, 108),
    ("Synth Strings 2", 24, 108),
    ("Choir Aahs", 40, 84),
    ("Voice Oohs", 40, 84),
    ("Synth Voice", 36, 96),
    ("Orchestra Hit", 0, 127),
    ("Trumpet", 52, 86),
    ("Trombone", 34, 77),
    ("Tuba", 26, 65),
    ("Muted Trumpet", 52, 86),
    ("French Horn", 35, 77),
    ("Brass Section", 28, 86),
    ("Synth Brass 1", 24, 96),
    ("Synth Brass 2", 24, 96),
    ("Soprano Sax", 56, 88),
    ("Alto Sax", 49, 81),
    ("Tenor Sax", 44, 76),
    ("Baritone Sax", 36, 69),
    ("Oboe", 58, 93),
    ("English Horn", 52, 81),
    ("Bassoon", 34, 76),
    ("Clarinet", 50, 94),
    ("Piccolo", 74, 108),
    ("Flute", 59, 98),
    ("Recorder", 60, 98),
    ("Pan Flute", 55, 98),
    ("Blown Bottle", 60, 96),
    ("Shakuhachi", 55, 90),
    ("Whistle", 74, 105),
    ("Ocarina", 57, 90),
    ("Lead 1 (square)", 0, 127),
    ("Lead 2 (sawtooth)", 0, 127),
    ("Lead 3 (calliope)", 0, 127),
    ("Lead 4 (chiff)", 0, 127),
    ("Lead 5 (charang)", 0, 127),
    ("Lead 6 (voice)", 0, 127),
    ("Lead 7 (fifths)", 0, 127),
    ("Lead 8 (bass + lead)", 0, 127),
    ("Pad 1 (new age)", 0, 127),
    ("Pad 2 (warm)", 0, 127),
    ("Pad 3 (polysynth)", 0, 127),
    ("Pad 4 (choir)", 0, 127),
    ("Pad 5 (bowed)", 0, 127),
    ("Pad 6 (metallic)", 0, 127),
    ("Pad 7 (halo)", 0, 127),
    ("Pad 8 (sweep)", 0, 127),
    ("FX 1 (rain)", 0, 127),
    ("FX 2 (soundtrack)", 0, 127),
    ("FX 3 (crystal)", 0, 127),
    ("FX 4 (atmosphere)", 0, 127),
    ("FX 5 (brightness)", 0, 127),
    ("FX 6 (goblins)", 0, 127),
    ("FX 7 (echoes)", 0, 127),
    ("FX 8 (sci-fi)", 0, 127),
    ("Sitar", 48, 79),
    ("Banjo", 48, 86),
    ("Shamisen", 45, 86),
    ("Koto", 43, 88),
    ("Kalimba", 53, 88),
    ("Bagpipe", 46, 81),
    ("Fiddle", 55, 100),
    ("Shanai", 57, 86),
    ("Tinkle Bell", 0, 127),
    ("Agogo", 0, 127),
    ("Steel Drums", 45, 96),
    ("Woodblock", 0, 127),
    ("Taiko Drum", 0, 127),
    ("Melodic Tom", 0, 127),
    ("Synth Drum", 0, 127),
    ("Reverse Cymbal", 0, 127),
    ("Guitar Fret Noise", 0, 127),
    ("Breath Noise", 0, 127),
    ("Seashore", 0, 127),
    ("Bird Tweet", 0, 127),
    ("Telephone Ring", 0, 127),
    ("Helicopter", 0, 127),
    ("Applause", 0, 127),
    ("Gunshot", 0, 127),
];

/// The families of eight programs each (General MIDI System Level 1, sound set).
const FAMILIES: [&str; 16] = [
    "Piano",
    "Chromatic percussion",
    "Organ",
    "Guitar",
    "Bass",
    "Strings",
    "Ensemble",
    "Brass",
    "Reed",
    "Pipe",
    "Synth lead",
    "Synth pad",
    "Synth effects",
    "Ethnic",
    "Percussive",
    "Sound effects",
];

/// The drum kits (General MIDI System Level 2, percussion sound set), by the program that asks for them.
const KITS: [(u8, &str); 9] = [
    (0, "Standard Kit"),
    (8, "Room Kit"),
    (16, "Power Kit"),
    (24, "Electronic Kit"),
    (25, "Analog Kit"),
    (32, "Jazz Kit"),
    (40, "Brush Kit"),
    (48, "Orchestra Kit"),
    (56, "Effects Kit"),
];

/// What drums are called whose kit has no name.
pub const DRUMS: &str = "Drums";

/// The General MIDI family of a program; programs beyond 127 are read as 127.
pub fn family_name(program: u8) -> &'static str {
    FAMILIES[usize::from(program.min(127) / 8)]
}

/// The drum kit that a program asks for on the percussion channel, if it is one of the standard's.
pub fn kit_name(program: u8) -> Option<&'static str> {
    KITS.iter().find(|(one, _)| *one == program).map(|(_, name)| *name)
}

/// The General MIDI name of a program, 0..=127; programs beyond are read as 127.
pub fn instrument_name(program: u8) -> &'static str {
    PROGRAMS[usize::from(program.min(127))].0
}

/// The keys that the instrument of a program can play, sounding; programs beyond 127 are read as 127.
pub fn playable_range(program: u8) -> RangeInclusive<u8> {
    let (_, low, high) = PROGRAMS[usize::from(program.min(127))];
    low..=high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_have_their_names_and_ranges() {
        let named = [(0, "Acoustic Grand Piano"), (40, "Violin"), (73, "Flute"), (127, "Gunshot"), (200, "Gunshot")];
        for (program, name) in named {
            assert_eq!(instrument_name(program), name);
        }
        assert_eq!([0, 40, 127].map(family_name), ["Piano", "Strings", "Sound effects"]);
        assert_eq!([0, 40, 1].map(kit_name), [Some("Standard Kit"), Some("Brush Kit"), None]);
        assert_eq!(playable_range(0), 21..=108);
        assert_eq!(playable_range(40), 55..=103);
        assert_eq!(playable_range(90), 0..=127);
    }

    #[test]
    fn names_differ_and_ranges_are_wide_enough_to_write_for() {
        let mut names: Vec<&str> = PROGRAMS.iter().map(|program| program.0).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 128);
        for (name, low, high) in PROGRAMS {
            assert!(high <= 127 && high >= low + 12, "{name}");
        }
    }
}
