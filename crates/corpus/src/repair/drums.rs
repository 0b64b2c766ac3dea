//! Drums that a file plays on another channel than the tenth, found by their name or by their keys.
//!
//! How sure the keys are, on files with at least 32 notes in a part: the rule knows 181 of 1,137 parts that are on the
//! drum channel (many of them hand percussion, or kits with keys of their maker) and takes none of 19,009 others, of
//! any program, for drums.

use super::Repair;
use score::{Header, Score, Track};
use std::sync::Arc;

/// Words that mean a drum kit or percussion: English, German, French, Italian, Spanish, Portuguese, Dutch,
/// Scandinavian, Finnish, Polish, Czech, Hungarian, Turkish, Russian. Whole words only, because people and places are
/// called Drummond, Drumlish and Perch.
const WORDS: [&str; 46] = [
    "drum",
    "drums",
    "drumkit",
    "drumset",
    "drumkits",
    "kit",
    "perc",
    "percussion",
    "percussions",
    "schlagzeug",
    "schlagwerk",
    "perkussion",
    "drumms",
    "batterie",
    "batteria",
    "percussione",
    "percussioni",
    "batería",
    "bateria",
    "percusión",
    "percusion",
    "percussão",
    "percussao",
    "drumstel",
    "slagwerk",
    "percussie",
    "slagverk",
    "slagtøj",
    "trommer",
    "trummor",
    "trumset",
    "rummut",
    "lyömäsoittimet",
    "perkusja",
    "bębny",
    "bicí",
    "bubny",
    "dob",
    "dobok",
    "ütőhangszerek",
    "ütők",
    "davul",
    "vurmalı",
    "ударные",
    "барабаны",
    "перкуссия",
];

/// The same in scripts that do not part words.
const SIGNS: [&str; 7] = ["ドラム", "パーカッション", "打楽器", "鼓", "打击", "드럼", "타악"];

/// Beginnings of words that mean percussion with pitches, single drums, or other instruments beside drums.
const PITCHED: [&str; 23] = [
    "steel", "timp", "pauk", "kettle", "timbale", "organ", "orgel", "xyl", "vib", "marimb", "glock", "bell", "chime",
    "campan", "mallet", "celest", "melodic", "tubular", "piano", "guit", "bass", "crotal", "handpan",
];

/// Words of a name at most: longer ones are titles.
const LONGEST: usize = 4;

/// Program numbers of the kits of GS and XG, that drums may have on any channel.
const KITS: [u8; 11] = [0, 8, 16, 24, 25, 26, 32, 40, 48, 56, 127];

/// Programs of percussion without pitch, which may play a kit or one drum in several pitches.
const PERCUSSIVE: std::ops::RangeInclusive<u8> = 113..=119;

/// Whether a name says drums or percussion and nothing else.
fn says_drums(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let named = words.iter().any(|word| WORDS.contains(word)) || SIGNS.iter().any(|sign| name.contains(sign));
    let pitched = |word: &&str| PITCHED.iter().any(|pitched| word.starts_with(pitched));
    named && words.len() <= LONGEST && !words.iter().any(pitched)
}

/// Least notes of a part that is judged by its keys.
const LEAST: usize = 32;

/// What the keys of a part say, as shares of its notes.
struct Keys {
    /// Within General MIDI's percussion, 35..=81.
    percussion: f64,
    /// Within its kit, 35..=59.
    drums: f64,
    /// On the ten keys of a plain kit: kicks, snares, hi-hats, crashes, ride.
    kit: f64,
    kick: f64,
    snare: f64,
    cymbal: f64,
    /// At most an eighth long.
    short: f64,
    /// Onsets at which two keys or more are struck, as a share of onsets.
    together: f64,
}

impl Keys {
    fn of(score: &Score, track: &Track) -> Keys {
        let all = track.notes.len().max(1) as f64;
        let share = |keys: &[u8]| track.notes.iter().filter(|note| keys.contains(&note.pitch)).count() as f64 / all;
        let short = track.notes.iter().filter(|note| 2 * note.length <= u32::from(score.tpq)).count();
        let moments: Vec<_> = track.notes.chunk_by(|one, two| one.start == two.start).collect();
        let together = moments.iter().filter(|moment| moment.len() > 1).count();
        let within = |keys: std::ops::RangeInclusive<u8>| {
            track.notes.iter().filter(|note| keys.contains(&note.pitch)).count() as f64 / all
        };
        Keys {
            percussion: within(35..=81),
            drums: within(35..=59),
            kit: share(&[35, 36, 38, 40, 42, 44, 46, 49, 51, 57]),
            kick: share(&[35, 36]),
            snare: share(&[38, 40]),
            cymbal: share(&[42, 44, 46, 51]),
            short: short as f64 / all,
            together: together as f64 / moments.len().max(1) as f64,
        }
    }

