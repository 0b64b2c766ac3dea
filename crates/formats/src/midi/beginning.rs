//! Notes that begin at one tick of a file track and wait for their program.

use score::{Note, Tick};
use std::collections::{BTreeMap, VecDeque};

/// A note, with what it plays on.
#[derive(Clone, Copy)]
pub struct Sound<'a> {
    /// Channel, 0..=15.
    pub channel: u8,
    /// The program that its channel has to have when it begins, 0..=127.
    pub program: u8,
    /// The note.
    pub note: &'a Note,
}

/// The notes of one key, by end, then program: the first to end has to be the first to begin, because a note-off does
/// not say which note it means.
type Ends<'a> = BTreeMap<Tick, BTreeMap<u8, VecDeque<Sound<'a>>>>;

/// Notes that wait.
#[derive(Default)]
pub struct Beginning<'a> {
    /// By channel and key.
    keys: BTreeMap<(u8, u8), Ends<'a>>,
    /// How many wait for each channel and program.
    waiting: BTreeMap<(u8, u8), usize>,
}

impl<'a> Beginning<'a> {
    /// Those of one tick.
    pub fn of(sounds: &[Sound<'a>]) -> Self {
        let mut beginning = Beginning::default();
        for sound in sounds {
            let ends = beginning.keys.entry((sound.channel, sound.note.pitch & 127)).or_default();
            ends.entry(sound.note.end()).or_default().entry(sound.program).or_default().push_back(*sound);
            *beginning.waiting.entry((sound.channel, sound.program)).or_default() += 1;
        }
        beginning
    }

    /// The channels on which any waits.
    pub fn channels(&self) -> Vec<u8> {
        let mut channels: Vec<u8> = self.waiting.keys().map(|(channel, _)| *channel).collect();
        channels.dedup();
        channels
    }

    /// Whether any note of a channel waits for a program.
    pub fn waits(&self, channel: u8, program: u8) -> bool {
        self.waiting.contains_key(&(channel, program))
    }

    /// Whether no note of a channel waits for any program but this one.
    pub fn settled(&self, channel: u8, program: u8) -> bool {
        self.waiting.range((channel, 0)..=(channel, 127)).all(|((_, other), _)| *other == program)
    }

    /// The program that the first of a channel's notes waits for.
    pub fn first(&self, channel: u8) -> Option<u8> {
        self.keys(channel).next().and_then(|(_, ends)| ends.values().next()?.keys().next().copied())
    }

    fn keys(&self, channel: u8) -> impl Iterator<Item = (&(u8, u8), &Ends<'a>)> {
        self.keys.range((channel, 0)..=(channel, 127))
    }

    /// The notes of a channel that want `program` and need not wait for another.
    pub fn take(&mut self, channel: u8, program: u8) -> Vec<Sound<'a>> {
        let mut taken = Vec::new();
        if !self.waits(channel, program) {
            return taken;
        }
        let keys: Vec<(u8, u8)> = self.keys(channel).map(|(place, _)| *place).collect();
        for place in keys {
            let Some(ends) = self.keys.get_mut(&place) else { continue };
            while let Some(mut first) = ends.first_entry() {
                taken.extend(first.get_mut().remove(&program).into_iter().flatten());
                if !first.get().is_empty() {
                    break;
                }
                first.remove();
            }
            if ends.is_empty() {
                self.keys.remove(&place);
            }
        }
        if let Some(waiting) = self.waiting.get_mut(&(channel, program)) {
            *waiting -= taken.len();
            if *waiting == 0 {
                self.waiting.remove(&(channel, program));
            }
        }
        taken
    }
}
