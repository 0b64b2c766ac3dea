//! Playing and recording without a window: through the channel that MIDI ports send to, and by the window's own keys.

use engine::wire::{Event, Range, Recording};
use engine::{Incoming, Studio};
use score::{NewNote, Note, TrackId};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const TRACK: TrackId = TrackId(0);

struct Desk {
    studio: Studio,
    events: Arc<Mutex<Vec<Event>>>,
    started: Instant,
    before: Vec<Note>,
}

impl Desk {
    async fn open(home: &std::path::Path) -> Desk {
        let studio = Studio::open_in(home, true).await.unwrap();
        studio.open_demo().await.unwrap();
        studio.arm(vec![TRACK]).await.unwrap();
        let events = Arc::<Mutex<Vec<Event>>>::default();
        let heard = events.clone();
        studio.subscribe(move |event| {
            heard.lock().unwrap().push(event);
            true
        });
        let before = studio.score().await.unwrap().track(TRACK).unwrap().notes.to_vec();
        Desk { studio, events, started: Instant::now(), before }
    }

    /// A message of keyboard 3, stamped by its own clock, which began at 5 s.
    fn send(&self, bytes: &[u8]) {
        let stamp_ms = 5000.0 + self.started.elapsed().as_secs_f64() * 1e3;
        self.put(Incoming::Message { port: 3, stamp_ms, bytes: bytes.to_vec() });
    }

    /// A key of the window.
    fn key(&self, pitch: u8, velocity: u8) {
        self.studio.play_note(pitch, velocity, self.started.elapsed().as_secs_f64() * 1e3);
    }

    fn put(&self, incoming: Incoming) {
        self.studio.inlet().unwrap().send(incoming).unwrap();
    }

    /// Waits until an event says so.
    async fn until(&self, what: &str, says: impl Fn(&Event) -> bool) {
        let start = Instant::now();
        while !self.events.lock().unwrap().iter().any(&says) {
            assert!(start.elapsed() < Duration::from_secs(10), "waited in vain until {what}");
            rest(10).await;
        }
        self.events.lock().unwrap().clear();
    }

    /// The notes that have come.
    async fn fresh(&self) -> Vec<NewNote> {
        let score = self.studio.score().await.unwrap();
        let notes = score.track(TRACK).unwrap().notes.iter();
        notes.filter(|note| !self.before.contains(note)).map(|note| NewNote::from(*note)).collect()
    }
}

