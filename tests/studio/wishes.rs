//! What is asked for is held, whatever the model would like: over many seeds not one note breaks a wish.

use engine::wire::{Candidate, Selection, VaryRequest};
use engine::{Keep, Mode, Settings, Studio};
use score::{Note, Score};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bars 5 to 8 of the demo's melody, written anew with these settings: the old notes and the candidates.
async fn written(settings: Settings) -> (Vec<Note>, Vec<Candidate>) {
    let studio = Studio::headless();
    studio.open_demo().await.unwrap();
    let score: Arc<Score> = studio.score().await.unwrap();
    let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 8, cells: Vec::new() };
    let run = studio.vary(VaryRequest::new(selection, settings), |_| true).await.unwrap();
    assert_eq!(run.candidates.len(), 8);
    let bars = score.bars();
    let inside = |note: &&Note| (4..8).contains(&bars.of_onset(note.start).index);
    (score.tracks[0].notes.iter().filter(inside).copied().collect(), run.candidates)
}

fn settings() -> Settings {
    Settings { count: 8, strength: 0.9, seed: 100, ..Settings::default() }
}

/// What a candidate leaves and what it writes, together.
fn result(old: &[Note], candidate: &Candidate) -> Vec<Note> {
    let kept = old.iter().filter(|note| !candidate.removed.contains(&note.id)).copied();
    let mut notes: Vec<Note> =
        kept.chain(candidate.notes.iter().flat_map(|track| track.notes.iter().copied())).collect();
    notes.sort_by_key(Note::order);
    notes
}

#[tokio::test]
async fn every_note_is_in_the_scale_and_in_the_range() {
    let wishes = Settings { scale: "C major".into(), range: Some((62, 74)), ..settings() };
    let (old, candidates) = written(wishes).await;
    for candidate in &candidates {
        for note in result(&old, candidate).iter().filter(|note| !old.contains(note)) {
            assert!((62..=74).contains(&note.pitch), "{}", note.pitch);
            assert!([0, 2, 4, 5, 7, 9, 11].contains(&(note.pitch % 12)), "{}", note.pitch);
        }
    }
}

#[tokio::test]
async fn no_more_notes_at_once_than_asked() {
    let (old, candidates) = written(Settings { polyphony: Some(1), density: 1.0, ..settings() }).await;
    for candidate in &candidates {
        let mut onsets: BTreeMap<u32, u32> = BTreeMap::new();
        for note in result(&old, candidate) {
            *onsets.entry(note.start).or_default() += 1;
        }
        assert!(onsets.values().all(|&count| count == 1), "{onsets:?}");
    }
}

#[tokio::test]
async fn rhythm_and_pitches_are_kept() {
    let (old, candidates) = written(Settings { keep: vec![Keep::Rhythm], ..settings() }).await;
    let times = |notes: &[Note]| notes.iter().map(|note| note.start).collect::<Vec<_>>();
    for candidate in &candidates {
        assert_eq!(times(&result(&old, candidate)), times(&old));
    }
    let (old, candidates) = written(Settings { keep: vec![Keep::Pitches], ..settings() }).await;
    let pitches = |notes: &[Note]| notes.iter().map(|note| note.pitch).collect::<Vec<_>>();
    for candidate in &candidates {
        assert_eq!(pitches(&result(&old, candidate)), pitches(&old));
    }
}

#[tokio::test]
async fn the_outline_is_kept() {
    let (old, candidates) = written(Settings { keep: vec![Keep::Rhythm, Keep::Contour], ..settings() }).await;
    let steps = |notes: &[Note]| notes.windows(2).map(|pair| pair[1].pitch.cmp(&pair[0].pitch)).collect::<Vec<_>>();
    for candidate in &candidates {
        let notes = result(&old, candidate);
        let alike = steps(&notes).iter().zip(steps(&old)).filter(|(new, old)| **new == *old).count();
        assert!(alike * 10 >= steps(&old).len() * 9, "{:?} became {:?}", steps(&old), steps(&notes));
    }
}

