//! What a folder is like, in a few figures, and which of the base model's music is most like it.

use corpus::intake::Piece;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tokens::{Passage, Tonality};

/// The figures of the base corpus, as `examples/portraits.rs` writes them.
const BASE: &str = include_str!("base.json");

/// How many collections are named as being like a folder.
const NAMED: usize = 3;

/// Shares of less than this are not told, in a thousandth.
const LEAST: f64 = 0.005;

/// What music is like. Shares are of 1.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Portrait {
    /// Pieces.
    pub pieces: usize,
    /// Bars of a piece, on the mean.
    pub bars: f64,
    /// Notes of a bar, on the mean, of all parts together.
    pub density: f64,
    /// Parts that play in a bar, on the mean.
    pub parts: f64,
    /// Notes at one onset of a part, on the mean.
    pub chords: f64,
    /// Share of pieces in a minor key, of those that are in any.
    pub minor: f64,
    /// Shares of the notes by family of instruments, the largest first.
    pub families: Vec<(String, f64)>,
    /// Shares of the bars by metre, the largest first.
    pub metres: Vec<(String, f64)>,
}

/// A folder beside the music that the base model learnt from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Beside {
    /// The folder.
    pub own: Portrait,
    /// The base corpus.
    pub base: Portrait,
    /// What in it is most like the folder, with how like it is, 0..=1; the most first.
    pub like: Vec<(String, f64)>,
}

/// The base corpus, whole and by collection.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Portraits {
    /// All of it.
    pub all: Portrait,
    /// Each collection, by what people call it.
    pub collections: BTreeMap<String, Portrait>,
}

impl Portraits {
    /// Those of the base corpus that the shipped model learnt from.
    pub fn of_base() -> &'static Portraits {
        static READ: OnceLock<Portraits> = OnceLock::new();
        READ.get_or_init(|| serde_json::from_str(BASE).unwrap_or_default())
    }

    /// Of a corpus' pieces; `called` says what people call a collection.
    pub fn of(pieces: &[Piece], called: impl Fn(&str) -> String) -> Portraits {
        let mut collections: BTreeMap<String, Vec<&Piece>> = BTreeMap::new();
        for piece in pieces {
            collections.entry(called(&piece.collection)).or_default().push(piece);
        }
        let collections = collections.into_iter().map(|(name, own)| (name, Portrait::of(own))).collect();
        Portraits { all: Portrait::of(pieces), collections }
    }
}

impl Portrait {
    /// Of pieces.
    pub fn of<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> Portrait {
        let (mut families, mut metres) = (BTreeMap::new(), BTreeMap::new());
        let [mut count, mut bars, mut notes, mut cells, mut onsets, mut minor, mut keys] = [0_usize; 7];
        for Piece { passage, programs, key, .. } in pieces {
            count += 1;
            bars += passage.bars();
            if let Some(key) = key.or_else(|| heard(passage)) {
                keys += 1;
                minor += usize::from(key.minor);
            }
            for measure in &passage.measures {
                *metres.entry(format!("{}/{}", measure.meter.0, measure.meter.1)).or_insert(0) += 1;
            }
            for (part, (own, program)) in passage.parts.iter().zip(programs).enumerate() {
                let family = if own.is_drums() { analysis::DRUMS } else { analysis::family_name(*program) };
                for tones in (0..passage.bars()).map(|bar| passage.cell(bar, part).tones()) {
                    *families.entry(family.to_owned()).or_insert(0) += tones.len();
                    notes += tones.len();
                    cells += usize::from(!tones.is_empty());
                    onsets += tones.chunk_by(|one, next| one.position == next.position).count();
                }
            }
        }
        let of = |part: usize, whole: usize| if whole == 0 { 0.0 } else { round(part as f64 / whole as f64) };
        Portrait {
            pieces: count,
            bars: of(bars, count),
            density: of(notes, bars),
            parts: of(cells, bars),
            chords: of(notes, onsets),
            minor: of(minor, keys),
            families: shares(families, notes),
            metres: shares(metres, bars),
        }
    }

