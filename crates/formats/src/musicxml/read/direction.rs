//! What stands above and below the staves, and what is played without being seen.

use super::list;
use super::part::PartReader;
use super::tree::{self, Element};
use super::{barline, note};
use crate::musicxml::values;
use crate::written::{Kind, Loud, Marks, Pace, Units, What};
use notation::Dynamic;

/// Controllers of the pedals (MIDI 1.0 Detailed Specification, control changes).
pub(super) const SUSTAIN: u8 = 64;
const SOSTENUTO: u8 = 66;
const SOFT: u8 = 67;

pub(super) fn read(part: &mut PartReader, direction: Element, marks: &mut Marks) {
    let offset = direction.child("offset").filter(|offset| offset.says("sound", "yes"));
    let offset = offset.and_then(|offset| tree::number(offset.text())).map_or(0, |offset| part.units(offset));
    let at = (part.now + offset).max(0);
    let played = direction.child("sound");
    let says = |name: &str| played.is_some_and(|sound| sound.attribute(name).is_some());
    for kind in direction.all("direction-type").flat_map(Element::children) {
        match kind.name() {
            "rehearsal" if !kind.text().is_empty() => part.put(at, What::Mark(kind.text().to_owned())),
            "words" if !kind.text().is_empty() => {
                if !["dacapo", "dalsegno", "tocoda", "fine"].iter().any(|name| says(name)) {
                    spoken(kind.text(), marks);
                }
                part.put(at, What::Text(kind.text().to_owned()));
            }
            "metronome" if !says("tempo") => metronome(part, kind, at),
            "dynamics" => {
                let percent = played.and_then(|sound| sound.attribute("dynamics"));
                dynamics(part, kind, at, percent.and_then(|percent| tree::number(&percent)).map(note::velocity));
            }
            "wedge" => wedge(part, kind, at),
            "pedal" if !says("damper-pedal") && !says("sostenuto-pedal") => pedal(part, kind, at),
            "segno" if !says("segno") => barline::jump(marks, |jumps| jumps.segno = Some(String::new())),
            "coda" if !says("coda") && !says("tocoda") => {
                barline::jump(marks, |jumps| jumps.coda = Some(String::new()))
            }
            _ => {}
        }
    }
    if let Some(played) = played {
        sound(part, played, at, marks);
    }
}

/// Jumps that stand there in words only.
fn spoken(words: &str, marks: &mut Marks) {
    let words = words.to_lowercase();
    let begins = |starts: &[&str]| starts.iter().any(|start| words.trim().starts_with(start));
    if begins(&["d.c.", "d. c.", "da capo"]) {
        barline::jump(marks, |jumps| jumps.da_capo = true);
    } else if begins(&["d.s.", "d. s.", "dal segno"]) {
        barline::jump(marks, |jumps| jumps.dal_segno = Some(String::new()));
    } else if begins(&["to coda", "al coda"]) {
        barline::jump(marks, |jumps| jumps.to_coda = Some(String::new()));
    } else if words.trim() == "fine" {
        barline::jump(marks, |jumps| jumps.fine = true);
    }
}

/// A `sound`, alone or within a direction.
pub(super) fn sound(part: &mut PartReader, sound: Element, at: Units, marks: &mut Marks) {
    let number = |name: &str| sound.attribute(name).and_then(|text| tree::number(&text));
    let label = |name: &str| sound.attribute(name).map(|label| label.into_owned());
    let yes = |name: &str| sound.attribute(name).is_some_and(|value| value != "no");
    if let Some(tempo) = sound.attribute("tempo") {
        match tree::number(&tempo).filter(|tempo| *tempo > 0.0) {
            Some(tempo) => part.put(at, What::Tempo(Pace::Quarters(tempo))),
            None => part.add(Kind::Tempo),
        }
    }
    // Within a direction with a dynamic sign, the sign has been read with it.
    if let Some(percent) = number("dynamics").filter(|_| !part.has_loud(at)) {
        part.put(at, What::Loud(Loud::Level(note::velocity(percent))));
    }
    for (name, controller) in [("damper-pedal", SUSTAIN), ("sostenuto-pedal", SOSTENUTO), ("soft-pedal", SOFT)] {
        let Some(text) = sound.attribute(name) else { continue };
        let value = match &*text {
            "yes" => 127,
            "no" => 0,
            percent => tree::number(percent).map_or(0, |percent| (percent * 1.27).round().clamp(0.0, 127.0) as u8),
        };
        part.put(at, What::Control { controller, value });
    }
    if yes("forward-repeat") {
        marks.forward = true;
    }
    let jumps = ["dacapo", "dalsegno", "segno", "tocoda", "coda", "fine"];
    if jumps.iter().any(|name| yes(name)) {
        barline::jump(marks, |jumps| {
            jumps.da_capo |= yes("dacapo");
            jumps.fine |= yes("fine");
            jumps.dal_segno = label("dalsegno").or(jumps.dal_segno.take());
            jumps.segno = label("segno").or(jumps.segno.take());
            jumps.to_coda = label("tocoda").or(jumps.to_coda.take());
            jumps.coda = label("coda").or(jumps.coda.take());
        });
    }
    for element in sound.children() {
        match element.name() {
            "midi-instrument" => {
                let id = element.attribute("id").unwrap_or_default();
                let place = part.ids.get(&*id).copied();
                if let Some(player) = place.and_then(|place| part.players.get_mut(place)) {
                    list::tune(player, element);
                }
            }
            "play" | "swing" | "instrument-change" | "midi-device" => part.add(Kind::Sound),
            _ => {}
        }
    }
}

