//! Weight matrices in int8: one scale for each row, symmetric, 127 for its largest number.
//!
//! Vectors are rounded to integers too, as wide as the sums of a row leave room for (at least 12 bits), so that the
//! error is the weights' alone.

use super::kernel::{LANES, Tier};
use super::network::part;
use crate::Weight;
use std::ops::Range;

/// A matrix [rows, columns] in int8.
#[derive(Debug, Clone)]
pub struct Quantised {
    rows: usize,
    columns: usize,
    /// Columns filled up to whole lanes with zeros.
    padded: usize,
    weights: Vec<i8>,
    scales: Vec<f32>,
}

/// Vectors made ready for products with matrices of one width.
#[derive(Debug, Clone, Default)]
pub struct Vectors {
    numbers: Vec<i16>,
    scales: Vec<f32>,
    sums: Vec<i32>,
}

impl Quantised {
    /// From matrices of equal width, woven in so many parts: the first part of each, then the second part of each.
    pub fn woven(matrices: &[&Weight], parts: usize) -> Self {
        let columns = matrices.first().map_or(1, |matrix| matrix.shape[1]).max(1);
        let padded = columns.next_multiple_of(LANES);
        let mut whole = Quantised { rows: 0, columns, padded, weights: Vec::new(), scales: Vec::new() };
        for index in 0..parts {
            for matrix in matrices {
                for row in part(matrix.data.len() / columns, parts, &(index..index + 1)) {
                    whole.push(&matrix.data[row * columns..][..columns]);
                }
            }
        }
        whole
    }

    fn push(&mut self, row: &[f32]) {
        let largest = row.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        self.weights.extend(row.iter().map(|number| (number / scale).round() as i8));
        self.weights.extend(std::iter::repeat_n(0, self.padded - self.columns));
        self.scales.push(scale);
        self.rows += 1;
    }

    /// How many numbers a product has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Makes `vectors` [count, columns] ready for products.
    pub fn ready(&self, vectors: &[f32], ready: &mut Vectors) {
        ready.fill(vectors, self.columns, self.padded);
    }

    /// The products of some rows with vectors that are ready go into `out` [count, rows].
    pub fn apply(&self, tier: Tier, rows: Range<usize>, ready: &mut Vectors, out: &mut Vec<f32>) {
        let weights = &self.weights[rows.start * self.padded..rows.end * self.padded];
        ready.sums.resize(ready.scales.len() * rows.len(), 0);
        tier.products(weights, &ready.numbers, self.padded, &mut ready.sums);
        out.clear();
        for (sums, scale) in ready.sums.chunks_exact(rows.len()).zip(&ready.scales) {
            out.extend(sums.iter().zip(&self.scales[rows.clone()]).map(|(&sum, row)| sum as f32 * (row * scale)));
        }
    }

    /// How many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.weights.len() + 4 * self.scales.len()
    }
}

impl Vectors {
    fn fill(&mut self, vectors: &[f32], columns: usize, padded: usize) {
        // |sum| ≤ columns · 127 · limit has to fit into i32.
        let limit = (i32::MAX as usize / (127 * padded)).min(16_383) as f32;
        self.numbers.clear();
        self.scales.clear();
        for vector in vectors.chunks_exact(columns) {
            let largest = vector.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
            let scale = if largest > 0.0 { largest / limit } else { 1.0 };
            let times = 1.0 / scale;
            self.numbers.extend(vector.iter().map(|number| round(number * times)));
            self.numbers.extend(std::iter::repeat_n(0, padded - columns));
            self.scales.push(scale);
        }
    }
}

/// To the nearest whole number. `f32::round` is a call on processors without SSE4; this is two additions.
fn round(number: f32) -> i16 {
    const ROUND: f32 = 12_582_912.0;
    ((number + ROUND) - ROUND) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_near_those_of_floats() {
        let number = |index: usize| ((index * 37 % 101) as f32 - 50.0) / 50.0;
        let weight = Weight { shape: vec![5, 20], data: (0..100).map(number).collect() };
        let vectors: Vec<f32> = (0..40).map(|index| number(index + 7)).collect();
        let (mut ready, mut out) = (Vectors::default(), Vec::new());
        let matrix = Quantised::woven(&[&weight, &weight], 1);
        matrix.ready(&vectors, &mut ready);
        matrix.apply(Tier::detect(), 3..8, &mut ready, &mut out);
        for (vector, out) in vectors.chunks(20).zip(out.chunks(5)) {
            for (row, out) in weight.data.chunks(20).cycle().skip(3).zip(out) {
                let exact: f32 = row.iter().zip(vector).map(|(one, other)| one * other).sum();
                assert!((exact - out).abs() < 0.05, "{exact} and {out}");
            }
        }
    }
}
