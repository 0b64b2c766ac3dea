//! How much of what engravers wrote is found again in what MIDI files become: with us and, side by side, with
//! MuseScore's import of the same files. `engravings`
//!
//! DIABELLI_CORPUS and DIABELLI_SCORES name the unpacked corpus and the engravings of some of its pieces, DIABELLI_SHARED
//! the folder with the MusicXML suite, DIABELLI_MUSESCORE the peer's program (else `mscore3`, `musescore3` or `mscore`,
//! if one of them is there; it needs no display).
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)]
#[path = "../tests/engraved/compare.rs"]
mod compare;
#[allow(dead_code)]
#[path = "../tests/engraved/pieces.rs"]
mod pieces;
#[allow(dead_code)]
#[path = "../tests/engraved/truth.rs"]
mod truth;
#[allow(dead_code)]
#[path = "../tests/engraved/xml.rs"]
mod xml;

use compare::Figures;
use pieces::{FOUND, IN_STEP};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use truth::Part;
use xml::Node;

/// One engraving and the MIDI file that sounds like it.
struct Pair {
    engraving: Node,
    midi: PathBuf,
}

/// What both programs make of a piece; the peer's is nothing where it is not there or fails.
struct Row {
    ours: Figures,
    peer: Option<Figures>,
}

fn main() {
    let peer = peer();
    println!("peer: {}", peer.as_deref().map_or("none is there".into(), version));
    let work = tempfile::tempdir().unwrap();
    let compare = |pairs: Vec<Pair>| -> Vec<Row> {
        let half = pairs.len().div_ceil(2).max(1);
        std::thread::scope(|scope| {
            let peer = peer.as_deref();
            let work = work.path();
            let run =
                |(number, pairs)| scope.spawn(move || rows(pairs, peer, &work.join(format!("{number}.musicxml"))));
            let threads: Vec<_> = pairs.chunks(half).enumerate().map(run).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        })
    };
    match pieces::folders() {
        Some((scores, corpus)) => {
            for split in ["train", "valid"] {
                let pieces = pieces::index(&scores).into_iter().filter(|piece| piece.midi.starts_with(split));
                let pairs = pieces
                    .map(|piece| Pair { engraving: pieces::engraved(&scores, &piece), midi: corpus.join(&piece.midi) });
                table(&format!("songs and quartets in {split}/"), &compare(pairs.collect()));
            }
        }
        None => println!("skipped: DIABELLI_CORPUS is not set, or no engravings lie beside it"),
    }
    match suite(work.path()) {
        Some(pairs) => table("the MusicXML suite, as we play it", &compare(pairs)),
        None => println!("skipped: DIABELLI_SHARED is not set, or no MusicXML suite lies in it"),
    }
}

/// The files of the suite that have pitches, each with a MIDI file that we make of it.
fn suite(work: &Path) -> Option<Vec<Pair>> {
    let folder = PathBuf::from(std::env::var_os("DIABELLI_SHARED")?).join("hostile/musicxml");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "xml"));
    files.sort();
    let pair = |path: &PathBuf| {
        let text = std::fs::read(path).unwrap();
        let score = formats::musicxml::read(&text).unwrap().score;
        let midi = work.join(path.file_name().unwrap()).with_extension("mid");
        std::fs::write(&midi, formats::midi::write(&score)).unwrap();
        Pair { engraving: Node::parse(&String::from_utf8(text).unwrap()), midi }
    };
    let pairs: Vec<Pair> = files.iter().map(pair).collect();
    let sounds = |pair: &Pair| truth::parts(&pair.engraving, false).iter().any(|part| !part.notes.is_empty());
    Some(pairs.into_iter().filter(sounds).collect())
}

fn rows(pairs: &[Pair], peer: Option<&Path>, scratch: &Path) -> Vec<Row> {
    let row = |pair: &Pair| {
        let peers = peer.and_then(|peer| imported(peer, &pair.midi, scratch));
        Row {
            ours: pieces::figures(&pair.engraving, &pieces::notated(&pair.midi)),
            peer: peers.map(|parts| pieces::figures(&pair.engraving, &parts)),
        }
    };
    pairs.iter().map(row).collect()
}

