//! Time as a file counts it and as the document does.

use super::container::Division;
use crate::Error;
use score::{Score, Tick};

/// Longest piece, in quarters: fourteen hours at 120 a minute.
pub const MAX_QUARTERS: u64 = 100_000;

/// Ticks per quarter that a document has at least; steps of 24 to the quarter are whole in its multiples.
const LEAST_TPQ: u16 = 96;

/// How file ticks become document ticks.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Document ticks per quarter.
    pub tpq: u16,
    /// The file's own ticks per quarter.
    pub source: u16,
    /// Document ticks per file tick, as a fraction.
    times: u64,
    over: u64,
}

impl Clock {
    /// For a file that counts in `division`.
    pub fn new(division: Division) -> Self {
        match division {
            Division::Quarter(source) if source >= LEAST_TPQ => Clock { tpq: source, source, times: 1, over: 1 },
            Division::Quarter(source) => {
                let fits = |times: &u16| source * times >= LEAST_TPQ && (source * times).is_multiple_of(24);
                let times = (1..=LEAST_TPQ).find(fits).unwrap_or(LEAST_TPQ);
                Clock { tpq: source * times, source, times: times.into(), over: 1 }
            }
            Division::Second(ticks, per) => {
                // At 120 quarters a minute a quarter is half a second.
                let exact =
                    per == 1 && ticks.is_multiple_of(2) && (u64::from(LEAST_TPQ)..=32_767).contains(&(ticks / 2));
                match exact {
                    true => Clock { tpq: (ticks / 2) as u16, source: (ticks / 2) as u16, times: 1, over: 1 },
                    false => Clock {
                        tpq: Score::TPQ,
                        source: Score::TPQ,
                        times: 2 * u64::from(Score::TPQ) * per,
                        over: ticks,
                    },
                }
            }
        }
    }

    /// A file tick in document ticks; the event stands at byte `offset`.
    ///
    /// # Errors
    /// [`Error::TooLong`] beyond [`MAX_QUARTERS`].
    pub fn tick(&self, ticks: u64, offset: usize) -> Result<Tick, Error> {
        let doubled = ticks.saturating_mul(2 * self.times).saturating_add(self.over);
        let tick = doubled / (2 * self.over);
        let quarters = tick / u64::from(self.tpq);
        match Tick::try_from(tick) {
            Ok(tick) if quarters <= MAX_QUARTERS => Ok(tick),
            _ => Err(Error::TooLong { offset, quarters, limit: MAX_QUARTERS }),
        }
    }
}
