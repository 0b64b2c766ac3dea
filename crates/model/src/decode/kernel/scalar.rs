//! The loops in plain Rust: for any processor, and the twins that the others are compared with. Those that are marked
//! to be inlined are compiled again within the vector tiers, where the compiler vectorises them.

use super::{Keys, PLACES, Values};

pub fn products(weights: &[i8], vectors: &[i16], columns: usize, out: &mut [i32]) {
    let rows = weights.len() / columns;
    for (vector, out) in vectors.chunks_exact(columns).zip(out.chunks_exact_mut(rows)) {
        for (row, out) in weights.chunks_exact(columns).zip(out) {
            *out = row.iter().zip(vector).map(|(&weight, &number)| i32::from(weight) * i32::from(number)).sum();
        }
    }
}

pub fn scores(queries: &[f32], keys: Keys, out: &mut [f32], stride: usize) {
    let block = keys.width * PLACES;
    for (query, out) in queries.chunks_exact(keys.width).zip(out.chunks_mut(stride)) {
        for (place, out) in out.iter_mut().enumerate().take(keys.places) {
            let keys = keys.blocks[place / PLACES * block..][..block].iter().skip(place % PLACES).step_by(PLACES);
            *out = query.iter().zip(keys).map(|(query, key)| query * key.to_f32()).sum();
        }
    }
}

pub fn mix(parts: &[f32], stride: usize, values: Values, out: &mut [f32]) {
    for (parts, out) in parts.chunks(stride).zip(out.chunks_exact_mut(values.width)) {
        for (part, value) in parts.iter().zip(values.rows.chunks_exact(values.width)) {
            for (out, value) in out.iter_mut().zip(value) {
                *out += part * value.to_f32();
            }
        }
    }
}

#[inline(always)]
pub fn weigh(numbers: &mut [f32], scale: f32) -> f32 {
    // Sixteen side by side, as the sums below.
    let mut largest = [f32::MIN; 16];
    let (chunks, rest) = numbers.as_chunks_mut::<16>();
    for chunk in chunks {
        for (number, largest) in chunk.iter_mut().zip(&mut largest) {
            *number *= scale;
            *largest = if *number > *largest { *number } else { *largest };
        }
    }
    for (number, largest) in rest.iter_mut().zip(&mut largest) {
        *number *= scale;
        *largest = if *number > *largest { *number } else { *largest };
    }
    exponentials(numbers, largest.iter().fold(f32::MIN, |one, other| one.max(*other)))
}

#[inline(always)]
pub fn exponentials(numbers: &mut [f32], shift: f32) -> f32 {
    let mut sums = [0.0_f32; 16];
    let (chunks, rest) = numbers.as_chunks_mut::<16>();
    for chunk in chunks {
        for (number, sum) in chunk.iter_mut().zip(&mut sums) {
            *number = exp(*number - shift);
            *sum += *number;
        }
    }
    for (number, sum) in rest.iter_mut().zip(&mut sums) {
        *number = exp(*number - shift);
        *sum += *number;
    }
    sums.iter().sum()
}

#[inline(always)]
pub fn gate(gate: &mut [f32], up: &[f32]) {
    for (gate, up) in gate.iter_mut().zip(up) {
        *gate *= up / (1.0 + exp(-*gate));
    }
}

/// e to the x, relative error below 3e-7: 2^n · 2^f with the Taylor series of 2^f for |f| ≤ ½ up to the sixth power.
/// Below -87 it is 0 to the precision of f32, above 88 it stays at e^88.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let power = (x * std::f32::consts::LOG2_E).clamp(-126.0, 126.9);
    // Adding 1.5·2^23 rounds to a whole number: the sum's last bit is worth one.
    const ROUND: f32 = 12_582_912.0;
    let rounded = power + ROUND;
    let whole = rounded - ROUND;
    let part = (power - whole) * std::f32::consts::LN_2;
    let series = 1.0
        + part
            * (1.0
                + part
                    * (1.0 / 2.0
                        + part * (1.0 / 6.0 + part * (1.0 / 24.0 + part * (1.0 / 120.0 + part * (1.0 / 720.0))))));
    // The last bits of the sum are the whole number; taking it from there vectorises where a conversion would not.
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    series * f32::from_bits(exponent << 23)
}
