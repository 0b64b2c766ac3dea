//! The loops that take the time, in one form for each kind of processor, chosen when the program starts.
//!
//! The sums of integers are exact, so all tiers agree on them to the bit; sums of floats agree within 1e-5.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod scalar;

use half::f16;
use std::fmt;

/// Columns of a weight matrix are filled up to a multiple of this.
pub const LANES: usize = 16;

/// Places that the keys of a block hold beside each other.
pub const PLACES: usize = 16;

/// Keys by blocks of [`PLACES`] places, each block [width, places], so that a query meets all places of a block in one
/// step and no sum runs across a register.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    pub blocks: &'a [f16],
    pub width: usize,
    /// Those that count; the last block is filled up.
    pub places: usize,
}

/// Values [places, width].
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    pub rows: &'a [f16],
    pub width: usize,
}

#[cfg(target_arch = "x86_64")]
impl Keys<'_> {
    /// What the loops without bounds checks rely on.
    fn check(&self, queries: &[f32], out: &[f32], stride: usize) {
        let count = queries.len() / self.width;
        assert!(count > 0 && queries.len() == count * self.width && self.places <= stride);
        assert!(self.blocks.len() >= self.places.next_multiple_of(PLACES) * self.width);
        assert!(out.len() >= (count - 1) * stride + self.places);
    }
}

#[cfg(target_arch = "x86_64")]
impl Values<'_> {
    /// As for the keys.
    fn check(&self, parts: &[f32], stride: usize, out: &[f32]) {
        let (count, places) = (out.len() / self.width, self.rows.len() / self.width);
        assert!(count > 0 && out.len() == count * self.width && self.rows.len() == places * self.width);
        assert!(places <= stride && parts.len() >= (count - 1) * stride + places);
    }
}

/// A kind of processor that we have loops for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// x86-64 with AVX-512 (F, BW, VL) and VNNI: servers since 2019, desktops since Zen 4.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// x86-64 with AVX2, FMA and F16C: any since about 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Any processor.
    Scalar,
}

impl Tier {
    /// The fastest that this processor can do.
    pub fn detect() -> Self {
        Tier::all()[0]
    }

