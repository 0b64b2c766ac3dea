//! Reads a folder of MIDI and says what became of every file: `intake FOLDER [--lines]` counts the outcomes by
//! collection and by the words of their repairs and reasons, with the numbers in them left out.

use corpus::intake::{self, Limits, Outcome};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = words.first() else { return Err("usage: intake FOLDER [--lines]".into()) };
    let lines = words.iter().any(|word| word == "--lines");
    let intake = intake::read(Path::new(folder), &Limits::default(), 2, &|_, _| true)?;
    let mut out = std::io::stdout().lock();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in &intake.report {
        let collection = line.file.split_once('/').map_or("", |(folder, _)| folder);
        let said = match &line.outcome {
            Outcome::Used => vec!["used".to_owned()],
            Outcome::Repaired { repairs } => repairs.iter().map(|repair| format!("repaired: {repair}")).collect(),
            Outcome::Rejected { reason } => vec![format!("rejected: {reason}")],
        };
        let mut kinds: Vec<String> = said.iter().map(|said| kind(said)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            *counts.entry((kind, collection.to_owned())).or_default() += 1;
        }
        if lines {
            writeln!(out, "{}: {}", line.file, said.join("; "))?;
        }
    }
    for ((kind, collection), count) in counts {
        writeln!(out, "{count:6} {collection:20} {kind}")?;
    }
    writeln!(out, "{} of {} files are used", intake.pieces.len(), intake.report.len())?;
    Ok(())
}

/// What is said without its numbers and names.
fn kind(said: &str) -> String {
    let said = match said.find("nearly the same as") {
        Some(at) => &said[..at + 18],
        None => said,
    };
    let mut quoted = false;
    let letters = said.chars().filter(|letter| {
        quoted ^= *letter == '"';
        !quoted && *letter != '"' && !letter.is_ascii_digit()
    });
    letters.collect()
}
