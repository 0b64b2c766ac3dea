//! The list of parts: their names and what they are played on.

use super::names;
use super::tree::Element;
use crate::written::Instrument;
use score::Header;
use std::collections::BTreeMap;

/// What the list says about a part.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub name: String,
    pub sounds: Vec<Player>,
}

/// An instrument of a part.
#[derive(Debug, Clone, Default)]
pub(super) struct Player {
    pub id: String,
    pub instrument: Instrument,
    /// The drum that it is, as General MIDI key.
    pub drum: Option<u8>,
    /// Whether it stands on the percussion channel.
    pub percussion: bool,
}

impl Entry {
    /// A part that is not in the list.
    pub fn unknown(id: &str) -> Entry {
        Entry { name: id.to_owned(), sounds: vec![Player::default()] }
    }
}

/// The parts by their ids.
pub(super) fn read(root: Element) -> BTreeMap<String, Entry> {
    let list = root.child("part-list").into_iter().flat_map(|list| list.all("score-part"));
    list.map(|part| (part.attribute("id").unwrap_or_default().into_owned(), entry(part))).collect()
}

fn entry(part: Element) -> Entry {
    let shown = part.child("part-name-display").and_then(|display| display.said("display-text"));
    let instrument_name = || part.child("score-instrument").and_then(|one| one.said("instrument-name"));
    let name = part.said("part-name").filter(|name| !name.is_empty());
    let name = name.or(shown).or_else(instrument_name).unwrap_or_default();
    let mut sounds: Vec<Player> = part.all("score-instrument").map(|one| named(one, name)).collect();
    let mut places: BTreeMap<String, usize> =
        (0..).zip(&sounds).map(|(place, player)| (player.id.clone(), place)).collect();
    for midi in part.all("midi-instrument") {
        let id = midi.attribute("id").unwrap_or_default().into_owned();
        let place = *places.entry(id.clone()).or_insert(sounds.len());
        if place == sounds.len() {
            let instrument = Instrument { program: names::program(name).unwrap_or(0), ..Instrument::default() };
            sounds.push(Player { id, instrument, ..Player::default() });
        }
        tune(&mut sounds[place], midi);
    }
    if sounds.is_empty() {
        let instrument = Instrument { program: names::program(name).unwrap_or(0), ..Instrument::default() };
        sounds.push(Player { instrument, drum: names::drum(name), ..Player::default() });
    }
    // Line breaks in names are for the page.
    Entry { name: name.split_whitespace().collect::<Vec<_>>().join(" "), sounds }
}

/// An instrument by what it is called, or by the name of its part.
fn named(instrument: Element, part: &str) -> Player {
    let name = instrument.said("instrument-name").unwrap_or_default();
    let sound = instrument.said("instrument-sound").unwrap_or_default().replace(['.', '-'], " ");
    let program = names::program(name).or_else(|| names::program(&sound)).or_else(|| names::program(part));
    Player {
        id: instrument.attribute("id").unwrap_or_default().into_owned(),
        instrument: Instrument { program: program.unwrap_or(0), ..Instrument::default() },
        drum: names::drum(name).or_else(|| names::drum(&sound)).or_else(|| names::drum(part)),
        percussion: false,
    }
}

/// What a `midi-instrument` says: channels, programs and keys count from 1, volume is in percent, panorama in degrees
/// from the front (MusicXML 4.0).
pub(super) fn tune(player: &mut Player, midi: Element) {
    let seven =
        |name: &str| midi.number(name).filter(|number| (1.0..=128.0).contains(number)).map(|number| number as u8 - 1);
    let channel = seven("midi-channel").filter(|channel| *channel < 16);
    player.percussion = channel.map_or(player.percussion, |channel| channel == Header::DRUM_CHANNEL);
    player.instrument.channel = channel.or(player.instrument.channel);
    player.instrument.program = seven("midi-program").unwrap_or(player.instrument.program);
    player.drum = seven("midi-unpitched").or(player.drum);
    let scaled = |value: f64| value.round().clamp(0.0, 127.0) as u8;
    let volume = midi.number("volume").map(|percent| scaled(percent * 1.27));
    let pan = midi.number("pan").map(|degrees| scaled(64.0 + degrees.clamp(-90.0, 90.0) / 90.0 * 64.0));
    player.instrument.volume = volume.or(player.instrument.volume);
    player.instrument.pan = pan.or(player.instrument.pan);
}
