//! Eight bars of a piece with some cells taken out: the frozen tasks.

use rand::Rng;
use rand::seq::SliceRandom;
use score::{Header, Meter, Note, Score, Tempo, Track};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokens::Passage;

/// Bars of an excerpt.
pub const BARS: usize = 8;

/// Places in pieces that are tried for each task.
const TRIES: usize = 40;

/// Which cells are taken out (after the validation of Composer's Assistant 2, Malandro 2024).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    /// Each cell with probability one half.
    Half,
    /// One part in all bars.
    Part,
    /// The last bar of all parts.
    Last,
    /// The last four bars of all parts: what comes next.
    Rest,
}

impl Pattern {
    /// What it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Pattern::Half => "cells here and there",
            Pattern::Part => "a whole part",
            Pattern::Last => "the last bar of all",
            Pattern::Rest => "the last four bars of all",
        }
    }
}

/// The patterns of infilling, in the order in which tasks take them by turns.
pub const PATTERNS: [Pattern; 3] = [Pattern::Half, Pattern::Part, Pattern::Last];

/// Some bars of a piece as a piece of their own, and what is taken out of them.
#[derive(Debug, Clone)]
pub struct Excerpt {
    /// Whose piece it is.
    pub collection: String,
    /// Which of the pieces it was drawn from, and its first bar there.
    pub from: (usize, usize),
    /// Which cells are taken out.
    pub pattern: Pattern,
    /// The bars with their own notes, the masked ones too: the human answer.
    pub score: Score,
    /// The bars without what is masked: all that anybody is told.
    pub asked: Score,
    /// The same on the grid.
    pub passage: Passage,
    /// The masked cells as (bar, part), in order; a person wrote notes in each of them.
    pub masked: Vec<(usize, usize)>,
}

/// Draws `count` excerpts from pieces of one collection, patterns by turns as far as the pieces have room for them: an
/// excerpt has at least two masked cells with notes and one other. Fewer where the pieces do not give so many.
pub fn draw(collection: &str, pieces: &[Score], count: usize, rng: &mut impl Rng) -> Vec<Excerpt> {
    let mut found = Vec::new();
    let mut turn = 0;
    while found.len() < count && turn < count * PATTERNS.len() {
        let pattern = PATTERNS[turn % PATTERNS.len()];
        found.extend((0..TRIES).find_map(|_| {
            let at = rng.random_range(0..pieces.len().max(1) as u32) as usize;
            tried(collection, at, pieces.get(at)?, pattern, rng)
        }));
        turn += 1;
    }
    found
}

fn tried(collection: &str, at: usize, piece: &Score, pattern: Pattern, rng: &mut impl Rng) -> Option<Excerpt> {
    let last = tokens::last_bar(piece)? + 1;
    let from = rng.random_range(0..=last.checked_sub(BARS)?);
    let passage = Passage::read(&cut(piece, from), 0..BARS);
    if passage.bars() != BARS {
        return None;
    }
    let parts = passage.parts.len();
    let sounds = |(bar, part): (usize, usize)| !passage.cell(bar, part).tones().is_empty();
    let all = (0..BARS).flat_map(|bar| (0..parts).map(move |part| (bar, part)));
    let mut masked: Vec<(usize, usize)> = match pattern {
        Pattern::Half => all.filter(|_| rng.random_bool(0.5)).collect(),
        Pattern::Part => {
            let mut candidates: Vec<usize> = (0..parts).filter(|&part| is_full(&passage, part)).collect();
            candidates.shuffle(rng);
            let part = *candidates.first()?;
            all.filter(|place| place.1 == part).collect()
        }
        Pattern::Last => all.filter(|place| place.0 + 1 == BARS).collect(),
        Pattern::Rest => all.filter(|place| place.0 >= BARS / 2).collect(),
    };
    masked.retain(|place| sounds(*place));
    let others = (0..BARS).flat_map(|bar| (0..parts).map(move |part| (bar, part)));
    let context = others.filter(|place| sounds(*place) && !masked.contains(place)).count();
    let fits = (2..=tokens::MOST_HOLES / 2).contains(&masked.len()) && context >= 1;
    fits.then(|| excerpt(collection, (at, from), piece, pattern, masked)).flatten()
}

