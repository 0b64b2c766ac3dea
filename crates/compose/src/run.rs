//! A request on its way: what the model is asked, and what it answers.

use crate::chords::{self, Said};
use crate::draft::{self, Draft};
use crate::echo::{Echo, Echoes};
use crate::plan::{self, Round};
use crate::rank::{Merit, Rank};
use crate::task::{Step, Task};
use crate::view::{self, View};
use crate::wishes::{Place, Wishes, staying};
use crate::write::{Answer, write};
use crate::{Cell, Composer, Error, Keep, Mode};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use score::{Note, NoteId, Score, TrackId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokens::constraint::{Constraints, Moved};
use tokens::vocabulary::END;
use tokens::{Chord, Grammar, Hole, Id, Tone};

/// Draws from here on choose which onsets are avoided.
const MOVES: u32 = 1 << 17;

/// The chance that an onset of the theme is avoided in the last draw.
const MOST_MOVED: f64 = 0.9;

/// How many answers are drawn for a few candidates.
const DRAWS: u32 = 16;

/// By how much each retry is hotter than the one before (after Malandro, Composer's Assistant 2, 2023).
const HOTTER: f32 = 1.15;

/// By how much the last draw of a variation is hotter than the first.
const HEAT: f32 = 0.6;

/// A request that is being answered.
pub struct Run<'a, 'h> {
    pub composer: &'a Composer,
    /// The piece when writing began.
    pub before: &'a Score,
    pub task: &'a Task,
    pub wishes: Wishes<'a>,
    /// How many notes stand in the selected cells that have any.
    pub notes: BTreeMap<Cell, usize>,
    /// Those cells.
    pub sounding: BTreeSet<Cell>,
    /// What the piece plays in places like these, for some of the draws.
    pub echoes: Echoes,
    pub hear: Mutex<&'h mut (dyn FnMut(Step) -> bool + Send)>,
    /// Set by whoever wants it to stop.
    pub cancel: &'h AtomicBool,
}

/// What one draw is asked next.
#[derive(Clone)]
struct Question<'r> {
    round: &'r Round,
    view: View,
    themes: Vec<tokens::Cell>,
    /// For each hole, how the bar before it ended before the run and how it ends now.
    tops: Vec<Option<(u8, u8)>>,
    staying: Vec<Vec<(Tone, NoteId)>>,
    /// The chords of each bar that is read, if they are kept.
    chords: Vec<[Chord; 2]>,
    /// What the chord track says of each hole, if it is followed.
    said: Vec<Said>,
}

/// Questions with the same prompt, by their place among the drafts.
type Group<'r> = (Vec<u32>, Vec<(usize, Question<'r>)>);

impl Run<'_, '_> {
    /// Draws answers, passage by passage. From the second passage on, as many drafts as will be shown go on, each drawn
    /// several times: `rank` says which.
    pub fn write(&self, rank: &Rank, attempt: u32) -> Result<Vec<Draft>, Error> {
        let settings = &self.task.settings;
        let wanted = self.wanted();
        let numbers = attempt * wanted..(attempt + 1) * wanted;
        let mut drafts: Vec<Draft> = numbers.map(|draw| Draft::new(draw, self.echo(draw), self.before)).collect();
        let mut chances: Vec<ChaCha8Rng> = drafts.iter().map(|draft| chance(settings.seed, draft.draw)).collect();
        let mut round = plan::round(settings, &self.task.cells, &self.sounding);
        round.sampling.temperature *= HOTTER.powi(attempt as i32);
        let notes = |cell: &Cell| self.notes.get(cell).copied().unwrap_or(0);
        let passages = view::chunks(&round.cells, self.composer.context(), &notes);
        for (step, cells) in passages.iter().enumerate() {
            let questions = if step == 0 {
                // Before anything is written, all are asked the same.
                vec![self.question(&drafts[0], &round, cells)?; drafts.len()]
            } else {
                let going = rank.choose(&drafts, settings.count.into(), Merit::Shipped);
                let goes_on = |(at, draft): (usize, &Draft)| {
                    let from = &drafts[going[at % going.len()]];
                    Draft { draw: draft.draw, ..from.clone() }
                };
                drafts = drafts.iter().enumerate().map(goes_on).collect();
                let first = drafts[..going.len()].iter().map(|draft| self.question(draft, &round, cells));
                let first: Vec<Question> = first.collect::<Result<_, _>>()?;
                (0..drafts.len()).map(|at| first[at % going.len()].clone()).collect()
            };
            self.answer(&mut drafts, &mut chances, questions.into_iter().enumerate().collect())?;
        }
        Ok(drafts)
    }

