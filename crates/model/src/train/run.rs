//! A run from where it is to where its plan, the time or the user ends it.

use super::events::Events;
use super::folder;
use super::trainer::Step;
use super::{Held, Shards, Trainer};
use crate::Error;
use std::fmt;
use std::sync::atomic::AtomicBool;

/// What may end a run before its plan does.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Minutes that it may take, validations included.
    pub minutes: Option<f64>,
    /// Raised by whoever wants it to stop; it stops within a part of a step.
    pub cancel: &'a AtomicBool,
    /// How many bytes a step may hold at this moment; none where that is not known.
    pub free: &'a dyn Fn() -> Option<u64>,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoppedBy {
    /// All tokens of the plan are read.
    Plan,
    /// Held-out music was not foretold better for as long as the recipe has patience.
    Patience,
    /// The minutes are over.
    Time,
    /// On request.
    Cancelled,
}

impl fmt::Display for StoppedBy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            StoppedBy::Plan => "plan",
            StoppedBy::Patience => "patience",
            StoppedBy::Time => "time",
            StoppedBy::Cancelled => "cancelled",
        })
    }
}

/// What a run did.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// Steps made, over all runs in this folder.
    pub steps: u64,
    /// Tokens read, over all runs in this folder.
    pub tokens: u64,
    /// How long this run took.
    pub seconds: f64,
    /// How many tokens it learned from in a second of learning, without validations and checkpoints.
    pub tokens_per_second: f64,
    /// Before the first step of this run.
    pub before: Held,
    /// After the last one; if the run was cancelled, at the last time that it was measured.
    pub after: Held,
    /// The lowest held-out bits per note so far; the network that had them is in `best`.
    pub best: f64,
    /// Why it ended.
    pub stopped_by: StoppedBy,
}

/// What a run tells while it learns.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// A step, now and then.
    Step {
        /// Steps over all runs.
        steps: u64,
        /// Tokens over all runs.
        tokens: u64,
        /// Nats of a scored token.
        loss: f64,
        /// The same as bits of a scored note; not a number if the batch had none.
        bits_per_note: f64,
        /// Length of the gradient before clipping.
        norm: f64,
        /// Tokens learned from in a second of learning.
        tokens_per_second: f64,
    },
    /// A validation.
    Held {
        /// Steps over all runs.
        steps: u64,
        /// Tokens over all runs.
        tokens: u64,
        /// What was measured.
        held: Held,
    },
    /// Memory was short: from here on fewer tokens are read at once.
    Lighter {
        /// How many.
        tokens: usize,
    },
    /// What computed beside the processor failed: from here on, and from its last checkpoint, the run goes on without it.
    Alone {
        /// The step at which it goes on.
        steps: u64,
        /// What failed, in words.
        reason: String,
    },
    /// Something was not finite: back to the last checkpoint.
    RolledBack {
        /// The step at which it goes on.
        steps: u64,
        /// The rate with which it goes on.
        rate: f64,
    },
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millions = |tokens: &u64| *tokens as f64 / 1e6;
        match self {
            Report::Step { steps, tokens, loss, norm, tokens_per_second, .. } => {
                let tokens = millions(tokens);
                write!(out, "{steps} {tokens:.2}M loss {loss:.4} norm {norm:.2} {tokens_per_second:.0} tok/s")
            }
            Report::Held { steps, tokens, held } => {
                write!(out, "{steps} {:.2}M held out {:.4} bits/note", millions(tokens), held.bits_per_note)?;
                held.collections.iter().try_for_each(|(name, bits)| write!(out, " {name} {bits:.2}"))
            }
            Report::Lighter { tokens } => write!(out, "memory is short: {tokens} tokens are read at once from here on"),
            Report::Alone { steps, reason } => {
                write!(out, "{reason}: back to step {steps}, going on with the processor")
            }
            Report::RolledBack { steps, rate } => {
                write!(out, "a number is not finite: back to step {steps}, going on with the rate {rate:.2e}")
            }
        }
    }
}

