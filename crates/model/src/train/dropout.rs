//! Numbers that are left out while learning (Srivastava et al., Dropout, 2014).

use super::ops::Place;
use crate::Error;
use candle_core::Tensor;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which numbers of one step are left out.
#[derive(Debug)]
pub struct Dropout {
    share: f64,
    seed: u64,
    step: u64,
    /// How often numbers were left out in this step.
    calls: AtomicU64,
}

impl Dropout {
    /// `share` of all numbers, 0..1; a function of seed and step.
    pub fn new(share: f64, seed: u64, step: u64) -> Self {
        // Another stream than that which samples are drawn from.
        Dropout { share, seed: seed ^ u64::MAX, step, calls: AtomicU64::new(0) }
    }

    /// The numbers without those that are left out; the others grow, so that their mean stays.
    pub fn thin(&self, x: &Tensor, place: &Place) -> Result<Tensor, Error> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(place.thin(x, self.share, (self.seed, self.step << 16 | call))?)
    }
}
