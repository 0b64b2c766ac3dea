//! The folder that a voice learns from.

use super::portrait::{Beside, heard};
use corpus::intake::{Intake, Line, Outcome, Piece};
use corpus::words::telling;
use model::WORDS;
use serde::Serialize;
use std::collections::BTreeMap;
use tokens::{Passage, Tonality};

/// Fewer bars than this teach little.
const FEW_BARS: usize = 200;

/// From this share of all notes on, one file is most of the voice.
const MOST: f64 = 0.5;

/// What became of the files.
#[derive(Debug, Clone, PartialEq, Default, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Files {
    /// Used as they are.
    pub used: usize,
    /// Used after repairs.
    pub repaired: usize,
    /// Not used.
    pub rejected: Vec<Told>,
    /// Bars of those that are used.
    pub bars: usize,
    /// Their notes.
    pub notes: usize,
    /// How many notes each instrument plays, the busiest first; drums are one.
    pub instruments: Vec<(String, usize)>,
    /// How many bars there are of each metre, the commonest first.
    pub metres: Vec<(String, usize)>,
    /// How many pieces are in each key, the commonest first; drums are in none.
    #[serde(default)]
    pub keys: Vec<(String, usize)>,
    /// The folder beside the music that the base model learnt from; none if none of it can be used.
    #[serde(default)]
    pub beside: Option<Beside>,
    /// The words that tell its pieces apart, from texts beside them, with how many pieces have them.
    #[serde(default)]
    pub words: Vec<(String, usize)>,
    /// What to know before one trains.
    pub warnings: Vec<String>,
    /// Every file, in the order of names.
    pub lines: Vec<FileLine>,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FileLine {
    /// Relative to the folder.
    pub file: String,
    /// used, repaired or rejected.
    pub outcome: String,
    /// What was repaired, or why it is not used; empty if there is nothing to say.
    pub reason: String,
    /// Its bars, if it is used.
    pub bars: Option<usize>,
    /// Its parts, if it is used.
    pub parts: Option<usize>,
}

/// A file and what there is to say of it.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// Relative to the folder.
    pub file: String,
    /// Why it is not used.
    pub reason: String,
}

impl Files {
    /// Of an intake.
    pub fn of(intake: &Intake) -> Files {
        let passages: BTreeMap<&str, &Passage> =
            intake.pieces.iter().map(|piece| (piece.file.as_str(), &piece.passage)).collect();
        let told = |line: &Line| {
            let (outcome, reason) = match &line.outcome {
                Outcome::Used => ("used", String::new()),
                Outcome::Repaired { repairs } => ("repaired", repairs.join("; ")),
                Outcome::Rejected { reason } => ("rejected", reason.clone()),
            };
            let passage = passages.get(line.file.as_str());
            let (bars, parts) = (passage.map(|passage| passage.bars()), passage.map(|passage| passage.parts.len()));
            FileLine { file: line.file.clone(), outcome: outcome.to_owned(), reason, bars, parts }
        };
        let lines: Vec<FileLine> = intake.report.iter().map(told).collect();
        let of = |outcome: &'static str| lines.iter().filter(move |line| line.outcome == outcome);
        let rejected = of("rejected").map(|line| Told { file: line.file.clone(), reason: line.reason.clone() });
        let (mut instruments, mut metres, mut keys) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for Piece { passage, programs, key, .. } in &intake.pieces {
            if let Some(name) = key.or_else(|| heard(passage)).map(named) {
                *keys.entry(name).or_default() += 1;
            }
            for (part, (own, program)) in passage.parts.iter().zip(programs).enumerate() {
                let notes: usize = (0..passage.bars()).map(|bar| passage.cell(bar, part).tones().len()).sum();
                let name = match own.is_drums() {
                    true => "Drums",
                    false => analysis::instrument_name(*program),
                };
                *instruments.entry(name.to_owned()).or_default() += notes;
            }
            for measure in &passage.measures {
                *metres.entry(format!("{}/{}", measure.meter.0, measure.meter.1)).or_default() += 1;
            }
        }
        let notes = intake.pieces.iter().map(|piece| piece.passage.note_count()).sum();
        let bars = intake.pieces.iter().map(|piece| piece.passage.bars()).sum();
        let (used, repaired, rejected) = (of("used").count(), of("repaired").count(), rejected.collect());
        let mut files = Files {
            used,
            repaired,
            rejected,
            bars,
            notes,
            instruments: by_count(instruments),
            metres: by_count(metres),
            keys: by_count(keys),
            beside: Beside::of(&intake.pieces),
            words: telling(intake.pieces.iter().map(|piece| &piece.words), WORDS.len()),
            warnings: Vec::new(),
            lines,
        };
        files.warnings = files.warned(intake);
        files
    }

    fn warned(&self, intake: &Intake) -> Vec<String> {
        let mut warnings = Vec::new();
        let pieces = intake.pieces.len();
        if pieces == 0 {
            return vec!["none of these files can be used; each line says why".to_owned()];
        }
        if pieces == 1 {
            warnings.push("there is one piece only: the voice can do little but repeat it".to_owned());
        }
        if self.bars < FEW_BARS {
            let bars = self.bars;
            warnings.push(format!("{bars} bars are few to learn from; {FEW_BARS} or more make a voice of their own"));
        }
        let largest = intake.pieces.iter().max_by_key(|piece| piece.passage.note_count());
        if let Some(piece) = largest.filter(|_| pieces > 1) {
            let share = piece.passage.note_count() as f64 / self.notes.max(1) as f64;
            if share > MOST {
                let percent = share * 100.0;
                warnings.push(format!(
                    "{} has {percent:.0} % of all notes; it is learnt less, so that the voice is not it alone",
                    piece.file
                ));
            }
        }
        if self.instruments.len() == 1 && self.instruments[0].0 == "Drums" {
            warnings.push("all of it is drums: the voice will know no pitches".to_owned());
        }
        warnings
    }
}

/// As the window names scales: a pitch class and its mode.
fn named(key: Tonality) -> String {
    const TONICS: [&str; 12] = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
    format!("{} {}", TONICS[usize::from(key.tonic % 12)], if key.minor { "minor" } else { "major" })
}

/// The largest first, equal ones by name.
fn by_count(counts: BTreeMap<String, usize>) -> Vec<(String, usize)> {
    let mut all: Vec<(String, usize)> = counts.into_iter().collect();
    all.sort_by(|(name, count), (other, more)| more.cmp(count).then_with(|| name.cmp(other)));
    all
}
