//! A folder of MIDI files on the disk, through the intake report to samples.
#![allow(clippy::unwrap_used)]

use corpus::intake::{self, Intake, Limits, Outcome};
use corpus::sample::{self, Plan};
use corpus::{Error, mixture};
use score::{Header, Meter, Note, Score, Track};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokens::vocabulary::{BOS, EOS, GENRE, KEY, P, ROOT, SEP, THEME, X};
use tokens::{Cell, Window, answer};

/// A folder of its own for each test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("diabelli-corpus-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("a")).unwrap();
        std::fs::create_dir_all(path.join("b")).unwrap();
        Folder(path)
    }

    fn put(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(file), bytes).unwrap();
    }

    fn read(&self, threads: usize) -> Result<Intake, Error> {
        intake::read(&self.0, &Limits::default(), threads, &|_, _| true)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Two parts, `notes` quarter notes each that last `length` ticks, of a line that depends on `seed`.
fn document(seed: u32, notes: u32, up: u8, length: u32) -> Score {
    let track = |id: u32, program: u8| {
        let header = Header {
            name: String::new(),
            lane: id,
            channel: id as u8,
            program,
            hue: 0,
            mix: Default::default(),
            output: None,
        };
        let note = |at: u32| {
            let step = (at * at * (seed + 3) + at * seed + 7 * id) % 23;
            Note::new(1000 * id + at, at * 960, length, 48 + step as u8 + up, 80)
        };
        Arc::new(Track::new(id, header, (0..notes).map(note).collect()))
    };
    let lanes = vec![Arc::default(), Arc::default()];
    let meters = Arc::new(vec![Meter::new(0, 4, 4)]);
    Score { tracks: vec![track(0, 0), track(1, 40)], lanes, meters, ..Score::empty() }
}

/// The same as a MIDI file.
fn piece(seed: u32, notes: u32, up: u8) -> Vec<u8> {
    formats::midi::write(&document(seed, notes, up, 900))
}

fn outcome<'a>(intake: &'a Intake, file: &str) -> &'a Outcome {
    &intake.report.iter().find(|line| line.file == file).unwrap().outcome
}

