//! One track, some bars of it: from notes to measures.

use crate::frame::{Frame, Frames};
use crate::measure::{self, Context};
use crate::model::{Clef, Dynamic, Measure, Part, Pitch, Staff};
use crate::plan::{Kind, Plan};
use crate::quantize::{Tone, quantize};
use crate::spell::{self, Sounding};
use crate::value::Time;
use crate::{Error, clefs, drums, dynamics, ends, hands};
use score::{Note, NoteId, Score, Tick, Track, TrackId};
use std::collections::HashMap;
use std::ops::Range;

/// How many bars before and after a note its measure may depend on, beside the notes that ring into it: the clef
/// looks four bars around, and each of those asks two more bars which hand plays what.
pub const REACH: usize = clefs::MEASURES_AROUND + HAND_BARS + 1;

/// How many bars around a bar say which hand plays what in it.
const HAND_BARS: usize = 2;

/// The clefs of the two staves of a keyboard.
const RIGHT: [Clef; 2] = [Clef::Treble, Clef::Bass];
const LEFT: [Clef; 2] = [Clef::Bass, Clef::Treble];

/// Writes the bars `bars` of one track, as they stand in the whole piece: each measure depends only on the plan, on
/// the notes that begin at most [`REACH`] bars from it or from the start of a note that rings in it.
///
/// # Errors
/// [`Error::NoTrack`] or [`Error::NoBars`].
pub fn part(score: &Score, plan: &Plan, track: TrackId, bars: Range<usize>) -> Result<Part, Error> {
    let count = score.tracks.len();
    let track = score.track(track).map_err(|_| Error::NoTrack { track, count })?;
    if bars.is_empty() {
        return Err(Error::NoBars { from: bars.start, to: bars.end });
    }
    let frames = Frames::of(score);
    let writer = Writer { score, plan, track, frames: &frames, kind: plan.layout(track).kind };
    Ok(writer.write(bars))
}

struct Writer<'a> {
    score: &'a Score,
    plan: &'a Plan,
    track: &'a Track,
    frames: &'a Frames,
    kind: Kind,
}

