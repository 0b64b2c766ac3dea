//! Sets of note ids, and finding the notes that have them.

use crate::{Error, Note, NoteId, Score, TrackId};

/// A set of note ids, made for asking it about every note of a piece.
pub(crate) struct Ids(Vec<NoteId>);

impl Ids {
    pub fn new(mut ids: Vec<NoteId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Ids(ids)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn contains(&self, id: NoteId) -> bool {
        self.0.binary_search(&id).is_ok()
    }

    pub fn iter(&self) -> impl Iterator<Item = NoteId> {
        self.0.iter().copied()
    }

    /// First and last; outside them a search is not needed.
    fn span(&self) -> Option<(NoteId, NoteId)> {
        Some((*self.0.first()?, *self.0.last()?))
    }
}

impl Score {
    /// The notes whose id is one of these, in the order of the document.
    pub(crate) fn notes_among(&self, ids: &Ids) -> impl Iterator<Item = (TrackId, &Note)> {
        let span = ids.span();
        let all = self.tracks.iter().flat_map(|track| track.notes.iter().map(move |note| (track.id, note)));
        let near = move |id| span.is_some_and(|(first, last)| first <= id && id <= last);
        all.filter(move |(_, note)| near(note.id) && ids.contains(note.id))
    }

    /// Each note that is named, once, in the order of the document.
    pub(crate) fn named(&self, ids: &[NoteId]) -> Result<Vec<(TrackId, Note)>, Error> {
        let ids = Ids::new(ids.to_vec());
        let found: Vec<(TrackId, Note)> = self.notes_among(&ids).map(|(track, note)| (track, *note)).collect();
        if found.len() == ids.len() {
            return Ok(found);
        }
        let present = Ids::new(found.iter().map(|(_, note)| note.id).collect());
        match ids.iter().find(|&id| !present.contains(id)) {
            Some(note) => Err(Error::NoNote { note }),
            None => Ok(found),
        }
    }
}
