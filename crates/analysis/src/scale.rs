//! Scales as sets of pitch classes: by name, or that of the music around.

use crate::{Error, PitchClasses, key_of_weights};
use score::{Note, Score, Tick};
use std::ops::Range;

/// A scale's names, the first one for lists, and its steps above the tonic.
type Named = (&'static [&'static str], &'static [u8]);

/// The scales that have a name here; step patterns as in any theory primer (e.g. *The New Grove*, "Scale", "Mode").
const SCALES: [Named; 15] = [
    (&["major", "ionian", "maj"], &[0, 2, 4, 5, 7, 9, 11]),
    (&["minor", "natural minor", "aeolian", "min", "m"], &[0, 2, 3, 5, 7, 8, 10]),
    (&["harmonic minor"], &[0, 2, 3, 5, 7, 8, 11]),
    (&["melodic minor"], &[0, 2, 3, 5, 7, 9, 11]),
    (&["dorian"], &[0, 2, 3, 5, 7, 9, 10]),
    (&["phrygian"], &[0, 1, 3, 5, 7, 8, 10]),
    (&["lydian"], &[0, 2, 4, 6, 7, 9, 11]),
    (&["mixolydian"], &[0, 2, 4, 5, 7, 9, 10]),
    (&["locrian"], &[0, 1, 3, 5, 6, 8, 10]),
    (&["major pentatonic", "pentatonic"], &[0, 2, 4, 7, 9]),
    (&["minor pentatonic"], &[0, 3, 5, 7, 10]),
    (&["blues"], &[0, 3, 5, 6, 7, 10]),
    (&["whole tone"], &[0, 2, 4, 6, 8, 10]),
    (&["diminished", "octatonic"], &[0, 2, 3, 5, 6, 8, 9, 11]),
    (&["chromatic"], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
];

/// Minor as pieces use it: the natural scale and the leading tone of the harmonic one.
const MINOR_IN_USE: [u8; 8] = [0, 2, 3, 5, 7, 8, 10, 11];

/// How many bars before and after a region say in which key it is.
const BARS_AROUND: usize = 4;

/// The scale of a name: a note, then the scale; a note alone is major. Upper and lower case are the same.
///
/// ```
/// let d_minor = analysis::scale("D minor")?;
/// assert!(d_minor.has(65) && !d_minor.has(66));
/// assert_eq!(analysis::scale("Bb dorian")?.len(), 7);
/// assert!(analysis::scale("H major").is_err());
/// # Ok::<(), analysis::Error>(())
/// ```
///
/// # Errors
/// [`Error::Tonic`] or [`Error::Scale`], which lists the names.
pub fn scale(text: &str) -> Result<PitchClasses, Error> {
    let text = text.trim();
    let (tonic, name) = tonic(text).ok_or_else(|| Error::Tonic { text: text.to_owned() })?;
    let name = name.replace(['-', '_'], " ").to_lowercase();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Ok(PitchClasses::above(tonic, SCALES[0].1));
    }
    match SCALES.iter().find(|(names, _)| names.contains(&name.as_str())) {
        Some((_, steps)) => Ok(PitchClasses::above(tonic, steps)),
        None => {
            let known = SCALES.iter().map(|(names, _)| names[0]).collect::<Vec<_>>().join(", ");
            Err(Error::Scale { name, known })
        }
    }
}

