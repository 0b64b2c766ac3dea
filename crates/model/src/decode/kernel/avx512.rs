//! The loops for AVX-512 with VNNI: half as many steps as with AVX2, and a product and its sum in one of them.
//!
//! Unsafe for the reasons that [`super::avx2`] gives; called for [`super::Tier::Avx512`] alone.
#![allow(unsafe_code)]

use super::{Keys, LANES, PLACES, Values, avx2, scalar};
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

pub fn scores(queries: &[f32], keys: Keys, out: &mut [f32], stride: usize) {
    if !keys.width.is_multiple_of(2) {
        return avx2::scores(queries, keys, out, stride);
    }
    keys.check(queries, out, stride);
    let four = queries.chunks(4 * keys.width).zip(out.chunks_mut(4 * stride));
    for (queries, out) in four {
        // SAFETY: the processor has AVX-512 F; so many queries, each as wide as a key.
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

/// As in [`avx2`], sixteen places at a time.
#[target_feature(enable = "avx512f")]
unsafe fn block_scores<const COUNT: usize>(queries: &[f32], keys: Keys, out: &mut [f32], stride: usize) {
    let width = keys.width;
    for (block, keys_of_block) in keys.blocks.chunks_exact(width * PLACES).enumerate() {
        let from = block * PLACES;
        if from >= keys.places {
            break;
        }
        let mut sums = [[_mm512_setzero_ps(); COUNT]; 2];
        for pair in (0..width).step_by(2) {
            for (odd, sums) in sums.iter_mut().enumerate() {
                // SAFETY: sixteen places of this column are inside the block, the column inside every query.
                unsafe {
                    let column = pair + odd;
                    let key = keys_of_block.as_ptr().add(column * PLACES);
                    let key = _mm512_cvtph_ps(_mm256_loadu_si256(key.cast()));
                    for (query, sum) in sums.iter_mut().enumerate() {
                        let query = _mm512_set1_ps(*queries.get_unchecked(query * width + column));
                        *sum = _mm512_fmadd_ps(query, key, *sum);
                    }
                }
            }
        }
        let lanes = keys.places.min(from + PLACES) - from;
        for query in 0..COUNT {
            let out = &mut out[query * stride..][from..from + lanes];
            let sum = _mm512_add_ps(sums[0][query], sums[1][query]);
            // SAFETY: the mask leaves as many lanes as there are places.
            unsafe { _mm512_mask_storeu_ps(out.as_mut_ptr(), (0xffff_u32 >> (PLACES - lanes)) as u16, sum) };
        }
    }
}

pub fn mix(parts: &[f32], stride: usize, values: Values, out: &mut [f32]) {
    if !values.width.is_multiple_of(64) {
        return avx2::mix(parts, stride, values, out);
    }
    values.check(parts, stride, out);
    let four = parts.chunks(4 * stride).zip(out.chunks_mut(4 * values.width));
    for (parts, out) in four {
        // SAFETY: the processor has AVX-512 F; the lengths have been checked.
        unsafe {
            match out.len() / values.width {
                1 => mixes::<1>(parts, stride, values, out),
                2 => mixes::<2>(parts, stride, values, out),
                3 => mixes::<3>(parts, stride, values, out),
                _ => mixes::<4>(parts, stride, values, out),
            }
        }
    }
}

/// As in [`avx2`], sixty-four columns at a time of up to four mixes.
#[target_feature(enable = "avx512f")]
unsafe fn mixes<const COUNT: usize>(parts: &[f32], stride: usize, values: Values, out: &mut [f32]) {
    let width = values.width;
    for from in (0..width).step_by(64) {
        let mut sums = [[_mm512_setzero_ps(); 4]; COUNT];
        for (mix, sums) in sums.iter_mut().enumerate() {
            for (lane, sum) in sums.iter_mut().enumerate() {
                // SAFETY: sixteen numbers from here on are inside this mix of `out`.
                *sum = unsafe { _mm512_loadu_ps(out.as_ptr().add(mix * width + from + 16 * lane)) };
            }
        }
        for (place, value) in values.rows.chunks_exact(width).enumerate() {
            // SAFETY: this place has a part in every mix.
            let parts: [__m512; COUNT] =
                std::array::from_fn(|mix| _mm512_set1_ps(unsafe { *parts.get_unchecked(mix * stride + place) }));
            for lane in 0..4 {
                // SAFETY: sixteen numbers from here on are inside the value.
                let value = unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(value.as_ptr().add(from + 16 * lane).cast())) };
                for (sums, &part) in sums.iter_mut().zip(&parts) {
                    sums[lane] = _mm512_fmadd_ps(part, value, sums[lane]);
                }
            }
        }
        for (mix, sums) in sums.iter().enumerate() {
            for (lane, sum) in sums.iter().enumerate() {
                // SAFETY: as above.
                unsafe { _mm512_storeu_ps(out.as_mut_ptr().add(mix * width + from + 16 * lane), *sum) };
            }
        }
    }
}

pub fn weigh(numbers: &mut [f32], scale: f32) -> f32 {
    #[target_feature(enable = "avx512f,avx512vl")]
    fn vectorised(numbers: &mut [f32], scale: f32) -> f32 {
        scalar::weigh(numbers, scale)
    }
    // SAFETY: the processor has AVX-512 F and VL.
    unsafe { vectorised(numbers, scale) }
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
