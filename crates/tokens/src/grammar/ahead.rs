//! What the constraints leave for the next note of a cell: where they meet and, if they must, give way
//! (the table in [`crate::constraint`]).

use super::choice::{Choice, Next};
use crate::cell::Tone;
use crate::constraint::{Constraints, Length, Order};
use crate::instrument::DRUM_CLASSES;
use crate::mask::Steps;
use crate::{Hole, PitchSet};

/// A cell as far as it is written, and what it has to hold.
#[derive(Debug, Clone)]
pub(super) struct Writing {
    length: Length,
    constraints: Constraints,
    /// Pitches that scale, range and instrument leave; drum classes for drums.
    pitches: PitchSet,
    /// The theme's pitches that can be kept.
    order: Option<Order>,
    pub tones: Vec<Tone>,
    /// How many onsets are begun, and how many notes the last one has.
    onsets: usize,
    size: usize,
    /// The highest note of the onset before.
    top: Option<u8>,
    /// Notes written that are not locked ones.
    free: usize,
    /// No further free note.
    pub closing: bool,
}

/// What may come next, when no note has been begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead {
    /// Where a new onset may stand.
    pub onsets: Steps,
    /// What may be added to the last onset.
    pub chord: Next,
    /// Whether the cell may end.
    pub end: bool,
    /// Whether it may have no notes.
    pub silence: bool,
}

/// An onset to which a note may be added.
#[derive(Clone, Copy)]
struct Onset {
    position: u8,
    index: usize,
    size: usize,
    last: Option<u8>,
    top: Option<u8>,
}

impl Writing {
    pub fn new(hole: &Hole, constraints: &Constraints, closing: bool) -> Self {
        let drums = hole.voice.is_drums();
        let mut constraints = constraints.clone();
        if drums {
            (constraints.contour, constraints.harmony) = (None, None);
        }
        let pitches = if drums { PitchSet::between(0, DRUM_CLASSES - 1) } else { constraints.pitches() };
        let held: Vec<u8> = constraints.locked.tones().iter().map(|tone| tone.pitch).collect();
        let last_held = constraints.locked.tones().last().map_or(0, |tone| u16::from(tone.position) + 1);
        Writing {
            length: Length { steps: hole.measure.steps().max(last_held) },
            order: constraints.order.as_ref().and_then(|order| order.within(pitches, &held)),
            constraints,
            pitches,
            tones: Vec::new(),
            onsets: 0,
            size: 0,
            top: None,
            free: 0,
            closing,
        }
    }

    /// Adds a note, at the last onset or at a later one.
    pub fn add(&mut self, tone: Tone) {
        let last = self.tones.last().copied();
        if last.map(|last| last.position) == Some(tone.position) {
            self.size += 1;
        } else {
            self.top = last.map(|last| last.pitch);
            self.onsets += 1;
            self.size = 1;
        }
        let held = self.constraints.locked.at(tone.position, None).iter().any(|held| held.pitch == tone.pitch);
        self.free += usize::from(!held);
        self.tones.push(tone);
    }

    /// What may come next.
    pub fn ahead(&self) -> Ahead {
        let chord = self.tones.last().map_or(Next::NONE, |last| self.notes(self.last_onset(last)));
        let leave = !chord.held.is_some() && (self.is_complete() || !chord.is_some());
        let onsets = if leave { self.onsets(chord.is_some()) } else { Steps::default() };
        let stuck = onsets.is_empty() && !chord.is_some();
        let end = !self.tones.is_empty() && leave && self.held_rest().is_empty() && (stuck || self.is_fulfilled());
        let silence = self.tones.is_empty() && (stuck || self.may_be_silent(!stuck));
        Ahead { onsets, chord, end, silence }
    }

    /// What may open an onset at a position.
    pub fn opening(&self, position: u8) -> Next {
        let top = self.tones.last().map(|last| last.pitch);
        self.notes(Onset { position, index: self.onsets, size: 0, last: None, top })
    }

