//! Music as a line of text, for examples and tests.
//!
//! ```text
//! C4:1 E4:1/2 R:1.5 | [C4 E4 G4]:2@100 / R:4 F#3:1!
//! ```
//!
//! * A word is a note, a chord in brackets or a rest `R`, followed by `:` and its length in quarters, as a whole
//!   number, a fraction or a decimal; without one it lasts a quarter. Words follow each other in time.
//! * `@100` gives a velocity (80 where none is given), `!` locks, `~` mutes; inside brackets they mean that note,
//!   after the brackets the whole chord.
//! * `|` is decoration; `/` between blanks begins another voice at the start of the piece; a new line another track.
//! * Pitches are C-1 to G9, C4 = 60, with `#` and `b`.
//!
//! ```
//! use score::text;
//!
//! let score = text::score("[C4 E4]:1 G4:1/2 | R:2 Bb4:1!")?;
//! assert_eq!(text::print(&score), "[C4 E4]:1 G4:1/2 R:2 A#4:1!");
//! # Ok::<(), score::Error>(())
//! ```

use crate::{Error, Header, Lane, Mix, Note, NoteId, Score, Tick, Track};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The velocity of a note for which none is written.
const VELOCITY: u8 = 80;

/// Names of the keys of an octave.
const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/// The MIDI key that a name such as `C4` (= 60), `F#3` or `Bb-1` means; None for anything else.
pub fn pitch(name: &str) -> Option<u8> {
    let mut rest = name.chars();
    let step = match rest.next()?.to_ascii_uppercase() {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let after = rest.as_str();
    let octave = after.trim_start_matches(['#', 'b', '♯', '♭']);
    let signs = after[..after.len() - octave.len()].chars();
    let altered: i32 = signs.map(|sign| if matches!(sign, '#' | '♯') { 1 } else { -1 }).sum();
    let octave = octave.parse::<i8>().ok()?;
    u8::try_from(12 * (i32::from(octave) + 1) + step + altered).ok().filter(|&key| key <= 127)
}

/// The name of a MIDI key, with sharps: 61 is `C#4`.
pub fn pitch_name(key: u8) -> String {
    format!("{}{}", NAMES[usize::from(key % 12)], i32::from(key / 12) - 1)
}

/// A piece with a track for each line, at [`Score::TPQ`]; note ids count from 0 in the order of the document. Each
/// track has a lane of its own after lane 0 and the next melodic channel.
///
/// # Errors
/// [`Error::Text`] with the word that is not understood.
pub fn score(text: &str) -> Result<Score, Error> {
    let mut score = Score::empty();
    let mut id = 0;
    for (index, line) in (0..).zip(text.split('\n')) {
        let mut notes = notes(line)?;
        for note in &mut notes {
            note.id = NoteId(id);
            id += 1;
        }
        let channel = (index % 15) as u8;
        let channel = channel + u8::from(channel >= Header::DRUM_CHANNEL);
        let hue = (index % 12) as u8;
        let header = Header {
            name: String::new(),
            lane: index + 1,
            channel,
            program: 0,
            hue,
            mix: Mix::default(),
            output: None,
        };
        score.tracks.push(Arc::new(Track::new(index, header, notes)));
        score.lanes.push(Arc::new(Lane::default()));
    }
    Ok(score)
}

/// The notes of one line at [`Score::TPQ`], in order, with ids from 0.
///
/// # Errors
/// [`Error::Text`] with the word that is not understood.
pub fn notes(line: &str) -> Result<Vec<Note>, Error> {
    let mut notes = Vec::new();
    let mut at = 0;
    for word in words(line) {
        at = match word {
            "|" => at,
            "/" => 0,
            _ => sound(word, at, &mut notes).ok_or_else(|| Error::Text { word: word.to_owned() })?,
        };
    }
    notes.sort_by_key(Note::order);
    for (id, note) in (0..).zip(&mut notes) {
        note.id = NoteId(id);
    }
    Ok(notes)
}

/// What stands between blanks; a chord is one word.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    let parts = line.split(move |sign: char| {
        inside = (inside || sign == '[') && sign != ']';
        sign.is_whitespace() && !inside
    });
    parts.filter(|word| !word.is_empty())
}

/// Adds what a word means at tick `at`; answers the tick after it.
fn sound(word: &str, at: Tick, notes: &mut Vec<Note>) -> Option<Tick> {
    let (names, marks) = match word.strip_prefix('[') {
        Some(chord) => chord.split_once(']')?,
        None => split_marks(word),
    };
    let marks = Marks::read(marks)?;
    let end = at.checked_add(marks.length)?;
    for name in names.split_whitespace().filter(|&name| name != "R") {
        let (name, own) = split_marks(name);
        let own = Marks::read(own)?;
        let velocity = own.velocity.or(marks.velocity).unwrap_or(VELOCITY);
        let note = Note::new(0, at, marks.length, pitch(name)?, velocity);
        notes.push(Note { locked: marks.locked || own.locked, muted: marks.muted || own.muted, ..note });
    }
    Some(end)
}

fn split_marks(word: &str) -> (&str, &str) {
    word.split_at(word.find([':', '@', '!', '~']).unwrap_or(word.len()))
}

/// What may follow a name.
struct Marks {
    length: Tick,
    velocity: Option<u8>,
    locked: bool,
    muted: bool,
}

impl Marks {
    fn read(text: &str) -> Option<Marks> {
        let mut marks = Marks { length: Score::TPQ.into(), velocity: None, locked: false, muted: false };
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let (value, after) = rest[1..].split_at(rest[1..].find(['@', '!', '~']).unwrap_or(rest.len() - 1));
            match sign {
                ':' => marks.length = ticks(value)?,
                '@' => marks.velocity = Some(value.parse().ok().filter(|velocity| (1..=127).contains(velocity))?),
                '!' if value.is_empty() => marks.locked = true,
                '~' if value.is_empty() => marks.muted = true,
                _ => return None,
            }
            rest = after;
        }
        Some(marks)
    }
}

