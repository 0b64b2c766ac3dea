//! What a voice learns on: the memory that there is, and a GPU until it fails.

use super::{knobs, plan, refused, tunes};
use engine::{Finetuning, Knobs, Learning, finetune, finetune_on};
use model::Accelerator;
use model::train::candle_core::{self, Device};
use model::train::{Gradients, Network, Pack};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// candle's operations on the processor, as on a GPU, for so many steps: then what a driver says when its card is lost.
#[derive(Debug)]
struct Fragile(AtomicUsize);

impl Accelerator for Fragile {
    fn name(&self) -> String {
        "the test's GPU".into()
    }

    fn device(&self) -> &Device {
        &Device::Cpu
    }

    fn gradients(
        &self,
        network: &Network,
        packs: &[Pack],
        cancel: &AtomicBool,
    ) -> Result<(f64, Gradients), model::Error> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map_err(|_| candle_core::Error::Msg("CUDA_ERROR_DEVICE_UNAVAILABLE".into()))?;
        model::train::gradients(network, packs, cancel)
    }
}

#[test]
fn a_training_whose_gpu_is_lost_goes_on_on_the_processor_and_says_so() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(home.path(), tunes(home.path(), 6));
    // It is lost while its speed is measured, in the middle, and never.
    for (steps, lost) in [(1, true), (12, true), (100_000, false)] {
        let plan = Finetuning { output: home.path().join(format!("{steps}")), ..plan.clone() };
        let (mut devices, mut told) = (Vec::new(), Vec::new());
        let gpu = Arc::new(Fragile(steps.into()));
        let done = finetune_on(Some(gpu), &plan, &AtomicBool::new(false), |learning| match learning {
            Learning::On { device } => devices.push(device.clone()),
            Learning::Alone { reason, device } => told.push((reason.clone(), device.clone())),
            _ => {}
        });
        let done = done.unwrap();
        assert_eq!(devices, ["the test's GPU"]);
        assert_eq!(
            (told.len(), done.device.starts_with("CPU")),
            (usize::from(lost), lost),
            "{told:?}, {}",
            done.device
        );
        assert!(told.iter().all(|(reason, device)| reason.contains("GPU failed") && device.starts_with("CPU")));
        assert!(done.gains && done.stopped_by == "plan", "{done:?}");
    }
}

#[test]
fn a_step_is_made_to_fit_the_memory_or_it_is_said_that_none_fits() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(home.path(), tunes(home.path(), 6));
    let with = |memory| Finetuning { knobs: Knobs { memory: Some(memory), ..knobs() }, ..plan.clone() };
    let words = refused(&with(1));
    assert!(words.contains("256 tokens at once") && words.contains("close other programs"), "{words}");
    let mut lighter = Vec::new();
    let plan = Finetuning { output: home.path().join("lighter"), ..with(16) };
    let done = finetune(&plan, &AtomicBool::new(false), |learning| {
        if let Learning::Lighter { tokens } = learning {
            lighter.push(*tokens);
        }
    });
    assert!(done.unwrap().gains && lighter.len() == 1 && lighter[0] < 2048, "{lighter:?}");
}
