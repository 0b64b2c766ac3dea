//! What hands play, on the window's keys or on MIDI keyboards: heard at once, and on the tape.

use crate::lock::lock;
use crate::studio::Inner;
use crate::wire::{Event, Level, Ports, Recording, Struck};
use crate::{Error, Studio};
use score::{Change, Controller, Edit, Note, TrackId};
use sound::{Anchor, Incoming, Message, Played, Stamp, Tape, Touch};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Weak;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The window's own keys among the keyboards; ports count from 1.
const WINDOW: u32 = 0;

/// Anchors that are asked where the music is.
const ASKED: usize = 9;

/// Seconds by which an anchor may differ from the one before it: more is a leap.
const LEAP: f64 = 0.3;

/// What is known of the hands.
#[derive(Default)]
pub(crate) struct Hands {
    pub tape: Tape,
    /// The tracks that keys play, and that recording goes into.
    pub tracks: Vec<TrackId>,
    /// How the running recording is made.
    pub recording: Option<Recording>,
    /// Milliseconds from the making of a sound to the ear, as somebody has set it; none: as the device says.
    pub latency: Option<f64>,
    ports: Ports,
    names: BTreeMap<u32, String>,
    outputs: Vec<String>,
    clocks: BTreeMap<u32, Stamp>,
    /// Where the music was last said to be.
    last: Option<Anchor>,
    /// Where it was said to be since it last began or leapt, at most [`ASKED`] times.
    lately: VecDeque<Anchor>,
    /// Keys that are down, by keyboard.
    down: BTreeMap<u32, Vec<u8>>,
    inlet: Option<Sender<Incoming>>,
    listening: Option<sound::Ports>,
}

impl Hands {
    /// Takes up where the music is. When a recording has been round the loop, what it has so far is to be heard.
    pub fn follow(&mut self, anchor: Anchor) {
        self.tape.follow(anchor);
        let before = self.last.replace(anchor);
        let back = before.is_some_and(|last| last.playing && anchor.tick < last.tick);
        let leapt =
            before.is_none_or(|last| (last.at(anchor.at_ms).tick - anchor.tick).abs() > anchor.ticks_per_second * LEAP);
        if back || leapt || !anchor.playing {
            self.lately.clear();
        }
        self.lately.push_back(anchor);
        if self.lately.len() > ASKED {
            self.lately.pop_front();
        }
        if let Some(inlet) = self.inlet.as_ref().filter(|_| back && anchor.playing && self.recording.is_some()) {
            // Without a listener nothing is recorded.
            let _ = inlet.send(Incoming::Turned);
        }
    }

    /// Which tick was heard at a moment; none while the music rests. Anchors come unevenly: the middle one is believed.
    fn heard(&self, at_ms: f64) -> Option<f64> {
        self.last.filter(|last| last.playing)?;
        let mut ticks: Vec<f64> = self.lately.iter().map(|anchor| anchor.at(at_ms).tick).collect();
        ticks.sort_by(f64::total_cmp);
        ticks.get(ticks.len() / 2).copied()
    }
}

impl Studio {
    /// Keys play these tracks from now on, and recordings go into them.
    ///
    /// # Errors
    /// [`Error::NoPiece`], or [`Error::Score`] if there is no such track.
    pub async fn arm(&self, tracks: Vec<TrackId>) -> Result<(), Error> {
        let score = self.score().await?;
        for track in &tracks {
            score.track(*track)?;
        }
        if let Some(player) = &self.0.player {
            player.play_tracks(tracks.clone());
        }
        let others = std::mem::replace(&mut lock(&self.0.hands).tracks, tracks.clone()) != tracks;
        if others {
            self.0.play_own();
        }
        Ok(())
    }

    /// Plays a key of the window: it goes down with a velocity of 1..=127, and comes up with 0. `at_ms`: when it was
    /// pressed, by the window's own clock.
    pub fn play_note(&self, pitch: u8, velocity: u8, at_ms: f64) {
        let key = pitch.min(127);
        let message = match velocity.min(127) {
            0 => Message::Off { key, velocity: Note::PLAIN_RELEASE },
            velocity => Message::On { key, velocity },
        };
        self.0.hear(WINDOW, at_ms, message);
    }

    /// Turns a controller from the window, such as the pedal; a value outside its range is brought into it.
    pub fn turn(&self, controller: Controller, value: i16, at_ms: f64) {
        let (low, high) = controller.range();
        self.0.hear(WINDOW, at_ms, Message::Turn { controller, value: value.clamp(low, high) });
    }

    /// Lets go of every key of the window.
    pub fn let_go(&self) {
        self.0.release_keys(Some(WINDOW));
    }

    /// The MIDI ports that are there.
    pub fn ports(&self) -> Ports {
        lock(&self.0.hands).ports.clone()
    }

    /// Sounds are heard so many milliseconds after they are made; none: as the device says. Recording counts it off.
    pub fn set_latency(&self, ms: Option<f64>) {
        lock(&self.0.hands).latency = ms.filter(|ms| ms.is_finite()).map(|ms| ms.clamp(0.0, 1000.0));
    }

    /// Milliseconds that the device says it takes from the making of a sound to the ear; 0 where it does not say.
    pub fn latency(&self) -> f64 {
        self.0.player.as_ref().map_or(0.0, sound::Player::latency_ms)
    }

    /// Where keyboards send to; tests play here as ports do.
    pub fn inlet(&self) -> Option<Sender<Incoming>> {
        lock(&self.0.hands).inlet.clone()
    }

