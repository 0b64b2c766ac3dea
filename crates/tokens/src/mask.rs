//! Sets: of ids that may follow, of pitches, of steps in a bar. Plain bits, because the decoder asks at every token.

use crate::vocabulary::{Family, Id, SIZE};

const WORDS: usize = SIZE.div_ceil(64);

/// Which ids may follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask([u64; WORDS]);

impl Mask {
    /// No id.
    pub const NONE: Mask = Mask([0; WORDS]);

    /// Adds an id.
    pub fn allow(&mut self, id: Id) {
        if let Some(word) = self.0.get_mut(usize::from(id / 64)) {
            *word |= 1 << (id % 64);
        }
    }

    /// Adds the ids of a family whose number is in `numbers`, a set of bits.
    pub(crate) fn allow_all(&mut self, family: Family, mut numbers: u128) {
        while numbers != 0 {
            self.allow(family.id(numbers.trailing_zeros() as u16));
            numbers &= numbers - 1;
        }
    }

    /// Whether an id may follow.
    pub fn has(&self, id: Id) -> bool {
        self.0.get(usize::from(id / 64)).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// How many ids may follow.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The ids that may follow, in order.
    pub fn iter(&self) -> impl Iterator<Item = Id> + '_ {
        self.0
            .iter()
            .zip(0..)
            .flat_map(|(&word, at)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| 64 * at + bit))
    }

    /// The id, if only one may follow.
    pub fn single(&self) -> Option<Id> {
        (self.count() == 1).then(|| self.iter().next()).flatten()
    }

    /// The bits, id 0 first: word `id / 64`, bit `id % 64`.
    pub fn words(&self) -> &[u64] {
        &self.0
    }
}

/// A set of pitches, or of drum classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PitchSet(pub u128);

impl PitchSet {
    /// No pitch.
    pub const NONE: PitchSet = PitchSet(0);
    /// Every MIDI pitch.
    pub const ALL: PitchSet = PitchSet(u128::MAX);

    /// The pitches from `low` to `high`, both included.
    pub fn between(low: u8, high: u8) -> PitchSet {
        match low <= high && low < 128 {
            true => PitchSet(u128::MAX << low & u128::MAX >> (127 - high.min(127))),
            false => PitchSet::NONE,
        }
    }

    /// One pitch.
    pub fn only(pitch: u8) -> PitchSet {
        PitchSet::between(pitch, pitch)
    }

    /// Some pitches; what is no MIDI pitch is left out.
    pub fn of(pitches: impl IntoIterator<Item = u8>) -> PitchSet {
        pitches.into_iter().fold(PitchSet::NONE, |set, pitch| set.or(PitchSet::only(pitch)))
    }

    /// The pitches above one.
    pub fn above(pitch: u8) -> PitchSet {
        PitchSet::between(pitch.saturating_add(1), 127)
    }

    /// The pitches below one.
    pub fn below(pitch: u8) -> PitchSet {
        pitch.checked_sub(1).map_or(PitchSet::NONE, |high| PitchSet::between(0, high))
    }

    /// All octaves of a set of pitch classes, bit 0 = C.
    pub fn of_classes(classes: u16) -> PitchSet {
        (0..11).fold(PitchSet::NONE, |set, octave| PitchSet(set.0 | u128::from(classes & 0xfff) << (12 * octave)))
    }

    /// The pitches in both.
    pub fn and(self, other: PitchSet) -> PitchSet {
        PitchSet(self.0 & other.0)
    }

    /// The pitches in either.
    pub fn or(self, other: PitchSet) -> PitchSet {
        PitchSet(self.0 | other.0)
    }

    /// All but one pitch.
    pub fn without(self, pitch: u8) -> PitchSet {
        PitchSet(self.0 & !PitchSet::only(pitch).0)
    }

    /// Itself, or `other` if it is empty.
    pub fn or_else(self, other: PitchSet) -> PitchSet {
        if self.is_empty() { other } else { self }
    }

    /// Whether it has a pitch.
    pub fn has(self, pitch: u8) -> bool {
        pitch < 128 && self.0 >> pitch & 1 == 1
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many it has.
    pub fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The highest.
    pub fn highest(self) -> Option<u8> {
        127_u32.checked_sub(self.0.leading_zeros()).map(|pitch| pitch as u8)
    }

    /// The highest but `count`.
    pub fn nth_highest(self, count: usize) -> Option<u8> {
        self.iter().rev().nth(count)
    }

    /// Its pitches from the lowest up.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u8> {
        (0..128).filter(move |&pitch| self.has(pitch))
    }
}

/// A set of steps in a bar, 0..=191.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Steps([u64; 3]);

impl Steps {
    fn add(&mut self, step: u8) {
        if let Some(word) = self.0.get_mut(usize::from(step / 64)) {
            *word |= 1 << (step % 64);
        }
    }

    pub(crate) fn extend(&mut self, steps: impl IntoIterator<Item = u16>) {
        steps.into_iter().for_each(|step| self.add(step as u8));
    }

    pub(crate) fn has(&self, step: u16) -> bool {
        self.0.get(usize::from(step / 64)).is_some_and(|word| word >> (step % 64) & 1 == 1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0 == [0; 3]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        (0..192).filter(|&step| self.has(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::P;

    #[test]
    fn a_mask_knows_what_was_allowed() {
        let mut mask = Mask::NONE;
        mask.allow(863);
        assert_eq!(mask.single(), Some(863));
        mask.allow_all(P, 1 << 60 | 1);
        assert_eq!(mask.iter().collect::<Vec<_>>(), [P.id(0), P.id(60), 863]);
        assert_eq!((mask.count(), mask.single(), mask.has(P.id(60)), mask.has(4000)), (3, None, true, false));
    }

    #[test]
    fn pitch_sets_have_their_ends() {
        assert_eq!(PitchSet::between(0, 127), PitchSet::ALL);
        assert_eq!(PitchSet::between(60, 62).iter().collect::<Vec<_>>(), [60, 61, 62]);
        assert_eq!([PitchSet::above(127), PitchSet::below(0), PitchSet::between(5, 4)], [PitchSet::NONE; 3]);
        assert_eq!((PitchSet::above(126).highest(), PitchSet::NONE.highest()), (Some(127), None));
        let c_major = PitchSet::of_classes(0b1010_1011_0101);
        assert!(c_major.has(0) && c_major.has(127) && !c_major.has(61) && c_major.count() == 75);
    }
}
