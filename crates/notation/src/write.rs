//! One voice of a measure as signs: note values, ties and rests that fill it.

use crate::metre::Span;
use crate::tuplets::{self, Group};
use crate::value::{QUARTER, Time, Value};

/// Something that is heard in a voice, or a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    /// From the measure's start.
    pub start: Time,
    pub end: Time,
    /// Which chord of the voice; none for silence.
    pub chord: Option<usize>,
}

/// One sign, or the rest of a whole measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sign {
    /// From the measure's start.
    pub at: Time,
    /// As long as it sounds.
    pub length: Time,
    /// None for the rest of a whole measure.
    pub value: Option<Value>,
    /// Which chord of the voice; none for silence.
    pub chord: Option<usize>,
    /// Which tuplet of the measure, counted from 0, and what it is.
    pub tuplet: Option<(usize, Group)>,
}

/// Writes pieces that fill a measure without a gap.
pub(crate) fn signs(measure: Span, pieces: &[Piece]) -> Vec<Sign> {
    if let [Piece { chord: None, .. }] = pieces {
        return vec![Sign { at: 0, length: measure.length, value: None, chord: None, tuplet: None }];
    }
    let times: Vec<(Time, Time)> = pieces.iter().map(|piece| (piece.start, piece.end)).collect();
    let groups = tuplets::groups(measure, &times);
    let mut signs = Vec::new();
    for piece in pieces {
        let mut at = piece.start;
        while at < piece.end {
            let inside = groups.iter().position(|group| group.start <= at && at < group.end());
            let next = groups.iter().map(|group| group.start).find(|&start| start > at).unwrap_or(Time::MAX);
            let end = piece.end.min(inside.map_or(next, |index| groups[index].end()));
            match inside {
                Some(index) => write_inside(index, groups[index], at, end, piece.chord, &mut signs),
                None => {
                    let mut plain = |at, length, value| {
                        signs.push(Sign { at, length, value: Some(value), chord: piece.chord, tuplet: None });
                    };
                    write(measure, at, end, piece.chord.is_none(), &mut plain);
                }
            }
            at = end;
        }
    }
    signs
}

/// Writes what lies in a tuplet, as if it were plain music in a bar of the tuplet's units.
fn write_inside(index: usize, group: Group, from: Time, to: Time, chord: Option<usize>, signs: &mut Vec<Sign>) {
    let bar = Span::even(group.plain(group.length), group.actual.into());
    let mut inside = |at: Time, length: Time, value| {
        let sounding = |plain: Time| plain * Time::from(group.normal) / Time::from(group.actual);
        let (at, length) = (group.start + sounding(at), sounding(length));
        signs.push(Sign { at, length, value: Some(value), chord, tuplet: Some((index, group)) });
    };
    write(bar, group.plain(from - group.start), group.plain(to - group.start), chord.is_none(), &mut inside);
}

/// Cuts `from..to` where the metre asks for it and hands over each sign.
fn write(span: Span, from: Time, to: Time, rest: bool, sign: &mut dyn FnMut(Time, Time, Value)) {
    if from >= to {
        return;
    }
    let children = span.children();
    if let Some(value) = Value::of(to - from).filter(|&value| may_stand(span, &children, value, from, to, rest)) {
        return sign(from, to - from, value);
    }
    let Some(first) = children.iter().find(|child| from < child.end()) else { return remains(from, to, sign) };
    let Some(last) = children.iter().rev().find(|child| child.start < to) else { return remains(from, to, sign) };
    // What begins or ends within a child is cut at its bounds, so that whole children stay together; else, first come
    // first served.
    let cut = match () {
        () if first == last => return write(*first, from, to, rest, sign),
        () if first.start < from || rest && last.end() == to => first.end(),
        () => last.start,
    };
    write(span, from, cut, rest, sign);
    write(span, cut, to, rest, sign);
}

/// Whether one sign may stand for `from..to` as far as the bounds between these children are concerned: a reader must
/// see the strong beats (E. Gould, *Behind Bars*, "Dividing note-values").
fn may_stand(span: Span, children: &[Span], value: Value, from: Time, to: Time, rest: bool) -> bool {
    let crossed: Vec<&Span> = children.iter().skip(1).filter(|child| from < child.start && child.start < to).collect();
    let (starts, ends) = (from == span.start, to == span.end());
    let on = |at: Time| at == span.end() || children.iter().any(|child| child.start == at);
    if crossed.is_empty() {
        // Within one child it is the child's business, unless it fills it.
        return children.is_empty()
            || children.iter().any(|child| (child.start, child.end()) == (from, to)) && value.dots < 2;
    }
    if starts && ends {
        return !rest || value.dots == 0 || span.is_triple();
    }
    if value.dots == 2 {
        return !rest && starts && children.len() == 2;
    }
    if rest {
        // A rest shows every beat that it does not begin with; two beats of three are two rests, save at the start of
        // a compound beat.
        return starts && on(to) && (value.dots == 0) && span.is_triple();
    }
    if on(from) && on(to) {
        return true;
    }
    // Compound beats are never begun and left in the middle of the next.
    let compound = children.iter().any(Span::is_compound);
    if starts {
        return !compound;
    }
    // A syncopation: equally far on both sides of what it crosses.
    let centred = crossed.iter().any(|child| child.start - from == to - child.start);
    let beat = span.length / 4;
    let from_beat = on(from) || children.len() == 2 && beat >= QUARTER && from.is_multiple_of(beat);
    let symmetric = value.dots == 0 && centred;
    let to_end = ends && value.dots == 1 && children.len() == 2;
    !compound && (symmetric || from_beat || to_end)
}

