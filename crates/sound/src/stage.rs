//! The stage: plays a schedule block by block. Player and offline rendering are two ways to drive it.
//!
//! Nothing here allocates, locks or logs after [`Stage::new`].

use crate::limiter::Limiter;
use crate::metronome::Metronome;
use crate::out::{Outgoing, Wire};
use crate::schedule::{Controls, STRIPS};
use crate::{Action, Anchor, BLOCK, Cable, Param, Patch, Rack, Schedule, Touch};

/// The most notes that are held at once; more than the synthesisers have voices.
const HELD: usize = 1024;

/// A note that has begun and not ended.
#[derive(Debug, Clone, Copy)]
struct Held {
    note: u32,
    strip: u16,
    key: u8,
}

/// Clicks before the music begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountIn {
    /// How many.
    pub beats: u32,
    /// Beats of a bar, at least 1: the first of each is louder.
    pub in_bar: u32,
    /// Samples from one to the next.
    pub samples: f64,
}

/// A count-in under way.
#[derive(Debug, Clone, Copy)]
struct Counting {
    plan: CountIn,
    /// Frames that have passed.
    at: u64,
    /// Frames before the first click, so that the music begins with a block.
    lead: u64,
    /// The next beat.
    next: u32,
}

impl Counting {
    fn new(plan: CountIn) -> Self {
        let total = Self::place(plan, plan.beats);
        Counting { plan, at: 0, lead: total.next_multiple_of(BLOCK as u64) - total, next: 0 }
    }

    fn place(plan: CountIn, beat: u32) -> u64 {
        (f64::from(beat) * plan.samples.max(1.0)).round() as u64
    }

    /// The click of the next block, as [`Metronome::add`] takes it.
    fn beat(&mut self) -> Option<(usize, bool)> {
        let at = self.lead + Self::place(self.plan, self.next);
        if self.next >= self.plan.beats || at >= self.at + BLOCK as u64 {
            return None;
        }
        let accent = self.next.is_multiple_of(self.plan.in_bar.max(1));
        self.next += 1;
        Some(((at - self.at) as usize, accent))
    }

    /// Whether it is over after this block.
    fn advance(&mut self) -> bool {
        self.at += BLOCK as u64;
        self.at >= self.lead + Self::place(self.plan, self.plan.beats)
    }
}

/// What plays, where it is, and what sounds.
#[derive(Debug)]
pub struct Stage {
    rack: Option<Box<Rack>>,
    schedule: Box<Schedule>,
    /// What goes to ports.
    wire: Wire,
    playing: bool,
    counting: Option<Counting>,
    /// Next sample to be rendered.
    at: u64,
    /// The tick that was asked for, while nothing has moved since.
    asked: Option<f64>,
    next: usize,
    next_beat: usize,
    turns: Option<(u32, u32)>,
    turned: u32,
    held: Vec<Held>,
    state: Vec<Controls>,
    /// Blocks of play for which all pedals stay up, so that released notes end before a pedal may catch them.
    lifted: u32,
    clicks: bool,
    metronome: Metronome,
    limiter: Limiter,
    left: [f32; BLOCK],
    right: [f32; BLOCK],
}

impl Stage {
    /// At the start of `schedule`, stopped. Without a rack it is silent, and moves all the same.
    pub fn new(rack: Option<Box<Rack>>, schedule: Box<Schedule>) -> Self {
        let rate = schedule.rate();
        let mut stage = Stage {
            rack,
            schedule,
            wire: Wire::new(),
            playing: false,
            counting: None,
            at: 0,
            asked: None,
            next: 0,
            next_beat: 0,
            turns: None,
            turned: 0,
            held: Vec::with_capacity(HELD),
            state: Vec::with_capacity(STRIPS),
            lifted: 0,
            clicks: false,
            metronome: Metronome::new(rate),
            limiter: Limiter::new(rate),
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
        };
        stage.chase();
        stage
    }

    /// What it plays.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// What it plays on.
    pub fn rack(&self) -> Option<&Rack> {
        self.rack.as_deref()
    }

    /// Next sample to be rendered, from the start of the piece.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Whether it moves.
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// How many beats of the count-in are left; 0 without one.
    pub fn counting(&self) -> u32 {
        self.counting.map_or(0, |counting| counting.plan.beats - counting.next + 1)
    }

