//! Numbers that are left out while learning (Srivastava et al., Dropout, 2014).

use crate::Error;
use candle_core::{Device, Tensor};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::{Mutex, PoisonError};

/// Which numbers of one step are left out.
#[derive(Debug)]
pub struct Dropout {
    share: f64,
    rng: Mutex<ChaCha8Rng>,
}

impl Dropout {
    /// `share` of all numbers, 0..1; a function of seed and step.
    pub fn new(share: f64, seed: u64, step: u64) -> Self {
        // Another stream than that which samples are drawn from.
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ u64::MAX);
        rng.set_stream(step);
        Dropout { share, rng: Mutex::new(rng) }
    }

    /// The numbers without those that are left out; the others grow, so that their mean stays.
    pub fn thin(&self, x: &Tensor) -> Result<Tensor, Error> {
        let below = (self.share * f64::from(u32::MAX)) as u32;
        let kept = (1.0 / (1.0 - self.share)) as f32;
        let mask: Vec<f32> = {
            let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
            (0..x.elem_count()).map(|_| if rng.next_u32() < below { 0.0 } else { kept }).collect()
        };
        Ok((x * Tensor::from_vec(mask, x.shape(), &Device::Cpu)?)?)
    }
}
