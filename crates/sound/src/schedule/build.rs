//! Making a [`Schedule`] out of a score.

use super::{Action, Beat, Controls, Event, Param, STRIDE, STRIPS, Schedule, Span};
use score::{EventKind, FINE, Header, Mix, Score, TempoMap, Track, TrackId};

/// The most beats that are laid out: a day of them at 120 to the minute. A stray note at the end of all ticks must
/// not fill the memory.
const BEATS: usize = 200_000;

impl Schedule {
    /// What of `score` sounds, at `rate` samples a second. With `only`, that track alone, muted or not.
    pub fn new(score: &Score, rate: u32, only: Option<TrackId>) -> Schedule {
        Schedule::build(score, rate, only, 0)
    }

    /// The same of the whole score, going on for so many bars after its end that nobody gets there: for recording.
    pub fn endless(score: &Score, rate: u32) -> Schedule {
        Schedule::build(score, rate, None, Self::BEYOND)
    }

    fn build(score: &Score, rate: u32, only: Option<TrackId>, beyond: usize) -> Schedule {
        let solo = score.tracks.iter().any(|track| track.header.mix.solo);
        let sounding = score.tracks.iter().filter(|track| match only {
            Some(id) => track.id == id,
            None => !track.header.mix.mute && (track.header.mix.solo || !solo),
        });
        let tracks: Vec<&Track> = sounding.map(AsRef::as_ref).collect();
        let mut schedule = Schedule {
            rate,
            strips: tracks.len().clamp(1, STRIPS),
            shared: tracks.len() > STRIPS,
            cables: Vec::new(),
            tracks: tracks.iter().map(|track| track.id).take(STRIPS).collect(),
            tpq: score.tpq,
            tempo: score.tempo_map(),
            events: Vec::new(),
            beats: Vec::new(),
            states: Vec::new(),
            spans: Vec::new(),
            last: 0,
            end: 0,
        };
        let mut start = vec![Controls::start(); schedule.strips];
        let voiced = score.voiced();
        for (index, track) in tracks.iter().enumerate() {
            let strip = (index % STRIPS) as u16;
            let mut desk = Desk::new(track, strip);
            if index < STRIPS {
                start[index] = desk.controls;
            }
            for lane in score.heard_lanes(track, &voiced) {
                let events = score.lanes[lane as usize].events.iter();
                for event in events.filter(|event| event.kind.channel() == Some(track.header.channel)) {
                    desk.hear(schedule.sample(f64::from(event.tick)), &event.kind);
                }
            }
            schedule.events.append(&mut desk.events);
            schedule.add_notes(track, strip, tracks.len() > STRIPS);
        }
        schedule.events.sort_by_key(|event| (event.at, event.action.rank()));
        schedule.spans.sort_by_key(|span| span.note);
        schedule.lay_beats(score, beyond);
        schedule.remember(start);
        schedule
    }

    fn add_notes(&mut self, track: &Track, strip: u16, shared: bool) {
        for note in track.notes.iter().filter(|note| !note.muted) {
            let (id, key) = (note.id.0, note.pitch.min(127));
            let on = self.sample(f64::from(note.start));
            // A note without length still begins before it ends.
            let off = self.sample(f64::from(note.end())).max(on + 1);
            if shared {
                let (bank, program) = patch(&track.header);
                for (param, value) in [(Param::Bank, bank), (Param::Program, program)] {
                    self.events.push(Event { at: on, note: 0, strip, action: Action::Set { param, value } });
                }
            }
            self.events.push(Event {
                at: on,
                note: id,
                strip,
                action: Action::On { key, velocity: note.velocity.clamp(1, 127) },
            });
            self.events.push(Event { at: off, note: id, strip, action: Action::Off { key } });
            self.spans.push(Span { note: id, strip, key, on, off });
            self.last = self.last.max(off);
        }
    }

    fn lay_beats(&mut self, score: &Score, beyond: usize) {
        let bars = score.bars();
        let count = score.bar_count() + beyond;
        self.end = self.sample(f64::from(bars.bar(count - 1).end())).max(self.last);
        let tempo: TempoMap = self.tempo.clone();
        let rate = f64::from(self.rate);
        for index in 0..count {
            let bar = bars.bar(index);
            let beat = (4 * u64::from(score.tpq) * FINE / u64::from(bar.meter.denominator.clamp(1, 64))).max(1);
            for place in (bar.start..bar.start + bar.length).step_by(beat as usize) {
                let at = (tempo.seconds(place as f64 / FINE as f64) * rate).round() as u64;
                self.beats.push(Beat { at, accent: place == bar.start });
            }
            if self.beats.len() >= BEATS {
                return;
            }
        }
    }

    fn remember(&mut self, mut state: Vec<Controls>) {
        self.states.extend(&state);
        for (index, event) in self.events.iter().enumerate() {
            if index > 0 && index % STRIDE == 0 {
                self.states.extend(&state);
            }
            if let Action::Set { param, value } = event.action {
                state[usize::from(event.strip)].set(param, value);
            }
        }
    }
}

/// How a track's instrument is set before anything else is heard.
pub(crate) fn beginning(track: &Track) -> Controls {
    Desk::new(track, 0).controls
}

