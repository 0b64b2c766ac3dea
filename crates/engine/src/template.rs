//! What a new piece may begin with: tracks for an ensemble, with instruments, colours and places, and empty bars.

use crate::{Error, Studio};
use score::{Header, Key, Lane, Meter, Mix, Score, Tempo, Tick, Track};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Bars of a new piece.
const BARS: Tick = 16;

/// Quarters a minute.
const TEMPO: u32 = 120;

/// An ensemble to write for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Template {
    /// One piano.
    Piano,
    /// A choir of four voices.
    Satb,
    /// Two violins, viola and cello.
    Quartet,
    /// Voice, guitar, keys, bass and drums.
    Band,
    /// Winds, brass, timpani and strings.
    Orchestra,
    /// A tune, its chords and a bass.
    LeadSheet,
    /// Nothing but bars.
    Empty,
}

/// A track to be: name, General MIDI program (of drums the kit), hue, panorama in percent, gain in tenths of a decibel.
type Part = (&'static str, u8, u8, i8, i16);

/// In the place of a program: the standard drum kit.
const DRUMS: u8 = 255;

impl Template {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Template; 7] = [
        Template::Piano,
        Template::Satb,
        Template::Quartet,
        Template::Band,
        Template::Orchestra,
        Template::LeadSheet,
        Template::Empty,
    ];

    /// The word that asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Template::Piano => "piano",
            Template::Satb => "satb",
            Template::Quartet => "quartet",
            Template::Band => "band",
            Template::Orchestra => "orchestra",
            Template::LeadSheet => "lead-sheet",
            Template::Empty => "empty",
        }
    }

    /// From the top of the score to the bottom. Places are those of a stage as the audience sees it; sections that
    /// stand together have hues that lie together.
    fn parts(self) -> &'static [Part] {
        match self {
            Template::Piano => &[("Piano", 0, 0, 0, 0)],
            Template::Satb => {
                &[("Soprano", 52, 9, -30, 0), ("Alto", 52, 3, -10, 0), ("Tenor", 52, 1, 10, 0), ("Bass", 52, 2, 30, 0)]
            }
            Template::Quartet => &[
                ("Violin I", 40, 0, -45, 0),
                ("Violin II", 40, 8, -15, 0),
                ("Viola", 41, 1, 15, 0),
                ("Cello", 42, 2, 45, 0),
            ],
            Template::Band => &[
                ("Voice", 53, 0, 0, 0),
                ("Guitar", 25, 4, -35, -20),
                ("Keys", 4, 5, 35, -20),
                ("Bass", 33, 2, 0, 0),
                ("Drums", DRUMS, 3, 0, -10),
            ],
            Template::Orchestra => &[
                ("Flutes", 73, 4, -20, 0),
                ("Oboes", 68, 7, -5, -10),
                ("Clarinets", 71, 11, 5, 0),
                ("Bassoons", 70, 1, 20, 0),
                ("Horns", 60, 8, -35, -20),
                ("Trumpets", 56, 0, 25, -40),
                ("Trombones", 57, 3, 35, -40),
                ("Tuba", 58, 9, 45, -30),
                ("Timpani", 47, 10, 0, -20),
                ("Violins I", 48, 2, -50, 0),
                ("Violins II", 48, 6, -25, 0),
                ("Violas", 41, 5, 15, 0),
                ("Cellos", 42, 10, 35, 0),
                ("Double basses", 43, 2, 50, 0),
            ],
            Template::LeadSheet => &[("Melody", 65, 0, 0, 0), ("Chords", 0, 1, -20, -30), ("Bass", 32, 2, 20, -20)],
            Template::Empty => &[],
        }
    }

    /// The piece that it is: 4/4, 120 quarters a minute, C major, 16 bars without a note.
    pub fn score(self) -> Score {
        let mut score = Score::empty();
        score.tempos = Arc::new(vec![Tempo { tick: 0, micros: 60_000_000 / TEMPO }]);
        score.meters = Arc::new(vec![Meter::new(0, 4, 4)]);
        score.keys = Arc::new(vec![Key { tick: 0, fifths: 0, minor: false }]);
        let lane = Arc::new(Lane { events: Arc::default(), end: BARS * 4 * Tick::from(Score::TPQ) });
        score.lanes = vec![lane; self.parts().len() + 1];
        // Channels are given out in order; the tenth is for drums alone.
        let mut channels = (0..16).filter(|&channel| channel != Header::DRUM_CHANNEL);
        for (&(name, program, hue, pan, gain), index) in self.parts().iter().zip(0..) {
            let (channel, program) = match program {
                DRUMS => (Header::DRUM_CHANNEL, 0),
                program => (channels.next().unwrap_or_default(), program),
            };
            let mix = Mix { gain, pan, ..Mix::default() };
            let header = Header { name: name.into(), lane: index + 1, channel, program, hue, mix, output: None };
            score.tracks.push(Arc::new(Track::new(index, header, Vec::new())));
        }
        score
    }
}

