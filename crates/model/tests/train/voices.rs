//! Voices: what they learn, that they go on after a kill, and when they end.

use super::peer::network;
use super::{apart, flat, recipe, shards};
use model::train::Network;
use model::train::ops::Place;
use model::{Config, Held, Limits, Method, Optimizer, Recipe, Report, StoppedBy, Trainer, Voice};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A voice of the tiny network with numbers in all of it.
fn voice(method: Method) -> Voice {
    let mut voice = Voice::begin(&Config::tiny(), method, 5).unwrap();
    let numbers = voice.weights.values_mut().flat_map(|weight| &mut weight.data).enumerate();
    numbers.for_each(|(place, number)| *number += ((place * 31 % 17) as f32 - 8.0) / 200.0);
    voice
}

const METHODS: [Method; 3] = [Method::Lora { rank: 3, from: 0 }, Method::Top { layers: 1 }, Method::Full];

#[test]
fn a_voice_learns_what_the_whole_network_would() {
    let folder = tempfile::tempdir().unwrap();
    let pack = shards(folder.path(), 3, 8).train.pack(&(0..8).collect::<Vec<_>>(), 64);
    let base = network(Config::tiny(), 12);
    for method in METHODS {
        let voice = voice(method);
        let merged = base.with_voices(&[(&voice, 1.0)]).unwrap();
        let adapting = Network::adapting(&base, &voice, Place::Processor).unwrap();
        let whole = Network::learning(&merged.config, &merged.weights, Place::Processor).unwrap();
        assert!(apart(&flat(&adapting.logits(&pack).unwrap()), &flat(&whole.logits(&pack).unwrap())) < 1e-4);
        let gradients = |network: &Network| network.nats(&pack).unwrap().backward().unwrap();
        let (own, all) = (gradients(&adapting), gradients(&whole));
        let of = |name: &str| all.get(&whole.parameters()[name]).unwrap().clone();
        for (name, learning) in adapting.parameters() {
            let gradient = own.get(learning).unwrap_or_else(|| panic!("{name} learns nothing"));
            // With W' = W + 2·U·D: dD = 2·Uᵀ·dW', dU = 2·dW'·Dᵀ.
            let stem = |side: &str| name.strip_prefix("base_model.model.")?.strip_suffix(side).map(str::to_owned);
            let other = |stem: &str, side: &str| &adapting.parameters()[&format!("base_model.model.{stem}{side}")];
            let expected = if let Some(stem) = stem(".lora_A.weight") {
                let up = other(&stem, ".lora_B.weight").t().unwrap();
                (up.matmul(&of(&format!("{stem}.weight"))).unwrap() * 2.0).unwrap()
            } else if let Some(stem) = stem(".lora_B.weight") {
                let down = other(&stem, ".lora_A.weight").t().unwrap();
                (of(&format!("{stem}.weight")).matmul(&down.contiguous().unwrap()).unwrap() * 2.0).unwrap()
            } else {
                of(name.strip_prefix("delta.").unwrap())
            };
            let apart = apart(&flat(gradient), &flat(&expected));
            assert!(apart < 1e-3, "{method:?} {name}: {apart}");
        }
    }
}

#[test]
fn a_voice_that_is_killed_learns_on_as_if_nothing_had_been() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 13, 8);
    let base = Arc::new(network(Config::tiny(), 14));
    for optimizer in [Optimizer::AdamW, Optimizer::Sgd] {
        let recipe = Recipe { optimizer, dropout: 0.2, rate: 1e-2, warm_tokens: 0, ..recipe() };
        let run = |name: &str| folder.path().join(format!("{optimizer:?}-{name}"));
        let begin = |out: &Path| {
            let voice = Voice::begin(&base.config, METHODS[0], 1).unwrap();
            Trainer::begin_voice(base.clone(), voice, &recipe, out).unwrap()
        };
        let mut whole = begin(&run("whole"));
        let losses: Vec<f64> = (0..6).map(|_| whole.step(&shards).unwrap().loss).collect();
        let mut first = begin(&run("killed"));
        for _ in 0..3 {
            first.step(&shards).unwrap();
        }
        first.save().unwrap();
        first.step(&shards).unwrap();
        drop(first);
        let mut second = Trainer::resume_voice(base.clone(), &run("killed")).unwrap();
        let again: Vec<f64> = (0..3).map(|_| second.step(&shards).unwrap().loss).collect();
        assert_eq!(again, losses[3..], "the same bits");
        assert!(second.voice().unwrap().weights == whole.voice().unwrap().weights, "and the same voice");
        assert!(whole.voice().unwrap().weights != Voice::begin(&base.config, METHODS[0], 1).unwrap().weights);
        let other = Arc::new(network(Config::tiny(), 15));
        let refused = Trainer::resume_voice(other, &run("killed")).unwrap_err().to_string();
        assert!(refused.contains("another base model"), "{refused}");
    }
}

