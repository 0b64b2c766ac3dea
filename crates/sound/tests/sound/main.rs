//! One binary for all tests of the crate that go through its public face.
#![allow(clippy::unwrap_used)]

mod builtin;
mod fence;
mod hostile;
mod levels;
mod manual;
mod operations;
mod out;
mod piece;
mod player;
mod quiet;
mod record;
mod recording;
mod schedule;
mod stage;
