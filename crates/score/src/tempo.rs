//! Ticks to seconds and back.

use crate::{Tempo, Tick};

/// A tempo map made ready for conversion.
#[derive(Debug, Clone, PartialEq)]
pub struct TempoMap {
    tpq: f64,
    /// (tick, seconds there, microseconds per quarter from there on), sorted; the first is at tick 0.
    spans: Vec<(Tick, f64, u32)>,
}

impl TempoMap {
    /// From `tpq` ticks per quarter and tempi sorted by tick.
    pub fn new(tpq: u16, tempos: &[Tempo]) -> Self {
        let tpq = f64::from(tpq.max(1));
        let mut spans = vec![(0, 0.0, Tempo::DEFAULT_MICROS)];
        for tempo in tempos {
            let (tick, seconds, micros) = spans[spans.len() - 1];
            if tempo.tick == tick {
                spans.pop();
                spans.push((tick, seconds, tempo.micros));
            } else {
                let passed = f64::from(tempo.tick - tick) / tpq * f64::from(micros) * 1e-6;
                spans.push((tempo.tick, seconds + passed, tempo.micros));
            }
        }
        TempoMap { tpq, spans }
    }

    /// Seconds from the start to `tick`, which may lie between ticks.
    pub fn seconds(&self, tick: f64) -> f64 {
        let at = self.spans.partition_point(|span| f64::from(span.0) <= tick).max(1) - 1;
        let (from, seconds, micros) = self.spans[at];
        seconds + (tick - f64::from(from)) / self.tpq * f64::from(micros) * 1e-6
    }

    /// The tick, as a fraction, that is reached `seconds` after the start.
    pub fn tick(&self, seconds: f64) -> f64 {
        let at = self.spans.partition_point(|span| span.1 <= seconds).max(1) - 1;
        let (from, start, micros) = self.spans[at];
        f64::from(from) + (seconds - start) * 1e6 / f64::from(micros.max(1)) * self.tpq
    }

    /// Microseconds per quarter in force at `tick`.
    pub fn micros(&self, tick: Tick) -> u32 {
        self.spans[self.spans.partition_point(|span| span.0 <= tick).max(1) - 1].2
    }

    /// The spans as (tick, seconds at that tick, microseconds per quarter from there on).
    pub fn spans(&self) -> &[(Tick, f64, u32)] {
        &self.spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_tempo_counts_from_its_tick() {
        let map = TempoMap::new(480, &[Tempo { tick: 0, micros: 500_000 }, Tempo { tick: 960, micros: 1_000_000 }]);
        assert_eq!(map.seconds(960.0), 1.0);
        assert_eq!(map.seconds(1440.0), 2.0);
        assert_eq!(map.tick(2.0), 1440.0);
        assert_eq!(map.micros(959), 500_000);
    }

    #[test]
    fn without_tempo_it_is_120() {
        assert_eq!(TempoMap::new(96, &[]).seconds(192.0), 1.0);
    }
}
