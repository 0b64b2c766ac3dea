//! Voices: a folder becomes a voice; what is wrong with a folder is said and loses nothing.
#![allow(clippy::unwrap_used)]

use engine::{Error, Settings, Studio, wire};
use engine::{Finetuned, Finetuning, Kind, Knobs, Learning, TrainRequest, VoiceUse, finetune, finetune_on};
use model::train::candle_core::{self, Device};
use model::train::{Gradients, Network, Pack};
use model::{Accelerator, Checkpoint, Config, Precision, Recipe, Trainer};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use score::{Header, Meter, Note, Score, Track};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    let header =
        Header { name: String::new(), lane: 0, channel: 0, program: 73, hue: 0, mix: Default::default(), output: None };
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
    let quick = Knobs { batch_tokens: 160, epochs: 6.0, replay: 0.0, forget: 1e6, passages: 0, ..Knobs::default() };
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
fn a_voice_that_would_forget_more_than_the_limit_is_turned_down_until_it_does_not() {
    let home = tempfile::tempdir().unwrap();
    let free = plan(home.path(), tunes(home.path(), 6));
    let bound =
        Finetuning { knobs: Knobs { forget: 0.02, ..knobs() }, output: home.path().join("bound"), ..free.clone() };
    let [all, some] = [&free, &bound].map(|plan| train(plan).unwrap());
    assert!(all.kept == 1.0 && all.base_forgetting > 0.05, "{all:?}");
    assert!(some.kept < 1.0 && some.base_forgetting <= 0.02, "{some:?}");
    let [before, after] = [&some.before, &some.after].map(|bits| bits.bits_per_note);
    assert!(after < before && after > all.after.bits_per_note, "{before} {after} {}", all.after.bits_per_note);
    // What is kept of the run is all of it, so that learning goes on with nothing lost.
    let voice = model::Voice::load(&bound.output.join("voice.safetensors")).unwrap();
    assert!(voice.size() > 0 && model::Voice::from_run(&bound.output.join("run")).unwrap().weights != voice.weights);
}

/// candle's operations on the processor, as on a GPU, for so many steps: then what a driver says when its card is lost.
#[derive(Debug)]
struct Fragile(AtomicUsize);

impl Accelerator for Fragile {
    fn name(&self) -> String {
        "the test's GPU".into()
    }

    fn device(&self) -> &Device {
        &Device::Cpu
    }

    fn gradients(
        &self,
        network: &Network,
        packs: &[Pack],
        cancel: &AtomicBool,
    ) -> Result<(f64, Gradients), model::Error> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map_err(|_| candle_core::Error::Msg("CUDA_ERROR_DEVICE_UNAVAILABLE".into()))?;
        model::train::gradients(network, packs, cancel)
    }
}

#[test]
fn a_training_whose_gpu_is_lost_goes_on_on_the_processor_and_says_so() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(home.path(), tunes(home.path(), 6));
    // It is lost while its speed is measured, in the middle, and never.
    for (steps, lost) in [(1, true), (12, true), (100_000, false)] {
        let plan = Finetuning { output: home.path().join(format!("{steps}")), ..plan.clone() };
        let (mut devices, mut told) = (Vec::new(), Vec::new());
        let gpu = Arc::new(Fragile(steps.into()));
        let done = finetune_on(Some(gpu), &plan, &AtomicBool::new(false), |learning| match learning {
            Learning::On { device } => devices.push(device.clone()),
            Learning::Alone { reason, device } => told.push((reason.clone(), device.clone())),
            _ => {}
        });
        let done = done.unwrap();
        assert_eq!(devices, ["the test's GPU"]);
        assert_eq!(
            (told.len(), done.device.starts_with("CPU")),
            (usize::from(lost), lost),
            "{told:?}, {}",
            done.device
        );
        assert!(told.iter().all(|(reason, device)| reason.contains("GPU failed") && device.starts_with("CPU")));
        assert!(done.gains && done.stopped_by == "plan", "{done:?}");
    }
}

#[test]
fn every_method_and_optimizer_learns() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    for (method, optimizer, rate) in [
        (Kind::Top, model::Optimizer::AdamW, 2e-2),
        (Kind::Full, model::Optimizer::AdamW, 1e-2),
        (Kind::Prefix, model::Optimizer::AdamW, 2e-2),
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
        if second.is_none() && matches!(learning, Learning::Preparing { .. }) {
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
        if matches!(learning, Learning::Preparing { .. }) && music.exists() {
            std::fs::remove_dir_all(&music).unwrap();
        }
    });
    let done = done.unwrap();
    assert!(done.gains && done.copy_rate.is_none(), "what was read is learnt, but nothing can be compared: {done:?}");
    assert!(done.files.warnings.iter().any(|warning| warning.contains("6 of 6 files were changed or removed")));
}

