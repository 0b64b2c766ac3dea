//! ABC against other readings of it: tunes of the corpus, written as ABC by a simple writer of this file, and tunes that
//! `abc2midi` plays, too, where it is there (or where DIABELLI_ABC2MIDI names it).

use crate::material::Dice;
use formats::{Kind, abc, midi};
use score::Score;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Key, onset and length in 24ths of a quarter.
type Sung = (u8, u64, u64);

/// The notes of a piece, each to the nearest 24th of a quarter.
fn sung(score: &Score) -> Vec<Sung> {
    let place = |tick: u32| (u64::from(tick) * 48 / u64::from(score.tpq)).div_ceil(2);
    let notes = score.tracks.iter().flat_map(|track| track.notes.iter());
    let mut sung: Vec<Sung> = notes
        .map(|note| (note.pitch, place(note.start), place(note.end()) - place(note.start)))
        .filter(|note| note.2 > 0)
        .collect();
    sung.sort_by_key(|note| (note.1, note.0));
    sung
}

/// A tune in one voice as ABC: every letter bears an accidental where the key, or its last one in the bar, says another.
struct Scribe {
    fifths: i8,
    altered: [Option<i8>; 7],
    text: String,
}

/// Letters as the key signature has them, in semitones above C.
const SCALE: [i16; 7] = [0, 2, 4, 5, 7, 9, 11];

impl Scribe {
    /// What the key does to a letter.
    fn signed(&self, letter: usize) -> i8 {
        // Sharps come F C G D A E B, flats the other way.
        let sharp = [1, 3, 5, 0, 2, 4, 6][letter];
        i8::from(self.fifths > sharp) - i8::from(-self.fifths > 6 - sharp)
    }

    fn note(&mut self, key: u8, length: u64, tied: bool) {
        let above = |letter: usize, alter: i8| (i16::from(key) - SCALE[letter] - i16::from(alter)).rem_euclid(12);
        let plain =
            (0..7).map(|letter| (letter, self.signed(letter))).find(|&(letter, alter)| above(letter, alter) == 0);
        let other = || (0..7).flat_map(|letter| [0, 1].map(|alter| (letter, alter)));
        let (letter, alter) = plain.or_else(|| other().find(|&(letter, alter)| above(letter, alter) == 0)).unwrap();
        if self.altered[letter].unwrap_or_else(|| self.signed(letter)) != alter {
            self.text.push_str(["_", "=", "^"][(alter + 1) as usize]);
            self.altered[letter] = Some(alter);
        }
        let octave = (i16::from(key) - SCALE[letter] - i16::from(alter)) / 12 - 1;
        let name = b"CDEFGAB"[letter] as char;
        match octave {
            ..5 => self.text.extend([name].into_iter().chain((octave..4).map(|_| ','))),
            5.. => self.text.extend([name.to_ascii_lowercase()].into_iter().chain((5..octave).map(|_| '\''))),
        }
        self.length(length);
        self.text.push_str(if tied { "- " } else { " " });
    }

    fn rest(&mut self, length: u64) {
        self.text.push('z');
        self.length(length);
        self.text.push(' ');
    }

    /// As a fraction of a quarter.
    fn length(&mut self, length: u64) {
        let common = (1..=24).rev().find(|by| length.is_multiple_of(*by) && 24_u64.is_multiple_of(*by)).unwrap();
        write!(self.text, "{}/{}", length / common, 24 / common).unwrap();
    }
}

/// Writes a tune; nothing if it has more than one voice, changes its key or metre, or has bars of another length.
fn written(score: &Score, notes: &[Sung]) -> Option<String> {
    let (meter, key) = (*score.meters.first()?, score.keys.first().copied());
    let alone = notes.windows(2).all(|pair| pair[0].1 + pair[0].2 <= pair[1].1);
    if score.meters.len() > 1 || score.keys.len() > 1 || !alone || notes.is_empty() {
        return None;
    }
    let bar = 96 * u64::from(meter.numerator) / u64::from(meter.denominator);
    let fifths = key.map_or(0, |key| key.fifths);
    let name =
        ["Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#"][(fifths + 7) as usize];
    let mut scribe = Scribe { fifths, altered: [None; 7], text: String::new() };
    write!(scribe.text, "X:1\nM:{}/{}\nL:1/4\nK:{name}\n", meter.numerator, meter.denominator).unwrap();
    let mut at = 0;
    // Up to a place, in pieces that end with their bars.
    let mut until = |scribe: &mut Scribe, end: u64, key: Option<u8>| {
        while at < end {
            let stop = end.min((at / bar + 1) * bar);
            match key {
                Some(key) => scribe.note(key, stop - at, stop < end),
                None => scribe.rest(stop - at),
            }
            at = stop;
            if at % bar == 0 {
                scribe.text.push_str(if at / bar % 4 == 0 { "|\n" } else { "| " });
                scribe.altered = [None; 7];
            }
        }
    };
    for &(key, start, length) in notes {
        until(&mut scribe, start, None);
        until(&mut scribe, start + length, Some(key));
    }
    Some(scribe.text)
}

