//! Writes training and validation shards of a corpus folder with `train/` and `valid/`:
//! `shards CORPUS_FOLDER OUT_FOLDER [--context 1024] [--tokens 30000000] [--seed 1] [--each 40] [--threads 2]`.

use corpus::intake::{self, Intake, Limits, Outcome};
use corpus::sample::Plan;
use corpus::shard::Shard;
use corpus::{mixture, sample};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, out, ..] = words.as_slice() else {
        return Err("usage: shards CORPUS_FOLDER OUT_FOLDER [--context N] [--tokens N] [--seed S]".into());
    };
    let option = |name: &str, default: u64| -> Result<u64, Box<dyn Error>> {
        let at = words.iter().position(|word| word == name);
        let value = at.map(|at| words.get(at + 1).ok_or(format!("{name} needs a number"))).transpose()?;
        Ok(value.map(|value| value.parse()).transpose()?.unwrap_or(default))
    };
    let (context, tokens) = (option("--context", 1024)? as usize, option("--tokens", 30_000_000)? as usize);
    let (seed, each, threads) =
        (option("--seed", 1)?, option("--each", 40)? as usize, option("--threads", 2)? as usize);
    let (corpus, out) = (Path::new(corpus), Path::new(out));

    let valid = take_in(&corpus.join("valid"), threads)?;
    write(&mixture::valid(&valid.pieces, context, each, 1), out, "valid")?;
    drop(valid);
    let train = take_in(&corpus.join("train"), threads)?;
    let plan = Plan { context, ..sample::Plan::default() };
    let known = corpus::known::known(&train.pieces, analysis::Known::WINDOW);
    eprintln!("{} fingerprints", known.len());
    std::fs::write(out.join(analysis::Known::FILE), known.to_bytes())?;
    write(&mixture::train(&train.pieces, &plan, tokens, seed, threads, &|_, _| true)?, out, "train")?;
    tokens::vocabulary::save(&out.join("tokenizer.json"))?;
    Ok(())
}

fn take_in(folder: &Path, threads: usize) -> Result<Intake, corpus::Error> {
    let intake = intake::read(folder, &Limits::default(), threads, &|_, _| true)?;
    let count = |test: fn(&Outcome) -> bool| intake.report.iter().filter(|line| test(&line.outcome)).count();
    eprintln!(
        "{}: {} used, {} repaired, {} rejected",
        folder.display(),
        count(|outcome| matches!(outcome, Outcome::Used)),
        count(|outcome| matches!(outcome, Outcome::Repaired { .. })),
        count(|outcome| matches!(outcome, Outcome::Rejected { .. })),
    );
    for line in &intake.report {
        if let Outcome::Rejected { reason } = &line.outcome {
            eprintln!("  {}: {reason}", line.file);
        }
    }
    Ok(intake)
}

fn write(shard: &Shard, out: &Path, name: &str) -> Result<(), corpus::Error> {
    for (collection, weight, samples) in &shard.groups {
        let ids: usize = samples.iter().map(|sample| sample.ids.len()).sum();
        let infill = samples.iter().filter(|sample| sample.loss_from > 0).count();
        eprintln!("  {name} {collection}: weight {weight}, {} samples, {infill} infill, {ids} ids", samples.len());
    }
    eprintln!("{name}: {} ids", shard.tokens());
    shard.write(out, name)
}
