//! The metre map where bars come and go: every bar line stays one.

use super::{Action, Passage, map};
use crate::maps::Timed;
use crate::{Bars, Meter, Score, Tick};

impl Score {
    /// The metre map after it; where a bar would not begin of itself at a bar line, its metre is written there.
    pub(super) fn meters_of(&self, passage: Passage, open: bool) -> Vec<Meter> {
        // A metre that a file has put a little beside the bar line stands there.
        let bars = self.bars();
        let near = Tick::from(self.tpq / 48);
        let straight: Vec<Meter> = self
            .meters
            .iter()
            .map(|meter| {
                let line = bars.of_onset(meter.tick).tick();
                if line.abs_diff(meter.tick) <= near { meter.at(line) } else { *meter }
            })
            .collect();
        let mut meters = map(&straight, passage, open);
        let lines: Vec<Tick> = match passage.action {
            Action::Insert(ticks) => vec![passage.from, passage.from + ticks],
            Action::Delete => vec![passage.from],
            Action::Repeat(_) => {
                passage.copies().map(|later| passage.from + later).chain([passage.moved(passage.to)]).collect()
            }
        };
        let mut grid = Bars::new(self.tpq, &meters);
        for line in lines {
            let bar = grid.of_onset(line);
            if bar.tick() != line {
                let at = meters.partition_point(|meter| meter.tick <= line);
                meters.insert(at, bar.meter.at(line));
                grid = Bars::new(self.tpq, &meters);
            }
        }
        // A piece without a change keeps its map as its file had it.
        if meters == straight { self.meters.to_vec() } else { meters }
    }
}
