//! The ids of the vocabulary, their names and classes (§2, §11).

use crate::Error;
use std::path::Path;
use tokenizers::Tokenizer;
use tokenizers::models::wordlevel::WordLevel;
use tokenizers::pre_tokenizers::whitespace::WhitespaceSplit;

/// One token, `0..SIZE`.
pub type Id = u16;

/// How many ids the network has, reserved and padding ids included.
pub const SIZE: usize = 864;

/// Fills the rest of a batch; never part of a sample.
pub const PAD: Id = 0;
/// Begins every window.
pub const BOS: Id = 1;
/// The piece, or the answer, ends here.
pub const EOS: Id = 2;
/// Between the context and the answers.
pub const SEP: Id = 3;
/// Closes an answered cell.
pub const END: Id = 4;
/// Says that an answered cell has no notes.
pub const EMPTY: Id = 5;
/// Begins a theme block.
pub const THEME: Id = 6;

/// A run of ids that count one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The word before the number, such as `POS`.
    pub name: &'static str,
    /// The id of number 0.
    pub first: Id,
    /// How many ids there are.
    pub count: u16,
}

impl Family {
    const fn new(name: &'static str, first: Id, count: u16) -> Self {
        Family { name, first, count }
    }

    /// The id of number `index`, which is clamped into the family: callers hold values in range already.
    pub const fn id(&self, index: u16) -> Id {
        self.first + if index < self.count { index } else { self.count - 1 }
    }

    /// The number of `id`, if it is of this family.
    pub const fn index(&self, id: Id) -> Option<u16> {
        if id >= self.first && id < self.first + self.count { Some(id - self.first) } else { None }
    }

    /// Whether `id` is of this family.
    pub const fn has(&self, id: Id) -> bool {
        self.index(id).is_some()
    }
}

/// Masked cell k.
pub const X: Family = Family::new("X", 8, 64);
/// A bar line with its metre class.
pub const BAR: Family = Family::new("BAR", 72, 32);
/// Tempo class.
pub const TEMPO: Family = Family::new("TEMPO", 104, 16);
/// Instrument group; 39 is drums.
pub const INST: Family = Family::new("INST", 120, 40);
/// n-th track of the same group; number n-1.
pub const ORD: Family = Family::new("ORD", 160, 16);
/// Step in the bar.
pub const POS: Family = Family::new("POS", 176, 192);
/// Velocity class.
pub const VEL: Family = Family::new("VEL", 368, 8);
/// Duration class.
pub const DUR: Family = Family::new("DUR", 376, 48);
/// The pitch that opens an onset.
pub const P: Family = Family::new("P", 424, 128);
/// A further pitch at the same onset.
pub const AND: Family = Family::new("AND", 552, 128);
/// Drum class.
pub const D: Family = Family::new("D", 680, 37);
/// Key: 2·tonic, plus 1 if minor.
pub const KEY: Family = Family::new("KEY", 720, 24);
/// Genre.
pub const GENRE: Family = Family::new("GENRE", 744, 16);
/// Emotion quadrant.
pub const EMO: Family = Family::new("EMO", 760, 4);
/// How many notes a cell has, as a class.
pub const DEN: Family = Family::new("DEN", 764, 8);
/// Most notes at one onset, as a class.
pub const PLY: Family = Family::new("PLY", 772, 4);
/// Octave of a cell's lowest note.
pub const LO: Family = Family::new("LO", 776, 11);
/// Octave of a cell's highest note.
pub const HI: Family = Family::new("HI", 787, 11);
/// Root of a chord; 12 is no chord.
pub const ROOT: Family = Family::new("ROOT", 798, 13);
/// Quality of a chord.
pub const QUAL: Family = Family::new("QUAL", 811, 8);
/// Similarity to the theme, as a class.
pub const SIM: Family = Family::new("SIM", 819, 4);
/// What is kept of the theme.
pub const KEEP: Family = Family::new("KEEP", 823, 4);

/// All families in the order of their ids.
pub const FAMILIES: [Family; 22] =
    [X, BAR, TEMPO, INST, ORD, POS, VEL, DUR, P, AND, D, KEY, GENRE, EMO, DEN, PLY, LO, HI, ROOT, QUAL, SIM, KEEP];

/// The words of the ids below [`X`].
const FRAME: [&str; 8] = ["PAD", "BOS", "EOS", "SEP", "END", "EMPTY", "THEME", "RESERVED7"];

/// The classes of §11 that describe notes rather than their frame.
pub const NOTE_CLASSES: [u8; 4] = [2, 3, 4, 5];

/// The name of an id, such as `BAR1` or `POS24`; unused ids are `RESERVED` with their number.
pub fn name(id: Id) -> String {
    if let Some(word) = FRAME.get(usize::from(id)) {
        return (*word).to_owned();
    }
    let family = FAMILIES.iter().find_map(|family| family.index(id).map(|index| (family.name, index)));
    family.map_or_else(|| format!("RESERVED{id}"), |(word, index)| format!("{word}{index}"))
}

/// The id of a name.
pub fn id(word: &str) -> Option<Id> {
    (0..SIZE as Id).find(|&id| name(id) == word)
}

/// The class of an id for statistics (§11): 0 frame and masks, 1 bar, tempo and instrument, 2 position, 3 velocity,
/// 4 duration, 5 pitch, 6 controls.
pub const fn class(id: Id) -> u8 {
    match id {
        0..72 => 0,
        72..176 => 1,
        176..368 => 2,
        368..376 => 3,
        376..424 => 4,
        424..720 => 5,
        _ => 6,
    }
}

/// Writes the vocabulary as `tokenizer.json`: words between blanks, one id each.
///
/// # Errors
/// [`Error::Vocabulary`] if the file cannot be written.
pub fn save(path: &Path) -> Result<(), Error> {
    let failed =
        |reason: tokenizers::Error| Error::Vocabulary { path: path.display().to_string(), reason: reason.to_string() };
    let words = (0..SIZE as Id).map(|id| (name(id), u32::from(id))).collect();
    let model = WordLevel::builder().vocab(words).unk_token(name(PAD)).build().map_err(failed)?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(WhitespaceSplit));
    tokenizer.save(path, true).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_follow_one_another_and_the_tables_of_the_format() {
        let mut next = X.first;
        for family in FAMILIES {
            assert!(family.first >= next, "{} overlaps the family before it", family.name);
            next = family.first + family.count;
        }
        assert_eq!((next, D.first + 40, KEY.first), (827, 720, 720));
    }

    #[test]
    fn every_id_has_its_own_name_that_leads_back() {
        for one in 0..SIZE as Id {
            assert_eq!(id(&name(one)), Some(one));
        }
        assert_eq!(["BAR1", "POS24", "AND66", "ROOT12", "EOS"].map(id), [73, 200, 618, 810, 2].map(Some));
    }

    #[test]
    fn classes_change_where_the_format_says() {
        let changes: Vec<Id> = (1..SIZE as Id).filter(|&id| class(id) != class(id - 1)).collect();
        assert_eq!(changes, [72, 176, 368, 376, 424, 720]);
    }

    #[test]
    fn the_file_reads_words_between_blanks() {
        let path = std::env::temp_dir().join(format!("diabelli-tokenizer-{}.json", std::process::id()));
        save(&path).unwrap();
        let tokenizer = Tokenizer::from_file(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let encoding = tokenizer.encode("BOS BAR1 TEMPO7 INST0 VEL4 DUR35 P50", false).unwrap();
        assert_eq!(encoding.get_ids(), [1, 73, 111, 120, 372, 411, 474]);
        assert_eq!(tokenizer.get_vocab_size(false), SIZE);
    }
}
