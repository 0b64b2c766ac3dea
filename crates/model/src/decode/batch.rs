//! Several sequences that go on from one prompt.

use super::board::Board;
use super::cache::Prompt;
use super::decoder::Decoder;
use super::network::part;
use super::share::{Order, Share};
use crate::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

/// Sequences that share a prompt and are written together, by as many threads as there are processors and heads of
/// keys. The threads wait eagerly while it lives, so it should live no longer than something is written.
pub struct Batch {
    decoder: Decoder,
    prompt: Prompt,
    sequences: Vec<Sequence>,
    share: Share,
    desk: Arc<Desk>,
    others: Vec<JoinHandle<()>>,
}

struct Sequence {
    /// Tokens after the prompt that have been read.
    length: usize,
    /// Tokens that are to be read at the next step.
    pending: Vec<u32>,
    logits: Vec<f32>,
}

/// What the threads have in common.
struct Desk {
    board: Board,
    order: Mutex<Order>,
    /// The number of the order.
    number: AtomicUsize,
}

/// However a thread ends, the others do not wait for it.
struct Leaving(Arc<Desk>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.board.leave();
    }
}

impl Desk {
    fn order(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does one order after another until the board is left.
    fn work(&self, mut share: Share) {
        for number in 1.. {
            if self.board.wait(|| self.number.load(Ordering::Acquire) >= number).is_err() {
                return;
            }
            let order = self.order().clone();
            if share.read(&order, &self.board).is_err() {
                return;
            }
        }
    }
}

impl Batch {
    /// `count` sequences that begin with the prompt.
    ///
    /// # Errors
    /// [`Error::Thread`] if the system has no thread left.
    pub fn new(decoder: &Decoder, prompt: &Prompt, count: usize) -> Result<Self, Error> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Batch::with_threads(decoder, prompt, count, processors)
    }

    /// As [`Batch::new`], by at most so many threads. The numbers do not depend on it.
    ///
    /// # Errors
    /// As [`Batch::new`].
    pub fn with_threads(decoder: &Decoder, prompt: &Prompt, count: usize, threads: usize) -> Result<Self, Error> {
        let network = &decoder.network;
        let heads = network.config.num_key_value_heads;
        let threads = threads.clamp(1, heads);
        let share = |thread: usize| {
            Share::new(network.clone(), prompt.clone(), part(heads, threads, &(thread..thread + 1)), count)
        };
        let config = &network.config;
        let widest = config.hidden_size.max(config.intermediate_size).max(config.vocab_size);
        let board = Board::new(threads, widest);
        let desk = Arc::new(Desk { board, order: Mutex::default(), number: AtomicUsize::new(0) });
        let sequence = || Sequence { length: 0, pending: Vec::new(), logits: prompt.logits().to_vec() };
        let sequences = (0..count).map(|_| sequence()).collect();
        let (decoder, prompt) = (decoder.clone(), prompt.clone());
        let mut batch = Batch { decoder, prompt, sequences, share: share(0), desk, others: Vec::new() };
        for thread in 1..threads {
            let (leaving, share) = (Leaving(batch.desk.clone()), share(thread));
            let work = move || leaving.0.work(share);
            batch.others.push(Builder::new().name("decode".into()).spawn(work).map_err(Error::Thread)?);
        }
        Ok(batch)
    }

    /// Adds ids to a sequence; they are read at the next step. Ids that had to follow anyway can be added together.
    ///
    /// # Errors
    /// [`Error::Sequence`], [`Error::Id`], [`Error::Context`].
    pub fn push(&mut self, sequence: usize, ids: &[u32]) -> Result<(), Error> {
        let count = self.sequences.len();
        let sequence = self.sequences.get_mut(sequence).ok_or(Error::Sequence { sequence, count })?;
        let before = self.prompt.ids().len() + sequence.length + sequence.pending.len();
        self.decoder.network.check(ids, before)?;
        sequence.pending.extend_from_slice(ids);
        Ok(())
    }

    /// Reads what is pending. Sequences without anything pending take no part.
    ///
    /// # Errors
    /// [`Error::Stopped`] if one of the threads has ended, which is a fault of ours.
    pub fn step(&mut self) -> Result<(), Error> {
        let busy = self.sequences.iter_mut().enumerate().filter(|(_, one)| !one.pending.is_empty());
        let order: Order = busy.map(|(index, one)| (index, std::mem::take(&mut one.pending))).collect();
        if order.is_empty() {
            return Ok(());
        }
        self.desk.order().clone_from(&order);
        self.desk.number.fetch_add(1, Ordering::AcqRel);
        self.others.iter().for_each(|other| other.thread().unpark());
        let logits = self.share.read(&order, &self.desk.board).map_err(|_| Error::Stopped)?;
        for ((index, ids), logits) in order.iter().zip(logits.chunks_exact(self.decoder.config().vocab_size)) {
            let sequence = &mut self.sequences[*index];
            sequence.length += ids.len();
            sequence.logits.copy_from_slice(logits);
        }
        Ok(())
    }

    /// The logits [vocabulary] of what follows a sequence, as of the last step.
    ///
    /// # Errors
    /// [`Error::Sequence`].
    pub fn logits(&self, sequence: usize) -> Result<&[f32], Error> {
        let count = self.sequences.len();
        self.sequences.get(sequence).map(|one| one.logits.as_slice()).ok_or(Error::Sequence { sequence, count })
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.desk.board.leave();
        self.others.drain(..).for_each(|other| drop(other.join()));
    }
}
