//! The document that a performance becomes: tracks, lanes and channels.

use super::meters::Meters;
use super::order::Played;
use super::player::Sound;
use super::report::{Kind, Report};
use super::setting::Setting;
use super::{Instrument, Item, Part, Units, What, Written};
use score::{Event, EventKind, Header, Lane, Mix, Note, Score, Source, Track};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Controllers of channel volume and panorama (MIDI 1.0 Detailed Specification, control changes).
const VOLUME: u8 = 7;
const PAN: u8 = 10;

/// All that is known when the document is put together.
pub(super) struct Stage<'a> {
    pub written: &'a Written,
    /// The measures as they are played, and where they begin.
    pub places: Vec<(Played, Units)>,
    pub end: Units,
    pub setting: Setting,
}

impl Stage<'_> {
    /// The document.
    pub fn score(self, lines: Vec<Vec<Sound>>, report: &mut Report) -> Score {
        let tick = |time| self.setting.tick(time);
        let mut meters = Meters::default();
        for (played, start) in &self.places {
            meters.begin(*start, &self.written.bars[played.bar], self.written.unit);
        }
        report.add_many(Kind::LongMeasure, meters.long, String::new);
        let mut first = Lane { events: Arc::default(), end: tick(self.end) };
        let about = self.written.about.iter().map(|(code, text)| Event {
            tick: 0,
            kind: EventKind::Meta { code: *code, bytes: text.as_bytes().to_vec() },
        });
        first.events = Arc::new(about.collect());
        let mut score = Score {
            title: self.written.title.clone(),
            tpq: self.setting.tpq(),
            source: Source { format: 1, ppq: self.setting.tpq() },
            meters: Arc::new(meters.finish(tick)),
            tempos: Arc::new(self.tempos(report)),
            keys: Arc::new(self.keys(report)),
            chords: Arc::new(self.chords()),
            markers: Arc::new(self.markers()),
            lanes: vec![Arc::new(first)],
            ..Score::empty()
        };
        let mut taken = Taken::default();
        for (index, (part, sounds)) in self.written.parts.iter().zip(lines).enumerate() {
            self.add_part(&mut score, index, part, sounds, &mut taken, report);
        }
        score
    }

    /// The signs of a part in the order in which they are played.
    pub fn signs<'a>(&'a self, part: &'a Part) -> impl Iterator<Item = (Units, &'a Played, &'a Item)> {
        self.places.iter().flat_map(move |(played, start)| {
            let items = part.measures.get(played.bar).into_iter().flatten();
            items.map(move |item| (start + item.at, played, item))
        })
    }

    /// A track for each instrument of a part, and a lane for all else that it has.
    fn add_part(
        &self,
        score: &mut Score,
        index: usize,
        part: &Part,
        sounds: Vec<Sound>,
        taken: &mut Taken,
        report: &mut Report,
    ) {
        let mut voices: BTreeMap<(bool, u8), Vec<Note>> = BTreeMap::new();
        for sound in sounds {
            let (start, end) = (self.setting.tick(sound.start), self.setting.tick(sound.end));
            let program = if sound.drum { 0 } else { sound.program };
            let note = Note::new(0, start, end.saturating_sub(start).max(1), sound.key, sound.velocity);
            voices.entry((sound.drum, program)).or_default().push(note);
        }
        if voices.is_empty() {
            let program = part.instruments.first().map_or(0, |instrument| instrument.program);
            voices.insert((false, program), Vec::new());
        }
        let mut events = Vec::new();
        let several = voices.len() > 1;
        let mut speaks = None;
        for ((drum, program), notes) in voices {
            let instrument = part.instruments.iter().find(|one| one.program == program);
            let channel = if drum { Header::DRUM_CHANNEL } else { taken.free(instrument.and_then(|one| one.channel)) };
            speaks = speaks.or(Some((channel, instrument.or(part.instruments.first()))));
            let hue = (score.tracks.len() % 12) as u8;
            let (name, lane) = (part.name.clone(), index as u32 + 1);
            let header = Header { name, lane, channel, program, hue, mix: Mix::default(), output: None };
            let notes = apart(notes, taken.notes, report, &part.name);
            taken.notes += notes.len() as u32;
            score.tracks.push(Arc::new(Track::new(score.tracks.len() as u32, header, notes)));
        }
        if several && !part.name.is_empty() {
            let kind = EventKind::Meta { code: EventKind::TRACK_NAME, bytes: part.name.as_bytes().to_vec() };
            events.push(Event { tick: 0, kind });
        }
        if let Some((channel, instrument)) = speaks {
            events.extend(mix(channel, instrument));
            events.extend(self.events(part, channel, report));
        }
        events.sort_by_key(|event| event.tick);
        score.lanes.push(Arc::new(Lane { events: Arc::new(events), end: self.setting.tick(self.end) }));
    }

    /// Syllables, words and pedals.
    fn events(&self, part: &Part, channel: u8, report: &mut Report) -> Vec<Event> {
        let mut turns = vec![1; self.written.bars.len()];
        self.places.iter().for_each(|(played, _)| turns[played.bar] = (played.turn + 1).max(turns[played.bar]));
        for (bar, items) in part.measures.iter().enumerate() {
            let verses = items.iter().filter_map(|item| match &item.what {
                What::Note(sign) => Some(sign.lyrics.iter().filter(|lyric| lyric.0 >= turns[bar]).count()),
                _ => None,
            });
            report.add_many(Kind::Verse, verses.sum(), || format!("measure {} of {}", bar + 1, part.name));
        }
        let text = |code, text: &str| EventKind::Meta { code, bytes: text.as_bytes().to_vec() };
        let events = self.signs(part).filter_map(|(time, played, item)| {
            let kind = match &item.what {
                What::Text(words) => text(EventKind::TEXT, words),
                What::Control { controller, value } => {
                    EventKind::Control { channel, controller: *controller, value: *value }
                }
                What::Note(sign) => {
                    let of = |verse: usize| sign.lyrics.iter().find(|lyric| lyric.0 == verse);
                    let (_, syllable) = of(played.turn).or_else(|| of(0))?;
                    text(EventKind::LYRIC, syllable)
                }
                _ => return None,
            };
            Some(Event { tick: self.setting.tick(time), kind })
        });
        events.collect()
    }
}

