//! A low-rank change added to what matrices that stand side by side give.

use super::product::{By, Matrix, product};
use super::{numbers, operand};
use candle_core::{CpuStorage, CustomOp3, Device, Layout, Result, Shape, Tensor};
use std::sync::Arc;

const NAME: &str = "lowered";

struct Lowered {
    /// How many columns of the sum each matrix gives.
    rows: Arc<Vec<usize>>,
    scale: f32,
}

/// `out + scale · narrow · Uᵀ`, matrix by matrix: out [tokens, Σ rows], narrow [tokens, matrices · rank], and the U of all
/// matrices one below the other, [Σ rows, rank].
///
/// # Errors
/// If the shapes do not fit, or one is not contiguous in f32.
pub fn lowered(out: &Tensor, narrow: &Tensor, ups: &Tensor, rows: Arc<Vec<usize>>, scale: f32) -> Result<Tensor> {
    out.apply_op3(narrow, ups, Lowered { rows, scale })
}

impl Lowered {
    /// Where each matrix begins, and how many columns it gives.
    fn blocks(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.rows
            .iter()
            .scan(0, |from, &rows| {
                *from += rows;
                Some((*from - rows, rows))
            })
            .enumerate()
            .map(|(block, (from, rows))| (block, from, rows))
    }
}

impl CustomOp3 for Lowered {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        out: &CpuStorage,
        lo: &Layout,
        narrow: &CpuStorage,
        ln: &Layout,
        ups: &CpuStorage,
        lu: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let ((tokens, all), (also, narrows), (rows, rank)) =
            (lo.shape().dims2()?, ln.shape().dims2()?, lu.shape().dims2()?);
        if tokens != also || rows != all || narrows != rank * self.rows.len() || self.rows.iter().sum::<usize>() != all
        {
            candle_core::bail!("[{tokens}, {all}], [{also}, {narrows}] and [{rows}, {rank}] do not fit together");
        }
        let (narrow, ups) = (operand(narrow, ln, NAME)?, operand(ups, lu, NAME)?);
        let mut sum = operand(out, lo, NAME)?.to_vec();
        for (block, from, rows) in self.blocks() {
            let narrow = Matrix::new(&narrow[block * rank..], tokens, rank, narrows);
            let up = Matrix::new(&ups[from * rank..], rows, rank, rank);
            product(narrow, up.turned(), self.scale, &mut sum[from..], all, true, By::All);
        }
        Ok((CpuStorage::F32(sum), (tokens, all).into()))
    }

    /// d out is the gradient itself; d narrow = scale · gradient · U, d U = scale · gradientᵀ · narrow, block by block.
    fn bwd(
        &self,
        _: &Tensor,
        narrow: &Tensor,
        ups: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let ((tokens, all), (_, narrows), (rows, rank)) = (grad.dims2()?, narrow.dims2()?, ups.dims2()?);
        let (narrow_numbers, ups_numbers, grads) = (numbers(narrow, NAME)?, numbers(ups, NAME)?, numbers(&grad, NAME)?);
        let (mut dn, mut du) = (vec![0.0; tokens * narrows], vec![0.0; rows * rank]);
        for (block, from, rows) in self.blocks() {
            let own = Matrix::new(&grads[from..], tokens, rows, all);
            let up = Matrix::new(&ups_numbers[from * rank..], rows, rank, rank);
            let narrow = Matrix::new(&narrow_numbers[block * rank..], tokens, rank, narrows);
            product(own, up, self.scale, &mut dn[block * rank..], narrows, false, By::All);
            product(own.turned(), narrow, self.scale, &mut du[from * rank..], rank, false, By::All);
        }
        drop((narrow_numbers, ups_numbers, grads));
        let dn = Tensor::from_vec(dn, (tokens, narrows), &Device::Cpu)?;
        Ok((Some(grad), Some(dn), Some(Tensor::from_vec(du, (rows, rank), &Device::Cpu)?)))
    }
}
