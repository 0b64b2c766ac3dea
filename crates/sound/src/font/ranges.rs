//! Generators and the ranges of their values (SoundFont Technical Specification 2.04, 8.1.3).

/// Generators by number.
pub(super) mod generator {
    pub const FILTER_CUTOFF: u16 = 8;
    pub const MOD_ENV_TO_CUTOFF: u16 = 11;
    pub const PAN: u16 = 17;
    pub const VIBRATO_DELAY: u16 = 23;
    pub const VIBRATO_FREQUENCY: u16 = 24;
    pub const VIBRATO_TO_PITCH: u16 = 6;
    pub const MOD_ENV_DECAY: u16 = 28;
    pub const MOD_ENV_SUSTAIN: u16 = 29;
    pub const ATTACK: u16 = 34;
    pub const DECAY: u16 = 36;
    pub const SUSTAIN: u16 = 37;
    pub const RELEASE: u16 = 38;
    pub const KEY_TO_DECAY: u16 = 40;
    pub const INSTRUMENT: u16 = 41;
    pub const KEY_RANGE: u16 = 43;
    pub const ATTENUATION: u16 = 48;
    pub const FINE_TUNE: u16 = 52;
    pub const SAMPLE: u16 = 53;
    pub const SAMPLE_MODES: u16 = 54;
    pub const EXCLUSIVE_CLASS: u16 = 57;
    pub const ROOT_KEY: u16 = 58;
}

/// Least and most that an instrument may set; none where any value is an index, an offset or bits.
fn range(number: u16) -> Option<(i16, i16)> {
    Some(match number {
        5..=7 => (-12_000, 12_000),
        8 => (1500, 13_500),
        9 => (0, 960),
        10 | 11 => (-12_000, 12_000),
        13 => (-960, 960),
        15 | 16 => (0, 1000),
        17 => (-500, 500),
        21 | 23 => (-12_000, 5000),
        22 | 24 => (-16_000, 4500),
        25 | 27 | 33 | 35 => (-12_000, 5000),
        26 | 28 | 30 | 34 | 36 | 38 => (-12_000, 8000),
        29 => (0, 1000),
        31 | 32 | 39 | 40 => (-1200, 1200),
        37 => (0, 1440),
        48 => (0, 1440),
        51 => (-120, 120),
        52 => (-99, 99),
        56 => (0, 1200),
        57 => (0, 127),
        58 => (-1, 127),
        _ => return None,
    })
}

/// A generator's value put into its range. A preset's values are added to its instrument's, so that they may reach
/// from the least to the most in either direction.
pub(super) fn confine(number: u16, value: i16, preset: bool) -> i16 {
    match range(number) {
        Some((least, most)) if preset => {
            let span = (i32::from(most) - i32::from(least)).min(i32::from(i16::MAX)) as i16;
            value.clamp(-span, span)
        }
        Some((least, most)) => value.clamp(least, most),
        None => value,
    }
}
