//! The spelling of a cell: from the notes that may come next to ids, and back (§4, §6).

use super::ahead::{Ahead, Writing};
use super::choice::{Choice, Next};
use crate::cell::{Cell, Tone};
use crate::constraint::Constraints;
use crate::vocabulary::{AND, D, DUR, EMPTY, END, Family, Id, P, POS, VEL};
use crate::{Hole, Mask};

/// How far the note that is being written has come, beside its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Begun {
    Nothing,
    Velocity,
    Duration,
}

/// A cell that is being written.
#[derive(Debug, Clone)]
pub(super) struct Line {
    drums: bool,
    writing: Writing,
    ahead: Ahead,
    /// What may stand where no POS is written: at the end of the onset before.
    implied: Next,
    end: u16,
    /// The position of the note that is being written, and what may stand there.
    placed: Option<(u8, Next)>,
    begun: Begun,
    velocity: Option<u8>,
    duration: Option<u8>,
    /// The velocities that the drum note just written may have.
    struck: Option<u8>,
}

impl Line {
    pub fn new(hole: &Hole, constraints: &Constraints, closing: bool) -> Line {
        let writing = Writing::new(hole, constraints, closing);
        let mut line = Line {
            drums: hole.voice.is_drums(),
            ahead: writing.ahead(),
            writing,
            implied: Next::NONE,
            end: 0,
            placed: None,
            begun: Begun::Nothing,
            velocity: None,
            duration: None,
            struck: None,
        };
        line.look_ahead();
        line
    }

    /// Asks for no further notes.
    pub fn close(&mut self) {
        self.writing.closing = true;
        if self.placed.is_none() && self.begun == Begun::Nothing {
            self.look_ahead();
        }
    }

    /// The notes that are complete.
    pub fn complete_tones(&self) -> &[Tone] {
        let unsure = usize::from(self.struck.is_some());
        &self.writing.tones[..self.writing.tones.len() - unsure]
    }

    /// The finished cell.
    pub fn take(&mut self) -> Cell {
        Cell::new(self.drums, std::mem::take(&mut self.writing.tones))
    }

    fn look_ahead(&mut self) {
        self.ahead = self.writing.ahead();
        let implied = !self.drums && self.ahead.onsets.has(self.end);
        self.implied = if implied { self.writing.opening(self.end as u8) } else { Next::NONE };
    }

    /// Adds the ids that may follow.
    pub fn allow(&self, mask: &mut Mask) {
        if self.drums { self.allow_drums(mask) } else { self.allow_notes(mask) }
    }

    fn allow_notes(&self, mask: &mut Mask) {
        if let Some((_, opening)) = &self.placed {
            return self.allow_note(opening, P, mask);
        }
        self.allow_note(&self.implied, P, mask);
        self.allow_note(&self.ahead.chord, AND, mask);
        if self.begun == Begun::Nothing {
            self.allow_start(mask);
        }
    }

    /// What may stand where no note has been begun: a position, or the end.
    fn allow_start(&self, mask: &mut Mask) {
        let written = |step: &u16| self.drums || *step != self.end;
        self.ahead.onsets.iter().filter(written).for_each(|step| mask.allow(POS.id(step)));
        if self.ahead.end {
            mask.allow(END);
        }
        if self.ahead.silence {
            mask.allow(EMPTY);
        }
    }

    /// What leads to one of these notes: its velocity, then its duration, where they change, then its pitch.
    fn allow_note(&self, next: &Next, family: Family, mask: &mut Mask) {
        for choice in next.choices().iter().filter(|choice| choice.is_some()) {
            if self.begun < Begun::Velocity {
                mask.allow_all(VEL, u128::from(changed(choice.velocities.into(), self.velocity)));
            }
            if self.begun < Begun::Duration && choice.takes_velocity(self.velocity) {
                mask.allow_all(DUR, u128::from(changed(choice.durations, self.duration)));
            }
            if choice.takes(self.velocity, self.duration) {
                mask.allow_all(family, choice.pitches.0);
            }
        }
    }

    fn allow_drums(&self, mask: &mut Mask) {
        if let Some(velocities) = self.struck {
            mask.allow_all(VEL, u128::from(changed(velocities.into(), self.velocity)));
            let struck = Choice { velocities, ..Choice::NONE };
            if !struck.takes_velocity(self.velocity) {
                return;
            }
        }
        let next = self.placed.map_or(self.ahead.chord, |(_, opening)| opening);
        next.choices().iter().for_each(|choice| mask.allow_all(D, choice.pitches.0));
        if self.placed.is_none() {
            self.allow_start(mask);
        }
    }

    /// Takes an id that is allowed.
    pub fn push(&mut self, id: Id) {
        if let Some(step) = POS.index(id) {
            self.struck = None;
            self.placed = Some((step as u8, self.writing.opening(step as u8)));
        } else if let Some(class) = VEL.index(id) {
            self.velocity = Some(class as u8);
            match self.drums {
                true => self.strike(class as u8),
                false => self.begun = Begun::Velocity,
            }
        } else if let Some(class) = DUR.index(id) {
            self.duration = Some(class as u8);
            self.begun = Begun::Duration;
        } else if let Some(class) = D.index(id) {
            self.add_drum(class as u8);
        } else if let Some(pitch) = P.index(id) {
            let position = self.placed.map_or(self.end as u8, |(step, _)| step);
            self.end = self.tone(position, pitch as u8).end();
            self.add(self.tone(position, pitch as u8));
        } else if let (Some(pitch), Some(last)) = (AND.index(id), self.writing.tones.last()) {
            self.add(self.tone(last.position, pitch as u8));
        }
    }

    /// A note with the velocity and duration in force.
    fn tone(&self, position: u8, pitch: u8) -> Tone {
        Tone { position, pitch, duration: self.duration.unwrap_or(0), velocity: self.velocity.unwrap_or(0) }
    }

    fn add(&mut self, tone: Tone) {
        self.writing.add(tone);
        (self.placed, self.begun) = (None, Begun::Nothing);
        self.look_ahead();
    }

    fn add_drum(&mut self, class: u8) {
        let last = self.writing.tones.last().map_or(0, |last| last.position);
        let (position, next) = self.placed.unwrap_or((last, self.ahead.chord));
        self.add(self.tone(position, class));
        self.struck = Some(next.velocities(class));
    }

    /// Gives the drum note just written its velocity.
    fn strike(&mut self, velocity: u8) {
        if let Some(last) = self.writing.tones.last_mut() {
            last.velocity = velocity;
        }
        self.struck = None;
    }
}

/// The classes of a set but the one in force.
fn changed(classes: u64, current: Option<u8>) -> u64 {
    classes & !current.map_or(0, |class| 1 << class)
}
