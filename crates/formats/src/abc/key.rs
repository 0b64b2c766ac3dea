//! Keys: a tonic, a mode and accidentals of their own.

use super::tune::Line;
use crate::Error;

/// What a K: field says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AbcKey {
    /// Sharps or flats, -7..=7; none for music without a key.
    pub fifths: i8,
    pub minor: bool,
    /// Whether it is neither major nor minor.
    pub modal: bool,
    /// Semitones by which each step, C first, is altered.
    pub alters: [i8; 7],
}

/// What a K: or V: field says beside the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shift {
    /// Octaves by which what is written sounds higher.
    pub octaves: i16,
    /// Semitones, besides.
    pub semitones: i16,
}

/// Steps in the order in which sharps are added: F C G D A E B.
const SHARPS: [usize; 7] = [3, 0, 4, 1, 5, 2, 6];

/// Modes by their first three letters, and by how many fifths they lie below major.
const MODES: [(&str, i8); 9] =
    [("maj", 0), ("ion", 0), ("min", 3), ("aeo", 3), ("mix", 1), ("dor", 2), ("phr", 4), ("lyd", -1), ("loc", 5)];

impl AbcKey {
    /// No sharps and no flats.
    pub fn plain() -> AbcKey {
        AbcKey::of(0, false, false)
    }

    fn of(fifths: i8, minor: bool, modal: bool) -> AbcKey {
        let mut alters = [0; 7];
        for number in 0..fifths.unsigned_abs().min(7) {
            let step = if fifths > 0 { SHARPS[usize::from(number)] } else { SHARPS[6 - usize::from(number)] };
            alters[step] = fifths.signum();
        }
        AbcKey { fifths, minor, modal, alters }
    }
}

/// Reads the value of a K: field; none if it says only how to draw or to transpose.
///
/// # Errors
/// [`Error::Abc`] if it is no key.
pub(super) fn read(value: Line) -> Result<Option<AbcKey>, Error> {
    let words: Vec<&str> = value.text.split_whitespace().filter(|word| !is_property(word)).collect();
    let error = |word: &str| {
        let column = value.text.find(word).map_or(0, |at| value.text[..at].chars().count()) + 3;
        let reason = format!("{word:?} is no key; write one such as G, F#m, Bb or D dorian");
        Err(Error::Abc { line: value.number, column, reason })
    };
    let Some((&first, mut rest)) = words.split_first() else { return Ok(None) };
    let mut letters = first.chars();
    let tonic = letters.next().unwrap_or(' ');
    let mut key = match first {
        "none" | "None" => AbcKey::of(0, false, false),
        "HP" => AbcKey::of(0, false, true),
        "Hp" => AbcKey::of(2, false, true),
        _ if tonic.is_ascii_uppercase() && "CDEFGAB".contains(tonic) => {
            let step = "FCGDAEB".find(tonic).unwrap_or(1) as i8 - 1;
            let after = letters.as_str();
            let (sign, mut mode) = match after.chars().next() {
                Some('#' | '♯') => (7, &after[after.chars().next().map_or(0, char::len_utf8)..]),
                Some('b' | '♭') => (-7, &after[after.chars().next().map_or(0, char::len_utf8)..]),
                _ => (0, after),
            };
            if mode.is_empty() && rest.first().is_some_and(|word| mode_of(word).is_some()) {
                (mode, rest) = (rest[0], &rest[1..]);
            }
            let Some(below) = mode_of(mode) else { return error(first) };
            let fifths = step + sign - below;
            let wrapped = if fifths > 7 {
                fifths - 12
            } else if fifths < -7 {
                fifths + 12
            } else {
                fifths
            };
            AbcKey::of(wrapped, below == 3, !matches!(below, 0 | 3))
        }
        _ if first.starts_with(['^', '_', '=']) => {
            rest = &words[..];
            AbcKey::of(0, false, false)
        }
        _ => return error(first),
    };
    if rest.first() == Some(&"exp") {
        (key, rest) = (AbcKey::of(0, false, true), &rest[1..]);
    }
    for word in rest {
        let Some((alter, step)) = accidental(word) else { continue };
        (key.alters[step], key.modal) = (alter, true);
    }
    Ok(Some(key))
}

/// How many fifths a mode lies below major; a single `m` is minor.
fn mode_of(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    match &*word {
        "" => Some(0),
        "m" => Some(3),
        _ => MODES.iter().find(|mode| word.starts_with(mode.0)).map(|mode| mode.1),
    }
}

/// `^f`, `_b`, `=c`: semitones and step.
fn accidental(word: &str) -> Option<(i8, usize)> {
    let letter = word.trim_start_matches(['^', '_', '=']);
    let signs = &word[..word.len() - letter.len()];
    let step = "CDEFGAB".find(letter.to_uppercase().chars().next()?)?;
    let alter = signs.chars().map(|sign| i8::from(sign == '^') - i8::from(sign == '_')).sum::<i8>();
    (!signs.is_empty()).then_some((alter.clamp(-2, 2), step))
}

/// Words that are no key: clefs, and names with values.
fn is_property(word: &str) -> bool {
    let clef = ["treble", "bass", "tenor", "alto", "perc", "clef"];
    word.contains('=') && !word.starts_with('=') || clef.iter().any(|name| word.starts_with(name))
}

/// What the words of a K: or V: field say about where notes sound.
pub(super) fn shift(text: &str) -> Shift {
    let mut shift = Shift::default();
    for word in text.split_whitespace() {
        let (name, value) = word.split_once('=').unwrap_or(("clef", word));
        let number = value.trim_matches('"').parse::<i16>().ok().filter(|number| number.abs() <= 60);
        match name {
            "octave" => shift.octaves += number.unwrap_or(0),
            "transpose" | "t" => shift.semitones += number.unwrap_or(0),
            "clef" if is_property(word) && value.ends_with("-8") => shift.octaves -= 1,
            "clef" if is_property(word) && value.ends_with("+8") => shift.octaves += 1,
            _ => {}
        }
    }
    shift
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> (i8, bool, [i8; 7]) {
        let key = read(Line { number: 1, text }).unwrap().unwrap();
        (key.fifths, key.minor, key.alters)
    }

    #[test]
    fn keys_and_modes() {
        assert_eq!(key("G"), (1, false, [0, 0, 0, 1, 0, 0, 0]));
        assert_eq!(key("F#m").0, 3);
        assert_eq!(key(" Bb clef=bass"), (-2, false, [0, 0, -1, 0, 0, 0, -1]));
        assert_eq!((key("D dorian").0, key("Ador").0, key("E Phrygian").0, key("AMix").0), (0, 1, 0, 2));
        assert_eq!((key("C minor"), key("none").0, key("C#").0), ((-3, true, [0, 0, -1, 0, 0, -1, -1]), 0, 7));
        assert_eq!(key("D exp ^f _b").2, [0, 0, 0, 1, 0, 0, -1]);
        assert_eq!(key("D Phr ^f").2, [0, 0, -1, 1, 0, 0, -1]);
        assert!(read(Line { number: 1, text: "clef=bass" }).unwrap().is_none());
    }

    #[test]
    fn nonsense_is_no_key() {
        assert!(matches!(read(Line { number: 4, text: " H" }), Err(Error::Abc { line: 4, column: 4, .. })));
        assert!(read(Line { number: 1, text: "Gfoo" }).is_err());
    }

    #[test]
    fn clefs_and_properties_shift() {
        assert_eq!(shift("treble-8"), Shift { octaves: -1, semitones: 0 });
        assert_eq!(shift("T1 clef=bass octave=1 transpose=-2"), Shift { octaves: 1, semitones: -2 });
    }
}
