//! The model at work: a task in, proposals out.

use crate::dose::dose;
use crate::draft::{self, Draft};
use crate::plan::{self, Round};
use crate::rank::Rank;
use crate::task::{Proposal, Step, Task, Written};
use crate::view::{self, View};
use crate::wishes::{Wishes, staying};
use crate::write::{Answer, write};
use crate::{Cell, Error, Keep, Mode, copied};
use model::{Checkpoint, Decoder, Tier};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use score::{Note, NoteId, Score, TrackId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokens::{Grammar, Hole, Tone};

/// How often a candidate that came out like the source or like another one is written again.
const RETRIES: u32 = 3;

/// How often each candidate is drawn; the best of them is shown.
const DRAWS: u32 = 3;

/// Draws from here on choose the order in which new music is taken.
const ORDER: u32 = 1 << 16;

/// By how much each retry is hotter than the one before (after Malandro, Composer's Assistant 2, 2023).
const HOTTER: f32 = 1.15;

/// A network that is ready to write.
pub struct Composer {
    decoder: Decoder,
    name: String,
    tokens: String,
}

impl Composer {
    /// Loads the model in `folder`.
    ///
    /// # Errors
    /// [`Error::Model`] if it is no model, or not one for our vocabulary.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let checkpoint = Checkpoint::load(folder)?;
        let (size, ours) = (checkpoint.config.vocab_size, tokens::vocabulary::SIZE);
        if size != ours {
            let range = format!("{ours}, the ids of docs/tokens.md");
            return Err(model::Error::Config { what: "vocab_size", value: size.to_string(), range }.into());
        }
        let stem = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!("{stem} {}", &checkpoint.hash()[..12]);
        let tokens = checkpoint.metadata.get("tokens").cloned().unwrap_or_else(|| "an unknown number of".into());
        Ok(Composer { decoder: Decoder::new(&checkpoint, Tier::detect())?, name, tokens })
    }

    /// The model's name and the first digits of its weights' hash.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The model in a line of words.
    pub fn describe(&self) -> String {
        let config = self.decoder.config();
        let millions = config.size() as f64 / 1e6;
        format!(
            "{}, {millions:.1} million weights, {} tokens seen, context {}",
            self.name,
            self.tokens,
            self.decoder.context()
        )
    }

    /// The network.
    pub fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// Writes candidates for a task. `hear` is told what is read and written and may answer false to stop.
    ///
    /// Candidate n is a function of the piece, the task, the seed + n and the weights, and of nothing else, but that one
    /// which came out like the source or like another candidate is written again, hotter.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::NothingSelected`], [`Error::NothingToVary`], [`Error::TooDense`],
    /// [`Error::Cancelled`].
    pub fn vary(
        &self,
        score: &Score,
        task: &Task,
        hear: &mut (dyn FnMut(Step) -> bool + Send),
    ) -> Result<Written, Error> {
        if task.cells.is_empty() {
            return Err(Error::NothingSelected);
        }
        let (begun, task) = match task.settings.mode {
            Mode::Accompany | Mode::Harmonize if adds_part(score, task) => {
                draft::with_new_part(score, task, task.settings.instrument)?
            }
            _ => (score.clone(), task.clone()),
        };
        let wishes = Wishes::new(&begun, &task)?;
        let notes = notes_in(&begun, &task.cells);
        if task.settings.mode == Mode::Variation && notes.is_empty() {
            return Err(Error::NothingToVary);
        }
        let run = Run {
            composer: self,
            before: &begun,
            task: &task,
            wishes,
            sounding: notes.keys().copied().collect(),
            notes,
            hear: Mutex::new(hear),
            cancel: AtomicBool::new(false),
        };
        let candidates: Vec<u32> =
            (0..u32::from(task.settings.count)).map(|index| task.settings.seed.wrapping_add(index)).collect();
        let rank = Rank::new(&begun, &task);
        let mut chosen: Vec<Option<Draft>> = vec![None; candidates.len()];
        let mut tokens = 0;
        for attempt in 0..=RETRIES {
            let open: Vec<usize> = (0..chosen.len()).filter(|&at| chosen[at].is_none()).collect();
            let draws = open.iter().flat_map(|&at| (0..DRAWS).map(move |draw| (at, draw)));
            let mut drafts: Vec<(usize, Draft)> =
                draws.map(|(at, draw)| (at, Draft::new(candidates[at], draw, &begun))).collect();
            run.write(&mut drafts, attempt)?;
            if task.settings.mode == Mode::Variation && !task.settings.keep.contains(&Keep::Contour) {
                let by_onset = plan::keeps_rhythm(&task.settings);
                for (_, draft) in &mut drafts {
                    let mut rng = seeded(draft.seed, ORDER + draft.draw);
                    dose(&begun, draft, &task, by_onset, &mut rng);
                }
            }
            tokens += drafts.iter().map(|(_, draft)| draft.tokens).sum::<u32>();
            let last = attempt == RETRIES;
            for at in open {
                let own: Vec<Draft> = drafts.extract_if(.., |(of, _)| *of == at).map(|(_, draft)| draft).collect();
                let others: Vec<&Draft> = chosen.iter().flatten().collect();
                chosen[at] = rank.best(own, &others, last);
            }
            if chosen.iter().all(Option::is_some) {
                break;
            }
        }
        let proposals = chosen.iter().flatten().map(|draft| proposal(score, &task, draft, &rank)).collect();
        Ok(Written { proposals, tokens })
    }
}

