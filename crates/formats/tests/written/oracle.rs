//! A second, simple reading of MusicXML, in quarters and without repeats, by nothing that is tested here.

use crate::xml::Node;
use std::collections::HashMap;

/// What a file says.
#[derive(Debug, Default)]
pub struct Told {
    /// Onsets in quarters and keys of each part; drums have no key.
    pub parts: Vec<Vec<(f64, Option<i16>)>>,
    /// Grace notes.
    pub graces: usize,
    /// Its length in quarters.
    pub length: f64,
}

/// Reads a partwise document as it is written.
pub fn tell(root: &Node) -> Told {
    let parts: Vec<Vec<&Node>> = root.all("part").map(|part| part.all("measure").collect()).collect();
    let count = parts.iter().map(Vec::len).max().unwrap_or(0);
    let mut told = Told { parts: vec![Vec::new(); parts.len()], ..Told::default() };
    let mut states: Vec<State> = parts.iter().map(|_| State::default()).collect();
    let mut meter = 4.0;
    for bar in 0..count {
        let read: Vec<Bar> =
            parts.iter().zip(&mut states).filter_map(|(part, state)| Some(state.read(part.get(bar)?))).collect();
        meter = read.iter().find_map(|bar| bar.meter).unwrap_or(meter);
        let longest =
            read.iter().map(|bar| if bar.only_rest { bar.end.min(meter) } else { bar.end }).fold(0.0, f64::max);
        for (part, bar) in told.parts.iter_mut().zip(&read) {
            part.extend(bar.notes.iter().map(|(at, key)| (told.length + at, *key)));
            told.graces += bar.graces;
        }
        told.length += if longest > 0.0 { longest } else { meter };
    }
    told
}

#[derive(Default)]
struct State {
    divisions: f64,
    shift: i16,
    /// Open ties by key.
    ties: HashMap<i16, usize>,
}

#[derive(Default)]
struct Bar {
    notes: Vec<(f64, Option<i16>)>,
    graces: usize,
    end: f64,
    meter: Option<f64>,
    only_rest: bool,
}

fn real(node: &Node, name: &str) -> Option<f64> {
    node.child(name)?.text.parse().ok()
}

impl State {
    fn read(&mut self, measure: &Node) -> Bar {
        let mut bar = Bar { only_rest: true, ..Bar::default() };
        let (mut at, mut onset) = (0.0_f64, 0.0);
        for item in &measure.children {
            let divisions = if self.divisions > 0.0 { self.divisions } else { 1.0 };
            let length = real(item, "duration").unwrap_or(0.0) / divisions;
            match item.name.as_str() {
                "attributes" => self.attributes(item, &mut bar),
                "backup" => at = (at - length).max(0.0),
                "forward" => at += length,
                "note" if item.child("grace").is_some() => {
                    bar.graces += usize::from(item.child("cue").is_none() && item.child("rest").is_none());
                    continue;
                }
                "note" => {
                    if item.child("chord").is_none() {
                        (onset, at) = (at, at + length);
                    }
                    let whole = item.child("rest").is_some_and(|rest| rest.attribute("measure") == Some("yes"));
                    bar.only_rest &= whole;
                    bar.end = bar.end.max(onset + length);
                    if length > 0.0 && item.child("rest").is_none() && item.child("cue").is_none() {
                        self.note(item, onset, &mut bar);
                    }
                }
                _ => {}
            }
            bar.end = bar.end.max(at);
        }
        bar
    }

    fn note(&mut self, note: &Node, onset: f64, bar: &mut Bar) {
        let Some(pitch) = note.child("pitch") else {
            bar.notes.push((onset, None));
            return;
        };
        let step = "C D EF G A B".find(&pitch.child("step").unwrap().text).unwrap() as i16;
        let alter = real(pitch, "alter").unwrap_or(0.0).round() as i16;
        let key = 12 + 12 * real(pitch, "octave").unwrap() as i16 + step + alter + self.shift;
        let drawn = || note.all("notations").flat_map(|notations| notations.all("tied"));
        let says = |tie: &Node, kind: &str| tie.attribute("type") == Some(kind);
        let sounding = note.child("tie").is_some();
        let tied = |kind| {
            if sounding { note.all("tie").any(|tie| says(tie, kind)) } else { drawn().any(|tie| says(tie, kind)) }
        };
        let joined = tied("stop") && self.ties.get(&key).is_some_and(|open| *open > 0);
        if joined {
            *self.ties.entry(key).or_default() -= 1;
        }
        if tied("start") {
            *self.ties.entry(key).or_default() += 1;
        }
        if !joined {
            bar.notes.push((onset, Some(key)));
        }
    }

    fn attributes(&mut self, attributes: &Node, bar: &mut Bar) {
        self.divisions = real(attributes, "divisions").unwrap_or(self.divisions);
        if let Some(transpose) = attributes.child("transpose") {
            let number = |name| real(transpose, name).unwrap_or(0.0) as i16;
            self.shift = number("chromatic") + 12 * number("octave-change");
        }
        if let Some(time) = attributes.child("time") {
            let sum = |text: &str| text.split('+').filter_map(|term| term.trim().parse::<f64>().ok()).sum::<f64>();
            let parts = time.all("beats").zip(time.all("beat-type"));
            let quarters: f64 = parts.map(|(beats, value)| 4.0 * sum(&beats.text) / sum(&value.text)).sum();
            bar.meter = Some(quarters).filter(|quarters| *quarters > 0.0).or(bar.meter);
        }
    }
}
