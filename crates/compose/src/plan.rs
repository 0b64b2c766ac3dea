//! What strength and mode mean: which cells are written anew, and what is kept meanwhile.
//!
//! Strength has five stops: an ornament touches weak beats, re-pitching keeps the rhythm, re-rhythming
//! keeps the pitches, rewriting answers the theme freely, and a new idea does not know it. Below that the old cells are
//! read as themes, and how like them the answer shall be is what the model learnt from how composers vary their own.

use crate::{Cell, Keep, Mode, Settings};
use model::Sampling;
use std::collections::BTreeSet;

/// How some cells are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// What is written anew.
    pub cells: BTreeSet<Cell>,
    /// What each cell keeps of what stood there before the whole run.
    pub keep: BTreeSet<Keep>,
    /// Notes on beats stay as they are.
    pub beats_stay: bool,
    /// How like the old cell a new one is asked to be, a class of similarity; the old cell is read as its theme then.
    pub likeness: Option<u8>,
    /// How tokens are drawn.
    pub sampling: Sampling,
}

/// Below this strength only ornaments are written.
const ORNAMENT: f32 = 0.2;
/// Below this strength pitches are new.
const REPITCH: f32 = 0.4;
/// Below this strength rhythms are new.
const RERHYTHM: f32 = 0.6;
/// Below this strength the theme is known; above, it is not.
const REWRITE: f32 = 0.8;

/// How a task is written. `cells` are the selected ones, `sounding` those of them that have notes.
pub fn round(settings: &Settings, cells: &BTreeSet<Cell>, sounding: &BTreeSet<Cell>) -> Round {
    let round = |cells: &BTreeSet<Cell>, keep: &[Keep], likeness, beats_stay, top_p| Round {
        cells: cells.clone(),
        keep: settings.keep.iter().chain(keep).copied().collect(),
        beats_stay,
        likeness,
        sampling: Sampling { temperature: settings.temperature, top_p, ..Sampling::default() },
    };
    match (settings.mode, settings.strength) {
        (Mode::Harmonize, _) => round(cells, &[Keep::Rhythm], None, false, 0.95),
        (Mode::Infill | Mode::Continue | Mode::Accompany, _) => round(cells, &[], None, false, 0.95),
        (Mode::Variation, ..ORNAMENT) => round(sounding, &[Keep::Rhythm], Some(3), true, 0.85),
        (Mode::Variation, ..REPITCH) => round(sounding, &[Keep::Rhythm], Some(2), false, 0.9),
        // The old pitches do not follow other chords.
        (Mode::Variation, ..RERHYTHM) if settings.chords => round(sounding, &[], Some(1), false, 0.9),
        (Mode::Variation, ..RERHYTHM) => round(sounding, &[Keep::Pitches], Some(1), false, 0.9),
        (Mode::Variation, ..REWRITE) => round(sounding, &[], Some(0), false, 0.95),
        // Where nothing sounds there is no rhythm to keep but the rest.
        (Mode::Variation, _) if keeps_rhythm(settings) => round(sounding, &[], None, false, 0.97),
        (Mode::Variation, _) => round(cells, &[], None, false, 0.97),
    }
}

/// Whether a variation of this strength keeps the rhythm, so that old and new music have the same onsets.
pub fn keeps_rhythm(settings: &Settings) -> bool {
    settings.strength < REPITCH || settings.keep.contains(&Keep::Rhythm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::TrackId;

    fn at(strength: f32) -> Round {
        of(Settings { strength, ..Settings::default() })
    }

    fn of(settings: Settings) -> Round {
        let cells: BTreeSet<Cell> = (0..8).map(|bar| Cell { track: TrackId(0), bar }).collect();
        let sounding = cells.iter().copied().take(7).collect();
        round(&settings, &cells, &sounding)
    }

    #[test]
    fn each_stop_has_its_way() {
        let stops = [0.1, 0.3, 0.5, 0.7, 0.9].map(at);
        assert_eq!(stops.each_ref().map(|round| round.likeness), [Some(3), Some(2), Some(1), Some(0), None]);
        assert_eq!(stops.each_ref().map(|round| round.cells.len()), [7, 7, 7, 7, 8], "only a new idea fills rests");
        assert_eq!(stops.each_ref().map(|round| round.beats_stay), [true, false, false, false, false]);
        let keep = vec![Keep::Rhythm];
        assert_eq!(
            of(Settings { strength: 0.9, keep, ..Settings::default() }).cells.len(),
            7,
            "a rest is a rhythm too"
        );
        let kept = |round: &Round| round.keep.iter().copied().collect::<Vec<_>>();
        assert_eq!(
            stops.each_ref().map(kept),
            [vec![Keep::Rhythm], vec![Keep::Rhythm], vec![Keep::Pitches], vec![], vec![]]
        );
        let follows = Settings { strength: 0.5, chords: true, ..Settings::default() };
        assert!(round(&follows, &BTreeSet::new(), &BTreeSet::new()).keep.is_empty(), "new pitches for other chords");
    }
}