    /// Listens to keyboards from now on.
    pub(crate) fn listen(&self) {
        let (inlet, incoming) = channel();
        let inner = std::sync::Arc::downgrade(&self.0);
        match std::thread::Builder::new().name("hands".to_owned()).spawn(move || listen(&inner, &incoming)) {
            Ok(_) => {
                let mut hands = lock(&self.0.hands);
                hands.listening = Some(sound::Ports::listen(inlet.clone()));
                hands.inlet = Some(inlet);
            }
            Err(error) => tracing::warn!(%error, "keyboards are not listened to"),
        }
    }
}

/// Passes on what comes from the ports, as long as there is a studio.
fn listen(studio: &Weak<Inner>, incoming: &Receiver<Incoming>) {
    while let Ok(incoming) = incoming.recv() {
        let Some(inner) = studio.upgrade() else { return };
        match incoming {
            // The piece may be busy; keys shall not wait for it.
            Incoming::Turned => drop(std::thread::spawn(move || Studio(inner).sound_take())),
            incoming => inner.take_in(incoming),
        }
    }
}

impl Inner {
    fn take_in(&self, incoming: Incoming) {
        match incoming {
            Incoming::Message { port, stamp_ms, bytes } => {
                if let Some(message) = Message::read(&bytes) {
                    self.hear(port, stamp_ms, message);
                }
            }
            Incoming::Appeared { port, name } => {
                lock(&self.hands).names.insert(port, name.clone());
                self.tell_ports(None);
                self.say(Level::Info, format!("{name} is connected and plays the armed tracks"));
            }
            Incoming::Vanished { port, name } => {
                self.release_keys(Some(port));
                lock(&self.hands).names.remove(&port);
                self.tell_ports(None);
                self.say(Level::Warning, format!("{name} was disconnected; the keys that it held were let go"));
            }
            Incoming::Outputs(names) => {
                lock(&self.hands).outputs = names;
                self.tell_ports(None);
            }
            Incoming::Missing(reason) => self.tell_ports(Some(reason)),
            Incoming::Turned => {}
        }
    }

    fn say(&self, level: Level, text: String) {
        self.tell(&Event::Message { level, text });
    }

    fn tell_ports(&self, missing: Option<String>) {
        let ports = {
            let mut hands = lock(&self.hands);
            let (inputs, outputs) = (hands.names.values().cloned().collect(), hands.outputs.clone());
            hands.ports = Ports { inputs, outputs, missing };
            hands.ports.clone()
        };
        self.tell(&Event::Ports(ports));
    }

    /// Milliseconds by which the ear is later than anchors say, as somebody has set it.
    pub(crate) fn later(&self, hands: &Hands) -> f64 {
        let told = self.player.as_ref().map_or(0.0, sound::Player::latency_ms);
        hands.latency.map_or(0.0, |ms| ms - told)
    }

    /// A key or a controller: heard, remembered, told.
    fn hear(&self, source: u32, stamp_ms: f64, message: Message) {
        let Some(player) = &self.player else { return };
        if message == Message::AllOff {
            return self.release_keys(Some(source));
        }
        let now = player.now_ms();
        if let Some(touch) = message.touch() {
            player.touch(touch);
        }
        let tick = {
            let mut hands = lock(&self.hands);
            let at_ms = hands.clocks.entry(source).or_default().place(stamp_ms, now);
            hands.tape.hear(Played { at_ms, source, message });
            let down = hands.down.entry(source).or_default();
            match message {
                Message::On { key, .. } if !down.contains(&key) => down.push(key),
                Message::Off { key, .. } => down.retain(|one| *one != key),
                _ => {}
            }
            hands.heard(at_ms - self.later(&hands))
        };
        match message {
            Message::On { key, velocity } => self.tell(&Event::Struck(Struck { pitch: key, velocity, tick })),
            Message::Off { key, .. } => self.tell(&Event::Struck(Struck { pitch: key, velocity: 0, tick })),
            _ => {}
        }
    }

    /// Keys play the armed tracks' own instruments again, whatever program a keyboard has set.
    pub(crate) fn play_own(&self) {
        let Some(player) = &self.player else { return };
        let message = Message::Program { program: None };
        player.touch(Touch::Program { program: None });
        lock(&self.hands).tape.hear(Played { at_ms: player.now_ms(), source: WINDOW, message });
    }

    /// Somebody has given an armed track another instrument: keys play that one.
    pub(crate) fn heed(&self, edit: &Edit) {
        let tracks = lock(&self.hands).tracks.clone();
        let given = |change: &Change| match change {
            Change::Header { track, before, after } => tracks.contains(track) && before.program != after.program,
            _ => false,
        };
        if edit.changes.iter().any(given) {
            self.play_own();
        }
    }

    /// Lets go of a keyboard's keys, or of those of all.
    pub(crate) fn release_keys(&self, source: Option<u32>) {
        let Some(player) = &self.player else { return };
        let now = player.now_ms();
        let mut up = Vec::new();
        let tick = {
            let mut hands = lock(&self.hands);
            let held: Vec<u32> = hands.down.iter().filter(|(_, keys)| !keys.is_empty()).map(|(one, _)| *one).collect();
            for source in held.into_iter().filter(|one| source.is_none_or(|source| source == *one)) {
                up.extend(hands.down.remove(&source).unwrap_or_default());
                hands.tape.hear(Played { at_ms: now, source, message: Message::AllOff });
            }
            hands.heard(now - self.later(&hands))
        };
        for pitch in up {
            player.touch(Touch::Up { key: pitch });
            self.tell(&Event::Struck(Struck { pitch, velocity: 0, tick }));
        }
    }
}
