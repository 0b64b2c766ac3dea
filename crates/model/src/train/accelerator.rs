//! What computes steps beside the processor: a GPU, where the machine has one and this build knows it.

use super::gradients::gradients;
use super::moments::Gradients;
use super::{Held, Network, Pack, Shard};
use crate::Error;
use candle_core::{Device, Tensor};
use std::any::Any;
use std::fmt::Debug;
use std::sync::atomic::AtomicBool;

/// Something that computes what samples cost, and the gradients of that. All that a run knows is in the processor's
/// memory and on the disk, so it may fail at any moment: the run goes on without it, from its last checkpoint.
pub trait Accelerator: Debug + Send + Sync {
    /// In words, such as "GPU (CUDA 0)".
    fn name(&self) -> String;

    /// Where its tensors are.
    fn device(&self) -> &Device;

    /// Nats of a scored token over all packs, and their gradient.
    ///
    /// # Errors
    /// [`Error::Tensor`] if it fails; [`Error::Cancelled`].
    fn gradients(&self, network: &Network, packs: &[Pack], cancel: &AtomicBool) -> Result<(f64, Gradients), Error> {
        gradients(network, packs, cancel)
    }

    /// How well a network foretells held-out samples.
    ///
    /// # Errors
    /// As [`Held::of`].
    fn measure(&self, network: &Network, shard: &Shard, context: usize, cancel: &AtomicBool) -> Result<Held, Error> {
        Held::measure(network, shard, context, cancel)
    }
}

/// The first GPU of the machine.
#[derive(Debug)]
pub struct Gpu(Device);

impl Gpu {
    /// The GPU, if it answers.
    ///
    /// # Errors
    /// [`Error::Gpu`] with why there is none: this build does not know any (it has no feature `cuda`), there is no
    /// driver, or it fails at its first product.
    pub fn find() -> Result<Gpu, Error> {
        let refused = |reason: String| Error::Gpu { reason };
        if !candle_core::utils::cuda_is_available() {
            return Err(refused("this build computes on the processor alone".into()));
        }
        // Where the driver or a library of CUDA is missing, what loads it panics; that is no fault to be reported.
        let reporter = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let opened = std::panic::catch_unwind(|| Device::new_cuda(0));
        std::panic::set_hook(reporter);
        let device = opened.map_err(|panic| refused(missing(&*panic)))?;
        let device = device.map_err(|error| refused(error.to_string()))?;
        let answers = || {
            let ones = Tensor::ones((2, 2), candle_core::DType::F32, &device)?;
            ones.matmul(&ones)?.sum_all()?.to_scalar::<f32>()
        };
        match answers() {
            Ok(8.0) => Ok(Gpu(device)),
            Ok(other) => Err(refused(format!("its first product is {other} and not 8"))),
            Err(error) => Err(refused(error.to_string())),
        }
    }
}

/// What is missing, by what the loader of CUDA's libraries said before it gave up.
fn missing(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    match said.and_then(|said| said.split('"').nth(1)) {
        Some("cuda") => "there is no NVIDIA driver".into(),
        Some(library) => format!("CUDA's library {library} was not found"),
        None => "CUDA could not be loaded".into(),
    }
}

impl Accelerator for Gpu {
    fn name(&self) -> String {
        "GPU (CUDA 0)".into()
    }

    fn device(&self) -> &Device {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn what_is_missing_is_said_by_its_name() {
        let loader = |name: &str| format!("Unable to dynamically load the \"{name}\" shared library - searched");
        assert_eq!(missing(&loader("cuda")), "there is no NVIDIA driver");
        assert_eq!(missing(&loader("cublas")), "CUDA's library cublas was not found");
        assert_eq!(missing(&"index out of bounds"), "CUDA could not be loaded");
    }
}
