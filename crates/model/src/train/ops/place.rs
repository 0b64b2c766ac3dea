//! Where a network computes, and by which operations.

use super::{Turns, stock};
use candle_core::{Device, Result, Tensor};
use std::sync::Arc;

/// Where a network computes.
#[derive(Debug, Clone)]
pub enum Place {
    /// The processor, by operations of our own.
    Processor,
    /// Another device, by candle's.
    Device(Device),
}

impl Place {
    /// Where its tensors are.
    pub fn device(&self) -> &Device {
        match self {
            Place::Processor => &Device::Cpu,
            Place::Device(device) => device,
        }
    }

    /// See [`super::linear`].
    pub fn linear(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        match self {
            Place::Processor => super::linear(x, weight),
            Place::Device(_) => stock::linear(x, weight),
        }
    }

    /// See [`super::norm`].
    pub fn norm(&self, x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
        match self {
            Place::Processor => super::norm(x, weight, eps),
            Place::Device(_) => stock::norm(x, weight, eps),
        }
    }

    /// See [`super::gate`].
    pub fn gate(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Place::Processor => super::gate(x),
            Place::Device(_) => stock::gate(x),
        }
    }

    /// See [`super::attend`].
    pub fn attend(&self, x: &Tensor, turns: &Arc<Turns>, lengths: &Arc<Vec<usize>>) -> Result<Tensor> {
        match self {
            Place::Processor => super::attend(x, turns, lengths),
            Place::Device(_) => stock::attend(x, turns, lengths),
        }
    }

    /// See [`super::lowered`].
    pub fn lowered(&self, out: &Tensor, narrow: &Tensor, ups: &Tensor, rows: Vec<usize>, scale: f32) -> Result<Tensor> {
        match self {
            Place::Processor => super::lowered(out, narrow, ups, Arc::new(rows), scale),
            Place::Device(_) => stock::lowered(out, narrow, ups, &rows, scale),
        }
    }

    /// See [`super::thin`].
    pub fn thin(&self, x: &Tensor, share: f64, chance: (u64, u64)) -> Result<Tensor> {
        match self {
            Place::Processor => super::thin(x, share, chance),
            Place::Device(_) => stock::thin(x, share, chance),
        }
    }

    /// See [`super::nats`].
    pub fn nats(&self, logits: &Tensor, targets: &[u32]) -> Result<Tensor> {
        match self {
            Place::Processor => super::nats(logits, Arc::new(targets.to_vec())),
            Place::Device(_) => stock::nats(logits, targets),
        }
    }
}
