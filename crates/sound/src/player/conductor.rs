//! The player's thread: it takes orders, prepares what the audio thread needs, and passes anchors on.

use super::Shared;
use super::cables::Cables;
use super::output::{Output, Trouble};
use crate::schedule::STRIPS;
use crate::{
    Anchor, Command, CountIn, Font, Jacks, Levels, MidiJacks, News, Patch, Peaks, Rack, Remote, Schedule, Stage, Touch,
    Transport, transport,
};
use score::{FINE, Score, TrackId};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How often anchors are looked for.
const BEAT: Duration = Duration::from_millis(10);

/// How long to wait before looking for an output again.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait before the output is opened that was lost just after it had been opened; twice as long each time,
/// up to [`PATIENCE`].
const RESPITE: Duration = Duration::from_millis(50);

/// Instruments that the manual has at most.
const PLACES: usize = 16;

/// Sample rate of a player that nobody hears.
const SILENT_RATE: u32 = 48_000;

/// Who is told what becomes of a port.
pub(super) type Told = Box<dyn Fn(&str, Result<(), &str>) + Send>;

/// What a player can be asked.
pub(super) enum Order {
    Sound(Box<Score>),
    Font(Arc<Font>),
    Output(Option<String>),
    Play,
    Stop,
    Seek(u32),
    Loop(Option<(u32, u32)>),
    Note { after_ms: u32, drums: bool, program: u8, pitch: u8, velocity: u8 },
    Metronome(bool),
    Record(u8),
    EndRecording,
    Tracks(Vec<TrackId>),
    Touch(Touch),
    TrackNote { track: TrackId, pitch: u8, velocity: u8 },
    Clocked(Vec<String>),
    Listen(Told),
    News(News),
    Trouble(Trouble),
    Close,
}

/// What the thread starts with.
pub(super) struct Conductor {
    pub shared: Arc<Shared>,
    pub opened: Instant,
    pub orders: Sender<Order>,
    pub heard: Box<dyn Fn(Anchor) + Send>,
    pub measured: Box<dyn Fn(Levels) + Send>,
    pub font: Arc<Font>,
    pub jacks: Box<dyn Jacks>,
}

/// Where the sound goes.
enum Drive {
    /// The device's thread has the transport.
    Device(#[expect(dead_code, reason = "sound ends when it is dropped")] Output),
    /// This thread has it, and runs it by the clock.
    Clock { transport: Box<Transport>, frames: u64 },
}

/// The running player.
struct Running {
    conductor: Conductor,
    score: Score,
    rate: u32,
    strips: usize,
    /// The track of each strip.
    tracks: Vec<TrackId>,
    metronome: bool,
    /// It goes on after the piece's end.
    recording: bool,
    cables: Cables,
    told: Option<Told>,
    /// The tracks that the manual plays.
    played: Vec<TrackId>,
    remote: Remote,
    drive: Drive,
    /// The output that was chosen, by name; none: the default one.
    wanted: Option<String>,
    looked: Instant,
    /// How often the output was lost soon after it had been opened, and when it is looked for again.
    losses: u32,
    again: Option<Instant>,
    /// Faults of the font have been told.
    confessed: bool,
}

impl Conductor {
    pub fn run(self, orders: &Receiver<Order>, ready: &Sender<()>) {
        let Some(mut running) = self.open() else { return };
        let _ = ready.send(());
        loop {
            let order = match orders.recv_timeout(BEAT) {
                Ok(Order::Close) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(order) => Some(order),
                Err(RecvTimeoutError::Timeout) => None,
            };
            if let Some(order) = order {
                // Of several documents in a row only the last is worth preparing.
                let mut latest = None;
                for order in std::iter::once(order).chain(orders.try_iter()) {
                    match order {
                        Order::Close => return,
                        Order::Sound(score) => latest = Some(score),
                        order => {
                            running.take_over(latest.take());
                            running.obey(order);
                        }
                    }
                }
                running.take_over(latest);
            }
            running.tend();
        }
    }

