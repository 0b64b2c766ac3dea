//! One part: its measures, in which time goes forward and back.

use super::list::{Entry, Player};
use super::tree::Element;
use super::{attributes, barline, direction, harmony, note};
use crate::Error;
use crate::written::{Bar, Item, Kind, MAX_QUARTERS, Marks, Part, Report, Units, What};
use score::Key;
use std::collections::BTreeMap;

/// What all parts have to agree on: how long measures are, and their metres.
pub(super) struct Timeline {
    pub unit: Units,
    measures: Vec<Length>,
}

/// What is known about the length of a measure.
#[derive(Debug, Clone, Copy, Default)]
struct Length {
    /// Where the metre changes: the new one, which may be none.
    meter: Option<Option<(u8, u8)>>,
    /// How far notes and rests go.
    content: Units,
    /// How far a rest of the whole measure says to go.
    whole: Units,
    /// An upbeat, or what completes it.
    partial: bool,
}

impl Timeline {
    pub fn new(unit: Units, measures: usize) -> Timeline {
        Timeline { unit, measures: vec![Length::default(); measures] }
    }

    /// Decides about the measures. Where nothing is played, the metre says how long that takes.
    pub fn finish(self, bars: &mut [Bar]) {
        let mut meter = None;
        for (bar, length) in bars.iter_mut().zip(self.measures) {
            meter = length.meter.unwrap_or(meter);
            bar.meter = meter;
            let nominal = bar.nominal(self.unit);
            // Programs write the rest of a whole measure as long as a whole note, whatever the measure.
            let whole = length.whole.min(nominal.unwrap_or(length.whole));
            let rests = length.content == 0 || !length.partial;
            bar.length = length.content.max(if rests { whole } else { 0 });
            if bar.length == 0 {
                bar.length = nominal.unwrap_or(4 * self.unit);
            }
        }
    }
}

/// Reads a part.
pub(super) struct PartReader<'r> {
    pub timeline: &'r mut Timeline,
    pub report: &'r mut Report,
    pub name: String,
    pub players: Vec<Player>,
    /// Which player has an id.
    pub ids: BTreeMap<String, usize>,
    pub divisions: f64,
    /// Semitones and fifths from what is written to what sounds, by staff; 0 for all.
    pub transpose: BTreeMap<u32, (i16, i8)>,
    /// Which number voices have.
    pub voices: BTreeMap<String, u32>,
    /// Which verse a number of lyrics is.
    pub verses: BTreeMap<String, usize>,
    /// The last key of this measure, and where it stands.
    pub key: Option<(Units, Key)>,
    /// The pedal that is down.
    pub pedal: u8,
    /// Which measure, from 0.
    pub bar: usize,
    /// Where in it we are.
    pub now: Units,
    /// Where the last note began.
    pub onset: Units,
    pub items: Vec<Item>,
    measures: Vec<Vec<Item>>,
}

impl<'r> PartReader<'r> {
    pub fn new(entry: Entry, timeline: &'r mut Timeline, report: &'r mut Report) -> PartReader<'r> {
        PartReader {
            timeline,
            report,
            name: entry.name,
            ids: (0..).zip(&entry.sounds).map(|(place, player)| (player.id.clone(), place)).collect(),
            players: entry.sounds,
            divisions: 1.0,
            transpose: BTreeMap::new(),
            voices: BTreeMap::new(),
            verses: BTreeMap::new(),
            key: None,
            pedal: direction::SUSTAIN,
            bar: 0,
            now: 0,
            onset: 0,
            items: Vec::new(),
            measures: Vec::new(),
        }
    }

    /// Reads the next measure.
    pub fn measure(&mut self, index: usize, measure: Option<Element>, marks: &mut Marks) -> Result<(), Error> {
        (self.bar, self.now, self.onset, self.key) = (index, 0, 0, None);
        self.timeline.measures[index].partial |= measure.is_some_and(|measure| measure.says("implicit", "yes"));
        for element in measure.into_iter().flat_map(Element::children) {
            match element.name() {
                "note" => note::read(self, element),
                "backup" => {
                    let back = self.duration(element);
                    if back > self.now {
                        self.add(Kind::Backup);
                    }
                    self.now = (self.now - back).max(0);
                }
                "forward" => self.go_on(self.duration(element)),
                "attributes" => attributes::read(self, element),
                "direction" => direction::read(self, element, marks),
                "sound" => direction::sound(self, element, self.now, marks),
                "barline" => barline::read(element, marks),
                "harmony" => harmony::read(self, element),
                "figured-bass" => self.add(Kind::Figures),
                _ => {}
            }
            if self.now > MAX_QUARTERS * self.timeline.unit {
                let quarters = (self.now / self.timeline.unit).unsigned_abs();
                return Err(Error::LongMusic { measure: index + 1, quarters, limit: MAX_QUARTERS.unsigned_abs() });
            }
        }
        self.measures.push(std::mem::take(&mut self.items));
        Ok(())
    }

    /// The whole part.
    pub fn finish(self) -> Part {
        let instruments = self.players.into_iter().map(|player| player.instrument).collect();
        Part { name: self.name, instruments, measures: self.measures }
    }

    /// Counts a repair or a loss in this measure.
    pub fn add(&mut self, kind: Kind) {
        let (bar, name) = (self.bar, &self.name);
        self.report.add(kind, || match name.is_empty() {
            true => format!("measure {}", bar + 1),
            false => format!("measure {} of {name}", bar + 1),
        });
    }

    /// Puts something down.
    pub fn put(&mut self, at: Units, what: What) {
        self.items.push(Item { at: at.max(0), what });
    }

    /// A number of divisions.
    pub fn units(&self, divisions: f64) -> Units {
        let most = (2 * MAX_QUARTERS * self.timeline.unit) as f64;
        (divisions * self.timeline.unit as f64 / self.divisions).round().clamp(-most, most) as Units
    }

    /// What the element's duration says.
    pub fn duration(&self, element: Element) -> Units {
        element.number("duration").map_or(0, |duration| self.units(duration.max(0.0)))
    }

    /// Time passes, and something fills it.
    pub fn go_on(&mut self, length: Units) {
        self.now += length;
        self.reach(self.now);
    }

    /// The measure is at least this long.
    pub fn reach(&mut self, end: Units) {
        let measure = &mut self.timeline.measures[self.bar];
        measure.content = measure.content.max(end);
    }

    /// A rest of the whole measure passes.
    pub fn rest_through(&mut self, length: Units) {
        self.now += length;
        let measure = &mut self.timeline.measures[self.bar];
        measure.whole = measure.whole.max(self.now);
    }

    /// The metre changes; says whether all parts agree so far.
    pub fn change_meter(&mut self, meter: Option<(u8, u8)>) -> bool {
        *self.timeline.measures[self.bar].meter.get_or_insert(meter) == meter
    }
}
