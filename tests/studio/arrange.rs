//! Arranging without a window: what was done is in the journal, comes back after closing, and is undone from there.

use engine::Studio;
use engine::wire::Event;
use score::{Command, Controller, Landmark, Mix, TrackId};
use std::sync::{Arc, Mutex};

/// One of each command on bars, landmarks, controllers and tracks.
fn commands() -> Vec<Command> {
    let controller = Controller::Control(11);
    vec![
        Command::RepeatBars { from: 5, to: 8, times: 1 },
        Command::InsertBars { before: 3, count: 2 },
        Command::DeleteBars { from: 1, to: 1 },
        Command::SetMarker { tick: 2880, name: "Here".into() },
        Command::MoveLandmark { what: Landmark::Marker, from: 2880, to: 5760 },
        Command::SetMeter { tick: 5760, numerator: 6, denominator: 8 },
        Command::RemoveLandmark { what: Landmark::Meter, tick: 5760 },
        Command::DrawController {
            track: TrackId(0),
            controller,
            from: 0,
            to: 1000,
            ticks: vec![0, 500],
            values: vec![90, 40],
        },
        Command::ScaleController { track: TrackId(0), controller, from: 0, to: 400, percent: 50 },
        Command::DuplicateTrack { track: TrackId(0) },
        Command::MoveTrack { track: TrackId(2), to: 0 },
        Command::SetHue { track: TrackId(2), hue: 7 },
        Command::SetProgram { track: TrackId(2), program: 8, drums: Some(true) },
        Command::SetMix { track: TrackId(2), mix: Mix { reverb: Some(90), ..Mix::default() } },
    ]
}

#[tokio::test]
async fn what_was_arranged_comes_back_and_is_undone() {
    let home = tempfile::tempdir().unwrap();
    let (project, start, end) = {
        let studio = crate::demo(home.path()).await;
        let start = studio.score().await.unwrap();
        for (revision, command) in (0..).zip(commands()) {
            assert_eq!(studio.apply(&command, revision).await.unwrap(), revision + 1, "{command:?}");
        }
        let end = studio.score().await.unwrap();
        studio.close().await.unwrap();
        (studio_project(home.path()).await, start, end)
    };
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    studio.open_project(project).await.unwrap();
    assert_eq!(studio.score().await.unwrap(), end);
    for _ in commands() {
        studio.undo().await.unwrap();
    }
    assert_eq!(studio.score().await.unwrap(), start);
}

async fn studio_project(home: &std::path::Path) -> u32 {
    let studio = Studio::open_in(home, false).await.unwrap();
    let id = studio.recent().await.unwrap()[0].id;
    studio.close().await.unwrap();
    id
}

#[tokio::test]
async fn controllers_travel_in_records_and_patches_say_the_same() {
    let studio = Studio::headless();
    studio.open_demo().await.unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    studio.subscribe(move |event| {
        if let Event::Changed(changed) = event {
            heard.lock().unwrap().extend(changed.patch.curves);
        }
        true
    });
    let draw = Command::DrawController {
        track: TrackId(0),
        controller: Controller::Bend,
        from: 100,
        to: 300,
        ticks: vec![100, 200],
        values: vec![-8192, 8191],
    };
    studio.apply(&draw, 0).await.unwrap();
    let bytes = studio.controllers(TrackId(0)).await.unwrap();
    assert_eq!(bytes, [[100, 0, 0, 0, 0, 0xe0, 128, 0], [200, 0, 0, 0, 0xff, 0x1f, 128, 0]].concat());
    assert!(studio.controllers(TrackId(99)).await.is_err());
    let told = told.lock().unwrap();
    assert_eq!((told.len(), told[0].controller, told[0].value.as_slice()), (1, 128, &[-8192, 8191][..]));
}

#[tokio::test]
async fn instruments_are_listed_by_family_and_every_kit_is_one() {
    let instruments = Studio::headless().instruments();
    let named = |program, drums| instruments.iter().find(|one| one.program == program && one.drums == drums);
    assert_eq!(named(73, false).map(|one| (one.name.as_str(), one.family.as_str())), Some(("Flute", "Pipe")));
    assert_eq!(named(40, true).map(|one| one.name.as_str()), Some("Brush Kit"));
    assert_eq!(instruments.iter().filter(|one| !one.drums).count(), 128);
}
