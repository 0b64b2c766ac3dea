//! A cell: the notes of one track in one bar, as tokens and back (§4).

use crate::Error;
use crate::grid::{DURATIONS, LONGEST_BAR};
use crate::vocabulary::{AND, D, DUR, Id, P, POS, VEL, name};

/// A note on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tone {
    /// Step in the bar, 0..=191.
    pub position: u8,
    /// MIDI pitch, or drum class.
    pub pitch: u8,
    /// Duration class, 0..=47; 0 for drums, which have none.
    pub duration: u8,
    /// Velocity class, 0..=7.
    pub velocity: u8,
}

impl Tone {
    /// Where it ends, in steps of its bar; may lie beyond the bar.
    pub fn end(&self) -> u16 {
        u16::from(self.position) + DURATIONS[usize::from(self.duration) % DURATIONS.len()]
    }
}

/// The notes of one track in one bar, sorted by (position, pitch), never two at one place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Whether its pitches are drum classes.
    pub drums: bool,
    tones: Vec<Tone>,
}

impl Cell {
    /// A cell without notes.
    pub const SILENCE: Cell = Cell { drums: false, tones: Vec::new() };

    /// A cell of these tones; they are put in order, and the first of several at one (position, pitch) is kept.
    pub fn new(drums: bool, mut tones: Vec<Tone>) -> Self {
        tones.sort_by_key(|tone| (tone.position, tone.pitch));
        tones.dedup_by_key(|tone| (tone.position, tone.pitch));
        Cell { drums, tones }
    }

    /// Its tones in order.
    pub fn tones(&self) -> &[Tone] {
        &self.tones
    }

    /// The highest pitch of its last onset.
    pub fn last_top(&self) -> Option<u8> {
        self.tones.last().map(|tone| tone.pitch)
    }

    /// Its onsets in order, each with the tones that start there.
    pub fn onsets(&self) -> impl Iterator<Item = &[Tone]> {
        self.tones.chunk_by(|one, next| one.position == next.position)
    }

    /// The cell `semitones` higher; drums stay. None if a pitch leaves 0..=127.
    pub fn transposed(&self, semitones: i8) -> Option<Cell> {
        let shifted = |tone: &Tone| {
            let pitch = tone.pitch.checked_add_signed(semitones).filter(|&pitch| pitch < 128);
            pitch.map(|pitch| Tone { pitch, ..*tone })
        };
        match self.drums {
            true => Some(self.clone()),
            false => Some(Cell { drums: false, tones: self.tones.iter().map(shifted).collect::<Option<_>>()? }),
        }
    }

    /// Appends its notes as tokens.
    pub fn write(&self, out: &mut Vec<Id>) {
        if self.drums { self.write_drums(out) } else { self.write_notes(out) }
    }

    fn write_notes(&self, out: &mut Vec<Id>) {
        let (mut end, mut velocity, mut duration) = (0, None, None);
        for onset in self.onsets() {
            let position = onset[0].position;
            if u16::from(position) != end {
                out.push(POS.id(position.into()));
            }
            for (index, tone) in onset.iter().enumerate() {
                if velocity != Some(tone.velocity) {
                    out.push(VEL.id(tone.velocity.into()));
                }
                if duration != Some(tone.duration) {
                    out.push(DUR.id(tone.duration.into()));
                }
                (velocity, duration) = (Some(tone.velocity), Some(tone.duration));
                out.push(if index == 0 { P } else { AND }.id(tone.pitch.into()));
            }
            end = onset[0].end();
        }
    }

    fn write_drums(&self, out: &mut Vec<Id>) {
        let mut velocity = None;
        for onset in self.onsets() {
            out.push(POS.id(onset[0].position.into()));
            for tone in onset {
                out.push(D.id(tone.pitch.into()));
                if velocity != Some(tone.velocity) {
                    out.push(VEL.id(tone.velocity.into()));
                }
                velocity = Some(tone.velocity);
            }
        }
    }

