//! Ten voices from ten folders of music that the base model never saw, and what each is worth.
//!
//!     cargo run --release -p engine --example ten_voices -- COPYLEFT CORPUS [--minutes 8] [--only NAME]
//!         [--pieces 30] [--settings FILE.toml]
//!
//! COPYLEFT is the unpacked archive of copyleft music (`train/`, `valid/`, each with its catalogue), CORPUS the unpacked
//! base corpus, whose `valid/` tells what a voice has forgotten. Of each kind of music thirty pieces (of the smallest
//! kinds all) become a folder, chosen by a seed; a voice is trained on it with the defaults and the minutes. What has to
//! come of it: at least a quarter of a bit per note better on pieces that were never learnt from in eight of ten, at most
//! 3 % forgotten, and no more copied than the folder's own pieces have in common.

use corpus::catalogue::{self, Entry};
use engine::{Finetuning, Knobs, finetune};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// A folder: its name, the collection, and the place and name of the tag that its pieces have.
type Kind = (&'static str, &'static str, Option<(usize, &'static str)>);

const KINDS: [Kind; 10] = [
    ("jigs", "nottingham", Some((3, "jig"))),
    ("reels", "nottingham", Some((3, "reel"))),
    ("hornpipes", "nottingham", Some((3, "hornpipe"))),
    ("waltzes", "nottingham", Some((3, "waltz"))),
    ("msx games", "openmsx", None),
    ("jazz bands", "mma_arrangements", Some((2, "jazz"))),
    ("latin bands", "mma_arrangements", Some((2, "latin"))),
    ("marches", "mma_arrangements", Some((2, "march"))),
    ("blues grooves", "mma_backing", Some((3, "blues"))),
    ("rock grooves", "mma_backing", Some((3, "rock"))),
];

/// Pieces of a folder.
const PIECES: usize = 30;

/// Bits per note that a voice has to save, what it may forget, and of how many voices out of ten that is asked.
const BETTER: f64 = 0.25;
const FORGOTTEN: f64 = 0.03;
const OF_TEN: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut plain = Vec::new();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name) => _ = named.insert(name.to_owned(), arguments.next().unwrap_or_default()),
            None => plain.push(PathBuf::from(argument)),
        }
    }
    let [archive, base] = plain.as_slice() else {
        return Err("say where the copyleft archive and the base corpus are".into());
    };
    let mut knobs = Knobs { minutes: 8.0, ..Knobs::default() };
    if let Some(file) = named.get("settings") {
        knobs = Knobs::load(Path::new(file))?;
    }
    if let Some(minutes) = named.get("minutes") {
        knobs.minutes = minutes.parse()?;
    }
    let pieces: usize = named.get("pieces").map_or(Ok(PIECES), |text| text.parse())?;
    let home = tempfile::tempdir()?;
    let out = &mut std::io::stdout();
    writeln!(
        out,
        "| folder | pieces | bits per note | better | forgotten | turned down to | copied | own pieces | steps | tokens | tokens/s | ended by | minutes |"
    )?;
    writeln!(out, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---:|")?;
    let (mut good, mut rows) = ([0; 3], 0);
    for kind in KINDS.iter().filter(|kind| named.get("only").is_none_or(|only| kind.0 == only)) {
        let folder = home.path().join(kind.0);
        let count = gather(archive, kind, pieces, &folder)?;
        let began = Instant::now();
        let plan = Finetuning {
            folder,
            output: home.path().join("voices").join(kind.0),
            name: None,
            knobs: knobs.clone(),
            resume: false,
            base: None,
            corpus: Some(base.clone()),
        };
        let done = finetune(&plan, &AtomicBool::new(false), |_| ())?;
        let minutes = began.elapsed().as_secs_f64() / 60.0;
        let (before, after) = (done.before.bits_per_note, done.after.bits_per_note);
        let (copied, own) = (done.copy_rate.unwrap_or(0.0), done.own_copy_rate.unwrap_or(0.0));
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        writeln!(
            out,
            "| {} | {count} | {before:.2} → {after:.2} | {:.2} | {} | {} | {} | {} | {} | {} | {:.0} | {} | {minutes:.1} |",
            kind.0,
            before - after,
            percent(done.base_forgetting),
            percent(done.kept),
            percent(copied),
            percent(own),
            done.steps,
            done.tokens,
            done.tokens_per_second,
            done.stopped_by
        )?;
        out.flush()?;
        rows += 1;
        let holds = [before - after >= BETTER, done.base_forgetting <= FORGOTTEN, copied <= own];
        good.iter_mut().zip(holds).for_each(|(good, holds)| *good += usize::from(holds));
    }
    let [better, kept, own] = good;
    writeln!(
        out,
        "\nOf {rows}: {better} at least {BETTER} bits better ({OF_TEN} of ten are asked), {kept} forgot at most {:.0} %, \
         {own} copied no more than is usual in the folder.",
        FORGOTTEN * 100.0
    )?;
    Ok(())
}

/// Copies pieces of a kind into a folder, drawn by a seed; answers how many there are.
fn gather(archive: &Path, kind: &Kind, most: usize, folder: &Path) -> Result<usize, Box<dyn Error>> {
    let (_, collection, tag) = kind;
    let of_kind = |entry: &Entry| {
        entry.collection == *collection && tag.is_none_or(|(at, tag)| entry.tags.get(at).is_some_and(|own| own == tag))
    };
    let mut files = Vec::new();
    for split in ["train", "valid"] {
        let entries = catalogue::read(&archive.join(split))?;
        let own = entries.values().filter(|entry| of_kind(entry));
        files.extend(own.map(|entry| archive.join(split).join(&entry.file)).filter(|path| path.is_file()));
    }
    files.sort_unstable();
    files.shuffle(&mut ChaCha8Rng::seed_from_u64(1));
    files.truncate(most);
    std::fs::create_dir_all(folder)?;
    for file in &files {
        std::fs::copy(file, folder.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(files.len())
}