/// Whether a part is added beside the selected ones: where the selected cells already sound.
fn adds_part(score: &Score, task: &Task) -> bool {
    !notes_in(score, &task.cells).is_empty()
}

/// How many notes stand in each of these cells; those without are left out.
fn notes_in(score: &Score, cells: &BTreeSet<Cell>) -> BTreeMap<Cell, usize> {
    let bars = score.bars();
    let mut found = BTreeMap::new();
    for track in &score.tracks {
        let here = track.notes.iter().map(|note| Cell { track: track.id, bar: bars.of_onset(note.start).index });
        here.filter(|cell| cells.contains(cell)).for_each(|cell| *found.entry(cell).or_default() += 1);
    }
    found
}

/// One call of [`Composer::vary`].
struct Run<'a, 'h> {
    composer: &'a Composer,
    before: &'a Score,
    task: &'a Task,
    wishes: Wishes<'a>,
    /// How many notes stand in the selected cells that have any.
    notes: BTreeMap<Cell, usize>,
    sounding: BTreeSet<Cell>,
    hear: Mutex<&'h mut (dyn FnMut(Step) -> bool + Send)>,
    cancel: AtomicBool,
}

/// What one candidate is asked next.
#[derive(Clone)]
struct Question<'r> {
    round: &'r Round,
    view: View,
    themes: Vec<tokens::Cell>,
    /// For each hole, how the bar before it ended before the run and how it ends now.
    tops: Vec<Option<(u8, u8)>>,
    staying: Vec<Vec<(Tone, NoteId)>>,
}

/// Questions with the same prompt, by their place among the drafts.
type Group<'r> = (Vec<u32>, Vec<(usize, Question<'r>)>);

impl Run<'_, '_> {
    /// Writes these candidates, passage by passage.
    fn write(&self, drafts: &mut [(usize, Draft)], attempt: u32) -> Result<(), Error> {
        let mut rngs: Vec<ChaCha8Rng> =
            drafts.iter().map(|(_, draft)| seeded(draft.seed, attempt * DRAWS + draft.draw)).collect();
        let mut round = plan::round(&self.task.settings, &self.task.cells, &self.sounding);
        round.sampling.temperature *= HOTTER.powi(attempt as i32);
        let notes = |cell: &Cell| self.notes.get(cell).copied().unwrap_or(0);
        let passages = view::chunks(&round.cells, self.composer.decoder.context(), &notes);
        for (step, cells) in passages.iter().enumerate() {
            let questions = match drafts.first() {
                // Before anything is written, all are asked the same.
                Some((_, first)) if step == 0 => vec![self.question(first, &round, cells)?; drafts.len()],
                _ => drafts.iter().map(|(_, draft)| self.question(draft, &round, cells)).collect::<Result<_, _>>()?,
            };
            self.answer(drafts, &mut rngs, questions.into_iter().enumerate().collect())?;
        }
        Ok(())
    }