    /// Reads the notes of a cell from tokens.
    ///
    /// # Errors
    /// [`Error::Misplaced`] for a token that cannot stand where it does, [`Error::Short`] if a note is incomplete.
    pub fn read(ids: &[Id], drums: bool) -> Result<Cell, Error> {
        let mut reader = Reader::default();
        for (at, &id) in ids.iter().enumerate() {
            let step = if drums { reader.take_drum(id) } else { reader.take_note(id) };
            step.map_err(|why| Error::Misplaced { at, id, name: name(id), why })?;
        }
        if reader.pending {
            return Err(Error::Short { length: ids.len(), missing: "the pitch or velocity of a note" });
        }
        Ok(Cell::new(drums, reader.tones))
    }
}

/// What sticks from token to token while a cell is read.
#[derive(Default)]
struct Reader {
    tones: Vec<Tone>,
    /// Where a P without POS stands.
    end: u16,
    /// Set by POS, used by the next pitch.
    position: Option<u8>,
    velocity: Option<u8>,
    duration: Option<u8>,
    /// A token was read that still needs a pitch (or, after the first drum, a velocity).
    pending: bool,
}

impl Reader {
    fn take_note(&mut self, id: Id) -> Result<(), &'static str> {
        if let Some(position) = POS.index(id) {
            self.position = Some(position as u8);
        } else if let Some(velocity) = VEL.index(id) {
            self.velocity = Some(velocity as u8);
        } else if let Some(duration) = DUR.index(id) {
            self.duration = Some(duration as u8);
        } else if let Some(pitch) = P.index(id) {
            let position = self.position.take().map_or(self.end, u16::from);
            if position >= LONGEST_BAR {
                return Err("the note before it ends beyond the longest bar");
            }
            self.end = self.push(position as u8, pitch as u8)?.end();
        } else if let Some(pitch) = AND.index(id) {
            let onset = self.tones.last().ok_or("no onset stands before it")?.position;
            if self.position.is_some() {
                return Err("a position without a pitch stands before it");
            }
            self.push(onset, pitch as u8)?;
        } else {
            return Err("it is no part of a note");
        }
        self.pending = !P.has(id) && !AND.has(id);
        Ok(())
    }

    fn push(&mut self, position: u8, pitch: u8) -> Result<Tone, &'static str> {
        let (Some(velocity), Some(duration)) = (self.velocity, self.duration) else {
            return Err("no velocity or duration stands before the first note");
        };
        let tone = Tone { position, pitch, duration, velocity };
        self.tones.push(tone);
        Ok(tone)
    }

    fn take_drum(&mut self, id: Id) -> Result<(), &'static str> {
        if let Some(position) = POS.index(id) {
            self.position = Some(position as u8);
            self.pending = true;
        } else if let Some(pitch) = D.index(id) {
            let position = self.position.ok_or("no position stands before it")?;
            if self.velocity.is_none() && !self.tones.is_empty() {
                return Err("the first drum note has no velocity");
            }
            let velocity = self.velocity.unwrap_or(0);
            self.pending = self.tones.is_empty();
            self.tones.push(Tone { position, pitch: pitch as u8, duration: 0, velocity });
        } else if let Some(velocity) = VEL.index(id) {
            let tone = self.tones.last_mut().ok_or("no drum note stands before it")?;
            tone.velocity = velocity as u8;
            self.velocity = Some(velocity as u8);
            self.pending = false;
        } else {
            return Err("it is no part of a drum note");
        }
        Ok(())
    }
}

/// The four things that tell how full and how high a cell is, as control classes (§2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Notes: 0, 1, 2–3, 4–7, 8–15, 16–31, 32–63, 64+.
    pub density: u8,
    /// Most notes at one onset: 1, 2, 3, 4+ as 0..=3; None without notes.
    pub polyphony: Option<u8>,
    /// Octave of the lowest and of the highest note; None for drums and without notes.
    pub octaves: Option<(u8, u8)>,
}

