//! Runs: the music going on without a break, by what anchors say about it.

use crate::Anchor;
use score::TempoMap;

/// Anchors to either side of a moment that are asked for it. They come when the device asks for sound, some
/// milliseconds early or late; the middle one of several is near the truth.
const ASKED: usize = 8;

/// Seconds that an anchor may lie before the one before it: less is the device's unevenness.
const BACK: f64 = 0.02;

/// Seconds that an anchor may lie ahead of where it should: more is a leap.
const AHEAD: f64 = 0.5;

/// A stretch in which the music went on.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// When it began and ended, in the player's milliseconds.
    pub from_ms: f64,
    pub to_ms: f64,
    /// The ticks at which it began and ended.
    pub from: f64,
    pub to: f64,
    /// Where it went on from, if it ended by a turn of the loop.
    pub turned_to: Option<u32>,
    /// Moments of anchors, and how far the player's clock is ahead of the piece's there; milliseconds.
    points: Vec<(f64, f64)>,
}

impl Run {
    fn begun(anchor: &Anchor, tempo: &TempoMap) -> Run {
        let ahead = anchor.at_ms - tempo.seconds(anchor.tick) * 1e3;
        let (at, tick) = (anchor.at_ms, anchor.tick);
        Run { from_ms: at, to_ms: f64::INFINITY, from: tick, to: tick, turned_to: None, points: vec![(at, ahead)] }
    }

    /// A run that begins with a tick at a moment, and goes on.
    pub fn at(tick: f64, at_ms: f64, to_ms: f64, tempo: &TempoMap) -> Run {
        let anchor =
            Anchor { tick, at_ms, playing: true, counting: 0, ticks_per_second: 0.0, loop_from: None, loop_to: None };
        let mut run = Run::begun(&anchor, tempo);
        run.end(to_ms, None, tempo);
        run
    }

    /// The tick at a moment, as a fraction; outside the run as if it had begun sooner and gone on.
    pub fn tick(&self, at_ms: f64, tempo: &TempoMap) -> f64 {
        let at = self.points.partition_point(|(moment, _)| *moment <= at_ms);
        let near = &self.points[at.saturating_sub(ASKED)..(at + ASKED).min(self.points.len())];
        let mut ahead: Vec<f64> = near.iter().map(|(_, ahead)| *ahead).collect();
        ahead.sort_by(f64::total_cmp);
        let middle = ahead.get(ahead.len() / 2).copied().unwrap_or_default();
        tempo.tick((at_ms - middle) * 1e-3)
    }

    /// Ends at a moment; at the loop's end at the latest.
    fn end(&mut self, at_ms: f64, turn: Option<(u32, u32)>, tempo: &TempoMap) {
        self.to_ms = at_ms.max(self.from_ms);
        self.to = self.tick(self.to_ms, tempo).max(self.from);
        if let Some((from, to)) = turn {
            self.turned_to = Some(from);
            self.to = f64::from(to).max(self.from);
        }
    }

    /// Only what lies between two moments; none if nothing does.
    fn within(mut self, from_ms: f64, to_ms: f64, tempo: &TempoMap) -> Option<Run> {
        if from_ms > self.from_ms {
            self.from = self.tick(from_ms, tempo).max(self.from);
            self.from_ms = from_ms;
        }
        if to_ms < self.to_ms {
            self.to = self.tick(to_ms, tempo);
            (self.to_ms, self.turned_to) = (to_ms, None);
        }
        self.to = self.to.max(self.from);
        (self.from_ms < self.to_ms).then_some(self)
    }
}

/// The runs between two moments, in order. `anchors`: as they came, at least from the one before `from_ms` on.
pub(super) fn runs<'a>(
    anchors: impl Iterator<Item = &'a Anchor>,
    from_ms: f64,
    to_ms: f64,
    tempo: &TempoMap,
) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    let mut open: Option<(Run, Anchor)> = None;
    for anchor in anchors {
        if let Some((mut run, last)) = open.take() {
            let passed = (anchor.at_ms - last.at_ms).max(0.0) * 1e-3;
            let (before, now) = (tempo.seconds(last.tick), tempo.seconds(anchor.tick));
            let on = now >= before - BACK && now <= before + passed + AHEAD;
            if anchor.playing && on {
                run.points.push((anchor.at_ms, anchor.at_ms - now * 1e3));
                open = Some((run, *anchor));
                continue;
            }
            let turn = last.loop_from.zip(last.loop_to).filter(|(from, to)| {
                // It went back to the loop's start when it should have been at its end.
                let (end, start) = (tempo.seconds(f64::from(*to)), tempo.seconds(f64::from(*from)));
                anchor.playing
                    && now >= start - BACK
                    && now < before
                    && (before + passed - end).abs() < AHEAD + end - start
            });
            run.end(anchor.at_ms, turn, tempo);
            found.push(run);
        }
        if anchor.playing {
            open = Some((Run::begun(anchor, tempo), *anchor));
        }
    }
    if let Some((mut run, _)) = open {
        run.end(to_ms, None, tempo);
        found.push(run);
    }
    found.into_iter().filter_map(|run| run.within(from_ms, to_ms, tempo)).collect()
}
