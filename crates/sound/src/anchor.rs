//! Where the music is, so that a window can draw the playhead between two messages.

use serde::{Deserialize, Serialize};

/// A place in the piece at a moment of the clock, and how to go on from there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Anchor {
    /// Position in ticks; a fraction while playing.
    pub tick: f64,
    /// When that place is heard: milliseconds since the player was opened. May lie a device's latency ahead of now.
    pub at_ms: f64,
    /// Whether it moves.
    pub playing: bool,
    /// Beats of a count-in that are left before it moves; 0 without one.
    pub counting: u32,
    /// How fast it moves while playing, in ticks a second.
    pub ticks_per_second: f64,
    /// Where the loop begins, in ticks.
    pub loop_from: Option<u32>,
    /// Where the loop turns, in ticks.
    pub loop_to: Option<u32>,
}

impl Anchor {
    /// The same motion at another moment, in milliseconds since the player was opened: never before the place it
    /// started from, and turned at the loop's end.
    pub fn at(&self, at_ms: f64) -> Anchor {
        if !self.playing {
            return Anchor { at_ms, ..*self };
        }
        let passed = (at_ms - self.at_ms).max(0.0) * 1e-3;
        let mut tick = self.tick + passed * self.ticks_per_second;
        if let (Some(from), Some(to)) = (self.loop_from.map(f64::from), self.loop_to.map(f64::from))
            && to > from
            && self.tick < to
            && tick >= to
        {
            tick = from + (tick - to) % (to - from);
        }
        Anchor { tick, at_ms, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAYING: Anchor = Anchor {
        tick: 900.0,
        at_ms: 1000.0,
        playing: true,
        counting: 0,
        ticks_per_second: 960.0,
        loop_from: Some(480),
        loop_to: Some(960),
    };

    #[test]
    fn it_turns_at_the_loops_end() {
        assert_eq!(PLAYING.at(1050.0).tick, 948.0);
        assert_eq!(PLAYING.at(1250.0).tick, 480.0 + 180.0);
    }

    #[test]
    fn it_rests_while_stopped_and_before_it_is_heard() {
        assert_eq!(Anchor { playing: false, ..PLAYING }.at(9000.0).tick, 900.0);
        assert_eq!(PLAYING.at(990.0).tick, 900.0);
    }
}
