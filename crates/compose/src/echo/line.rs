//! Lines that a piece offers for an open cell.

use super::around::Around;
use crate::tones::tones;
use analysis::Tone;
use tokens::Cell;

/// Most bars of the same part whose lines are offered.
const BARS: usize = 12;

/// Most steps of the scale by which a line is moved: an octave.
const STEPS: i8 = 7;

/// Most octaves between a part and another that doubles it.
pub const OCTAVES: i8 = 2;

/// Where a line is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// What the same part plays in another bar, so many steps of the scale higher.
    Bar { bar: usize, steps: i8 },
    /// What another part plays in the same bar, so many octaves higher.
    Beside { part: usize, octaves: i8 },
}

/// What could be played in an open cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it is found.
    pub source: Source,
    /// What it is.
    pub cell: Cell,
    /// The same as places compare it.
    pub tones: Vec<Tone>,
}

impl Line {
    fn new(source: Source, cell: &Cell, pitch: impl Fn(u8) -> Option<u8>) -> Option<Self> {
        let moved = |tone: &tokens::Tone| Some(tokens::Tone { pitch: pitch(tone.pitch)?, ..*tone });
        let cell = Cell::new(cell.drums, cell.tones().iter().map(moved).collect::<Option<_>>()?);
        Some(Line { source, tones: tones(cell.tones()), cell })
    }
}

/// The lines that are offered for a part's bar: of the bars whose surroundings are most alike, as they are and moved,
/// and of the parts beside it. Drums are neither moved nor doubled.
pub fn lines(around: &mut Around, bar: usize, part: usize) -> Vec<Line> {
    let passage = around.passage;
    let drums = passage.parts[part].is_drums();
    let mut lines = Vec::new();
    for other in likest(around, bar, part) {
        let steps = if drums { 0..=0 } else { -STEPS..=STEPS };
        lines.extend(steps.filter_map(|steps| {
            Line::new(Source::Bar { bar: other, steps }, passage.cell(other, part), |pitch| around.moved(pitch, steps))
        }));
    }
    let doubles = |&other: &usize| {
        other != part && !drums && !passage.parts[other].is_drums() && around.played(bar, other).is_some()
    };
    for other in (0..passage.parts.len()).filter(doubles) {
        lines.extend((-OCTAVES..=OCTAVES).filter_map(|octaves| {
            let source = Source::Beside { part: other, octaves };
            Line::new(source, passage.cell(bar, other), |pitch| higher(pitch, octaves))
        }));
    }
    lines
}

/// The pitch some octaves higher, if there is such a key.
pub fn higher(pitch: u8, octaves: i8) -> Option<u8> {
    pitch.checked_add_signed(12 * octaves).filter(|&pitch| pitch < 128)
}

/// The bars of the same length in which a part is known to play: the most alike first, of equals the nearest.
fn likest(around: &mut Around, bar: usize, part: usize) -> Vec<usize> {
    let measures = &around.passage.measures;
    let plays =
        |other: &usize| measures[*other].length == measures[bar].length && around.played(*other, part).is_some();
    let others: Vec<usize> = (0..measures.len()).filter(plays).collect();
    let mut likest: Vec<(f64, usize)> =
        others.into_iter().map(|other| (around.surroundings(bar, other), other)).collect();
    likest.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.abs_diff(bar).cmp(&other.1.abs_diff(bar))));
    likest.truncate(BARS);
    likest.into_iter().map(|(_, other)| other).collect()
}
