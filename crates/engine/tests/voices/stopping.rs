//! A training that is stopped stops at once, whatever it is doing, and loses nothing. How long a part of its work takes is
//! the machine's; that each part looks whether it is to go on is counted here, and of a step's own parts in `model`.

use super::{knobs, plan, train, tunes};
use engine::{Error, Finetuning, Knobs, Learning, finetune};
use std::sync::atomic::{AtomicBool, Ordering};

/// What a training does, in order.
fn stage(learning: &Learning) -> &'static str {
    match learning {
        Learning::Reading { .. } => "reading",
        Learning::Preparing { .. } => "preparing",
        Learning::Searching { .. } => "searching",
        Learning::Step { .. } => "a step",
        Learning::Held { .. } => "measuring",
        Learning::Proving { .. } => "proving",
        _ => "something that is told once",
    }
}

#[test]
fn whatever_it_is_doing_it_does_no_more_of_it_when_it_is_stopped_and_then_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    // All that there is to be done: what the base writes is learnt beside it, rates are tried out, passages are written.
    let knobs = Knobs { passages: 2, search: 0.05, epochs: 2.0, patience: 20, ..knobs() };
    let whole = Finetuning { knobs, ..plan(home.path(), music) };
    let mut stages = Vec::new();
    let done = finetune(&whole, &AtomicBool::new(false), |learning| stages.push(stage(learning))).unwrap();
    stages.sort_unstable();
    stages.dedup();
    assert_eq!(stages.len(), 7, "{stages:?}");
    for wanted in stages {
        let plan = Finetuning { output: home.path().join(wanted), ..whole.clone() };
        let (cancel, mut after) = (AtomicBool::new(false), Vec::new());
        let ended = finetune(&plan, &cancel, |learning| {
            if cancel.load(Ordering::Relaxed) {
                after.push(learning.clone());
            }
            cancel.fetch_or(stage(learning) == wanted, Ordering::Relaxed);
        });
        assert!(matches!(ended, Err(Error::Cancelled)), "{wanted}: {ended:?}");
        // Files are read by several threads, and each may be about to tell of one.
        let most = if wanted == "reading" { 8 } else { 1 };
        assert!(after.len() <= most, "{wanted}: it went on with {after:?}");
        assert!(!plan.output.join("voice.safetensors").exists() || wanted == "proving", "half a voice is none");
        if ["a step", "measuring", "proving"].contains(&wanted) {
            let again = train(&Finetuning { resume: true, ..plan }).unwrap();
            assert_eq!(again.steps, done.steps, "{wanted}");
        }
    }
}
