//! Weights on disk: a folder in the Hugging Face form, with `config.json` and `model.safetensors`.

use crate::{Config, Error};
use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

/// The largest file of weights that is read, in bytes.
const MAX_BYTES: u64 = 1 << 30;

/// One weight, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// Its lengths, the last one contiguous.
    pub shape: Vec<usize>,
    /// Its numbers, all finite.
    pub data: Vec<f32>,
}

/// A network's shape and weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// The shape.
    pub config: Config,
    /// Weights by their Hugging Face names; exactly those of [`Config::weights`].
    pub weights: BTreeMap<String, Weight>,
    /// What the file says of itself: tokens seen, where it came from.
    pub metadata: BTreeMap<String, String>,
}

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits, for going on with training.
    Full,
    /// 16 bits, for shipping.
    Half,
}

impl Checkpoint {
    /// Reads a model folder; weights are read into memory, checked against the configuration and for finiteness.
    ///
    /// # Errors
    /// [`Error::System`], [`Error::File`], [`Error::Config`] or [`Error::Weight`], each naming what is wrong.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let checkpoint = Checkpoint::read(folder)?;
        checkpoint.check()?;
        Ok(checkpoint)
    }

    /// Reads a folder whatever its weights are: a model's, or a voice's while it learns.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let config = Config::load(&folder.join("config.json"))?;
        let path = folder.join("model.safetensors");
        if !path.exists() && has_pickle(folder) {
            let reason = "it holds weights as a Python pickle, which can run any program when it is read; \
                convert them to model.safetensors";
            return Err(Error::file(folder, reason));
        }
        let (weights, metadata) = read_tensors(&path)?;
        Ok(Checkpoint { config, weights, metadata })
    }

    /// Whether the weights are those that the configuration wants.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let wrong = |name: &str, problem: String| Err(Error::Weight { name: name.to_owned(), problem });
        let wanted = self.config.weights();
        for (name, shape) in &wanted {
            match self.weights.get(name) {
                None => return wrong(name, "is missing".into()),
                Some(weight) if weight.shape != *shape => {
                    return wrong(name, format!("has the shape {:?} instead of {shape:?}", weight.shape));
                }
                Some(weight) if !weight.data.iter().all(|number| number.is_finite()) => {
                    return wrong(name, "holds numbers that are not finite".into());
                }
                Some(_) => {}
            }
        }
        match self.weights.keys().find(|name| !wanted.iter().any(|(known, _)| known == *name)) {
            Some(name) => wrong(name, "does not belong to this network".into()),
            None => Ok(()),
        }
    }

    /// Writes a model folder; each file is replaced whole.
    ///
    /// # Errors
    /// [`Error::System`] or [`Error::File`].
    pub fn save(&self, folder: &Path, precision: Precision) -> Result<(), Error> {
        std::fs::create_dir_all(folder).map_err(Error::system("make", folder))?;
        let torch_dtype = if precision == Precision::Half { "float16" } else { "float32" };
        let config = Config { torch_dtype: torch_dtype.into(), ..self.config.clone() };
        let text = serde_json::to_string_pretty(&config).map_err(|error| Error::file(folder, error))?;
        write_whole(&folder.join("config.json"), text.as_bytes())?;
        write_tensors(&folder.join("model.safetensors"), &self.weights, &self.metadata, precision)
    }

    /// SHA-256 of the shapes and numbers as they are used, in hexadecimal: which model wrote something.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (name, weight) in &self.weights {
            hash.update(name.as_bytes());
            for number in &weight.data {
                hash.update(number.to_le_bytes());
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn has_pickle(folder: &Path) -> bool {
    ["pytorch_model.bin", "model.pt", "model.ckpt", "model.pkl", "model.pth"]
        .iter()
        .any(|name| folder.join(name).exists())
}

type Tensors = (BTreeMap<String, Weight>, BTreeMap<String, String>);

/// Reads a safetensors file of f32 and f16 tensors as f32.
///
/// # Errors
/// [`Error::System`] or [`Error::File`].
pub fn read_tensors(path: &Path) -> Result<Tensors, Error> {
    let file = std::fs::File::open(path).map_err(Error::system("open", path))?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(Error::system("read", path))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::file(
            path,
            format!("it has more than {MAX_BYTES} bytes; no model of this program is that large"),
        ));
    }
    parse_tensors(path, &bytes)
}

/// The tensors in the bytes of a file.
pub(crate) fn parse_tensors(path: &Path, bytes: &[u8]) -> Result<Tensors, Error> {
    let advice = "fetch or train the model again";
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| {
        let pickle = bytes.starts_with(b"\x80") || bytes.starts_with(b"PK");
        let what = if pickle {
            "this is a Python pickle, not safetensors, and is not read"
        } else {
            "this is no safetensors file"
        };
        Error::file(path, format!("{what} ({error}); {advice}"))
    })?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| Error::file(path, format!("{error}; {advice}")))?;
    let mut weights = BTreeMap::new();
    for (name, view) in tensors.iter() {
        let data = numbers(&view).ok_or_else(|| {
            Error::file(path, format!("{name} is stored as {:?}; only F32 and F16 are read", view.dtype()))
        })?;
        weights.insert(name.to_owned(), Weight { shape: view.shape().to_vec(), data });
    }
    let metadata = header.metadata().clone().unwrap_or_default().into_iter().collect();
    Ok((weights, metadata))
}