#[test]
fn a_voice_whose_own_folder_is_removed_while_it_learns_says_so_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(home.path(), tunes(home.path(), 6));
    let ended = finetune(&plan, &AtomicBool::new(false), |learning| {
        if matches!(learning, Learning::Held { tokens, .. } if *tokens > 0) && plan.output.exists() {
            std::fs::remove_dir_all(&plan.output).unwrap();
        }
    });
    let words = ended.unwrap_err().to_string();
    assert!(words.contains("was removed while the voice learnt"), "{words}");
    assert!(!plan.output.exists(), "nothing is left of it");
    assert!(train(&plan).unwrap().gains, "and it can be trained again");
}

#[test]
fn a_step_is_made_to_fit_the_memory_or_it_is_said_that_none_fits() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(home.path(), tunes(home.path(), 6));
    let with = |memory| Finetuning { knobs: Knobs { memory: Some(memory), ..knobs() }, ..plan.clone() };
    let words = words(&with(1));
    assert!(words.contains("256 tokens at once") && words.contains("close other programs"), "{words}");
    let mut lighter = Vec::new();
    let plan = Finetuning { output: home.path().join("lighter"), ..with(16) };
    let done = finetune(&plan, &AtomicBool::new(false), |learning| {
        if let Learning::Lighter { tokens } = learning {
            lighter.push(*tokens);
        }
    });
    assert!(done.unwrap().gains && lighter.len() == 1 && lighter[0] < 2048, "{lighter:?}");
}

#[test]
fn rates_are_tried_out_when_there_is_time_for_it_and_the_best_is_learnt_with() {
    let home = tempfile::tempdir().unwrap();
    let knobs = Knobs { search: 0.3, rate: Some(1e-4), ..knobs() };
    let plan = Finetuning { knobs, ..plan(home.path(), tunes(home.path(), 6)) };
    let mut heard = 0;
    let done = finetune(&plan, &AtomicBool::new(false), |learning| {
        heard += u32::from(matches!(learning, Learning::Searching { tried: Some(_), .. }));
    });
    let tried = done.unwrap().tried;
    assert_eq!((tried.len(), heard), (3, 3), "{tried:?}");
    // So low a rate was set that three times as much is better.
    let best = tried.iter().min_by(|one, other| one.bits_per_note.total_cmp(&other.bits_per_note)).unwrap();
    assert!((best.rate - 3e-4).abs() < 1e-9, "{tried:?}");
    let recipe = std::fs::read_to_string(plan.output.join("run/recipe.json")).unwrap();
    assert!(recipe.contains("\"rate\": 0.000300") || recipe.contains("\"rate\": 0.0003"), "{recipe}");
}

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

#[tokio::test]
async fn a_folder_of_which_nothing_can_be_used_has_a_reason_for_every_file() {
    let home = tempfile::tempdir().unwrap();
    let studio = Studio::headless();
    for (name, bytes) in [("one.mid", &b"MThd"[..]), ("two.musicxml", b"<html/>"), ("three.abc", b"nothing")] {
        std::fs::write(home.path().join(name), bytes).unwrap();
    }
    let files = studio.survey(home.path().to_owned(), |_| true).await.unwrap();
    assert_eq!((files.used + files.repaired, files.rejected.len()), (0, 3));
    assert!(files.lines.iter().all(|line| !line.reason.is_empty()) && files.warnings.len() == 1, "{files:?}");
}

#[tokio::test]
async fn what_would_make_a_poor_voice_is_said_before_any_time_is_spent() {
    let home = tempfile::tempdir().unwrap();
    let studio = Studio::headless();
    let put = |folder: &str, name: u32, score: &Score| {
        std::fs::create_dir_all(home.path().join(folder)).unwrap();
        let path = home.path().join(folder).join(format!("{name}.mid"));
        std::fs::write(path, formats::midi::write(score)).unwrap();
    };
    for number in 0..4 {
        let mut drums = tune(number, 16);
        let track = Arc::make_mut(&mut drums.tracks[0]);
        let notes = track.notes.iter().map(|note| Note { pitch: 36 + note.pitch % 12, ..*note }).collect();
        *track = Track::new(1, Header { channel: 9, ..track.header.clone() }, notes);
        put("drums", number, &drums);
        put("one rules", number, &tune(number, if number == 0 { 96 } else { 8 }));
        put("good", number, &tune(number, 64));
    }
    let said =
        async |folder: &str| studio.survey(home.path().join(folder), |_| true).await.unwrap().warnings.join("; ");
    let drums = said("drums").await;
    assert!(drums.contains("all of it is drums") && drums.contains("64 bars are few"), "{drums}");
    let rules = said("one rules").await;
    assert!(rules.contains("0.mid has 80 % of all notes"), "{rules}");
    assert_eq!(said("good").await, "");
}

