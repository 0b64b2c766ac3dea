//! What an engraver wrote: the notes of a MusicXML file with their signs, in the order in which they are played.

use crate::xml::Node;
use notation::{Pitch, QUARTER, Time};
use std::collections::{BTreeMap, HashMap};

/// How one sign is written: its value's name, dots and tuplet, so many in the time of so many in lowest terms, so that
/// a sextuplet is two triplets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sign {
    pub value: String,
    pub dots: usize,
    pub tuplet: (i64, i64),
}

/// A note that sounds once, tied signs together.
#[derive(Debug, Clone)]
pub struct Written {
    pub onset: Time,
    pub key: i16,
    pub pitch: Pitch,
    pub signs: Vec<Sign>,
    /// Staff and voice of its first sign.
    pub staff: i64,
    pub voice: String,
    /// In which measure of the playing order it begins.
    pub measure: usize,
    /// Where in it.
    pub within: Time,
}

/// A part.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub notes: Vec<Written>,
    /// Visible rests: onset, staff and sign (`measure` for the rest of a whole measure).
    pub rests: Vec<(Time, i64, Sign)>,
    pub staves: i64,
    /// Where its measures begin.
    pub bars: Vec<Time>,
}

/// The parts of a document; with `unrolled`, repeats are played as they are written.
pub fn parts(root: &Node, unrolled: bool) -> Vec<Part> {
    let parts: Vec<&Node> = root.all("part").collect();
    let measures = parts.first().map(|part| part.all("measure").collect::<Vec<_>>()).unwrap_or_default();
    let order = if unrolled { order(&measures) } else { (0..measures.len()).collect() };
    let read: Vec<Vec<Measure>> = parts.iter().map(|part| read(part)).collect();
    // Parts agree on how long a measure is; a part that says less has fewer signs in it.
    let length = |at: usize| read.iter().filter_map(|part| part.get(at)).map(|measure| measure.length).max();
    let lengths: Vec<Time> = (0..measures.len()).map(|at| length(at).unwrap_or(0)).collect();
    read.iter().map(|part| play(part, &order, &lengths)).collect()
}

/// The order in which measures with repeats and endings are played.
fn order(measures: &[&Node]) -> Vec<usize> {
    let mut order = Vec::new();
    let (mut from, mut pass, mut at) = (0, 1, 0);
    let mut ending: Option<Vec<i32>> = None;
    while at < measures.len() && order.len() < 20 * measures.len() {
        let bars: Vec<&Node> = measures[at].all("barline").collect();
        let repeat = |direction: &str| {
            bars.iter()
                .any(|bar| bar.child("repeat").is_some_and(|repeat| repeat.attribute("direction") == Some(direction)))
        };
        let endings = || bars.iter().filter_map(|bar| bar.child("ending"));
        if repeat("forward") && from != at {
            (from, pass) = (at, 1);
        }
        if let Some(start) = endings().find(|ending| ending.attribute("type") == Some("start")) {
            let numbers = start.attribute("number").unwrap_or("1").split([',', ' ']);
            ending = Some(numbers.filter_map(|number| number.trim().parse().ok()).collect());
        }
        let skipped = ending.as_ref().is_some_and(|numbers| !numbers.contains(&pass));
        if !skipped {
            order.push(at);
        }
        let closes = endings().any(|ending| ending.attribute("type") != Some("start"));
        let last = ending.as_ref().and_then(|numbers| numbers.iter().max().copied());
        if closes {
            ending = None;
        }
        let plays_again = repeat("backward") && !skipped && (pass == 1 || last.is_some_and(|last| last >= pass));
        (at, pass) = match (repeat("backward") && !skipped, plays_again) {
            (true, true) => (from, pass + 1),
            (true, false) => (at + 1, 1),
            _ => (at + 1, pass),
        };
        if repeat("backward") && at > 0 && !plays_again && !skipped {
            from = at;
        }
    }
    order
}

/// One measure of one part.
struct Measure {
    length: Time,
    notes: Vec<Head>,
    rests: Vec<(Time, i64, Sign)>,
}

struct Head {
    at: Time,
    pitch: Pitch,
    sign: Sign,
    staff: i64,
    voice: String,
    tied_before: bool,
    tied_after: bool,
}