    fn open(mut self) -> Option<Running> {
        let jacks = std::mem::replace(&mut self.jacks, Box::new(MidiJacks));
        let orders = self.orders.clone();
        let cables = Cables::new(jacks, self.opened, move |news| {
            // Without its thread the player needs no ports.
            let _ = orders.send(Order::News(news));
        });
        let score = Score::empty();
        let (transport, remote) = transport(Stage::new(None, Box::new(Schedule::new(&score, SILENT_RATE, None))));
        let mut running = Running {
            conductor: self,
            score,
            rate: SILENT_RATE,
            strips: 0,
            tracks: Vec::new(),
            metronome: false,
            recording: false,
            cables,
            told: None,
            played: Vec::new(),
            remote,
            drive: Drive::Clock { transport: Box::new(transport), frames: 0 },
            wanted: None,
            looked: Instant::now(),
            losses: 0,
            again: None,
            confessed: false,
        };
        running.reopen();
        Some(running)
    }
}

impl Running {
    fn now_ms(&self) -> f64 {
        self.conductor.opened.elapsed().as_secs_f64() * 1e3
    }

    /// Looks for an output and goes on there from the same place; without one, goes on by the clock.
    fn reopen(&mut self) {
        (self.looked, self.again) = (Instant::now(), None);
        let anchor = self.conductor.shared.anchor().at(self.now_ms());
        // The old stream is closed first: some devices take only one.
        self.run_by_clock(anchor);
        let shared = self.conductor.shared.latency.clone();
        let found = super::output::find(self.wanted.as_deref()).and_then(|found| {
            self.rate = found.rate();
            let (transport, remote) = transport(self.stage(true, anchor));
            let output = found.open(transport, self.conductor.opened, self.conductor.orders.clone(), shared)?;
            Ok((output, remote))
        });
        match found {
            Ok((output, remote)) => {
                (self.drive, self.remote) = (Drive::Device(output), remote);
                self.cables.take(self.remote.signals());
                self.pull();
                self.conductor.shared.be_heard();
            }
            Err(reason) => {
                tracing::warn!(reason, "playing silently");
                self.conductor.shared.be_silent(reason);
                self.run_by_clock(anchor);
            }
        }
        self.tell(anchor);
    }

    fn run_by_clock(&mut self, anchor: Anchor) {
        self.rate = SILENT_RATE;
        let (mut transport, remote) = transport(self.stage(false, anchor));
        // It is driven as often as orders are looked for, so that signals of that time are late by as much.
        transport.set_lead(2e3 * BEAT.as_secs_f64());
        let frames = self.clock_frames();
        (self.drive, self.remote) = (Drive::Clock { transport: Box::new(transport), frames }, remote);
        self.cables.take(self.remote.signals());
    }

    fn clock_frames(&self) -> u64 {
        (self.conductor.opened.elapsed().as_secs_f64() * f64::from(SILENT_RATE)) as u64
    }

    /// A stage that stands where the player is and moves as it moves.
    fn stage(&mut self, heard: bool, anchor: Anchor) -> Stage {
        let schedule = self.schedule();
        self.strips = 0;
        self.tracks = schedule.tracks().to_vec();
        let rack = if heard { self.rack(schedule.strips()) } else { None };
        let mut stage = Stage::new(rack, schedule);
        stage.set_metronome(self.metronome);
        stage.set_clock(self.cables.is_clocked());
        stage.set_loop(anchor.loop_from.zip(anchor.loop_to));
        stage.seek(anchor.tick);
        if anchor.playing {
            stage.play();
        }
        stage
    }

    fn rack(&mut self, strips: usize) -> Option<Box<Rack>> {
        match Rack::new(&self.conductor.font, self.rate, strips) {
            Ok(rack) => {
                self.strips = rack.strips();
                self.confessed = false;
                Some(rack)
            }
            Err(error) => {
                tracing::warn!(%error, "no synthesiser");
                self.conductor.shared.be_silent(error.to_string());
                None
            }
        }
    }

    fn take_over(&mut self, score: Option<Box<Score>>) {
        let Some(score) = score else { return };
        self.score = *score;
        self.cables.want(&self.score);
        let schedule = self.schedule();
        if matches!(self.drive, Drive::Device(_))
            && schedule.strips() > self.strips
            && let Some(rack) = self.rack(schedule.strips())
        {
            self.remote.tell(Command::ChangeRack(rack));
        }
        self.tracks = schedule.tracks().to_vec();
        self.remote.tell(Command::Change(schedule));
        self.pull();
    }