fn numbers(view: &TensorView) -> Option<Vec<f32>> {
    let bytes = view.data();
    match view.dtype() {
        Dtype::F32 => Some(bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()),
        Dtype::F16 => Some(bytes.as_chunks().0.iter().map(|&two| f16::from_le_bytes(two).to_f32()).collect()),
        _ => None,
    }
}

/// Writes a safetensors file; it is replaced whole.
///
/// # Errors
/// [`Error::System`] or [`Error::File`].
pub fn write_tensors(
    path: &Path,
    weights: &BTreeMap<String, Weight>,
    metadata: &BTreeMap<String, String>,
    precision: Precision,
) -> Result<(), Error> {
    let bytes: Vec<(&String, &Weight, Vec<u8>)> = weights
        .iter()
        .map(|(name, weight)| {
            let bytes = match precision {
                Precision::Full => weight.data.iter().flat_map(|number| number.to_le_bytes()).collect(),
                Precision::Half => weight.data.iter().flat_map(|&number| f16::from_f32(number).to_le_bytes()).collect(),
            };
            (name, weight, bytes)
        })
        .collect();
    let dtype = if precision == Precision::Half { Dtype::F16 } else { Dtype::F32 };
    let mut views = Vec::with_capacity(bytes.len());
    for (name, weight, data) in &bytes {
        let view = TensorView::new(dtype, weight.shape.clone(), data).map_err(|error| Error::file(path, error))?;
        views.push((name.as_str(), view));
    }
    let about = (!metadata.is_empty()).then(|| metadata.clone().into_iter().collect());
    let file = safetensors::serialize(views, about).map_err(|error| Error::file(path, error))?;
    write_whole(path, &file)
}

/// Writes a file beside its place, down to the disk, and renames it over what stood there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beside = path.with_extension("part");
    let write = || {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write().map_err(Error::system("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        let config = Config::tiny();
        let weight = |(name, shape): (String, Vec<usize>)| {
            let count = shape.iter().product();
            (name, Weight { shape, data: (0..count).map(|index| (index % 17) as f32 / 16.0 - 0.5).collect() })
        };
        let weights = config.weights().into_iter().map(weight).collect();
        Checkpoint { config, weights, metadata: BTreeMap::from([("tokens".into(), "12".into())]) }
    }

    #[test]
    fn a_folder_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = checkpoint();
        checkpoint.save(folder.path(), Precision::Full).unwrap();
        assert_eq!(Checkpoint::load(folder.path()).unwrap(), checkpoint);
        checkpoint.save(folder.path(), Precision::Half).unwrap();
        let half = Checkpoint::load(folder.path()).unwrap();
        assert_eq!(half.weights, checkpoint.weights, "sixteenths are exact in half precision");
        assert_eq!(half.hash(), checkpoint.hash());
    }

    #[test]
    fn every_damage_has_its_own_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        let words = |checkpoint: &Checkpoint| {
            checkpoint.save(folder.path(), Precision::Full).unwrap();
            Checkpoint::load(folder.path()).map(|_| ()).unwrap_err().to_string()
        };
        let mut short = checkpoint();
        short.weights.remove("model.norm.weight");
        assert!(words(&short).contains("model.norm.weight is missing"));
        let mut wrong = checkpoint();
        wrong.weights.insert("model.norm.weight".into(), Weight { shape: vec![31], data: vec![0.0; 31] });
        assert!(words(&wrong).contains("has the shape [31] instead of [32]"));
        let mut broken = checkpoint();
        broken.weights.get_mut("model.norm.weight").unwrap().data[3] = f32::NAN;
        assert!(words(&broken).contains("not finite"));
        let mut more = checkpoint();
        more.weights.insert("lm_head.weight".into(), Weight { shape: vec![1], data: vec![0.0] });
        assert!(words(&more).contains("does not belong"));
        let load = || Checkpoint::load(folder.path()).map(|_| ()).unwrap_err().to_string();
        checkpoint().save(folder.path(), Precision::Full).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(load().contains("no safetensors file"));
        std::fs::write(&path, [0xff; 64]).unwrap();
        assert!(load().contains("no safetensors file"));
        std::fs::write(&path, b"\x80\x04\x95 pickle data that is long enough").unwrap();
        assert!(load().contains("pickle"));
        std::fs::remove_file(&path).unwrap();
        std::fs::write(folder.path().join("pytorch_model.bin"), b"x").unwrap();
        assert!(load().contains("can run any program"));
    }
}
