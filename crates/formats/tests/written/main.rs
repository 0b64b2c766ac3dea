//! Notation from outside: MusicXML and ABC, sound and spoiled, held against other readings of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)]
#[path = "../engraved/compare.rs"]
mod compare;
#[allow(dead_code)]
#[path = "../formats/material.rs"]
mod material;
#[allow(dead_code)]
#[path = "../engraved/pieces.rs"]
mod pieces;
#[allow(dead_code)]
#[path = "../engraved/truth.rs"]
mod truth;
#[allow(dead_code)]
#[path = "../engraved/xml.rs"]
mod xml;

mod attacks;
mod engraved;
mod oracle;
mod round;
mod spoiled;
mod suite;
mod tunes;