/// Bank and program of a track.
fn patch(header: &Header) -> (u16, u16) {
    (if header.is_drums() { 128 } else { 0 }, u16::from(header.program.min(127)))
}

/// One strip while its controllers are read: it knows which parameter data entry speaks to, and mixes in the
/// track's gain and panorama.
struct Desk {
    strip: u16,
    drums: bool,
    mix: Mix,
    /// 14 bits each: volume, panorama, expression, modulation, as in the file.
    volume: u16,
    pan: u16,
    controls: Controls,
    /// Registered parameter that data entry changes; none after an unregistered one.
    parameter: Option<u16>,
    events: Vec<Event>,
}

impl Desk {
    fn new(track: &Track, strip: u16) -> Self {
        let (bank, program) = patch(&track.header);
        let mut desk = Desk {
            strip,
            drums: track.header.is_drums(),
            mix: track.header.mix,
            volume: Param::Volume.start(),
            pan: Param::Pan.start(),
            controls: Controls::start(),
            parameter: None,
            events: Vec::new(),
        };
        desk.controls.set(Param::Bank, bank);
        desk.controls.set(Param::Program, program);
        desk.controls.set(Param::Volume, desk.volume());
        desk.controls.set(Param::Pan, desk.pan());
        for (param, send) in [(Param::Reverb, desk.mix.reverb), (Param::Chorus, desk.mix.chorus)] {
            if let Some(send) = send {
                desk.controls.set(param, u16::from(send.min(127)));
            }
        }
        desk
    }

    /// Volume with the track's gain: the synthesiser squares it (General MIDI 1, volume response), so a gain of x dB
    /// is 10^(x/40).
    fn volume(&self) -> u16 {
        if self.mix.gain <= -600 {
            return 0;
        }
        let gain = 10f64.powf(f64::from(self.mix.gain.min(60)) / 400.0);
        (f64::from(self.volume) * gain).round() as u16
    }

    fn pan(&self) -> u16 {
        let pan = i32::from(self.pan) + i32::from(self.mix.pan.clamp(-100, 100)) * 8192 / 100;
        pan.clamp(0, 16383) as u16
    }

    fn set(&mut self, at: u64, param: Param, value: u16) {
        if self.controls.get(param) != value {
            self.controls.set(param, value);
            self.events.push(Event { at, note: 0, strip: self.strip, action: Action::Set { param, value } });
        }
    }

    fn hear(&mut self, at: u64, kind: &EventKind) {
        match *kind {
            EventKind::Bend { value, .. } => {
                let bend = (i32::from(value) + 8192).clamp(0, 16383) as u16;
                self.set(at, Param::Bend, bend);
            }
            EventKind::Control { controller, value, .. } => self.turn(at, controller, u16::from(value.min(127))),
            _ => {}
        }
    }

    /// A controller (MIDI 1.0 Detailed Specification, table III).
    fn turn(&mut self, at: u64, controller: u8, value: u16) {
        let coarse = |old: u16| old & 0x7F | value << 7;
        let fine = |old: u16| old & !0x7F | value;
        match controller {
            // Drum tracks stay with the kits whatever bank a file asks for.
            0 if !self.drums => self.set(at, Param::Bank, value),
            1 => self.set(at, Param::Modulation, coarse(self.controls.get(Param::Modulation))),
            33 => self.set(at, Param::Modulation, fine(self.controls.get(Param::Modulation))),
            7 | 39 => {
                self.volume = if controller == 7 { coarse(self.volume) } else { fine(self.volume) };
                self.set(at, Param::Volume, self.volume());
            }
            10 | 42 => {
                self.pan = if controller == 10 { coarse(self.pan) } else { fine(self.pan) };
                self.set(at, Param::Pan, self.pan());
            }
            11 => self.set(at, Param::Expression, coarse(self.controls.get(Param::Expression))),
            43 => self.set(at, Param::Expression, fine(self.controls.get(Param::Expression))),
            64 => self.set(at, Param::Pedal, value),
            // A send that was set in the mixer stands instead of the file's.
            91 if self.mix.reverb.is_none() => self.set(at, Param::Reverb, value),
            93 if self.mix.chorus.is_none() => self.set(at, Param::Chorus, value),
            98 | 99 => self.parameter = None,
            100 => self.parameter = Some(fine(self.parameter.unwrap_or(0x3FFF))),
            101 => self.parameter = Some(coarse(self.parameter.unwrap_or(0x3FFF))),
            6 | 38 => self.enter(at, controller == 6, value),
            120 | 123..=127 => {
                self.events.push(Event { at, note: 0, strip: self.strip, action: Action::Release });
            }
            121 => {
                self.parameter = None;
                for param in [Param::Modulation, Param::Expression, Param::Pedal, Param::Bend] {
                    self.set(at, param, param.start());
                }
            }
            _ => {}
        }
    }

    /// Data entry into the registered parameter (MIDI 1.0, registered parameter numbers).
    fn enter(&mut self, at: u64, coarse: bool, value: u16) {
        let param = match self.parameter {
            Some(0) => Param::BendRange,
            Some(1) => Param::FineTune,
            Some(2) if coarse => return self.set(at, Param::CoarseTune, value),
            _ => return,
        };
        let old = self.controls.get(param);
        self.set(at, param, if coarse { old & 0x7F | value << 7 } else { old & !0x7F | value });
    }
}
