//! The tokeniser against the golden vectors of the format: 80 pieces, each one plain window.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tokens::{Passage, Window};

#[derive(Deserialize)]
struct Golden {
    file: String,
    tokens: usize,
    notes: usize,
    bars: usize,
    sha256: String,
    head: Vec<u16>,
    tail: Vec<u16>,
}

fn folder(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        eprintln!("skipped: {variable} is not set");
    }
    found
}

fn passage(path: &Path) -> Passage {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let opened = formats::midi::read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Passage::whole(&opened.score)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn all_golden_vectors_come_out_identically() {
    let (Some(shared), Some(corpus)) = (folder("DIABELLI_SHARED"), folder("DIABELLI_CORPUS")) else { return };
    let text = std::fs::read(shared.join("design/tokens-golden.json")).expect("the golden vectors");
    let golden: Vec<Golden> = serde_json::from_slice(&text).expect("golden vectors in their form");
    assert_eq!(golden.len(), 80);
    let mut wrong = Vec::new();
    for expected in golden {
        let passage = passage(&corpus.join(&expected.file));
        let ids = Window::of(&passage).plain();
        let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
        let figures = (ids.len(), passage.note_count(), passage.bars());
        let ends = ids.starts_with(&expected.head) && ids.ends_with(&expected.tail);
        if !ends
            || hex(&Sha256::digest(&bytes)) != expected.sha256
            || figures != (expected.tokens, expected.notes, expected.bars)
        {
            let first = ids.iter().zip(&expected.head).position(|(id, wanted)| id != wanted);
            wrong.push(format!(
                "{}: {figures:?} for {:?}, first difference in the head {first:?}",
                expected.file,
                (expected.tokens, expected.notes, expected.bars)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
