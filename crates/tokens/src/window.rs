//! A window: a passage as the model reads it (§5).

use crate::grid;
use crate::passage::{Part, Passage};
use crate::vocabulary::{BAR, BOS, EMO, EOS, GENRE, INST, Id, KEY, ORD, QUAL, ROOT, TEMPO};

/// A key as a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tonality {
    /// Pitch class of the tonic, 0..=11, 0 = C.
    pub tonic: u8,
    /// Minor rather than major.
    pub minor: bool,
}

impl Tonality {
    /// The key `semitones` higher.
    pub fn transposed(self, semitones: i8) -> Self {
        Tonality { tonic: raised(self.tonic, semitones), ..self }
    }
}

/// A chord as a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chord {
    /// No chord is heard.
    Silent,
    /// A chord.
    Sounding {
        /// Pitch class of the root, 0..=11.
        root: u8,
        /// 0..=7: major, minor, diminished, augmented, dominant 7, major 7, minor 7, other.
        quality: u8,
    },
}

impl Chord {
    /// Its pitch classes as bits, C first; none where no chord sounds.
    pub fn classes(self) -> Option<u16> {
        let Chord::Sounding { root, quality } = self else { return None };
        let quality = *analysis::Quality::ALL.get(usize::from(quality))?;
        Some(analysis::Chord { root, quality }.classes().0)
    }

    /// The chord `semitones` higher.
    pub fn transposed(self, semitones: i8) -> Self {
        match self {
            Chord::Silent => Chord::Silent,
            Chord::Sounding { root, quality } => Chord::Sounding { root: raised(root, semitones), quality },
        }
    }

    fn write(self, out: &mut Vec<Id>) {
        match self {
            Chord::Silent => out.push(ROOT.id(12)),
            Chord::Sounding { root, quality } => out.extend([ROOT.id(u16::from(root % 12)), QUAL.id(quality.into())]),
        }
    }
}

fn raised(class: u8, semitones: i8) -> u8 {
    (i16::from(class) + i16::from(semitones)).rem_euclid(12) as u8
}

/// What is said of a whole window; each part may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// Its key.
    pub key: Option<Tonality>,
    /// Genre class, 0..=15.
    pub genre: Option<u8>,
    /// Emotion quadrant, 0..=3: valence and arousal high; arousal alone; neither; valence alone.
    pub emotion: Option<u8>,
}

/// A passage with what is said of it.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    /// The music.
    pub passage: &'a Passage,
    /// What is said of all of it.
    pub head: Head,
    /// The chords of the two halves of each bar, where they are said; may be shorter than the passage.
    pub chords: &'a [Option<[Chord; 2]>],
}

impl<'a> Window<'a> {
    /// A passage of which nothing is said.
    pub fn of(passage: &'a Passage) -> Self {
        Window { passage, head: Head::default(), chords: &[] }
    }
}

impl Window<'_> {
    /// The window as music to be continued or scored: every note is written.
    pub fn plain(&self) -> Vec<Id> {
        let mut out = Vec::new();
        self.write(&mut out, |_, _, _| false);
        if self.passage.ends {
            out.push(EOS);
        }
        out
    }

    /// Writes BOS, head and bars. `masked` writes a cell itself, header included, and says so, or leaves it to the window.
    pub(crate) fn write(&self, out: &mut Vec<Id>, mut masked: impl FnMut(usize, usize, &mut Vec<Id>) -> bool) {
        out.push(BOS);
        out.extend(self.head.key.map(|key| KEY.id(2 * u16::from(key.tonic % 12) + u16::from(key.minor))));
        out.extend(self.head.genre.map(|genre| GENRE.id(genre.into())));
        out.extend(self.head.emotion.map(|emotion| EMO.id(emotion.into())));
        for bar in 0..self.passage.bars() {
            self.write_bar_line(bar, out);
            for part in 0..self.passage.parts.len() {
                let cell = self.passage.cell(bar, part);
                if !masked(bar, part, out) && !cell.tones().is_empty() {
                    write_part(&self.passage.parts[part], out);
                    cell.write(out);
                }
            }
        }
    }

    fn write_bar_line(&self, bar: usize, out: &mut Vec<Id>) {
        let measure = &self.passage.measures[bar];
        out.push(BAR.id(grid::meter(measure.meter.0, measure.meter.1).into()));
        if bar == 0 || self.passage.measures[bar - 1].tempo != measure.tempo {
            out.push(TEMPO.id(measure.tempo.into()));
        }
        if let Some(Some([first, second])) = self.chords.get(bar) {
            first.write(out);
            if second != first {
                second.write(out);
            }
        }
    }
}

