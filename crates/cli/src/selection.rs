//! Bars, tracks, cells and notes as people write them: counted from 1, ranges with both ends.

use anyhow::{Context, bail};
use score::{Chord, ChordSymbol, Tick};
use std::str::FromStr;

/// `5..8` or `5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bars {
    /// First bar.
    pub from: u32,
    /// Last bar, included.
    pub to: u32,
}

impl FromStr for Bars {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let bars = Bars { from: number("bar", from)?, to: number("bar", to)? };
        if bars.to < bars.from {
            bail!("the bars {text} run backwards; write the earlier one first");
        }
        Ok(bars)
    }
}

/// `1:5`: bar 5 of track 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Track.
    pub track: u32,
    /// Bar.
    pub bar: u32,
}

impl FromStr for Cell {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (track, bar) =
            text.split_once(':').with_context(|| format!("{text} is no cell; write TRACK:BAR such as 1:5"))?;
        Ok(Cell { track: number("track", track)?, bar: number("bar", bar)? })
    }
}

/// `1:5:3`: the third note of bar 5 of track 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Track.
    pub track: u32,
    /// Bar.
    pub bar: u32,
    /// Note, in order of onset, then pitch.
    pub note: u32,
}

impl FromStr for Place {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut parts = text.split(':');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(track), Some(bar), Some(note), None) => {
                Ok(Place { track: number("track", track)?, bar: number("bar", bar)?, note: number("note", note)? })
            }
            _ => bail!("{text} is no note; write TRACK:BAR:NOTE such as 1:5:3"),
        }
    }
}

/// `C3..C6` or `48..84`, as MIDI keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range(pub u8, pub u8);

impl FromStr for Range {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (low, high) =
            text.split_once("..").with_context(|| format!("{text} is no range; write one such as C3..C6"))?;
        let (low, high) = (key(low)?, key(high)?);
        if high < low {
            bail!("the range {text} runs downwards; write the lower note first");
        }
        Ok(Range(low, high))
    }
}

/// Chords for bars: `Am F | C G`. Without any it is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progression(Vec<Vec<Option<ChordSymbol>>>);

impl FromStr for Progression {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let chord = |word: &str| Ok(score::chord_named(word)?);
        let bar = |bar: &str| bar.split_whitespace().map(chord).collect::<anyhow::Result<Vec<_>>>();
        let bars = text.trim_matches(['|', ' ']).split('|').map(bar).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Progression(if bars.iter().all(Vec::is_empty) { Vec::new() } else { bars }))
    }
}

impl Progression {
    /// Whether it names no chord.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The chords of bars that lie there, each sharing its bar with the others of it; over again where there are more
    /// bars than it has. A bar without chords goes on with the one before.
    pub fn over(&self, bars: impl Iterator<Item = std::ops::Range<Tick>>) -> Vec<Chord> {
        let in_bar = |(place, chords): (std::ops::Range<Tick>, &Vec<Option<ChordSymbol>>)| {
            let count = chords.len().max(1) as u64;
            let tick = move |number: u64| place.start + (u64::from(place.end - place.start) * number / count) as Tick;
            let chords: Vec<Chord> =
                (0..).zip(chords).map(|(number, symbol)| Chord::new(tick(number), *symbol)).collect();
            chords
        };
        bars.zip(self.0.iter().cycle()).flat_map(in_bar).collect()
    }
}

/// A MIDI key by name (C4 = 60) or number.
fn key(text: &str) -> anyhow::Result<u8> {
    if let Ok(key) = text.parse::<u8>() {
        if key > 127 {
            bail!("key {key} is outside 0..=127");
        }
        return Ok(key);
    }
    score::text::pitch(text).with_context(|| format!("{text} is no note name; write one such as C4, F#3 or Bb5"))
}

fn number(what: &str, text: &str) -> anyhow::Result<u32> {
    match text.trim().parse::<u32>() {
        Ok(number) if number >= 1 => Ok(number),
        _ => bail!("{text:?} is no {what} number; {what}s count from 1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_one_or_a_range() {
        assert_eq!("5..8".parse::<Bars>().unwrap(), Bars { from: 5, to: 8 });
        assert_eq!("5".parse::<Bars>().unwrap(), Bars { from: 5, to: 5 });
        assert!("8..5".parse::<Bars>().is_err());
        assert!("0..5".parse::<Bars>().is_err());
    }

    #[test]
    fn cells_and_places_count_from_one() {
        assert_eq!("1:5".parse::<Cell>().unwrap(), Cell { track: 1, bar: 5 });
        assert_eq!("1:5:3".parse::<Place>().unwrap(), Place { track: 1, bar: 5, note: 3 });
        assert!("1:5:0".parse::<Place>().is_err());
    }

    #[test]
    fn progressions_are_bars_of_chords() {
        let over = |text: &str, bars: u32| {
            let progression: Progression = text.parse().unwrap();
            let chords = progression.over((0..bars).map(|bar| bar * 12..bar * 12 + 12));
            chords.iter().map(|chord| format!("{}:{}", chord.tick, chord.text())).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(over("Am F | C", 3), "0:Am 6:F 12:C 24:Am 30:F");
        assert_eq!(over("| C G Am F | | N.C. |", 3), "0:C 3:G 6:Am 9:F 24:N.C.");
        assert!("".parse::<Progression>().unwrap().is_empty());
        assert!("Am H".parse::<Progression>().is_err());
    }

    #[test]
    fn ranges_take_names_and_numbers() {
        assert_eq!("C3..C6".parse::<Range>().unwrap(), Range(48, 84));
        assert_eq!("48..84".parse::<Range>().unwrap(), Range(48, 84));
        assert!("C6..C3".parse::<Range>().is_err());
    }
}
