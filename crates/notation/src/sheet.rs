//! A whole piece, and what its bars show in every part.

use crate::frame::{Frame, Frames};
use crate::model::{BarFrame, Part, Sheet, TempoMark};
use crate::value::{Time, Value};
use crate::{Error, Plan, part};
use score::{Score, Tempo, Tick};
use std::ops::Range;

/// A tempo that holds for less than a beat is part of a change, not a mark.
const LASTING: f64 = 1.0;
/// A tempo that differs by less than this part is the same.
const SAME: f64 = 0.02;

/// Writes down a whole piece. Parts without a note rest in all bars.
pub fn sheet(score: &Score) -> Sheet {
    planned(score, &Plan::of(score))
}

/// Writes down a whole piece by a plan that was made before.
pub fn planned(score: &Score, plan: &Plan) -> Sheet {
    let count = score.written_bars();
    let parts: Vec<Part> = score.tracks.iter().filter_map(|track| part(score, plan, track.id, 0..count).ok()).collect();
    Sheet { title: score.title.clone(), swung: plan.is_swung(), bars: frames(score, plan, 0..count), parts }
}

/// What some bars show in every part. The first shows its metre and key, wherever in the piece it is.
///
/// # Errors
/// [`Error::NoBars`].
pub fn bars(score: &Score, plan: &Plan, bars: Range<usize>) -> Result<Vec<BarFrame>, Error> {
    match bars.is_empty() {
        true => Err(Error::NoBars { from: bars.start, to: bars.end }),
        false => Ok(frames(score, plan, bars)),
    }
}

fn frames(score: &Score, plan: &Plan, bars: Range<usize>) -> Vec<BarFrame> {
    let grid = Frames::of(score);
    let first = bars.start;
    let frame = |index: usize| {
        let frame = grid.at(index);
        let before = (index > first).then(|| grid.at(index - 1));
        let fifths = |frame: Frame| plan.fifths(grid.tick(frame.index));
        let meter = |frame: Frame| (frame.meter.numerator, frame.meter.denominator);
        let same = |value: &dyn Fn(Frame) -> bool| before.is_some_and(value);
        let ticks = grid.tick(index)..grid.tick(index + 1);
        let place = |tick: Tick| grid.time(tick).saturating_sub(frame.start).min(frame.length);
        let chords = score.chords.iter().filter(|chord| ticks.contains(&chord.tick));
        let marks = score.markers.iter().filter(|marker| ticks.contains(&marker.tick));
        BarFrame {
            index,
            length: frame.length,
            meter: (!same(&|before| meter(before) == meter(frame))).then(|| meter(frame)),
            key: (!same(&|before| fifths(before) == fifths(frame))).then(|| fifths(frame)),
            tempos: tempos(score, &grid, frame, &ticks),
            chords: chords.map(|chord| (place(chord.tick), chord.symbol)).collect(),
            marks: marks
                .map(|marker| (place(marker.tick), text(&marker.text)))
                .filter(|mark| !mark.1.is_empty())
                .collect(),
        }
    };
    bars.map(frame).collect()
}

/// The tempi that a bar states: those that hold for a while and differ from what held before.
fn tempos(score: &Score, grid: &Frames, frame: Frame, ticks: &Range<Tick>) -> Vec<TempoMark> {
    let tempos = &score.tempos;
    let mut marks = Vec::new();
    let first = tempos.partition_point(|tempo| tempo.tick < ticks.start);
    for (at, tempo) in tempos.iter().enumerate().skip(first).take_while(|(_, tempo)| tempo.tick < ticks.end) {
        let next = tempos.get(at + 1).map_or(Tick::MAX, |next| next.tick);
        let lasting = f64::from(next - tempo.tick) >= LASTING * f64::from(score.tpq);
        let before = tempos[..at].last();
        let differs = before.is_none_or(|before| changes(*before, *tempo));
        if lasting && (differs || tempo.tick == 0) {
            let at = grid.time(tempo.tick).saturating_sub(frame.start).min(frame.length);
            marks.push(mark(frame, at, *tempo));
        }
    }
    marks
}

fn changes(before: Tempo, now: Tempo) -> bool {
    (f64::from(before.micros) / f64::from(now.micros.max(1)) - 1.0).abs() > SAME
}

/// A tempo, counted in the beat of its bar's metre.
fn mark(frame: Frame, at: Time, tempo: Tempo) -> TempoMark {
    let (numerator, denominator) = (frame.meter.numerator, frame.meter.denominator);
    let beat = match denominator {
        8.. if numerator.is_multiple_of(3) => Value { power: -2, dots: 1 },
        1 | 2 => Value::plain(-1),
        _ => Value::plain(-2),
    };
    let quarters = 600_000_000.0 / f64::from(tempo.micros.max(1));
    let per_minute = quarters * Value::plain(-2).length() as f64 / beat.length() as f64;
    TempoMark { at, beat, per_minute: per_minute.round() as u32 }
}

fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().filter(|letter| !letter.is_control()).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Meter, text};
    use std::sync::Arc;

    #[test]
    fn bars_show_what_changes() {
        let mut score = text::score("C4:4 C4:3 C4:3").unwrap();
        score.meters = Arc::new(vec![Meter::new(0, 4, 4), Meter::new(3840, 3, 4)]);
        score.tempos = Arc::new(vec![
            Tempo { tick: 0, micros: 500_000 },
            Tempo { tick: 3840, micros: 505_000 },
            Tempo { tick: 6720, micros: 1_000_000 },
        ]);
        let bars = sheet(&score).bars;
        let meters: Vec<_> = bars.iter().map(|bar| bar.meter).collect();
        assert_eq!(meters, [Some((4, 4)), Some((3, 4)), None]);
        let tempos: Vec<Vec<u32>> =
            bars.iter().map(|bar| bar.tempos.iter().map(|tempo| tempo.per_minute).collect()).collect();
        assert_eq!(tempos, [vec![1200], vec![], vec![600]]);
    }

    #[test]
    fn who_has_no_note_rests_in_all_bars() {
        let mut score = text::score("C4:4 C4:4").unwrap();
        let silent = |id: u32| Arc::new(score::Track::new(id, score.tracks[0].header.clone(), Vec::new()));
        let (one, other) = (silent(7), silent(8));
        score.tracks.push(one);
        let bars = |score: &Score| {
            let staves: Vec<_> = sheet(score).parts.into_iter().map(|part| part.staves).collect();
            staves.iter().map(|staves| (staves.len(), staves[0].measures.len())).collect::<Vec<_>>()
        };
        assert_eq!(bars(&score), [(1, 2); 2]);
        // Where nobody has a note yet there are as many bars as the piece was begun with.
        score.tracks = vec![other];
        score.lanes = vec![Arc::new(score::Lane { events: Arc::default(), end: 5 * 4 * u32::from(score.tpq) })];
        assert_eq!(bars(&score), [(2, 5)], "a piano whose hands have nothing to do yet");
    }
}
