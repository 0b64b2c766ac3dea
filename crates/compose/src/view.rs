//! What the model reads: as many bars around the cells as fit.

use crate::chords::control;
use crate::{Cell, Error};
use score::Score;
use std::collections::BTreeSet;
use std::ops::Range;
use tokens::{Controls, Head, Hole, Masked, Passage, Prompt, Tonality, Window};

/// Tokens of an answer for each cell that are kept free, beside twice what stood in the cell.
const SPARE: usize = 32;

/// Tokens that a note takes at most, in a cell without much repetition.
const TOKENS_A_NOTE: usize = 3;

/// Bars that are asked for at once, at most; longer selections are written in several passes.
const BARS_AT_ONCE: usize = 8;

/// A prompt and the music that it was made of.
#[derive(Clone)]
pub struct View {
    /// The bars that are read, as they stand now.
    pub passage: Passage,
    /// From BOS to SEP, with the cells to answer.
    pub prompt: Prompt,
}

/// How a view is taken.
pub struct Wish<'a> {
    /// No bar after the last cell is read.
    pub nothing_after: bool,
    /// The chord track is read.
    pub follows: bool,
    /// What is asked of each cell.
    pub ask: &'a Ask<'a>,
}

/// What is asked of a masked cell, given where it is and what stands there: its controls and its themes.
pub type Ask<'a> = dyn Fn(&Hole, &tokens::Cell) -> (Controls, Vec<tokens::Cell>) + 'a;

/// Cuts cells into runs of bars that can be asked for at once: not too many bars, cells to name, or notes to write.
/// `notes` says how many notes stand in a cell.
pub fn chunks(cells: &BTreeSet<Cell>, context: usize, notes: &dyn Fn(&Cell) -> usize) -> Vec<BTreeSet<Cell>> {
    let room = |cell: &Cell| SPARE + 2 * TOKENS_A_NOTE * notes(cell);
    let mut chunks: Vec<(BTreeSet<Cell>, usize)> = Vec::new();
    let mut by_bar: Vec<&Cell> = cells.iter().collect();
    by_bar.sort_by_key(|cell| (cell.bar, cell.track));
    for bar in by_bar.chunk_by(|one, next| one.bar == next.bar) {
        let bar: Vec<(Cell, usize)> = bar.iter().map(|&&cell| (cell, room(&cell))).collect();
        let whole: usize = bar.iter().map(|(_, room)| room).sum();
        let fits = |(chunk, taken): &(BTreeSet<Cell>, usize)| {
            let first = chunk.iter().map(|cell| cell.bar).min().unwrap_or(0);
            // A long bar is several to the model, so half of what it can name is left for those.
            bar[0].0.bar - first < BARS_AT_ONCE
                && chunk.len() + bar.len() <= tokens::MOST_HOLES / 2
                && taken + whole <= context / 2
        };
        if let Some((chunk, taken)) = chunks.last_mut().filter(|chunk| fits(chunk)) {
            chunk.extend(bar.iter().map(|(cell, _)| *cell));
            *taken += whole;
            continue;
        }
        // A bar of many tracks is cut between them.
        let mut begun = (BTreeSet::new(), 0);
        for (cell, room) in bar {
            if !begun.0.is_empty() && (begun.1 + room > context / 2 || begun.0.len() >= tokens::MOST_HOLES / 2) {
                chunks.push(std::mem::take(&mut begun));
            }
            begun.0.insert(cell);
            begun.1 += room;
        }
        chunks.push(begun);
    }
    chunks.into_iter().map(|(chunk, _)| chunk).collect()
}

