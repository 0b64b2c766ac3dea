//! Notes drawn to a grid.

use super::alter::{altered, percent_of, placed};
use super::within;
use crate::{Bars, Edit, Error, FINE, NoteId, Score, Tick};

/// How a grid is and how strongly it draws, as [`super::Command::QuantizeNotes`] has it.
pub(super) struct Quantize {
    pub grid: Tick,
    pub strength: u8,
    pub swing: u8,
}

impl Score {
    /// The place of a grid nearest to a tick, the later one of two. The grid is counted from every bar line; `step` is
    /// from one place to the next in ticks, at least 1.
    pub fn on_grid(&self, tick: Tick, step: Tick) -> Tick {
        Grid::new(self.bars(), step.max(1), 0).nearest(tick).clamp(0, Tick::MAX.into()) as Tick
    }

    pub(super) fn quantize_notes(
        &self,
        ids: &[NoteId],
        Quantize { grid, strength, swing }: Quantize,
        starts: bool,
        ends: bool,
    ) -> Result<Edit, Error> {
        within("grid in ticks", grid, 1, Score::LAST_TICK)?;
        within("strength in percent", strength, 0, 100)?;
        within("swing in percent", swing, 0, 100)?;
        let grid = Grid::new(self.bars(), grid, swing);
        let pulled = |from: i64, to: i64| from + percent_of(to - from, strength);
        Ok(altered("Quantize", self.named(ids)?, |note| {
            let (old_start, old_end) = (i64::from(note.start), i64::from(note.end()));
            let goal = if starts { grid.nearest(note.start) } else { old_start };
            let start = pulled(old_start, goal);
            let end = match ends {
                true => pulled(old_end, grid.nearest(note.end()).max(grid.after(goal))),
                false => start + i64::from(note.length),
            };
            placed(note, start, end - start)
        }))
    }
}

/// Places in time, counted from every bar line, so that an odd bar does not push those after it off the beat.
struct Grid {
    bars: Bars,
    step: i64,
    /// How much later every second place is: a third of a step makes two of them 2:1.
    delay: i64,
}

impl Grid {
    fn new(bars: Bars, step: Tick, swing: u8) -> Self {
        let step = i64::from(step);
        Grid { bars, step, delay: (step * i64::from(swing) + 150) / 300 }
    }

    /// The last place at or before a tick, and the first one after it.
    fn around(&self, tick: Tick) -> (i64, i64) {
        // The bar whose first whole tick is not after this one.
        let bar = self.bars.containing(u64::from(tick) * FINE + FINE / 2 - 1);
        let (tick, from, to) = (i64::from(tick), i64::from(bar.tick()), i64::from(bar.end()));
        let place = |index: i64| from + index * self.step + index % 2 * self.delay;
        let index = (tick - from) / self.step;
        match place(index) {
            late if late > tick => (place(index - 1), late.min(to)),
            at => (at, place(index + 1).min(to)),
        }
    }

    /// The place nearest to a tick, the later one of two.
    fn nearest(&self, tick: Tick) -> i64 {
        let (before, after) = self.around(tick);
        let tick = i64::from(tick);
        if tick - before < after - tick { before } else { after }
    }

    /// The first place after a tick.
    fn after(&self, tick: i64) -> i64 {
        self.around(tick.clamp(0, Tick::MAX.into()) as Tick).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Meter, text};
    use std::sync::Arc;

    /// What is left of a command that says only this much.
    fn quantized(music: &str, rest: &str) -> String {
        let score = text::score(music).unwrap();
        after(&score, rest)
    }

    fn after(score: &Score, rest: &str) -> String {
        let ids: Vec<u32> = (0..score.note_count() as u32).collect();
        let command = format!(r#"{{"kind":"quantizeNotes","ids":{ids:?},{rest}}}"#);
        let command: Command = serde_json::from_str(&command).unwrap();
        let edit = score.edit_for(&command).unwrap();
        text::print(&score.with(&edit).unwrap())
    }

    #[test]
    fn onsets_go_to_the_nearest_place_with_their_length() {
        assert_eq!(quantized("R:1/32 C4:1/2 R:15/32 E4:1/3", r#""grid":240"#), "C4:1/2 R:1/2 E4:1/3");
        assert_eq!(quantized("R:1/8 C4:1/4", r#""grid":240"#), "R:1/4 C4:1/4");
        assert_eq!(quantized("R:1/16 C4:1/4", r#""grid":240,"starts":false"#), "R:1/16 C4:1/4");
    }

    #[test]
    fn half_the_strength_is_half_the_way() {
        assert_eq!(quantized("R:1/16 C4:1", r#""grid":480,"strength":50"#), "R:1/32 C4:1");
        assert_eq!(quantized("R:7/16 C4:1", r#""grid":480,"strength":50"#), "R:15/32 C4:1");
        assert_eq!(quantized("R:1/16 C4:1", r#""grid":480,"strength":0"#), "R:1/16 C4:1");
    }

    #[test]
    fn swing_is_two_to_one_at_its_most() {
        assert_eq!(
            quantized("C4:1/2 D4:1/2 E4:1/2 F4:1/2", r#""grid":480,"swing":100,"ends":true"#),
            "C4:2/3 D4:1/3 E4:2/3 F4:1/3"
        );
        assert_eq!(quantized("R:1/2 C4:1/2", r#""grid":480,"swing":50"#), "R:7/12 C4:1/2");
        // A little before the late place is still nearer to it than to the beat.
        assert_eq!(quantized("R:5/8 C4:1/2", r#""grid":480,"swing":100"#), "R:2/3 C4:1/2");
    }

    #[test]
    fn ends_stay_behind_onsets() {
        assert_eq!(quantized("R:1/16 C4:13/16", r#""grid":480,"starts":false,"ends":true"#), "R:1/16 C4:15/16");
        assert_eq!(quantized("R:1/16 C4:1/16 E4:1/4", r#""grid":480,"ends":true"#), "[C4 E4]:1/2");
        assert_eq!(quantized("C4:1/960", r#""grid":480,"ends":true"#), "C4:1/2");
    }

    #[test]
    fn the_grid_begins_anew_at_every_bar() {
        let mut score = text::score("R:5/2 C4:1/2 R:9/16 E4:1/2").unwrap();
        score.meters = Arc::new(vec![Meter::new(0, 5, 8)]);
        // The second bar begins at the fifth eighth; in quarters from there it is one to the second note.
        assert_eq!(after(&score, r#""grid":960"#), "R:5/2 C4:1/2 R:1/2 E4:1/2");
        assert_eq!(after(&score, r#""grid":100000"#), "R:5/2 [C4 E4]:1/2");
    }

    #[test]
    fn values_outside_their_ranges_are_refused() {
        let score = text::score("C4:1").unwrap();
        let refused = |grid, strength, swing| {
            let ids = vec![NoteId(0)];
            score.edit_for(&Command::QuantizeNotes { ids, grid, strength, swing, starts: true, ends: true })
        };
        assert!(matches!(refused(0, 100, 0), Err(Error::Range { value: 0, low: 1, .. })));
        assert!(matches!(refused(1, 101, 0), Err(Error::Range { value: 101, high: 100, .. })));
        assert!(matches!(refused(1, 100, 200), Err(Error::Range { what: "swing in percent", value: 200, .. })));
        assert!(refused(Score::LAST_TICK, 100, 100).is_ok());
    }
}
