//! Divisions, keys, metres and transposition.

use super::part::PartReader;
use super::tree::Element;
use crate::written::{Kind, What};
use score::Key;

pub(super) fn read(part: &mut PartReader, attributes: Element) {
    if let Some(divisions) = attributes.number("divisions").filter(|divisions| *divisions > 0.0) {
        part.divisions = divisions;
    }
    // A new transposition comes after the key that is written for it.
    attributes.all("transpose").for_each(|transpose| read_transpose(part, transpose));
    let mut first = None;
    for element in attributes.all("key") {
        let Some(key) = read_key(part, element) else { continue };
        if *first.get_or_insert(key) != key {
            part.add(Kind::Key);
        }
    }
    if let Some((fifths, minor)) = first {
        let key = Key { tick: 0, fifths, minor };
        // A staff that states its key after a step back has to agree with the one before.
        match part.key.replace((part.now, key)) {
            Some((at, other)) if at == part.now && other == key => {}
            Some((at, _)) if at == part.now => part.add(Kind::Key),
            _ => part.put(part.now, What::Key(key)),
        }
    }
    if let Some(time) = attributes.child("time") {
        read_time(part, time);
    }
    let repeats = attributes.all("measure-style").filter(|style| style.child("measure-repeat").is_some());
    repeats.for_each(|_| part.add(Kind::MeasureRepeat));
}

/// A signature as it sounds.
fn read_key(part: &mut PartReader, key: Element) -> Option<(i8, bool)> {
    let Some(fifths) = key.number("fifths").filter(|fifths| fifths.abs() <= 14.0) else {
        part.add(Kind::Key);
        return None;
    };
    let staff = key.attribute("number").and_then(|staff| staff.parse().ok()).unwrap_or(1);
    let mode = key.said("mode").unwrap_or("major");
    if !["major", "minor", "none", "ionian", "aeolian", ""].contains(&mode) {
        part.add(Kind::Mode);
    }
    let sounding = fifths as i8 + part.transposition(staff).1;
    // More than seven signs are written as their enharmonic equal.
    let wrapped = if sounding > 7 {
        sounding - 12
    } else if sounding < -7 {
        sounding + 12
    } else {
        sounding
    };
    Some((wrapped.clamp(-7, 7), matches!(mode, "minor" | "aeolian")))
}

fn read_transpose(part: &mut PartReader, transpose: Element) {
    let said =
        |name: &str| transpose.number(name).filter(|number| number.abs() <= 60.0).map(|number| number.round() as i16);
    let staff = transpose.attribute("number").and_then(|staff| staff.parse().ok()).unwrap_or(0);
    let chromatic = said("chromatic").unwrap_or(0);
    // A semitone is seven fifths less twelve for each step: a second down, -2 semitones and -1 step, are -2 fifths.
    let fifths = match said("diatonic") {
        Some(steps) if steps != 0 => 7 * chromatic - 12 * steps,
        _ => (7 * chromatic + 5).rem_euclid(12) - 5,
    };
    let octaves = said("octave-change").unwrap_or(0);
    part.transpose.insert(staff, (chromatic + 12 * octaves, fifths.clamp(-12, 12) as i8));
}

impl PartReader<'_> {
    /// Semitones and fifths between what is written on a staff and what sounds.
    pub fn transposition(&self, staff: u32) -> (i16, i8) {
        self.transpose.get(&staff).or_else(|| self.transpose.get(&0)).copied().unwrap_or_default()
    }
}

/// A metre; one of several fractions is counted in the smallest of their values.
fn read_time(part: &mut PartReader, time: Element) {
    if time.child("senza-misura").is_some() {
        if !part.change_meter(None) {
            part.add(Kind::Meter);
        }
        return;
    }
    let fractions = time.all("beats").map(Element::text).zip(time.all("beat-type").map(Element::text));
    let fractions: Option<Vec<(u32, u32)>> = fractions.map(|(beats, value)| Some((sum(beats)?, sum(value)?))).collect();
    let meter = fractions.as_deref().and_then(together);
    if meter.is_none_or(|meter| !part.change_meter(Some(meter))) {
        part.add(Kind::Meter);
    }
}

/// `3+2` is five.
fn sum(text: &str) -> Option<u32> {
    let terms = text.split('+').map(|term| term.trim().parse::<u32>().ok().filter(|term| (1..=255).contains(term)));
    terms.sum()
}

fn together(fractions: &[(u32, u32)]) -> Option<(u8, u8)> {
    let value = fractions.iter().map(|fraction| fraction.1).max()?;
    let fits = fractions.iter().all(|fraction| fraction.1.is_power_of_two() && fraction.1 <= 64);
    let beats: u32 = fractions.iter().map(|(beats, own)| beats * (value / own.max(&1))).sum();
    fits.then(|| u8::try_from(beats).ok().zip(u8::try_from(value).ok()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_are_added_up() {
        assert_eq!(together(&[(3, 8), (2, 4)]), Some((7, 8)));
        assert_eq!(together(&[(sum("3+2").unwrap(), 8)]), Some((5, 8)));
        assert_eq!(together(&[(3, 5)]), None);
        assert_eq!(together(&[]), None);
        assert_eq!((sum("x"), sum("0")), (None, None));
    }
}