    fn question<'r>(&self, draft: &Draft, round: &'r Round, cells: &BTreeSet<Cell>) -> Result<Question<'r>, Error> {
        let nothing_after = self.task.settings.mode == Mode::Continue;
        let ask = |hole: &Hole, now: &tokens::Cell| self.wishes.ask(round, now, draft::theme(self.before, hole));
        let view = view::of(&draft.score, cells, self.composer.decoder.context(), nothing_after, &ask)?;
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
        Ok(Question { round, view, themes, tops, staying })
    }

    /// Answers the candidates' questions; those with the same prompt are answered in one batch, others beside them.
    fn answer(
        &self,
        drafts: &mut [(usize, Draft)],
        rngs: &mut [ChaCha8Rng],
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
        // Of several draws for a candidate the first is seen growing.
        let seen: Vec<Option<usize>> = drafts.iter().map(|(at, draft)| (draft.draw == 0).then_some(*at)).collect();
        // Groups share the processors, and so do the threads of a group. Who asks from within the pool of threads has
        // others beside it.
        let processors = if rayon::current_thread_index().is_some() { 1 } else { rayon::current_num_threads() };
        let threads = processors.div_ceil(groups.len().max(1));
        let answered: Vec<Vec<Answer>> = groups
            .par_iter()
            .map(|(ids, group)| self.answer_group(ids, group, threads, &seen, rngs))
            .collect::<Result<_, Error>>()?;
        for ((_, group), answers) in groups.iter().zip(answered) {
            for ((place, question), answer) in group.iter().zip(answers) {
                let draft = &mut drafts[*place].1;
                draft.bits += answer.bits;
                draft.tokens += answer.tokens;
                draft.put(&question.view.prompt.holes, answer.grammar.cells(), &question.staying);
                rngs[*place] = answer.rng;
            }
        }
        Ok(())
    }

    fn answer_group(
        &self,
        ids: &[u32],
        group: &[(usize, Question)],
        threads: usize,
        seen: &[Option<usize>],
        rngs: &[ChaCha8Rng],
    ) -> Result<Vec<Answer>, Error> {
        let decoder = &self.composer.decoder;
        let prompt = decoder.read(ids)?;
        self.tell(Step::Read { tokens: ids.len() as u32 });
        let mut answers = Vec::new();
        for (place, question) in group {
            let holes = &question.view.prompt.holes;
            let constraints = holes.iter().enumerate().map(|(k, hole)| {
                let now = question.view.passage.cell(hole.bar, hole.part);
                let locked = question.staying[k].iter().map(|(tone, _)| *tone).collect();
                self.wishes.constraints(hole, question.round, (&question.themes[k], now), locked, question.tops[k])
            });
            let grammar = Grammar::new(holes, constraints.collect())?;
            answers.push(Answer::new(seen[*place], grammar, rngs[*place].clone(), question.round.sampling));
        }
        // All questions of a group are about the same holes.
        let holes = group.first().map_or(&[][..], |(_, question)| &question.view.prompt.holes);
        let hear = |candidate: usize, cells: &[tokens::Cell], tones: &[Tone]| {
            self.tell(Step::Wrote { candidate: candidate as u32, notes: ghosts(holes, cells, tones) });
        };
        write(decoder, &prompt, threads, &mut answers, &hear, &self.cancel)?;
        Ok(answers)
    }

    fn tell(&self, step: Step) {
        let mut hear = self.hear.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !hear(step) {
            self.cancel.store(true, Ordering::Relaxed);
        }
    }
}

/// The chance of one draw for a candidate.
fn seeded(seed: u32, draw: u32) -> ChaCha8Rng {
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

fn proposal(score: &Score, task: &Task, draft: &Draft, rank: &Rank) -> Proposal {
    let (notes, removed) = draft.difference(score);
    let bars = task.cells.iter().map(|cell| cell.bar);
    let bars = (bars.clone().min().unwrap_or(0), bars.max().unwrap_or(0));
    let label = format!("{} bars {}–{}", verb(task.settings.mode), bars.0 + 1, bars.1 + 1);
    Proposal {
        seed: draft.seed,
        edit: draft.edit(score, &label),
        bits_per_note: draft.bits_per_note() as f32,
        similarity: rank.similarity(draft) as f32,
        copied: copied::longest(score, &notes),
        notes,
        removed,
        bars,
    }
}

fn verb(mode: Mode) -> &'static str {
    match mode {
        Mode::Variation => "Vary",
        Mode::Infill => "Fill",
        Mode::Continue => "Continue in",
        Mode::Accompany => "Accompany",
        Mode::Harmonize => "Harmonize",
    }
}