/// The excerpt of a piece that begins at bar `from.1`, with these cells (bar, part) taken out; `from.0` is the piece's
/// number. None if there are not so many bars, or a cell has no notes.
pub fn excerpt(
    collection: &str,
    from: (usize, usize),
    piece: &Score,
    pattern: Pattern,
    masked: Vec<(usize, usize)>,
) -> Option<Excerpt> {
    let score = (from.1 + BARS <= tokens::last_bar(piece)? + 1).then(|| cut(piece, from.1))?;
    let passage = Passage::read(&score, 0..BARS);
    let whole = passage.bars() == BARS && masked.iter().all(|&(bar, part)| !passage.cell(bar, part).tones().is_empty());
    let asked = without(&score, &passage, &masked);
    whole.then(|| Excerpt { collection: collection.to_owned(), from, pattern, score, asked, passage, masked })
}

/// The same bars, of which only the first half is told; none if they end before, or if their second half has too many
/// cells for one task.
pub fn rest(excerpt: &Excerpt) -> Option<Excerpt> {
    let places = (BARS / 2..BARS).flat_map(|bar| (0..excerpt.passage.parts.len()).map(move |part| (bar, part)));
    let masked: Vec<_> = places.filter(|&(bar, part)| !excerpt.passage.cell(bar, part).tones().is_empty()).collect();
    let fits = (2..=tokens::MOST_HOLES / 2).contains(&masked.len());
    // The excerpt's own score begins with its first bar.
    let cut = |masked| self::excerpt(&excerpt.collection, (excerpt.from.0, 0), &excerpt.score, Pattern::Rest, masked);
    fits.then(|| cut(masked)).flatten()
}

/// The same bars, of which the first part that plays in all but one at most is asked for; none if there is none.
pub fn part(excerpt: &Excerpt) -> Option<Excerpt> {
    let part = (0..excerpt.passage.parts.len()).find(|&part| is_full(&excerpt.passage, part))?;
    let sounds = |bar: &usize| !excerpt.passage.cell(*bar, part).tones().is_empty();
    let masked = (0..BARS).filter(sounds).map(|bar| (bar, part)).collect();
    self::excerpt(&excerpt.collection, (excerpt.from.0, 0), &excerpt.score, Pattern::Part, masked)
}

/// Whether a part plays in all bars but one at most.
fn is_full(passage: &Passage, part: usize) -> bool {
    (0..BARS).filter(|&bar| !passage.cell(bar, part).tones().is_empty()).count() + 1 >= BARS
}

/// The bars without the notes of these cells.
fn without(score: &Score, passage: &Passage, masked: &[(usize, usize)]) -> Score {
    let bars = score.bars();
    let mut asked = score.clone();
    for (part, voice) in passage.parts.iter().enumerate() {
        let track = &mut asked.tracks[voice.index];
        let heard = |note: &&Note| !masked.contains(&(bars.of_onset(note.start).index, part));
        let notes = track.notes.iter().filter(heard).copied().collect();
        *track = Arc::new(Track::new(track.id.0, track.header.clone(), notes));
    }
    asked
}

