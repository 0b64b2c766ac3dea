//! Chords, found by comparing how long each pitch class sounds in a stretch with what chords consist of.

use crate::classes::{PitchClasses, Weights};
use score::{Bar, ChordKind, ChordSymbol, Score, Tick};
use std::ops::Range;

/// What kind of chord stands on a root (`docs/tokens.md` §2, QUAL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quality {
    /// Major triad.
    Major,
    /// Minor triad.
    Minor,
    /// Diminished triad or seventh chord.
    Diminished,
    /// Augmented triad.
    Augmented,
    /// Major triad with a minor seventh.
    Dominant7,
    /// Major triad with a major seventh.
    Major7,
    /// Minor triad with a minor seventh.
    Minor7,
    /// Anything else on a root: fifths, suspensions, half-diminished seventh chords.
    Other,
}

/// A chord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    /// Pitch class of the root, 0 = C.
    pub root: u8,
    /// What stands on it.
    pub quality: Quality,
}

/// A chord that is looked for: what stands above its root, as what it counts, and what its fit loses because music
/// uses it more seldom than its pitch classes occur together.
type Template = (ChordKind, Quality, f64);

const TEMPLATES: [Template; 12] = [
    (ChordKind::Major, Quality::Major, 0.0),
    (ChordKind::Minor, Quality::Minor, 0.0),
    (ChordKind::Diminished, Quality::Diminished, 0.0),
    (ChordKind::DiminishedSeventh, Quality::Diminished, 0.0),
    (ChordKind::Augmented, Quality::Augmented, 0.08),
    (ChordKind::Seventh, Quality::Dominant7, 0.0),
    (ChordKind::MajorSeventh, Quality::Major7, 0.08),
    (ChordKind::MinorSeventh, Quality::Minor7, 0.08),
    (ChordKind::HalfDiminished, Quality::Other, 0.0),
    (ChordKind::Sus4, Quality::Other, 0.15),
    (ChordKind::Sus2, Quality::Other, 0.20),
    (ChordKind::Fifth, Quality::Other, 0.15),
];

/// What a root in the bass adds to the fit of a chord.
const BASS: f64 = 0.05;

/// The least fit that makes a chord.
const LEAST: f64 = 0.6;

/// The share of the sounding time from which a pitch class counts as one of at least two that make a chord.
const AUDIBLE: f64 = 0.05;

/// How many stretches a note can ring through; a longer one is a drone, which says nothing new about harmony.
const LONGEST: usize = 64;

impl Quality {
    /// All qualities in the order of their tokens.
    pub const ALL: [Quality; 8] = [
        Quality::Major,
        Quality::Minor,
        Quality::Diminished,
        Quality::Augmented,
        Quality::Dominant7,
        Quality::Major7,
        Quality::Minor7,
        Quality::Other,
    ];

    /// What a chord of this kind counts as: by its triad, and its seventh where that is one of the common ones.
    pub fn of(kind: ChordKind) -> Quality {
        let has = |step: u8| kind.steps().contains(&step);
        match (has(4), has(3), has(6) && !has(7), has(8)) {
            (true, _, false, false) if has(10) => Quality::Dominant7,
            (true, _, false, false) if has(11) => Quality::Major7,
            (true, _, false, false) => Quality::Major,
            (true, _, true, _) if has(10) => Quality::Dominant7,
            (true, _, _, true) => Quality::Augmented,
            (_, true, true, _) if has(10) => Quality::Other,
            (_, true, true, _) => Quality::Diminished,
            (_, true, ..) if has(10) => Quality::Minor7,
            (_, true, ..) => Quality::Minor,
            _ => Quality::Other,
        }
    }

    /// Its number, 0..=7.
    pub fn index(self) -> u8 {
        self as u8
    }
}

/// What a symbol counts as.
impl From<ChordSymbol> for Chord {
    fn from(symbol: ChordSymbol) -> Self {
        Chord { root: symbol.root.class(), quality: Quality::of(symbol.kind) }
    }
}