    /// How many notes are held.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// How often the loop has turned.
    pub fn turned(&self) -> u32 {
        self.turned
    }

    /// Where it is, as heard at `at_ms`.
    pub fn anchor(&self, at_ms: f64) -> Anchor {
        let tick = self.asked.unwrap_or_else(|| self.schedule.tick(self.at));
        Anchor {
            tick,
            at_ms,
            playing: self.playing,
            counting: self.counting(),
            ticks_per_second: self.schedule.speed(tick),
            loop_from: self.turns.map(|(from, _)| from),
            loop_to: self.turns.map(|(_, to)| to),
        }
    }

    /// Plays on from where it is; from the start of the loop or of the piece if it stands at or after their end.
    pub fn play(&mut self) {
        if self.playing {
            return;
        }
        self.counting = None;
        self.stand();
        self.set_off();
    }

    /// From here on it moves.
    fn set_off(&mut self) {
        self.playing = true;
        let tick = self.tick();
        self.wire.set_off(tick, self.schedule.tpq());
    }

    fn tick(&self) -> f64 {
        self.asked.unwrap_or_else(|| self.schedule.tick(self.at))
    }

    /// What is to be sent to ports; it waits no longer.
    pub(crate) fn outgoing(&mut self) -> impl Iterator<Item = Outgoing> {
        self.wire.drain()
    }

    /// Other devices hear the clock, or not.
    pub fn set_clock(&mut self, on: bool) {
        if self.wire.pulse.is_on() == on {
            return;
        }
        if !on {
            self.wire.halt();
        }
        self.wire.pulse.set_on(on);
        if on && self.playing {
            let tick = self.tick();
            self.wire.set_off(tick, self.schedule.tpq());
        }
    }

    /// Clicks first and then plays on, as [`Stage::play`] does; at once if it plays already or there is nothing to count.
    pub fn count_in(&mut self, plan: CountIn) {
        if self.playing || plan.beats == 0 {
            return self.play();
        }
        self.stand();
        self.counting = Some(Counting::new(plan));
    }

    /// Goes where playing begins.
    fn stand(&mut self) {
        match self.turns() {
            Some((from, to)) if self.at >= to => self.jump(from, self.turns.map(|(from, _)| f64::from(from))),
            None if self.at >= self.schedule.end() => self.jump(0, Some(0.0)),
            _ => {}
        }
    }

    /// Stops: notes end, also those that are played by hand, pedals go up, what rings rings out.
    pub fn stop(&mut self) {
        self.playing = false;
        self.counting = None;
        self.touch(Touch::LetGo);
        self.release();
        self.lift();
        self.quiet();
        self.wire.halt();
        self.metronome.stop();
    }

    /// Goes to a tick.
    pub fn seek(&mut self, tick: f64) {
        self.release();
        self.quiet();
        self.jump(self.schedule.sample(tick), Some(tick.max(0.0)));
        self.resume();
    }

    /// Tells the clock that the place is another.
    fn resume(&mut self) {
        let (tick, tpq) = (self.tick(), self.schedule.tpq());
        match self.playing {
            true => self.wire.set_off(tick, tpq),
            false => self.wire.point(tick, tpq),
        }
    }

    /// Ends what sounds on ports, on whatever side it was begun.
    fn quiet(&mut self) {
        for cable in self.schedule.cables() {
            self.wire.quiet(cable);
        }
    }

    /// Repeats `from..to`, in ticks, from the next time its end is reached; nothing if it is empty.
    pub fn set_loop(&mut self, turns: Option<(u32, u32)>) {
        self.turns = turns.filter(|(from, to)| from < to);
    }

    /// Clicks on every beat, or not.
    pub fn set_metronome(&mut self, on: bool) {
        self.clicks = on;
        if !on {
            self.metronome.stop();
        }
    }

    /// A short note beside the piece, so many milliseconds from now.
    pub fn preview(&mut self, after_ms: u32, drums: bool, program: u8, key: u8, velocity: u8) {
        if let Some(rack) = &mut self.rack {
            rack.preview_after(after_ms, drums, program.min(127), key.min(127), velocity.clamp(1, 127));
        }
    }

    /// What a hand does on the manual.
    pub fn touch(&mut self, touch: Touch) {
        if let Some(rack) = &mut self.rack {
            rack.touch(touch);
        }
    }

