//! The chords of a piece as symbols: what is heard in bars and half bars, spelled in the key.

use crate::chord::{Fitting, fitting, heard};
use crate::scale::pitched;
use crate::{Weights, half_bars, key_of};
use score::{Bar, Chord, ChordSymbol, Note, PitchName, Score, Tick};
use std::ops::Range;

/// By how much two chords in the halves of a bar have to fit better than one in all of it: what players change is
/// written, not every passing note.
const CHANGE: f64 = 0.05;

/// The least fit that is written down: a line that only passes through some tones of a chord names none.
const CLEAR: f64 = 0.8;

/// How sure an estimated key must be to be believed more than a file that states C major and nothing else, as in
/// notation.
const SURE: f64 = 0.9;

/// A bass is below middle C.
const MIDDLE: u8 = 60;

/// The chords that are heard in a stretch, each where another begins: in bars of an even number of beats at their
/// halves, in others at their beginning. Where none is heard, the one before holds on. A bass below middle C that
/// belongs to the chord and is not its root is named. All of them are marked as detected.
pub fn symbols(score: &Score, stretch: Range<Tick>) -> Vec<Chord> {
    let grid = score.bars();
    let end = stretch.end.min(score.end());
    if stretch.start >= end {
        return Vec::new();
    }
    let (first, last) = (grid.of_onset(stretch.start).index, grid.of_onset(end - 1).index);
    let bars: Vec<Bar> = (first..=last).map(|index| grid.bar(index)).collect();
    let halves: Vec<Range<Tick>> = bars.iter().flat_map(half_bars).collect();
    let (sounds, keys) = (heard(score, &halves), Keys::of(score));
    let mut found: Vec<Chord> = Vec::new();
    for ((bar, halves), sounds) in bars.iter().zip(halves.chunks_exact(2)).zip(sounds.chunks_exact(2)) {
        for (place, heard) in in_bar(bar, halves, sounds) {
            let symbol = Some(named(score, &place, heard, &keys));
            let again = found.last().is_some_and(|last| last.symbol == symbol);
            if stretch.contains(&place.start) && !again {
                found.push(Chord { tick: place.start, symbol, detected: true });
            }
        }
    }
    found
}

/// One chord in a bar, or two.
fn in_bar(bar: &Bar, halves: &[Range<Tick>], sounds: &[(Weights, Option<u8>)]) -> Vec<(Range<Tick>, Fitting)> {
    let clear = |found: Option<Fitting>| found.filter(|found| found.fit >= CLEAR);
    let all = std::array::from_fn(|class| sounds.iter().map(|(weights, _)| weights[class]).sum());
    let whole = clear(fitting(&all, sounds.iter().filter_map(|(_, bass)| *bass).min()));
    let place = bar.tick()..bar.end();
    let one = || whole.map(|whole| (place.clone(), whole)).into_iter().collect();
    if !bar.meter.numerator.is_multiple_of(2) {
        return one();
    }
    let [first, second] = [0, 1].map(|half: usize| clear(fitting(&sounds[half].0, sounds[half].1)));
    let (Some(first), Some(second)) = (first, second) else { return one() };
    let changes = (first.root, first.kind) != (second.root, second.kind);
    let gain = (first.fit + second.fit) / 2.0 - whole.map_or(0.0, |whole| whole.fit);
    match changes && gain > CHANGE {
        true => vec![(halves[0].clone(), first), (halves[1].clone(), second)],
        false => one(),
    }
}

/// A chord by its name in the key, with its bass.
fn named(score: &Score, place: &Range<Tick>, heard: Fitting, keys: &Keys) -> ChordSymbol {
    let (fifths, minor) = keys.at(place.start);
    let symbol = ChordSymbol::new(PitchName::in_key(heard.root, fifths, minor), heard.kind);
    let near = Tick::from(score.tpq / 8);
    let lowest =
        |sounds: &dyn Fn(&Note) -> bool| pitched(score).filter(|note| sounds(note)).map(|note| note.pitch).min();
    let opening = lowest(&|note| note.start <= place.start + near && note.end() > place.start);
    let deepest = lowest(&|note| note.start < place.end && note.end() > place.start);
    // A bass that goes up and down from the root is none of its own.
    let bass = opening.filter(|bass| *bass < MIDDLE && deepest.is_some_and(|deepest| deepest % 12 == bass % 12));
    let bass = bass.map(|bass| bass % 12).filter(|bass| *bass != symbol.root.class());
    let bass = bass.filter(|bass| symbol.classes() & 1 << bass != 0);
    ChordSymbol { bass: bass.map(|bass| PitchName::in_key(bass, fifths, minor)), ..symbol }
}