impl Trainer {
    /// Learns until the plan, the time or the user ends it. Checkpoints are written every few minutes and at the end,
    /// so that a kill costs no more than those. `clock` tells seconds that never go back, `hear` gets a report now
    /// and then; `loss.csv`, `held_out.csv` and an event file for TensorBoard in the run's folder get the figures.
    ///
    /// # Errors
    /// As [`Trainer::step`]; [`Error::Memory`] if memory is short; [`Error::Cancelled`] if the flag is raised before the first validation is done, when
    /// nothing was learned yet.
    pub fn run(
        &mut self,
        shards: &Shards,
        limits: Limits,
        clock: &dyn Fn() -> f64,
        hear: &mut dyn FnMut(&Report),
    ) -> Result<Trained, Error> {
        let started = clock();
        let mut events = Events::begin(&self.out, self.steps(), started)?;
        let before = self.look(shards, limits.cancel, hear, &mut events, started)?;
        let mut after = before.clone();
        let (mut looked, mut saved) = (clock(), clock());
        let mut looked_at = self.tokens();
        let mut in_vain = 0;
        let (mut learned, mut seconds) = (0, 0.0);
        let stopped_by = loop {
            if self.tokens() >= self.recipe.tokens {
                break StoppedBy::Plan;
            }
            let at = clock();
            if limits.minutes.is_some_and(|minutes| at - started >= 60.0 * minutes) {
                break StoppedBy::Time;
            }
            if let Some(free) = (limits.free)()
                && self.fit_into(free)?
            {
                hear(&Report::Lighter { tokens: self.recipe.pack_tokens });
            }
            let tokens = self.tokens();
            let step = match self.step_unless(shards, limits.cancel) {
                Err(Error::Cancelled) => break StoppedBy::Cancelled,
                step => step?,
            };
            let now = clock();
            self.tell_failure(hear);
            if step.rolled_back {
                let (steps, rate) = (self.steps(), self.recipe.rate);
                hear(&Report::RolledBack { steps, rate });
                continue;
            }
            // Less than before where it went back.
            learned += self.tokens().saturating_sub(tokens);
            seconds += now - at;
            if self.steps().is_multiple_of(self.recipe.line_steps) {
                let (steps, tokens) = (self.steps(), self.tokens());
                let Step { loss, bits_per_note, norm, .. } = step;
                let tokens_per_second = learned as f64 / seconds.max(1e-9);
                hear(&Report::Step { steps, tokens, loss, bits_per_note, norm, tokens_per_second });
                folder::log(&self.out, "loss.csv", &format!("{steps},{tokens},{loss:.5}"))?;
                events.scalar("nats per token", steps, now, loss)?;
            }
            let due = match self.recipe.look_tokens {
                Some(tokens) => self.tokens() - looked_at >= tokens,
                None => now - looked > 60.0 * self.recipe.look_minutes,
            };
            if due {
                let best = self.best();
                match self.look(shards, limits.cancel, hear, &mut events, clock()) {
                    Err(Error::Cancelled) => break StoppedBy::Cancelled,
                    held => after = held?,
                }
                (looked, saved) = (clock(), clock());
                looked_at = self.tokens();
                in_vain = if self.best() == best { in_vain + 1 } else { 0 };
                if self.recipe.patience.is_some_and(|patience| in_vain >= patience) {
                    break StoppedBy::Patience;
                }
            } else if now - saved > 60.0 * self.recipe.save_minutes {
                self.save()?;
                saved = clock();
            }
        };
        match stopped_by {
            StoppedBy::Cancelled => self.save()?,
            // It was measured a moment ago.
            StoppedBy::Patience => {}
            _ => match self.look(shards, limits.cancel, hear, &mut events, clock()) {
                Err(Error::Cancelled) => self.save()?,
                held => after = held?,
            },
        }
        Ok(Trained {
            steps: self.steps(),
            tokens: self.tokens(),
            seconds: clock() - started,
            tokens_per_second: if seconds > 0.0 { learned as f64 / seconds } else { 0.0 },
            best: self.best().unwrap_or(after.bits_per_note),
            before,
            after,
            stopped_by,
        })
    }

    fn tell_failure(&mut self, hear: &mut dyn FnMut(&Report)) {
        if let Some(reason) = self.failure() {
            hear(&Report::Alone { steps: self.steps(), reason });
        }
    }

    /// Measures the network, keeps it if it is the best so far, and writes a checkpoint.
    fn look(
        &mut self,
        shards: &Shards,
        cancel: &AtomicBool,
        hear: &mut dyn FnMut(&Report),
        events: &mut Events,
        time: f64,
    ) -> Result<Held, Error> {
        let held = self.validate_unless(shards, cancel)?;
        self.tell_failure(hear);
        let (steps, tokens, bits) = (self.steps(), self.tokens(), held.bits_per_note);
        let of = |name: &String| {
            let bits = held.collections.iter().find(|(known, _)| known == name).map_or(f64::NAN, |(_, bits)| *bits);
            format!("{bits:.5}")
        };
        hear(&Report::Held { steps, tokens, held: held.clone() });
        events.scalar("held out/bits per note", steps, time, bits)?;
        for (name, bits) in &held.collections {
            events.scalar(&format!("held out/{name}"), steps, time, *bits)?;
        }
        let columns: Vec<String> = shards.valid.collections().iter().map(of).collect();
        folder::log(&self.out, "held_out.csv", &format!("{steps},{tokens},{bits:.5},{}", columns.join(",")))?;
        if self.best().is_none_or(|best| bits < best) {
            self.snapshot.state.best = Some(bits);
            folder::save(&self.out, "best", "best-before", &self.snapshot)?;
        }
        self.save()?;
        Ok(held)
    }
}
