//! What the chord track asks of the bars that are written: a control that is read, and tones that hold on the beats.

use analysis::Chord;
use score::{ChordSymbol, FINE, Score, Tick};
use std::cmp::Reverse;
use std::ops::Range;
use tokens::{Measure, Passage};

/// The chords of a bar's halves where the chord track says something: a chord, or that none sounds.
pub type Said = [Option<Option<ChordSymbol>>; 2];

/// Every pitch class: nothing is asked.
const ANY: u16 = 0xfff;

/// What the chord track says of a bar: in each half the chord that holds longest.
pub fn said(score: &Score, measure: &Measure) -> Said {
    let tick = |fine: u64| Tick::try_from(fine / FINE).unwrap_or(Tick::MAX);
    let (start, end) = (measure.start, measure.start + measure.length);
    let middle = start + (measure.length).div_ceil(2);
    [tick(start)..tick(middle), tick(middle)..tick(end)].map(|half| longest(score, half))
}

fn longest(score: &Score, half: Range<Tick>) -> Option<Option<ChordSymbol>> {
    let chords = &score.chords;
    let first = chords.partition_point(|chord| chord.tick <= half.start).saturating_sub(1);
    let holds = |at: usize| {
        let end = chords.get(at + 1).map_or(Tick::MAX, |next| next.tick);
        end.min(half.end).saturating_sub(chords[at].tick.max(half.start))
    };
    let here = (first..chords.len()).take_while(|&at| chords[at].tick < half.end).filter(|&at| holds(at) > 0);
    // Of two that hold equally long the first.
    here.min_by_key(|&at| Reverse(holds(at))).map(|at| chords[at].symbol)
}

/// The control of every bar of a passage: the chord track's, and what sounds where it says nothing; `counts` says which
/// cells are heard then. Nothing at all where the chord track is silent about all of them.
pub fn control(
    score: &Score,
    passage: &Passage,
    counts: impl Fn(usize, usize) -> bool,
) -> Vec<Option<[tokens::Chord; 2]>> {
    let said: Vec<Said> = passage.measures.iter().map(|measure| said(score, measure)).collect();
    if said.iter().flatten().all(Option::is_none) {
        return Vec::new();
    }
    let heard = passage.chords(counts);
    let token = |said: Option<Option<ChordSymbol>>, heard: tokens::Chord| match said {
        Some(symbol) => tokens::Chord::from(symbol.map(Chord::from)),
        None => heard,
    };
    said.iter().zip(heard).map(|(said, heard)| Some([token(said[0], heard[0]), token(said[1], heard[1])])).collect()
}

/// The pitch classes that are asked for on the beats of each half, where `found` is what else is kept there; none where
/// the chord track names no chord in the bar.
pub fn asked(said: Said, found: [Option<u16>; 2]) -> Option<[Option<u16>; 2]> {
    let named = said.map(|half| half.flatten().map(|symbol| symbol.classes()));
    named.iter().any(Option::is_some).then(|| [0, 1].map(|half| named[half].or(found[half]).or(Some(ANY))))
}

/// Whether a note that begins on a beat lies outside its chord.
pub fn is_against(score: &Score, pitch: u8, start: Tick) -> bool {
    let bar = score.bars().of_onset(start);
    let beat = 4 * Tick::from(score.tpq) / Tick::from(bar.meter.denominator.max(1));
    let near = Tick::from(score.tpq / 48);
    let since = (start + near).saturating_sub(bar.tick());
    if since % beat.max(1) > 2 * near {
        return false;
    }
    let held = score.chords[..score.chords.partition_point(|chord| chord.tick <= start + near)].last();
    held.and_then(|chord| chord.symbol).is_some_and(|symbol| symbol.classes() & 1 << (pitch % 12) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Command, text};

    fn piece(chords: &[(Tick, &str)]) -> Score {
        let mut score = text::score("C4:4 D4:4 E4:4").unwrap();
        for (quarter, chord) in chords {
            let set = Command::SetChord { tick: quarter * 960, chord: (*chord).into() };
            score = score.with(&score.edit_for(&set).unwrap()).unwrap();
        }
        score
    }

    fn of_bars(score: &Score) -> Vec<String> {
        let word = |half: Option<Option<ChordSymbol>>| match half {
            None => "-".into(),
            Some(None) => "N.C.".into(),
            Some(Some(symbol)) => symbol.to_string(),
        };
        let bars = Passage::read(score, 0..3).measures;
        bars.iter().map(|measure| said(score, measure).map(word).join(" ")).collect()
    }

    #[test]
    fn each_half_has_the_chord_that_holds_longest() {
        assert_eq!(of_bars(&piece(&[])), ["- -", "- -", "- -"]);
        assert_eq!(of_bars(&piece(&[(4, "F"), (6, "G7"), (8, "nc")])), ["- -", "F G7", "N.C. N.C."]);
        assert_eq!(of_bars(&piece(&[(0, "C"), (1, "F"), (3, "G")])), ["C F", "G G", "G G"]);
        assert_eq!(of_bars(&piece(&[(2, "C")])), ["- C", "C C", "C C"]);
    }

    #[test]
    fn bars_that_it_is_silent_about_say_what_sounds() {
        let score = piece(&[(4, "F")]);
        let passage = Passage::read(&score, 0..3);
        let control = control(&score, &passage, |_, _| true);
        let f = tokens::Chord::Sounding { root: 5, quality: 0 };
        assert_eq!(control[0], Some([tokens::Chord::Silent; 2]));
        assert_eq!(control[1..], [Some([f; 2]), Some([f; 2])]);
        assert!(super::control(&piece(&[]), &passage, |_, _| true).is_empty());
    }

    #[test]
    fn what_is_not_named_is_free() {
        let symbol = |text: &str| Some(text.parse().ok());
        assert_eq!(asked([symbol("C"), None], [None, Some(3)]), Some([Some(0b1001_0001), Some(3)]));
        assert_eq!(asked([symbol("C"), Some(None)], [None, None]), Some([Some(0b1001_0001), Some(ANY)]));
        assert_eq!(asked([None, Some(None)], [Some(1), None]), None);
    }

    #[test]
    fn only_notes_on_beats_can_be_against_their_chord() {
        let score = piece(&[(0, "C"), (2, "nc")]);
        let against = [(62, 0), (64, 0), (62, 480), (62, 960), (62, 940), (62, 1920)];
        assert_eq!(
            against.map(|(pitch, start)| is_against(&score, pitch, start)),
            [true, false, false, true, true, false]
        );
    }
}
