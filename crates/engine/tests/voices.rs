//! Voices: a folder becomes a voice; what is wrong with a folder is said and loses nothing.
#![allow(clippy::unwrap_used)]

use engine::{Error, Settings, Studio, wire};
use engine::{Finetuned, Finetuning, Kind, Knobs, Learning, TrainRequest, VoiceUse, finetune};
use model::{Checkpoint, Config, Precision, Recipe, Trainer};
use score::{Header, Meter, Note, Score, Track};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A base model that is quick to learn with, because it is small and knows nothing.
fn base(folder: &Path) -> PathBuf {
    let config = Config::new(32, 2, 4, 2, 48, 1024);
    let run = folder.join("base-run");
    let untrained: Checkpoint = Trainer::begin(&config, &Recipe::default(), &run).unwrap().checkpoint().clone();
    untrained.save(&folder.join("base"), Precision::Half).unwrap();
    folder.join("base")
}

/// A tune of so many bars that goes up and down the scale of D, its number deciding how.
fn tune(number: u32, bars: u32) -> Score {
    let header = Header { name: String::new(), lane: 0, channel: 0, program: 73, hue: 0, mix: Default::default() };
    let score = Score::empty();
    let eighth = u32::from(score.tpq) / 2;
    let scale = [62, 64, 66, 67, 69, 71, 73, 74];
    let note = |at: u32| {
        let step = (at * (1 + number % 3) + at / 8 * number) % 14;
        let pitch = scale[if step < 8 { step } else { 14 - step } as usize];
        Note::new(at, at * eighth, eighth, pitch, 80)
    };
    let notes = (0..8 * bars).map(note).collect();
    let meters = Arc::new(vec![Meter { tick: 0, numerator: 4, denominator: 4, clocks: 24, thirty_seconds: 8 }]);
    Score { meters, tracks: vec![Arc::new(Track::new(1, header, notes))], ..score }
}

/// A folder with tunes in two folders.
fn tunes(folder: &Path, count: u32) -> PathBuf {
    let music = folder.join("music");
    for number in 0..count {
        let inner = music.join(if number % 2 == 0 { "old" } else { "new" });
        std::fs::create_dir_all(&inner).unwrap();
        // Every other tune is a score.
        let tune = tune(number, 16);
        let (ending, file) = match number % 4 < 2 {
            true => ("mid", formats::midi::write(&tune)),
            false => ("musicxml", formats::musicxml::write(&tune).text.into_bytes()),
        };
        std::fs::write(inner.join(format!("tune {number}.{ending}")), file).unwrap();
    }
    music
}

/// Knobs for a few seconds: a network that knows nothing writes much and slowly, so it writes nothing here.
fn knobs() -> Knobs {
    let quick = Knobs { batch_tokens: 160, epochs: 6.0, replay: 0.0, passages: 0, ..Knobs::default() };
    Knobs { method: Kind::Full, rate: Some(2e-2), ..quick }
}

fn plan(folder: &Path, music: PathBuf) -> Finetuning {
    let output = folder.join("voice");
    Finetuning {
        folder: music,
        output,
        name: None,
        knobs: knobs(),
        resume: false,
        base: Some(base(folder)),
        corpus: None,
    }
}

fn train(plan: &Finetuning) -> Result<Finetuned, Error> {
    finetune(plan, &AtomicBool::new(false), |_| ())
}

fn words(plan: &Finetuning) -> String {
    train(plan).unwrap_err().to_string()
}