    fn last_onset(&self, last: &Tone) -> Onset {
        let index = self.onsets.saturating_sub(1);
        Onset { position: last.position, index, size: self.size, last: Some(last.pitch), top: self.top }
    }

    /// The locked notes to come.
    fn held_rest(&self) -> &[Tone] {
        self.constraints.locked.after(self.tones.last())
    }

    /// How many notes may be added that are not locked.
    fn room(&self) -> usize {
        match self.constraints.density {
            _ if self.closing => 0,
            Some(density) => density.room(self.tones.len(), self.held_rest().len()),
            None => usize::MAX,
        }
    }

    /// How many notes an onset may have.
    fn most(&self, position: u8) -> usize {
        let held = self.constraints.locked.at(position, None).len();
        self.constraints.polyphony.map_or(usize::MAX, |polyphony| polyphony.room(held))
    }

    /// Where new onsets may stand; `waiting` if a note could be added to the last one instead.
    fn onsets(&self, waiting: bool) -> Steps {
        let current = self.tones.last().map(|last| last.position);
        let limit = self.held_rest().first().map(|held| u16::from(held.position));
        let open = self.length.open(current).take_while(|&step| limit.is_none_or(|limit| step <= limit));
        let plain = self.constraints.rhythm.is_none() && self.constraints.harmony.is_none();
        // Without rhythm and harmony every position but a locked one leaves the same notes.
        let mut same = None;
        let mut opens = |step: u16| match plain && Some(step) != limit {
            true => *same.get_or_insert_with(|| self.opening(step as u8).is_some()),
            false => self.opening(step as u8).is_some(),
        };
        let mut onsets = Steps::default();
        if let Some(rhythm) = &self.constraints.rhythm {
            let mut places = open.filter(|&step| Some(step) == limit || !rhythm.at(step as u8).is_empty());
            onsets.extend(places.find(|&step| opens(step)));
            return onsets;
        }
        let possible = open.filter(|&step| opens(step));
        let needed = self.needed();
        let enough = |step: &u16| usize::from(self.length.steps - step) >= needed;
        let (roomy, late): (Vec<u16>, Vec<u16>) = possible.partition(enough);
        let avoids = |step: &u16| Some(*step) != limit && self.constraints.moved.is_some_and(|own| own.avoids(*step));
        onsets.extend(roomy.iter().copied().filter(|step| !avoids(step)));
        if onsets.is_empty() {
            onsets.extend(roomy);
        }
        if onsets.is_empty() && !waiting {
            onsets.extend(late);
        }
        onsets
    }

    /// How many onsets to keep open for the theme's pitches to come and for the least notes.
    fn needed(&self) -> usize {
        if self.closing {
            return 0;
        }
        let most = self.constraints.polyphony.map_or(usize::MAX, |polyphony| polyphony.room(0));
        let order = self.order.as_ref().map_or(0, |order| order.onsets(self.free, most));
        let least = self.constraints.density.map_or(0, |density| density.least.saturating_sub(self.tones.len()));
        order.max(least)
    }

    /// Whether the last onset has all that rhythm and contour ask for.
    fn is_complete(&self) -> bool {
        let Some(last) = self.tones.last() else { return true };
        let wanted = self.constraints.rhythm.as_ref().map_or(0, |rhythm| rhythm.at(last.position).len());
        self.size >= wanted && last.pitch >= self.span(&self.last_onset(last)).0
    }

    /// Whether nothing more is asked for.
    fn is_fulfilled(&self) -> bool {
        let current = self.tones.last().map(|last| last.position);
        let rhythm = self.constraints.rhythm.as_ref().is_none_or(|rhythm| rhythm.next(current).is_none());
        let order = self.order.as_ref().is_none_or(|order| order.next(self.free).is_none());
        let least = self.constraints.density.is_none_or(|density| self.tones.len() >= density.least);
        self.closing || rhythm && order && least
    }