/// Volume and panorama, where they are not those that a channel begins with (General MIDI System Level 1).
fn mix(channel: u8, instrument: Option<&Instrument>) -> impl Iterator<Item = Event> {
    let volume = instrument.and_then(|one| one.volume).filter(|volume| *volume != 100).map(|value| (VOLUME, value));
    let pan = instrument.and_then(|one| one.pan).filter(|pan| *pan != 64).map(|value| (PAN, value));
    let event = move |(controller, value)| Event { tick: 0, kind: EventKind::Control { channel, controller, value } };
    volume.into_iter().chain(pan).map(event)
}

/// Notes in order, with ids from `id` on; of those that begin together on one key the longest and loudest.
fn apart(mut notes: Vec<Note>, id: u32, report: &mut Report, part: &str) -> Vec<Note> {
    notes.sort_by_key(|note| (note.start, note.pitch, std::cmp::Reverse(note.length)));
    let before = notes.len();
    notes.dedup_by(|next, kept| {
        let same = (next.start, next.pitch) == (kept.start, kept.pitch);
        kept.velocity = if same { kept.velocity.max(next.velocity) } else { kept.velocity };
        same
    });
    report.add_many(Kind::Unison, before - notes.len(), || part.to_owned());
    (id..).zip(&mut notes).for_each(|(id, note)| note.id = score::NoteId(id));
    notes
}

/// Which channels and ids are taken. When all channels are, tracks share them.
#[derive(Default)]
struct Taken {
    channels: [bool; 16],
    next: usize,
    notes: u32,
}

impl Taken {
    /// The channel that is wanted, if no other part has it, or else the next one.
    fn free(&mut self, wanted: Option<u8>) -> u8 {
        let melodic = |channel: &usize| *channel != usize::from(Header::DRUM_CHANNEL);
        let wanted = wanted.map(usize::from).filter(|channel| melodic(channel) && !self.channels[channel & 15]);
        let open = (0..16).filter(melodic).find(|channel| !self.channels[*channel]);
        let channel = wanted.or(open).unwrap_or_else(|| {
            self.next += 1;
            (0..16).filter(melodic).nth((self.next - 1) % 15).unwrap_or(0)
        });
        self.channels[channel & 15] = true;
        (channel & 15) as u8
    }
}