/// A template as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TemplateSummary {
    /// Which.
    pub template: Template,
    /// The hues of its tracks, from above.
    pub hues: Vec<u8>,
    /// What its tracks are called, from above, in English.
    pub names: Vec<String>,
}

impl Studio {
    /// Every template, in the order in which they are offered.
    pub fn templates(&self) -> Vec<TemplateSummary> {
        let summary = |template: Template| TemplateSummary {
            template,
            hues: template.parts().iter().map(|part| part.2).collect(),
            names: template.parts().iter().map(|part| part.0.to_owned()).collect(),
        };
        Template::ALL.map(summary).into()
    }

    /// Begins a new piece from a template, as a new project. `names` are those of its tracks from above, in the
    /// language of who begins it; where there are none, tracks keep the English ones.
    ///
    /// # Errors
    /// As [`Studio::open_file`].
    pub async fn new_piece(&self, template: Template, names: &[String]) -> Result<(), Error> {
        let mut score = template.score();
        for (track, name) in score.tracks.iter_mut().zip(names).filter(|(_, name)| !name.is_empty()) {
            Arc::make_mut(track).header.name.clone_from(name);
        }
        self.begin(score, None).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Command, NewNote};
    use std::collections::BTreeSet;

    #[test]
    fn every_template_is_a_piece_of_sixteen_bars_that_a_file_can_hold() {
        for template in Template::ALL {
            let score = template.score();
            assert_eq!(score.tracks.len(), template.parts().len(), "{template:?}");
            let bar = score.bars().bar(BARS as usize - 1);
            assert!(score.lanes.iter().all(|lane| lane.end == bar.end()), "{template:?}");
            let channels: BTreeSet<u8> = score.tracks.iter().map(|track| track.header.channel).collect();
            assert_eq!(channels.len(), score.tracks.len(), "{template:?}: a channel for each");
            for track in &score.tracks {
                let Header { name, program, hue, mix, .. } = &track.header;
                assert!(*program <= 127 && *hue < Header::HUES && !name.is_empty(), "{name}");
                assert!((-600..=60).contains(&mix.gain) && (-100..=100).contains(&mix.pan), "{name}");
            }
            let bytes = formats::midi::write(&score);
            let read = formats::open(&bytes, "mid").unwrap().score;
            assert_eq!(read.meters.first(), score.meters.first(), "{template:?}");
            assert_eq!(read.tempos.first(), score.tempos.first(), "{template:?}");
        }
    }

    #[test]
    fn empty_bars_stay_when_the_first_note_comes() {
        let score = Template::Piano.score();
        let release = score::Note::PLAIN_RELEASE;
        let note = NewNote { start: 0, length: 960, pitch: 60, velocity: 80, release, locked: false, muted: false };
        let command = Command::AddNotes { track: score.tracks[0].id, notes: vec![note] };
        let edited = score.with(&score.edit_for(&command).unwrap()).unwrap();
        assert_eq!((edited.bar_count(), edited.written_bars()), (1, BARS as usize));
        assert_eq!(edited.written_end(), edited.bars().bar(BARS as usize - 1).end());
        let longer = edited.with(&edited.edit_for(&Command::InsertBars { before: 3, count: 30 }).unwrap()).unwrap();
        assert_eq!(longer.written_bars(), BARS as usize + 30);
        let mut waiting = edited.clone();
        waiting.lanes = vec![Arc::new(Lane { events: Arc::default(), end: 400 * 3840 })];
        assert_eq!(waiting.written_bars(), 1, "a file's long silence is no paper");
    }

    #[test]
    fn neighbours_have_hues_of_their_own() {
        for template in Template::ALL {
            for pair in template.parts().windows(2) {
                assert_ne!(pair[0].2, pair[1].2, "{pair:?}");
            }
        }
    }

    #[test]
    fn voices_lie_on_both_sides_of_the_middle() {
        for template in [Template::Satb, Template::Quartet, Template::Orchestra] {
            let sum: i32 = template.parts().iter().map(|part| i32::from(part.3)).sum();
            let wide =
                template.parts().iter().any(|part| part.3 <= -30) && template.parts().iter().any(|part| part.3 >= 30);
            assert!(wide && sum.abs() <= 120, "{template:?}: {sum}");
        }
    }

    #[test]
    fn programs_are_the_instruments_that_their_names_say() {
        let named = |name: &str| {
            let parts = Template::ALL.into_iter().flat_map(|template| template.parts());
            parts.into_iter().find(|part| part.0 == name).map(|part| analysis::instrument_name(part.1))
        };
        for (name, instrument) in [
            ("Viola", "Viola"),
            ("Cello", "Cello"),
            ("Flutes", "Flute"),
            ("Horns", "French Horn"),
            ("Timpani", "Timpani"),
            ("Double basses", "Contrabass"),
            ("Soprano", "Choir Aahs"),
            ("Tuba", "Tuba"),
            ("Oboes", "Oboe"),
        ] {
            assert_eq!(named(name), Some(instrument));
        }
    }
}