    /// All that this processor can do, the fastest first.
    pub fn all() -> Vec<Tier> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            use std::is_x86_feature_detected as has;
            let avx2 = has!("avx2") && has!("fma") && has!("f16c");
            if avx2 && has!("avx512f") && has!("avx512bw") && has!("avx512vl") && has!("avx512vnni") {
                all.push(Tier::Avx512);
            }
            if avx2 {
                all.push(Tier::Avx2);
            }
        }
        all.push(Tier::Scalar);
        all
    }

    /// Products of rows of weights [rows, columns] with vectors [count, columns]: `out[vector * rows + row]`. Columns
    /// are a multiple of [`LANES`]; no sum may leave i32, which [`super::quantised`] sees to.
    pub fn products(self, weights: &[i8], vectors: &[i16], columns: usize, out: &mut [i32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::products(weights, vectors, columns, out),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::products(weights, vectors, columns, out),
            Tier::Scalar => scalar::products(weights, vectors, columns, out),
        }
    }

    /// `out[query * stride + place] = queries[query] · keys[place]` for queries [count, width].
    pub fn scores(self, queries: &[f32], keys: Keys, out: &mut [f32], stride: usize) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::scores(queries, keys, out, stride),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::scores(queries, keys, out, stride),
            Tier::Scalar => scalar::scores(queries, keys, out, stride),
        }
    }

    /// Adds `parts[mix * stride + place] · values[place]` over all places to each mix of `out` [count, width].
    pub fn mix(self, parts: &[f32], stride: usize, values: Values, out: &mut [f32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::mix(parts, stride, values, out),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::mix(parts, stride, values, out),
            Tier::Scalar => scalar::mix(parts, stride, values, out),
        }
    }

    /// Replaces each x by exp(scale · (x - the largest x)), scale > 0, and answers their sum.
    pub fn weigh(self, numbers: &mut [f32], scale: f32) -> f32 {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::weigh(numbers, scale),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::weigh(numbers, scale),
            Tier::Scalar => scalar::weigh(numbers, scale),
        }
    }

    /// Replaces each x by exp(x - shift) and answers their sum.
    pub fn exponentials(self, numbers: &mut [f32], shift: f32) -> f32 {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::exponentials(numbers, shift),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::exponentials(numbers, shift),
            Tier::Scalar => scalar::exponentials(numbers, shift),
        }
    }

    /// `gate[i] = silu(gate[i]) · up[i]` (Shazeer, GLU Variants Improve Transformer, 2020).
    pub fn gate(self, gate: &mut [f32], up: &[f32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::gate(gate, up),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::gate(gate, up),
            Tier::Scalar => scalar::gate(gate, up),
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => "AVX-512 with VNNI",
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => "AVX2",
            Tier::Scalar => "no vector instructions of ours",
        })
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_tiers_agree() {
        if Tier::detect() == Tier::Scalar {
            eprintln!("skipped: this processor has no AVX2");
        }
        for tier in Tier::all() {
            agrees_with_scalar(tier);
        }
    }

    fn agrees_with_scalar(tier: Tier) {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for (rows, columns, count) in [(1, 16, 1), (7, 48, 3), (33, 256, 1), (12, 704, 9), (5, 32, 4)] {
            let weights: Vec<i8> = (0..rows * columns).map(|_| rng.random_range(-127..=127)).collect();
            let vectors: Vec<i16> = (0..count * columns).map(|_| rng.random_range(-16_000..=16_000)).collect();
            let (mut fast, mut plain) = (vec![0; rows * count], vec![0; rows * count]);
            tier.products(&weights, &vectors, columns, &mut fast);
            Tier::Scalar.products(&weights, &vectors, columns, &mut plain);
            assert_eq!(fast, plain, "{rows} rows, {columns} columns, {count} vectors");
        }
        for (count, places, width) in [(1, 1_usize, 8), (3, 37, 64), (5, 16, 16), (2, 48, 80)] {
            let stride = places + 5;
            let mut number = |_| rng.random_range(-2.0..2.0);
            let queries: Vec<f32> = (0..count * width).map(&mut number).collect();
            let blocks = places.next_multiple_of(PLACES) * width;
            let blocks: Vec<f16> = (0..blocks).map(&mut number).map(f16::from_f32).collect();
            let rows: Vec<f16> = (0..places * width).map(&mut number).map(f16::from_f32).collect();
            let keys = Keys { blocks: &blocks, width, places };
            let (mut fast, mut plain) = (vec![0.5; count * stride], vec![0.5; count * stride]);
            tier.scores(&queries, keys, &mut fast, stride);
            Tier::Scalar.scores(&queries, keys, &mut plain, stride);
            close(&fast, &plain);
            let values = Values { rows: &rows, width };
            let (mut fast_mix, mut plain_mix) = (queries.clone(), queries);
            tier.mix(&plain, stride, values, &mut fast_mix);
            Tier::Scalar.mix(&plain, stride, values, &mut plain_mix);
            close(&fast_mix, &plain_mix);
        }
        let numbers: Vec<f32> = (0..999).map(|_| rng.random_range(-30.0..0.0)).collect();
        let (mut fast, mut plain) = (numbers.clone(), numbers.clone());
        let sums = [tier.exponentials(&mut fast, 0.5), Tier::Scalar.exponentials(&mut plain, 0.5)];
        close(&fast, &plain);
        close(&[sums[0]], &[sums[1]]);
        for (number, result) in numbers.iter().zip(&plain) {
            assert!((result - (number - 0.5).exp()).abs() < 1e-6);
        }
        let (mut fast, mut plain) = (numbers.clone(), numbers.clone());
        let sums = [tier.weigh(&mut fast, 0.5), Tier::Scalar.weigh(&mut plain, 0.5)];
        close(&fast, &plain);
        close(&[sums[0]], &[sums[1]]);
        let largest = numbers.iter().copied().fold(f32::MIN, f32::max);
        for (number, result) in numbers.iter().zip(&plain) {
            assert!((result - (0.5 * (number - largest)).exp()).abs() < 1e-6);
        }
        tier.gate(&mut fast, &numbers);
        Tier::Scalar.gate(&mut plain, &numbers);
        close(&fast, &plain);
    }

    fn close(one: &[f32], other: &[f32]) {
        for (one, other) in one.iter().zip(other) {
            assert!((one - other).abs() <= 1e-5 * (1.0 + one.abs()), "{one} and {other}");
        }
    }
}