/// MuseScore's program, where it can be found.
fn peer() -> Option<PathBuf> {
    let named = std::env::var_os("DIABELLI_MUSESCORE").map(PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let names = ["mscore3", "musescore3", "mscore"];
    let found = std::env::split_paths(&paths).flat_map(|folder| names.map(|name| folder.join(name)));
    named.or_else(|| found.into_iter().find(|path| path.is_file()))
}

/// A command that needs no display.
fn program(peer: &Path) -> Command {
    let mut command = Command::new(peer);
    command.env("QT_QPA_PLATFORM", "offscreen").stdin(Stdio::null()).stderr(Stdio::null());
    command
}

fn version(peer: &Path) -> String {
    let said = program(peer).arg("--version").output().unwrap().stdout;
    String::from_utf8_lossy(&said).trim().to_owned()
}

/// What the peer makes of a MIDI file.
fn imported(peer: &Path, midi: &Path, scratch: &Path) -> Option<Vec<Part>> {
    std::fs::remove_file(scratch).ok();
    program(peer).arg("-o").arg(scratch).arg(midi).stdout(Stdio::null()).status().ok()?;
    let text = std::fs::read_to_string(scratch).ok()?;
    Some(truth::parts(&Node::parse(&text), false))
}

/// Prints the sums over pieces that all can follow, and over those of them whose bar lines all have right.
fn table(name: &str, rows: &[Row]) {
    let all = |row: &Row, holds: fn(&Figures) -> bool| holds(&row.ours) && row.peer.as_ref().is_none_or(holds);
    let followed: Vec<&Row> = rows.iter().filter(|row| all(row, |own| own.matched.percent() >= FOUND)).collect();
    let in_step: Vec<&Row> = followed.iter().copied().filter(|row| all(row, |own| own.bars.f1() > IN_STEP)).collect();
    let failed = rows.iter().filter(|row| row.peer.is_none()).count();
    println!("\n{name}: {} of {} are followed, the bars of {} agree", followed.len(), rows.len(), in_step.len());
    let alone = |of: fn(&Row) -> Option<&Figures>| {
        let right = |own: &&Figures| own.matched.percent() >= FOUND && own.bars.f1() > IN_STEP;
        rows.iter().filter_map(of).filter(right).count()
    };
    let (ours, theirs) = (alone(|row| Some(&row.ours)), alone(|row| row.peer.as_ref()));
    println!("bars right by itself: ours {ours}, the peer {theirs}; the peer has nothing of {failed}\n");
    let sum = |rows: &[&Row], of: fn(&Row) -> Option<&Figures>| {
        let mut sum = Figures::default();
        rows.iter().filter_map(|row| of(row)).for_each(|figures| sum.add(figures));
        sum
    };
    let columns =
        [&followed, &in_step].map(|rows| [sum(rows, |row| Some(&row.ours)), sum(rows, |row| row.peer.as_ref())]);
    println!("| | all: ours | the peer | bars agree: ours | the peer |\n|---|---:|---:|---:|---:|");
    let line = |name: &str, of: &dyn Fn(&Figures) -> f64, unit: &str| {
        let cells: Vec<String> = columns
            .iter()
            .flatten()
            .map(|figures| format!("{:.*}{unit}", usize::from(!unit.is_empty()), of(figures)))
            .collect();
        println!("| {name} | {} |", cells.join(" | "));
    };
    line("notes", &|own| own.matched.of as f64, "");
    line("that the engraving has at the same place", &|own| own.matched.percent(), " %");
    line("with exactly its signs", &|own| own.values.percent(), " %");
    line("ties, F1", &|own| own.ties.f1(), " %");
    line("tuplets, F1", &|own| own.tuplets.f1(), " %");
    line("neighbours in a voice, F1", &|own| own.voices.f1(), " %");
    line("notes of two staves on the right one", &|own| own.hands.percent(), " %");
    line("names of notes", &|own| own.spelling.percent(), " %");
    line("rests, F1", &|own| own.rests.f1(), " %");
    line("bar lines, F1", &|own| own.bars.f1(), " %");
}
