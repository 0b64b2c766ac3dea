//! Written measures to a document.

use super::loudness::Loudness;
use super::meters::Meters;
use super::order::{Played, order};
use super::player::{Player, Sound};
use super::report::{Kind, Report};
use super::setting::Setting;
use super::{Instrument, Item, Loud, MAX_QUARTERS, Pace, Part, Units, What, Written};
use crate::Error;
use score::{Event, EventKind, Header, Key, Lane, Marker, Mix, Note, Score, Source, Tempo, Track};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most notes that repeats may make of those that are written, beside as many again.
const MOST_UNFOLDED: usize = 500_000;

/// Most measures that are played, those of all parts together.
const MOST_PLAYED: usize = 10_000_000;

/// Controllers of channel volume and panorama (MIDI 1.0 Detailed Specification, control changes).
const VOLUME: u8 = 7;
const PAN: u8 = 10;

/// Plays a piece into a document.
///
/// # Errors
/// [`Error::LongMusic`] beyond [`MAX_QUARTERS`].
pub(crate) fn perform(mut written: Written, report: &mut Report) -> Result<Score, Error> {
    written.parts.iter_mut().flat_map(|part| &mut part.measures).for_each(|items| items.sort_by_key(|item| item.at));
    let order = played(&written, report);
    let mut starts = Vec::with_capacity(order.len());
    let mut end = 0;
    for played in &order {
        starts.push(end);
        end += written.bars[played.bar].length;
        if end > MAX_QUARTERS * written.unit {
            let quarters = (end / written.unit).unsigned_abs();
            return Err(Error::LongMusic { measure: played.bar + 1, quarters, limit: MAX_QUARTERS.unsigned_abs() });
        }
    }
    let places: Vec<(Played, Units)> = order.into_iter().zip(starts).collect();
    let lines: Vec<Vec<Sound>> = written.parts.iter().map(|part| line(&written, part, &places, report)).collect();
    let setting = setting(&written, &places, &lines, report);
    Ok(Stage { written: &written, places, end, setting }.score(lines, report))
}

/// The measures in the order in which they are played: unfolded, unless that is more than anybody means.
fn played(written: &Written, report: &mut Report) -> Vec<Played> {
    let marks: Vec<_> = written.bars.iter().map(|bar| &bar.marks).collect();
    let plain = (0..written.bars.len()).map(Played::once);
    let notes =
        |bar: usize| written.parts.iter().filter_map(|part| part.measures.get(bar)).map(Vec::len).sum::<usize>();
    let all: usize = (0..written.bars.len()).map(notes).sum();
    // Every part is gone through for every measure.
    let quick = |order: &Vec<Played>| order.len().saturating_mul(written.parts.len()) <= MOST_PLAYED;
    let fits =
        |order: &Vec<Played>| order.iter().map(|played| notes(played.bar)).sum::<usize>() <= 2 * all + MOST_UNFOLDED;
    match order(&marks).filter(fits).filter(quick) {
        Some(order) => {
            report.add_many(Kind::Unfolded, order.len().saturating_sub(marks.len()), String::new);
            let jumps = marks.iter().filter(|mark| mark.jumps.as_ref().is_some_and(|jumps| jumps.is_taken()));
            report.add_many(Kind::Jump, jumps.count(), String::new);
            order
        }
        None => {
            let repeats = marks.iter().filter(|mark| mark.backward > 0 || mark.jumps.is_some()).count();
            report.add_many(Kind::Repeats, repeats, String::new);
            plain.collect()
        }
    }
}

/// What a part plays.
fn line(written: &Written, part: &Part, places: &[(Played, Units)], report: &mut Report) -> Vec<Sound> {
    let mut signs: Vec<(Units, Loud)> = Vec::new();
    let mut starts = Vec::with_capacity(part.measures.len());
    let mut start = 0;
    for (items, bar) in part.measures.iter().zip(&written.bars) {
        signs.extend(items.iter().filter_map(|item| match item.what {
            What::Loud(loud) => Some((start + item.at, loud)),
            _ => None,
        }));
        starts.push(start);
        start += bar.length;
    }
    // Dynamics hold in the order of the page: a repeat begins as loud as it did the first time.
    let loudness = Loudness::of(signs, written.unit);
    let mut player = Player::new(written.unit, &part.name);
    for &(Played { bar, pass, .. }, start) in places {
        let Some(items) = part.measures.get(bar) else { continue };
        let velocity = |item: &Item, accent| loudness.at(starts[bar] + item.at, accent);
        player.measure(items, start, (bar, pass), |item, sign| velocity(item, sign.accent), report);
    }
    player.finish(report)
}

/// How fine the document's ticks have to be.
fn setting(written: &Written, places: &[(Played, Units)], lines: &[Vec<Sound>], report: &mut Report) -> Setting {
    let sounds = || lines.iter().flatten().flat_map(|sound| [sound.start, sound.end]);
    let starts = || places.iter().map(|place| place.1);
    let setting = Setting::of(written.unit, sounds().chain(starts()));
    report.add_many(Kind::Rounded, sounds().filter(|time| !setting.is_whole(*time)).count(), String::new);
    setting
}