    /// Whether no notes at all are as good as some, when a note is `possible` or not.
    fn may_be_silent(&self, possible: bool) -> bool {
        let rhythm = self.constraints.rhythm.as_ref().is_none_or(|rhythm| rhythm.is_empty());
        let order = self.order.as_ref().is_none_or(Order::is_empty);
        let least = self.constraints.density.is_none_or(|density| density.least == 0);
        let sounding = self.constraints.sounding.is_none_or(|sounding| sounding.allows_silence(possible));
        self.held_rest().is_empty() && rhythm && order && least && sounding
    }

    /// Where the top of an onset may lie; locked notes and kept pitches are not bent to a contour.
    fn span(&self, onset: &Onset) -> (u8, u8) {
        let bound = self.order.is_some() || !self.constraints.locked.at(onset.position, None).is_empty();
        match &self.constraints.contour {
            Some(contour) if !bound => contour.span(onset.index, onset.top, self.pitches),
            _ => (0, 127),
        }
    }

    /// What may be added to an onset.
    fn notes(&self, onset: Onset) -> Next {
        let held = self.constraints.locked.at(onset.position, onset.last);
        Next { free: self.free_notes(&onset, held), held: held.first().map_or(Choice::NONE, Choice::held) }
    }

    /// The new notes that may be added to an onset where the notes `held` are still to come.
    fn free_notes(&self, onset: &Onset, held: &[Tone]) -> Choice {
        let theme = self.constraints.rhythm.as_ref().map(|rhythm| rhythm.at(onset.position));
        let duration = theme.map(|theme| theme.get(onset.size).map(|tone| tone.duration));
        if duration == Some(None) {
            return Choice::NONE;
        }
        let span = self.span(onset);
        let wanted = theme.map_or(0, <[Tone]>::len);
        let covered = self.constraints.contour.as_ref().is_some_and(|own| own.covers(onset.index));
        let loose = if onset.size == 0 && covered { (0, 127) } else { span };
        let ladder = [(wanted, span), (wanted, loose), (0, span), (0, loose)];
        let mut found = ladder.iter().map(|&(wanted, span)| self.reaching(onset, held, wanted, span));
        let pitches = found.find(|pitches| !pitches.is_empty());
        Choice::free(pitches.unwrap_or(PitchSet::NONE), duration.flatten())
    }

    /// The pitches that may be added to an onset so that it can still have `wanted` notes, its locked ones, and a top
    /// within `span`.
    fn reaching(&self, onset: &Onset, held: &[Tone], wanted: usize, span: (u8, u8)) -> PitchSet {
        let (room, most) = (self.room(), self.most(onset.position));
        let taken = onset.size + 1 + held.len();
        if room == 0 || taken > most {
            return PitchSet::NONE;
        }
        let harmonic = self.constraints.harmony.map_or(self.pitches, |own| own.pitches(onset.position, self.pitches));
        let harmonic = harmonic.and(PitchSet::between(0, span.1));
        let upwards = harmonic.and(onset.last.map_or(PitchSet::ALL, PitchSet::above));
        let candidates = upwards.and(held.first().map_or(PitchSet::ALL, |next| PitchSet::below(next.pitch)));
        if let Some(order) = &self.order {
            return order.next(self.free).map_or(PitchSet::NONE, |next| candidates.and(PitchSet::only(next)));
        }
        // A pitch is possible if enough others lie above it for the notes that the onset still needs.
        let others = held.iter().fold(upwards, |set, tone| set.without(tone.pitch));
        let before = |more: usize| match more {
            0 => PitchSet::ALL,
            _ if more >= room || taken + more > most => PitchSet::NONE,
            _ => others.nth_highest(more - 1).map_or(PitchSet::NONE, PitchSet::below),
        };
        let more = wanted.min(most).saturating_sub(taken).min(room - 1);
        let reached = PitchSet::between(span.0, 127);
        let short = match others.highest() {
            Some(top) if top >= span.0 => PitchSet::below(span.0).and(before(more.max(1))),
            _ => PitchSet::NONE,
        };
        candidates.and(reached.and(before(more)).or(short))
    }
}
