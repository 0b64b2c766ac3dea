//! How well MIDI files are written down: songs and quartets whose engraving is known, note by note.
//!
//! `cargo test --release -p formats --test engraved -- --nocapture` prints the table. DIABELLI_SCORES names the unpacked
//! engravings (with `index.jsonl`), DIABELLI_CORPUS the unpacked corpus; DIABELLI_SPLIT chooses its part (`valid`);
//! DIABELLI_PIECE, the beginning of a score's name, prints what differs in it.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod compare;
mod export;
mod fragments;
mod pieces;
mod truth;
mod xml;

use compare::Figures;
use pieces::{FOUND, IN_STEP, Piece};

fn line(name: &str, figures: &Figures) -> String {
    let name: String = name.chars().take(34).collect();
    format!(
        "{name:34} {:7} {:6.1} {:6.1} {:6.1} {:6.1} {:6.1} {:6.1} {:6.1} {:6.1} {:6.1}",
        figures.matched.of,
        figures.matched.percent(),
        figures.values.percent(),
        figures.ties.f1(),
        figures.tuplets.f1(),
        figures.voices.f1(),
        figures.hands.percent(),
        figures.spelling.percent(),
        figures.rests.f1(),
        figures.bars.f1(),
    )
}

#[test]
fn written_as_the_engraver_wrote_it() {
    let Some((scores, corpus)) = pieces::folders() else {
        println!("skipped: DIABELLI_CORPUS is not set, or no engravings lie beside it");
        return;
    };
    let split = std::env::var("DIABELLI_SPLIT").unwrap_or_else(|_| "valid".into());
    let only = std::env::var("DIABELLI_PIECE").unwrap_or_default();
    let pieces = pieces::index(&scores).into_iter().filter(|piece| piece.midi.starts_with(&split));
    let pieces: Vec<Piece> = pieces.filter(|piece| piece.score.starts_with(&only)).collect();
    assert!(!pieces.is_empty(), "the index names pieces of {split}/");
    println!("{:34} {:>7} match% value% tieF1 tuplF1 voicF1  hand% spell% restF1  barF1", "piece", "notes");
    let figures =
        |piece: &Piece| pieces::figures(&pieces::engraved(&scores, piece), &pieces::notated(&corpus.join(&piece.midi)));
    let mut found: Vec<(Figures, &Piece)> = pieces.iter().map(|piece| (figures(piece), piece)).collect();
    found.sort_by(|a, b| a.0.values.percent().total_cmp(&b.0.values.percent()));
    let (mut sum, mut followed) = (Figures::default(), 0);
    let (mut in_step, mut steps) = (Figures::default(), 0);
    for (figures, piece) in &found {
        println!("{}", line(&piece.score, figures));
        if figures.matched.percent() < FOUND {
            continue;
        }
        sum.add(figures);
        followed += 1;
        if figures.bars.f1() > IN_STEP {
            in_step.add(figures);
            steps += 1;
        }
    }
    println!("{}", line(&format!("{steps} whose bars agree"), &in_step));
    println!("{}", line(&format!("all {followed} of {} in {split}/", found.len()), &sum));
    if !only.is_empty() {
        return;
    }
    // What is reached today, less a little: a change that loses this much is a mistake.
    assert!(sum.values.percent() > 94.0 && sum.spelling.percent() > 97.0, "values or spelling");
    assert!(sum.hands.percent() > 89.0 && sum.voices.f1() > 85.0, "hands or voices");
    assert!(in_step.ties.f1() > 70.0, "ties");
}