#[test]
fn a_voice_foretells_what_it_learnt_better_and_the_base_stays() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 17, 8);
    let base = Arc::new(network(Config::tiny(), 18));
    let cancel = AtomicBool::new(false);
    let before = Held::of(&base, &shards.train, &cancel).unwrap().bits_per_note;
    for method in METHODS {
        let recipe = Recipe { optimizer: Optimizer::AdamW, rate: 1e-2, warm_tokens: 0, ..recipe() };
        let out = folder.path().join(format!("{method:?}"));
        let voice = Voice::begin(&base.config, method, 1).unwrap();
        let mut trainer = Trainer::begin_voice(base.clone(), voice, &recipe, &out).unwrap();
        for _ in 0..30 {
            trainer.step(&shards).unwrap();
        }
        trainer.save().unwrap();
        let voice = Voice::from_run(&out).unwrap();
        let after = |strength| {
            let voiced = base.with_voices(&[(&voice, strength)]).unwrap();
            Held::of(&voiced, &shards.train, &cancel).unwrap().bits_per_note
        };
        assert!(after(1.0) < before - 0.5, "{method:?}: {before} and {}", after(1.0));
        assert!(after(0.5) < before && after(0.5) > after(1.0), "{method:?}: half of it is between");
        assert_eq!(after(0.0), before);
    }
}

#[test]
fn a_run_that_does_not_get_better_ends_when_its_patience_does() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 19, 8);
    // So high a rate that held-out samples are soon foretold worse.
    let recipe = Recipe {
        tokens: 1 << 30,
        rate: 0.9,
        warm_tokens: 0,
        optimizer: Optimizer::Sgd,
        look_tokens: Some(1),
        patience: Some(3),
        ..recipe()
    };
    let mut trainer = Trainer::adapt(network(Config::tiny(), 20), &recipe, &folder.path().join("run")).unwrap();
    let cancel = AtomicBool::new(false);
    let mut looks = Vec::new();
    let ended =
        trainer.run(&shards, Limits { minutes: None, cancel: &cancel, free: &|| None }, &|| 0.0, &mut |report| {
            if let Report::Held { held, .. } = report {
                looks.push(held.bits_per_note);
            }
        });
    assert_eq!(ended.unwrap().stopped_by, StoppedBy::Patience);
    let best = looks.iter().copied().fold(f64::INFINITY, f64::min);
    let at = looks.iter().position(|bits| *bits == best).unwrap();
    assert_eq!(looks.len() - 1 - at, 3, "{looks:?}");
}