impl PartReader<'_> {
    fn has_loud(&self, at: Units) -> bool {
        let mut last = self.items.iter().rev().take(4);
        last.any(|item| item.at == at && matches!(item.what, What::Loud(Loud::Level(_) | Loud::Once(_))))
    }
}

/// Dynamic signs, with the velocity that a `sound` beside them states.
pub(super) fn dynamics(part: &mut PartReader, dynamics: Element, at: Units, stated: Option<u8>) {
    for sign in dynamics.children() {
        let name = if sign.name() == "other-dynamics" { sign.text() } else { sign.name() };
        let level = |dynamic: Dynamic| Loud::Level(dynamic.velocity());
        let once = Loud::Once(stated.unwrap_or(Dynamic::Ff.velocity()));
        let louds = match name {
            "fp" => vec![Loud::Once(stated.unwrap_or(Dynamic::F.velocity())), level(Dynamic::P)],
            "pf" => vec![Loud::Once(Dynamic::P.velocity()), level(Dynamic::F)],
            "sfp" | "sfzp" => vec![once, level(Dynamic::P)],
            "sfpp" => vec![once, level(Dynamic::Pp)],
            "sf" | "sfz" | "fz" | "rf" | "rfz" | "sffz" => vec![once],
            "n" => vec![Loud::Level(1)],
            _ => match (stated, values::dynamic(name)) {
                (Some(velocity), _) => vec![Loud::Level(velocity)],
                (None, Some(dynamic)) => vec![level(dynamic)],
                (None, None) if name.starts_with("pppp") => vec![Loud::Level(Dynamic::Ppp.velocity() / 2)],
                (None, None) if name.starts_with("ffff") => vec![Loud::Level(127)],
                (None, None) => Vec::new(),
            },
        };
        louds.into_iter().for_each(|loud| part.put(at, What::Loud(loud)));
    }
}

fn wedge(part: &mut PartReader, wedge: Element, at: Units) {
    match wedge.attribute("type").as_deref() {
        Some("crescendo") => part.put(at, What::Loud(Loud::Wedge(true))),
        Some("diminuendo") => part.put(at, What::Loud(Loud::Wedge(false))),
        Some("stop") => part.put(at, What::Loud(Loud::WedgeEnd)),
        _ => {}
    }
}

fn pedal(part: &mut PartReader, pedal: Element, at: Units) {
    let kind = pedal.attribute("type").unwrap_or_default();
    if matches!(&*kind, "start" | "sostenuto") {
        part.pedal = if kind == "start" { SUSTAIN } else { SOSTENUTO };
    }
    let values: &[u8] = match &*kind {
        "start" | "sostenuto" | "resume" => &[127],
        "stop" | "discontinue" => &[0],
        "change" => &[0, 127],
        _ => &[],
    };
    let controller = part.pedal;
    values.iter().for_each(|&value| part.put(at, What::Control { controller, value }));
}

/// A metronome mark: a value in so many a minute, or a value that lasts as long as another did before.
fn metronome(part: &mut PartReader, metronome: Element, at: Units) {
    let mut values: Vec<f64> = Vec::new();
    let children: Vec<Element> = metronome.children().collect();
    for (index, element) in children.iter().enumerate() {
        if element.name() == "beat-unit" {
            let after = children[index + 1..].iter();
            let dots = after.take_while(|next| next.name() == "beat-unit-dot").count();
            values.extend(values::quarters(element.text(), dots));
        }
    }
    let digits = metronome.said("per-minute").map(|text| {
        let from = text.find(|letter: char| letter.is_ascii_digit()).unwrap_or(text.len());
        let number = text[from..].split(|letter: char| !letter.is_ascii_digit() && letter != '.').next();
        number.unwrap_or_default().trim_end_matches('.').to_owned()
    });
    match (&values[..], digits.as_deref().map(tree::number)) {
        ([beat], Some(Some(minute))) if minute > 0.0 => part.put(at, What::Tempo(Pace::Quarters(minute * beat))),
        ([old, new], None) => part.put(at, What::Tempo(Pace::Times(new / old))),
        ([_], Some(_)) => part.add(Kind::Tempo),
        _ => {}
    }
}
