//! Muon: the step of a matrix is its momentum made orthogonal, so that no direction of the gradient drowns the others.
//!
//! Method and coefficients are Jordan et al.'s (Muon: an optimizer for hidden layers in neural networks, 2024); the
//! length of a step, 0.2 times the root of the longer side, which makes AdamW's rate and decay fit, is Liu et al.'s
//! (Muon is scalable for LLM training, 2025, section 2.2).

use super::Recipe;
use super::moments::Stride;
use crate::{Error, Weight};
use candle_core::{Device, Tensor};

/// How much of the momentum is kept from step to step.
const MOMENTUM: f32 = 0.95;

/// Coefficients of the Newton-Schulz iteration x ← a·x + (b·xxᵀ + c·(xxᵀ)²)·x.
const QUINTIC: (f64, f64, f64) = (3.4445, -4.7750, 2.0315);

/// Iterations: singular values are then between about 0.7 and 1.2.
const ROUNDS: usize = 5;

/// One step of one matrix.
///
/// # Errors
/// [`Error::Tensor`].
pub fn step(
    weight: &mut Weight,
    gradient: &[f32],
    first: &mut Weight,
    stride: Stride,
    recipe: &Recipe,
) -> Result<(), Error> {
    let Stride { scale, rate, .. } = stride;
    let mut ahead = Vec::with_capacity(gradient.len());
    for (moment, gradient) in first.data.iter_mut().zip(gradient) {
        let gradient = gradient * scale;
        *moment += (gradient - *moment) * (1.0 - MOMENTUM);
        ahead.push(gradient + (*moment - gradient) * MOMENTUM);
    }
    let direction = orthogonal(&Tensor::from_vec(ahead, weight.shape.as_slice(), &Device::Cpu)?)?;
    let longer = weight.shape.iter().max().map_or(1, |side| *side) as f32;
    let (length, keep) = (rate * 0.2 * longer.sqrt(), 1.0 - rate * recipe.weight_decay as f32);
    let direction = direction.flatten_all()?.to_vec1::<f32>()?;
    weight.data.iter_mut().zip(direction).for_each(|(weight, step)| *weight = *weight * keep - length * step);
    Ok(())
}

/// A matrix with the same directions and singular values near 1.
fn orthogonal(matrix: &Tensor) -> Result<Tensor, Error> {
    let (rows, columns) = matrix.dims2()?;
    // The square is that of the shorter side.
    let mut x = if rows > columns { matrix.t()?.contiguous()? } else { matrix.clone() };
    let size = f64::from(x.sqr()?.sum_all()?.to_scalar::<f32>()?.sqrt());
    x = (x / (size + 1e-7))?;
    let (a, b, c) = QUINTIC;
    for _ in 0..ROUNDS {
        let square = x.matmul(&x.t()?)?;
        let mix = ((&square * b)? + (square.matmul(&square)? * c)?)?;
        x = ((&x * a)? + mix.matmul(&x)?)?;
    }
    Ok(if rows > columns { x.t()?.contiguous()? } else { x })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tall_and_wide_matrices_become_nearly_orthogonal() {
        for (rows, columns) in [(8, 24), (24, 8), (12, 12)] {
            let number = |at: usize| ((at * at * 37 + at * 11) % 101) as f32 / 50.0 - 1.0;
            let data: Vec<f32> = (0..rows * columns).map(number).collect();
            let x = orthogonal(&Tensor::from_vec(data, (rows, columns), &Device::Cpu).unwrap()).unwrap();
            let short = if rows > columns { x.t().unwrap().matmul(&x) } else { x.matmul(&x.t().unwrap()) };
            let square: Vec<Vec<f32>> = short.unwrap().to_vec2().unwrap();
            // Eigenvalues of the square are between .4 and 1.6, so its trace per row is too.
            let trace: f32 = square.iter().enumerate().map(|(at, row)| row[at]).sum::<f32>() / square.len() as f32;
            assert!((0.4..1.6).contains(&trace), "{rows} by {columns}: {trace}");
            let off =
                square.iter().enumerate().flat_map(|(at, row)| row.iter().enumerate().filter(move |(to, _)| *to != at));
            assert!(off.map(|(_, value)| value.abs()).fold(0.0, f32::max) < 0.6, "{rows} by {columns}");
        }
    }
}
