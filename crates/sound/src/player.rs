//! The player: one stage on the default output, or silent where there is none.

mod cables;
mod conductor;
mod output;

pub use output::{default_output, outputs};

use crate::{Anchor, Font, Jacks, Levels, MidiJacks, Touch};
use conductor::{Conductor, Order};
use score::{Score, TrackId};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// What the player's threads and its owner both see.
struct Shared {
    anchor: Mutex<Anchor>,
    silent: Mutex<Option<String>>,
    /// Microseconds from the callback to the ear, as the device says.
    latency: Arc<AtomicU32>,
}

/// Plays one document. Every method returns at once; what it asks for happens on the player's own thread.
pub struct Player {
    orders: Sender<Order>,
    shared: Arc<Shared>,
    opened: Instant,
}

impl Player {
    /// A player with an empty piece. `heard` is told where the music is, from a thread that is not the audio
    /// thread: at every start, stop, seek, change and turn of the loop, and 30 times a second while playing. `measured`
    /// is told how loud it is, 30 times a second while anything sounds, and once when it has become silent.
    /// It never fails: without an output device it is silent and moves by the clock, see [`Player::silent_because`].
    pub fn open(
        font: Arc<Font>,
        heard: impl Fn(Anchor) + Send + 'static,
        measured: impl Fn(Levels) + Send + 'static,
    ) -> Player {
        Player::open_with(Box::new(MidiJacks), font, heard, measured)
    }

    /// The same with other MIDI outputs than the system's.
    pub fn open_with(
        jacks: Box<dyn Jacks>,
        font: Arc<Font>,
        heard: impl Fn(Anchor) + Send + 'static,
        measured: impl Fn(Levels) + Send + 'static,
    ) -> Player {
        let (orders, received) = channel();
        let opened = Instant::now();
        let rest = Anchor {
            tick: 0.0,
            at_ms: 0.0,
            playing: false,
            counting: 0,
            ticks_per_second: 0.0,
            loop_from: None,
            loop_to: None,
        };
        let shared = Arc::new(Shared { anchor: Mutex::new(rest), silent: Mutex::new(None), latency: Arc::default() });
        let (ready, is_ready) = channel();
        let (heard, measured) = (Box::new(heard), Box::new(measured));
        let conductor =
            Conductor { shared: shared.clone(), opened, orders: orders.clone(), heard, measured, font, jacks };
        let started =
            std::thread::Builder::new().name("player".to_owned()).spawn(move || conductor.run(&received, &ready));
        match started {
            // Whether there is an output is known when this returns.
            Ok(_) => drop(is_ready.recv()),
            Err(error) => shared.be_silent(format!("the player's thread cannot start: {error}")),
        }
        Player { orders, shared, opened }
    }

    /// Plays this document from now on, at the same tick. Notes that are no longer in it end.
    pub fn sound(&self, score: &Score) {
        self.order(Order::Sound(Box::new(score.clone())));
    }

    /// Plays with these instruments from now on.
    pub fn use_font(&self, font: Arc<Font>) {
        self.order(Order::Font(font));
    }

    /// Plays through the output with this name from now on, see [`outputs`]; through the default one where it is not
    /// there, or none is named.
    pub fn use_output(&self, name: Option<String>) {
        self.order(Order::Output(name));
    }

    /// Plays on; from the start if the piece is over. Without an output one is looked for first.
    pub fn play(&self) {
        self.order(Order::Play);
    }

    /// Stops where it is.
    pub fn stop(&self) {
        self.order(Order::Stop);
    }

    /// Plays on as long as it is not stopped, also after the piece's end, from a click that counts so many bars in
    /// (0..=8) if it stands still.
    pub fn record(&self, count_in: u8) {
        self.order(Order::Record(count_in.min(8)));
    }

    /// Ends at the piece's end again, and plays on until then.
    pub fn end_recording(&self) {
        self.order(Order::EndRecording);
    }

