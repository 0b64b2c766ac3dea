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

    /// `out[place] = query · keys[place]` for keys [places, width].
    pub fn scores(self, query: &[f32], keys: &[f16], out: &mut [f32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::scores(query, keys, out),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::scores(query, keys, out),
            Tier::Scalar => scalar::scores(query, keys, out),
        }
    }

    /// Adds `parts[place] · values[place]` for values [places, width] to `out`.
    pub fn mix(self, parts: &[f32], values: &[f16], out: &mut [f32]) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => avx512::mix(parts, values, out),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => avx2::mix(parts, values, out),
            Tier::Scalar => scalar::mix(parts, values, out),
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
        for (places, width) in [(1, 8), (37, 64), (5, 16)] {
            let query: Vec<f32> = (0..width).map(|_| rng.random_range(-2.0..2.0)).collect();
            let keys: Vec<f16> = (0..places * width).map(|_| f16::from_f32(rng.random_range(-2.0..2.0))).collect();
            let (mut fast, mut plain) = (vec![0.0; places], vec![0.0; places]);
            tier.scores(&query, &keys, &mut fast);
            Tier::Scalar.scores(&query, &keys, &mut plain);
            close(&fast, &plain);
            let (mut fast_mix, mut plain_mix) = (query.clone(), query.clone());
            tier.mix(&plain, &keys, &mut fast_mix);
            Tier::Scalar.mix(&plain, &keys, &mut plain_mix);
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
