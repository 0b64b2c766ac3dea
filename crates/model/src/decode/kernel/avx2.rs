//! The loops for AVX2, FMA and F16C.
//!
//! Unsafe, because these instructions exist only on some processors and because the loads are not bounds-checked: the
//! safe functions below are called for [`super::Tier::Avx2`] alone, which is made only where the instructions are
//! there, and they check every length before a pointer is used.
#![allow(unsafe_code)]

use super::{Keys, LANES, PLACES, Values, scalar};
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

pub fn scores(queries: &[f32], keys: Keys, out: &mut [f32], stride: usize) {
    if !keys.width.is_multiple_of(2) {
        return scalar::scores(queries, keys, out, stride);
    }
    keys.check(queries, out, stride);
    // SAFETY: the processor has AVX2, FMA and F16C; the lengths have been checked.
    unsafe { scores_of_blocks(queries, keys, out, stride) }
}

/// A key is widened once for up to four queries; even and odd columns have sums of their own, so that fewer wait for
/// each other.
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn scores_of_blocks(queries: &[f32], keys: Keys, out: &mut [f32], stride: usize) {
    let four = queries.chunks(4 * keys.width).zip(out.chunks_mut(4 * stride));
    for (queries, out) in four {
        // SAFETY: so many queries, each as wide as a key.
        unsafe {
            match queries.len() / keys.width {
                1 => block_scores::<1>(queries, keys, out, stride),
                2 => block_scores::<2>(queries, keys, out, stride),
                3 => block_scores::<3>(queries, keys, out, stride),
                _ => block_scores::<4>(queries, keys, out, stride),
            }
        }
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
#[inline]
unsafe fn block_scores<const COUNT: usize>(queries: &[f32], keys: Keys, out: &mut [f32], stride: usize) {
    let (width, halves) = (keys.width, keys.places.div_ceil(PLACES / 2));
    for half in 0..halves {
        let mut sums = [[_mm256_setzero_ps(); COUNT]; 2];
        let first = half / 2 * width * PLACES + half % 2 * (PLACES / 2);
        for pair in (0..width).step_by(2) {
            for (odd, sums) in sums.iter_mut().enumerate() {
                // SAFETY: eight places of this column are inside the block, the column inside every query.
                unsafe {
                    let column = pair + odd;
                    let key = keys.blocks.as_ptr().add(first + column * PLACES);
                    let key = _mm256_cvtph_ps(_mm_loadu_si128(key.cast()));
                    for (query, sum) in sums.iter_mut().enumerate() {
                        let query = _mm256_broadcast_ss(queries.get_unchecked(query * width + column));
                        *sum = _mm256_fmadd_ps(query, key, *sum);
                    }
                }
            }
        }
        let from = half * (PLACES / 2);
        for query in 0..COUNT {
            let mut all = [0.0; PLACES / 2];
            // SAFETY: eight numbers fit.
            unsafe { _mm256_storeu_ps(all.as_mut_ptr(), _mm256_add_ps(sums[0][query], sums[1][query])) };
            let out = &mut out[query * stride..][from..keys.places.min(from + PLACES / 2)];
            out.copy_from_slice(&all[..out.len()]);
        }
    }
}

pub fn mix(parts: &[f32], stride: usize, values: Values, out: &mut [f32]) {
    values.check(parts, stride, out);
    if !values.width.is_multiple_of(32) {
        return scalar::mix(parts, stride, values, out);
    }
    let two = parts.chunks(2 * stride).zip(out.chunks_mut(2 * values.width));
    for (parts, out) in two {
        // SAFETY: the processor has AVX2, FMA and F16C; the lengths have been checked.
        unsafe {
            match out.len() / values.width {
                1 => mixes::<1>(parts, stride, values, out),
                _ => mixes::<2>(parts, stride, values, out),
            }
        }
    }
}

/// Thirty-two columns at a time of up to two mixes stay in registers while all places pass by. They begin with what
/// `out` holds, so that a run of places gives the same bits in one call or in two.
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn mixes<const COUNT: usize>(parts: &[f32], stride: usize, values: Values, out: &mut [f32]) {
    let width = values.width;
    for from in (0..width).step_by(32) {
        let mut sums = [[_mm256_setzero_ps(); 4]; COUNT];
        for (mix, sums) in sums.iter_mut().enumerate() {
            for (lane, sum) in sums.iter_mut().enumerate() {
                // SAFETY: eight numbers from here on are inside this mix of `out`.
                *sum = unsafe { _mm256_loadu_ps(out.as_ptr().add(mix * width + from + 8 * lane)) };
            }
        }
        for (place, value) in values.rows.chunks_exact(width).enumerate() {
            // SAFETY: this place has a part in every mix.
            let parts: [__m256; COUNT] =
                std::array::from_fn(|mix| _mm256_set1_ps(unsafe { *parts.get_unchecked(mix * stride + place) }));
            for lane in 0..4 {
                // SAFETY: eight numbers from here on are inside the value.
                let value = unsafe { _mm256_cvtph_ps(_mm_loadu_si128(value.as_ptr().add(from + 8 * lane).cast())) };
                for (sums, &part) in sums.iter_mut().zip(&parts) {
                    sums[lane] = _mm256_fmadd_ps(part, value, sums[lane]);
                }
            }
        }
        for (mix, sums) in sums.iter().enumerate() {
            for (lane, sum) in sums.iter().enumerate() {
                // SAFETY: as above.
                unsafe { _mm256_storeu_ps(out.as_mut_ptr().add(mix * width + from + 8 * lane), *sum) };
            }
        }
    }
}

pub fn weigh(numbers: &mut [f32], scale: f32) -> f32 {
    #[target_feature(enable = "avx2")]
    fn vectorised(numbers: &mut [f32], scale: f32) -> f32 {
        scalar::weigh(numbers, scale)
    }
    // SAFETY: the processor has AVX2.
    unsafe { vectorised(numbers, scale) }
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
