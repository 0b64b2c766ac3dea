//! Pieces whose engraving is known, and how much of it is found again.

use crate::compare::{self, Figures};
use crate::truth::{self, Part};
use crate::xml::{self, Node};
use std::path::{Path, PathBuf};

/// Pieces of which fewer notes are found, in percent, are played in another order than we understand (da capo, coda):
/// what is found of them says nothing, and they are left out of the sums.
pub const FOUND: f64 = 90.0;

/// Pieces with this part of their bar lines in the right place are counted by themselves, too, in percent.
pub const IN_STEP: f64 = 95.0;

/// A line of the index.
pub struct Piece {
    pub score: String,
    pub midi: String,
}

/// The engravings and the corpus, where they are.
pub fn folders() -> Option<(PathBuf, PathBuf)> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let corpus = folder("DIABELLI_CORPUS")?;
    let scores = folder("DIABELLI_SCORES").unwrap_or_else(|| corpus.join("../scores/scores"));
    scores.join("index.jsonl").exists().then_some((scores, corpus))
}

pub fn index(folder: &Path) -> Vec<Piece> {
    let text = std::fs::read_to_string(folder.join("index.jsonl")).expect("an index");
    let field = |line: &str, name: &str| {
        let from = line.find(&format!("\"{name}\": \"")).expect(name) + name.len() + 5;
        line[from..].split('"').next().expect(name).to_owned()
    };
    text.lines().map(|line| Piece { score: field(line, "score"), midi: field(line, "midi") }).collect()
}

/// What the engraver wrote.
pub fn engraved(scores: &Path, piece: &Piece) -> Node {
    Node::parse(&xml::unpack(&scores.join(&piece.score)))
}

/// What a MIDI file becomes with us.
pub fn notated(midi: &Path) -> Vec<Part> {
    let midi = std::fs::read(midi).expect("a MIDI file");
    let score = formats::midi::read(&midi).expect("a readable MIDI file").score;
    compare::ours(&notation::sheet(&score))
}

/// How much of an engraving is found in some parts, with repeats as those have them.
pub fn figures(root: &Node, ours: &[Part]) -> Figures {
    let mut best = Figures::default();
    for unrolled in [false, true] {
        let theirs = truth::parts(root, unrolled);
        let mut sum = Figures::default();
        for own in ours {
            // Tracks and parts are matched by what they have in common.
            let all = theirs.iter().map(|truth| compare::compare(own, truth));
            if let Some(figures) = all.max_by_key(|figures| figures.matched.right) {
                sum.add(&figures);
            }
        }
        if sum.matched.right > best.matched.right {
            best = sum;
        }
    }
    best
}
