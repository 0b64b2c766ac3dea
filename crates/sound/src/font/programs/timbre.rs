//! The timbres that the programs share.

use super::super::waves::{PLAIN, Tone};

/// A timbre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Timbre {
    Piano,
    Tines,
    Harpsichord,
    Bell,
    Bar,
    Chime,
    Organ,
    Church,
    Reed,
    Nylon,
    Steel,
    Drive,
    Bass,
    Saw,
    Square,
    Bowed,
    Strings,
    Drum,
    Aah,
    Ooh,
    Trumpet,
    Horn,
    Nasal,
    Sax,
    Bassoon,
    Clarinet,
    Flute,
    Pan,
    Fifth,
    Glass,
    Sitar,
    Steelpan,
    Noise,
}

/// Partials without a pattern, spread like the teeth of a comb that was dropped: a rush of air when they beat.
const RUSH: [(f64, f64); 24] = [
    (1.3, 0.5),
    (1.9, 0.6),
    (2.6, 0.7),
    (3.1, 0.8),
    (4.3, 0.9),
    (5.2, 1.0),
    (5.9, 0.9),
    (7.1, 1.0),
    (8.2, 0.9),
    (9.4, 1.0),
    (10.3, 0.8),
    (11.8, 0.9),
    (13.1, 0.8),
    (14.9, 0.7),
    (16.1, 0.8),
    (17.8, 0.7),
    (19.3, 0.6),
    (21.1, 0.7),
    (23.2, 0.6),
    (25.7, 0.6),
    (27.8, 0.5),
    (30.1, 0.5),
    (33.4, 0.4),
    (36.7, 0.4),
];