#[test]
fn a_folder_becomes_a_voice_that_foretells_it_better() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 8);
    std::fs::write(music.join("broken.mid"), b"MThd and nothing else").unwrap();
    std::fs::write(music.join("notes.txt"), b"no music").unwrap();
    std::fs::copy(music.join("old/tune 0.mid"), music.join("copy of tune 0.mid")).unwrap();
    let plan = plan(home.path(), music);
    let mut heard = Vec::new();
    let done = finetune(&plan, &AtomicBool::new(false), |learning| heard.push(learning.clone())).unwrap();
    assert!(done.gains && done.after.bits_per_note < done.before.bits_per_note - 1.0, "{done:?}");
    assert_eq!(done.files.used + done.files.repaired, 8);
    let rejected: Vec<&str> = done.files.rejected.iter().map(|told| told.file.as_str()).collect();
    assert_eq!(rejected.len(), 2, "the broken one and the copy: {rejected:?}");
    assert!(done.files.rejected.iter().all(|told| !told.reason.is_empty()));
    assert_eq!(done.files.instruments[0].0, "Flute");
    assert_eq!(done.files.keys.iter().map(|(_, pieces)| pieces).sum::<usize>(), 8, "{:?}", done.files.keys);
    assert!(done.files.keys[0].0.ends_with(" major") || done.files.keys[0].0.ends_with(" minor"));
    assert!(heard.iter().any(|learning| matches!(learning, Learning::Held { .. })));
    assert!(heard.iter().any(|learning| matches!(learning, Learning::Took { .. })));
    assert!(words(&plan).contains("--resume"), "what is there is not written over");
}

#[test]
fn a_training_that_is_stopped_goes_on_to_the_same_voice() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    let whole = Finetuning { output: home.path().join("whole"), ..plan(home.path(), music.clone()) };
    // Nothing may depend on the machine's speed.
    let knobs = Knobs { minutes: 1e6, ..knobs() };
    let whole = Finetuning { knobs: knobs.clone(), ..whole };
    train(&whole).unwrap();
    let mut halves = Finetuning { output: home.path().join("halves"), ..whole.clone() };
    let cancel = AtomicBool::new(false);
    let mut looks = 0;
    let stopped = finetune(&halves, &cancel, |learning| {
        looks += u32::from(matches!(learning, Learning::Held { .. }));
        cancel.store(looks >= 3, Ordering::Relaxed);
    });
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    assert!(!halves.output.join("voice.safetensors").exists(), "half a voice is none");
    halves.resume = true;
    train(&halves).unwrap();
    let weights = |plan: &Finetuning| model::Voice::load(&plan.output.join("voice.safetensors")).unwrap().weights;
    assert!(weights(&whole) == weights(&halves));
}

#[test]
fn a_voice_learns_on_when_its_folder_has_grown() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    let mut plan = plan(home.path(), music);
    let first = train(&plan).unwrap();
    tunes(home.path(), 9);
    plan.resume = true;
    let second = train(&plan).unwrap();
    assert_eq!(second.files.used, 9);
    assert!(second.after.bits_per_note < first.before.bits_per_note - 1.0, "{first:?} {second:?}");
    let curve = engine::VoiceCard::load(&plan.output).unwrap().curve;
    assert!(curve[0].1 < first.before.bits_per_note - 1.0, "from where it stood: {curve:?}");
}

#[test]
fn every_method_and_optimizer_learns() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    for (method, optimizer, rate) in [
        (Kind::Top, model::Optimizer::AdamW, 2e-2),
        (Kind::Full, model::Optimizer::AdamW, 1e-2),
        (Kind::Lora, model::Optimizer::AdamW, 2e-2),
        (Kind::Lora, model::Optimizer::Sgd, 1.0),
    ] {
        let knobs = Knobs { method, optimizer, rate: Some(rate), ..knobs() };
        let output = home.path().join(format!("{method:?}-{optimizer:?}"));
        let done = train(&Finetuning {
            knobs,
            output,
            ..plan(&home.path().join(format!("{method:?}-{optimizer:?}-base")), music.clone())
        });
        let done = done.unwrap();
        assert!(done.after.bits_per_note < done.before.bits_per_note, "{method:?} {optimizer:?}: {done:?}");
    }
}

