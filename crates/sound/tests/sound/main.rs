//! One binary for all tests of the crate that go through its public face.
#![allow(clippy::unwrap_used)]

mod builtin;
mod piece;
