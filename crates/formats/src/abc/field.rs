//! Metre, unit length and tempo.

use super::UNIT;
use super::scan::Scan;
use super::tune::Line;
use crate::Error;
use crate::written::Units;

/// A metre: beats and value; none where time is not measured.
pub(super) type AbcMeter = Option<(u8, u8)>;

/// Reads an M: field: `6/8`, `C`, `C|`, `(2+3)/8`, `none`.
///
/// # Errors
/// [`Error::Abc`] if it is no metre.
pub(super) fn meter(value: Line) -> Result<AbcMeter, Error> {
    let text = value.text.trim();
    match text {
        "C" => return Ok(Some((4, 4))),
        "C|" => return Ok(Some((2, 2))),
        "none" | "None" | "" => return Ok(None),
        _ => {}
    }
    let parts = text.split_once('/').and_then(|(beats, value)| {
        let terms = beats.trim().trim_matches(['(', ')']).split('+').map(|term| term.trim().parse::<u8>().ok());
        let beats = terms.sum::<Option<u8>>().filter(|beats| *beats > 0)?;
        let value = value.trim().parse::<u8>().ok().filter(|value| value.is_power_of_two() && *value <= 64)?;
        Some((beats, value))
    });
    parts.map(Some).ok_or_else(|| Error::Abc {
        line: value.number,
        column: 3,
        reason: format!("{text:?} is no metre; write one such as 4/4, 6/8, C or none"),
    })
}

/// The unit length where a tune states none: a sixteenth if a bar is shorter than three quarters of a whole note.
pub(super) fn usual_length(meter: AbcMeter) -> Units {
    match meter {
        Some((beats, value)) if 4 * u32::from(beats) < 3 * u32::from(value) => UNIT / 4,
        _ => UNIT / 2,
    }
}

/// Reads an L: field such as `1/8`.
///
/// # Errors
/// [`Error::Abc`] if it is no length.
pub(super) fn length(value: Line) -> Result<Units, Error> {
    let mut scan = Scan::new(value.number, value.text);
    scan.take_while(char::is_whitespace);
    let (above, below) = scan.length()?;
    let units = 4 * UNIT * above / below;
    match (units > 0 && below <= 512 && above <= 16, 4 * UNIT * above % below) {
        (true, 0) => Ok(units),
        _ => Err(Error::Abc {
            line: value.number,
            column: 3,
            reason: format!("{:?} is no unit length; write one such as 1/8", value.text.trim()),
        }),
    }
}

/// What a Q: field says: quarters a minute, and words. `1/4=120`, `"Allegro" 3/8=60`, `1/4 1/8=90`, and the old `120`
/// for units of a minute.
pub(super) fn tempo(text: &str, unit: Units) -> (Option<f64>, String) {
    let mut words = Vec::new();
    let mut numbers = String::new();
    for (index, piece) in text.split('"').enumerate() {
        match index % 2 {
            1 => words.push(piece.trim()),
            _ => numbers.push_str(piece),
        }
    }
    let quarter = |beats: f64, minute: f64| Some(beats * minute).filter(|tempo| (1.0..=10_000.0).contains(tempo));
    let unit = unit as f64 / UNIT as f64;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| *number > 0.0);
    let tempo = match numbers.split_once('=') {
        Some((beats, minute)) => {
            let beat = |word: &str| match word.split_once('/') {
                Some((above, below)) => Some(4.0 * number(above)? / number(below)?),
                None => number(word.trim_start_matches('C')).or(Some(1.0)).map(|times| times * unit),
            };
            let beats = beats.split_whitespace().map(beat).sum::<Option<f64>>();
            beats.zip(number(minute)).and_then(|(beats, minute)| quarter(beats, minute))
        }
        None => number(&numbers).and_then(|minute| quarter(unit, minute)),
    };
    (tempo, words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line<'_> {
        Line { number: 1, text }
    }

    #[test]
    fn metres_lengths_and_tempi() {
        assert_eq!(meter(line("6/8")).unwrap(), Some((6, 8)));
        assert_eq!(meter(line(" (2+2+3)/8")).unwrap(), Some((7, 8)));
        assert_eq!(meter(line("C|")).unwrap(), Some((2, 2)));
        assert!(meter(line("4/5")).is_err() && meter(line("waltz")).is_err());
        assert_eq!((usual_length(Some((2, 4))), usual_length(Some((3, 4)))), (UNIT / 4, UNIT / 2));
        assert_eq!(length(line("1/16")).unwrap(), UNIT / 4);
        assert!(length(line("1/0")).is_err() && length(line("0")).is_err());
        assert_eq!(tempo("1/4=120", UNIT / 2), (Some(120.0), String::new()));
        assert_eq!(tempo("\"Allegro\" 3/8=60", UNIT / 2), (Some(90.0), "Allegro".into()));
        assert_eq!(tempo("1/4 1/8=40", UNIT / 2).0, Some(60.0));
        assert_eq!((tempo("120", UNIT / 2).0, tempo("fast", UNIT).0), (Some(60.0), None));
    }
}
