//! Instruments by their names, where a file states no program.

/// Beginnings of words, and the General MIDI program that they mean; earlier lines win. English, German, Italian and
/// French names of the orchestra and the band, and the families of MusicXML's standard sounds.
const PROGRAMS: [(&str, u8); 76] = [
    ("piccolo trumpet", 56),
    ("piccolo", 72),
    ("ottavino", 72),
    ("recorder", 74),
    ("blockfl", 74),
    ("pan flute", 75),
    ("flute", 73),
    ("flauto", 73),
    ("flöte", 73),
    ("flûte", 73),
    ("english horn", 69),
    ("cor anglais", 69),
    ("englischhorn", 69),
    ("oboe", 68),
    ("hautbois", 68),
    ("clarinet", 71),
    ("klarinet", 71),
    ("clarone", 71),
    ("contrabassoon", 70),
    ("bassoon", 70),
    ("fagott", 70),
    ("basson", 70),
    ("soprano sax", 64),
    ("alto sax", 65),
    ("baritone sax", 67),
    ("sax", 66),
    ("french horn", 60),
    ("horn", 60),
    ("corno", 60),
    ("cornet", 56),
    ("trumpet", 56),
    ("trompet", 56),
    ("tromba", 56),
    ("trombone", 57),
    ("posaune", 57),
    ("tuba", 58),
    ("timpani", 47),
    ("pauken", 47),
    ("timbales", 47),
    ("glockenspiel", 9),
    ("vibraphon", 11),
    ("marimba", 12),
    ("xylophon", 13),
    ("tubular bells", 14),
    ("celesta", 8),
    ("harpsichord", 6),
    ("cembalo", 6),
    ("clavecin", 6),
    ("organ", 19),
    ("orgel", 19),
    ("orgue", 19),
    ("accordion", 21),
    ("harmonica", 22),
    ("harp", 46),
    ("arpa", 46),
    ("electric bass", 33),
    ("bass guitar", 33),
    ("electric guitar", 27),
    ("guitar", 24),
    ("gitarre", 24),
    ("chitarra", 24),
    ("banjo", 105),
    ("contrabass", 43),
    ("double bass", 43),
    ("kontrabass", 43),
    ("violoncello", 42),
    ("cello", 42),
    ("viola", 41),
    ("bratsche", 41),
    ("violin", 40),
    ("violon", 40),
    ("geige", 40),
    ("strings", 48),
    ("voice", 52),
    ("choir", 52),
    ("piano", 0),
];

/// Voices are named by their range; only whole names mean them, because instruments have ranges, too.
const VOICES: [&str; 13] = [
    "soprano",
    "alto",
    "tenor",
    "bass",
    "baritone",
    "mezzosoprano",
    "sopran",
    "alt",
    "bariton",
    "canto",
    "gesang",
    "vocals",
    "singstimme",
];

/// Beginnings of words, and the General MIDI drum that they mean.
const DRUMS: [(&str, u8); 31] = [
    ("bass drum", 36),
    ("kick", 36),
    ("gran cassa", 36),
    ("side stick", 37),
    ("rim", 37),
    ("snare", 38),
    ("side drum", 38),
    ("clap", 39),
    ("floor tom", 43),
    ("low tom", 45),
    ("high tom", 50),
    ("tom", 47),
    ("open hi hat", 46),
    ("pedal hi hat", 44),
    ("hi hat", 42),
    ("hihat", 42),
    ("ride bell", 53),
    ("ride", 51),
    ("china", 52),
    ("splash", 55),
    ("cymbal", 49),
    ("crash", 49),
    ("tambourin", 54),
    ("cowbell", 56),
    ("bongo", 60),
    ("conga", 64),
    ("maracas", 70),
    ("claves", 75),
    ("wood block", 76),
    ("triangle", 81),
    ("drum", 38),
];

/// The program of an instrument with this name.
pub(super) fn program(name: &str) -> Option<u8> {
    let name = plain(name);
    let voice = VOICES.contains(&name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' '));
    let listed = || PROGRAMS.iter().find(|known| begins(&name, known.0)).map(|known| known.1);
    if voice { Some(52) } else { listed() }
}

/// The drum of an instrument with this name.
pub(super) fn drum(name: &str) -> Option<u8> {
    let name = plain(name);
    DRUMS.iter().find(|known| begins(&name, known.0)).map(|known| known.1)
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', '_', '.'], " ").trim().to_owned()
}

/// Whether a word of the name begins like this.
fn begins(name: &str, start: &str) -> bool {
    name.match_indices(start).any(|(at, _)| name[..at].chars().next_back().is_none_or(|before| !before.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_are_known_by_their_names() {
        for (name, known) in [
            ("Violino I", Some(40)),
            ("Violoncello", Some(42)),
            ("Clarinet in B♭", Some(71)),
            ("Bass", Some(52)),
            ("Bass Guitar", Some(33)),
            ("Soprano 1", Some(52)),
            ("Viola", Some(41)),
            ("Pianoforte", Some(0)),
            ("keyboard piano", Some(0)),
            ("Theremin", None),
        ] {
            assert_eq!(program(name), known, "{name}");
        }
        for (name, known) in
            [("Hi-Hat", Some(42)), ("drum bass drum", Some(36)), ("Triangle", Some(81)), ("Flute", None)]
        {
            assert_eq!(drum(name), known, "{name}");
        }
    }
}
