//! The document: pieces, tracks, notes, maps, invertible edits and their history.
