//! How surprising each note is: what its tokens cost the model, given all before them.

use crate::{Composer, Error};
use score::{Note, Score, TrackId};
use std::ops::Range;
use tokens::{Head, Passage, Window, grid, vocabulary};

/// Bars that are read again at the start of each window, so that its first new bar has something before it.
const OVERLAP: usize = 4;

/// One note's surprise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surprise {
    /// Whose note.
    pub track: TrackId,
    /// Which note.
    pub note: Note,
    /// Bits of its tokens: position, velocity, duration and pitch, as far as they are written.
    pub bits: f32,
}

impl Composer {
    /// The surprise of every note that has tokens of its own, window by window.
    ///
    /// # Errors
    /// [`Error::Model`].
    pub fn surprise(&self, score: &Score) -> Result<Vec<Surprise>, Error> {
        let whole = Passage::whole(score);
        let mut found = Vec::new();
        let mut new = 0;
        while new < whole.bars() {
            let from = new.saturating_sub(OVERLAP);
            let (bars, ids) = self.longest_window(&whole, from, new);
            if ids.len() <= self.context() {
                let asked = self.styled(&ids.iter().map(|&id| u32::from(id)).collect::<Vec<_>>());
                // Nobody is surprised by a style.
                let scores = self.decoder().score(&asked)?.split_off(asked.len() - ids.len());
                found.extend(read(score, &whole.section(bars.clone()), &ids, &scores, new - bars.start));
            }
            new = bars.end;
        }
        Ok(found)
    }

    /// The longest window from `from` that fits and has bar `new`; if none fits, bar `new` alone.
    fn longest_window(&self, whole: &Passage, from: usize, new: usize) -> (Range<usize>, Vec<tokens::Id>) {
        let ids = |bars: Range<usize>| {
            let passage = whole.section(bars);
            Window { passage: &passage, head: Head::default(), chords: &[] }.plain()
        };
        let fits = |ids: &Vec<tokens::Id>| ids.len() <= self.context();
        let start = (from..new).find(|&start| fits(&ids(start..new + 1))).unwrap_or(new);
        let mut best = (start..new + 1, ids(start..new + 1));
        for end in new + 2..=whole.bars() {
            let longer = ids(start..end);
            if !fits(&longer) {
                break;
            }
            best = (start..end, longer);
        }
        best
    }
}

/// Walks through the tokens of a window beside its cells; notes of the first `skip` bars were read before.
fn read(score: &Score, passage: &Passage, ids: &[tokens::Id], scores: &[f32], skip: usize) -> Vec<Surprise> {
    let mut found = Vec::new();
    // Bits of the tokens that belong to the note whose pitch comes next.
    let mut bits = 0.0;
    let mut at = 1;
    for bar in 0..passage.bars() {
        for (index, part) in passage.parts.iter().enumerate() {
            let cell = passage.cell(bar, index);
            let mut tones = cell.tones().iter();
            let mut left = cell.tones().len();
            while left > 0 && at < ids.len() {
                let (id, cost) = (ids[at], -scores[at - 1]);
                let class = vocabulary::class(id);
                if vocabulary::NOTE_CLASSES.contains(&class) {
                    bits += cost;
                    let opens = class == vocabulary::class(vocabulary::P.id(0));
                    if opens && let Some(tone) = tones.next() {
                        left -= 1;
                        // A drum's velocity stands after it.
                        if part.is_drums() && ids.get(at + 1).is_some_and(|&next| vocabulary::VEL.has(next)) {
                            at += 1;
                            bits -= scores[at - 1];
                        }
                        if bar >= skip {
                            found.extend(note(score, passage, bar, part, tone).map(|note| Surprise {
                                track: part.track,
                                note,
                                bits,
                            }));
                        }
                        bits = 0.0;
                    }
                }
                at += 1;
            }
        }
    }
    found
}

/// The note of the document that stands as this tone.
fn note(score: &Score, passage: &Passage, bar: usize, part: &tokens::Part, tone: &tokens::Tone) -> Option<Note> {
    let measure = &passage.measures[bar];
    let notes = tokens::notes_of(&score.tracks.get(part.index)?.notes, measure);
    let pitch = |note: &Note| if part.is_drums() { tokens::instrument::drum(note.pitch) } else { note.pitch };
    let same = |note: &&Note| {
        pitch(note) == tone.pitch && grid::position(note.start, measure.start, measure.tpq) == tone.position
    };
    notes.iter().filter(same).max_by_key(|note| (note.length, note.velocity)).copied()
}
