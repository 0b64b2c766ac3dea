//! Rows times a weight matrix.

use super::product::{By, Matrix, product};
use super::{numbers, operand};
use candle_core::{CpuStorage, CustomOp2, DType, Device, Layout, Result, Shape, Tensor};

const NAME: &str = "linear";

struct Linear;

/// x · Wᵀ of rows x [tokens, columns] and a weight W [rows, columns]: [tokens, rows].
///
/// candle's own product is as fast, but leaves the gradient of Wᵀ in the wrong order, which costs a copy each time.
///
/// # Errors
/// If the shapes do not fit, or either is not contiguous in f32.
pub fn linear(x: &Tensor, weight: &Tensor) -> Result<Tensor> {
    x.apply_op2(weight, Linear)
}

impl CustomOp2 for Linear {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout, w: &CpuStorage, lw: &Layout) -> Result<(CpuStorage, Shape)> {
        let ((tokens, columns), (rows, wide)) = (lx.shape().dims2()?, lw.shape().dims2()?);
        if columns != wide {
            candle_core::bail!("rows of {columns} numbers do not fit a weight of [{rows}, {wide}]");
        }
        let (x, w) = (operand(x, lx, NAME)?, operand(w, lw, NAME)?);
        let mut out = vec![0.0; tokens * rows];
        let (x, w) = (Matrix::new(x, tokens, columns, columns), Matrix::new(w, rows, columns, columns));
        product(x, w.turned(), 1.0, &mut out, rows, false, By::All);
        Ok((CpuStorage::F32(out), (tokens, rows).into()))
    }

    fn bwd(&self, x: &Tensor, w: &Tensor, _: &Tensor, grad: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        debug_assert_eq!(grad.dtype(), DType::F32);
        let grad = grad.contiguous()?;
        let ((tokens, columns), (rows, _)) = (x.dims2()?, w.dims2()?);
        let (xs, ws, grads) = (numbers(x, NAME)?, numbers(w, NAME)?, numbers(&grad, NAME)?);
        let grads = Matrix::new(&grads, tokens, rows, rows);
        let (ws, xs) = (Matrix::new(&ws, rows, columns, columns), Matrix::new(&xs, tokens, columns, columns));
        // What nobody learns from is a third of the work of a step.
        let times = |one: Matrix, other: Matrix, tall: usize| {
            let mut out = vec![0.0; tall * columns];
            product(one, other, 1.0, &mut out, columns, false, By::All);
            Tensor::from_vec(out, (tall, columns), &Device::Cpu)
        };
        let dx = x.track_op().then(|| times(grads, ws, tokens)).transpose()?;
        let dw = w.track_op().then(|| times(grads.turned(), xs, rows)).transpose()?;
        Ok((dx, dw))
    }
}
