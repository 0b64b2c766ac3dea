//! Voices and base models of a library.

use super::{base, knobs, tunes};
use engine::{Error, Knobs, Learning, Settings, Studio, TrainRequest, VoiceUse, wire};
use std::path::Path;
use std::sync::{Arc, Mutex};

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
    let step = studio.document().await.unwrap().history.done.pop().unwrap();
    assert!(step.starts_with("Vary bars 5–6, seed ") && step.contains(", strength "), "{step}");
    assert!(step.ends_with(&format!(", by {}", on.model)), "{step}");
    let asked = studio.asked().await.unwrap().remove(0).asked;
    assert_eq!((&asked.model, asked.request.voices[0].strength), (&on.model, 1.0));
    let title = score.title.clone();
    assert_eq!(studio.voices().await.unwrap()[0].projects, [title], "the piece that it wrote in");
    studio.undo().await.unwrap();
    let beside = ask(&[1.0], true).await.unwrap();
    assert_eq!(beside.candidates.len(), 2);
    assert_eq!((&beside.candidates[0].notes, &beside.candidates[1].notes), (&notes(&plain), &notes(&on)));
    assert_eq!(beside.candidates[0].writer, plain.model);
    studio.accept(beside.candidates[0].id).await.unwrap();
    let asked = studio.asked().await.unwrap().remove(0).asked;
    assert_eq!((&asked.model, asked.request.voices), (&plain.model, vec![]), "the voice did not write it");
    assert_eq!(asked.candidate, 1);
    studio.undo().await.unwrap();
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
}

#[tokio::test]
async fn the_studio_trains_one_voice_at_a_time_and_loses_none_that_is_stopped() {
    let home = tempfile::tempdir().unwrap();
    let studio = studio(home.path()).await;
    let folder = tunes(home.path(), 6);
    let again = TrainRequest { folder, name: "Another".into(), knobs: knobs(), id: None };
    let (begun, other) = (Arc::new(tokio::sync::Notify::new()), studio.clone());
    let tell = begun.clone();
    let (refused, goes_on) = (again.clone(), again.clone());
    let first = tokio::spawn(async move { other.train_voice(again, move |_| tell.notify_one()).await });
    // After the second thing that it tells, its folder is there.
    begun.notified().await;
    begun.notified().await;
    assert!(matches!(studio.train_voice(refused, |_| ()).await, Err(Error::Training)));
    assert!(matches!(studio.delete_voice("another".into()).await, Err(Error::Training)));
    studio.stop_training();
    let stopped = first.await.unwrap();
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    let entry = studio.voices().await.unwrap().into_iter().find(|voice| voice.id == "another");
    let request = TrainRequest { id: entry.map(|voice| voice.id), ..goes_on };
    assert!(studio.train_voice(request, |_| ()).await.unwrap().gains(), "it is gone on with, or begun again");
}

#[tokio::test]
async fn what_never_came_to_learn_leaves_nothing_and_the_end_waits_for_what_learns() {
    let home = tempfile::tempdir().unwrap();
    let studio = studio(home.path()).await;
    let empty = home.path().join("nothing");
    std::fs::create_dir_all(&empty).unwrap();
    let nothing = TrainRequest { folder: empty, name: "Nothing".into(), knobs: knobs(), id: None };
    assert!(studio.train_voice(nothing, |_| ()).await.is_err());
    assert!(!home.path().join("library/voices/nothing").exists());
    let request = TrainRequest {
        folder: tunes(home.path(), 6),
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