impl Writer<'_> {
    fn write(&self, bars: Range<usize>) -> Part {
        let ringing = self.overlapping(bars.clone());
        let first = ringing.iter().map(|note| self.frames.of_onset(note.start).index).min();
        let first = first.unwrap_or(bars.start).min(bars.start).saturating_sub(REACH);
        let wide = first..bars.end + REACH;
        let tones = quantize(self.frames, &self.plan.feel, &self.overlapping(wide.clone()));
        let spelling = self.spell(wide.clone());
        let frames: Vec<Frame> = wide.clone().map(|index| self.frames.at(index)).collect();
        let marks = self.dynamics(&tones, &frames);
        let mut staves: Vec<Staff> = Vec::new();
        for (number, (tones, clefs)) in self.staves(tones, &frames).into_iter().enumerate() {
            let measures = self.measures(tones, clefs, &frames, &bars, &spelling);
            let marked = measures.into_iter().zip(&marks[bars.start - first..]).map(|(mut measure, mark)| {
                if number == 0 {
                    measure.dynamics.extend(*mark);
                }
                measure
            });
            staves.push(Staff { measures: marked.collect() });
        }
        let header = &self.track.header;
        let name = match header.name.as_str() {
            "" if header.is_drums() => "Drums",
            "" => analysis::instrument_name(header.program),
            name => name,
        };
        Part {
            track: self.track.id,
            name: name.to_owned(),
            channel: header.channel,
            program: header.program,
            drums: self.kind == Kind::Drums,
            left: self.plan.layout(self.track).left,
            staves,
        }
    }

    /// The notes that sound in some bars, in order.
    fn overlapping(&self, bars: Range<usize>) -> Vec<&Note> {
        let early = Tick::from(self.score.tpq / 24);
        let (from, to) = (self.frames.tick(bars.start).saturating_sub(early), self.frames.tick(bars.end));
        let before = self.track.notes.partition_point(|note| note.start < to);
        self.track.notes[..before].iter().filter(|note| note.end() > from || note.start >= from).collect()
    }

    /// How each note of the track that begins in some bars is spelled, heard with all tracks.
    fn spell(&self, bars: Range<usize>) -> HashMap<NoteId, Pitch> {
        let from = self.frames.tick(bars.start.saturating_sub(spell::BARS_AROUND));
        let to = self.frames.tick(bars.end + spell::BARS_AROUND);
        let melodic = self.score.tracks.iter().filter(|track| !track.header.is_drums());
        let mut notes: Vec<&Note> = melodic.flat_map(|track| track.starting_in(from, to)).collect();
        notes.sort_by_key(|note| (note.start, note.pitch, note.id));
        let sounding = notes.iter().map(|note| Sounding {
            key: note.pitch,
            fifths: self.plan.fifths(note.start),
            bar: self.frames.of_onset(note.start).index,
        });
        let pitches = spell::spell(&sounding.collect::<Vec<_>>());
        notes.iter().map(|note| note.id).zip(pitches).collect()
    }

    /// The tones of each staff and the clefs that it may have.
    fn staves(&self, mut tones: Vec<Tone>, frames: &[Frame]) -> Vec<(Vec<Tone>, &'static [Clef])> {
        let mut staves = match self.kind {
            Kind::Drums => {
                ends::drum(&mut tones, |at| beat_end(frames, at));
                return vec![(tones, &[Clef::Percussion])];
            }
            Kind::One(clefs) => vec![(tones, clefs)],
            Kind::Hands => {
                let left = self.left_hand(&tones, frames);
                let hand = |wanted| {
                    let own = tones.iter().zip(&left).filter(move |(_, left)| **left == wanted);
                    own.map(|(tone, _)| *tone).collect()
                };
                vec![(hand(false), RIGHT.as_slice()), (hand(true), LEFT.as_slice())]
            }
        };
        if !self.plan.feel.ends_are_meant() {
            staves.iter_mut().for_each(|(tones, _)| ends::meet(tones));
        }
        staves
    }

    /// For each tone whether the left hand plays it: bar by bar, each heard with a few around it.
    fn left_hand(&self, tones: &[Tone], frames: &[Frame]) -> Vec<bool> {
        let mut left = vec![false; tones.len()];
        for at in 0..frames.len() {
            let begin = |time: Time| tones.partition_point(|tone| tone.start < time);
            let own = begin(frames[at].start)..begin(frames[at].start + frames[at].length);
            if own.is_empty() {
                continue;
            }
            let around = begin(frames[at.saturating_sub(HAND_BARS)].start)
                ..begin(frames[(at + HAND_BARS).min(frames.len() - 1)].end());
            let hands = hands::left_hand(&tones[around.clone()]);
            left[own.clone()].copy_from_slice(&hands[own.start - around.start..own.end - around.start]);
        }
        left
    }

    fn measures(
        &self,
        tones: Vec<Tone>,
        staff_clefs: &[Clef],
        frames: &[Frame],
        bars: &Range<usize>,
        spelling: &HashMap<NoteId, Pitch>,
    ) -> Vec<Measure> {
        let drums = self.kind == Kind::Drums;
        let pitch = |tone: &Tone| match drums {
            true => drums::place(tone.pitch).0,
            false => spelling.get(&tone.id).copied().unwrap_or_else(|| spell::plain(tone.pitch)),
        };
        let pitches: Vec<Pitch> = tones.iter().map(pitch).collect();
        let mut sounding: Vec<Vec<usize>> = vec![Vec::new(); frames.len()];
        let mut starting: Vec<Vec<Pitch>> = vec![Vec::new(); frames.len()];
        for (index, tone) in tones.iter().enumerate() {
            let first = frames.partition_point(|frame| frame.start <= tone.start).saturating_sub(1);
            starting[first].push(pitches[index]);
            let rings = frames[first..].iter().take_while(|frame| frame.start < tone.end).count();
            sounding[first..first + rings].iter_mut().for_each(|inside| inside.push(index));
        }
        let clef = |at: usize| clefs::clef(staff_clefs, &starting, at);
        let from = bars.start - frames.first().map_or(0, |frame| frame.index);
        let mut before = from.checked_sub(1).map(clef);
        let mut measures = Vec::with_capacity(bars.len());
        for at in from..from + bars.len() {
            let context = Context {
                frame: frames[at],
                fifths: if drums { 0 } else { self.plan.fifths(self.frames.tick(frames[at].index)) },
                drums,
                syllables: self.plan.syllables(self.track.id),
            };
            let mut measure = measure::write(&context, &tones, &pitches, &sounding[at]);
            let now = clef(at);
            measure.clef = (before != Some(now)).then_some(now);
            before = Some(now);
            measures.push(measure);
        }
        if let Some(first) = measures.first_mut() {
            // The first measure shows its clef, wherever in the piece it is.
            first.clef = Some(clef(from));
        }
        measures
    }

    /// The dynamic mark of each bar.
    fn dynamics(&self, tones: &[Tone], frames: &[Frame]) -> Vec<Option<(Time, Dynamic)>> {
        if !self.plan.layout(self.track).dynamics {
            return vec![None; frames.len()];
        }
        let own = |frame: &Frame| {
            let begin = |time: Time| tones.partition_point(|tone| tone.start < time);
            &tones[begin(frame.start)..begin(frame.end())]
        };
        let velocities: Vec<Vec<u8>> =
            frames.iter().map(|frame| own(frame).iter().map(|tone| tone.velocity).collect()).collect();
        let medians: Vec<Option<f64>> = velocities.iter().map(|velocities| dynamics::median(velocities)).collect();
        let mark = |(at, frame): (usize, &Frame)| {
            let before = &medians[at.saturating_sub(dynamics::BARS_BEFORE)..at];
            let first = own(frame).first()?.start - frame.start;
            dynamics::mark(&velocities[at], before).map(|dynamic| (first, dynamic))
        };
        frames.iter().enumerate().map(mark).collect()
    }
}

/// Where the beat of a time ends.
fn beat_end(frames: &[Frame], at: Time) -> Time {
    let index = frames.partition_point(|frame| frame.start <= at).saturating_sub(1);
    let Some(frame) = frames.get(index) else { return at };
    let beats = frame.span().beats();
    let ends = beats.iter().map(|beat| frame.start + beat.end());
    ends.into_iter().find(|&end| end > at).unwrap_or(frame.end())
}
