//! Words beside the pieces.

use super::{knobs, plan, train, tune};
use engine::{Finetuning, Knobs, Settings, Studio, VoiceUse, wire};
use score::{Note, Track};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Tunes of which every other is slow and said to be so in a text beside it, and the others fast by a description in
/// JSON.
fn described(folder: &Path, count: u32) -> PathBuf {
    let music = folder.join("described");
    std::fs::create_dir_all(&music).unwrap();
    for number in 0..count {
        let slow = number % 2 == 0;
        let mut score = tune(number / 2, 16);
        if slow {
            let track = Arc::make_mut(&mut score.tracks[0]);
            let half = 2 * u32::from(score.tpq);
            let notes = track.notes.iter().take(32).enumerate();
            let notes = notes.map(|(at, note)| Note::new(at as u32, at as u32 * half, half, note.pitch, 80)).collect();
            *track = Track::new(1, track.header.clone(), notes);
        }
        std::fs::write(music.join(format!("{number}.mid")), formats::midi::write(&score)).unwrap();
        let (ending, text) = match slow {
            true => ("txt", "A slow piece, for the evening."),
            false => ("json", "{\"about\": [\"fast\", \"for the morning\"], \"bpm\": 120}"),
        };
        std::fs::write(music.join(format!("{number}.{ending}")), text).unwrap();
    }
    music
}

#[tokio::test]
async fn a_voice_answers_to_the_words_that_stand_beside_its_pieces() {
    let home = tempfile::tempdir().unwrap();
    let knobs = Knobs { epochs: 60.0, patience: 20, ..knobs() };
    let plan = Finetuning { knobs, ..plan(home.path(), described(home.path(), 16)) };
    let done = train(&plan).unwrap();
    let known: Vec<&str> = done.words.iter().map(|(word, _)| word.as_str()).collect();
    assert!(known.contains(&"slow") && known.contains(&"fast") && !known.contains(&"for"), "{known:?}");
    let told = done.told.unwrap();
    assert!(told < done.after.bits_per_note - 0.01, "words help: {told} after {}", done.after.bits_per_note);

    let studio = Studio::headless();
    studio.use_model(plan.base.as_deref().unwrap()).unwrap();
    // Two bars of quarters, which are neither, and nothing behind them that would say how many notes are wished for.
    let mut score = tune(1, 2);
    let lead = Arc::make_mut(&mut score.tracks[0]);
    let quarter = u32::from(score.tpq);
    let notes = lead.notes.iter().take(8).enumerate();
    let notes = notes.map(|(at, note)| Note::new(at as u32, at as u32 * quarter, quarter, note.pitch, 80)).collect();
    *lead = Track::new(1, lead.header.clone(), notes);
    std::fs::write(home.path().join("begun.mid"), formats::midi::write(&score)).unwrap();
    studio.open_file(&home.path().join("begun.mid")).await.unwrap();
    let track = studio.score().await.unwrap().tracks[0].id;
    let ask = async |words: &[&str]| {
        // All bars are open: nothing is left that could be echoed, and nobody but the words says what is wished for.
        let selection = wire::Selection { tracks: vec![track], from_bar: 1, to_bar: 4, cells: Vec::new() };
        let settings =
            Settings { mode: engine::Mode::Infill, scale: "off".into(), temperature: 0.7, ..Settings::default() };
        let voices = vec![VoiceUse { voice: plan.output.display().to_string(), strength: 1.0 }];
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let request = wire::VaryRequest { voices, words, ..wire::VaryRequest::new(selection, settings) };
        studio.vary(request, |_| true).await
    };
    let length = |run: &wire::Variations| -> f64 {
        let tracks = run.candidates.iter().flat_map(|candidate| &candidate.notes);
        let lengths: Vec<f64> = tracks.flat_map(|track| &track.notes).map(|note| f64::from(note.length)).collect();
        lengths.iter().sum::<f64>() / lengths.len() as f64
    };
    let (slow, fast) = (ask(&["slow", "evening"]).await.unwrap(), ask(&["fast", "morning"]).await.unwrap());
    assert!(length(&slow) > 1.5 * length(&fast), "{} ticks slow and {} fast", length(&slow), length(&fast));
    assert!(slow.model.contains("slow evening"), "{}", slow.model);
    let unknown = ask(&["purple"]).await.unwrap_err().to_string();
    assert!(unknown.contains("purple") && unknown.contains("slow"), "{unknown}");
}