impl Chord {
    /// The pitch classes it consists of; of a chord of quality other, root and fifth.
    pub fn classes(self) -> PitchClasses {
        let steps: &[u8] = match self.quality {
            Quality::Other => &[0, 7],
            quality => TEMPLATES.iter().find(|one| one.1 == quality).map_or(&[0], |one| one.0.steps()),
        };
        PitchClasses::above(self.root, steps)
    }
}

/// The chord in which pitch classes sound for so long above a bass; none where fewer than two are heard or nothing
/// fits.
///
/// The fit of a chord is the cosine between the square roots of the weights and the set of its pitch classes (template
/// matching as in T. Fujishima, *Realtime chord recognition of musical sound*, ICMC 1999; square roots keep one long
/// melody note from hiding the chord below it), plus 0.05 if its root is the bass, less what seldom chords lose. These
/// three choices were made on the analyses of 126 songs in *When in Rome* (CC BY-SA, used to measure only): of the
/// 9,031 chords of a plain quality there, 85 % get their root and 79 % root and quality; without the three it is 79 %
/// and 57 %.
pub fn chord_of(weights: &Weights, bass: Option<u8>) -> Option<Chord> {
    fitting(weights, bass).map(|found| Chord { root: found.root, quality: found.quality })
}

/// A chord that fits what is heard, and how well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fitting {
    pub root: u8,
    pub kind: ChordKind,
    quality: Quality,
    pub fit: f64,
}

/// As [`chord_of`], with all that is known.
pub(crate) fn fitting(weights: &Weights, bass: Option<u8>) -> Option<Fitting> {
    let total: f64 = weights.iter().sum();
    if weights.iter().filter(|&&weight| weight > AUDIBLE * total).count() < 2 {
        return None;
    }
    let weights = weights.map(f64::sqrt);
    let length = total.sqrt();
    let (mut most, mut best) = (LEAST, None);
    for root in 0..12u8 {
        let in_bass = if bass.is_some_and(|bass| bass % 12 == root) { BASS } else { 0.0 };
        for (kind, quality, seldom) in TEMPLATES {
            let steps = kind.steps();
            let inside: f64 = steps.iter().map(|step| weights[usize::from((root + step) % 12)]).sum();
            let fit = inside / (length * (steps.len() as f64).sqrt()) + in_bass - seldom;
            if fit > most {
                (most, best) = (fit, Some(Fitting { root, kind, quality, fit }));
            }
        }
    }
    best
}

/// The halves of a bar in ticks.
pub fn half_bars(bar: &Bar) -> [Range<Tick>; 2] {
    let (start, end) = (bar.tick(), bar.end());
    let middle = start + (end - start) / 2;
    [start..middle, middle..end]
}

/// The chord of each stretch, none where there is none. The stretches follow each other without overlapping, as half
/// bars do; what sounds in them counts for as long as it sounds there, on all tracks but drums.
pub fn chords(score: &Score, stretches: &[Range<Tick>]) -> Vec<Option<Chord>> {
    heard(score, stretches).iter().map(|(weights, bass)| chord_of(weights, *bass)).collect()
}

