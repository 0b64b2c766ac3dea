//! Small pieces to play.

use score::{Header, Mix, Note, Score, Track};
use std::sync::Arc;

/// A track on a channel with a program; (start, length, pitch) in ticks.
pub fn track(id: u32, channel: u8, program: u8, notes: &[(u32, u32, u8)]) -> Track {
    let header = Header { name: String::new(), lane: 0, channel, program, hue: 0, mix: Mix::default(), output: None };
    let notes = notes
        .iter()
        .zip(id * 10_000..)
        .map(|(&(start, length, pitch), id)| Note::new(id, start, length, pitch, 100))
        .collect();
    Track::new(id, header, notes)
}

/// A piece of these tracks at 960 ticks to the quarter and 120 quarters a minute.
pub fn piece(tracks: Vec<Track>) -> Score {
    Score { tracks: tracks.into_iter().map(Arc::new).collect(), ..Score::empty() }
}
