//! Notes made a little uneven.

use super::alter::{altered, placed};
use super::within;
use crate::{Edit, Error, Note, NoteId, Score, Tick};
use serde::{Deserialize, Serialize};

/// How often changes of each size come, when notes are made uneven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Spread {
    /// Every size as often as every other.
    Even,
    /// The rarer the larger, in a straight line.
    #[default]
    Near,
    /// Nearly all small, as errors of measurement are: close to a normal distribution, whose deviation is about a
    /// quarter of the most.
    Bell,
}

impl Spread {
    /// Of how many even throws the middle is taken (Irwin 1927 and Hall 1927: their sum is soon close to normal).
    fn throws(self) -> i64 {
        match self {
            Spread::Even => 1,
            Spread::Near => 2,
            Spread::Bell => 5,
        }
    }
}

/// By how much a note may change at most, as [`super::Command::HumanizeNotes`] has it.
pub(super) struct Most {
    pub timing: Tick,
    pub velocity: u8,
    pub length: Tick,
    pub spread: Spread,
}

impl Score {
    pub(super) fn humanize_notes(&self, ids: &[NoteId], most: Most, seed: u32, together: bool) -> Result<Edit, Error> {
        within("change of timing in ticks", most.timing, 0, Score::LAST_TICK)?;
        within("change of velocity", most.velocity, 0, 126)?;
        within("change of length in ticks", most.length, 0, Score::LAST_TICK)?;
        let spread = most.spread;
        Ok(altered("Humanize", self.named(ids)?, |note| {
            let mut own = Dice::of(seed, Subject::Note(note.id));
            let (louder, longer) =
                (own.around_zero(most.velocity.into(), spread), own.around_zero(most.length, spread));
            let later = match together {
                true => Dice::of(seed, Subject::Onset(note.start)).around_zero(most.timing, spread),
                false => own.around_zero(most.timing, spread),
            };
            let velocity = (i64::from(note.velocity) + louder).clamp(1, 127) as u8;
            let note = Note { velocity, ..note };
            placed(note, i64::from(note.start) + later, i64::from(note.length) + longer)
        }))
    }
}

/// What is thrown for.
enum Subject {
    Note(NoteId),
    Onset(Tick),
}

/// Random numbers: splitmix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014; the
/// constants are those of Vigna's splitmix64.c). It needs no warming up, so that every note may have its own.
struct Dice(u64);

