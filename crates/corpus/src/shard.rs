//! Shards: training data as any trainer reads it (`docs/tokens.md` §11).

use crate::Error;
use crate::sample::Sample;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use tokens::vocabulary::{NOTE_CLASSES, SIZE, class};

/// One sample of a shard: offset and length in ids, first scored place, scored notes, place of its collection in
/// [`Index::groups`].
pub type Row = (u64, u32, u32, u32, u32);

/// `NAME.json`: what the ids of `NAME.bin` are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// How many ids there are.
    pub vocab_size: usize,
    /// Collections.
    pub groups: Vec<String>,
    /// Share of each collection when a trainer draws samples; they sum to 1.
    pub weights: BTreeMap<String, f64>,
    /// Class of every id.
    pub classes: Vec<u8>,
    /// The classes that describe notes.
    pub note_classes: Vec<u8>,
    /// The samples.
    pub samples: Vec<Row>,
}

/// A shard before it is written: collections with their weights and samples.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shard {
    /// Name, weight and samples of each collection.
    pub groups: Vec<(String, f64, Vec<Sample>)>,
}

impl Shard {
    /// Its description; weights are scaled to sum to 1.
    pub fn index(&self) -> Index {
        let total: f64 = self.groups.iter().map(|(_, weight, _)| weight).sum();
        let mut offset = 0;
        let mut samples = Vec::new();
        for (group, (_, _, own)) in self.groups.iter().enumerate() {
            for sample in own {
                let (length, loss_from) = (sample.ids.len() as u32, sample.loss_from as u32);
                samples.push((offset, length, loss_from, sample.notes as u32, group as u32));
                offset += u64::from(length);
            }
        }
        Index {
            vocab_size: SIZE,
            groups: self.groups.iter().map(|(name, ..)| name.clone()).collect(),
            weights: self.groups.iter().map(|(name, weight, _)| (name.clone(), weight / total)).collect(),
            classes: (0..SIZE as u16).map(class).collect(),
            note_classes: NOTE_CLASSES.to_vec(),
            samples,
        }
    }

    /// How many ids it has.
    pub fn tokens(&self) -> usize {
        self.groups.iter().flat_map(|(_, _, samples)| samples).map(|sample| sample.ids.len()).sum()
    }

    /// Writes `NAME.bin` and `NAME.json` into a folder, each whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Description`].
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), Error> {
        std::fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
        let samples = self.groups.iter().flat_map(|(_, _, samples)| samples);
        let bytes: Vec<u8> = samples.flat_map(|sample| &sample.ids).flat_map(|id| id.to_le_bytes()).collect();
        let path = folder.join(format!("{name}.json"));
        let describe = |reason| Error::Description { path: path.display().to_string(), reason };
        let index = serde_json::to_vec(&self.index()).map_err(describe)?;
        replace(&folder.join(format!("{name}.bin")), &bytes)?;
        replace(&path, &index)
    }
}

/// Writes a file beside its place, then puts it there, so that no reader sees half of it.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let draft = path.with_extension("part");
    let written = std::fs::File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&draft, path)).map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_shard_reads_back() {
        let sample = |ids: &[u16], loss_from| Sample { ids: ids.to_vec(), loss_from, notes: 1 };
        let shard = Shard {
            groups: vec![
                ("a".into(), 3.0, vec![sample(&[1, 72, 2], 0), sample(&[1, 3, 4, 863], 2)]),
                ("b".into(), 1.0, vec![sample(&[1], 0)]),
            ],
        };
        let folder = std::env::temp_dir().join(format!("diabelli-shard-{}", std::process::id()));
        shard.write(&folder, "train").unwrap();
        let bytes = std::fs::read(folder.join("train.bin")).unwrap();
        let index: Index = serde_json::from_slice(&std::fs::read(folder.join("train.json")).unwrap()).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((bytes.len(), shard.tokens()), (16, 8));
        assert_eq!(&bytes[12..14], 863_u16.to_le_bytes());
        assert_eq!(index.samples, [(0, 3, 0, 1, 0), (3, 4, 2, 1, 0), (7, 1, 0, 1, 1)]);
        assert_eq!(index.weights["a"], 0.75);
        assert_eq!((index.classes.len(), index.classes[72], index.classes[500]), (864, 1, 5));
    }
}
