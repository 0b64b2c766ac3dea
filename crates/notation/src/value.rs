//! Note values and the unit of time in which every one of them, tuplets included, is a whole number.

/// A place in the piece or a length, in [`QUARTER`]ths of a quarter note.
pub type Time = u64;

/// Units in a quarter note: 2⁵·3²·5·7, so that 128th notes and tuplets of 3, 5, 6, 7 and 9 are whole numbers.
pub const QUARTER: Time = 10_080;

/// The shortest lattice that is written without a tuplet: a 128th note.
pub(crate) const SHORTEST: Time = QUARTER / 32;

/// A note value: a base and its dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value {
    /// The base as a power of two of the whole note: 1 a breve, 0 a whole, -1 a half, ..., -7 a 128th.
    pub power: i8,
    /// Dots, 0..=2.
    pub dots: u8,
}

impl Value {
    /// The longest base: a breve.
    const LONGEST: i8 = 1;
    /// The shortest base: a 128th.
    const LEAST: i8 = -7;

    /// A value without dots; powers beyond the range are taken as its ends.
    pub fn plain(power: i8) -> Value {
        Value { power: power.clamp(Self::LEAST, Self::LONGEST), dots: 0 }
    }

    /// Its length, outside of any tuplet.
    pub fn length(self) -> Time {
        let base = (QUARTER * 8) >> (Self::LONGEST - self.power.clamp(Self::LEAST, Self::LONGEST));
        // The third dot of a 128th would be no whole number; nobody writes one.
        2 * base - (base >> self.dots.min(2))
    }

    /// The value that lasts exactly this long, with at most two dots.
    pub fn of(length: Time) -> Option<Value> {
        let powers = (Self::LEAST..=Self::LONGEST).rev();
        let mut values = powers.flat_map(|power| (0..=2).map(move |dots| Value { power, dots }));
        values.find(|value| value.length() == length)
    }

    /// How many flags or beams it has: 1 for an eighth.
    pub fn flags(self) -> u8 {
        (-2 - self.power).max(0) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_length() {
        assert_eq!(Value::of(QUARTER), Some(Value::plain(-2)));
        assert_eq!(Value::of(QUARTER * 3 / 2), Some(Value { power: -2, dots: 1 }));
        assert_eq!(Value::of(QUARTER * 7 / 2), Some(Value { power: -1, dots: 2 }));
        assert_eq!(Value::of(QUARTER * 5 / 4), None);
        assert_eq!(Value::of(QUARTER / 3), None);
        for power in -7..=1 {
            let value = Value { power, dots: 0 };
            assert_eq!(Value::of(value.length()), Some(value));
        }
        assert_eq!((Value::plain(-3).flags(), Value::plain(-2).flags(), Value::plain(0).flags()), (1, 0, 0));
    }
}
