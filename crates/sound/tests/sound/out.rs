//! Tracks that are sent to MIDI ports: what is sent when, and that nothing hangs. The ports here are lists in memory; the
//! last test sends through the system's own, where it has them.

use crate::piece::{piece, track};
use score::{Event, EventKind, Lane, Score, TrackId};
use sound::{
    Anchor, BLOCK, Cable, Command, Font, Goal, Jack, Jacks, News, Outlets, Player, Rack, Schedule, Signal, Stage,
    Transport, transport,
};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const RATE: u32 = 48_000;
const CABLE: Cable = Cable { port: 0, channel: 3, programs: true };

/// A stage of these tracks, of which the first is sent.
fn sent(score: &Score) -> Stage {
    let mut schedule = Box::new(Schedule::new(score, RATE, None));
    schedule.plug(|track| (track == TrackId(1)).then_some(CABLE));
    let rack = Rack::new(&Font::builtin(), RATE, schedule.strips()).unwrap();
    Stage::new(Some(rack), schedule)
}

/// Fills so many buffers of 480 frames, which are heard from `from_ms` on; everything that was sent.
fn fill(transport: &mut Transport, signals: &mut rtrb::Consumer<Signal>, buffers: usize, from_ms: f64) -> Vec<Signal> {
    let mut out = [[0.0; 2]; 480];
    let mut all = Vec::new();
    for at in 0..buffers {
        transport.fill(&mut out, from_ms + at as f64 * 10.0);
        all.extend(std::iter::from_fn(|| signals.pop().ok()));
    }
    all
}

fn notes(signals: &[Signal]) -> Vec<(u8, u8, i64)> {
    let voice = |signal: &&Signal| matches!(signal.bytes[0] & 0xF0, 0x80 | 0x90);
    signals.iter().filter(voice).map(|one| (one.bytes[0], one.bytes[1], one.at_ms.round() as i64)).collect()
}

fn clock(signals: &[Signal]) -> Vec<(Vec<u8>, i64)> {
    let clocked = signals.iter().filter(|signal| signal.to == Goal::Clocked);
    clocked.map(|one| (one.message().to_vec(), one.at_ms.round() as i64)).collect()
}

#[test]
fn notes_are_sent_at_the_moment_at_which_they_would_be_heard() {
    // A quarter is half a second; the second track is played here.
    let score = piece(vec![track(1, 0, 40, &[(0, 480, 60), (960, 96, 62)]), track(2, 1, 0, &[(480, 480, 72)])]);
    let (mut transport, mut remote) = transport(sent(&score));
    let mut signals = remote.signals().unwrap();
    assert!(remote.signals().is_none());
    remote.tell(Command::Play);
    let all = fill(&mut transport, &mut signals, 80, 1000.0);
    let block = (BLOCK as f64 * 1e3 / f64::from(RATE)).round() as i64;
    let expected = [(0x93, 60, 1000), (0x83, 60, 1250), (0x93, 62, 1500), (0x83, 62, 1550)];
    for (found, wanted) in notes(&all).iter().zip(expected) {
        assert_eq!((found.0, found.1), (wanted.0, wanted.1));
        assert!((found.2 - wanted.2 - block).abs() <= 1, "{found:?} {wanted:?}");
    }
    assert_eq!(notes(&all).len(), 4);
    assert!(all.iter().all(|signal| signal.to == Goal::Port(0)), "the clock is off");
    assert!(all.iter().any(|signal| signal.message() == [0xC3, 40]), "its program is told");
    assert_eq!(transport.stage().rack().unwrap().counts().0, 1, "only the other track is played here");
    assert!(all.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms + 2.0), "in order, up to a block");
}

