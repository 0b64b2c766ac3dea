//! The transport: a stage as an audio callback drives it. Commands come in and old things go out through rings
//! without locks, so that the audio thread neither waits nor frees memory.

use crate::out::Outgoing;
use crate::schedule::STRIPS;
use crate::{Anchor, BLOCK, CountIn, Goal, Patch, Rack, Schedule, Signal, Stage, Touch};
use rtrb::{Consumer, Producer, RingBuffer};
use std::collections::VecDeque;

/// Commands that may wait in the ring; more wait with the remote.
const COMMANDS: usize = 256;

/// Retired things that may wait to be dropped.
const RETIRED: usize = 64;

/// Anchors that may wait to be read.
const ANCHORS: usize = 256;

/// Anchors a second while playing, and levels while anything sounds.
const ANCHOR_RATE: u32 = 30;

/// Levels that may wait to be read.
const LEVELS: usize = 4;

/// Signals that may wait to be sent: some seconds of dense music on all ports.
const SIGNALS: usize = 8192;

/// The highest samples since the last report, 1 being full scale.
#[derive(Debug, Clone, Copy)]
pub struct Peaks {
    /// Of each strip, before the room that all share.
    pub strips: [f32; STRIPS],
    /// Of what is heard, left and right.
    pub heard: [f32; 2],
}

impl Peaks {
    const NONE: Peaks = Peaks { strips: [0.0; STRIPS], heard: [0.0; 2] };

    fn are_silent(&self) -> bool {
        self.heard == [0.0; 2] && self.strips.iter().all(|peak| *peak == 0.0)
    }
}

/// What a transport can be told.
#[derive(Debug)]
pub enum Command {
    /// Another document, or another state of it.
    Change(Box<Schedule>),
    /// Another rack.
    ChangeRack(Box<Rack>),
    /// Go.
    Play,
    /// Click first, then go.
    CountIn(CountIn),
    /// A hand on the manual.
    Touch(Touch),
    /// The manual plays this instrument too, or none at this place.
    Pull {
        /// Which, 0..=15.
        place: u8,
        /// The instrument.
        patch: Option<Patch>,
    },
    /// Stop.
    Stop,
    /// Go to this tick.
    Seek(u32),
    /// Repeat between these ticks.
    Loop(Option<(u32, u32)>),
    /// Click on beats.
    Metronome(bool),
    /// Other devices hear the clock.
    Clock(bool),
    /// A short note beside the piece.
    Preview {
        /// In so many milliseconds.
        after_ms: u32,
        /// A key of the drum kit.
        drums: bool,
        /// General MIDI program, 0..=127.
        program: u8,
        /// MIDI key, 0..=127.
        key: u8,
        /// 1..=127.
        velocity: u8,
    },
}

