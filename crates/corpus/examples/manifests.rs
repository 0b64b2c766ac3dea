//! Writes `DATASETS_FOLDER/<collection>/manifest.toml` for every collection of a corpus folder with `train/` and
//! `valid/`: `manifests CORPUS_FOLDER DATASETS_FOLDER`.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, out] = words.as_slice() else {
        return Err("usage: manifests CORPUS_FOLDER DATASETS_FOLDER".into());
    };
    for manifest in corpus::manifest::read(Path::new(corpus), &["train", "valid"])? {
        let folder = Path::new(out).join(manifest.collection());
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("manifest.toml"), manifest.to_toml())?;
    }
    Ok(())
}