#[test]
fn nothing_hangs_at_stop_seek_and_the_loops_turn() {
    let score = piece(vec![track(1, 0, 0, &[(0, 9600, 60), (0, 9600, 64)])]);
    let (mut transport, mut remote) = transport(sent(&score));
    let mut signals = remote.signals().unwrap();
    let down = |all: &[Signal]| {
        let mut keys = std::collections::BTreeSet::new();
        for (status, key, _) in notes(all) {
            if status & 0xF0 == 0x90 {
                keys.insert(key)
            } else {
                keys.remove(&key)
            };
        }
        keys.len()
    };
    for end in [Command::Stop, Command::Seek(9600)] {
        remote.tell(Command::Seek(0));
        remote.tell(Command::Play);
        let mut all = fill(&mut transport, &mut signals, 5, 0.0);
        assert_eq!(down(&all), 2);
        remote.tell(end);
        let after = fill(&mut transport, &mut signals, 1, 50.0);
        assert!(after.iter().any(|signal| signal.message() == [0xB3, 123, 0]), "{after:?}");
        all.extend(after);
        assert_eq!(down(&all), 0);
        remote.tell(Command::Stop);
        fill(&mut transport, &mut signals, 1, 60.0);
    }
    remote.tell(Command::Loop(Some((0, 96))));
    remote.tell(Command::Seek(0));
    remote.tell(Command::Play);
    let all = fill(&mut transport, &mut signals, 20, 0.0);
    let count = |status: u8| notes(&all).iter().filter(|note| note.0 == status).count();
    assert!(count(0x93) >= 6 && count(0x93) - count(0x83) <= 2, "{} {}", count(0x93), count(0x83));
}

#[test]
fn a_strip_that_changes_sides_leaves_nothing_behind() {
    let score = piece(vec![track(1, 0, 0, &[(0, 9600, 60)])]);
    let (mut transport, mut remote) = transport(sent(&score));
    let mut signals = remote.signals().unwrap();
    remote.tell(Command::Play);
    let first = fill(&mut transport, &mut signals, 3, 0.0);
    assert_eq!(notes(&first).len(), 1);
    // The port is lost: the same document, played here.
    remote.tell(Command::Change(Box::new(Schedule::new(&score, RATE, None))));
    let lost = fill(&mut transport, &mut signals, 3, 30.0);
    assert_eq!(notes(&lost).iter().map(|note| (note.0, note.1)).collect::<Vec<_>>(), [(0x83, 60)]);
    assert_eq!(transport.stage().held(), 0);
    // It is back: the channel is told everything anew.
    let mut schedule = Box::new(Schedule::new(&score, RATE, None));
    schedule.plug(|_| Some(CABLE));
    remote.tell(Command::Change(schedule));
    let back = fill(&mut transport, &mut signals, 1, 60.0);
    assert!(back.iter().any(|signal| signal.message() == [0xC3, 0]), "{back:?}");
}

#[test]
fn controllers_are_told_once_and_pedals_come_up() {
    let mut score = piece(vec![track(1, 0, 0, &[(0, 960, 60), (1920, 960, 62)])]);
    let control = |tick, controller, value| Event { tick, kind: EventKind::Control { channel: 0, controller, value } };
    let events = vec![control(100, 64, 127), control(200, 1, 50), control(300, 1, 50)];
    score.lanes = vec![Arc::new(Lane { events: Arc::new(events), end: 0 })];
    let (mut transport, mut remote) = transport(sent(&score));
    let mut signals = remote.signals().unwrap();
    remote.tell(Command::Play);
    let all = fill(&mut transport, &mut signals, 40, 0.0);
    let of = |all: &[Signal], number: u8| {
        let found = all.iter().filter(|signal| signal.bytes[0] == 0xB3 && signal.bytes[1] == number);
        found.map(|signal| signal.bytes[2]).collect::<Vec<_>>()
    };
    assert_eq!((of(&all, 1), of(&all, 64)), (vec![0, 50], vec![0, 127]));
    remote.tell(Command::Stop);
    let stopped = fill(&mut transport, &mut signals, 1, 400.0);
    assert_eq!(of(&stopped, 64), [0]);
}

