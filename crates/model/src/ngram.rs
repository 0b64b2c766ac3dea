//! The baseline that any network has to beat: how often ids followed each other.
//!
//! Interpolated Witten-Bell estimates (Witten and Bell, The zero-frequency problem, 1991): an id's share after the last
//! n − 1 ids, mixed with its share after n − 2, and so on down to all ids alike, by how many kinds of ids followed.

use std::collections::HashMap;

/// Counts of runs of up to `order` ids.
#[derive(Debug)]
pub struct Ngram {
    order: usize,
    vocabulary: usize,
    /// What followed a run of ids: how many, and how many kinds.
    contexts: HashMap<u64, (u32, u32)>,
    /// How often a run with its next id was seen.
    runs: HashMap<u64, u32>,
}

impl Ngram {
    /// Counts nothing yet. `order` is 1 or more: 5 looks at four ids to foretell the next.
    pub fn new(order: usize, vocabulary: usize) -> Self {
        Ngram { order: order.max(1), vocabulary, contexts: HashMap::new(), runs: HashMap::new() }
    }

    /// Counts a sequence.
    pub fn learn(&mut self, ids: &[u16]) {
        for at in 0..ids.len() {
            for before in 0..self.order.min(at + 1) {
                let context = hash(&ids[at - before..at]);
                let seen = self.runs.entry(follow(context, ids[at])).or_default();
                let (all, kinds) = self.contexts.entry(context).or_default();
                *all += 1;
                *kinds += u32::from(*seen == 0);
                *seen += 1;
            }
        }
    }

    /// Bits that the id at a place of a sequence costs, given those before it.
    pub fn bits(&self, ids: &[u16], at: usize) -> f64 {
        let mut share = 1.0 / self.vocabulary as f64;
        for before in 0..self.order.min(at + 1) {
            let context = hash(&ids[at - before..at]);
            let Some(&(all, kinds)) = self.contexts.get(&context) else { break };
            let seen = self.runs.get(&follow(context, ids[at])).copied().unwrap_or(0);
            share = (f64::from(seen) + f64::from(kinds) * share) / (f64::from(all) + f64::from(kinds));
        }
        -share.log2()
    }
}

/// FNV-1a (Fowler, Noll and Vo) over a run, its length included.
fn hash(ids: &[u16]) -> u64 {
    ids.iter().fold(0xcbf2_9ce4_8422_2325 ^ ids.len() as u64, |sum, &id| follow(sum, id))
}

fn follow(sum: u64, id: u16) -> u64 {
    (sum ^ u64::from(id)).wrapping_mul(0x0100_0000_01b3).rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_all_ids_sum_to_one_and_what_was_seen_is_cheap() {
        let mut ngram = Ngram::new(3, 10);
        ngram.learn(&[1, 2, 3, 1, 2, 3, 1, 2, 4]);
        for before in [vec![], vec![1], vec![1, 2], vec![7, 8]] {
            let share = |id: u16| 2f64.powf(-ngram.bits(&[before.as_slice(), &[id]].concat(), before.len()));
            let sum: f64 = (0..10).map(share).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{before:?}: {sum}");
        }
        assert!(ngram.bits(&[1, 2, 3], 2) < 1.0 && ngram.bits(&[1, 2, 9], 2) > 4.0);
    }
}
