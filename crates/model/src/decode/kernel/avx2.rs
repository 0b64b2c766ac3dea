//! The loops for AVX2, FMA and F16C.
//!
//! Unsafe, because these instructions exist only on some processors and because the loads are not bounds-checked: the
//! safe functions below are called for [`super::Tier::Avx2`] alone, which is made only where the instructions are
//! there, and they check every length before a pointer is used.
#![allow(unsafe_code)]

use super::{LANES, scalar};
use half::f16;
use std::arch::x86_64::*;

pub fn products(weights: &[i8], vectors: &[i16], columns: usize, out: &mut [i32]) {
    let rows = weights.len() / columns;
    let count = vectors.len() / columns;
    assert!(columns.is_multiple_of(LANES) && weights.len() == rows * columns && vectors.len() == count * columns);
    assert!(out.len() == rows * count);
    // SAFETY: the processor has AVX2 (module comment); every row and vector is `columns` long.
    unsafe { products_in_tiles(weights, vectors, columns, rows, out) }
}

/// Weights are read once for up to four vectors; with one vector four rows are summed at a time, so that the sums do
/// not wait for each other.
#[target_feature(enable = "avx2")]
unsafe fn products_in_tiles(weights: &[i8], vectors: &[i16], columns: usize, rows: usize, out: &mut [i32]) {
    let count = vectors.len() / columns;
    let mut vector = 0;
    while vector < count {
        let wide = (count - vector).min(4);
        let mut row = 0;
        while row < rows {
            let high = if wide == 1 { (rows - row).min(4) } else { (rows - row).min(2) };
            let (weights, vectors) = (weights[row * columns..].as_ptr(), vectors[vector * columns..].as_ptr());
            let mut put = |r: usize, v: usize, sum| out[(vector + v) * rows + row + r] = sum;
            // SAFETY: `high` rows and `wide` vectors begin at these pointers.
            unsafe {
                match (high, wide) {
                    (4, 1) => tile::<4, 1>(weights, vectors, columns, &mut put),
                    (2, 4) => tile::<2, 4>(weights, vectors, columns, &mut put),
                    (2, 2) => tile::<2, 2>(weights, vectors, columns, &mut put),
                    _ => {
                        for r in 0..high {
                            for v in 0..wide {
                                let mut put = |_, _, sum| put(r, v, sum);
                                tile::<1, 1>(weights.add(r * columns), vectors.add(v * columns), columns, &mut put);
                            }
                        }
                    }
                }
            }
            row += high;
        }
        vector += wide;
    }
}

#[target_feature(enable = "avx2")]
#[inline]
unsafe fn tile<const ROWS: usize, const COUNT: usize>(
    weights: *const i8,
    vectors: *const i16,
    columns: usize,
    put: &mut impl FnMut(usize, usize, i32),
) {
    let mut sums = [[_mm256_setzero_si256(); COUNT]; ROWS];
    let mut column = 0;
    while column < columns {
        // SAFETY: sixteen columns from here on are inside every row and vector (the caller's lengths).
        unsafe {
            let row = |r: usize| _mm256_cvtepi8_epi16(_mm_loadu_si128(weights.add(r * columns + column).cast()));
            let number = |v: usize| _mm256_loadu_si256(vectors.add(v * columns + column).cast());
            let numbers: [__m256i; COUNT] = std::array::from_fn(number);
            for (r, sums) in sums.iter_mut().enumerate() {
                let weights = row(r);
                for (sum, numbers) in sums.iter_mut().zip(numbers) {
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(weights, numbers));
                }
            }
        }
        column += LANES;
    }
    for (r, sums) in sums.iter().enumerate() {
        for (v, &sum) in sums.iter().enumerate() {
            put(r, v, sum_of_eight(sum));
        }
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn sum_of_eight(sum: __m256i) -> i32 {
    let four = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
    let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
    _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two)))
}

pub fn scores(query: &[f32], keys: &[f16], out: &mut [f32]) {
    if query.is_empty() || !query.len().is_multiple_of(8) {
        return scalar::scores(query, keys, out);
    }
    assert!(keys.len() == query.len() * out.len());
    // SAFETY: the processor has AVX2, FMA and F16C; each key is as long as the query.
    unsafe { scores_by_eight(query, keys, out) }
}

#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn scores_by_eight(query: &[f32], keys: &[f16], out: &mut [f32]) {
    let width = query.len();
    for (key, out) in keys.chunks_exact(width).zip(out) {
        let mut sums = [_mm256_setzero_ps(); 2];
        for at in (0..width).step_by(8) {
            // SAFETY: eight numbers from here on are inside the query and the key.
            unsafe {
                let key = _mm256_cvtph_ps(_mm_loadu_si128(key.as_ptr().add(at).cast()));
                let query = _mm256_loadu_ps(query.as_ptr().add(at));
                sums[at / 8 % 2] = _mm256_fmadd_ps(query, key, sums[at / 8 % 2]);
            }
        }
        let sum = _mm256_add_ps(sums[0], sums[1]);
        let four = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        *out = _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)));
    }
}

pub fn mix(parts: &[f32], values: &[f16], out: &mut [f32]) {
    if out.is_empty() || !out.len().is_multiple_of(8) {
        return scalar::mix(parts, values, out);
    }
    assert!(values.len() == parts.len() * out.len());
    // SAFETY: the processor has AVX2, FMA and F16C; each value is as long as `out`.
    unsafe { mix_by_eight(parts, values, out) }
}

#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn mix_by_eight(parts: &[f32], values: &[f16], out: &mut [f32]) {
    let width = out.len();
    // Thirty-two columns at a time stay in four registers while all places pass by. They begin with what `out` holds,
    // so that a run of places gives the same bits in one call or in two.
    for from in (0..width).step_by(32) {
        let lanes = (width - from).min(32) / 8;
        let mut sums = [_mm256_setzero_ps(); 4];
        for (lane, sum) in sums.iter_mut().enumerate().take(lanes) {
            // SAFETY: eight numbers from here on are inside `out`.
            *sum = unsafe { _mm256_loadu_ps(out.as_ptr().add(from + 8 * lane)) };
        }
        for (&part, value) in parts.iter().zip(values.chunks_exact(width)) {
            let part = _mm256_set1_ps(part);
            for (lane, sum) in sums.iter_mut().enumerate().take(lanes) {
                // SAFETY: eight numbers from here on are inside the value.
                let value = unsafe { _mm256_cvtph_ps(_mm_loadu_si128(value.as_ptr().add(from + 8 * lane).cast())) };
                *sum = _mm256_fmadd_ps(part, value, *sum);
            }
        }
        for (lane, sum) in sums.iter().enumerate().take(lanes) {
            // SAFETY: as above.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr().add(from + 8 * lane), *sum) };
        }
    }
}

pub fn exponentials(numbers: &mut [f32], shift: f32) -> f32 {
    #[target_feature(enable = "avx2")]
    fn vectorised(numbers: &mut [f32], shift: f32) -> f32 {
        scalar::exponentials(numbers, shift)
    }
    // SAFETY: the processor has AVX2.
    unsafe { vectorised(numbers, shift) }
}

pub fn gate(gate: &mut [f32], up: &[f32]) {
    #[target_feature(enable = "avx2")]
    fn vectorised(gate: &mut [f32], up: &[f32]) {
        scalar::gate(gate, up);
    }
    // SAFETY: the processor has AVX2.
    unsafe { vectorised(gate, up) }
}
