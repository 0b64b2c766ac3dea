//! How a voice learns: by every method, on and on, as much as may be forgotten, with what was tried out.

use super::{knobs, plan, refused, train, tunes};
use engine::{Error, Finetuning, Kind, Knobs, Learning, finetune};
use std::sync::atomic::{AtomicBool, Ordering};

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
    assert!(refused(&plan).contains("--resume"), "what is there is not written over");
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