/// The note name at the start, as a pitch class, and what comes after it.
fn tonic(text: &str) -> Option<(u8, &str)> {
    let mut rest = text.chars();
    let step = match rest.next()?.to_ascii_uppercase() {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let after = rest.as_str();
    let name = after.trim_start_matches(['#', '♯', 'b', '♭']);
    // "Bb": the letter, then a flat; but in "B blues" there is a blank before the b.
    let signs = after[..after.len() - name.len()].chars();
    let altered: i32 = signs.map(|sign| if matches!(sign, '#' | '♯') { 1 } else { -1 }).sum();
    let apart = name.is_empty() || name.starts_with([' ', '-', '_']) || matches!(name, "m" | "min" | "maj");
    apart.then_some(((step + altered).rem_euclid(12) as u8, name))
}

/// The scale of the key that a region is in: of what sounds in its ticks and up to four bars before and after it,
/// or else in the whole piece. A minor key has its natural scale and the leading tone. Music without pitches has all
/// twelve.
pub fn auto_scale(score: &Score, region: Range<Tick>) -> PitchClasses {
    let bars = score.bars();
    let first = bars.of_onset(region.start).index.saturating_sub(BARS_AROUND);
    let last = bars.of_onset(region.end.max(1) - 1).index + BARS_AROUND;
    let around = bars.bar(first).tick()..bars.bar(last).end();
    let near = key_of_weights(&crate::weights(pitched(score).filter(|note| around.contains(&note.start))));
    let key = near.or_else(|| key_of_weights(&crate::weights(pitched(score))));
    match key {
        Some(key) if key.minor => PitchClasses::above(key.tonic, &MINOR_IN_USE),
        Some(key) => PitchClasses::above(key.tonic, SCALES[0].1),
        None => PitchClasses::ALL,
    }
}

/// All notes that are not drums.
pub(crate) fn pitched(score: &Score) -> impl Iterator<Item = &Note> {
    score.tracks.iter().filter(|track| !track.header.is_drums()).flat_map(|track| track.notes.iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    fn classes(name: &str) -> Vec<u8> {
        scale(name).unwrap().iter().collect()
    }

    #[test]
    fn names_are_understood_as_people_write_them() {
        assert_eq!(classes("C major"), [0, 2, 4, 5, 7, 9, 11]);
        assert_eq!(classes(" d MINOR "), [0, 2, 4, 5, 7, 9, 10]);
        assert_eq!(classes("Am"), classes("C"));
        assert_eq!(classes("Bb-major"), classes("A# Ionian"));
        assert_eq!(classes("B blues"), [2, 4, 5, 6, 9, 11]);
        assert_eq!(classes("F♯ harmonic_minor"), [1, 2, 5, 6, 8, 9, 11]);
        assert_eq!(classes("Cb major"), classes("B major"));
        assert_eq!(scale("E chromatic"), Ok(PitchClasses::ALL));
    }

    #[test]
    fn nonsense_is_answered_with_what_there_is() {
        assert_eq!(scale(""), Err(Error::Tonic { text: String::new() }));
        assert_eq!(scale("minor"), Err(Error::Tonic { text: "minor".into() }));
        assert_eq!(scale("Dorian"), Err(Error::Tonic { text: "Dorian".into() }));
        let error = scale("D happy").unwrap_err();
        assert!(error.to_string().contains("\"happy\"") && error.to_string().contains("mixolydian"), "{error}");
    }

    #[test]
    fn a_region_has_the_scale_of_its_surroundings() {
        let in_c = "C4:1 E4:1 G4:1 C5:1 B4:1 G4:1 F4:1 D4:1 C4:4";
        let in_a = "A4:1 C#5:1 E5:1 A5:1 G#5:1 E5:1 D5:1 B4:1 A4:4";
        let silence = " R:48 ";
        let score = text::score(&[in_c, silence, in_a].concat()).unwrap();
        assert_eq!(auto_scale(&score, 0..3840), scale("C major").unwrap());
        assert_eq!(auto_scale(&score, 60 * 960..64 * 960), scale("A major").unwrap());
        let minor = text::score("A4:2 C5:1 E5:1 G#4:1 B4:1 A4:2 D5:1 F5:1 E5:2 A4:4").unwrap();
        let in_use = PitchClasses(scale("A minor").unwrap().0 | scale("A harmonic minor").unwrap().0);
        assert_eq!(auto_scale(&minor, 0..960), in_use);
        assert_eq!(auto_scale(&Score::empty(), 0..960), PitchClasses::ALL);
    }
}