    /// The manual plays the instruments of these tracks from now on; beyond 16 the others are silent.
    pub fn play_tracks(&self, tracks: Vec<TrackId>) {
        self.order(Order::Tracks(tracks));
    }

    /// What a hand does on the manual; heard with the next buffer.
    pub fn touch(&self, touch: Touch) {
        self.order(Order::Touch(touch));
    }

    /// Milliseconds since it was opened: the clock of its anchors.
    pub fn now_ms(&self) -> f64 {
        self.opened.elapsed().as_secs_f64() * 1e3
    }

    /// Milliseconds from the making of a sound until it is heard, as the device says; 0 before it has said anything.
    /// Anchors have it counted in.
    pub fn latency_ms(&self) -> f64 {
        f64::from(self.shared.latency.load(Ordering::Relaxed)) * 1e-3
    }

    /// Goes to a tick.
    pub fn seek(&self, tick: u32) {
        self.order(Order::Seek(tick));
    }

    /// Repeats from the first tick to the second, or no more.
    pub fn set_loop(&self, turns: Option<(u32, u32)>) {
        self.order(Order::Loop(turns));
    }

    /// Sounds one note for 0.4 s, playing or not. `channel` 0..=15, 9 for drums; the rest 0..=127.
    pub fn sound_note(&self, channel: u8, program: u8, pitch: u8, velocity: u8) {
        let drums = channel == score::Header::DRUM_CHANNEL;
        self.order(Order::Note { after_ms: 0, drums, program, pitch, velocity });
    }

    /// Sounds one note of a track for 0.4 s, where the track is heard; `pitch` 0..=127, `velocity` 1..=127.
    pub fn sound_track_note(&self, track: TrackId, pitch: u8, velocity: u8) {
        self.order(Order::TrackNote { track, pitch, velocity });
    }

    /// These MIDI ports hear the clock from now on: pulses, start, stop, and where in the piece it is.
    pub fn set_clocked(&self, ports: Vec<String>) {
        self.order(Order::Clocked(ports));
    }

    /// Says what becomes of the MIDI ports that are wanted, by name: they are open, or lost for a reason. What a track
    /// would send to a port that is lost is played here.
    pub fn listen_to_ports(&self, told: impl Fn(&str, Result<(), &str>) + Send + 'static) {
        self.order(Order::Listen(Box::new(told)));
    }

    /// Sounds four notes one after the other, by which an instrument is known: a chord upwards, low for basses, or a
    /// bar of drums. A phrase that still sounds makes room.
    pub fn sound_phrase(&self, drums: bool, program: u8) {
        const BASSES: std::ops::Range<u8> = 32..40;
        let keys: [u8; 4] = match () {
            () if drums => [36, 42, 38, 46],
            () if BASSES.contains(&program) => [36, 40, 43, 48],
            () => [60, 64, 67, 72],
        };
        for (after_ms, pitch) in (0..).step_by(200).zip(keys) {
            self.order(Order::Note { after_ms, drums, program, pitch, velocity: 90 });
        }
    }

    /// Clicks on every beat while playing, or not.
    pub fn set_metronome(&self, on: bool) {
        self.order(Order::Metronome(on));
    }

    /// Where it is now.
    pub fn position(&self) -> Anchor {
        self.shared.anchor().at(self.now_ms())
    }

    /// Why nothing is heard, if that is so.
    pub fn silent_because(&self) -> Option<String> {
        self.shared.silent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn order(&self, order: Order) {
        // Without its thread the player is silent, and says so already.
        let _ = self.orders.send(order);
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.order(Order::Close);
    }
}

impl std::fmt::Debug for Player {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Player").field("position", &self.position()).finish_non_exhaustive()
    }
}

impl Shared {
    fn anchor(&self) -> Anchor {
        *self.anchor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn be_silent(&self, reason: String) {
        *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    }

    fn be_heard(&self) {
        *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
