//! The loops for AVX-512 with VNNI: half as many steps as with AVX2, and a product and its sum in one of them.
//!
//! Unsafe for the reasons that [`super::avx2`] gives; called for [`super::Tier::Avx512`] alone.
#![allow(unsafe_code)]

use super::{LANES, avx2, scalar};
use half::f16;
use std::arch::x86_64::*;

pub fn products(weights: &[i8], vectors: &[i16], columns: usize, out: &mut [i32]) {
    let rows = weights.len() / columns;
    let count = vectors.len() / columns;
    assert!(columns.is_multiple_of(LANES) && weights.len() == rows * columns && vectors.len() == count * columns);
    assert!(out.len() == rows * count);
    // SAFETY: the processor has AVX-512 F, BW, VL and VNNI; every row and vector is `columns` long.
    unsafe { products_in_tiles(weights, vectors, columns, rows, out) }
}

/// Weights are read once for up to four vectors; four rows are summed at a time, so that the sums do not wait for each
/// other.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
unsafe fn products_in_tiles(weights: &[i8], vectors: &[i16], columns: usize, rows: usize, out: &mut [i32]) {
    let count = vectors.len() / columns;
    let mut vector = 0;
    while vector < count {
        let wide = if count - vector >= 4 { 4 } else { 1 };
        let mut row = 0;
        while row < rows {
            let high = if rows - row >= 4 { 4 } else { 1 };
            let (weights, vectors) = (weights[row * columns..].as_ptr(), vectors[vector * columns..].as_ptr());
            let mut put = |r: usize, v: usize, sum| out[(vector + v) * rows + row + r] = sum;
            // SAFETY: `high` rows and `wide` vectors begin at these pointers.
            unsafe {
                match (high, wide) {
                    (4, 4) => tile::<4, 4>(weights, vectors, columns, &mut put),
                    (4, _) => tile::<4, 1>(weights, vectors, columns, &mut put),
                    (_, 4) => tile::<1, 4>(weights, vectors, columns, &mut put),
                    _ => tile::<1, 1>(weights, vectors, columns, &mut put),
                }
            }
            row += high;
        }
        vector += wide;
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
unsafe fn tile<const ROWS: usize, const COUNT: usize>(
    weights: *const i8,
    vectors: *const i16,
    columns: usize,
    put: &mut impl FnMut(usize, usize, i32),
) {
    let mut sums = [[_mm512_setzero_si512(); COUNT]; ROWS];
    let mut column = 0;
    while column + 32 <= columns {
        // SAFETY: thirty-two columns from here on are inside every row and vector (the caller's lengths).
        unsafe {
            let row = |r: usize| _mm512_cvtepi8_epi16(_mm256_loadu_si256(weights.add(r * columns + column).cast()));
            let number = |v: usize| _mm512_loadu_si512(vectors.add(v * columns + column).cast());
            let numbers: [__m512i; COUNT] = std::array::from_fn(number);
            for (r, sums) in sums.iter_mut().enumerate() {
                let weights = row(r);
                for (sum, numbers) in sums.iter_mut().zip(numbers) {
                    *sum = _mm512_dpwssd_epi32(*sum, weights, numbers);
                }
            }
        }
        column += 32;
    }
    for (r, sums) in sums.iter().enumerate() {
        for (v, &sum) in sums.iter().enumerate() {
            let mut whole = _mm512_reduce_add_epi32(sum);
            if column < columns {
                // SAFETY: the last sixteen columns are inside the row and the vector.
                unsafe {
                    let weights = _mm256_cvtepi8_epi16(_mm_loadu_si128(weights.add(r * columns + column).cast()));
                    let numbers = _mm256_loadu_si256(vectors.add(v * columns + column).cast());
                    let products = _mm512_castsi256_si512(_mm256_madd_epi16(weights, numbers));
                    whole += _mm512_mask_reduce_add_epi32(0x00ff, products);
                }
            }
            put(r, v, whole);
        }
    }
}

pub fn scores(query: &[f32], keys: &[f16], out: &mut [f32]) {
    if query.is_empty() || !query.len().is_multiple_of(16) {
        return avx2::scores(query, keys, out);
    }
    assert!(keys.len() == query.len() * out.len());
    // SAFETY: the processor has AVX-512 F; each key is as long as the query.
    unsafe { scores_by_sixteen(query, keys, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn scores_by_sixteen(query: &[f32], keys: &[f16], out: &mut [f32]) {
    let width = query.len();
    for (key, out) in keys.chunks_exact(width).zip(out) {
        let mut sums = [_mm512_setzero_ps(); 2];
        for at in (0..width).step_by(16) {
            // SAFETY: sixteen numbers from here on are inside the query and the key.
            unsafe {
                let key = _mm512_cvtph_ps(_mm256_loadu_si256(key.as_ptr().add(at).cast()));
                let query = _mm512_loadu_ps(query.as_ptr().add(at));
                sums[at / 16 % 2] = _mm512_fmadd_ps(query, key, sums[at / 16 % 2]);
            }
        }
        *out = _mm512_reduce_add_ps(_mm512_add_ps(sums[0], sums[1]));
    }
}

pub fn mix(parts: &[f32], values: &[f16], out: &mut [f32]) {
    if out.is_empty() || !out.len().is_multiple_of(16) {
        return avx2::mix(parts, values, out);
    }
    assert!(values.len() == parts.len() * out.len());
    // SAFETY: the processor has AVX-512 F; each value is as long as `out`.
    unsafe { mix_by_sixteen(parts, values, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn mix_by_sixteen(parts: &[f32], values: &[f16], out: &mut [f32]) {
    let width = out.len();
    // Sixty-four columns at a time stay in four registers while all places pass by; they begin with what `out` holds.
    for from in (0..width).step_by(64) {
        let lanes = (width - from).min(64) / 16;
        let mut sums = [_mm512_setzero_ps(); 4];
        for (lane, sum) in sums.iter_mut().enumerate().take(lanes) {
            // SAFETY: sixteen numbers from here on are inside `out`.
            *sum = unsafe { _mm512_loadu_ps(out.as_ptr().add(from + 16 * lane)) };
        }
        for (&part, value) in parts.iter().zip(values.chunks_exact(width)) {
            let part = _mm512_set1_ps(part);
            for (lane, sum) in sums.iter_mut().enumerate().take(lanes) {
                // SAFETY: sixteen numbers from here on are inside the value.
                let value = unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(value.as_ptr().add(from + 16 * lane).cast())) };
                *sum = _mm512_fmadd_ps(part, value, *sum);
            }
        }
        for (lane, sum) in sums.iter().enumerate().take(lanes) {
            // SAFETY: as above.
            unsafe { _mm512_storeu_ps(out.as_mut_ptr().add(from + 16 * lane), *sum) };
        }
    }
}

pub fn exponentials(numbers: &mut [f32], shift: f32) -> f32 {
    #[target_feature(enable = "avx512f,avx512vl")]
    fn vectorised(numbers: &mut [f32], shift: f32) -> f32 {
        scalar::exponentials(numbers, shift)
    }
    // SAFETY: the processor has AVX-512 F and VL.
    unsafe { vectorised(numbers, shift) }
}

pub fn gate(gate: &mut [f32], up: &[f32]) {
    #[target_feature(enable = "avx512f,avx512vl")]
    fn vectorised(gate: &mut [f32], up: &[f32]) {
        scalar::gate(gate, up);
    }
    // SAFETY: the processor has AVX-512 F and VL.
    unsafe { vectorised(gate, up) }
}
