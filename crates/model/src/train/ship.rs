//! From a training run to what is shipped.

use crate::{Checkpoint, Error, Precision};
use half::f16;
use std::path::Path;

/// Reads a checkpoint (`last`, `best` or any model folder) and writes it to another folder in f16, without what only
/// training needs. Answers the network as it will be read back.
///
/// # Errors
/// As [`Checkpoint::load`]; [`Error::Weight`] if a number is too large for f16; [`Error::System`].
pub fn ship(from: &Path, to: &Path) -> Result<Checkpoint, Error> {
    let checkpoint = Checkpoint::load(from)?;
    let too_large = |number: &f32| !f16::from_f32(*number).is_finite();
    for (name, weight) in &checkpoint.weights {
        if let Some(number) = weight.data.iter().find(|number| too_large(number)) {
            let problem = format!("holds {number}, which is beyond the 65504 of 16 bits");
            return Err(Error::Weight { name: name.clone(), problem });
        }
    }
    checkpoint.save(to, Precision::Half)?;
    Checkpoint::load(to)
}