/// Writes `INST [ORD]`.
pub(crate) fn write_part(part: &Part, out: &mut Vec<Id>) {
    out.push(INST.id(part.group.into()));
    if part.ordinal > 1 {
        out.push(ORD.id(u16::from(part.ordinal) - 1));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::vocabulary::name;
    use score::{Header, Meter, Note, Score, Tempo, Track};
    use std::sync::Arc;

    /// The worked example of the format: 3/4 at 92 bpm, piano, violin, drums, two bars (§7).
    pub(crate) fn example() -> Score {
        let track = |id: u32, program, channel, notes: &[(u32, u32, u8, u8)]| {
            let header = Header {
                name: String::new(),
                lane: id,
                channel,
                program,
                hue: 0,
                mix: Default::default(),
                output: None,
            };
            let note = |(at, &(start, length, pitch, velocity)): (usize, &(u32, u32, u8, u8))| {
                Note::new(100 * id + at as u32, start, length, pitch, velocity)
            };
            Arc::new(Track::new(id, header, notes.iter().enumerate().map(note).collect()))
        };
        let violin =
            [(0, 480, 74, 90), (480, 240, 76, 90), (720, 240, 78, 90), (960, 480, 79, 100), (1440, 960, 81, 100)];
        let piano = [
            (0, 1440, 50, 64),
            (480, 480, 57, 64),
            (480, 480, 66, 64),
            (960, 480, 57, 64),
            (960, 480, 66, 64),
            (1440, 1440, 45, 64),
            (1920, 960, 61, 64),
            (1920, 960, 67, 64),
        ];
        let drums = [(0, 60, 36, 100), (480, 60, 42, 70), (960, 60, 42, 70), (960, 60, 38, 100)];
        Score {
            tpq: 480,
            source: score::Source { format: 1, ppq: 480 },
            meters: Arc::new(vec![Meter::new(0, 3, 4)]),
            tempos: Arc::new(vec![Tempo { tick: 0, micros: 60_000_000 / 92 }]),
            tracks: vec![track(0, 40, 0, &violin), track(1, 0, 1, &piano), track(2, 0, 9, &drums)],
            ..Score::empty()
        }
    }

    fn words(ids: &[Id]) -> String {
        ids.iter().map(|&id| name(id)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_worked_example_has_its_ids() {
        let passage = Passage::read(&example(), 0..2);
        let ids = Window::of(&passage).plain();
        let expected = "1 73 111 120 372 411 474 200 396 481 618 481 618 133 373 396 498 387 500 502 374 396 503 159 \
            176 680 374 200 690 372 224 682 374 690 372 73 120 372 411 469 200 407 485 619 133 374 407 505 2";
        assert_eq!(ids.iter().map(Id::to_string).collect::<Vec<_>>().join(" "), expected);
        assert_eq!(passage.note_count(), 17);
    }

    #[test]
    fn head_tempo_and_chords_stand_where_the_format_says() {
        let score = example();
        let passage = Passage::read(&score, 1..3);
        let chords = [Some([Chord::Sounding { root: 9, quality: 4 }, Chord::Silent]), Some([Chord::Silent; 2])];
        let head = Head { key: Some(Tonality { tonic: 2, minor: false }), genre: Some(2), emotion: Some(3) };
        let ids = Window { passage: &passage, head, chords: &chords }.plain();
        assert_eq!(words(&ids[..10]), "BOS KEY4 GENRE2 EMO3 BAR1 TEMPO7 ROOT9 QUAL4 ROOT12 INST0");
        assert_eq!(words(&ids[ids.len() - 4..]), "P81 BAR1 ROOT12 EOS");
    }

    #[test]
    fn keys_and_chords_move_with_the_music() {
        assert_eq!(Tonality { tonic: 2, minor: true }.transposed(-5), Tonality { tonic: 9, minor: true });
        assert_eq!(Chord::Sounding { root: 11, quality: 1 }.transposed(2), Chord::Sounding { root: 1, quality: 1 });
    }
}
