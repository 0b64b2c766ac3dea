//! All that was drawn for a request, and what of it is shown.

use crate::draft::Draft;
use crate::rank::{Merit, Rank};
use crate::task::{Proposal, Task};
use crate::{Mode, copied};
use analysis::Known;
use score::Score;

/// The draws of one request.
pub struct Pool<'a> {
    /// The piece as it stands.
    pub(crate) score: &'a Score,
    /// The piece when writing began, with the empty part that a new part is written in.
    pub(crate) begun: Score,
    pub(crate) task: Task,
    pub(crate) draws: Vec<Draft>,
    /// What the model learnt from.
    pub(crate) known: &'a [Known],
}

impl Pool<'_> {
    /// How many tokens were drawn or forced.
    pub fn tokens(&self) -> u32 {
        self.draws.iter().map(|draft| draft.tokens).sum()
    }

    /// As many candidates as were asked for, the best first.
    pub fn best(&self, merit: Merit) -> Vec<Proposal> {
        let rank = Rank::new(&self.begun, &self.task, self.known);
        let chosen = rank.choose(&self.draws, self.task.settings.count.into(), merit);
        chosen.into_iter().map(|at| proposal(self.score, &self.task, &self.draws[at], &rank, self.known)).collect()
    }
}

fn proposal(score: &Score, task: &Task, draft: &Draft, rank: &Rank, known: &[Known]) -> Proposal {
    let (notes, removed) = draft.difference(score);
    let bars = task.cells.iter().map(|cell| cell.bar);
    let bars = (bars.clone().min().unwrap_or(0), bars.max().unwrap_or(0));
    let label = format!("{} bars {}–{}", verb(task.settings.mode), bars.0 + 1, bars.1 + 1);
    Proposal {
        seed: task.settings.seed,
        edit: draft.edit(score, &label),
        bits_per_note: draft.bits_per_note() as f32,
        similarity: rank.similarity(draft) as f32,
        copied: copied::longest(score, &notes),
        known: copied::known(known, score, &notes),
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
