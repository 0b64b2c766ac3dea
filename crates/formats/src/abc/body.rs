//! A tune: its fields, and its music line by line.

use super::UNIT;
use super::field::{self, AbcMeter};
use super::key::{self, AbcKey};
use super::tune::{Line, Tune};
use super::voice::{Measure, Voice};
use crate::Error;
use crate::written::{Bar, Kind, Pace, Part, Report, Units, What, Written};
use score::Key;
use std::collections::BTreeMap;

/// Most voices of a tune.
const MOST_VOICES: usize = 100;

/// Reads a tune.
pub(super) struct Body<'r> {
    pub report: &'r mut Report,
    /// Whether accidentals hold at all beyond their note, and whether only in their own octave.
    pub propagates: bool,
    pub by_octave: bool,
    /// Bars of rest so far that are written by their number.
    pub rested: usize,
    voices: Vec<Voice>,
    names: BTreeMap<String, usize>,
    now: usize,
    key: Option<AbcKey>,
    meter: AbcMeter,
    unit: Option<Units>,
    written: Written,
    /// What a new voice is played on.
    program: u8,
}

/// Reads a tune into measures.
///
/// # Errors
/// [`Error::Abc`] or [`Error::LongMusic`].
pub(super) fn read(tune: &Tune, report: &mut Report) -> Result<Written, Error> {
    let mut body = Body {
        report,
        propagates: true,
        by_octave: false,
        rested: 0,
        voices: Vec::new(),
        names: BTreeMap::new(),
        now: 0,
        key: None,
        meter: None,
        unit: None,
        written: Written { unit: UNIT, ..Written::default() },
        program: 0,
    };
    let mut tempo = None;
    for &line in &tune.header {
        match line.field() {
            Some(('Q', value)) => tempo = Some(value),
            Some((name, value)) => body.header(name, value)?,
            None => body.directive(line),
        }
    }
    body.now = 0;
    if let Some(tempo) = tempo {
        body.tempo(tempo);
    }
    let mut goes_on = false;
    for &line in &tune.body {
        match line.field() {
            Some((name, value)) => body.field(name, value)?,
            None if line.text.starts_with('%') => body.directive(line),
            None => {
                let voice = body.voice();
                if !goes_on {
                    voice.line.clear();
                    voice.verses = 0;
                }
                goes_on = line.text.ends_with('\\');
                body.music(line)?;
            }
        }
    }
    Ok(body.finish())
}