    fn question<'r>(&self, draft: &Draft, round: &'r Round, cells: &BTreeSet<Cell>) -> Result<Question<'r>, Error> {
        let nothing_after = self.task.settings.mode == Mode::Continue;
        let ask = |hole: &Hole, now: &tokens::Cell| self.wishes.ask(round, now, draft::theme(self.before, hole));
        let follows = self.task.settings.chords;
        let wish = view::Wish { nothing_after, follows, ask: &ask };
        let view = view::of(&draft.score, cells, self.composer.context(), &wish)?;
        let holes = &view.prompt.holes;
        let themes = holes.iter().map(|hole| draft::theme(self.before, hole)).collect();
        let staying =
            holes.iter().map(|hole| staying(&draft.score, self.task, round, hole, draft.notes(hole))).collect();
        let tops = |hole: &Hole| {
            let bar = hole.bar.checked_sub(1)?;
            let last = Hole { bar, measure: view.passage.measures[bar], ..*hole };
            let now = view.passage.cell(bar, hole.part).last_top();
            draft::theme(self.before, &last).last_top().zip(now)
        };
        let tops = holes.iter().map(tops).collect();
        let keeps = round.keep.contains(&Keep::Harmony);
        let chords = if keeps { view.passage.chords(|_, _| true) } else { Vec::new() };
        let said = |hole: &Hole| if follows { chords::said(self.before, &hole.measure) } else { Said::default() };
        let said = view.prompt.holes.iter().map(said).collect();
        Ok(Question { round, view, themes, tops, staying, chords, said })
    }

    /// Answers the draws' questions; those with the same prompt are answered in one batch, others beside them.
    fn answer(
        &self,
        drafts: &mut [Draft],
        chances: &mut [ChaCha8Rng],
        questions: Vec<(usize, Question)>,
    ) -> Result<(), Error> {
        let mut groups: Vec<Group> = Vec::new();
        for (place, question) in questions {
            let ids: Vec<u32> = question.view.prompt.ids.iter().map(|&id| id.into()).collect();
            match groups.iter_mut().find(|(other, _)| *other == ids) {
                Some((_, group)) => group.push((place, question)),
                None => groups.push((ids, vec![(place, question)])),
            }
        }
        // Groups share the processors, and so do the threads of a group. Who asks from within the pool of threads has
        // others beside it.
        let processors = if rayon::current_thread_index().is_some() { 1 } else { rayon::current_num_threads() };
        let threads = processors.div_ceil(groups.len().max(1));
        let answered: Vec<Vec<Answer>> = groups
            .par_iter()
            .map(|(ids, group)| self.answer_group(ids, group, threads, drafts, chances))
            .collect::<Result<_, Error>>()?;
        for ((_, group), answers) in groups.iter().zip(answered) {
            for ((place, question), answer) in group.iter().zip(answers) {
                let draft = &mut drafts[*place];
                draft.bits += answer.bits;
                draft.tokens += answer.tokens;
                if !answer.followed() {
                    draft.echo = Echo::Not;
                }
                draft.put(&question.view.prompt.holes, answer.grammar.cells(), &question.staying);
                chances[*place] = answer.rng;
            }
        }
        Ok(())
    }

    fn answer_group(
        &self,
        ids: &[u32],
        group: &[(usize, Question)],
        threads: usize,
        drafts: &[Draft],
        chances: &[ChaCha8Rng],
    ) -> Result<Vec<Answer>, Error> {
        let decoder = self.composer.decoder();
        let prompt = decoder.read(&self.composer.styled(ids))?;
        self.tell(Step::Read { tokens: ids.len() as u32 });
        let mut answers = Vec::new();
        for (place, question) in group {
            let holes = &question.view.prompt.holes;
            let draw = drafts[*place].draw;
            let mut moves = chance(self.task.settings.seed, MOVES + draw);
            let constraints = holes.iter().enumerate().map(|(k, hole)| {
                let theme = &question.themes[k];
                let place = Place {
                    theme,
                    now: question.view.passage.cell(hole.bar, hole.part),
                    locked: question.staying[k].iter().map(|(tone, _)| *tone).collect(),
                    tops: question.tops[k],
                    said: question.said[k],
                    chords: question.chords.get(hole.bar).map_or([None; 2], |halves| halves.map(Chord::classes)),
                    echo: drafts[*place].echoes().then(|| self.echoes.of(hole)).flatten(),
                };
                let all = self.wishes.constraints(hole, question.round, place);
                let rate = self.moved(draw, question.round);
                let moved = (rate > 0.0).then(|| Moved::of(theme, |_| moves.random_bool(rate)));
                Constraints { moved, ..all }
            });
            let grammar = Grammar::new(holes, constraints.collect())?;
            // As many draws as there will be candidates are seen growing.
            let seen = (draw < u32::from(self.task.settings.count)).then_some(draw as usize);
            let mut sampling = question.round.sampling;
            sampling.temperature *= self.heat(draw);
            let answer = Answer::new(seen, grammar, chances[*place].clone(), sampling);
            answers.push(if drafts[*place].echoes() { answer.following(self.lines(holes)) } else { answer });
        }
        // All questions of a group are about the same holes.
        let holes = group.first().map_or(&[][..], |(_, question)| &question.view.prompt.holes);
        let hear = |candidate: usize, cells: &[tokens::Cell], tones: &[Tone]| {
            self.tell(Step::Wrote { candidate: candidate as u32, notes: ghosts(holes, cells, tones) });
        };
        write(decoder, &prompt, threads, &mut answers, &hear, self.cancel)?;
        Ok(answers)
    }

    /// Among the draws of a variation some are hotter, so that one is as far from the source as was asked.
    fn heat(&self, draw: u32) -> f32 {
        let wanted = self.wanted();
        match self.task.settings.mode {
            Mode::Variation => 1.0 + HEAT * (draw % wanted) as f32 / wanted as f32,
            _ => 1.0,
        }
    }

    /// The chance that an onset of the theme is avoided: where pitches are kept and the rhythm is not, each draw leaves
    /// more of the old rhythm than the one before, so that one of them is as far from it as was asked.
    fn moved(&self, draw: u32, round: &Round) -> f64 {
        let wanted = self.wanted();
        let only_rhythm = round.keep.contains(&Keep::Pitches) && !round.keep.contains(&Keep::Rhythm);
        let varies = self.task.settings.mode == Mode::Variation && only_rhythm;
        if varies { MOST_MOVED * f64::from(draw % wanted) / f64::from(wanted) } else { 0.0 }
    }

    /// The ids that give back what the piece plays in places like these holes.
    fn lines(&self, holes: &[Hole]) -> Vec<Option<Vec<Id>>> {
        let line = |(k, hole): (usize, &Hole)| {
            let mut ids = hole.opening(k);
            self.echoes.of(hole)?.write(&mut ids);
            ids.push(END);
            Some(ids)
        };
        holes.iter().enumerate().map(line).collect()
    }

    /// How far a draw follows the echoes: half of the first ones do, and where nothing is left to be drawn only one.
    fn echo(&self, draw: u32) -> Echo {
        let wanted = self.wanted();
        let (echo, draws) = if self.echoes.is_whole() { (Echo::Whole, 1) } else { (Echo::Partly, wanted / 2) };
        if !self.echoes.is_empty() && (wanted - draws..wanted).contains(&draw) { echo } else { Echo::Not }
    }

    /// How many answers are drawn at a time.
    fn wanted(&self) -> u32 {
        DRAWS.max(2 * u32::from(self.task.settings.count))
    }

    fn tell(&self, step: Step) {
        let mut hear = self.hear.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !hear(step) {
            self.cancel.store(true, Ordering::Relaxed);
        }
    }
}

/// The chance of one draw.
pub fn chance(seed: u32, draw: u32) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(u64::from(draw) << 32 | u64::from(seed))
}

/// What has been written so far, in ticks; the ids are only for drawing.
fn ghosts(holes: &[Hole], cells: &[tokens::Cell], tones: &[Tone]) -> Vec<(TrackId, Note)> {
    let mut notes = Vec::new();
    let unfinished = holes.get(cells.len()).map(|hole| tokens::Cell::new(hole.voice.is_drums(), tones.to_vec()));
    for (hole, cell) in holes.iter().zip(cells.iter().chain(&unfinished)) {
        let first = notes.len() as u32;
        notes.extend(tokens::answer::notes(cell, hole, &[], first).into_iter().map(|note| (hole.voice.track, note)));
    }
    notes
}
