//! One thread's share of a batch: its heads of keys of every sequence, and its part of every product.

use super::board::{Board, Meetings, Over};
use super::cache::{Cache, Prompt};
use super::network::{Network, Room, View, add};
use std::ops::Range;
use std::sync::Arc;

/// Tokens that some sequences are to read, the sequences in rising order.
pub type Order = Vec<(usize, Vec<u32>)>;

pub struct Share {
    network: Arc<Network>,
    prompt: Prompt,
    heads: Range<usize>,
    /// By sequence: what it has added for these heads, and how many tokens.
    sequences: Vec<(Cache, usize)>,
    meetings: Meetings,
    room: Room,
}

impl Share {
    pub fn new(network: Arc<Network>, prompt: Prompt, heads: Range<usize>, sequences: usize) -> Self {
        let sequences = (0..sequences).map(|_| (network.empty_cache(), 0)).collect();
        Share { network, prompt, heads, sequences, meetings: Meetings::default(), room: Room::default() }
    }

    /// Reads tokens, all as rows of one matrix, so that weights are read once for all of them; answers the logits
    /// [sequences of the order, vocabulary]. Every thread of the board has to do the same order.
    pub fn read(&mut self, order: &Order, board: &Board) -> Result<Vec<f32>, Over> {
        let Share { network, prompt, heads, sequences, meetings, room } = self;
        let (network, width) = (&**network, network.config.hidden_size);
        let (mut states, mut rows) = (Vec::new(), Vec::new());
        for (sequence, ids) in order {
            let place = prompt.ids().len() + sequences[*sequence].1;
            states.extend(ids.iter().flat_map(|&id| network.embed(id)));
            rows.extend((place..place + ids.len()).map(|place| (*sequence, place)));
            sequences[*sequence].1 += ids.len();
        }
        let (seen_columns, wide_columns) = (network.part(width, heads), network.config.intermediate_size);
        let gated_columns = network.part(wide_columns, heads);
        let (mut turned, mut own, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for layer in 0..network.config.num_hidden_layers {
            network.enter(layer, heads, &states, |row| rows[row].1, room, &mut turned);
            let inward = network.inward(heads);
            own.resize(rows.len() * seen_columns.len(), 0.0);
            for (turned, &(sequence, _)) in turned.chunks_exact(inward).zip(&rows) {
                network.remember(layer, heads, turned, &mut sequences[sequence].0);
            }
            let seen = own.chunks_exact_mut(seen_columns.len());
            for ((turned, seen), &(sequence, place)) in turned.chunks_exact(inward).zip(seen).zip(&rows) {
                let view = View { shared: &prompt.0.cache, own: &sequences[sequence].0 };
                network.attend(layer, heads, turned, (&view, place + 1), room, seen);
            }
            board.gather(meetings, width, seen_columns.clone(), &own, &mut all)?;
            network.outward(layer, heads, &all, room, &mut own);
            board.gather(meetings, width, seen_columns.clone(), &own, &mut all)?;
            add(&mut states, &all);
            network.widen(layer, heads, &states, room, &mut own);
            board.gather(meetings, wide_columns, gated_columns.clone(), &own, &mut all)?;
            network.narrow(layer, heads, &all, room, &mut own);
            board.gather(meetings, width, seen_columns.clone(), &own, &mut all)?;
            add(&mut states, &all);
        }
        let mut last = Vec::new();
        let mut row = 0;
        for (_, ids) in order {
            row += ids.len();
            last.extend_from_slice(&states[(row - 1) * width..row * width]);
        }
        network.head(heads, &last, room, &mut own);
        let vocabulary = network.config.vocab_size;
        board.gather(meetings, vocabulary, network.part(vocabulary, heads), &own, &mut all)?;
        Ok(all)
    }
}
