//! Chords as notes: a bass, and the other tones close together above it, each chord as near to the one before as it can
//! be.

use super::ChordSymbol;

/// The octave of the bass, and the lowest keys that the upper tones may begin at: around middle C.
const BASS: u8 = 40;
const LOWEST: u8 = 52;

/// Where the first chord is centred.
const CENTRE: f64 = 62.0;

/// The keys of chords that follow each other, the bass first, then from below.
pub fn voiced(chords: &[ChordSymbol]) -> Vec<Vec<u8>> {
    let mut before: Option<Vec<u8>> = None;
    let voiced = chords.iter().map(|chord| {
        let bass = chord.bass.unwrap_or(chord.root).class();
        let tones = upper(chord, bass);
        let positions = (LOWEST..LOWEST + 12).map(|from| above(&tones, from));
        let way = |keys: &Vec<u8>| match &before {
            Some(old) => distance(keys, old),
            None => (mean(keys) - CENTRE).abs(),
        };
        let nearest = positions.min_by(|a, b| way(a).total_cmp(&way(b))).unwrap_or_default();
        before = Some(nearest.clone());
        [vec![key_from(bass, BASS)], nearest].concat()
    });
    voiced.collect()
}

/// Pitch classes of the upper tones: all but the bass where enough are left, and of five or more not the fifth, which
/// says least.
fn upper(chord: &ChordSymbol, bass: u8) -> Vec<u8> {
    let steps = chord.kind.steps();
    let tones: Vec<u8> = steps
        .iter()
        .filter(|&&step| steps.len() < 5 || step != 7)
        .map(|step| (chord.root.class() + step) % 12)
        .collect();
    let without: Vec<u8> = tones.iter().copied().filter(|&tone| tone != bass).collect();
    if without.len() >= 3 { without } else { tones }
}

/// Keys of these pitch classes within the octave from a key on, from below.
fn above(tones: &[u8], from: u8) -> Vec<u8> {
    let mut keys: Vec<u8> = tones.iter().map(|&tone| key_from(tone, from)).collect();
    keys.sort_unstable();
    keys
}

/// The lowest key of a pitch class from `from` on.
fn key_from(class: u8, from: u8) -> u8 {
    from + (class + 12 - from % 12) % 12
}

fn mean(keys: &[u8]) -> f64 {
    keys.iter().copied().map(f64::from).sum::<f64>() / keys.len().max(1) as f64
}

/// How far the tones of one chord lie from the nearest of another, both ways, with a little for leaving the middle.
fn distance(a: &[u8], b: &[u8]) -> f64 {
    let nearest = |key: &u8, others: &[u8]| others.iter().map(|other| other.abs_diff(*key)).min().unwrap_or(0);
    let way = |from: &[u8], to: &[u8]| from.iter().map(|key| f64::from(nearest(key, to))).sum::<f64>();
    way(a, b) + way(b, a) + 0.2 * (mean(a) - CENTRE).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Vec<u8>> {
        voiced(&text.split(' ').map(|chord| chord.parse().unwrap()).collect::<Vec<ChordSymbol>>())
    }

    #[test]
    fn chords_hold_their_tones_and_stay_in_the_middle() {
        for chord in keys("C Am7/G F#dim7 Bb13 Ebmaj7#11 C/E") {
            assert!((40..52).contains(&chord[0]));
            assert!(chord[1..].iter().all(|key| (52..76).contains(key)), "{chord:?}");
            assert!(chord.windows(2).all(|pair| pair[0] < pair[1]), "{chord:?}");
        }
        assert_eq!(keys("C")[0].iter().map(|key| key % 12).collect::<Vec<_>>().first(), Some(&0));
    }

    #[test]
    fn chords_go_by_the_shortest_way() {
        let all = keys("C F G7 C");
        let moved = |at: usize| -> u32 {
            all[at][1..]
                .iter()
                .map(|key| all[at - 1][1..].iter().map(|old| u32::from(old.abs_diff(*key))).min().unwrap())
                .sum()
        };
        assert!((1..4).all(|at| moved(at) <= 5), "{all:?}");
    }
}