#[test]
fn what_is_wrong_with_a_folder_is_said() {
    let home = tempfile::tempdir().unwrap();
    let good = plan(home.path(), home.path().join("music"));
    assert!(words(&good).contains("music"), "a folder that is not there");
    let music = home.path().join("music");
    std::fs::create_dir_all(&music).unwrap();
    assert!(words(&good).contains("none of the 0 files"), "{}", words(&good));
    std::fs::write(music.join("a.txt"), "words").unwrap();
    assert!(words(&good).contains("none of the 0 files"));
    std::fs::write(music.join("b.mid"), "MThd").unwrap();
    assert!(words(&good).contains("none of the 1 files"), "{}", words(&good));
    std::fs::write(music.join("c.mid"), formats::midi::write(&tune(1, 2))).unwrap();
    assert!(words(&good).contains("too little"), "{}", words(&good));
    std::fs::write(music.join("c.mid"), formats::midi::write(&tune(1, 16))).unwrap();
    let knobs = Knobs { replay: 1.0, ..knobs() };
    assert!(words(&Finetuning { knobs, ..good.clone() }).contains("replay is 1"));
    let one = train(&good).unwrap();
    assert!(one.files.warnings.iter().any(|warning| warning.contains("one piece")), "{:?}", one.files.warnings);
}

#[test]
fn two_trainings_do_not_write_into_one_folder() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(home.path(), tunes(home.path(), 5));
    let mut second = None;
    let first = finetune(&plan, &AtomicBool::new(false), |learning| {
        if matches!(learning, Learning::Preparing) {
            second = Some(train(&Finetuning { resume: true, ..plan.clone() }));
        }
    });
    assert!(second.unwrap().unwrap_err().to_string().contains("another training"));
    first.unwrap();
}

#[test]
fn a_folder_that_vanishes_or_changes_meanwhile_harms_nothing() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    let plan = plan(home.path(), music.clone());
    let done = finetune(&plan, &AtomicBool::new(false), |learning| {
        if matches!(learning, Learning::Preparing) {
            std::fs::remove_dir_all(&music).unwrap();
        }
    });
    let done = done.unwrap();
    assert!(done.gains && done.copy_rate.is_none(), "what was read is learnt, but nothing can be compared: {done:?}");
}

async fn studio(home: &Path) -> Studio {
    let studio = Studio::open_in(&home.join("library"), false).await.unwrap();
    studio.use_model(&base(home)).unwrap();
    studio
}

