//! Dynamic marks from velocities, where they change clearly.

use crate::model::Dynamic;

/// The velocity that notation programs play each dynamic with (MuseScore 3 handbook, "Dynamics").
const VELOCITIES: [(Dynamic, u8); 8] = [
    (Dynamic::Ppp, 16),
    (Dynamic::Pp, 33),
    (Dynamic::P, 49),
    (Dynamic::Mp, 64),
    (Dynamic::Mf, 80),
    (Dynamic::F, 96),
    (Dynamic::Ff, 112),
    (Dynamic::Fff, 126),
];

impl Dynamic {
    /// The velocity that it is played with, 16..=126.
    pub fn velocity(self) -> u8 {
        VELOCITIES.iter().find(|known| known.0 == self).map_or(80, |known| known.1)
    }
}

/// How much louder or softer a bar must be than those before it: most of the distance between two dynamics.
const CLEARLY: f64 = 11.0;

/// How many bars before a bar say what was heard so far.
pub(crate) const BARS_BEFORE: usize = 4;

/// The mark of a bar in which notes with these velocities begin, after bars with such medians, the nearest last;
/// none where nothing changes clearly.
pub(crate) fn mark(velocities: &[u8], before: &[Option<f64>]) -> Option<Dynamic> {
    let now = median(velocities)?;
    let heard: Vec<f64> = before.iter().copied().flatten().collect();
    let mean = heard.iter().sum::<f64>() / heard.len().max(1) as f64;
    let (level, last) = (nearest(now), heard.last().map(|&last| nearest(last)));
    // A bar that is only a little louder than the last one, which had the mark already, gets none.
    let changed = heard.is_empty() || (now - mean).abs() >= CLEARLY && last != Some(level);
    changed.then_some(level)
}

/// The median velocity of a bar; none without notes.
pub(crate) fn median(velocities: &[u8]) -> Option<f64> {
    let mut sorted = velocities.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).map(|&velocity| f64::from(velocity))
}

fn nearest(velocity: f64) -> Dynamic {
    let distance = |typical: u8| (f64::from(typical) - velocity).abs();
    let nearest = VELOCITIES.iter().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    nearest.map_or(Dynamic::Mf, |(dynamic, _)| *dynamic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_changes_are_marked() {
        assert_eq!(mark(&[80, 80, 82], &[]), Some(Dynamic::Mf));
        assert_eq!(mark(&[84], &[Some(80.0)]), None);
        assert_eq!(mark(&[50], &[None, Some(80.0)]), Some(Dynamic::P));
        assert_eq!(mark(&[50], &[Some(80.0), Some(50.0)]), None);
        assert_eq!(mark(&[], &[Some(80.0)]), None);
    }
}