impl Timbre {
    /// What it is made of. Formants of voices after Peterson and Barney 1952; bars and bells after Fletcher and
    /// Rossing, The Physics of Musical Instruments, chapters 19 to 21; the rest by ear of the numbers.
    pub fn recipe(self) -> Tone {
        match self {
            Timbre::Piano => Tone { slope: 1.1, dark: 2600.0, pluck: 0.12, strike: 0.12, noise: 0.35, ..PLAIN },
            Timbre::Tines => Tone {
                partials: &[(1.0, 1.0), (2.0, 0.25), (3.0, 0.06), (4.0, 0.08), (7.1, 0.05)],
                dark: 1500.0,
                strike: 0.1,
                noise: 0.15,
                ..PLAIN
            },
            Timbre::Harpsichord => Tone { slope: 0.6, dark: 4500.0, pluck: 0.1, strike: 0.08, noise: 0.3, ..PLAIN },
            Timbre::Bell => Tone {
                partials: &[(1.0, 1.0), (2.8, 0.25), (5.4, 0.12), (8.9, 0.05)],
                dark: 6000.0,
                strike: 0.06,
                noise: 0.1,
                ..PLAIN
            },
            Timbre::Bar => Tone {
                partials: &[(1.0, 1.0), (3.9, 0.22), (9.2, 0.06)],
                dark: 3000.0,
                strike: 0.04,
                noise: 0.25,
                ..PLAIN
            },
            Timbre::Chime => Tone {
                partials: &[
                    (0.5, 0.3),
                    (1.0, 0.8),
                    (1.2, 0.45),
                    (1.5, 0.3),
                    (2.0, 0.6),
                    (2.6, 0.25),
                    (3.0, 0.2),
                    (4.1, 0.2),
                ],
                dark: 5000.0,
                strike: 0.1,
                noise: 0.15,
                ..PLAIN
            },
            Timbre::Organ => Tone {
                partials: &[
                    (0.5, 0.5),
                    (1.0, 1.0),
                    (1.5, 0.6),
                    (2.0, 0.6),
                    (3.0, 0.35),
                    (4.0, 0.35),
                    (6.0, 0.2),
                    (8.0, 0.2),
                ],
                dark: 9000.0,
                ..PLAIN
            },
            Timbre::Church => Tone {
                partials: &[
                    (0.5, 0.35),
                    (1.0, 1.0),
                    (2.0, 0.8),
                    (3.0, 0.4),
                    (4.0, 0.55),
                    (5.0, 0.2),
                    (6.0, 0.3),
                    (8.0, 0.35),
                    (10.0, 0.12),
                    (12.0, 0.15),
                    (16.0, 0.1),
                ],
                dark: 8000.0,
                ..PLAIN
            },
            Timbre::Reed => {
                Tone { slope: 0.5, dark: 2600.0, formants: &[(800.0, 400.0, 0.8), (2200.0, 700.0, 0.8)], ..PLAIN }
            }
            Timbre::Nylon => Tone { slope: 1.2, dark: 2000.0, pluck: 0.22, strike: 0.07, noise: 0.2, ..PLAIN },
            Timbre::Steel => Tone { slope: 0.9, dark: 3200.0, pluck: 0.16, strike: 0.09, noise: 0.2, ..PLAIN },
            Timbre::Drive => Tone { slope: 0.55, even: 0.7, dark: 2600.0, formants: &[(1200.0, 700.0, 0.8)], ..PLAIN },
            Timbre::Bass => Tone { slope: 1.1, dark: 1100.0, pluck: 0.24, strike: 0.07, noise: 0.15, ..PLAIN },
            Timbre::Saw => Tone { slope: 1.0, dark: 20_000.0, ..PLAIN },
            Timbre::Square => Tone { slope: 1.0, even: 0.0, dark: 20_000.0, ..PLAIN },
            Timbre::Bowed => Tone {
                slope: 0.95,
                dark: 4200.0,
                formants: &[(290.0, 60.0, 0.6), (480.0, 110.0, 0.8), (1100.0, 300.0, 0.5), (2600.0, 700.0, 0.9)],
                ..PLAIN
            },
            Timbre::Strings => {
                Tone { slope: 1.0, dark: 3600.0, formants: &[(450.0, 200.0, 0.5), (2400.0, 900.0, 0.5)], ..PLAIN }
            }
            Timbre::Drum => Tone {
                partials: &[(1.0, 1.0), (1.5, 0.5), (2.0, 0.3), (2.4, 0.2), (2.9, 0.1)],
                dark: 900.0,
                strike: 0.05,
                noise: 0.5,
                ..PLAIN
            },
            Timbre::Aah => Tone {
                slope: 0.8,
                dark: 2500.0,
                formants: &[(730.0, 120.0, 5.0), (1090.0, 150.0, 3.5), (2440.0, 250.0, 1.5), (3300.0, 300.0, 1.2)],
                ..PLAIN
            },
            Timbre::Ooh => Tone {
                slope: 1.1,
                dark: 1500.0,
                formants: &[(320.0, 110.0, 4.0), (870.0, 150.0, 2.0), (2240.0, 250.0, 0.5)],
                ..PLAIN
            },
            Timbre::Trumpet => {
                Tone { slope: 0.35, dark: 1500.0, formants: &[(1200.0, 600.0, 1.2), (2400.0, 700.0, 0.6)], ..PLAIN }
            }
            Timbre::Horn => Tone { slope: 0.6, dark: 700.0, formants: &[(450.0, 250.0, 1.0)], ..PLAIN },
            Timbre::Nasal => {
                Tone { slope: 0.35, dark: 2200.0, formants: &[(1100.0, 350.0, 3.0), (2900.0, 500.0, 1.6)], ..PLAIN }
            }
            Timbre::Sax => {
                Tone { slope: 0.6, dark: 1800.0, formants: &[(650.0, 300.0, 1.5), (1700.0, 500.0, 0.9)], ..PLAIN }
            }
            Timbre::Bassoon => {
                Tone { slope: 0.5, dark: 1000.0, formants: &[(480.0, 180.0, 3.0), (1200.0, 300.0, 0.8)], ..PLAIN }
            }
            Timbre::Clarinet => {
                Tone { slope: 0.7, even: 0.12, dark: 2200.0, formants: &[(1500.0, 500.0, 0.8)], ..PLAIN }
            }
            Timbre::Flute => Tone { slope: 1.6, dark: 1600.0, noise: 0.12, ..PLAIN },
            Timbre::Pan => Tone { slope: 1.5, even: 0.35, dark: 1200.0, noise: 0.45, ..PLAIN },
            Timbre::Fifth => Tone {
                partials: &[
                    (1.0, 1.0),
                    (1.5, 0.8),
                    (2.0, 0.5),
                    (3.0, 0.5),
                    (4.0, 0.25),
                    (4.5, 0.25),
                    (5.0, 0.2),
                    (6.0, 0.25),
                    (7.5, 0.15),
                    (8.0, 0.12),
                    (9.0, 0.12),
                    (10.5, 0.1),
                    (12.0, 0.1),
                ],
                dark: 6000.0,
                ..PLAIN
            },
            Timbre::Glass => {
                Tone { partials: &[(1.0, 1.0), (2.0, 0.2), (3.0, 0.3), (5.1, 0.15), (7.2, 0.1)], dark: 7000.0, ..PLAIN }
            }
            Timbre::Sitar => Tone { slope: 0.3, dark: 2800.0, pluck: 0.07, strike: 0.2, noise: 0.2, ..PLAIN },
            Timbre::Steelpan => Tone {
                partials: &[(1.0, 1.0), (2.0, 0.55), (3.0, 0.2), (4.1, 0.15), (5.9, 0.06)],
                dark: 3500.0,
                strike: 0.06,
                noise: 0.15,
                ..PLAIN
            },
            Timbre::Noise => Tone { partials: &RUSH, dark: 9000.0, ..PLAIN },
        }
    }
}
