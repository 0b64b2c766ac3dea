//! The grammar of an answer: which ids may follow, so that whatever is drawn decodes and holds the constraints (§6).
//!
//! Three layers: this file walks through the masked cells (`X_k INST [ORD]` and END are forced); `line` turns what a
//! cell may contain next into ids (POS, VEL, DUR, pitch, in the one spelling that writing gives); `ahead` asks the
//! constraints which notes may come next. A set of ids is never empty before the answer is done.

mod ahead;
mod choice;
mod line;

use crate::constraint::Constraints;
use crate::vocabulary::{EMPTY, END, name};
use crate::{Cell, Error, Hole, Id, Mask};
use line::Line;
use std::sync::Arc;

/// One masked cell to be answered.
#[derive(Debug)]
struct Question {
    opening: Vec<Id>,
    hole: Hole,
    constraints: Constraints,
}

/// Where in a cell's answer it is.
#[derive(Debug, Clone)]
enum Stage {
    /// So many ids of the opening are written.
    Opening(usize),
    /// The notes.
    Notes(Box<Line>),
    /// After EMPTY.
    Silent,
}

/// The state of an answer that is being written. Cloning it is cheap: each candidate has its own.
#[derive(Debug, Clone)]
pub struct Grammar {
    questions: Arc<[Question]>,
    stage: Stage,
    done: Vec<Cell>,
    length: usize,
    closing: bool,
    allowed: Mask,
}

impl Grammar {
    /// The grammar of the answer to these holes, each with its constraints.
    ///
    /// # Errors
    /// [`Error::Range`] if there are not as many constraints as holes.
    pub fn new(holes: &[Hole], constraints: Vec<Constraints>) -> Result<Grammar, Error> {
        let count = holes.len() as i64;
        if constraints.len() != holes.len() {
            let value = constraints.len() as i64;
            return Err(Error::Range { what: "number of constraints", value, low: count, high: count });
        }
        let question = |(k, (hole, constraints)): (usize, (&Hole, Constraints))| Question {
            opening: hole.opening(k),
            hole: *hole,
            constraints,
        };
        let questions = holes.iter().zip(constraints).enumerate().map(question).collect();
        let stage = Stage::Opening(0);
        let mut grammar =
            Grammar { questions, stage, done: Vec::new(), length: 0, closing: false, allowed: Mask::NONE };
        grammar.allowed = grammar.next();
        Ok(grammar)
    }

    /// Which ids may follow; none once the answer is done. EOS is left to the caller: nothing follows it.
    pub fn allowed(&self) -> &Mask {
        &self.allowed
    }

    /// The id that has to follow, if there is only one: the network need not be asked.
    pub fn forced(&self) -> Option<Id> {
        self.allowed.single()
    }

    /// Whether all cells are answered.
    pub fn is_done(&self) -> bool {
        self.done.len() == self.questions.len()
    }

    /// The cells that are answered already.
    pub fn cells(&self) -> &[Cell] {
        &self.done
    }

    /// The notes of the cell that is being answered, as far as they are complete.
    pub fn unfinished(&self) -> &[crate::Tone] {
        match &self.stage {
            Stage::Notes(line) => line.complete_tones(),
            _ => &[],
        }
    }

    /// From here on asks for no further notes but locked ones, so that the answer comes to its end soon: for when
    /// the context is nearly full. A note that has begun is finished.
    pub fn close(&mut self) {
        self.closing = true;
        if let Stage::Notes(line) = &mut self.stage {
            line.close();
        }
        self.allowed = self.next();
    }

    /// Takes the next id.
    ///
    /// # Errors
    /// [`Error::Misplaced`] if it is not allowed; the grammar is unchanged then.
    pub fn push(&mut self, id: Id) -> Result<(), Error> {
        if !self.allowed.has(id) {
            let why = "the grammar or a constraint forbids it";
            return Err(Error::Misplaced { at: self.length, id, name: name(id), why });
        }
        self.length += 1;
        self.advance(id);
        self.allowed = self.next();
        Ok(())
    }

    fn advance(&mut self, id: Id) {
        match &mut self.stage {
            Stage::Opening(written) => {
                *written += 1;
                let question = &self.questions[self.done.len()];
                if *written == question.opening.len() {
                    let mut constraints = question.constraints.clone();
                    if let Some(top) = self.top_before(&question.hole) {
                        constraints.contour = constraints.contour.map(|contour| contour.from(top));
                    }
                    let line = Line::new(&question.hole, &constraints, self.closing);
                    self.stage = Stage::Notes(Box::new(line));
                }
            }
            Stage::Notes(_) if id == EMPTY => self.stage = Stage::Silent,
            Stage::Notes(line) if id == END => {
                let cell = line.take();
                self.finish(cell);
            }
            Stage::Notes(line) => line.push(id),
            Stage::Silent => {
                let drums = self.questions[self.done.len()].hole.voice.is_drums();
                self.finish(Cell::new(drums, Vec::new()));
            }
        }
    }

    /// With which top the bar before a hole ends, if this answer has written it.
    fn top_before(&self, hole: &Hole) -> Option<u8> {
        let before = |question: &Question| question.hole.part == hole.part && question.hole.bar + 1 == hole.bar;
        let at = self.questions.iter().position(before)?;
        self.done.get(at)?.last_top()
    }

    fn finish(&mut self, cell: Cell) {
        self.done.push(cell);
        self.stage = Stage::Opening(0);
    }

    fn next(&self) -> Mask {
        let mut mask = Mask::NONE;
        match (&self.stage, self.questions.get(self.done.len())) {
            (_, None) => {}
            (Stage::Opening(written), Some(question)) => mask.allow(question.opening[*written]),
            (Stage::Notes(line), Some(_)) => line.allow(&mut mask),
            (Stage::Silent, Some(_)) => mask.allow(END),
        }
        mask
    }
}