    fn schedule(&self) -> Box<Schedule> {
        let mut schedule = Box::new(match self.recording {
            true => Schedule::endless(&self.score, self.rate),
            false => Schedule::new(&self.score, self.rate, None),
        });
        schedule.plug(|track| self.cables.of(&self.score, track));
        schedule
    }

    /// What becomes of a port: its tracks go there, or are played here again.
    fn replug(&mut self, news: &News) {
        let Some(name) = self.cables.hear(news).map(str::to_owned) else { return };
        let clocked = self.cables.is_clocked();
        let schedule = self.schedule();
        self.remote.tell(Command::Change(schedule));
        self.remote.tell(Command::Clock(clocked));
        self.pull();
        if let Some(told) = &self.told {
            match news {
                News::Opened { .. } => told(&name, Ok(())),
                News::Lost { reason, .. } => told(&name, Err(reason)),
            }
        }
    }

    fn set_recording(&mut self, on: bool) {
        if std::mem::replace(&mut self.recording, on) != on {
            let schedule = self.schedule();
            self.remote.tell(Command::Change(schedule));
        }
    }

    /// Gives the manual the instruments of the tracks that it plays.
    fn pull(&mut self) {
        let sent = self.played.iter().filter_map(|id| self.cables.of(&self.score, *id)).collect();
        self.cables.play_on(sent);
        let patch = |id: &TrackId| {
            if self.cables.of(&self.score, *id).is_some() {
                return None;
            }
            let track = self.score.track(*id).ok()?;
            let strip = self.tracks.iter().position(|one| one == id).filter(|&strip| strip < STRIPS);
            Some(Patch::of(track, strip.map(|strip| strip as u16)))
        };
        let mut patches: Vec<Option<Patch>> = self.played.iter().filter_map(patch).map(Some).collect();
        patches.resize(PLACES, None);
        for (place, patch) in (0..).zip(patches) {
            self.remote.tell(Command::Pull { place, patch });
        }
    }

    /// So many bars of clicks, in the metre and the tempo of where it stands.
    fn count_in(&self, bars: u8) -> CountIn {
        let tick = self.conductor.shared.anchor().tick.max(0.0) as u32;
        let meter = self.score.bars().containing(u64::from(tick) * FINE).meter;
        let quarter = f64::from(self.score.tempo_map().micros(tick)) * 1e-6 * f64::from(self.rate);
        let in_bar = u32::from(meter.numerator.max(1));
        let samples = quarter * 4.0 / f64::from(meter.denominator.max(1));
        CountIn { beats: u32::from(bars) * in_bar, in_bar, samples }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Font(font) => {
                self.conductor.font = font;
                if matches!(self.drive, Drive::Device(_))
                    && let Some(rack) = self.rack(self.strips)
                {
                    self.remote.tell(Command::ChangeRack(rack));
                }
            }
            Order::Output(name) => {
                if name != self.wanted {
                    self.wanted = name;
                    self.reopen();
                }
            }
            Order::Play => {
                self.look_again();
                self.remote.tell(Command::Play);
            }
            Order::Record(bars) => {
                self.look_again();
                self.set_recording(true);
                let plan = self.count_in(bars);
                self.remote.tell(Command::CountIn(plan));
            }
            Order::EndRecording => self.set_recording(false),
            Order::Tracks(tracks) => {
                self.played = tracks;
                self.pull();
            }
            Order::Touch(touch) => {
                self.cables.touch(touch);
                self.remote.tell(Command::Touch(touch));
            }
            Order::TrackNote { track, pitch, velocity } => self.sound_track(track, pitch, velocity),
            Order::Clocked(ports) => {
                self.cables.set_clocked(ports);
                self.cables.want(&self.score);
                self.remote.tell(Command::Clock(self.cables.is_clocked()));
            }
            Order::Listen(told) => self.told = Some(told),
            Order::News(news) => self.replug(&news),
            Order::Stop => {
                self.cables.touch(Touch::LetGo);
                self.remote.tell(Command::Stop);
            }
            Order::Seek(tick) => self.remote.tell(Command::Seek(tick)),
            Order::Loop(turns) => self.remote.tell(Command::Loop(turns)),
            Order::Note { after_ms, drums, program, pitch, velocity } => {
                self.remote.tell(Command::Preview { after_ms, drums, program, key: pitch, velocity });
            }
            Order::Metronome(on) => {
                self.metronome = on;
                self.remote.tell(Command::Metronome(on));
            }
            Order::Trouble(trouble) if matches!(self.drive, Drive::Device(_)) => self.lose(trouble),
            Order::Sound(score) => self.take_over(Some(score)),
            Order::Trouble(_) | Order::Close => {}
        }
    }

