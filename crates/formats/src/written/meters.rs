//! The metre map of measures as they are played, so that the bars of the document are those of the page.

use super::{Bar, Units};
use score::Meter;

/// Collects metres while measures are played.
#[derive(Debug, Default)]
pub(super) struct Meters {
    found: Vec<(Units, u8, u8)>,
    /// Whether the bar before is not as long as the metre says, so that the next one has to state it again.
    cut: bool,
    /// Bars that are longer than their metre.
    pub long: usize,
}

impl Meters {
    /// The next bar begins.
    pub fn begin(&mut self, start: Units, bar: &Bar, unit: Units) {
        let nominal = bar.nominal(unit).unwrap_or(0);
        let fits = bar.length <= nominal;
        let own = || exact(bar.length, bar.meter.map_or(4, |meter| meter.1), unit);
        let (beats, value) = match bar.meter {
            Some(meter) if fits => meter,
            meter => own().or(meter).unwrap_or((4, 4)),
        };
        self.long += usize::from(bar.meter.is_some() && !fits);
        if self.cut || self.found.last().is_none_or(|last| (last.1, last.2) != (beats, value)) {
            self.found.push((start, beats, value));
        }
        self.cut = 4 * unit * Units::from(beats) / Units::from(value) != bar.length;
    }

    /// The map.
    pub fn finish(self, tick: impl Fn(Units) -> score::Tick) -> Vec<Meter> {
        self.found.into_iter().map(|(start, beats, value)| Meter::new(tick(start), beats, value)).collect()
    }
}

/// The metre of a length, counted in this note value or, if that does not fit, in the next shorter one.
fn exact(length: Units, value: u8, unit: Units) -> Option<(u8, u8)> {
    let values = [1, 2, 4, 8, 16, 32, 64].into_iter().filter(|shorter| *shorter >= value);
    values.into_iter().find_map(|value| {
        let beats = length.checked_mul(Units::from(value))?;
        let beats = (beats % (4 * unit) == 0).then_some(beats / (4 * unit))?;
        u8::try_from(beats).ok().filter(|beats| *beats > 0).map(|beats| (beats, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upbeats_and_long_measures_have_bars_of_their_own() {
        let mut meters = Meters::default();
        let mut start = 0;
        for (length, meter) in [(1, (4, 4)), (4, (4, 4)), (4, (4, 4)), (5, (4, 4)), (4, (4, 4)), (3, (3, 4))] {
            let bar = Bar { meter: Some(meter), length: 960 * length, ..Bar::default() };
            meters.begin(start, &bar, 960);
            start += bar.length;
        }
        assert_eq!(meters.long, 1);
        let found = meters.finish(|time| time as u32);
        let found: Vec<_> = found.iter().map(|meter| (meter.tick / 960, meter.numerator)).collect();
        assert_eq!(found, [(0, 4), (1, 4), (9, 5), (14, 4), (18, 3)]);
        assert_eq!(exact(960 * 7 / 2, 4, 960), Some((7, 8)));
        assert_eq!(exact(7, 4, 960), None);
    }
}