fn read(part: &Node) -> Vec<Measure> {
    let mut divisions = 1;
    let measures = part.all("measure").map(|measure| {
        let (mut at, mut end, mut chord): (i64, i64, i64) = (0, 0, 0);
        let mut found = Measure { length: 0, notes: Vec::new(), rests: Vec::new() };
        for item in &measure.children {
            let duration = item.number("duration").unwrap_or(0);
            let time = |at: i64| (at.max(0) as Time) * QUARTER / divisions as Time;
            match item.name.as_str() {
                "attributes" => divisions = item.number("divisions").unwrap_or(divisions).max(1),
                "backup" => at -= duration,
                "forward" => at += duration,
                "note" if item.child("grace").is_some() => {}
                "note" => {
                    let start = if item.child("chord").is_some() { chord } else { at };
                    chord = start;
                    at = at.max(start + duration);
                    if item.child("cue").is_none() {
                        found.note(item, time(start));
                    }
                }
                _ => {}
            }
            end = end.max(at);
        }
        found.length = end as Time * QUARTER / divisions as Time;
        found
    });
    measures.collect()
}

impl Sign {
    pub fn new(value: &str, dots: usize, (actual, normal): (i64, i64)) -> Sign {
        let common = (1..=actual).rev().find(|by| actual % by == 0 && normal % by == 0).unwrap_or(1);
        Sign { value: value.to_owned(), dots, tuplet: (actual / common, normal / common) }
    }
}

impl Measure {
    fn note(&mut self, note: &Node, at: Time) {
        let staff = note.number("staff").unwrap_or(1);
        let change = note.child("time-modification");
        let ratio = |name| change.and_then(|change| change.number(name)).unwrap_or(1);
        let tuplet = (ratio("actual-notes"), ratio("normal-notes"));
        let value = note.child("type").map_or("measure", |value| value.text.as_str());
        let sign = Sign::new(value, note.all("dot").count(), tuplet);
        if let Some(rest) = note.child("rest") {
            let whole = rest.attribute("measure") == Some("yes");
            let sign = if whole { Sign::new("measure", 0, (1, 1)) } else { sign };
            if note.attribute("print-object") != Some("no") {
                self.rests.push((at, staff, sign));
            }
            return;
        }
        let Some(pitch) = note.child("pitch").and_then(pitch) else { return };
        let tied = |kind| note.all("tie").any(|tie| tie.attribute("type") == Some(kind));
        let voice = note.child("voice").map(|voice| voice.text.clone()).unwrap_or_default();
        self.notes.push(Head { at, pitch, sign, staff, voice, tied_before: tied("stop"), tied_after: tied("start") });
    }
}

fn pitch(node: &Node) -> Option<Pitch> {
    let step = "CDEFGAB".find(node.child("step")?.text.as_str())? as u8;
    let alter = node.number("alter").unwrap_or(0) as i8;
    Some(Pitch { octave: node.number("octave")? as i8, step, alter })
}

fn play(measures: &[Measure], order: &[usize], lengths: &[Time]) -> Part {
    let mut part = Part { staves: 1, ..Part::default() };
    let mut open: HashMap<Pitch, usize> = HashMap::new();
    let mut start = 0;
    for (number, &index) in order.iter().enumerate() {
        let Some(measure) = measures.get(index) else { continue };
        let mut heads: BTreeMap<(Time, usize), &Head> = BTreeMap::new();
        heads.extend(measure.notes.iter().enumerate().map(|(index, head)| ((head.at, index), head)));
        for head in heads.values() {
            part.staves = part.staves.max(head.staff);
            let before = if head.tied_before { open.remove(&head.pitch) } else { None };
            let index = before.unwrap_or_else(|| {
                part.notes.push(Written {
                    onset: start + head.at,
                    key: head.pitch.key(),
                    pitch: head.pitch,
                    signs: Vec::new(),
                    staff: head.staff,
                    voice: head.voice.clone(),
                    measure: number,
                    within: head.at,
                });
                part.notes.len() - 1
            });
            part.notes[index].signs.push(head.sign.clone());
            if head.tied_after {
                open.insert(head.pitch, index);
            }
        }
        part.rests.extend(measure.rests.iter().map(|(at, staff, sign)| (start + at, *staff, sign.clone())));
        part.bars.push(start);
        start += lengths[index];
    }
    part
}