/// The keys in which chords are spelled: those that the piece states, or else the one that it is in.
struct Keys<'a> {
    score: &'a Score,
    heard: Option<(i8, bool)>,
}

impl<'a> Keys<'a> {
    fn of(score: &'a Score) -> Self {
        // Programs write C major where nobody chose a key.
        let plain = score.keys.iter().all(|key| key.fifths == 0 && !key.minor);
        let heard = key_of(score).filter(|key| score.keys.is_empty() || key.confidence >= SURE);
        let heard = heard.filter(|_| plain).map(|key| {
            let major = if key.minor { (key.tonic + 3) % 12 } else { key.tonic };
            let sharps = (i16::from(major) * 7 % 12) as i8;
            (if sharps > 6 { sharps - 12 } else { sharps }, key.minor)
        });
        Keys { score, heard }
    }

    /// Sharps or flats, and whether it is minor.
    fn at(&self, tick: Tick) -> (i8, bool) {
        let keys = &self.score.keys;
        let stated = keys[..keys.partition_point(|key| key.tick <= tick)].last().or(keys.first());
        self.heard.unwrap_or_else(|| stated.map_or((0, false), |key| (key.fifths, key.minor)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Key, Meter, text};
    use std::sync::Arc;

    fn found(score: &Score, stretch: Range<Tick>) -> String {
        let all = symbols(score, stretch);
        all.iter().map(|chord| format!("{}:{}", chord.tick / 480, chord.text())).collect::<Vec<_>>().join(" ")
    }

    fn all(music: &str) -> String {
        found(&text::score(music).unwrap(), 0..Tick::MAX)
    }

    #[test]
    fn chords_stand_where_they_change() {
        assert_eq!(
            all("[C3 E4 G4]:4 [C3 E4 G4]:4 [G3 B3 D4 F4]:2 [A3 C4 E4]:2 R:4 [F3 A3 C4]:4"),
            "0:C 16:G7 20:Am 32:F"
        );
        // A passing note in the second half is no other chord.
        assert_eq!(all("[C3 E4 G4]:4 / C5:2 D5:1/2 C5:3/2"), "0:C");
        assert_eq!(all("C4:1 D4:1 E4:1 F4:1"), "");
        assert_eq!(all("R:4"), "");
    }

    #[test]
    fn a_bass_that_stays_is_named() {
        assert_eq!(all("E3:4 / [G4 C5]:4"), "0:C/E");
        assert_eq!(all("C3:1 G2:1 C3:1 G2:1 / [E4 G4 C5]:4"), "0:C");
        assert_eq!(all("E4:4 / [G4 C5]:4"), "0:C", "no bass so high");
    }

    #[test]
    fn names_follow_the_key() {
        let mut score = text::score("[Ab3 C4 Eb4]:4 [C#4 E4 G#4]:4").unwrap();
        score.keys =
            Arc::new(vec![Key { tick: 0, fifths: -4, minor: false }, Key { tick: 3840, fifths: 4, minor: true }]);
        assert_eq!(found(&score, 0..Tick::MAX), "0:Ab 8:C#m");
        // Nobody has stated a key: it is heard.
        assert_eq!(all("[Eb3 G4 Bb4]:4 [Ab3 C4 Eb4]:4 [Bb3 D4 F4 Ab4]:4 [Eb3 G4 Bb4]:4"), "0:Eb 8:Ab 16:Bb7 24:Eb");
    }

    #[test]
    fn only_the_stretch_is_written() {
        let score = text::score("[C3 E4 G4]:4 [F3 A4 C5]:4 [G3 B4 D5]:4").unwrap();
        assert_eq!(found(&score, 3840..7680), "8:F");
        assert_eq!(found(&score, 7680..7680), "");
        assert_eq!(found(&score, 90_000..Tick::MAX), "");
    }

    #[test]
    fn bars_of_three_beats_have_one_chord() {
        let mut score = text::score("C3:1 [E4 G4]:1 [E4 G4]:1 D3:1 [F4 A4]:1 [F4 A4]:1").unwrap();
        score.meters = Arc::new(vec![Meter::new(0, 3, 4)]);
        assert_eq!(found(&score, 0..Tick::MAX), "0:C 6:Dm");
    }
}
