//! What the reader and the writer both know: the names that MusicXML has for values, dynamics and steps.

use notation::{Dynamic, Value};

/// The velocity that MusicXML calls 100 percent: forte (MusicXML 4.0, attribute `dynamics` of `note` and `sound`).
pub(super) const FORTE: f64 = 90.0;

/// The steps of the scale, C first.
pub(super) const STEPS: [&str; 7] = ["C", "D", "E", "F", "G", "A", "B"];

/// Note values from eight whole notes down to a 1024th; each is half as long as the one before.
const VALUES: [&str; 14] = [
    "maxima", "long", "breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th", "256th", "512th",
    "1024th",
];

/// Where the whole note stands among [`VALUES`].
const WHOLE: i8 = 3;

const DYNAMICS: [(Dynamic, &str); 8] = [
    (Dynamic::Ppp, "ppp"),
    (Dynamic::Pp, "pp"),
    (Dynamic::P, "p"),
    (Dynamic::Mp, "mp"),
    (Dynamic::Mf, "mf"),
    (Dynamic::F, "f"),
    (Dynamic::Ff, "ff"),
    (Dynamic::Fff, "fff"),
];

/// What MusicXML calls a note value, without its dots.
pub(super) fn value_name(value: Value) -> &'static str {
    VALUES[usize::from((WHOLE - value.power.clamp(-7, 1)) as u8)]
}

/// How many quarters a note of this name lasts with so many dots.
pub(super) fn quarters(name: &str, dots: usize) -> Option<f64> {
    let place = VALUES.iter().position(|value| *value == name)?;
    let base = 4.0 * 2_f64.powi(i32::from(WHOLE) - place as i32);
    Some(base * (2.0 - 0.5_f64.powi(dots.min(8) as i32)))
}

/// The sign of a dynamic.
pub(super) fn dynamic_name(dynamic: Dynamic) -> &'static str {
    DYNAMICS.iter().find(|known| known.0 == dynamic).map_or("mf", |known| known.1)
}

/// The dynamic of a sign.
pub(super) fn dynamic(name: &str) -> Option<Dynamic> {
    DYNAMICS.iter().find(|known| known.1 == name).map(|known| known.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_values() {
        for power in -7..=1 {
            let value = Value::plain(power);
            let length = quarters(value_name(value), 0).unwrap() * notation::QUARTER as f64;
            assert_eq!(length, value.length() as f64);
        }
        assert_eq!(quarters("quarter", 2), Some(1.75));
        assert_eq!(quarters("crotchet", 0), None);
        assert_eq!(dynamic("mp").map(dynamic_name), Some("mp"));
    }
}