#[test]
fn a_style_is_read_by_the_trainer_and_the_decoder_alike_and_foretells_nothing_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 21, 8);
    let base = network(Config::tiny(), 22);
    let words = ["slow".to_owned(), "sad".to_owned()];
    let voice = voice(Method::Prefix).learning_words(&words, &base.config, 1);
    let merged = base.with_voices(&[(&voice, 1.0)]).unwrap();
    // A window with the first two vectors of the prefix and the second word in front of music.
    let styled: Vec<u32> = [1, 827, 828, 844].into_iter().chain([72, 120, 376, 430, 431]).collect();
    let plain: Vec<u32> = [1].into_iter().chain([72, 120, 376, 430, 431]).collect();
    let pack = |ids: &[u32]| {
        let mut pack = model::train::Pack::default();
        pack.add(&ids.iter().map(|&id| id as u16).collect::<Vec<_>>(), ids.len() - 5);
        pack
    };
    let adapting = Network::adapting(&base, &voice, Place::Processor).unwrap();
    let reading = Network::reading(&merged.config, &merged.weights, Place::Processor).unwrap();
    let logits = flat(&adapting.logits(&pack(&styled)).unwrap());
    assert!(apart(&logits, &flat(&reading.logits(&pack(&styled)).unwrap())) < 1e-5);
    let decoder = model::Decoder::new(&merged, model::Tier::detect()).unwrap();
    let bits = |decoder: &model::Decoder, ids: &[u32], from: usize| -> f32 {
        decoder.score(ids).unwrap()[from..].iter().sum()
    };
    let nats = adapting.nats(&pack(&styled)).unwrap().to_scalar::<f32>().unwrap();
    let own = -bits(&decoder, &styled, 3) * std::f32::consts::LN_2;
    assert!((own - nats).abs() < 0.05 * nats.abs(), "{own} by the decoder, {nats} by the trainer");
    // Without its ids only the norms are heard, and of those there are none here that changed.
    let mut silent = voice.clone();
    silent.weights.retain(|name, _| name.starts_with("style."));
    let silent = base.with_voices(&[(&silent, 1.0)]).unwrap();
    let decoders = [&base, &silent].map(|network| model::Decoder::new(network, model::Tier::detect()).unwrap());
    assert_eq!(bits(&decoders[0], &plain, 0), bits(&decoders[1], &plain, 0));
    assert_ne!(bits(&decoders[0], &styled, 3), bits(&decoders[1], &styled, 3));
    // Each vector that is read learns along its gradient, and those that are not read do not.
    let gradients = adapting.nats(&pack(&styled)).unwrap().backward().unwrap();
    let of = |name: &str| flat(gradients.get(&adapting.parameters()[name]).unwrap());
    let width = base.config.hidden_size;
    let lengths: Vec<f32> = of("style.prefix").chunks(width).map(|row| row.iter().map(|x| x * x).sum()).collect();
    assert!(lengths[..2].iter().all(|&length| length > 0.0) && lengths[2..].iter().all(|&length| length == 0.0));
    let heard: Vec<f32> = of("style.words").chunks(width).map(|row| row.iter().map(|x| x * x).sum()).collect();
    assert!(heard[0] == 0.0 && heard[1] > 0.0);
    // Asked for the second word alone, it stands first.
    let asked = voice.asked(&words[1..]);
    assert_eq!((asked.words(), asked.weights["style.words"].shape[0]), (vec!["sad".to_owned()], 1));
    assert_eq!(asked.weights["style.words"].data, voice.weights["style.words"].data[width..]);
    drop(shards);
}

#[test]
fn memory_that_becomes_short_halves_what_is_read_at_once_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 23, 8);
    let recipe = Recipe { tokens: 3000, line_steps: 1, ..recipe() };
    let mut trainer = Trainer::adapt(network(Config::tiny(), 24), &recipe, &folder.path().join("run")).unwrap();
    let (needs, asked) = (trainer.needs(), std::cell::Cell::new(0));
    // From the third step on there is half as much, and then still less.
    let free = || {
        asked.set(asked.get() + 1);
        Some(match asked.get() {
            0..3 => needs,
            3..6 => needs / 2,
            _ => needs / 5,
        })
    };
    let cancel = AtomicBool::new(false);
    let mut lighter = Vec::new();
    let ended = trainer.run(&shards, Limits { minutes: None, cancel: &cancel, free: &free }, &|| 0.0, &mut |report| {
        if let Report::Lighter { tokens } = report {
            lighter.push(*tokens);
        }
    });
    assert_eq!(ended.unwrap().stopped_by, StoppedBy::Plan);
    assert_eq!(lighter, [1024, 256]);
    assert_eq!(Trainer::resume(&folder.path().join("run")).unwrap().recipe().pack_tokens, 256, "and stays so");
    let refused = trainer.fit_into(needs / 100).unwrap_err().to_string();
    assert!(refused.contains("256 tokens at once"), "{refused}");
}