fn reason(intake: &Intake, file: &str) -> String {
    match outcome(intake, file) {
        Outcome::Rejected { reason } => reason.clone(),
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn every_file_gets_a_line_with_a_reason() {
    let folder = Folder::new("report");
    folder.put("a/one.mid", &piece(1, 64, 0));
    folder.put("a/same.MIDI", &piece(1, 64, 4));
    folder.put("b/two.mid", &piece(2, 64, 0));
    folder.put("b/broken.mid", b"RIFFnothing");
    folder.put("b/short.mid", &piece(3, 2, 0));
    folder.put("b/notes.txt", b"no music");
    let intake = folder.read(2).unwrap();
    assert_eq!(intake.report.len(), 5);
    assert_eq!(*outcome(&intake, "a/one.mid"), Outcome::Used);
    assert_eq!(*outcome(&intake, "b/two.mid"), Outcome::Used);
    assert!(reason(&intake, "a/same.MIDI").contains("a/one.mid"));
    assert!(reason(&intake, "b/short.mid").contains("4 notes"));
    assert!(!reason(&intake, "b/broken.mid").is_empty());
    let pieces: Vec<_> = intake.pieces.iter().map(|piece| (piece.file.as_str(), piece.collection.as_str())).collect();
    assert_eq!(pieces, [("a/one.mid", "a"), ("b/two.mid", "b")]);
}

#[test]
fn notation_is_taken_in_as_midi_is() {
    let (midi, notation) = (Folder::new("midi"), Folder::new("notation"));
    for seed in 0..3 {
        let document = document(seed, 64, 0, 960);
        midi.put(&format!("a/{seed}.mid"), &formats::midi::write(&document));
        let text = formats::musicxml::write(&document).text;
        notation.put(&format!("a/{seed}.{}", ["musicxml", "xml", "MXL"][seed as usize]), text.as_bytes());
    }
    let tune = "X:1\nT:Scales\nM:4/4\nL:1/4\nK:G\nGABc|defg|gfed|cBAG|GBdg|fdBA|GABc|dBG2|\n";
    notation.put("b/tune.abc", tune.as_bytes());
    notation.put("b/page.xml", b"<html/>");
    let (midi, notation) = (midi.read(2).unwrap(), notation.read(2).unwrap());
    assert!(reason(&notation, "b/page.xml").contains("no MusicXML score"));
    assert_eq!(*outcome(&notation, "b/tune.abc"), Outcome::Used);
    assert_eq!(notation.pieces.len(), 4);
    for (one, other) in midi.pieces.iter().zip(&notation.pieces) {
        assert_eq!((&one.passage, &one.programs), (&other.passage, &other.programs), "{}", other.file);
    }
}

#[test]
fn folders_that_cannot_be_used_say_why() {
    let folder = Folder::new("nothing");
    assert!(matches!(folder.read(1), Err(Error::Nothing { report, .. }) if report.is_empty()));
    assert!(matches!(
        intake::read(Path::new("no such folder"), &Limits::default(), 1, &|_, _| true),
        Err(Error::Io { .. })
    ));
    folder.put("a/one.mid", &piece(1, 64, 0));
    assert!(matches!(intake::read(&folder.0, &Limits::default(), 1, &|_, _| false), Err(Error::Stopped)));
    folder.put("metadata.jsonl", b"{\"file\": \"a/one.mid\"}\nnot json\n");
    assert!(matches!(folder.read(1), Err(Error::Catalogue { line: 2, .. })));
}

#[test]
fn the_catalogue_says_collection_key_and_genre() {
    let folder = Folder::new("catalogue");
    folder.put("a/one.mid", &piece(1, 64, 0));
    folder.put(
        "metadata.jsonl",
        br#"{"file": "a/one.mid", "collection": "open_hymnal", "key": "D minor", "bars": 16.0}"#,
    );
    let piece = folder.read(1).unwrap().pieces.remove(0);
    assert_eq!((piece.collection.as_str(), piece.genre), ("open_hymnal", Some(7)));
    assert_eq!(piece.key.map(|key| (key.tonic, key.minor)), Some((2, true)));
}

#[test]
fn the_same_folder_and_seed_give_the_same_shard_on_any_number_of_threads() {
    let folder = Folder::new("same");
    for seed in 0..6 {
        folder.put(&format!("{}/{seed}.mid", if seed < 2 { "a" } else { "b" }), &piece(seed, 160, 0));
    }
    let shard = |threads, seed| {
        let pieces = folder.read(threads).unwrap().pieces;
        mixture::train(&pieces, &Plan::default(), 20_000, seed, threads, &|_, _| true).unwrap()
    };
    let one = shard(1, 5);
    assert_eq!(one, shard(2, 5));
    assert_ne!(one, shard(2, 6));
    assert!((20_000..22_000).contains(&one.tokens()), "{}", one.tokens());
    let share = one.index().weights["a"];
    assert!((0.3..0.37).contains(&share), "two of six pieces: {share}");
}

#[test]
fn a_small_collection_is_not_repeated_without_end() {
    let folder = Folder::new("small");
    folder.put("a/one.mid", &piece(1, 64, 0));
    let pieces = folder.read(1).unwrap().pieces;
    let own = Window::of(&pieces[0].passage).plain().len();
    let shard = mixture::train(&pieces, &Plan::default(), 10_000_000, 1, 1, &|_, _| true).unwrap();
    assert!(shard.tokens() < 24 * 2 * own, "{} of {own}", shard.tokens());
}

#[test]
fn samples_are_windows_or_prompts_with_the_answers_of_their_own_piece() {
    let folder = Folder::new("samples");
    folder.put("a/one.mid", &piece(1, 160, 0));
    folder.put("metadata.jsonl", br#"{"file": "a/one.mid", "collection": "open_hymnal", "key": "C major"}"#);
    let pieces = folder.read(1).unwrap().pieces;
    let plan = Plan { context: 300, ..Plan::default() };
    let shard = mixture::train(&pieces, &plan, 40_000, 3, 1, &|_, _| true).unwrap();
    let samples = &shard.groups[0].2;
    let share = |test: &dyn Fn(&sample::Sample) -> bool| {
        samples.iter().filter(|sample| test(sample)).count() as f64 / samples.len() as f64
    };
    assert!(samples.iter().all(|sample| sample.ids[0] == BOS && sample.ids.len() <= 300));
    assert!((0.65..0.85).contains(&share(&|sample| sample.loss_from > 0)));
    assert!((0.4..0.6).contains(&share(&|sample| sample.ids.iter().any(|&id| KEY.has(id)))));
    assert!((0.4..0.6).contains(&share(&|sample| sample.ids.iter().any(|&id| GENRE.has(id)))));
    assert!((0.1..0.3).contains(&share(&|sample| sample.ids.contains(&THEME))), "the piece repeats itself, varied");
    assert!((0.2..0.4).contains(&share(&|sample| sample.ids.iter().any(|&id| ROOT.has(id)))));
    for sample in samples {
        let (prompt, scored) = sample.ids.split_at(sample.loss_from);
        let pitches = scored.iter().filter(|id| P.has(**id)).count();
        assert_eq!(pitches, sample.notes, "one note at each onset, all of them counted");
        if sample.loss_from > 0 {
            assert_eq!((prompt.last(), scored.first(), scored.last()), (Some(&SEP), Some(&X.id(0)), Some(&EOS)));
            let asked = prompt.windows(2).filter(|pair| X.has(pair[1]) && pair[0] != THEME).count();
            assert_eq!(asked, scored.iter().filter(|id| X.has(**id)).count());
        }
    }
}

#[test]
fn the_set_to_judge_by_is_half_plain_and_never_transposed() {
    let folder = Folder::new("valid");
    folder.put("a/one.mid", &piece(1, 160, 0));
    let pieces = folder.read(1).unwrap().pieces;
    let shard = mixture::valid(&pieces, 1024, 30, 1);
    assert_eq!(shard, mixture::valid(&pieces, 1024, 30, 1));
    let samples = &shard.groups[0].2;
    assert_eq!((samples.len(), samples.iter().filter(|sample| sample.loss_from == 0).count()), (30, 15));
    let whole = Window::of(&pieces[0].passage).plain();
    let own = |id: &&u16| whole.contains(id);
    assert!(samples.iter().all(|sample| sample.ids.iter().filter(|id| P.has(**id)).all(|id| own(&id))));
}

#[test]
fn every_cell_of_the_held_out_corpus_reads_back() {
    let Some(corpus) = std::env::var_os("DIABELLI_CORPUS") else {
        eprintln!("skipped: DIABELLI_CORPUS is not set");
        return;
    };
    let intake = intake::read(&Path::new(&corpus).join("valid"), &Limits::default(), 2, &|_, _| true).unwrap();
    let mut cells = 0;
    for passage in intake.pieces.iter().map(|piece| &piece.passage) {
        for (bar, part) in (0..passage.bars()).flat_map(|bar| (0..passage.parts.len()).map(move |part| (bar, part))) {
            let cell = passage.cell(bar, part);
            let mut ids = Vec::new();
            cell.write(&mut ids);
            assert_eq!(Cell::read(&ids, cell.drums).unwrap(), *cell);
            cells += usize::from(!ids.is_empty());
        }
    }
    assert!(cells > 100_000, "{cells} cells");
}

#[test]
fn answers_to_real_windows_give_back_the_cells_of_the_piece() {
    let Some(corpus) = std::env::var_os("DIABELLI_CORPUS") else {
        eprintln!("skipped: DIABELLI_CORPUS is not set");
        return;
    };
    let intake =
        intake::read(&Path::new(&corpus).join("valid/openscore_quartets"), &Limits::default(), 2, &|_, _| true);
    let passage = intake.unwrap().pieces[0].passage.section(8..16);
    let mask = |part| (0..8).map(move |bar| tokens::Masked { bar, part, controls: Default::default(), themes: vec![] });
    let prompt = Window::of(&passage).infill(mask(0).chain(mask(2)).collect()).unwrap();
    let cells = answer::read(&prompt.answer(&passage), &prompt.holes).unwrap();
    let own = prompt.holes.iter().map(|hole| passage.cell(hole.bar, hole.part).clone());
    assert_eq!(cells, own.collect::<Vec<_>>());
}
