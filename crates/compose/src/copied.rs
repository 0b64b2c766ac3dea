//! The longest passages that new music shares with what stood there already, and with what the model learnt from.

use analysis::{Known, Move};
use score::{Note, Score, TrackId};

/// A passage that stands elsewhere too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copied {
    /// How many notes long it is; 0 if nothing of at least two notes is shared.
    pub notes: u32,
    /// Where it stands, in words.
    pub place: String,
}

/// The longest run of equal (onset step, interval) moves that `new` shares with a track of the piece.
pub fn longest(score: &Score, new: &[(TrackId, Note)]) -> Copied {
    let mut longest = Copied::default();
    let mut tracks: Vec<TrackId> = new.iter().map(|(track, _)| *track).collect();
    tracks.dedup();
    for track in tracks {
        let notes: Vec<Note> = new.iter().filter(|(of, _)| *of == track).map(|(_, note)| *note).collect();
        let ours = moves(&notes, score.tpq);
        for (index, other) in score.tracks.iter().enumerate() {
            let (length, end) = shared(&ours, &moves(&other.notes, score.tpq));
            if length + 1 > longest.notes as usize && length > 0 {
                let first = &other.notes[end - length];
                let bar = score.bars().of_onset(first.start).index + 1;
                longest = Copied { notes: length as u32 + 1, place: format!("track {}, bar {bar}", index + 1) };
            }
        }
    }
    longest
}

/// The longest run of moves that a new line shares with known music; drums have no lines.
pub fn known(known: &[Known], score: &Score, new: &[(TrackId, Note)]) -> Copied {
    let mut longest = Copied::default();
    for track in score.tracks.iter().filter(|track| !track.header.is_drums()) {
        let notes: Vec<Note> = new.iter().filter(|(of, _)| *of == track.id).map(|(_, note)| *note).collect();
        let line = moves(&notes, score.tpq);
        for run in known.iter().flat_map(|known| known.runs(&line)) {
            if run.notes > longest.notes as usize {
                longest = Copied { notes: run.notes as u32, place: run.work.to_owned() };
            }
        }
    }
    longest
}

fn moves(notes: &[Note], tpq: u16) -> Vec<Move> {
    let step = |pair: &[Note]| {
        let ticks = u64::from(pair[1].start.saturating_sub(pair[0].start));
        let steps = tokens::grid::round(ticks * tokens::grid::STEPS, u64::from(tpq));
        (steps as u32, i16::from(pair[1].pitch) - i16::from(pair[0].pitch))
    };
    notes.windows(2).map(step).collect()
}

/// Length of the longest common run, and where it ends in `there`.
fn shared(here: &[Move], there: &[Move]) -> (usize, usize) {
    let (mut best, mut end) = (0, 0);
    let mut lengths = vec![0; there.len() + 1];
    for one in here {
        for at in (0..there.len()).rev() {
            lengths[at + 1] = if there[at] == *one { lengths[at] + 1 } else { 0 };
            if lengths[at + 1] > best {
                (best, end) = (lengths[at + 1], at + 1);
            }
        }
        lengths[0] = 0;
    }
    (best, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transposed_passage_is_found() {
        let score = score::text::score("C4:1 D4:1 E4:2 | G4:1 A4:1 B4:1 C5:1").unwrap();
        let new = score::text::notes("C5:1 D5:1 E5:1 F5:1 A5:2").unwrap();
        let track = score.tracks[0].id;
        let found = longest(&score, &new.iter().map(|note| (track, *note)).collect::<Vec<_>>());
        assert_eq!(found, Copied { notes: 4, place: "track 1, bar 2".into() });
    }

    #[test]
    fn what_the_model_learnt_is_known_again() {
        let tune = "C4:1 E4:1/2 D4:1/2 G4:2 | A4:1 C5:1/2 B4:1/2 E4:2 | F4:1 D4:1/2 G4:1/2 C4:2 | E4:1 G4:1 C4:2";
        let learnt = score::text::score(tune).unwrap();
        let line = tokens::Passage::whole(&learnt).moves(0).into_iter().map(|(_, step)| step).collect();
        let all = [Known::of([("A tune".to_owned(), vec![line])], 1)];
        let track = learnt.tracks[0].id;
        let new: Vec<_> =
            learnt.tracks[0].notes.iter().map(|note| (track, Note { pitch: note.pitch + 3, ..*note })).collect();
        assert_eq!(known(&all, &learnt, &new), Copied { notes: 15, place: "A tune".into() });
        assert_eq!(known(&all, &learnt, &new[..11]), Copied::default(), "eleven notes are no copy");
    }
}