/// What is too odd for the metre's tree, largest values first.
fn remains(mut from: Time, to: Time, sign: &mut dyn FnMut(Time, Time, Value)) {
    while from < to {
        let powers = (-7..=1).rev().map(Value::plain);
        let Some(value) = powers.into_iter().find(|value| value.length() <= to - from) else { return };
        sign(from, value.length(), value);
        from += value.length();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::Meter;

    /// The signs of a bar as text: lengths in eighths, `r` for rests, `~` where the chord goes on, `t` in a tuplet.
    fn written(meter: (u8, u8), pieces: &[(f64, bool)]) -> String {
        let measure = Meter::new(0, meter.0, meter.1);
        let length = 4 * QUARTER * Time::from(meter.0) / Time::from(meter.1);
        let mut at = 0;
        let pieces: Vec<Piece> = pieces
            .iter()
            .enumerate()
            .map(|(index, &(eighths, sounds))| {
                let start = at;
                at += (eighths * QUARTER as f64 / 2.0).round() as Time;
                Piece { start, end: at, chord: sounds.then_some(index) }
            })
            .collect();
        let signs = signs(Span::bar(measure, length), &pieces);
        assert_eq!(signs.iter().map(|sign| sign.length).sum::<Time>(), length, "{signs:?}");
        let words = signs.iter().enumerate().map(|(index, sign)| {
            let tied = sign.chord.is_some() && signs.get(index + 1).is_some_and(|next| next.chord == sign.chord);
            let value = sign.value.map_or(0.0, |value| value.length() as f64 * 2.0 / QUARTER as f64);
            let rest = if sign.chord.is_none() { "r" } else { "" };
            let tuplet = if sign.tuplet.is_some() { "t" } else { "" };
            format!("{rest}{value}{tuplet}{}", if tied { "~" } else { "" })
        });
        words.collect::<Vec<_>>().join(" ")
    }

    const N: bool = true;
    const R: bool = false;

    #[test]
    fn notes_show_the_beats_that_they_cross() {
        assert_eq!(written((4, 4), &[(6.0, N), (2.0, N)]), "6 2");
        assert_eq!(written((4, 4), &[(1.0, N), (2.0, N), (1.0, N), (4.0, N)]), "1 2 1 4");
        assert_eq!(written((4, 4), &[(3.0, N), (4.0, N), (1.0, N)]), "3 1~ 3 1");
        assert_eq!(written((4, 4), &[(5.0, N), (3.0, N)]), "4~ 1 3");
        assert_eq!(written((3, 4), &[(1.0, N), (5.0, N)]), "1 1~ 4");
        assert_eq!(written((3, 4), &[(2.0, N), (3.0, N), (1.0, N)]), "2 3 1");
        assert_eq!(written((6, 8), &[(2.0, N), (2.0, N), (2.0, N)]), "2 1~ 1 2");
        assert_eq!(written((6, 8), &[(6.0, N)]), "6");
        assert_eq!(written((6, 8), &[(1.5, N), (1.5, N), (3.0, N)]), "1t 1t 3");
    }

    #[test]
    fn rests_are_as_few_as_the_metre_allows() {
        assert_eq!(written((4, 4), &[(8.0, R)]), "r0");
        assert_eq!(written((4, 4), &[(2.0, N), (6.0, R)]), "2 r2 r4");
        assert_eq!(written((4, 4), &[(1.0, R), (1.0, N), (6.0, R)]), "r1 1 r2 r4");
        assert_eq!(written((3, 4), &[(2.0, N), (4.0, R)]), "2 r2 r2");
        assert_eq!(written((6, 8), &[(3.0, R), (1.0, N), (2.0, R)]), "r3 1 r1 r1");
    }

    #[test]
    fn tuplets_tie_to_what_is_plain() {
        let third = 2.0 / 3.0;
        assert_eq!(written((2, 4), &[(third, N), (third, N), (third + 2.0, N)]), "1t 1t 1t~ 2");
        assert_eq!(written((2, 4), &[(2.0 * third, N), (third + 2.0, N)]), "2t 4t");
    }
}