/// All that is known when the document is put together.
struct Stage<'a> {
    written: &'a Written,
    places: Vec<(Played, Units)>,
    end: Units,
    setting: Setting,
}

impl Stage<'_> {
    fn score(self, lines: Vec<Vec<Sound>>, report: &mut Report) -> Score {
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
    fn signs<'a>(&'a self, part: &'a Part) -> impl Iterator<Item = (Units, &'a Played, &'a Item)> {
        self.places.iter().flat_map(move |(played, start)| {
            let items = part.measures.get(played.bar).into_iter().flatten();
            items.map(move |item| (start + item.at, played, item))
        })
    }

    /// Tempos, in force in the order of the page: where a repeat goes back, the old tempo comes back.
    fn tempos(&self, report: &mut Report) -> Vec<Tempo> {
        let mut stated: Vec<(usize, Units, Pace)> = Vec::new();
        for part in &self.written.parts {
            for (bar, items) in part.measures.iter().enumerate() {
                stated.extend(items.iter().filter_map(|item| match item.what {
                    What::Tempo(pace) => Some((bar, item.at, pace)),
                    _ => None,
                }));
            }
        }
        stated.sort_by_key(|&(bar, at, _)| (bar, at));
        let mut quarters = 120.0;
        let mut micros = Vec::with_capacity(stated.len());
        for &(bar, at, pace) in &stated {
            let wanted = match pace {
                Pace::Quarters(quarters) => quarters,
                Pace::Times(times) => quarters * times,
            };
            let clamped = wanted.clamp(60e6 / f64::from(0xff_ffff), 60e6);
            if wanted != clamped {
                report.add(Kind::Tempo, || format!("measure {}", bar + 1));
            }
            if clamped.is_finite() {
                quarters = clamped;
            }
            micros.push((bar, at, (60e6 / quarters).round() as u32));
        }
        let in_force = self.unfold(&micros);
        in_force.into_iter().map(|(time, micros)| Tempo { tick: self.setting.tick(time), micros }).collect()
    }

    /// The keys of the first part that states any.
    fn keys(&self, report: &mut Report) -> Vec<Key> {
        // Drums have no key, whatever stands before them.
        let pitched = |part: &&Part| {
            let drum = |item: &Item| matches!(&item.what, What::Note(sign) if sign.drum);
            !part.measures.iter().flatten().any(drum)
        };
        let stated = self.written.parts.iter().filter(pitched).map(|part| {
            let measures = part.measures.iter().enumerate();
            let keys = measures.flat_map(|(bar, items)| {
                items.iter().filter_map(move |item| match item.what {
                    What::Key(key) => Some((bar, item.at, (key.fifths, key.minor))),
                    _ => None,
                })
            });
            keys.collect::<Vec<_>>()
        });
        let mut stated = stated.filter(|keys| !keys.is_empty());
        let Some(leading) = stated.next() else { return Vec::new() };
        let other = stated.flatten().filter(|key| leading.binary_search(key).is_err());
        for (bar, ..) in other {
            report.add(Kind::Key, || format!("measure {}", bar + 1));
        }
        let in_force = self.unfold(&leading).into_iter();
        in_force.map(|(time, (fifths, minor))| Key { tick: self.setting.tick(time), fifths, minor }).collect()
    }

    /// What holds from a place of the page on, in the order in which measures are played. Equal neighbours are one.
    fn unfold<T: Copy + PartialEq>(&self, stated: &[(usize, Units, T)]) -> Vec<(Units, T)> {
        let mut found: Vec<(Units, T)> = Vec::new();
        let mut state = |time: Units, value: T| {
            if found.last().is_some_and(|last| last.0 == time) {
                found.pop();
            }
            if found.last().is_none_or(|last| last.1 != value) {
                found.push((time, value));
            }
        };
        for (played, start) in &self.places {
            let first = stated.partition_point(|one| one.0 < played.bar);
            if let Some(before) = first.checked_sub(1) {
                state(*start, stated[before].2);
            }
            let here = stated[first..].iter().take_while(|one| one.0 == played.bar);
            here.for_each(|&(_, at, value)| state(start + at, value));
        }
        found
    }

    /// Rehearsal marks; one that several parts have is one.
    fn markers(&self) -> Vec<Marker> {
        let marks = self.written.parts.iter().flat_map(|part| self.signs(part)).filter_map(|(time, _, item)| {
            let What::Mark(text) = &item.what else { return None };
            Some(Marker { tick: self.setting.tick(time), text: text.as_bytes().to_vec() })
        });
        let mut marks: Vec<Marker> = marks.collect();
        marks.sort_by(|a, b| (a.tick, &a.text).cmp(&(b.tick, &b.text)));
        marks.dedup();
        marks
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
            let header = Header { name, lane, channel, program, hue, mix: Mix::default() };
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
