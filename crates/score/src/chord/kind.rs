//! What stands on a root: the kinds of chords, what they are called, and what they consist of.

/// Defines the kinds: what each is, its name, what is written after the root, and its notes in semitones above the root.
macro_rules! kinds {
    ($($(#[doc = $words:literal])* $name:ident $suffix:literal [$($step:literal),*];)*) => {
        /// What kind of chord stands on a root.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ChordKind {
            $($(#[doc = $words])* $name,)*
        }

        impl ChordKind {
            /// All of them.
            pub const ALL: &[ChordKind] = &[$(ChordKind::$name,)*];

            /// What is written after the root.
            pub fn suffix(self) -> &'static str {
                match self {
                    $(ChordKind::$name => $suffix,)*
                }
            }

            /// Its notes in semitones above the root, the root first; those above the octave from 13 on.
            pub fn steps(self) -> &'static [u8] {
                match self {
                    $(ChordKind::$name => &[$($step),*],)*
                }
            }
        }
    };
}

kinds! {
    /// Major triad.
    Major "" [0, 4, 7];
    /// Minor triad.
    Minor "m" [0, 3, 7];
    /// Diminished triad.
    Diminished "dim" [0, 3, 6];
    /// Augmented triad.
    Augmented "aug" [0, 4, 8];
    /// The second instead of the third.
    Sus2 "sus2" [0, 2, 7];
    /// The fourth instead of the third.
    Sus4 "sus4" [0, 5, 7];
    /// Root and fifth alone.
    Fifth "5" [0, 7];
    /// Major triad with a sixth.
    Sixth "6" [0, 4, 7, 9];
    /// Minor triad with a major sixth.
    MinorSixth "m6" [0, 3, 7, 9];
    /// Major triad with sixth and ninth.
    SixthNinth "69" [0, 4, 7, 9, 14];
    /// Dominant seventh.
    Seventh "7" [0, 4, 7, 10];
    /// Major seventh.
    MajorSeventh "maj7" [0, 4, 7, 11];
    /// Minor seventh.
    MinorSeventh "m7" [0, 3, 7, 10];
    /// Minor triad with a major seventh.
    MinorMajorSeventh "m(maj7)" [0, 3, 7, 11];
    /// Half-diminished seventh.
    HalfDiminished "m7b5" [0, 3, 6, 10];
    /// Diminished seventh.
    DiminishedSeventh "dim7" [0, 3, 6, 9];
    /// Augmented triad with a minor seventh.
    AugmentedSeventh "aug7" [0, 4, 8, 10];
    /// Seventh with the fourth instead of the third.
    SeventhSus4 "7sus4" [0, 5, 7, 10];
    /// Seventh with a flat fifth.
    SeventhFlatFifth "7b5" [0, 4, 6, 10];
    /// Seventh with a flat ninth.
    SeventhFlatNinth "7b9" [0, 4, 7, 10, 13];
    /// Seventh with a sharp ninth.
    SeventhSharpNinth "7#9" [0, 4, 7, 10, 15];
    /// Seventh with a sharp eleventh.
    SeventhSharpEleventh "7#11" [0, 4, 7, 10, 18];
    /// Major triad with a ninth.
    AddNinth "add9" [0, 4, 7, 14];
    /// Minor triad with a ninth.
    MinorAddNinth "m(add9)" [0, 3, 7, 14];
    /// Dominant ninth.
    Ninth "9" [0, 4, 7, 10, 14];
    /// Major ninth.
    MajorNinth "maj9" [0, 4, 7, 11, 14];
    /// Minor ninth.
    MinorNinth "m9" [0, 3, 7, 10, 14];
    /// Ninth with the fourth instead of the third.
    NinthSus4 "9sus4" [0, 5, 7, 10, 14];
    /// Major seventh with a sharp eleventh.
    MajorSeventhSharpEleventh "maj7#11" [0, 4, 7, 11, 18];
    /// Dominant eleventh, without its third.
    Eleventh "11" [0, 7, 10, 14, 17];
    /// Minor eleventh.
    MinorEleventh "m11" [0, 3, 7, 10, 14, 17];
    /// Dominant thirteenth, without its eleventh.
    Thirteenth "13" [0, 4, 7, 10, 14, 21];
    /// Major thirteenth, without its eleventh.
    MajorThirteenth "maj13" [0, 4, 7, 11, 14, 21];
    /// Minor thirteenth, without its eleventh.
    MinorThirteenth "m13" [0, 3, 7, 10, 14, 21];
}

/// How players write what we write otherwise, after [`plain`].
const OTHERWISE: [(&str, &str); 26] = [
    ("maj", ""),
    ("majtriad", ""),
    ("sus", "sus4"),
    ("4", "sus4"),
    ("7sus", "7sus4"),
    ("sus47", "7sus4"),
    ("9sus", "9sus4"),
    ("sus4b7", "7sus4"),
    ("sus4add7", "7sus4"),
    ("sus4add7add9", "9sus4"),
    ("7sus4add9", "9sus4"),
    ("2", "add9"),
    ("add2", "add9"),
    ("madd2", "madd9"),
    ("6/9", "69"),
    ("6add9", "69"),
    ("maj6", "6"),
    ("#5", "aug"),
    ("7#5", "aug7"),
    ("7aug", "aug7"),
    ("aug#5", "aug"),
    ("mb5", "dim"),
    ("dim7b5", "dim7"),
    ("m7dim5", "m7b5"),
    ("7add9", "9"),
    ("7add13", "13"),
];

/// Words for a third, a fifth or a seventh, and what is written for them; the longest of those that begin alike first.
const WORDS: [(&str, &str); 21] = [
    ("major", "maj"),
    ("Major", "maj"),
    ("maj", "maj"),
    ("Maj", "maj"),
    ("MAJ", "maj"),
    ("Ma", "maj"),
    ("madd", "madd"),
    ("ma", "maj"),
    ("M", "maj"),
    ("minor", "m"),
    ("Minor", "m"),
    ("min", "m"),
    ("Min", "m"),
    ("MIN", "m"),
    ("mi", "m"),
    ("m", "m"),
    ("dim", "dim"),
    ("°", "dim"),
    ("aug", "aug"),
    ("sus", "sus"),
    ("add", "add"),
];

impl ChordKind {
    /// The kind that is written so after a root.
    pub(super) fn named(text: &str) -> Option<Self> {
        let plain = plain(text)?;
        let meant = OTHERWISE.iter().find(|(written, _)| *written == plain).map_or(plain.as_str(), |found| found.1);
        let same =
            |kind: &&ChordKind| kind.suffix().chars().filter(|sign| !matches!(sign, '(' | ')')).eq(meant.chars());
        ChordKind::ALL.iter().find(same).copied()
    }
}

/// What is written after a root, in one spelling: `maj`, `m`, `dim`, `aug`, `b`, `#` and numbers; none if there is a sign
/// that has no meaning there.
fn plain(text: &str) -> Option<String> {
    let signs: String = text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '(' | ')' | ',')).collect();
    let (mut rest, mut out) = (signs.as_str(), String::new());
    while let Some(sign) = rest.chars().next() {
        if let Some((word, meant)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            out += meant;
            rest = &rest[word.len()..];
            continue;
        }
        rest = &rest[sign.len_utf8()..];
        let altered = rest.starts_with(['5', '9']) || rest.starts_with("11") || rest.starts_with("13");
        match sign {
            '♭' | 'b' => out.push('b'),
            '♯' | '#' => out.push('#'),
            '-' | '−' if out.is_empty() => out.push('m'),
            '-' | '−' if altered => out.push('b'),
            '+' if altered && !out.is_empty() => out.push('#'),
            '+' => out += "aug",
            'o' => out += "dim",
            'ø' | 'Ø' => {
                out += "m7b5";
                rest = rest.strip_prefix('7').unwrap_or(rest);
            }
            'Δ' | '△' | '∆' => {
                out += if rest.starts_with(|next: char| next.is_ascii_digit()) { "maj" } else { "maj7" };
            }
            '/' | '0'..='9' => out.push(sign),
            _ => return None,
        }
    }
    Some(out)
}
