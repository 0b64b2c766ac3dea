//! The figures of the base corpus that a composer's folder is shown beside.
//!
//!     cargo run --release -p engine --example portraits -- CORPUS > crates/engine/src/voice/base.json
//!
//! CORPUS is the unpacked base corpus; what is in its `train/` counts.

use corpus::intake::{Limits, read};
use engine::Portraits;
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

/// What people call the collections.
const CALLED: [(&str, &str); 11] = [
    ("freedoom", "Game music"),
    ("lmms_demos", "Electronic songs"),
    ("groove", "Drum grooves"),
    ("openscore_orchestra", "Orchestral scores"),
    ("openscore_quartets", "String quartets"),
    ("openscore_lieder", "Art songs"),
    ("polish_heritage", "Polish music of four centuries"),
    ("openewld", "Lead sheets"),
    ("cre_irish", "Irish dance tunes"),
    ("open_hymnal", "Hymns"),
    ("mutopia", "Classical keyboard and chamber music"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = PathBuf::from(std::env::args().nth(1).ok_or("say where the base corpus is")?);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let taken = read(&corpus.join("train"), &Limits::default(), threads, &|_, _| true)?;
    let called = |name: &str| CALLED.iter().find(|(own, _)| *own == name).map_or(name, |(_, called)| called).to_owned();
    let portraits = Portraits::of(&taken.pieces, called);
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&portraits)?)?;
    Ok(())
}
