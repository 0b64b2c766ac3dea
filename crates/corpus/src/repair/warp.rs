//! A piece with its time bent.

use score::{Note, Score, Tick, Track};
use std::sync::Arc;

/// Moves all notes: `to` says where a place is afterwards, both in quarters, and never goes back. What would come to
/// stand before the beginning stands there.
pub(super) fn warp_notes(score: &mut Score, to: impl Fn(f64) -> f64) {
    let tick = bent(score.tpq, to);
    let note = |note: &Note| {
        let start = tick(note.start);
        Note { start, length: tick(note.end()).saturating_sub(start).max(1), ..*note }
    };
    for track in &mut score.tracks {
        let notes = track.notes.iter().map(note).collect();
        *track = Arc::new(Track::new(track.id.0, track.header.clone(), notes));
    }
}

/// The same for notes, tempo, metre, keys, chords and markers. Lanes keep their ticks: nothing that is learnt is in them.
pub(super) fn warp(score: &mut Score, to: impl Fn(f64) -> f64) {
    warp_notes(score, &to);
    let tick = bent(score.tpq, to);
    Arc::make_mut(&mut score.tempos).iter_mut().for_each(|tempo| tempo.tick = tick(tempo.tick));
    Arc::make_mut(&mut score.meters).iter_mut().for_each(|meter| meter.tick = tick(meter.tick));
    Arc::make_mut(&mut score.keys).iter_mut().for_each(|key| key.tick = tick(key.tick));
    Arc::make_mut(&mut score.chords).iter_mut().for_each(|chord| chord.tick = tick(chord.tick));
    Arc::make_mut(&mut score.markers).iter_mut().for_each(|marker| marker.tick = tick(marker.tick));
}

/// The same in ticks; a place beyond all ticks becomes the nearest one.
fn bent(tpq: u16, to: impl Fn(f64) -> f64) -> impl Fn(Tick) -> Tick {
    let quarter = f64::from(tpq.max(1));
    move |tick| (to(f64::from(tick) / quarter) * quarter).round() as Tick
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Tempo, text};

    #[test]
    fn notes_and_maps_move_together_and_no_note_loses_all_length() {
        let mut score = text::score("C4:1 D4:2 E4:1/960").unwrap();
        score.tempos = Arc::new(vec![Tempo { tick: 960, micros: 500_000 }]);
        warp(&mut score, |at| at / 2.0 - 0.25);
        let notes: Vec<_> = score.tracks[0].notes.iter().map(|note| (note.start, note.length)).collect();
        assert_eq!(notes, [(0, 240), (240, 960), (1200, 1)]);
        assert_eq!(score.tempos[0].tick, 240);
    }

    #[test]
    fn places_beyond_all_ticks_are_the_last_one() {
        let mut score = text::score("C4:1 D4:1").unwrap();
        warp(&mut score, |at| at * 1e30 - 1e20);
        assert_eq!(score.tracks[0].notes[0].start, 0);
        assert_eq!(score.tracks[0].notes[1].start, Tick::MAX);
    }
}