impl Body<'_> {
    /// The voice that is being read; the first one if none was named.
    pub(super) fn voice(&mut self) -> &mut Voice {
        if self.voices.is_empty() {
            self.begin_voice("");
        }
        let now = self.now.min(self.voices.len() - 1);
        &mut self.voices[now]
    }

    fn begin_voice(&mut self, id: &str) {
        let key = self.key.clone().unwrap_or_else(AbcKey::plain);
        let unit = self.unit.unwrap_or_else(|| field::usual_length(self.meter));
        let mut voice = Voice::new(id.to_owned(), key.clone(), self.meter, unit);
        voice.instrument.program = self.program;
        if let Some(first) = self.voices.first() {
            voice.shift = first.shift;
        }
        voice.put(What::Key(Key { tick: 0, fifths: key.fifths, minor: key.minor }));
        self.names.insert(id.to_owned(), self.voices.len());
        self.now = self.voices.len();
        self.voices.push(voice);
    }

    /// A field before the music.
    fn header(&mut self, name: char, value: Line) -> Result<(), Error> {
        let text = value.text.trim();
        match name {
            'T' if self.written.title.is_empty() => text.clone_into(&mut self.written.title),
            'C' if !text.is_empty() => self.written.about.push((score::EventKind::TEXT, format!("composer: {text}"))),
            'M' => self.meter = field::meter(value)?,
            'L' => self.unit = Some(field::length(value)?),
            'P' => self.report.add(Kind::Field, || format!("line {}", value.number)),
            'K' | 'V' | 'I' => self.field(name, value)?,
            _ => {}
        }
        Ok(())
    }

    /// A field of the tune's body, or an inline one.
    pub(super) fn field(&mut self, name: char, value: Line) -> Result<(), Error> {
        let text = value.text.trim();
        match name {
            'K' => self.change_key(value)?,
            'L' => self.voice().unit = field::length(value)?,
            'M' => {
                let meter = field::meter(value)?;
                let voice = self.voice();
                voice.meter = meter;
                voice.open.meter = meter;
            }
            'Q' => self.tempo(value),
            'V' => self.change_voice(value)?,
            'P' => self.voice().put(What::Mark(text.to_owned())),
            'w' => self.words(value),
            'I' => self.instruct(text),
            's' | 'W' | 'U' | 'm' => self.report.add(Kind::Field, || format!("line {}", value.number)),
            _ => {}
        }
        Ok(())
    }

    fn change_key(&mut self, value: Line) -> Result<(), Error> {
        let shift = key::shift(value.text);
        let key = key::read(value)?;
        if let Some(key) = &key {
            if key.modal {
                self.report.add(Kind::Mode, || format!("line {}", value.number));
            }
            if self.key.is_none() {
                // The key of the header is that of all voices.
                self.key = Some(key.clone());
                self.voices.iter_mut().for_each(|voice| voice.begin_in(key.clone()));
            } else {
                let voice = self.voice();
                voice.put(What::Key(Key { tick: 0, fifths: key.fifths, minor: key.minor }));
                voice.key = key.clone();
            }
        }
        if shift != key::Shift::default() {
            self.voice().shift = shift;
        }
        Ok(())
    }

    fn change_voice(&mut self, value: Line) -> Result<(), Error> {
        let text = value.text.trim();
        let (id, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match self.names.get(id) {
            Some(&known) => self.now = known,
            None if self.voices.len() >= MOST_VOICES => {
                let reason = format!(
                    "this is voice {}, more than the {MOST_VOICES} that a tune may have",
                    self.voices.len() + 1
                );
                return Err(Error::Abc { line: value.number, column: 3, reason });
            }
            None => self.begin_voice(id),
        }
        let shift = key::shift(rest);
        let named = ["name=", "nm="].iter().find_map(|name| rest.split_once(name)).map(|(_, value)| {
            match value.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or_default(),
                None => value.split_whitespace().next().unwrap_or_default(),
            }
        });
        let voice = self.voice();
        if let Some(name) = named {
            name.clone_into(&mut voice.name);
        }
        if shift != key::Shift::default() {
            voice.shift = shift;
        }
        Ok(())
    }

    fn tempo(&mut self, value: Line) {
        let unit = self.voice().unit;
        let (tempo, words) = field::tempo(value.text, unit);
        match tempo {
            Some(tempo) => self.voice().put(What::Tempo(Pace::Quarters(tempo))),
            None if words.is_empty() => self.report.add(Kind::Tempo, || format!("line {}", value.number)),
            None => {}
        }
        if !words.is_empty() {
            self.voice().put(What::Text(words));
        }
    }

    /// A line that begins with two percent signs.
    fn directive(&mut self, line: Line) {
        if let Some(text) = line.text.strip_prefix("%%") {
            self.instruct(text);
        }
    }

    /// Instructions that are heard: programs and channels (as abc2midi has them), and how far accidentals hold.
    fn instruct(&mut self, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number =
            |word: Option<&&str>| word.and_then(|word| word.parse::<u8>().ok()).filter(|number| *number <= 127);
        match words[..] {
            ["MIDI", "program", ..] => {
                let Some(program) = number(words.last()) else { return };
                match self.voices.is_empty() {
                    true => self.program = program,
                    false => self.voice().instrument.program = program,
                }
            }
            ["MIDI", "channel", ..] => {
                let channel = number(words.last()).filter(|channel| (1..=16).contains(channel));
                self.voice().instrument.channel = channel.map(|channel| channel - 1);
            }
            ["propagate-accidentals", how, ..] => {
                (self.propagates, self.by_octave) = (how != "not", how == "octave");
            }
            _ => {}
        }
    }

    /// All voices as parts, and the measures that they share.
    fn finish(mut self) -> Written {
        if self.voices.is_empty() {
            self.begin_voice("");
        }
        let voices = std::mem::take(&mut self.voices);
        for mut voice in voices {
            let mut measures = std::mem::take(&mut voice.measures);
            // Signs behind the last bar line belong to the last measure.
            if voice.is_fresh() && !measures.is_empty() {
                if let Some(last) = measures.last_mut() {
                    let end = last.length;
                    last.items.extend(voice.open.items.drain(..).map(|item| crate::written::Item { at: end, ..item }));
                }
            } else {
                measures.push(std::mem::take(&mut voice.open));
            }
            self.share(&measures);
            let measures = measures.into_iter().map(|measure| measure.items).collect();
            self.written.parts.push(Part { name: voice.name, instruments: vec![voice.instrument], measures });
        }
        for bar in &mut self.written.bars {
            if bar.length == 0 {
                bar.length = bar.nominal(UNIT).unwrap_or(4 * UNIT);
            }
        }
        self.written
    }

    /// Adds what the measures of a voice say about those of all.
    fn share(&mut self, measures: &[Measure]) {
        let known = self.written.bars.len();
        self.written.bars.resize_with(known.max(measures.len()), Bar::default);
        for (index, (bar, measure)) in self.written.bars.iter_mut().zip(measures).enumerate() {
            bar.length = bar.length.max(measure.length);
            let marks = &mut bar.marks;
            if index >= known {
                bar.meter = measure.meter;
                marks.clone_from(&measure.marks);
                continue;
            }
            // A metre may be changed in one voice only and be meant for all.
            if bar.meter != measure.meter && bar.length != measure.length {
                self.report.add(Kind::Meter, || format!("measure {}", index + 1));
            }
            marks.forward |= measure.marks.forward;
            marks.ending_end |= measure.marks.ending_end;
            marks.backward = marks.backward.max(measure.marks.backward);
            marks.ending = marks.ending.take().or_else(|| measure.marks.ending.clone());
            marks.jumps = marks.jumps.take().or_else(|| measure.marks.jumps.clone());
        }
    }
}
