//! The fingerprints of a corpus, which tell a composer what new music has in common with it.

use crate::intake::Piece;
use analysis::{Known, Move};

/// What can be known again of these pieces: every part but drums, whose lines are patterns that all drummers share.
/// `window` as for [`Known::of`].
pub fn known(pieces: &[Piece], window: usize) -> Known {
    let lines = |piece: &Piece| -> Vec<Vec<Move>> {
        let melodic = (0..piece.passage.parts.len()).filter(|&part| !piece.passage.parts[part].is_drums());
        melodic.map(|part| piece.passage.moves(part).into_iter().map(|(_, step)| step).collect()).collect()
    };
    Known::of(pieces.iter().map(|piece| (piece.title.clone(), lines(piece))), window)
}
