//! Likeness of rhythms as patterns of hits.

use std::collections::BTreeSet;

/// Groove similarity of two bars, 0..=1: 1 − (places where just one of them has an onset) / `steps`, where a bar has
/// `steps` places; positions beyond them do not count (S.-L. Wu and Y.-H. Yang, *The Jazz Transformer on the Front
/// Line*, ISMIR 2020, grooving pattern similarity). Two bars without places are alike.
pub fn groove_similarity(a: &[u32], b: &[u32], steps: u32) -> f64 {
    let onsets = |positions: &[u32]| positions.iter().copied().filter(|&at| at < steps).collect::<BTreeSet<u32>>();
    let different = onsets(a).symmetric_difference(&onsets(b)).count();
    1.0 - different as f64 / f64::from(steps.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_differences_count() {
        assert_eq!(groove_similarity(&[0, 24, 48], &[0, 24, 48, 48], 96), 1.0);
        assert_eq!(groove_similarity(&[0, 24], &[0, 36], 96), 1.0 - 2.0 / 96.0);
        assert_eq!(groove_similarity(&[0, 500], &[0], 96), 1.0);
        assert_eq!(groove_similarity(&[], &[], 0), 1.0);
    }
}