/// The view on these cells within `context` tokens: the bars around them are added in turn, those before and those
/// after, until no more fit.
///
/// # Errors
/// [`Error::TooDense`] if not even the cells' own bars fit.
pub fn of(score: &Score, cells: &BTreeSet<Cell>, context: usize, wish: &Wish) -> Result<View, Error> {
    let first = cells.iter().map(|cell| cell.bar).min().ok_or(Error::NothingSelected)?;
    let last = cells.iter().map(|cell| cell.bar).max().ok_or(Error::NothingSelected)?;
    let end = score.bar_count().max(last + 1);
    let mut bars = first..last + 1;
    let mut view = cut(score, cells, bars.clone(), wish)?;
    let room = context.saturating_sub(room_for_answer(&view));
    if view.prompt.ids.len() > room {
        view = lighten(score, cells, bars, room, wish)?;
        return Ok(view);
    }
    let mut sides = [bars.start > 0, bars.end < end && !wish.nothing_after];
    let mut before = true;
    while sides[0] || sides[1] {
        before = if sides[0] && sides[1] { before } else { sides[0] };
        let wider = if before { bars.start - 1..bars.end } else { bars.start..bars.end + 1 };
        let wide = cut(score, cells, wider.clone(), wish)?;
        if wide.prompt.ids.len() > room {
            sides[usize::from(!before)] = false;
        } else {
            (bars, view) = (wider, wide);
            sides = [sides[0] && bars.start > 0, sides[1] && bars.end < end];
        }
        before = !before;
    }
    Ok(view)
}

fn cut(score: &Score, cells: &BTreeSet<Cell>, bars: Range<usize>, wish: &Wish) -> Result<View, Error> {
    let passage = Passage::read(score, bars);
    let prompt = prompt(score, &passage, cells, wish)?;
    Ok(View { passage, prompt })
}

/// What is said of the whole piece.
fn head(score: &Score) -> Head {
    let key = analysis::key_of(score).map(|key| Tonality { tonic: key.tonic, minor: key.minor });
    Head { key, ..Head::default() }
}

fn prompt(score: &Score, passage: &Passage, cells: &BTreeSet<Cell>, wish: &Wish) -> Result<Prompt, Error> {
    let open: BTreeSet<(usize, usize)> = masked(passage, cells).collect();
    let chords =
        if wish.follows { control(score, passage, |bar, part| !open.contains(&(bar, part))) } else { Vec::new() };
    let window = Window { passage, head: head(score), chords: &chords };
    let masked = masked(passage, cells).map(|(bar, part)| {
        let hole = Hole { bar, part, voice: passage.parts[part], measure: passage.measures[bar] };
        let (controls, themes) = (wish.ask)(&hole, passage.cell(bar, part));
        Masked { bar, part, controls, themes }
    });
    Ok(window.infill(masked.collect())?)
}

/// The places of cells in a passage: a written bar that is cut has several.
fn masked<'a>(passage: &'a Passage, cells: &'a BTreeSet<Cell>) -> impl Iterator<Item = (usize, usize)> + 'a {
    let places = passage.measures.iter().enumerate().flat_map(|(bar, measure)| {
        passage
            .parts
            .iter()
            .enumerate()
            .map(move |(part, voice)| ((bar, part), Cell { track: voice.track, bar: measure.written }))
    });
    places.filter(|(_, cell)| cells.contains(cell)).map(|(place, _)| place)
}

/// How many tokens the answer may need.
fn room_for_answer(view: &View) -> usize {
    let mut tokens = Vec::new();
    view.prompt.holes.iter().for_each(|hole| view.passage.cell(hole.bar, hole.part).write(&mut tokens));
    2 * tokens.len() + SPARE * view.prompt.holes.len()
}

/// A view on the cells' own bars that leaves out other parts, the last first, until the prompt fits.
fn lighten(score: &Score, cells: &BTreeSet<Cell>, bars: Range<usize>, room: usize, wish: &Wish) -> Result<View, Error> {
    let mut view = cut(score, cells, bars.clone(), wish)?;
    for part in (0..view.passage.parts.len()).rev() {
        for bar in 0..view.passage.bars() {
            if !view.prompt.holes.iter().any(|hole| (hole.bar, hole.part) == (bar, part)) {
                let drums = view.passage.parts[part].is_drums();
                view.passage.set(bar, part, tokens::Cell::new(drums, Vec::new()));
            }
        }
        view.prompt = prompt(score, &view.passage, cells, wish)?;
        if view.prompt.ids.len() <= room {
            return Ok(view);
        }
    }
    Err(Error::TooDense { bar: bars.start + 1, tokens: view.prompt.ids.len(), context: room })
}