    /// How like another it is, 0..=1: the mean of what their families and metres have in common, and of how near their
    /// densities, parts and chords are.
    fn likeness(&self, other: &Portrait) -> f64 {
        let common = |one: &[(String, f64)], other: &[(String, f64)]| -> f64 {
            let of = |name: &String| other.iter().find(|(own, _)| own == name).map_or(0.0, |(_, share)| *share);
            one.iter().map(|(name, share)| share.min(of(name))).sum()
        };
        let near = |one: f64, other: f64| if one.max(other) > 0.0 { one.min(other) / one.max(other) } else { 1.0 };
        let parts = [
            common(&self.families, &other.families),
            common(&self.metres, &other.metres),
            near(self.density, other.density),
            near(self.parts, other.parts),
            near(self.chords, other.chords),
        ];
        parts.iter().sum::<f64>() / parts.len() as f64
    }
}

impl Beside {
    /// A folder's pieces beside the base corpus; none if there are no pieces.
    pub fn of(pieces: &[Piece]) -> Option<Beside> {
        let base = Portraits::of_base();
        let own = Portrait::of(pieces);
        let mut like: Vec<(String, f64)> =
            base.collections.iter().map(|(name, other)| (name.clone(), round(own.likeness(other)))).collect();
        like.sort_by(|one, other| other.1.total_cmp(&one.1));
        like.truncate(NAMED);
        (!pieces.is_empty()).then(|| Beside { own, base: base.all.clone(), like })
    }
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// Shares of a whole, the largest first, without the smallest.
fn shares(counts: BTreeMap<String, usize>, whole: usize) -> Vec<(String, f64)> {
    let mut all: Vec<(String, f64)> =
        counts.into_iter().map(|(name, count)| (name, round(count as f64 / whole.max(1) as f64))).collect();
    all.retain(|(_, share)| *share >= LEAST);
    all.sort_by(|(name, share), (other, more)| more.total_cmp(share).then_with(|| name.cmp(other)));
    all
}

/// The key in which a piece's notes sound for so long; none of drums.
pub fn heard(passage: &Passage) -> Option<Tonality> {
    let mut weights = [0.0; 12];
    let pitched = (0..passage.parts.len()).filter(|&part| !passage.parts[part].is_drums());
    for tone in pitched.flat_map(|part| (0..passage.bars()).flat_map(move |bar| passage.cell(bar, part).tones())) {
        weights[usize::from(tone.pitch % 12)] += f64::from(tone.end() - u16::from(tone.position));
    }
    analysis::key_of_weights(&weights).map(|key| Tonality { tonic: key.tonic, minor: key.minor })
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    fn piece(words: &str, program: u8) -> Piece {
        Piece {
            file: "one.mid".into(),
            title: "one".into(),
            collection: String::new(),
            passage: Passage::whole(&text::score(words).unwrap()),
            programs: vec![program],
            key: None,
            genre: None,
            words: Vec::new(),
        }
    }

    #[test]
    fn a_folder_is_most_like_the_collection_that_plays_as_it_does() {
        let base = Portraits::of_base();
        assert!(base.collections.len() >= 8 && base.all.pieces > 1000, "{}", base.all.pieces);
        let tune = piece(
            "D5:.5 E5:.5 F5:.5 G5:.5 A5:.5 B5:.5 C6:.5 D6:.5 | D6:.5 C6:.5 B5:.5 A5:.5 G5:.5 F5:.5 E5:.5 D5:.5",
            73,
        );
        let beside = Beside::of(&[tune]).unwrap();
        assert_eq!((beside.own.pieces, beside.own.bars, beside.own.density, beside.own.chords), (1, 2.0, 8.0, 1.0));
        assert_eq!(beside.own.metres, [("4/4".to_owned(), 1.0)]);
        assert_eq!(beside.like.len(), NAMED);
        assert!(beside.like.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        for own in base.collections.values() {
            assert!((own.likeness(own) - 1.0).abs() < 0.05, "like itself");
        }
        assert_eq!(Beside::of(&[]), None);
    }
}