    /// The manual plays this instrument too, or none at this place; `place` 0..=15.
    pub fn pull(&mut self, place: u8, patch: Option<Patch>) {
        if let Some(rack) = &mut self.rack {
            rack.pull(usize::from(place), patch);
        }
    }

    /// The highest sample of each strip since this was last asked; all 0 without a rack.
    pub(crate) fn peaks(&mut self, peaks: &mut [f32; STRIPS]) {
        match &mut self.rack {
            Some(rack) => rack.peaks(peaks),
            None => peaks.fill(0.0),
        }
    }

    /// Plays another document from the same tick on; gives the old one back. Notes that are in both go on sounding.
    pub fn change(&mut self, mut schedule: Box<Schedule>) -> Box<Schedule> {
        let tick = self.tick();
        std::mem::swap(&mut self.schedule, &mut schedule);
        self.at = self.schedule.sample(tick);
        self.asked = (!self.playing).then_some(tick);
        let mut index = 0;
        while let Some(&note) = self.held.get(index) {
            let before = schedule.cable(note.strip);
            if before == self.schedule.cable(note.strip)
                && self.schedule.sounds(note.note, note.strip, note.key, self.at)
            {
                index += 1;
            } else {
                self.held.swap_remove(index);
                self.end_on(before, note);
            }
        }
        for cable in schedule.cables() {
            if !self.schedule.cables().any(|kept| kept == cable) {
                self.wire.leave(cable);
            }
        }
        self.wire.pulse.follow(tick, self.schedule.tpq());
        self.chase();
        schedule
    }

    /// Plays on another rack, gives the old one back.
    pub fn change_rack(&mut self, mut rack: Box<Rack>) -> Option<Box<Rack>> {
        self.release();
        if let Some(old) = &self.rack {
            rack.inherit(old);
        }
        let old = self.rack.replace(rack);
        self.chase();
        old
    }

    /// Renders the next block: left and right, each sample in -1..=1, one block later than it was played.
    pub fn block(&mut self) -> (&[f32; BLOCK], &[f32; BLOCK]) {
        self.left.fill(0.0);
        self.right.fill(0.0);
        let mut beat = None;
        if let Some(counting) = &mut self.counting {
            beat = counting.beat();
        } else if self.playing {
            self.tread();
            let until = self.until();
            self.wire.pulses(&self.schedule, self.at, until);
            self.perform(until);
            beat = self.beat(until);
        }
        if let Some(rack) = &mut self.rack {
            rack.add(&mut self.left, &mut self.right);
        }
        self.metronome.add(beat, &mut self.left, &mut self.right);
        self.limiter.process(&mut self.left, &mut self.right);
        if let Some(counting) = &mut self.counting {
            if counting.advance() {
                self.counting = None;
                self.set_off();
            }
        } else if self.playing {
            self.advance();
        }
        (&self.left, &self.right)
    }

    fn turns(&self) -> Option<(u64, u64)> {
        let (from, to) = self.turns?;
        let (from, to) = (self.schedule.sample(f64::from(from)), self.schedule.sample(f64::from(to)));
        (from < to).then_some((from, to))
    }

    /// Where this block's events end: at the loop's end if that comes first.
    fn until(&self) -> u64 {
        let until = self.at + BLOCK as u64;
        match self.turns() {
            Some((_, to)) if self.at < to => until.min(to),
            _ => until,
        }
    }

    fn perform(&mut self, until: u64) {
        while let Some(event) = self.schedule.events().get(self.next).copied().filter(|event| event.at < until) {
            self.next += 1;
            self.wire.at(event.at.saturating_sub(self.at) as u32);
            match event.action {
                Action::On { key, velocity } => {
                    self.begin(Held { note: event.note, strip: event.strip, key }, velocity)
                }
                Action::Off { .. } => {
                    if let Some(index) = self.held.iter().position(|held| held.note == event.note) {
                        let held = self.held.swap_remove(index);
                        self.end(held);
                    }
                }
                Action::Set { param: Param::Pedal, .. } if self.lifted > 0 => {}
                Action::Set { param, value } => match self.schedule.cable(event.strip) {
                    Some(cable) => self.wire.set(cable, param, value),
                    None => {
                        if let Some(rack) = &mut self.rack {
                            rack.set(event.strip, param, value);
                        }
                    }
                },
                Action::Release => self.release_strip(event.strip),
            }
        }
    }

