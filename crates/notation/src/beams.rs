//! Beams: short notes of one beat hang together.

use crate::metre::Span;
use crate::model::Beam;
use crate::value::Time;
use crate::write::Sign;

/// What each beam does at each sign of a voice, the outermost first.
pub(crate) fn beams(measure: Span, signs: &[Sign]) -> Vec<Vec<Beam>> {
    let beats = measure.beats();
    let mut beams = vec![Vec::new(); signs.len()];
    let flags: Vec<u8> = signs.iter().map(|sign| if sign.chord.is_some() { flags(sign) } else { 0 }).collect();
    let mut from = 0;
    while from < signs.len() {
        let place = place(&beats, signs[from]);
        let together = |at: &usize| flags[*at] > 0 && self::place(&beats, signs[*at]) == place;
        let to = (from..signs.len()).take_while(together).count() + from;
        if to > from + 1 {
            for at in from..to {
                beams[at] = (1..=flags[at]).map(|level| beam(&flags[from..to], at - from, level)).collect();
            }
        }
        from = to.max(from + 1);
    }
    beams
}

fn flags(sign: &Sign) -> u8 {
    sign.value.map_or(0, |value| value.flags())
}

/// Which beat a sign begins in; a tuplet over several beats is one.
fn place(beats: &[Span], sign: Sign) -> usize {
    let start: Time = sign.tuplet.map_or(sign.at, |(_, group)| group.start);
    let long = sign.tuplet.is_some_and(|(_, group)| beats.iter().all(|beat| beat.length < group.length));
    let at = if long { start } else { sign.at };
    beats.partition_point(|beat| beat.start <= at)
}

/// What beam number `level` does at place `at` of notes with so many flags.
fn beam(flags: &[u8], at: usize, level: u8) -> Beam {
    let has = |at: Option<usize>| at.and_then(|at| flags.get(at)).is_some_and(|&flags| flags >= level);
    match (has(at.checked_sub(1)), has(at.checked_add(1))) {
        (true, true) => Beam::Continue,
        (true, false) => Beam::End,
        (false, true) => Beam::Begin,
        (false, false) if at == 0 => Beam::Forward,
        (false, false) => Beam::Backward,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{QUARTER, Value};
    use score::Meter;

    #[test]
    fn a_dotted_eighth_and_its_sixteenth_share_a_beam() {
        let bar = Span::bar(Meter::new(0, 2, 4), 2 * QUARTER);
        let sign = |at: Time, length: Time, chord| Sign { at, length, value: Value::of(length), chord, tuplet: None };
        let (eighth, sixteenth) = (QUARTER / 2, QUARTER / 4);
        let signs = [
            sign(0, eighth + sixteenth, Some(0)),
            sign(eighth + sixteenth, sixteenth, Some(1)),
            sign(QUARTER, eighth, Some(2)),
            sign(QUARTER + eighth, eighth, None),
        ];
        let found = beams(bar, &signs);
        assert_eq!(found, [vec![Beam::Begin], vec![Beam::End, Beam::Backward], vec![], vec![]]);
    }
}