impl Cell {
    /// Its control classes.
    pub fn shape(&self) -> Shape {
        let pitches = || self.tones.iter().map(|tone| tone.pitch / 12);
        Shape {
            density: density_class(self.tones.len()),
            polyphony: self.onsets().map(|onset| onset.len().min(4) as u8 - 1).max(),
            octaves: pitches().min().zip(pitches().max()).filter(|_| !self.drums),
        }
    }
}

/// The DEN class of a number of notes.
pub fn density_class(notes: usize) -> u8 {
    (usize::BITS - notes.min(64).leading_zeros()) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(position: u8, pitch: u8, steps: u16, velocity: u8) -> Tone {
        let duration = DURATIONS.iter().position(|&class| class == steps).unwrap() as u8;
        Tone { position, pitch, duration, velocity }
    }

    fn words(cell: &Cell) -> String {
        let mut ids = Vec::new();
        cell.write(&mut ids);
        ids.into_iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_position_is_written_only_where_the_note_before_does_not_lead() {
        let cell = Cell::new(false, vec![tone(0, 60, 24, 4), tone(24, 62, 12, 4), tone(48, 64, 12, 5)]);
        assert_eq!(words(&cell), "VEL4 DUR20 P60 DUR11 P62 POS48 VEL5 P64");
    }

    #[test]
    fn the_lowest_note_of_an_onset_leads_to_the_next() {
        let cell = Cell::new(false, vec![tone(0, 60, 24, 4), tone(0, 67, 48, 4), tone(24, 62, 24, 4)]);
        assert_eq!(words(&cell), "VEL4 DUR20 P60 DUR31 AND67 DUR20 P62");
    }

    #[test]
    fn drums_put_the_velocity_after_the_class() {
        let drum = |position, pitch, velocity| Tone { position, pitch, duration: 0, velocity };
        let cell = Cell::new(true, vec![drum(0, 0, 6), drum(24, 10, 4), drum(48, 10, 6), drum(48, 2, 6)]);
        assert_eq!(words(&cell), "POS0 D0 VEL6 POS24 D10 VEL4 POS48 D2 VEL6 D10");
    }

    #[test]
    fn reading_gives_back_what_was_written() {
        let mut seed = 7_u64;
        let mut draw = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % below) as u8
        };
        for round in 0..4000 {
            let drums = round % 4 == 0;
            let tones = (0..draw(24)).map(|_| Tone {
                position: if draw(2) == 0 { 12 * draw(16) } else { draw(192) },
                pitch: draw(if drums { 37 } else { 128 }),
                duration: if drums { 0 } else { draw(48) },
                velocity: draw(8),
            });
            let cell = Cell::new(drums, tones.collect());
            let mut ids = Vec::new();
            cell.write(&mut ids);
            assert_eq!(Cell::read(&ids, drums).unwrap(), cell);
        }
    }

    #[test]
    fn sequences_that_are_no_cell_are_refused_with_their_place() {
        let at = |ids: &[Id], drums| match Cell::read(ids, drums).unwrap_err() {
            Error::Misplaced { at, .. } => at as i64,
            _ => -1,
        };
        assert_eq!(at(&[P.id(60)], false), 0);
        assert_eq!(at(&[VEL.id(3), DUR.id(3), AND.id(60)], false), 2);
        assert_eq!(at(&[POS.id(0), D.id(1), D.id(2)], true), 2);
        assert_eq!(at(&[VEL.id(3), DUR.id(3), P.id(60), POS.id(30), AND.id(62)], false), 4);
        assert_eq!(at(&[VEL.id(3), DUR.id(3)], false), -1);
        assert_eq!(at(&[POS.id(191), VEL.id(3), DUR.id(3), P.id(60), P.id(61)], false), 4);
    }

    #[test]
    fn shapes_have_the_classes_of_the_table() {
        let counts = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 500];
        assert_eq!(counts.map(density_class), [0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]);
        let cell = Cell::new(false, vec![tone(0, 59, 24, 4), tone(0, 72, 24, 4), tone(24, 62, 24, 4)]);
        assert_eq!(cell.shape(), Shape { density: 2, polyphony: Some(1), octaves: Some((4, 6)) });
    }
}