#[test]
fn the_clock_beats_24_to_the_quarter_and_says_where_it_is() {
    let score = piece(vec![track(2, 0, 0, &[(0, 96_000, 60)])]);
    let (mut transport, mut remote) = transport(sent(&score));
    let mut signals = remote.signals().unwrap();
    remote.tell(Command::Clock(true));
    remote.tell(Command::Play);
    // Two seconds at 120 to the minute: four quarters, 96 pulses and the one that begins the fifth.
    let all = clock(&fill(&mut transport, &mut signals, 200, 0.0));
    assert_eq!(all[0].0, [0xFA]);
    let pulses: Vec<i64> = all.iter().filter(|one| one.0 == [0xF8]).map(|one| one.1).collect();
    assert!((95..=97).contains(&pulses.len()), "{}", pulses.len());
    for (at, moment) in pulses.iter().enumerate() {
        let wanted = at as f64 * 500.0 / 24.0 + BLOCK as f64 / 48.0;
        assert!((*moment as f64 - wanted).abs() <= 1.5, "pulse {at} at {moment}, not {wanted}");
    }
    // To a place between two sixteenths: it goes on with the next one, 9 of them from the beginning.
    remote.tell(Command::Seek(2000));
    let leapt = clock(&fill(&mut transport, &mut signals, 10, 2000.0));
    let words: Vec<&[u8]> = leapt.iter().map(|one| one.0.as_slice()).take(4).collect();
    assert_eq!(words, [&[0xFC][..], &[0xF2, 9, 0], &[0xFB], &[0xF8]]);
    let late = leapt[3].1 - leapt[2].1;
    assert!((80..=86).contains(&late), "tick 2160 is 83 ms after tick 2000, not {late}");
    remote.tell(Command::Stop);
    remote.tell(Command::Seek(960));
    let rest = clock(&fill(&mut transport, &mut signals, 10, 2100.0));
    let words: Vec<&[u8]> = rest.iter().map(|one| one.0.as_slice()).collect();
    assert_eq!(words, [&[0xFC][..], &[0xF2, 4, 0]]);
}

/// What was sent where, and when.
type Log = Arc<Mutex<Vec<(String, Vec<u8>, Instant)>>>;

/// Ports in memory that can be pulled out.
#[derive(Clone, Default)]
struct Desk {
    there: Arc<Mutex<Vec<String>>>,
    log: Log,
}

struct Plug(String, Desk);

impl Jack for Plug {
    fn send(&mut self, message: &[u8]) -> Result<(), String> {
        if !self.1.there.lock().unwrap().contains(&self.0) {
            return Err("it was pulled out".into());
        }
        self.1.log.lock().unwrap().push((self.0.clone(), message.to_vec(), Instant::now()));
        Ok(())
    }
}

impl Jacks for Desk {
    fn names(&mut self) -> Result<Vec<String>, String> {
        Ok(self.there.lock().unwrap().clone())
    }

    fn open(&mut self, name: &str) -> Result<Box<dyn Jack>, String> {
        Ok(Box::new(Plug(name.to_owned(), self.clone())))
    }
}

impl Desk {
    fn with(names: &[&str]) -> Desk {
        let desk = Desk::default();
        *desk.there.lock().unwrap() = names.iter().map(|name| (*name).to_owned()).collect();
        desk
    }

    fn sent(&self) -> Vec<(String, Vec<u8>)> {
        self.log.lock().unwrap().iter().map(|(name, bytes, _)| (name.clone(), bytes.clone())).collect()
    }