#[tokio::test]
async fn density_means_fewer_and_more() {
    let mean = |old: &[Note], candidates: &[Candidate]| {
        candidates.iter().map(|candidate| result(old, candidate).len()).sum::<usize>() as f64 / candidates.len() as f64
    };
    let (old, few) = written(Settings { density: -1.0, ..settings() }).await;
    let (_, many) = written(Settings { density: 1.0, ..settings() }).await;
    let (few, many) = (mean(&old, &few), mean(&old, &many));
    assert!(few < old.len() as f64 && many > few, "{few} and {many} notes for {}", old.len());
}

#[tokio::test]
async fn stronger_means_further_away() {
    let mut alike = Vec::new();
    for strength in [0.1, 0.5, 0.9] {
        let (_, candidates) = written(Settings { strength, ..settings() }).await;
        alike.push(candidates.iter().map(|candidate| candidate.similarity).sum::<f32>() / 8.0);
    }
    assert!(alike[0] > alike[1] && alike[1] > alike[2], "{alike:?}");
}

#[tokio::test]
async fn every_mode_writes() {
    for mode in [Mode::Infill, Mode::Continue, Mode::Accompany, Mode::Harmonize] {
        let (_, candidates) = written(Settings { mode, ..settings() }).await;
        let notes: usize =
            candidates.iter().flat_map(|candidate| &candidate.notes).map(|track| track.notes.len()).sum();
        assert!(notes > 8, "{mode:?}: {notes} notes in eight candidates");
    }
}

/// A studio with a tune in ABC.
async fn opened(tune: &str) -> (Studio, Arc<Score>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tune.abc");
    std::fs::write(&file, tune).unwrap();
    let studio = Studio::headless();
    studio.open_file(&file).await.unwrap();
    let score = studio.score().await.unwrap();
    (studio, score)
}

/// In C, but for one note of its third bar.
const FOREIGN: &str = "X:1\nT:Foreign\nM:4/4\nL:1/4\nK:C\nCDEF|GEGE|A^FGE|D2C2|CDEF|GEGE|AGFE|D2C2|\n";

#[tokio::test]
async fn a_scale_that_is_only_guessed_takes_no_kept_pitch_away() {
    let (studio, score) = opened(FOREIGN).await;
    let bar = 4 * u32::from(score.tpq);
    let old: Vec<Note> =
        score.tracks[0].notes.iter().filter(|note| (2 * bar..3 * bar).contains(&note.start)).copied().collect();
    for (scale, pitches) in [("auto", vec![69, 66, 67, 64]), ("C major", vec![69, 67, 64])] {
        let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 3, to_bar: 3, cells: Vec::new() };
        let wishes = Settings { scale: scale.into(), strength: 0.5, ..settings() };
        let run = studio.vary(VaryRequest::new(selection, wishes), |_| true).await.unwrap();
        for candidate in &run.candidates {
            let heard: Vec<u8> = result(&old, candidate).iter().map(|note| note.pitch).collect();
            assert_eq!(heard, pitches, "{scale}");
        }
    }
}

/// Two verses, of which the second has another second bar.
const VERSES: &str = "X:1\nT:Verses\nM:4/4\nL:1/4\nK:C\nCDEF|G2E2|A2F2|D4|CDEF|B,4|A2F2|C4|\n";

#[tokio::test]
async fn what_the_piece_says_elsewhere_is_offered_first_and_once() {
    let (studio, score) = opened(VERSES).await;
    let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 6, to_bar: 6, cells: Vec::new() };
    let settings = Settings { mode: Mode::Infill, scale: "off".into(), count: 4, seed: 3, ..Settings::default() };
    let request = VaryRequest::new(selection, settings);
    let run = studio.vary(request, |_| true).await.unwrap();
    let bar = 4 * u32::from(score.tpq);
    let heard = |candidate: &Candidate| -> Vec<(u32, u8)> {
        let notes = candidate.notes.iter().flat_map(|track| track.notes.iter());
        notes.map(|note| (note.start - 5 * bar, note.pitch)).collect()
    };
    let first_verse = vec![(0, 67), (bar / 2, 64)];
    assert_eq!(heard(&run.candidates[0]), first_verse);
    assert!(run.candidates[1..].iter().all(|candidate| heard(candidate) != first_verse));
}