    fn sound_track(&mut self, track: TrackId, pitch: u8, velocity: u8) {
        if let Some(cable) = self.cables.of(&self.score, track) {
            let now = self.now_ms();
            return self.cables.preview(cable, pitch, velocity, now);
        }
        let Ok(track) = self.score.track(track) else { return };
        let (drums, program) = (track.header.is_drums(), track.header.program);
        self.remote.tell(Command::Preview { after_ms: 0, drums, program, key: pitch, velocity });
    }

    /// Goes on without the output that was lost, at most for a moment if there is another one. One that is lost again and
    /// again is left alone for longer and longer, so that whatever provides it can come to itself.
    fn lose(&mut self, Trouble { reason }: Trouble) {
        tracing::warn!(reason, "the output was lost");
        self.losses = if self.looked.elapsed() > PATIENCE { 0 } else { self.losses + 1 };
        if self.losses == 0 {
            self.reopen();
            if self.conductor.shared.silent.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
                self.conductor.shared.be_silent(reason);
            }
            return;
        }
        let anchor = self.conductor.shared.anchor().at(self.now_ms());
        self.run_by_clock(anchor);
        self.conductor.shared.be_silent(reason);
        self.again = Some(Instant::now() + (RESPITE * 2u32.pow(self.losses.min(6) - 1)).min(PATIENCE));
        self.tell(anchor);
    }

    /// Looks for an output where there was none.
    fn look_again(&mut self) {
        if matches!(self.drive, Drive::Clock { .. }) && self.looked.elapsed() > PATIENCE {
            self.reopen();
        }
    }

    /// Runs the clock, passes anchors on, drops what is retired.
    fn tend(&mut self) {
        if self.again.is_some_and(|again| again <= Instant::now()) {
            self.reopen();
        }
        let (due, now) = (self.clock_frames(), self.now_ms());
        if let Drive::Clock { transport, frames } = &mut self.drive {
            let mut left = due.saturating_sub(*frames);
            *frames = due;
            if !transport.stage().playing() && transport.stage().counting() == 0 {
                // Nothing moves; only commands are taken.
                left = left.min(1);
            }
            let mut out = [[0.0; 2]; 480];
            while left > 0 {
                let part = left.min(out.len() as u64) as usize;
                let ahead = left as f64 * 1e3 / f64::from(SILENT_RATE);
                transport.fill(&mut out[..part], now - ahead);
                left -= part as u64;
            }
        }
        self.cables.tend(now);
        self.remote.tend();
        while let Some(anchor) = self.remote.anchor() {
            self.tell(anchor);
        }
        if let Some(peaks) = std::iter::from_fn(|| self.remote.levels()).last() {
            (self.conductor.measured)(self.levels(&peaks));
        }
        if let Some(faults) = self.remote.strikes()
            && !std::mem::replace(&mut self.confessed, true)
        {
            let font = self.conductor.font.name();
            tracing::warn!(font, faults, "the SoundFont is damaged; some of its notes stay silent");
        }
    }

    fn levels(&self, peaks: &Peaks) -> Levels {
        let [left, right] = peaks.heard.map(Levels::of);
        let strips = peaks.strips.iter().zip(&self.tracks);
        Levels { tracks: self.tracks.clone(), peaks: strips.map(|(peak, _)| Levels::of(*peak)).collect(), left, right }
    }

    fn tell(&self, anchor: Anchor) {
        *self.conductor.shared.anchor.lock().unwrap_or_else(PoisonError::into_inner) = anchor;
        (self.conductor.heard)(anchor);
    }
}
