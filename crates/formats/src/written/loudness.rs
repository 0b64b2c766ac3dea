//! Dynamic signs to velocities.
//!
//! A sign holds for the whole part until the next one, with the velocities of [`notation::Dynamic::velocity`]; what
//! comes before the first is mezzo-forte. A hairpin goes evenly to the next sign, or by one degree where none follows
//! within two quarters of its end. An accent is a fifth louder (MuseScore 3 handbook, "Dynamics" and "Articulations").

use super::{Loud, Units};

/// One degree, from mezzo-forte to forte.
const DEGREE: i16 = 16;

/// What is played before the first sign: mezzo-forte.
pub(crate) const PLAIN: u8 = 80;

/// From a time to another, from a velocity evenly to another, which holds from then on.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Units,
    to: Units,
    first: u8,
    last: u8,
}

/// How loud a part is at each time.
#[derive(Debug, Default)]
pub(crate) struct Loudness {
    spans: Vec<Span>,
    /// Velocities of single moments, by time.
    moments: Vec<(Units, u8)>,
}

impl Loudness {
    /// From the dynamic signs of a part, `unit` to the quarter.
    pub fn of(mut signs: Vec<(Units, Loud)>, unit: Units) -> Loudness {
        signs.sort_by_key(|sign| sign.0);
        let (mut loudness, mut level) = (Loudness::default(), PLAIN);
        let mut wedge: Option<(Units, bool)> = None;
        for (index, &(at, loud)) in signs.iter().enumerate() {
            match loud {
                Loud::Once(velocity) => loudness.moments.push((at, velocity)),
                Loud::Level(velocity) => {
                    if let Some((from, _)) = wedge.take() {
                        loudness.spans.push(Span { from, to: at, first: level, last: velocity });
                    }
                    level = velocity;
                    loudness.spans.push(Span { from: at, to: at, first: level, last: level });
                }
                Loud::Wedge(louder) => wedge = Some((at, louder)),
                Loud::WedgeEnd => {
                    let Some((from, louder)) = wedge.take() else { continue };
                    let soon = signs[index..].iter().take_while(|sign| sign.0 <= at + 2 * unit);
                    let goal = soon.filter_map(|sign| match sign.1 {
                        Loud::Level(velocity) => Some(velocity),
                        _ => None,
                    });
                    let step = if louder { DEGREE } else { -DEGREE };
                    let by_degree = (i16::from(level) + step).clamp(1, 127) as u8;
                    let last = goal.into_iter().next().filter(|&goal| (goal > level) == louder).unwrap_or(by_degree);
                    loudness.spans.push(Span { from, to: at, first: level, last });
                    level = last;
                }
            }
        }
        loudness
    }

    /// The velocity of a note that begins at a time.
    pub fn at(&self, time: Units, accent: bool) -> u8 {
        let moment = self.moments.partition_point(|moment| moment.0 < time);
        let once = self.moments.get(moment).filter(|moment| moment.0 == time).map(|moment| moment.1);
        let velocity = once.unwrap_or_else(|| self.level(time));
        let accented = u16::from(velocity) + u16::from(velocity) / 5;
        if accent && once.is_none() { accented.min(127) as u8 } else { velocity.clamp(1, 127) }
    }

    fn level(&self, time: Units) -> u8 {
        let after = self.spans.partition_point(|span| span.from <= time);
        let Some(span) = after.checked_sub(1).map(|at| self.spans[at]) else { return PLAIN };
        if time >= span.to {
            return span.last;
        }
        let part = (time - span.from) as f64 / (span.to - span.from) as f64;
        (f64::from(span.first) + (f64::from(span.last) - f64::from(span.first)) * part).round() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_hairpins_are_played() {
        let signs = vec![
            (0, Loud::Level(49)),
            (100, Loud::Wedge(true)),
            (200, Loud::WedgeEnd),
            (200, Loud::Level(96)),
            (300, Loud::Once(112)),
            (400, Loud::Wedge(false)),
            (500, Loud::WedgeEnd),
        ];
        let loudness = Loudness::of(signs, 10);
        let at = |time| loudness.at(time, false);
        assert_eq!([0, 50, 100, 150, 200, 300, 301, 450, 500, 900].map(at), [49, 49, 49, 73, 96, 112, 96, 88, 80, 80]);
        assert_eq!(loudness.at(0, true), 58);
        assert_eq!(Loudness::default().at(7, false), PLAIN);
    }
}
