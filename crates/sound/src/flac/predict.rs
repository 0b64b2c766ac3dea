//! One channel of a frame: foretold by a polynomial of the samples before, the rest in Rice codes.

use super::bits::Bits;

/// The highest order of the polynomials (RFC 9639, 9.2.5).
const MOST_ORDER: usize = 4;

/// Groups of residuals with a parameter each: at most so many times halved.
const MOST_HALVED: u32 = 6;

/// The largest Rice parameter with four bits, and with five.
const SMALL: u32 = 14;
const LARGE: u32 = 30;

/// The residual of order `order`: each sample less the polynomial through the ones before it.
fn residual(samples: &[i32], order: usize) -> Vec<i64> {
    let mut rest: Vec<i64> = samples.iter().map(|&sample| i64::from(sample)).collect();
    for done in 0..order {
        for at in (done + 1..rest.len()).rev() {
            rest[at] -= rest[at - 1];
        }
    }
    rest.drain(..order.min(samples.len()));
    rest
}

/// The best order, with the sum of its residual's sizes.
fn best(samples: &[i32]) -> (usize, u64) {
    let most = MOST_ORDER.min(samples.len().saturating_sub(1));
    let size = |order: usize| residual(samples, order).iter().map(|rest| rest.unsigned_abs()).sum::<u64>();
    (0..=most).map(|order| (order, size(order))).min_by_key(|(_, size)| *size).unwrap_or((0, 0))
}

/// About how many bits a channel of such a depth takes: a Rice code has the logarithm of the mean and a little more.
pub(super) fn cost(samples: &[i32], depth: u32) -> u64 {
    let count = samples.len() as f64;
    let mean = 2.0 * best(samples).1 as f64 / count.max(1.0);
    let coded = count * ((mean + 1.0).log2() + 1.5);
    coded.min(count * f64::from(depth)) as u64
}

/// Writes a channel, whose samples have so many bits.
pub(super) fn subframe(samples: &[i32], depth: u32, bits: &mut Bits) {
    if samples.windows(2).all(|pair| pair[0] == pair[1]) {
        bits.put(0, 8);
        return bits.put(samples.first().copied().unwrap_or(0) as u32, depth);
    }
    let (order, _) = best(samples);
    let rest = residual(samples, order);
    let folded: Vec<u64> = rest.iter().map(|&rest| (rest << 1 ^ rest >> 63) as u64).collect();
    let plan = Plan::of(&folded, samples.len(), order);
    let plain = samples.len() as u64 * u64::from(depth);
    // Noise as loud as can be is written as it is.
    if plan.bits + (order as u64) * u64::from(depth) >= plain || folded.iter().any(|&rest| rest > u64::from(u32::MAX)) {
        bits.put(0b0000_0010, 8);
        samples.iter().for_each(|&sample| bits.put(sample as u32, depth));
        return;
    }
    bits.put((0b00_1000 | order as u32) << 1, 8);
    samples[..order].iter().for_each(|&sample| bits.put(sample as u32, depth));
    plan.write(&folded, bits);
}

/// How a residual is divided and coded.
struct Plan {
    halved: u32,
    /// How many residuals share each parameter.
    groups: Vec<(usize, u32)>,
    bits: u64,
}

impl Plan {
    fn of(folded: &[u64], samples: usize, order: usize) -> Plan {
        // Each group must have a sample beyond the first ones, which belong to the first group.
        let fits = |halved: u32| samples.is_multiple_of(1 << halved) && samples >> halved > order;
        let plans = (0..=MOST_HALVED).filter(|&halved| fits(halved)).map(|halved| {
            let size = samples >> halved;
            let mut from = 0;
            let groups = (0..1usize << halved).map(|group| {
                let count = if group == 0 { size - order } else { size };
                from += count;
                (count, parameter(&folded[from - count..from]))
            });
            let groups: Vec<(usize, u32)> = groups.collect();
            let mut at = 0;
            let coded = groups.iter().map(|&(count, parameter)| {
                at += count;
                5 + length(&folded[at - count..at], parameter)
            });
            let bits = coded.sum::<u64>();
            Plan { halved, groups, bits }
        });
        let whole = || Plan { halved: 0, groups: vec![(folded.len(), parameter(folded))], bits: u64::MAX };
        plans.min_by_key(|plan| plan.bits).unwrap_or_else(whole)
    }

    fn write(&self, folded: &[u64], bits: &mut Bits) {
        let wide = self.groups.iter().any(|&(_, parameter)| parameter > SMALL);
        bits.put(u32::from(wide), 2);
        bits.put(self.halved, 4);
        let mut at = 0;
        for &(count, parameter) in &self.groups {
            bits.put(parameter, if wide { 5 } else { 4 });
            for &rest in &folded[at..at + count] {
                bits.put_unary((rest >> parameter) as u32);
                bits.put((rest & ((1 << parameter) - 1)) as u32, parameter);
            }
            at += count;
        }
    }
}

/// Bits of these residuals with a parameter.
fn length(folded: &[u64], parameter: u32) -> u64 {
    folded.iter().map(|rest| (rest >> parameter) + 1 + u64::from(parameter)).sum()
}

/// The parameter with which they take the least room: near the logarithm of their mean.
fn parameter(folded: &[u64]) -> u32 {
    let mean = folded.iter().sum::<u64>() / folded.len().max(1) as u64;
    let near = (mean + 1).ilog2().min(LARGE);
    (near.saturating_sub(1)..=(near + 1).min(LARGE)).min_by_key(|&parameter| length(folded, parameter)).unwrap_or(near)
}
