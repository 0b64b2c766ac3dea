//! Keys and chords against what people wrote about the music of the training corpus.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use analysis::{Quality, chords, half_bars, key_of};
use score::{Score, Tick};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The unpacked corpus with its labels, or none and a line that says so.
fn corpus() -> Option<PathBuf> {
    let found = std::env::var_os("DIABELLI_CORPUS").map(PathBuf::from);
    match found.filter(|folder| folder.join("labels").is_dir()) {
        Some(folder) => Some(folder),
        None => {
            println!("skipped: DIABELLI_CORPUS is not set to a folder with labels/");
            None
        }
    }
}

fn read(path: &Path) -> Score {
    formats::midi::read(&std::fs::read(path).unwrap()).unwrap().score
}

/// The rows of a table as cells, without its head. No cell in use here has a comma.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The pitch class of a note name, with flats as `b` or `-`.
fn class(name: &str) -> u8 {
    score::text::pitch(&format!("{}4", name.replace('-', "b"))).unwrap() % 12
}

#[test]
fn keys_are_those_that_encoders_gave() {
    let Some(corpus) = corpus() else { return };
    let all = rows(&corpus.join("labels/keys.csv"));
    // All of the validation split and every tenth of the training split.
    let chosen = all.iter().enumerate().filter(|(at, row)| row[0].starts_with("valid/") || at % 10 == 0);
    let (mut right, mut tonics, mut pieces) = (0, 0, 0);
    for (_, row) in chosen {
        let (tonic, mode) = row[1].split_once(' ').unwrap();
        let found = key_of(&read(&corpus.join(&row[0]))).unwrap();
        pieces += 1;
        tonics += usize::from(found.tonic == class(tonic));
        right += usize::from(found.tonic == class(tonic) && found.minor == (mode == "minor"));
    }
    let share = |count: usize| count as f64 / pieces as f64;
    println!("{pieces} pieces: key right {:.3}, tonic right {:.3}", share(right), share(tonics));
    assert!(share(right) > 0.81, "{right} of {pieces}");
}

/// A chord that an analyst wrote down.
struct Label {
    span: Range<Tick>,
    root: u8,
    quality: Quality,
}

/// Chords of the qualities that have a name here; others are left out.
fn label(row: &[String], tpq: u16) -> Option<Label> {
    let quality = match row[8].as_str() {
        "major triad" => Quality::Major,
        "minor triad" => Quality::Minor,
        "diminished triad" | "diminished seventh chord" => Quality::Diminished,
        "augmented triad" => Quality::Augmented,
        "dominant seventh chord" => Quality::Dominant7,
        "major seventh chord" => Quality::Major7,
        "minor seventh chord" => Quality::Minor7,
        "half-diminished seventh chord" => Quality::Other,
        _ => return None,
    };
    let tick = |quarters: f64| (quarters * f64::from(tpq)).round() as Tick;
    let (onset, length): (f64, f64) = (row[3].parse().unwrap(), row[4].parse().unwrap());
    Some(Label { span: tick(onset)..tick(onset + length), root: class(&row[7]), quality })
}

#[test]
fn chords_are_those_that_analysts_heard() {
    let Some(corpus) = corpus() else { return };
    let mut songs: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in rows(&corpus.join("labels/roman_numerals/wir_lieder.csv")) {
        songs.entry(row[0].clone()).or_default().push(row);
    }
    let (mut roots, mut both, mut halves) = (0, 0, 0);
    for (file, rows) in songs {
        let score = read(&corpus.join("labels").join(file));
        let bars = score.bars();
        let stretches: Vec<Range<Tick>> = (0..score.bar_count()).flat_map(|bar| half_bars(&bars.bar(bar))).collect();
        let labels: Vec<Label> = rows.iter().filter_map(|row| label(row, score.tpq)).collect();
        for (stretch, found) in stretches.iter().zip(chords(&score, &stretches)) {
            // Only where one chord was written for the whole half bar is there a right answer.
            let whole = |label: &&Label| label.span.start <= stretch.start && stretch.end <= label.span.end;
            let Some(label) = labels.iter().find(whole) else { continue };
            halves += 1;
            let root = found.is_some_and(|found| found.root == label.root);
            roots += usize::from(root);
            both += usize::from(root && found.is_some_and(|found| found.quality == label.quality));
        }
    }
    let share = |count: usize| count as f64 / halves as f64;
    println!("{halves} half bars: root right {:.3}, root and quality right {:.3}", share(roots), share(both));
    assert!(share(roots) > 0.80 && share(both) > 0.71, "{roots} and {both} of {halves}");
}
