//! A composer's own folder, divided by piece: what is learnt from, what says when to stop, and what is only judged.

use crate::intake::Piece;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Share of the pieces that says when to stop.
const HELD: f64 = 0.1;

/// Share of the pieces that is only judged.
const TEST: f64 = 0.15;

/// Fewer pieces than this are not divided into three.
const THREE: usize = 5;

/// Pieces by what they are for; none is in two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// What is learnt from; never empty if there was a piece.
    pub train: Vec<Piece>,
    /// What says when to stop.
    pub held: Vec<Piece>,
    /// What is judged when all is done; of two to four pieces, and of one, those that are held out.
    pub test: Vec<Piece>,
}

/// Divides pieces by a seed. Of at least five pieces, a tenth is held out and three twentieths are judged, at least one
/// each; of two to four, one is both; of a single piece it is the last quarter of its bars, if it has four.
pub fn divide(mut pieces: Vec<Piece>, seed: u64) -> Division {
    pieces.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let share = |share: f64| ((pieces.len() as f64 * share).round() as usize).max(1);
    let (held, test) = (share(HELD), share(TEST));
    let rest = match pieces.len() {
        0 | 1 => {
            let Some(piece) = pieces.pop() else { return Division { train: pieces, held: vec![], test: vec![] } };
            let (bars, from) = (piece.passage.bars(), piece.passage.bars() * 3 / 4);
            if bars < 4 {
                return Division { train: vec![piece], held: vec![], test: vec![] };
            }
            let section = |bars| Piece { passage: piece.passage.section(bars), ..piece.clone() };
            let (train, rest) = (section(0..from), section(from..bars));
            return Division { train: vec![train], held: vec![rest.clone()], test: vec![rest] };
        }
        count if count < THREE => pieces.split_off(count - 1),
        count => {
            let mut rest = pieces.split_off(count - held - test);
            let test = rest.split_off(held);
            return Division { train: pieces, held: rest, test };
        }
    };
    Division { train: pieces, held: rest.clone(), test: rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Header, Note, Score, Track};
    use std::collections::BTreeSet;
    use std::sync::Arc;
    use tokens::Passage;

    fn piece(number: usize, bars: u32) -> Piece {
        let header = Header {
            name: String::new(),
            lane: 0,
            channel: 0,
            program: 0,
            hue: 0,
            mix: Default::default(),
            output: None,
        };
        let quarter = u32::from(Score::empty().tpq);
        let notes = (0..4 * bars).map(|at| Note::new(at, at * quarter, quarter, 60, 64)).collect();
        let score = Score { tracks: vec![Arc::new(Track::new(0, header, notes))], ..Score::empty() };
        let (file, collection) = (number.to_string(), String::new());
        Piece {
            title: file.clone(),
            file,
            collection,
            passage: Passage::whole(&score),
            programs: vec![0],
            key: None,
            genre: None,
            words: Vec::new(),
        }
    }

    #[test]
    fn every_piece_is_in_one_part_whatever_their_number() {
        for count in 5..60 {
            let Division { train, held, test } = divide((0..count).map(|number| piece(number, 2)).collect(), 3);
            let all: BTreeSet<&str> = train.iter().chain(&held).chain(&test).map(|piece| piece.file.as_str()).collect();
            assert_eq!((all.len(), train.len() + held.len() + test.len()), (count, count));
            assert!(!held.is_empty() && !test.is_empty() && train.len() * 2 > count, "{count}");
        }
        let few = divide((0..3).map(|number| piece(number, 2)).collect(), 3);
        assert_eq!((few.train.len(), few.held.len()), (2, 1));
        assert_eq!(few.held, few.test);
        assert!(divide(vec![], 3).train.is_empty());
    }

    #[test]
    fn of_one_piece_the_end_is_held_out() {
        let one = divide(vec![piece(0, 8)], 1);
        assert_eq!((one.train[0].passage.bars(), one.held[0].passage.bars()), (6, 2));
        assert_eq!(divide(vec![piece(0, 1)], 1).held, []);
    }

    #[test]
    fn the_seed_says_which() {
        let all = || (0..20).map(|number| piece(number, 1)).collect();
        assert_eq!(divide(all(), 1), divide(all(), 1));
        assert_ne!(divide(all(), 1).held, divide(all(), 2).held);
    }
}