/// The bars from `from` on as a piece of their own, with the tracks that have notes there.
fn cut(piece: &Score, from: usize) -> Score {
    let bars = piece.bars();
    let (start, end) = (bars.bar(from).tick(), bars.bar(from + BARS - 1).end());
    let inside = |note: &&Note| (from..from + BARS).contains(&bars.of_onset(note.start).index);
    let mut score = Score { title: piece.title.clone(), tpq: piece.tpq, source: piece.source, ..Score::empty() };
    let mut meters: Vec<Meter> =
        (from..from + BARS).map(|bar| Meter { tick: bars.bar(bar).tick() - start, ..bars.bar(bar).meter }).collect();
    meters.dedup_by_key(|meter| (meter.numerator, meter.denominator));
    score.meters = Arc::new(meters);
    let before = piece.tempos.iter().rev().find(|tempo| tempo.tick <= start).map(|tempo| Tempo { tick: 0, ..*tempo });
    let within = piece.tempos.iter().filter(|tempo| tempo.tick > start && tempo.tick < end);
    let within = within.map(|tempo| Tempo { tick: tempo.tick - start, ..*tempo });
    score.tempos = Arc::new(before.into_iter().chain(within).collect());
    let groups = Passage::read(piece, from..from + BARS).parts;
    for (index, track) in piece.tracks.iter().enumerate() {
        let moved = |note: &Note| Note { start: note.start.saturating_sub(start), ..*note };
        let notes: Vec<Note> = track.notes.iter().filter(inside).map(moved).collect();
        if notes.is_empty() {
            continue;
        }
        // The instrument that the model knows the track by, whatever events say on its way.
        let group = groups.iter().find(|part| part.index == index).map_or(0, |part| part.group);
        let program = if track.header.is_drums() { track.header.program } else { tokens::instrument::program(group) };
        let header = Header { lane: 0, program, ..track.header.clone() };
        score.tracks.push(Arc::new(Track::new(track.id.0, header, notes)));
    }
    score
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use score::text;

    /// A melody over chords, eight bars.
    pub fn piece() -> Score {
        let tune = "C4:1 D4:1 E4:1 F4:1 | G4:2 E4:2 | A4:1 G4:1 F4:1 E4:1 | D4:4 ";
        let bass = "[C3 E3 G3]:4 | [C3 E3 G3]:4 | [F2 A2 C3]:4 | [G2 B2 D3]:4 ";
        text::score(&format!("{tune}| {tune}\n{bass}| {bass}")).unwrap()
    }

    #[test]
    fn excerpts_come_by_turns_and_have_what_they_need() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let drawn = draw("a", &[piece()], 6, &mut rng);
        assert_eq!(drawn.iter().map(|one| one.pattern).collect::<Vec<_>>(), [PATTERNS, PATTERNS].concat());
        for one in &drawn {
            assert_eq!((one.passage.bars(), one.passage.note_count()), (BARS, piece().note_count()));
            assert!(one.masked.len() >= 2 && one.masked.is_sorted());
            assert!(one.asked.note_count() < one.score.note_count());
        }
        assert_eq!(drawn[1].masked.len(), BARS);
        assert_eq!(drawn[2].masked, [(7, 0), (7, 1)]);
        let again = draw("a", &[piece()], 6, &mut ChaCha8Rng::seed_from_u64(1));
        assert!(drawn.iter().zip(&again).all(|(one, other)| one.masked == other.masked));
    }

    #[test]
    fn of_what_goes_on_the_first_half_is_told() {
        let drawn = draw("a", &[piece()], 1, &mut ChaCha8Rng::seed_from_u64(1)).remove(0);
        let going_on = rest(&drawn).unwrap();
        assert_eq!(going_on.masked, (4..8).flat_map(|bar| [(bar, 0), (bar, 1)]).collect::<Vec<_>>());
        assert_eq!(going_on.passage, drawn.passage);
        assert_eq!(tokens::last_bar(&going_on.asked), Some(3));
    }

    #[test]
    fn of_other_excerpts_a_part_can_be_asked_for() {
        let drawn = draw("a", &[piece()], 1, &mut ChaCha8Rng::seed_from_u64(1)).remove(0);
        assert_eq!((drawn.pattern, part(&drawn).unwrap().pattern), (Pattern::Half, Pattern::Part));
        assert_eq!(part(&drawn).unwrap().masked, (0..8).map(|bar| (bar, 0)).collect::<Vec<_>>());
    }

    #[test]
    fn a_piece_that_is_too_short_gives_none() {
        let short = text::score("C4:4 | D4:4").unwrap();
        assert!(draw("a", &[short], 3, &mut ChaCha8Rng::seed_from_u64(1)).is_empty());
    }
}