async fn rest(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

fn plays(event: &Event) -> bool {
    matches!(event, Event::Anchor(anchor) if anchor.playing)
}

#[tokio::test]
async fn a_keyboard_is_recorded_as_one_step_and_its_loss_ends_its_notes() {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await;
    let start = desk.studio.score().await.unwrap();
    desk.put(Incoming::Appeared { port: 3, name: "Clavier".into() });
    desk.until("the keyboard is there", |event| matches!(event, Event::Ports(ports) if ports.inputs == ["Clavier"]))
        .await;
    desk.studio.record(Recording::default()).await.unwrap();
    desk.until("it plays", plays).await;
    rest(100).await;
    desk.send(&[0xB0, 64, 127]);
    desk.send(&[0x90, 61, 99]);
    rest(200).await;
    desk.send(&[0x80, 61, 30]);
    desk.send(&[0x91, 66, 50]);
    rest(100).await;
    desk.put(Incoming::Vanished { port: 3, name: "Clavier".into() });
    desk.until("its key is up", |event| matches!(event, Event::Struck(key) if key.pitch == 66 && key.velocity == 0))
        .await;
    rest(300).await;
    let revision = desk.studio.end_recording().await.unwrap();
    assert_eq!(revision, 1);
    desk.studio.stop().await.unwrap();
    let notes = desk.fresh().await;
    assert_eq!(
        notes.iter().map(|note| (note.pitch, note.velocity, note.release)).collect::<Vec<_>>(),
        [(61, 99, 30), (66, 50, 64)]
    );
    // 168 quarters a minute and 960 ticks each: 2.7 ticks a millisecond.
    let lengths: Vec<f64> = notes.iter().map(|note| f64::from(note.length) / 2.688).collect();
    assert!((150.0..320.0).contains(&lengths[0]) && (60.0..280.0).contains(&lengths[1]), "{lengths:?} ms");
    let score = desk.studio.score().await.unwrap();
    let pedal = score.points(score.track(TRACK).unwrap(), &score.voiced());
    let pedal: Vec<i16> = pedal
        .iter()
        .filter(|point| point.controller == score::Controller::Control(64))
        .map(|point| point.value)
        .collect();
    assert!(pedal.ends_with(&[127, 0]), "{pedal:?}");
    let history = desk.studio.document().await.unwrap().history;
    assert_eq!(history.done, ["Record 2 notes"]);
    let project = desk.studio.document().await.unwrap().project;
    desk.studio.close().await.unwrap();
    drop(desk);
    // It was in the journal when it was answered.
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    studio.open_project(project).await.unwrap();
    assert_eq!(studio.score().await.unwrap(), score);
    studio.undo().await.unwrap();
    assert_eq!(studio.score().await.unwrap(), start);
}

#[tokio::test]
async fn stopping_lands_what_is_held_and_opening_another_piece_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await;
    desk.studio.record(Recording { count_in: 0, grid: Some(480), replace: false }).await.unwrap();
    desk.until("it plays", plays).await;
    rest(150).await;
    desk.key(72, 80);
    rest(150).await;
    desk.studio.stop().await.unwrap();
    desk.until("it rests", |event| matches!(event, Event::Anchor(anchor) if !anchor.playing)).await;
    let notes = desk.fresh().await;
    assert_eq!(notes.len(), 1);
    assert!(notes[0].start.is_multiple_of(480) && notes[0].length > 0, "{notes:?}");
    let project = desk.studio.document().await.unwrap().project;
    desk.studio.record(Recording::default()).await.unwrap();
    desk.until("it plays", plays).await;
    rest(100).await;
    desk.key(74, 80);
    rest(100).await;
    desk.studio.open_demo().await.unwrap();
    desk.studio.open_project(project).await.unwrap();
    assert_eq!(desk.fresh().await.len(), 2);
    desk.studio.close().await.unwrap();
}

#[tokio::test]
async fn a_loop_is_overdubbed_and_a_phrase_is_captured() {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await;
    let studio = &desk.studio;
    studio.set_loop(Some(Range { from: 0, to: 1440 })).await.unwrap();
    studio.record(Recording::default()).await.unwrap();
    desk.until("it plays", plays).await;
    for pitch in [80, 81, 82] {
        // A pass lasts 536 ms.
        desk.key(pitch, 90);
        rest(100).await;
        desk.key(pitch, 0);
        rest(500).await;
    }
    studio.stop().await.unwrap();
    let notes = desk.fresh().await;
    assert_eq!(notes.len(), 3);
    assert!(notes.iter().all(|note| note.start + note.length <= 1440), "{notes:?}");
    studio.undo().await.unwrap();
    assert!(desk.fresh().await.is_empty());
    assert!(studio.capture(Recording::default()).await.is_err(), "it is kept already");
    studio.set_loop(None).await.unwrap();
    studio.seek(2880).await.unwrap();
    rest(200).await;
    desk.key(84, 90);
    rest(50).await;
    desk.key(84, 0);
    studio.capture(Recording::default()).await.unwrap();
    let notes = desk.fresh().await;
    assert_eq!(notes.iter().map(|note| (note.pitch, note.start)).collect::<Vec<_>>(), [(84, 2880)]);
    assert!(studio.arm(vec![TrackId(99)]).await.is_err());
    studio.arm(Vec::new()).await.unwrap();
    let refused = studio.record(Recording::default()).await.unwrap_err().to_string();
    assert!(refused.contains("no track is armed"), "{refused}");
    studio.close().await.unwrap();
}

#[tokio::test]
async fn a_key_says_where_the_music_was_as_the_recording_will_have_it() {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await;
    desk.key(60, 80);
    let struck = |pitch: u8| {
        let events = desk.events.lock().unwrap();
        events.iter().find_map(|event| match event {
            Event::Struck(key) if key.pitch == pitch && key.velocity > 0 => Some(key.tick),
            _ => None,
        })
    };
    assert_eq!(struck(60), Some(None), "at rest it is nowhere");
    desk.key(60, 0);
    desk.studio.record(Recording::default()).await.unwrap();
    desk.until("it plays", plays).await;
    rest(200).await;
    desk.key(64, 80);
    rest(200).await;
    desk.key(64, 0);
    let said = struck(64).unwrap().unwrap();
    desk.studio.stop().await.unwrap();
    let notes = desk.fresh().await;
    let onset = f64::from(notes.iter().find(|note| note.pitch == 64).unwrap().start);
    // 2.7 ticks a millisecond; the recording knows the anchors after it too.
    assert!((said - onset).abs() < 80.0, "{said} {onset}");
}