    /// Whether these can be the keys of something that is called drums.
    fn allow_drums(&self) -> bool {
        self.percussion >= 0.9 && self.drums >= 0.5
    }

    /// Whether nothing but a kit is played like this.
    fn are_a_kit(&self) -> bool {
        self.kit >= 0.85
            && self.kick >= 0.05
            && self.snare >= 0.05
            && self.cymbal >= 0.15
            && self.short >= 0.9
            && self.together >= 0.05
    }
}

/// Moves parts to the drum channel that are drums by their name (and have percussion's keys and the program of a kit;
/// with that of a single drum they need the keys of a kit), or by their keys: at least [`LEAST`] notes, program 0, and kick, snare and hi-hat or
/// ride in the shares of [`Keys::are_a_kit`].
pub(super) fn find(score: &mut Score) -> Vec<Repair> {
    let mut repairs = Vec::new();
    for index in 0..score.tracks.len() {
        let track = &score.tracks[index];
        let Header { name, channel, program, .. } = &track.header;
        if track.header.is_drums() || track.notes.is_empty() {
            continue;
        }
        let keys = Keys::of(score, track);
        let named = says_drums(name)
            && (KITS.contains(program) && keys.allow_drums() || PERCUSSIVE.contains(program) && keys.are_a_kit());
        let played = *program == 0 && track.notes.len() >= LEAST && keys.are_a_kit();
        if named || played {
            repairs.push(Repair::Drums { name: name.clone(), channel: channel + 1, named });
            let header = Header { channel: Header::DRUM_CHANNEL, ..track.header.clone() };
            score.tracks[index] = Arc::new(Track { header, ..Track::clone(track) });
        }
    }
    repairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::Note;

    fn score(name: &str, program: u8, keys: &[&[u8]]) -> Score {
        let header =
            Header { name: name.into(), lane: 0, channel: 3, program, hue: 0, mix: Default::default(), output: None };
        let strokes = (0..80_u32).flat_map(|at| keys[at as usize % keys.len()].iter().map(move |key| (at, *key)));
        let notes = strokes.zip(0..).map(|((at, key), id)| Note::new(id, at * 480, 240, key, 90)).collect();
        Score { tracks: vec![Arc::new(Track::new(0, header, notes))], ..Score::empty() }
    }

    const ROCK: [&[u8]; 4] = [&[36, 42], &[42], &[38, 42], &[42]];
    const SCALE: [&[u8]; 8] = [&[60], &[62], &[64], &[65], &[67], &[69], &[71], &[72]];

    fn are_drums(name: &str, program: u8, keys: &[&[u8]]) -> bool {
        let mut score = score(name, program, keys);
        let found = !find(&mut score).is_empty();
        assert_eq!(score.tracks[0].header.is_drums(), found);
        found
    }

    #[test]
    fn names_tell_drums_in_several_languages() {
        for name in ["Drums", "DRUM KIT 1", "Schlagzeug", "Batería", "ударные", "ドラム", "Rock Kit", "Percussion 2"]
        {
            assert!(are_drums(name, 0, &[&[36], &[45]]), "{name}");
        }
    }

    #[test]
    fn other_names_and_keys_do_not() {
        let toms: [&[u8]; 2] = [&[36], &[45]];
        for name in ["Steel Drums", "Timpani", "Percussive Organ", "Drummond Lasses", "Crib of Perches", "Piano", ""] {
            assert!(!are_drums(name, 0, &toms), "{name}");
        }
        assert!(!are_drums("Drums", 0, &SCALE), "a melody");
        assert!(!are_drums("Taiko Drum", 116, &toms), "a drum with pitches");
        assert!(!are_drums("Drums", 33, &toms), "the program of a bass");
    }

    #[test]
    fn keys_alone_tell_a_kit_and_no_bass() {
        assert!(are_drums("", 0, &ROCK));
        assert!(are_drums("Track 4", 0, &ROCK));
        assert!(!are_drums("", 33, &ROCK), "somebody chose an instrument");
        assert!(!are_drums("", 0, &[&[36], &[36], &[43], &[38]]), "a bass");
        assert!(!are_drums("", 0, &[&[36, 48], &[40], &[43, 55], &[42]]), "a left hand");
    }
}