impl Dice {
    /// The dice of one subject under one seed.
    fn of(seed: u32, subject: Subject) -> Self {
        let (kind, name) = match subject {
            Subject::Note(id) => (0, id.0),
            Subject::Onset(tick) => (1, tick),
        };
        // Neighbouring names lie next to each other in the sequence; a step in between sets them apart.
        let mut names = Dice(u64::from(name) << 1 | kind);
        Dice(names.next() ^ u64::from(seed))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number in `-most..=most`: the middle of some even throws.
    fn around_zero(&mut self, most: u32, spread: Spread) -> i64 {
        let faces = 2 * u64::from(most) + 1;
        let mut even = || ((u128::from(self.next()) * u128::from(faces)) >> 64) as i64 - i64::from(most);
        (0..spread.throws()).map(|_| even()).sum::<i64>() / spread.throws()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, text};
    use std::collections::BTreeSet;

    const MUSIC: &str = "R:1 [C4 E4 G4]:1 [D4 F4 A4]:1 [E4 G4 B4]:1 [C4 E4 G4]:1";

    fn humanized(score: &Score, ids: &[u32], seed: u32, together: bool) -> Score {
        let ids = ids.iter().map(|&id| NoteId(id)).collect();
        let command =
            Command::HumanizeNotes { ids, timing: 40, velocity: 10, length: 60, seed, together, spread: Spread::Near };
        let edit = score.edit_for(&command).unwrap();
        assert!(edit.label.starts_with("Humanize "), "{}", edit.label);
        score.with(&edit).unwrap()
    }

    fn onsets(score: &Score) -> BTreeSet<Tick> {
        score.tracks[0].notes.iter().map(|note| note.start).collect()
    }

    #[test]
    fn the_numbers_are_those_of_the_reference() {
        let mut dice = Dice(1_234_567);
        let first = [dice.next(), dice.next(), dice.next()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn throws_lie_around_zero() {
        let mut dice = Dice(1);
        let throws: Vec<i64> = (0..100_000).map(|_| dice.around_zero(10, Spread::Near)).collect();
        let share = |near: fn(i64) -> bool| throws.iter().filter(|&&throw| near(throw)).count();
        assert!(throws.iter().all(|throw| throw.abs() <= 10));
        assert!(throws.iter().sum::<i64>().abs() < 5_000);
        assert!(share(|throw| throw.abs() <= 3) > 2 * share(|throw| throw.abs() >= 7));
    }

    #[test]
    fn each_spread_has_its_deviation() {
        let mut dice = Dice(1);
        let deviations = [Spread::Even, Spread::Near, Spread::Bell].map(|spread| {
            let throws: Vec<i64> = (0..100_000).map(|_| dice.around_zero(100, spread)).collect();
            assert!(throws.iter().all(|throw| throw.abs() <= 100));
            assert!(throws.iter().sum::<i64>().abs() < 100_000);
            assert_eq!(dice.around_zero(0, spread), 0);
            assert!(dice.around_zero(u32::MAX, spread).abs() <= i64::from(u32::MAX));
            (throws.iter().map(|throw| throw * throw).sum::<i64>() as f64 / 100_000.0).sqrt()
        });
        // Of an even throw 1/√3 of the most; of the middle of n of them 1/√n of that.
        for (found, expected) in deviations.into_iter().zip([57.7, 40.8, 25.8]) {
            assert!((found - expected).abs() < 0.7, "{deviations:?}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_notes() {
        let score = text::score(MUSIC).unwrap();
        let all: Vec<u32> = (0..12).collect();
        let once = humanized(&score, &all, 7, false);
        assert_eq!(once, humanized(&score, &all, 7, false));
        assert_ne!(once, humanized(&score, &all, 8, false));
        // A note alone changes as it does among others.
        let alone = humanized(&score, &[4], 7, false);
        assert_eq!(alone.note(NoteId(4)).unwrap().1, once.note(NoteId(4)).unwrap().1);
    }

    // `ui/src/transform/dice.test.ts` has the same list.
    #[test]
    fn velocities_are_those_that_the_window_shows() {
        let score = text::score(MUSIC).unwrap();
        let ids: Vec<NoteId> = (0..12).map(NoteId).collect();
        let even = Command::SetVelocity { ids: ids.clone(), velocity: crate::VelocityChange::Set(80) };
        let score = score.with(&score.edit_for(&even).unwrap()).unwrap();
        let command = Command::HumanizeNotes {
            ids: ids.clone(),
            timing: 0,
            velocity: 20,
            length: 0,
            seed: 7,
            together: true,
            spread: Spread::Near,
        };
        let after = score.with(&score.edit_for(&command).unwrap()).unwrap();
        let velocities: Vec<u8> = ids.iter().map(|&id| after.note(id).unwrap().1.velocity).collect();
        assert_eq!(velocities, [72, 67, 84, 76, 85, 83, 87, 97, 87, 84, 82, 80]);
    }

    #[test]
    fn chords_stay_chords() {
        let score = text::score(MUSIC).unwrap();
        let all: Vec<u32> = (0..12).collect();
        let together = onsets(&humanized(&score, &all, 3, true));
        assert_eq!(together.len(), 4);
        assert_ne!(together, onsets(&score));
        assert!(onsets(&humanized(&score, &all, 3, false)).len() > 4);
    }

    #[test]
    fn notes_stay_inside_their_ranges() {
        let score = text::score("C4:1/960@127 D4:1/960@1 E4:1/960").unwrap();
        for seed in 0..200 {
            let ids = vec![NoteId(0), NoteId(1), NoteId(2)];
            let command = Command::HumanizeNotes {
                ids,
                timing: 5_000,
                velocity: 126,
                length: 5_000,
                seed,
                together: false,
                spread: Spread::Even,
            };
            let after = score.with(&score.edit_for(&command).unwrap()).unwrap();
            let fits = |note: &Note| note.start < 6_000 && note.length > 0 && (1..=127).contains(&note.velocity);
            assert!(after.tracks[0].notes.iter().all(fits));
        }
        let loud = Command::HumanizeNotes {
            ids: vec![],
            timing: 0,
            velocity: 127,
            length: 0,
            seed: 0,
            together: true,
            spread: Spread::Near,
        };
        assert!(matches!(score.edit_for(&loud), Err(Error::Range { value: 127, high: 126, .. })));
    }
}
