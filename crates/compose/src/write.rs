//! Answering prompts: token by token, several candidates at once.

use crate::Error;
use model::{Batch, Decoder, Sampling, log2_probability, sample};
use rand_chacha::ChaCha8Rng;
use std::sync::atomic::{AtomicBool, Ordering};
use tokens::vocabulary::P;
use tokens::{Cell, Grammar, Tone};

/// One answer that is being written.
pub struct Answer {
    /// Which candidate of the run is seen growing by it, if any.
    pub seen: Option<usize>,
    /// What may follow.
    pub grammar: Grammar,
    /// Its own chance.
    pub rng: ChaCha8Rng,
    /// How its tokens are drawn.
    pub sampling: Sampling,
    /// Bits of what was drawn so far.
    pub bits: f64,
    /// Tokens so far.
    pub tokens: u32,
    /// For each cell, the ids that it follows as long as they are allowed.
    lines: Vec<Option<Vec<u16>>>,
    /// How many ids of the cell are written.
    at: usize,
    heard: usize,
    pending: Vec<u32>,
}

/// Hears what has been written of a candidate: the answered cells, and the whole tones of the one being written.
pub type Hear<'a> = dyn Fn(usize, &[Cell], &[Tone]) + Sync + 'a;

/// Tones between two reports of one candidate; the first is reported at once.
const REPORT_EVERY: usize = 4;

/// Tokens that the end of a cell may need.
const CLOSING: usize = 8;

impl Answer {
    /// An answer of which nothing is written.
    pub fn new(seen: Option<usize>, grammar: Grammar, rng: ChaCha8Rng, sampling: Sampling) -> Self {
        let lines = Vec::new();
        Answer { seen, grammar, rng, sampling, bits: 0.0, tokens: 0, lines, at: 0, heard: 0, pending: Vec::new() }
    }

    /// The answer that follows a line in each cell that has one, from X to END, and is drawn from where it may not.
    pub fn following(self, lines: Vec<Option<Vec<u16>>>) -> Self {
        Answer { lines, ..self }
    }

    /// Whether it strayed from its lines in half of them at most.
    pub fn followed(&self) -> bool {
        let lines = self.lines.iter().flatten();
        2 * lines.clone().filter(|line| line.is_empty()).count() <= lines.count()
    }

    /// Writes what has to follow anyway.
    fn follow(&mut self) -> Result<(), Error> {
        while let Some(id) = self.grammar.forced() {
            self.take(id)?;
        }
        Ok(())
    }

    fn take(&mut self, id: u16) -> Result<(), Error> {
        let cell = self.grammar.cells().len();
        // Another pitch is no other line: what follows it is the same.
        let alike = |wanted: u16| wanted == id || (P.has(wanted) && P.has(id));
        if let Some(Some(line)) = self.lines.get_mut(cell)
            && !line.get(self.at).is_some_and(|&wanted| alike(wanted))
        {
            line.clear();
        }
        self.grammar.push(id)?;
        self.at = if self.grammar.cells().len() > cell { 0 } else { self.at + 1 };
        self.pending.push(u32::from(id));
        self.tokens += 1;
        Ok(())
    }

    /// Draws one token.
    fn draw(&mut self, logits: &[f32]) -> Result<(), Error> {
        let allowed: Vec<u32> = self.grammar.allowed().iter().map(u32::from).collect();
        let line = self.lines.get(self.grammar.cells().len()).and_then(Option::as_ref);
        let next = line.and_then(|line| line.get(self.at)).map(|&id| u32::from(id)).filter(|id| allowed.contains(id));
        let id = match next {
            Some(id) => id,
            None => sample(logits, &allowed, &self.sampling, &mut self.rng)?,
        };
        self.bits -= f64::from(log2_probability(logits, id));
        self.take(id as u16)
    }

    fn report(&mut self, hear: &Hear) {
        let Some(candidate) = self.seen else { return };
        let tones =
            self.grammar.cells().iter().map(|cell| cell.tones().len()).sum::<usize>() + self.grammar.unfinished().len();
        let new = tones.saturating_sub(self.heard);
        if new >= REPORT_EVERY || (self.heard == 0 && new > 0) {
            self.heard = tones;
            hear(candidate, self.grammar.cells(), self.grammar.unfinished());
        }
    }
}

/// Writes all answers to one prompt to their ends, by at most so many threads.
///
/// # Errors
/// [`Error::Cancelled`] when `cancel` is set; [`Error::Model`] or [`Error::Tokens`] if something does not fit.
pub fn write(
    decoder: &Decoder,
    prompt: &model::Prompt,
    threads: usize,
    answers: &mut [Answer],
    hear: &Hear,
    cancel: &AtomicBool,
) -> Result<(), Error> {
    let mut batch = Batch::with_threads(decoder, prompt, answers.len(), threads)?;
    let room = decoder.context().saturating_sub(prompt.ids().len());
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let mut busy = false;
        for (index, answer) in answers.iter_mut().enumerate() {
            answer.follow()?;
            answer.report(hear);
            if answer.grammar.is_done() {
                continue;
            }
            busy = true;
            // Near the end of what the network can look back on, cells are brought to their ends.
            if answer.tokens as usize + CLOSING >= room {
                answer.grammar.close();
            }
            batch.push(index, &answer.pending)?;
            answer.pending.clear();
        }
        if !busy {
            return Ok(());
        }
        batch.step()?;
        for (index, answer) in answers.iter_mut().enumerate().filter(|(_, answer)| !answer.grammar.is_done()) {
            answer.draw(batch.logits(index)?)?;
        }
    }
}