#[tokio::test]
async fn twenty_thousand_files_are_taken_in_and_each_has_its_line() {
    const FILES: u32 = 20_000;
    let home = tempfile::tempdir().unwrap();
    for number in 0..FILES {
        let inner = home.path().join(format!("{}", number / 1000));
        if number % 1000 == 0 {
            std::fs::create_dir(&inner).unwrap();
        }
        let mut score = tune(1, 2);
        let track = Arc::make_mut(&mut score.tracks[0]);
        // Other notes in each, so that none is like another.
        let mut chance = ChaCha8Rng::seed_from_u64(number.into());
        let notes = track.notes.iter().map(|note| Note { pitch: chance.random_range(50..80), ..*note }).collect();
        *track = Track::new(1, track.header.clone(), notes);
        std::fs::write(inner.join(format!("{number}.mid")), formats::midi::write(&score)).unwrap();
    }
    let heard = Arc::new(Mutex::new(0));
    let count = heard.clone();
    let studio = Studio::headless();
    let files = studio.survey(home.path().to_owned(), move |_| {
        *count.lock().unwrap() += 1;
        true
    });
    let files = files.await.unwrap();
    assert_eq!(files.lines.len(), FILES as usize);
    assert!(files.used + files.repaired > FILES as usize * 9 / 10, "{} used", files.used + files.repaired);
    assert!(*heard.lock().unwrap() >= FILES, "it tells how far it is");
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
        studio.vary(wire::VaryRequest { voices, compare, ..wire::VaryRequest::new(selection, settings) }, |_| true)
    };
    let notes = |run: &wire::Variations| run.candidates[0].notes.clone();
    let (plain, off, on) =
        (ask(&[], false).await.unwrap(), ask(&[0.0], false).await.unwrap(), ask(&[1.0], false).await.unwrap());
    assert_eq!(notes(&plain), notes(&off));
    assert_ne!(notes(&plain), notes(&on));
    assert!(on.model.contains("Flute tunes 100 %"), "{}", on.model);
    assert_eq!(ask(&[], true).await.unwrap().candidates.len(), 1, "the base beside itself is the base");
    studio.accept(ask(&[1.0], false).await.unwrap().candidates[0].id).await.unwrap();
    let title = score.title.clone();
    assert_eq!(studio.voices().await.unwrap()[0].projects, [title], "the piece that it wrote in");
    studio.undo().await.unwrap();
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
    fresh.open_demo().await.unwrap();
    fresh.use_model(&home.path().join("base")).unwrap();
    let id = fresh.import_voice(file.clone()).await.unwrap();
    assert_eq!(fresh.voices().await.unwrap()[0].name, "Flute tunes");
    let known =
        |library: &str, id: &str| std::fs::read(home.path().join(library).join("voices").join(id).join("known.bin"));
    assert_eq!(known("fresh", &id).unwrap(), known("library", "flute-tunes").unwrap(), "copies are named there, too");
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

#[tokio::test]
async fn a_base_model_is_added_chosen_and_deleted() {
    let home = tempfile::tempdir().unwrap();
    let (base, library) = (base(home.path()), home.path().join("library"));
    let studio = Studio::open_in(&library, false).await.unwrap();
    let names = async |studio: &Studio| {
        let models = studio.models().await.unwrap();
        models.into_iter().map(|model| (model.id, model.chosen)).collect::<Vec<_>>()
    };
    assert_eq!(names(&studio).await, [(String::new(), true)], "the one that ships");
    let id = studio.add_model(base.clone()).await.unwrap();
    assert_eq!((id.as_str(), names(&studio).await[1].1), ("base", false));
    studio.choose_model(id.clone()).await.unwrap();
    assert!(studio.doctor().await.lines.iter().any(|line| line.finding.starts_with("base ")));
    studio.close().await.unwrap();
    let again = Studio::open_in(&library, false).await.unwrap();
    assert_eq!(names(&again).await, [(String::new(), false), (id.clone(), true)], "it is kept in mind");

    // What is no model of ours is refused with its reason and leaves nothing.
    let other = home.path().join("other");
    std::fs::create_dir_all(&other).unwrap();
    std::fs::write(other.join("pytorch_model.bin"), b"\x80").unwrap();
    std::fs::copy(base.join("config.json"), other.join("config.json")).unwrap();
    let refused = again.add_model(other.clone()).await.unwrap_err().to_string();
    assert!(refused.contains("pickle"), "{refused}");
    let config = std::fs::read_to_string(base.join("config.json")).unwrap().replace("864", "900");
    std::fs::write(other.join("config.json"), config).unwrap();
    std::fs::copy(base.join("model.safetensors"), other.join("model.safetensors")).unwrap();
    assert!(again.add_model(other).await.is_err());
    assert_eq!(std::fs::read_dir(library.join("models")).unwrap().count(), 2, "the model and which is chosen");
    again.delete_model(id).await.unwrap();
    assert_eq!(names(&again).await, [(String::new(), true)]);
    assert!(again.choose_model("gone".into()).await.is_err());
}