#[test]
fn tunes_of_the_corpus_survive_being_written_as_abc() {
    let Some(corpus) = std::env::var_os("DIABELLI_CORPUS").map(PathBuf::from) else {
        println!("skipped: DIABELLI_CORPUS is not set");
        return;
    };
    let (mut tunes, mut count) = (0, 0);
    for split in ["train", "valid"] {
        for entry in std::fs::read_dir(corpus.join(split).join("cre_irish")).unwrap() {
            let path = entry.unwrap().path();
            let score = midi::read(&std::fs::read(&path).unwrap()).unwrap().score;
            let notes = sung(&score);
            let Some(text) = written(&score, &notes) else { continue };
            let opened =
                abc::read(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}\n{text}", path.display()));
            assert_eq!(sung(&opened.score), notes, "{}\n{text}", path.display());
            assert_eq!(opened.remarks, [], "{}\n{text}", path.display());
            let same = |score: &Score| score.keys.first().map_or(0, |key| key.fifths);
            assert_eq!(same(&opened.score), same(&score));
            (tunes, count) = (tunes + 1, count + notes.len());
        }
    }
    println!("{tunes} tunes of {count} notes were written and read again");
    assert!(tunes > 500, "{tunes} tunes");
}

/// Eight bars of anything that a tune may have.
fn tune(dice: &mut Dice) -> String {
    let meter = *dice.of(&[("4/4", 8), ("3/4", 6), ("6/8", 6), ("2/4", 4), ("9/8", 9)]);
    let key = *dice.of(&["C", "G", "D", "A", "F", "Bb", "Eb", "Am", "Edor", "Dmix", "F#m", "Gmin", "Aphr", "Clyd"]);
    let mut text = format!("X:1\nT:Any\nM:{}\nL:1/8\nQ:1/4=120\nK:{key}\n%%MIDI gchordoff\n|:", meter.0);
    for bar in 0..8 {
        let mut left: usize = meter.1;
        while left > 0 {
            left -= group(dice, &mut text, left);
        }
        text.push_str(match bar {
            3 => " :|\n|:",
            6 => " |1 ",
            7 => " :|2 ",
            _ => " | ",
        });
    }
    (0..meter.1).for_each(|_| note(dice, &mut text));
    text + " |]\n"
}

fn note(dice: &mut Dice, text: &mut String) {
    if dice.one_in(5) {
        text.push_str(dice.of::<&str>(&["^", "_", "="]));
    }
    text.push_str(
        dice.of::<&str>(&["C", "D", "E", "F", "G", "A", "B", "c", "d", "e", "f", "g", "a", "b", "A,", "G,", "c'"]),
    );
}

/// Some notes that fill so many eighths, which is answered.
fn group(dice: &mut Dice, text: &mut String, left: usize) -> usize {
    match dice.below(9) {
        0 if left >= 2 => {
            note(dice, text);
            text.push('2');
            2
        }
        1 if left >= 2 => {
            text.push_str("(3");
            (0..3).for_each(|_| note(dice, text));
            2
        }
        2 if left >= 2 => {
            note(dice, text);
            text.push_str(dice.of::<&str>(&[">", "<", ">>"]));
            note(dice, text);
            2
        }
        3 if left >= 3 => {
            note(dice, text);
            text.push_str("3/2");
            note(dice, text);
            text.push_str("/ z");
            3
        }
        4 => {
            text.push_str("\"Am\"[CEg]");
            1
        }
        5 if left >= 2 => {
            text.push_str("d/e/ f");
            2
        }
        6 if left >= 4 => {
            text.push_str("B2-B2 ");
            4
        }
        _ => {
            note(dice, text);
            1
        }
    }
}

/// The program, where it is.
fn peer() -> Option<PathBuf> {
    let named = std::env::var_os("DIABELLI_ABC2MIDI").map(PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    named.or_else(|| std::env::split_paths(&paths).map(|path| path.join("abc2midi")).find(|path| path.is_file()))
}

#[test]
fn tunes_sound_as_another_program_plays_them() {
    let Some(peer) = peer() else {
        println!("skipped: there is no abc2midi");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("tune.abc"), folder.path().join("tune.mid"));
    let mut dice = Dice::new(7);
    let mut count = 0;
    for number in 0..300 {
        let text = tune(&mut dice);
        std::fs::write(&source, &text).unwrap();
        let mut command = Command::new(&peer);
        command.arg(&source).arg("-o").arg(&target).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap();
        let theirs = midi::read(&std::fs::read(&target).unwrap()).unwrap().score;
        let opened = abc::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let unexpected = opened.remarks.iter().find(|remark| {
            !matches!(remark.kind, Kind::Unfolded | Kind::Chord | Kind::Mode | Kind::Tie | Kind::Unison)
        });
        assert!(unexpected.is_none(), "{unexpected:?}\n{text}");
        let ours = sung(&opened.score);
        count += ours.len();
        // It lets notes end a little early, and the notes of a chord follow each other a little.
        let (mut ours, mut theirs) = (ours, sung(&theirs));
        ours.sort_unstable();
        theirs.sort_unstable();
        let near = |(ours, theirs): (&Sung, &Sung)| ours.0 == theirs.0 && ours.1.abs_diff(theirs.1) <= 1;
        let same = ours.len() == theirs.len() && ours.iter().zip(&theirs).all(near);
        assert!(same, "tune {number}\n{text}\nours   {ours:?}\ntheirs {theirs:?}");
    }
    println!("300 tunes, {count} notes as played by both");
}