/// What is not needed any more, to be dropped where that takes no harm.
#[derive(Debug)]
enum Retired {
    Schedule(#[expect(dead_code, reason = "it is only dropped")] Box<Schedule>),
    Rack(#[expect(dead_code, reason = "it is only dropped")] Box<Rack>),
}

/// The audio side.
#[derive(Debug)]
pub struct Transport {
    stage: Stage,
    commands: Consumer<Command>,
    retired: Producer<Retired>,
    anchors: Producer<Anchor>,
    strikes: Producer<u32>,
    struck: u32,
    levels: Producer<Peaks>,
    signals: Producer<Signal>,
    /// A signal found no room, so that notes may hang.
    choked: bool,
    /// Milliseconds by which signals are later than what is heard with them, so that they can be sent in time.
    lead_ms: f64,
    /// What was the loudest since the last report, and whether that was more than silence.
    loudest: Peaks,
    sounded: bool,
    /// Frames since the last levels.
    unmeasured: u32,
    /// The last block, interleaved, and how many of its frames have been given out.
    frames: [[f32; 2]; BLOCK],
    given: usize,
    /// Frames since the last anchor.
    since: u32,
}

/// The other side: any thread but the audio thread.
#[derive(Debug)]
pub struct Remote {
    commands: Producer<Command>,
    waiting: VecDeque<Command>,
    retired: Consumer<Retired>,
    anchors: Consumer<Anchor>,
    strikes: Consumer<u32>,
    levels: Consumer<Peaks>,
    signals: Option<Consumer<Signal>>,
}

/// Both sides of a stage.
pub fn transport(stage: Stage) -> (Transport, Remote) {
    let (send_command, commands) = RingBuffer::new(COMMANDS);
    let (retire, retired) = RingBuffer::new(RETIRED);
    let (send_anchor, anchors) = RingBuffer::new(ANCHORS);
    let (send_strikes, strikes) = RingBuffer::new(1);
    let (send_levels, levels) = RingBuffer::new(LEVELS);
    let (send_signals, signals) = RingBuffer::new(SIGNALS);
    let transport = Transport {
        stage,
        commands,
        retired: retire,
        anchors: send_anchor,
        strikes: send_strikes,
        struck: 0,
        levels: send_levels,
        signals: send_signals,
        choked: false,
        lead_ms: 0.0,
        loudest: Peaks::NONE,
        sounded: false,
        unmeasured: 0,
        frames: [[0.0; 2]; BLOCK],
        given: BLOCK,
        since: 0,
    };
    let signals = Some(signals);
    (transport, Remote { commands: send_command, waiting: VecDeque::new(), retired, anchors, strikes, levels, signals })
}

impl Transport {
    /// What it drives.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Fills `out` with the next frames. `at_ms`: when the first of them is heard, in the player's milliseconds.
    /// Allocates nothing, frees nothing, waits for nothing.
    pub fn fill(&mut self, out: &mut [[f32; 2]], at_ms: f64) {
        let rate = self.stage.schedule().rate();
        // Without a place for what a command retires, the command waits.
        let mut told = false;
        while self.retired.slots() > 0
            && let Ok(command) = self.commands.pop()
        {
            told |= self.obey(command);
        }
        self.send(at_ms);
        if told || self.stage.playing() && self.since >= rate / ANCHOR_RATE {
            self.report(at_ms);
        }
        for (index, frame) in out.iter_mut().enumerate() {
            if self.given == BLOCK {
                let before = (self.stage.playing(), self.stage.turned(), self.stage.counting());
                // What is performed now is given out after a block.
                let block_ms = at_ms + (index + BLOCK) as f64 * 1000.0 / f64::from(rate);
                let (left, right) = self.stage.block();
                self.frames = std::array::from_fn(|index| [left[index], right[index]]);
                let peak = |side: &[f32; BLOCK]| side.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
                let [was_left, was_right] = self.loudest.heard;
                self.loudest.heard = [was_left.max(peak(left)), was_right.max(peak(right))];
                self.given = 0;
                self.send(block_ms);
                if (self.stage.playing(), self.stage.turned(), self.stage.counting()) != before {
                    self.report(at_ms + (index + BLOCK) as f64 * 1000.0 / f64::from(rate));
                }
            }
            *frame = self.frames[self.given];
            self.given += 1;
        }
        self.since = self.since.saturating_add(out.len() as u32);
        self.unmeasured = self.unmeasured.saturating_add(out.len() as u32);
        if self.unmeasured >= rate / ANCHOR_RATE {
            self.measure();
        }
        self.confess();
    }

    /// Signals are so many milliseconds later than what is heard with them, 0 or more.
    pub fn set_lead(&mut self, ms: f64) {
        self.lead_ms = ms.max(0.0);
    }

    /// Passes on what is to be sent in the block that is heard at a moment.
    fn send(&mut self, block_ms: f64) {
        let frame_ms = 1000.0 / f64::from(self.stage.schedule().rate());
        let lead_ms = self.lead_ms;
        let at = |after: u32| block_ms + lead_ms + f64::from(after) * frame_ms;
        let silence = Signal { at_ms: at(0), to: Goal::Silence, bytes: [0; 3], length: 0 };
        if self.choked && self.signals.push(silence).is_ok() {
            self.choked = false;
        }
        for Outgoing { after, to, bytes, length } in self.stage.outgoing() {
            if self.signals.push(Signal { at_ms: at(after), to, bytes, length }).is_err() {
                self.choked = true;
            }
        }
    }

    fn report(&mut self, at_ms: f64) {
        self.since = 0;
        // A full ring means that nobody reads; the next anchor will do.
        let _ = self.anchors.push(self.stage.anchor(at_ms));
    }

    /// Reports how loud it was; once more when it has become silent.
    fn measure(&mut self) {
        self.unmeasured = 0;
        self.stage.peaks(&mut self.loudest.strips);
        let sounds = !self.loudest.are_silent();
        if sounds || self.sounded {
            let _ = self.levels.push(self.loudest);
        }
        (self.sounded, self.loudest) = (sounds, Peaks::NONE);
    }

    /// Reports new faults of the font.
    fn confess(&mut self) {
        let strikes = self.stage.rack().map_or(0, Rack::strikes);
        if strikes > self.struck {
            let _ = self.strikes.push(strikes);
        }
        self.struck = strikes;
    }

    /// Whether the command moved the playhead or changed how it moves.
    fn obey(&mut self, command: Command) -> bool {
        match command {
            Command::Change(schedule) => self.retire(|stage| Some(Retired::Schedule(stage.change(schedule)))),
            Command::ChangeRack(rack) => self.retire(|stage| stage.change_rack(rack).map(Retired::Rack)),
            Command::Play => self.stage.play(),
            Command::CountIn(plan) => self.stage.count_in(plan),
            Command::Touch(touch) => {
                self.stage.touch(touch);
                return false;
            }
            Command::Pull { place, patch } => {
                self.stage.pull(place, patch);
                return false;
            }
            Command::Stop => self.stage.stop(),
            Command::Seek(tick) => self.stage.seek(f64::from(tick)),
            Command::Loop(turns) => self.stage.set_loop(turns),
            Command::Clock(on) => {
                self.stage.set_clock(on);
                return false;
            }
            Command::Metronome(on) => {
                self.stage.set_metronome(on);
                return false;
            }
            Command::Preview { after_ms, drums, program, key, velocity } => {
                self.stage.preview(after_ms, drums, program, key, velocity);
                return false;
            }
        }
        true
    }

    fn retire(&mut self, change: impl FnOnce(&mut Stage) -> Option<Retired>) {
        if let Some(retired) = change(&mut self.stage) {
            // There is a slot: `fill` looked before it took the command.
            let _ = self.retired.push(retired);
        }
    }
}

impl Remote {
    /// Tells the transport something; in order, at its next callback.
    pub fn tell(&mut self, command: Command) {
        self.waiting.push_back(command);
        self.tend();
    }

    /// Hands on what waits and drops what is retired.
    pub fn tend(&mut self) {
        while self.retired.pop().is_ok() {}
        while !self.commands.is_full()
            && let Some(command) = self.waiting.pop_front()
        {
            // It is not full, and nobody else pushes.
            let _ = self.commands.push(command);
        }
    }

    /// The next anchor that has not been read.
    pub fn anchor(&mut self) -> Option<Anchor> {
        self.anchors.pop().ok()
    }

    /// The next levels that have not been read.
    pub fn levels(&mut self) -> Option<Peaks> {
        self.levels.pop().ok()
    }

    /// What is to be sent to ports; only the first who asks gets it. While nobody reads it, it is dropped.
    pub fn signals(&mut self) -> Option<Consumer<Signal>> {
        self.signals.take()
    }

    /// How many faults the font has shown, if there are new ones.
    pub fn strikes(&mut self) -> Option<u32> {
        self.strikes.pop().ok()
    }
}