    /// A key that is struck again is let go first: a synthesiser knows keys, not notes.
    fn begin(&mut self, note: Held, velocity: u8) {
        if self.held.len() == HELD {
            return;
        }
        let again = self.holds(note);
        self.held.push(note);
        if let Some(cable) = self.schedule.cable(note.strip) {
            if again {
                self.wire.off(cable, note.key);
            }
            return self.wire.on(cable, note.key, velocity);
        }
        if let Some(rack) = &mut self.rack {
            if again {
                rack.off(note.strip, note.key);
            }
            rack.on(note.strip, note.key, velocity);
        }
    }

    /// The key goes up with the last of the notes that hold it; `note` is not among the held ones any more.
    fn end(&mut self, note: Held) {
        self.end_on(self.schedule.cable(note.strip), note);
    }

    /// The same where the strip went when the note began.
    fn end_on(&mut self, cable: Option<Cable>, note: Held) {
        if self.holds(note) {
            return;
        }
        match cable {
            Some(cable) => self.wire.off(cable, note.key),
            None => {
                if let Some(rack) = &mut self.rack {
                    rack.off(note.strip, note.key);
                }
            }
        }
    }

    fn holds(&self, note: Held) -> bool {
        self.held.iter().any(|held| held.strip == note.strip && held.key == note.key)
    }

    fn release(&mut self) {
        while let Some(note) = self.held.pop() {
            self.end(note);
        }
    }

    fn release_strip(&mut self, strip: u16) {
        while let Some(index) = self.held.iter().position(|held| held.strip == strip) {
            let note = self.held.swap_remove(index);
            self.end(note);
        }
    }

    fn beat(&mut self, until: u64) -> Option<(usize, bool)> {
        let mut found = None;
        while let Some(beat) = self.schedule.beats().get(self.next_beat).filter(|beat| beat.at < until) {
            self.next_beat += 1;
            found = Some((beat.at.saturating_sub(self.at) as usize, beat.accent));
        }
        found.filter(|_| self.clicks)
    }

    fn advance(&mut self) {
        let before = self.at;
        self.at += BLOCK as u64;
        self.asked = None;
        match self.turns() {
            Some((from, to)) if before < to && self.at >= to => {
                let over = (self.at - to) % (to - from);
                self.release();
                self.jump(from, None);
                self.wire.set_off(self.schedule.tick(from), self.schedule.tpq());
                self.at += over;
                self.turned += 1;
            }
            // A loop may lie beyond the piece's end.
            Some((_, to)) if before < to => {}
            _ if self.at >= self.schedule.end() => {
                self.at = self.schedule.end();
                self.stop();
            }
            _ => {}
        }
    }

    fn jump(&mut self, at: u64, asked: Option<f64>) {
        (self.at, self.asked) = (at, asked);
        self.lift();
        self.chase();
    }

    fn lift(&mut self) {
        // A voice is let go no sooner than 2 ms after it began (rustysynth), and at the start of a block.
        self.lifted = self.schedule.rate() / 500 / BLOCK as u32 + 2;
        if let Some(rack) = &mut self.rack {
            rack.pedals_up();
        }
        for cable in self.schedule.cables() {
            self.wire.set(cable, Param::Pedal, 0);
        }
    }

    /// Puts the pedals down again, where they are down, once what was let go has ended.
    fn tread(&mut self) {
        if self.lifted == 0 {
            return;
        }
        self.lifted -= 1;
        if self.lifted == 0 {
            self.set_up();
        }
    }

    /// Finds the place in the schedule, and sets every strip as if the piece had been played up to here.
    fn chase(&mut self) {
        self.next = self.schedule.position(self.at);
        self.next_beat = self.schedule.beat(self.at);
        self.set_up();
    }

    fn set_up(&mut self) {
        self.schedule.state(self.next, &mut self.state);
        for (strip, controls) in self.state.iter_mut().enumerate() {
            if self.lifted > 0 {
                controls.set(Param::Pedal, 0);
            }
            if let Some(cable) = self.schedule.cable(strip as u16) {
                self.wire.set_all(cable, controls);
            } else if let Some(rack) = &mut self.rack {
                rack.set_all(strip as u16, controls);
            }
        }
    }
}