/// How long each pitch class sounds in each stretch, and the lowest key there.
pub(crate) fn heard(score: &Score, stretches: &[Range<Tick>]) -> Vec<(Weights, Option<u8>)> {
    let mut heard: Vec<(Weights, Option<u8>)> = vec![([0.0; 12], None); stretches.len()];
    for note in crate::scale::pitched(score) {
        let end = note.end().max(note.start.saturating_add(1));
        let first = stretches.partition_point(|stretch| stretch.end <= note.start);
        let rung = stretches.iter().zip(&mut heard).skip(first).take(LONGEST);
        for (stretch, (weights, bass)) in rung.take_while(|(stretch, _)| stretch.start < end) {
            let ticks = end.min(stretch.end) - note.start.max(stretch.start);
            weights[usize::from(note.pitch % 12)] += f64::from(ticks);
            *bass = Some(bass.map_or(note.pitch, |low| low.min(note.pitch)));
        }
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    /// The chord of each quarter.
    fn by_quarter(music: &str) -> Vec<Option<(u8, Quality)>> {
        let score = text::score(music).unwrap();
        let quarters: Vec<Range<Tick>> = (0..score.end() / 960).map(|at| at * 960..(at + 1) * 960).collect();
        chords(&score, &quarters).iter().map(|chord| chord.map(|chord| (chord.root, chord.quality))).collect()
    }

    #[test]
    fn every_quality_is_found_on_every_root() {
        for (kind, quality, _) in TEMPLATES {
            let steps = kind.steps();
            for root in 0..12 {
                let mut weights = [0.0; 12];
                for step in steps {
                    weights[usize::from((root + step) % 12)] = 960.0;
                }
                assert_eq!(chord_of(&weights, Some(36 + root)), Some(Chord { root, quality }), "{steps:?}");
            }
        }
    }

    #[test]
    fn the_bass_decides_where_pitch_classes_do_not() {
        let diminished = |bass| chord_of(&crate::weights(&text::notes("[C4 Eb4 Gb4 A4]:1").unwrap()), Some(bass));
        assert_eq!(diminished(48).map(|chord| chord.root), Some(0));
        assert_eq!(diminished(51).map(|chord| chord.root), Some(3));
    }

    #[test]
    fn arpeggios_inversions_and_passing_notes_are_understood() {
        let found = by_quarter("[E3 G4 C5]:1 C4:1/4 E4:1/4 G4:1/4 E4:1/4 R:1 F4:1 / R:4 / B3:3/4 C4:1/4");
        assert_eq!(found[1..], [Some((0, Quality::Major)), None, None]);
        assert_eq!(by_quarter("[E3 G4 C5]:1"), [Some((0, Quality::Major))]);
        assert_eq!(by_quarter("[G3 F4]:1 / B3:1 / D5:3/4 E5:1/4"), [Some((7, Quality::Dominant7))]);
    }

    #[test]
    fn a_chord_that_rings_on_is_heard_on() {
        let found = by_quarter("[A2 C4 E4]:3");
        assert_eq!(found, [Some((9, Quality::Minor)); 3]);
    }

    #[test]
    fn drums_and_single_notes_are_no_chord() {
        assert_eq!(by_quarter("C4:1 C5:1"), [None, None]);
        let mut score = text::score("[C4 E4 G4]:4").unwrap();
        std::sync::Arc::make_mut(&mut score.tracks[0]).header.channel = score::Header::DRUM_CHANNEL;
        assert_eq!(chords(&score, &half_bars(&score.bars().bar(0))), [None, None]);
    }

    #[test]
    fn kinds_count_as_what_they_are_found_as() {
        for (kind, quality, _) in TEMPLATES {
            assert_eq!(Quality::of(kind), quality, "{kind:?}");
        }
        let quality = |kind| Quality::of(kind);
        assert_eq!(quality(ChordKind::Thirteenth), Quality::Dominant7);
        assert_eq!(quality(ChordKind::SeventhFlatFifth), Quality::Dominant7);
        assert_eq!(quality(ChordKind::MinorMajorSeventh), Quality::Minor);
        assert_eq!(quality(ChordKind::MajorSeventhSharpEleventh), Quality::Major7);
        assert_eq!(quality(ChordKind::SixthNinth), Quality::Major);
        assert_eq!(quality(ChordKind::AugmentedSeventh), Quality::Augmented);
        assert_eq!(quality(ChordKind::SeventhSus4), Quality::Other);
    }

    #[test]
    fn qualities_have_the_numbers_of_their_tokens() {
        assert!(Quality::ALL.iter().zip(0..).all(|(quality, number)| quality.index() == number));
        let chord = Chord { root: 7, quality: Quality::Dominant7 };
        assert_eq!(chord.classes().iter().collect::<Vec<_>>(), [2, 5, 7, 11]);
    }
}