/// A number of quarters (`2`, `3/2`, `1.5`) in ticks, if that is a whole number of them.
fn ticks(quarters: &str) -> Option<Tick> {
    let (above, below) = match (quarters.split_once('/'), quarters.split_once('.')) {
        (Some((above, below)), _) => (above.parse::<u64>().ok()?, below.parse::<u64>().ok()?),
        (None, Some((whole, part))) => {
            let below = 10u64.checked_pow(u32::try_from(part.len()).ok()?)?;
            (format!("{whole}{part}").parse::<u64>().ok()?, below)
        }
        (None, None) => (quarters.parse::<u64>().ok()?, 1),
    };
    let ticks = above.checked_mul(Score::TPQ.into())?;
    (ticks.checked_rem(below)? == 0).then(|| Tick::try_from(ticks / below).ok())?
}

/// A piece in the same notation: what [`score`] reads as the same notes at the same quarters. Notes that sound
/// together are a chord if they last equally long, and otherwise stand in different voices.
pub fn print(score: &Score) -> String {
    let lines: Vec<String> = score.tracks.iter().map(|track| print_notes(&track.notes, score.tpq)).collect();
    lines.join("\n")
}

/// Notes, `tpq` ticks to the quarter, as one line.
pub fn print_notes(notes: &[Note], tpq: u16) -> String {
    let mut chords: BTreeMap<(Tick, Reverse<Tick>), Vec<&Note>> = BTreeMap::new();
    for note in notes {
        chords.entry((note.start, Reverse(note.length))).or_default().push(note);
    }
    let mut voices: Vec<(Tick, Vec<String>)> = Vec::new();
    for ((start, Reverse(length)), chord) in chords {
        let free = voices.iter().position(|(end, _)| *end <= start);
        let index = free.unwrap_or(voices.len());
        if free.is_none() {
            voices.push((0, Vec::new()));
        }
        let (end, words) = &mut voices[index];
        if *end < start {
            words.push(format!("R:{}", quarters(start - *end, tpq)));
        }
        words.push(word(&chord, &quarters(length, tpq)));
        *end = start.saturating_add(length);
    }
    let voices: Vec<String> = voices.iter().map(|(_, words)| words.join(" ")).collect();
    voices.join(" / ")
}

/// Notes of equal onset and length as one word.
fn word(chord: &[&Note], length: &str) -> String {
    if let [note] = chord {
        return format!("{}:{length}{}", pitch_name(note.pitch), printed_marks(note));
    }
    let names: Vec<String> =
        chord.iter().map(|note| format!("{}{}", pitch_name(note.pitch), printed_marks(note))).collect();
    format!("[{}]:{length}", names.join(" "))
}

fn printed_marks(note: &Note) -> String {
    let mut marks = String::new();
    if note.velocity != VELOCITY {
        marks = format!("@{}", note.velocity);
    }
    marks.extend(note.locked.then_some('!'));
    marks.extend(note.muted.then_some('~'));
    marks
}

/// Ticks as a fraction of quarters in lowest terms.
fn quarters(ticks: Tick, tpq: u16) -> String {
    let (mut common, mut rest) = (ticks, Tick::from(tpq.max(1)));
    while rest != 0 {
        (common, rest) = (rest, common % rest);
    }
    let (above, below) = (ticks / common, Tick::from(tpq.max(1)) / common);
    if below == 1 { above.to_string() } else { format!("{above}/{below}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) {
        assert_eq!(print(&score(text).unwrap()), text);
    }

    #[test]
    fn what_is_read_is_printed() {
        same("C4:1 E4:1 G4:2");
        same("[C4 E4 G4]:2 R:1 C4:1/3@100!~");
        same("C4:4 / R:1 E4:1 / R:3/2 G4:1\n\nD#2:1");
        assert_eq!(print(&score("c4 | [Eb4 G4@90]:.5! R:2 B3:1.25").unwrap()), "C4:1 [D#4! G4@90!]:1/2 R:2 B3:5/4");
    }

    #[test]
    fn ids_rise_through_the_piece() {
        let score = score("E4:1 / C4:1\nG4:1").unwrap();
        let ids: Vec<(u32, u8)> =
            score.tracks.iter().flat_map(|track| track.notes.iter()).map(|note| (note.id.0, note.pitch)).collect();
        assert_eq!(ids, [(0, 60), (1, 64), (2, 67)]);
    }

    #[test]
    fn nonsense_is_named() {
        for wrong in ["H4:1", "C4:x", "C4:1/0", "C4:1/7", "[C4 E4", "C4:1]", "C4@0:1", "C4:1@200", "C10", "C4!:1", "é"]
        {
            assert!(matches!(score(wrong), Err(Error::Text { .. })), "{wrong}");
        }
    }

    #[test]
    fn pitch_names_are_midi_keys() {
        let named =
            [("C4", 60), ("F#3", 54), ("Bb5", 82), ("C-1", 0), ("G9", 127), ("Cb4", 59), ("B#3", 60), ("e♭4", 63)];
        for (name, key) in named {
            assert_eq!(pitch(name), Some(key), "{name}");
        }
        assert_eq!((0..=127).filter(|&key| pitch(&pitch_name(key)) == Some(key)).count(), 128);
        for wrong in ["", "C", "G#9", "Cb-1", "4", "C4 ", "X4", "C99"] {
            assert_eq!(pitch(wrong), None, "{wrong}");
        }
    }
}