#[tokio::test]
async fn a_track_whose_port_is_not_there_says_so_and_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await;
    let output = Some(score::Output { port: "No such synth".into(), channel: 3, programs: true });
    let send = score::Command::SetOutput { track: TRACK, output: output.clone() };
    desk.studio.apply(&send, 0).await.unwrap();
    let told =
        |event: &Event| matches!(event, Event::Message { text, .. } if text.starts_with("No such synth is not there"));
    desk.until("the loss is told", told).await;
    let project = desk.studio.document().await.unwrap().project;
    desk.studio.play().await.unwrap();
    desk.until("it plays all the same", plays).await;
    desk.studio.close().await.unwrap();
    drop(desk);
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    studio.open_project(project).await.unwrap();
    assert_eq!(studio.score().await.unwrap().track(TRACK).unwrap().header.output, output);
}

/// The keys that have come, from low to high, by the program of their track in the line.
fn fresh_by_program(score: &score::Score, before: &[Note]) -> Vec<(u8, Vec<u8>)> {
    let own = score.track(TRACK).unwrap();
    let line = score.tracks.iter().filter(|track| own.same_line(track));
    let keys = |track: &score::Track| {
        let fresh = track.notes.iter().filter(|note| !before.contains(note));
        fresh.map(|note| note.pitch).collect::<BTreeSet<u8>>().into_iter().collect()
    };
    line.map(|track| (track.header.program, keys(track))).collect()
}

#[tokio::test]
async fn a_program_that_a_keyboard_sends_is_recorded_with_the_notes_that_it_plays() {
    let home = tempfile::tempdir().unwrap();
    let desk = Desk::open(home.path()).await;
    let start = desk.studio.score().await.unwrap();
    let own = start.track(TRACK).unwrap().header.program;
    let other = if own == 48 { 49 } else { 48 };
    desk.studio.seek(start.end() + 3840).await.unwrap();
    let record = async |replace: bool, pitch: u8, program: Option<u8>| {
        desk.studio.record(Recording { replace, ..Recording::default() }).await.unwrap();
        desk.until("it plays", plays).await;
        rest(150).await;
        desk.send(&[0x90, pitch, 90]);
        rest(80).await;
        desk.send(&[0x80, pitch, 64]);
        rest(80).await;
        if let Some(program) = program {
            desk.send(&[0xC2, program]);
        }
        rest(80).await;
        desk.send(&[0x90, pitch + 1, 90]);
        rest(80).await;
        desk.send(&[0x80, pitch + 1, 64]);
        rest(150).await;
        desk.studio.stop().await.unwrap();
        desk.until("it rests", |event| matches!(event, Event::Anchor(anchor) if !anchor.playing)).await;
        desk.studio.seek(start.end() + 3840).await.unwrap();
        fresh_by_program(&desk.studio.score().await.unwrap(), &desk.before)
    };
    assert_eq!(record(false, 70, Some(other)).await, [(own, vec![70]), (other, vec![71])]);
    assert_eq!(desk.studio.document().await.unwrap().history.done, ["Record 2 notes"], "one step");
    // The keyboard still plays the other one; over what stands there, which stays what it is.
    assert_eq!(record(false, 80, None).await, [(own, vec![70]), (other, vec![71, 80, 81])]);
    // In the place of all that was recorded there, with whatever instrument.
    assert_eq!(record(true, 60, Some(own)).await, [(own, vec![61]), (other, vec![60])]);
    for _ in 0..3 {
        desk.studio.undo().await.unwrap();
    }
    assert_eq!(desk.studio.score().await.unwrap().to_bytes(), start.to_bytes());
    // Other tracks have their own instruments.
    desk.studio.arm(vec![start.tracks[1].id]).await.unwrap();
    desk.studio.arm(vec![TRACK]).await.unwrap();
    assert_eq!(record(false, 75, None).await, [(own, vec![75, 76])]);
    desk.studio.close().await.unwrap();
}
