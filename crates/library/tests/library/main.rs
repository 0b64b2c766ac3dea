//! The library from outside: nothing is lost, whatever happens.
#![allow(missing_docs, clippy::unwrap_used)]

mod damage;
mod edits;
mod folder;
mod kill;
mod lock;
mod pieces;
mod place;
mod speed;
mod undo;

/// A moment from which the tests count: 24 November 2026.
const NOW: i64 = 1_795_478_400;
