//! The tape: it runs all the time, so that nothing that was played is ever too late to be kept.

use super::Message;
use super::run::{Run, runs};
use super::take::{Take, notes};
use crate::Anchor;
use score::{Score, Tick};
use std::collections::{BTreeSet, VecDeque};

/// How long it remembers, in milliseconds: half an hour.
const MEMORY: f64 = 30.0 * 60e3;

/// The most messages that it remembers: a controller that never rests must not fill the memory.
const MESSAGES: usize = 500_000;

/// Silence that ends a phrase, in milliseconds.
const PAUSE: f64 = 3000.0;

/// Something that was played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Played {
    /// When, in the player's milliseconds.
    pub at_ms: f64,
    /// On which keyboard.
    pub source: u32,
    /// What.
    pub message: Message,
}

impl Played {
    /// The program that it sets, if it sets one.
    fn sets(&self) -> Option<Option<u8>> {
        match self.message {
            Message::Program { program } => Some(program),
            _ => None,
        }
    }
}

/// How a take is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taking {
    /// Onsets go to the nearest place of a grid of so many ticks; none: they stay where they were played.
    pub grid: Option<Tick>,
    /// What is played later takes the place of what was played there before; otherwise it comes beside it.
    pub replace: bool,
}

/// What was played lately, and where the music was meanwhile.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    played: VecDeque<Played>,
    anchors: VecDeque<Anchor>,
    /// Milliseconds by which the ear is later than anchors say; negative: sooner.
    shift: f64,
    /// Nothing is forgotten from here on.
    recording_since: Option<f64>,
    /// What was played before is in the document already.
    kept_until: f64,
    /// The program that a hand had set in what is forgotten.
    program: Option<u8>,
}

impl Tape {
    /// An empty tape.
    pub fn new() -> Self {
        Tape { kept_until: f64::NEG_INFINITY, ..Tape::default() }
    }

    /// Takes up where the music is.
    pub fn follow(&mut self, anchor: Anchor) {
        self.anchors.push_back(anchor);
        self.forget(anchor.at_ms);
    }

    /// Takes up what is played.
    pub fn hear(&mut self, played: Played) {
        if self.played.len() == MESSAGES {
            self.drop_first();
        }
        // Keyboards have clocks of their own, so that what happened first may come second.
        let at = self.played.iter().rposition(|one| one.at_ms <= played.at_ms).map_or(0, |at| at + 1);
        self.played.insert(at, played);
        self.forget(played.at_ms);
    }

    /// Sounds are heard so many milliseconds later than anchors say.
    pub fn set_shift(&mut self, ms: f64) {
        self.shift = if ms.is_finite() { ms.clamp(-1000.0, 1000.0) } else { 0.0 };
    }

    /// Whether a recording runs.
    pub fn recording(&self) -> bool {
        self.recording_since.is_some()
    }

    /// Begins a recording: from now on nothing is forgotten.
    pub fn record(&mut self, at_ms: f64) {
        self.recording_since = Some(at_ms);
    }

    /// What has been recorded up to a moment; none if nothing runs or nothing was played.
    pub fn take(&self, score: &Score, until_ms: f64, taking: Taking) -> Option<Take> {
        let tempo = score.tempo_map();
        let since = self.recording_since? - self.shift;
        let found = runs(self.anchors.iter(), since, until_ms - self.shift, &tempo);
        let take = notes(self.heard(), &found, score, taking, self.program);
        (!take.is_empty()).then_some(take)
    }

    /// Ends the recording.
    pub fn stop(&mut self) {
        self.recording_since = None;
    }

    /// The last phrase that is not in the document yet, played up to `until_ms`: where it was heard if the music went
    /// on meanwhile, else from `tick` on.
    pub fn phrase(&self, score: &Score, tick: Tick, until_ms: f64, taking: Taking) -> Option<Take> {
        let (from_ms, to_ms) = self.last_phrase(until_ms)?;
        let (from_ms, to_ms) = (from_ms - self.shift, to_ms - self.shift);
        let tempo = score.tempo_map();
        let mut found = runs(self.anchors.iter(), from_ms - PAUSE, to_ms, &tempo);
        // A phrase may begin a little before the music.
        if !found.iter().any(|run| run.from_ms < (from_ms + to_ms) / 2.0 && run.to_ms > from_ms) {
            found = vec![Run::at(f64::from(tick), from_ms, to_ms + 1.0, &tempo)];
        }
        let before = |played: &Played| played.at_ms < from_ms - PAUSE;
        let program =
            self.heard().filter(before).fold(self.program, |program, played| played.sets().unwrap_or(program));
        let since = self.heard().filter(|played| !before(played));
        let take = notes(since, &found, score, taking, program);
        (take.count() > 0).then_some(take)
    }

    /// What was played up to now is in the document.
    pub fn keep(&mut self, at_ms: f64) {
        self.kept_until = at_ms;
    }

    /// What was played, at the moments at which the player heard the music that belongs to it.
    fn heard(&self) -> impl Iterator<Item = Played> {
        self.played.iter().map(|played| Played { at_ms: played.at_ms - self.shift, ..*played })
    }

    /// When the last phrase began and ended: before it came a pause in which no key was down.
    fn last_phrase(&self, until_ms: f64) -> Option<(f64, f64)> {
        let mut down: BTreeSet<(u32, u8)> = BTreeSet::new();
        let (mut phrase, mut last) = (None, f64::NEG_INFINITY);
        for Played { at_ms, source, message } in self.played.iter().filter(|played| played.at_ms <= until_ms) {
            match *message {
                Message::On { key, .. } if *at_ms > self.kept_until => {
                    if down.is_empty() && (phrase.is_none() || at_ms - last > PAUSE) {
                        phrase = Some(*at_ms);
                    }
                    down.insert((*source, key));
                    last = *at_ms;
                }
                Message::Off { key, .. } if down.remove(&(*source, key)) => last = *at_ms,
                Message::AllOff => {
                    down.retain(|(one, _)| one != source);
                    last = *at_ms;
                }
                _ => {}
            }
        }
        phrase.map(|from| (from, if down.is_empty() { last } else { until_ms }))
    }

    /// Forgets what was played first, but for the program that it set.
    fn drop_first(&mut self) {
        let first = self.played.pop_front();
        self.program = first.and_then(|first| first.sets()).unwrap_or(self.program);
    }

    fn forget(&mut self, now_ms: f64) {
        let oldest = (now_ms - MEMORY).min(self.recording_since.unwrap_or(f64::INFINITY) - MEMORY.min(PAUSE));
        while self.played.front().is_some_and(|played| played.at_ms < oldest) {
            self.drop_first();
        }
        while self.anchors.get(1).is_some_and(|anchor| anchor.at_ms < oldest) {
            self.anchors.pop_front();
        }
    }
}