#[tokio::test]
async fn the_studio_trains_uses_exports_and_takes_in_voices() {
    let home = tempfile::tempdir().unwrap();
    let studio = studio(home.path()).await;
    let folder = tunes(home.path(), 6);
    assert_eq!(studio.voices().await.unwrap(), []);
    assert!(studio.is_folder(&folder).await && !studio.is_folder(&folder.join("old/tune 0.mid")).await);
    assert_eq!(studio.survey(folder.clone(), |_| true).await.unwrap().lines.len(), 6);
    assert!(matches!(studio.survey(folder.clone(), |_| false).await, Err(Error::Cancelled)));
    let heard = Arc::new(Mutex::new(0));
    let count = heard.clone();
    let request = TrainRequest { folder, name: "Flute tunes".into(), knobs: knobs(), id: None };
    let again = TrainRequest { name: "Another".into(), ..request.clone() };
    let training = studio.train_voice(request, move |_| *count.lock().unwrap() += 1);
    let card = training.await.unwrap();
    assert!(card.gains() && *heard.lock().unwrap() > 10);
    let voices = studio.voices().await.unwrap();
    assert_eq!((voices[0].name.as_str(), voices[0].id.as_str()), ("Flute tunes", "flute-tunes"));

    // The same request with another voice, at other strengths, beside the base.
    studio.open_demo().await.unwrap();
    let score = studio.score().await.unwrap();
    let selection = wire::Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 6, cells: Vec::new() };
    let settings = Settings { count: 1, ..Settings::default() };
    let ask = |strengths: &[f32], compare: bool| {
        let of = |&strength: &f32| VoiceUse { voice: "flute-tunes".into(), strength };
        let voices = strengths.iter().map(of).collect();
        let (selection, settings) = (selection.clone(), settings.clone());
        studio.vary(wire::VaryRequest { selection, settings, locks: Vec::new(), voices, words: Vec::new(), compare }, |_| true)
    };
    let notes = |run: &wire::Variations| run.candidates[0].notes.clone();
    let (plain, off, on) =
        (ask(&[], false).await.unwrap(), ask(&[0.0], false).await.unwrap(), ask(&[1.0], false).await.unwrap());
    assert_eq!(notes(&plain), notes(&off));
    assert_ne!(notes(&plain), notes(&on));
    assert!(on.model.contains("Flute tunes 100 %"), "{}", on.model);
    let beside = ask(&[1.0], true).await.unwrap();
    assert_eq!(beside.candidates.len(), 2);
    assert_eq!((&beside.candidates[0].notes, &beside.candidates[1].notes), (&notes(&plain), &notes(&on)));
    assert_eq!(beside.candidates[0].writer, plain.model);
    assert!(ask(&[0.5, 0.5], false).await.is_ok(), "blended");
    assert!(ask(&[1.6], false).await.unwrap_err().to_string().contains("0..=1.5"));

    let file = home.path().join("flute.safetensors");
    studio.export_voice("flute-tunes".into(), file.clone()).await.unwrap();
    studio.describe_voice("flute-tunes".into(), "Mine".into(), "from the hills".into(), vec![]).await.unwrap();
    let fresh = Studio::open_in(&home.path().join("fresh"), false).await.unwrap();
    fresh.use_model(&home.path().join("base")).unwrap();
    let id = fresh.import_voice(file.clone()).await.unwrap();
    assert_eq!(fresh.voices().await.unwrap()[0].name, "Flute tunes");
    fresh.delete_voice(id).await.unwrap();
    assert_eq!(fresh.voices().await.unwrap(), []);
    assert!(studio.voices().await.unwrap()[0].name == "Mine");
    assert!(ask(&[1.0], false).await.unwrap().model.contains("Mine"));

    // One at a time; and what is stopped is not lost.
    let (begun, other) = (Arc::new(tokio::sync::Notify::new()), studio.clone());
    let tell = begun.clone();
    let refused = again.clone();
    let first = tokio::spawn(async move { other.train_voice(again, move |_| tell.notify_one()).await });
    // After the second thing that it tells, its folder is there.
    begun.notified().await;
    begun.notified().await;
    assert!(matches!(studio.train_voice(refused, |_| ()).await, Err(Error::Training)));
    assert!(matches!(studio.delete_voice("another".into()).await, Err(Error::Training)));
    studio.stop_training();
    let stopped = first.await.unwrap();
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");

    // What never came to learn leaves nothing, and what learns is stopped and waited for at the end.
    let empty = home.path().join("nothing");
    std::fs::create_dir_all(&empty).unwrap();
    let nothing = TrainRequest { folder: empty, name: "Nothing".into(), knobs: knobs(), id: None };
    assert!(studio.train_voice(nothing, |_| ()).await.is_err());
    assert!(!home.path().join("library/voices/nothing").exists());
    let request = TrainRequest {
        folder: home.path().join("music"),
        name: "Last of all".into(),
        knobs: Knobs { epochs: 1e4, minutes: 60.0, ..knobs() },
        id: None,
    };
    let (other, tell) = (studio.clone(), Arc::new(tokio::sync::Notify::new()));
    let steps = tell.clone();
    let last = tokio::spawn(async move {
        let hear = move |step: &Learning| {
            if matches!(step, Learning::Step { .. }) {
                steps.notify_one();
            }
        };
        other.train_voice(request, hear).await
    });
    tell.notified().await;
    studio.close().await.unwrap();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(1), last).await;
    assert!(matches!(ended.unwrap().unwrap(), Err(Error::Cancelled)), "the end waits for it");
    let fresh = Studio::open_in(&home.path().join("library"), false).await.unwrap();
    let listed = fresh.voices().await.unwrap();
    let entry = listed.iter().find(|voice| voice.id == "last-of-all").unwrap();
    assert!(entry.unfinished && entry.name == "Last of all" && entry.source.ends_with("music"), "{entry:?}");
}