    #[track_caller]
    fn until(&self, what: &str, wanted: impl Fn(&[(String, Vec<u8>)]) -> bool) {
        let start = Instant::now();
        while !wanted(&self.sent()) {
            assert!(start.elapsed() < Duration::from_secs(5), "waited in vain for {what}: {:?}", self.sent());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn news() -> (impl Fn(News) + Send, Receiver<News>) {
    let (tell, told) = channel();
    (move |news| drop(tell.send(news)), told)
}

fn signal(at_ms: f64, to: Goal, bytes: [u8; 3]) -> Signal {
    let length = if bytes[0] >= 0xF8 { 1 } else { 3 };
    Signal { at_ms, to, bytes, length }
}

#[test]
fn signals_wait_for_their_moment_and_go_to_whom_they_are_for() {
    let desk = Desk::with(&["One", "Two"]);
    let (tell, told) = news();
    let opened = Instant::now();
    let outlets = Outlets::start(Box::new(desk.clone()), opened, tell);
    outlets.want(vec![("One".into(), false), ("Two".into(), true)]);
    for port in 0..2 {
        assert_eq!(told.recv_timeout(Duration::from_secs(5)).unwrap(), News::Opened { port });
    }
    let (mut ring, signals) = rtrb::RingBuffer::new(64);
    outlets.take(signals);
    let now = opened.elapsed().as_secs_f64() * 1e3;
    let moments = [60.0, 90.0, 130.0].map(|later| now + later);
    ring.push(signal(moments[0], Goal::Port(0), [0x90, 60, 90])).unwrap();
    ring.push(signal(moments[1], Goal::Clocked, [0xF8, 0, 0])).unwrap();
    ring.push(signal(moments[2], Goal::Port(0), [0x80, 60, 64])).unwrap();
    desk.until("three messages", |sent| sent.len() == 3);
    let expected = [("One", vec![0x90, 60, 90]), ("Two", vec![0xF8]), ("One", vec![0x80, 60, 64])];
    assert_eq!(desk.sent(), expected.map(|(name, bytes)| (name.to_owned(), bytes)));
    for ((_, _, at), moment) in desk.log.lock().unwrap().iter().zip(moments) {
        let late = (*at - opened).as_secs_f64() * 1e3 - moment;
        // Never early; late only by as much as a busy machine lets a thread sleep.
        assert!((-1.0..40.0).contains(&late), "{late} ms");
    }
}

#[test]
fn a_port_that_is_lost_is_told_once_and_what_it_held_is_forgotten() {
    let desk = Desk::with(&["One"]);
    let (tell, told) = news();
    let opened = Instant::now();
    let outlets = Outlets::start(Box::new(desk.clone()), opened, tell);
    outlets.want(vec![("One".into(), false), ("Gone".into(), false)]);
    assert_eq!(told.recv_timeout(Duration::from_secs(5)).unwrap(), News::Opened { port: 0 });
    assert!(matches!(told.recv_timeout(Duration::from_secs(5)).unwrap(), News::Lost { port: 1, .. }));
    outlets.send(0, [0x95, 60, 90]);
    desk.until("the note", |sent| sent.len() == 1);
    desk.there.lock().unwrap().clear();
    outlets.send(0, [0x95, 62, 90]);
    let lost = told.recv_timeout(Duration::from_secs(5)).unwrap();
    assert_eq!(lost, News::Lost { port: 0, reason: "it was pulled out".into() });
    outlets.send(0, [0x95, 64, 90]);
    desk.there.lock().unwrap().push("One".into());
    assert_eq!(told.recv_timeout(Duration::from_secs(5)).unwrap(), News::Opened { port: 0 }, "it comes back by itself");
    outlets.send(0, [0x95, 65, 90]);
    desk.until("the note after it", |sent| sent.len() == 2);
    // One that is not wanted any more is let go: its note ends, and nobody is told that it is lost.
    outlets.want(vec![(String::new(), false), (String::new(), false)]);
    desk.until("the end of the note", |sent| sent.iter().any(|one| one.1 == [0x85, 65, 64]));
    outlets.send(0, [0x95, 67, 90]);
    outlets.want(vec![("One".into(), false)]);
    assert_eq!(told.recv_timeout(Duration::from_secs(5)).unwrap(), News::Opened { port: 0 });
    // When whoever sent a note goes, it ends.
    outlets.send(0, [0x95, 69, 90]);
    drop(outlets);
    desk.until("the end of the last note", |sent| sent.iter().any(|one| one.1 == [0x85, 69, 64]));
    assert!(!desk.sent().iter().any(|one| one.1[1] == 67));
    assert!(!desk.sent().iter().any(|one| one.1 == [0x85, 60, 64]));
}

#[test]
fn the_player_sends_a_track_plays_it_here_without_its_port_and_stops_clean() {
    let desk = Desk::with(&["Synth"]);
    let (heard, _anchors) = channel::<Anchor>();
    let player = Player::open_with(
        Box::new(desk.clone()),
        Font::builtin(),
        move |anchor| heard.send(anchor).unwrap_or_default(),
        |_| (),
    );
    let (tell, told) = channel();
    player.listen_to_ports(move |port, found| drop(tell.send((port.to_owned(), found.is_ok()))));
    let mut score = piece(vec![track(1, 0, 7, &[(0, 480, 60), (960, 96_000, 62)])]);
    let sent = Arc::make_mut(&mut score.tracks[0]);
    sent.header.output = Some(score::Output { port: "Synth".into(), channel: 9, programs: true });
    player.sound(&score);
    assert_eq!(told.recv_timeout(Duration::from_secs(5)).unwrap(), ("Synth".to_owned(), true));
    player.set_clocked(vec!["Synth".into()]);
    player.play();
    let on = [0x99, 62, 100].to_vec();
    desk.until("the second note", |sent| sent.iter().any(|one| one.1 == on));
    let all = desk.sent();
    let at = |bytes: &[u8]| all.iter().position(|one| one.1 == bytes).unwrap_or_else(|| panic!("{bytes:?} in {all:?}"));
    assert!(at(&[0xC9, 7]) < at(&[0x99, 60, 100]) && at(&[0x99, 60, 100]) < at(&[0x89, 60, 64]));
    assert!(at(&[0xFA]) < at(&[0xF8]));
    let moments: Vec<Instant> = desk
        .log
        .lock()
        .unwrap()
        .iter()
        .filter(|one| one.1 == [0x99, 60, 100] || one.1 == on)
        .map(|one| one.2)
        .collect();
    let apart = (moments[1] - moments[0]).as_secs_f64() * 1e3;
    assert!((450.0..550.0).contains(&apart), "a quarter is 500 ms, not {apart}");
    player.stop();
    desk.until("the end", |sent| {
        sent.iter().any(|one| one.1 == [0x89, 62, 64]) && sent.iter().any(|one| one.1 == [0xFC])
    });
    // A key of a hand goes there too, at once.
    player.play_tracks(vec![TrackId(1)]);
    player.touch(sound::Touch::Down { key: 70, velocity: 33 });
    player.touch(sound::Touch::LetGo);
    desk.until("the hand", |sent| sent.iter().any(|one| one.1 == [0x89, 70, 64]));
    assert!(desk.sent().iter().any(|one| one.1 == [0x99, 70, 33]));
    desk.there.lock().unwrap().clear();
    player.sound_track_note(TrackId(1), 71, 90);
    assert_eq!(told.recv_timeout(Duration::from_secs(5)).unwrap(), ("Synth".to_owned(), false));
}

#[cfg(target_os = "linux")]
#[test]
fn the_systems_own_ports_hear_what_is_sent() {
    use midir::os::unix::VirtualInput;
    let Ok(mut input) = midir::MidiInput::new("Listening test") else {
        eprintln!("skipped: this machine has no ALSA sequencer (/dev/snd/seq), so nothing can be sent through it");
        return;
    };
    input.ignore(midir::Ignore::None);
    let (tell, heard) = channel();
    let hear = move |_: u64, bytes: &[u8], (): &mut ()| drop(tell.send(bytes.to_vec()));
    let _port = input.create_virtual("ear", hear, ()).unwrap();
    let (news, told) = news();
    let name = sound::MidiJacks.names().unwrap().into_iter().find(|name| name.contains("Listening test")).unwrap();
    let outlets = Outlets::start(Box::new(sound::MidiJacks), Instant::now(), news);
    outlets.want(vec![(name, true)]);
    assert_eq!(told.recv_timeout(Duration::from_secs(5)).unwrap(), News::Opened { port: 0 });
    outlets.send(0, [0x91, 60, 90]);
    let message = heard.recv_timeout(Duration::from_secs(5)).unwrap();
    assert_eq!(message, [0x91, 60, 90]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_keyboard_of_the_system_appears_is_heard_and_goes() {
    use midir::os::unix::VirtualOutput;
    use sound::{Incoming, Ports};
    let Ok(output) = midir::MidiOutput::new("Playing test") else {
        eprintln!("skipped: this machine has no ALSA sequencer (/dev/snd/seq), so nothing can come through it");
        return;
    };
    let mut keyboard = output.create_virtual("keys").unwrap();
    let (into, heard) = channel();
    let _ports = Ports::listen(into);
    // Other keyboards of the machine may be heard too.
    let until = |what: &str, wanted: &dyn Fn(&Incoming) -> bool| loop {
        let incoming = heard.recv_timeout(Duration::from_secs(10)).unwrap_or_else(|error| panic!("{what}: {error}"));
        if wanted(&incoming) {
            return incoming;
        }
    };
    let ours = |name: &str| name.contains("Playing test");
    let appeared = until("it appears", &|one| matches!(one, Incoming::Appeared { name, .. } if ours(name)));
    let Incoming::Appeared { port: number, .. } = appeared else { unreachable!() };
    keyboard.send(&[0x90, 60, 90]).unwrap();
    let message = until("it is heard", &|one| matches!(one, Incoming::Message { port, .. } if *port == number));
    assert!(matches!(message, Incoming::Message { bytes, .. } if bytes == [0x90, 60, 90]));
    drop(keyboard);
    until("it goes", &|one| matches!(one, Incoming::Vanished { port, .. } if *port == number));
}
