//! The first path on the command line, from a folder that is not the repository.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const WALTZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/demo/waltz.mid");

fn diabelli(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_diabelli")).current_dir(folder).args(words).output().unwrap()
}

/// What `--json` prints: one object and nothing else.
fn json(folder: &Path, words: &[&str]) -> Value {
    let output = diabelli(folder, words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(folder: &Path, words: &[&str], status: i32) -> String {
    let output = diabelli(folder, words);
    assert_eq!(output.status.code(), Some(status), "{words:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn vary_writes_candidates_that_render_to_sound() {
    let folder = tempfile::tempdir().unwrap();
    let vary =
        ["--json", "vary", WALTZ, "--bars", "5..8", "--tracks", "1", "--count", "2", "--seed", "3", "-o", "out.mid"];
    let answer = json(folder.path(), &vary);
    let candidates = answer["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2);
    assert!(candidates[0]["notes"].as_u64().unwrap() > 0);
    assert!(candidates[0]["bits_per_note"].as_f64().unwrap() > 0.0);
    assert!((0.0..=1.0).contains(&candidates[0]["similarity"].as_f64().unwrap()));
    for field in ["elapsed_ms", "first_note_ms", "tokens", "tokens_per_second"] {
        assert!(answer[field].as_f64().unwrap() > 0.0, "{field}");
    }
    let files = ["out-1.mid", "out-2.mid"].map(|name| std::fs::read(folder.path().join(name)).unwrap());
    let other = tempfile::tempdir().unwrap();
    json(other.path(), &vary);
    for (name, bytes) in ["out-1.mid", "out-2.mid"].iter().zip(&files) {
        assert!(std::fs::read(other.path().join(name)).unwrap() == *bytes, "the same request writes the same file");
    }
    let sound = json(folder.path(), &["--json", "render", "out-1.mid", "-o", "out.wav", "--rate", "22050"]);
    assert!(sound["seconds"].as_f64().unwrap() > 30.0 && sound["peak_db"].as_f64().unwrap() > -30.0);
    assert_eq!(&std::fs::read(folder.path().join("out.wav")).unwrap()[..4], b"RIFF");
}

#[test]
fn every_keep_and_constraint_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let all = "--bars 5..6 --tracks 1 --count 1 --strength 0.7 --scale off --range C4..C6 --density 0.5 --polyphony 2 \
               --temperature 0.9 --lock 1:5:1";
    for keep in ["rhythm", "pitches", "contour", "harmony"] {
        let mut words = vec!["--json", "vary", WALTZ, "-o", "out.mid", "--keep", keep];
        words.extend(all.split_whitespace());
        assert_eq!(json(folder.path(), &words)["candidates"].as_array().unwrap().len(), 1, "{keep}");
    }
    for mode in ["infill", "continue", "harmonize", "accompany"] {
        let words = ["--json", "vary", WALTZ, "--cells", "1:5,1:6", "--count", "1", "--mode", mode, "-o", "out.mid"];
        assert_eq!(json(folder.path(), &words)["candidates"].as_array().unwrap().len(), 1, "{mode}");
    }
}

#[test]
fn chords_are_followed_from_the_file_and_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let vary = |input: &str, chords: &str, output: &str| {
        let words =
            ["--json", "vary", input, "--bars", "5..8", "--tracks", "1", "--count", "1", "--strength", "0.9", chords];
        json(here, &[&words[..], &["-o", output]].concat())
    };
    vary(WALTZ, "--chords=Am | Dm7 E7 | F", "given.mid");
    let text = |name: &str| String::from_utf8_lossy(&std::fs::read(here.join(name)).unwrap()).into_owned();
    let given = text("given.mid");
    assert!(["chord: Am", "chord: Dm7", "chord: E7", "chord: F"].iter().all(|chord| given.contains(chord)));
    // The same chords out of the file, also as notation, give the same notes.
    json(here, &["--json", "convert", "given.mid", "given.musicxml"]);
    assert!(text("given.musicxml").contains("<kind text=\"m7\">minor-seventh</kind>"));
    assert_eq!(vary("given.mid", "--chords", "again.mid")["candidates"].as_array().unwrap().len(), 1);
    let said = refused(here, &["vary", WALTZ, "--bars", "5..6", "--chords", "-o", "none.mid"], 1);
    assert!(said.contains("has no chords to follow"), "{said}");
    let said = refused(here, &["vary", WALTZ, "--bars", "5..6", "--chords=Am H", "-o", "none.mid"], 2);
    assert!(said.contains("\"H\""), "{said}");
}

#[test]
fn pretrain_learns_from_a_folder_resumes_and_ships_a_model_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for name in ["train", "valid"] {
        std::fs::create_dir_all(here.join("corpus").join(name)).unwrap();
        std::fs::copy(WALTZ, here.join("corpus").join(name).join("waltz.mid")).unwrap();
    }
    let plan = r#"{"config": {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2,
        "num_key_value_heads": 1, "vocab_size": 864, "max_position_embeddings": 512, "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0}, "recipe": {"tokens": TOKENS, "batch_tokens": 1024, "warm_tokens": 2000, "rate": 0.01}}"#;
    let train = |tokens: &str, more: &[&str]| {
        std::fs::write(here.join("plan.json"), plan.replace("TOKENS", tokens)).unwrap();
        let mut words = vec!["--json", "pretrain", "corpus", "-o", "run", "--config", "plan.json"];
        words.extend(more);
        json(here, &words)
    };
    let first = train("8000", &[]);
    assert_eq!(first["stopped_by"], "plan");
    let again = train("30000", &["--resume"]);
    assert!(again["tokens"].as_u64().unwrap() >= 30_000 && again["steps"].as_u64() > first["steps"].as_u64());
    let bits = |answer: &Value, when: &str| answer[when]["bits_per_note"].as_f64().unwrap();
    assert!(bits(&again, "after") < bits(&first, "before") - 1.0, "{first} {again}");
    let vary = [
        "--json",
        "vary",
        WALTZ,
        "--bars",
        "5..5",
        "--tracks",
        "1",
        "--count",
        "1",
        "--model",
        "run/model",
        "-o",
        "out.mid",
    ];
    assert_eq!(json(here, &vary)["candidates"].as_array().unwrap().len(), 1);
}

#[test]
fn a_critic_learns_that_tunes_climb() {
    let folder = tempfile::tempdir().unwrap();
    let train = folder.path().join("corpus/train");
    std::fs::create_dir_all(&train).unwrap();
    // Each bar is the one before it, a step higher.
    let bars = [
        ("a", "CDEF|DEFG|EFGA|FGAB|GABc|ABcd|Bcde|cdef|defg|efga|"),
        ("b", "C2E2|D2F2|E2G2|F2A2|G2B2|A2c2|B2d2|c2e2|d2f2|e2g2|"),
        ("c", "EDCD|FEDE|GFEF|AGFG|BAGA|cBAB|dcBc|edcd|fede|gfef|"),
    ];
    for (name, bars) in bars {
        let tune = format!("X:1\nT:{name}\nM:4/4\nL:1/4\nK:C\n{bars}\n");
        std::fs::write(train.join(format!("{name}.abc")), tune).unwrap();
    }
    let judged = json(folder.path(), &["--json", "critic", "corpus", "-o", "critic.safetensors"]);
    let figure = |name: &str| judged[name].as_f64().unwrap();
    assert!(figure("chosen") > figure("likest") + 0.3, "{judged}");
    assert!(folder.path().join("critic.safetensors").is_file());
    let lost = refused(folder.path(), &["critic", "nowhere", "-o", "critic.safetensors"], 1);
    assert!(lost.contains("nowhere"), "{lost}");
}

#[test]
fn surprise_and_convert_and_doctor_answer() {
    let folder = tempfile::tempdir().unwrap();
    let surprise = json(folder.path(), &["--json", "surprise", WALTZ, "--bars", "1..4", "--tracks", "1"]);
    let notes = surprise["notes"].as_array().unwrap();
    assert!(notes.len() >= 8 && notes.iter().all(|note| note["bits"].as_f64().unwrap() >= 0.0));
    assert_eq!(json(folder.path(), &["--json", "convert", WALTZ, "copy.mid"])["lost"].as_array().unwrap().len(), 0);
    json(folder.path(), &["--json", "convert", "copy.mid", "again.mid"]);
    json(folder.path(), &["--json", "convert", WALTZ, "waltz.musicxml"]);
    let written = std::fs::read_to_string(folder.path().join("waltz.musicxml")).unwrap();
    assert!(written.contains("<score-partwise version=\"4.0\">") && written.matches("<note").count() > 100);
    let [copy, again] = ["copy.mid", "again.mid"].map(|name| std::fs::read(folder.path().join(name)).unwrap());
    assert!(copy == again, "a second writing is the same, byte for byte");
    assert!(json(folder.path(), &["--json", "doctor"])["lines"].as_array().unwrap().len() >= 5);
}

#[test]
fn notation_is_converted_varied_and_rendered_as_midi_is() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    json(here, &["--json", "convert", WALTZ, "waltz.musicxml"]);
    json(here, &["--json", "convert", "waltz.musicxml", "waltz.mid"]);
    json(here, &["--json", "convert", "waltz.mid", "again.musicxml"]);
    let [first, again] = ["waltz", "again"].map(|name| {
        let text = std::fs::read_to_string(here.join(name).with_extension("musicxml")).unwrap();
        text.matches("<note").count() + text.matches("<measure").count()
    });
    assert_eq!(first, again, "the same signs in the same bars");
    let tune = "X:1\nT:Scale\nM:4/4\nL:1/4\nK:G\n|:GABc|defg|gfed|cBAG:|\n";
    std::fs::write(here.join("tune.abc"), tune).unwrap();
    json(here, &["--json", "convert", "tune.abc", "tune.musicxml"]);
    assert!(std::fs::read_to_string(here.join("tune.musicxml")).unwrap().contains("<work-title>Scale</work-title>"));
    for input in ["waltz.musicxml", "tune.abc"] {
        let vary = ["--json", "vary", input, "--bars", "3..4", "--count", "1", "-o", "varied.mid"];
        assert_eq!(json(here, &vary)["candidates"].as_array().unwrap().len(), 1, "{input}");
        assert!(
            json(here, &["--json", "render", input, "-o", "out.wav"])["seconds"].as_f64().unwrap() > 5.0,
            "{input}"
        );
    }
    std::fs::write(here.join("page.xml"), "<html/>").unwrap();
    let said = refused(here, &["convert", "page.xml", "out.mid"], 1);
    assert!(said.contains("page.xml") && said.contains("<html>"), "{said}");
    std::fs::write(here.join("bomb.musicxml"), "<!DOCTYPE a [<!ENTITY a 'ha'>]><score-partwise/>").unwrap();
    assert!(refused(here, &["convert", "bomb.musicxml", "out.mid"], 1).contains("entities"));
}

#[test]
fn what_cannot_be_done_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    assert!(refused(here, &["render", "missing.mid", "-o", "out.wav"], 1).contains("missing.mid"));
    std::fs::write(here.join("letter.mid"), "Dear Ludwig").unwrap();
    assert!(refused(here, &["convert", "letter.mid", "out.mid"], 1).contains("letter.mid"));
    assert!(refused(here, &["vary", WALTZ, "--bars", "99..100", "-o", "out.mid"], 1).contains("32 bars"));
    assert!(refused(here, &["vary", WALTZ, "--bars", "5..6", "--tracks", "9", "-o", "out.mid"], 1).contains("track 9"));
    assert!(refused(here, &["vary", WALTZ, "--bars", "8..5", "-o", "out.mid"], 2).contains("backwards"));
    assert!(
        refused(here, &["vary", WALTZ, "--bars", "1..2", "--keep", "everything", "-o", "out.mid"], 2)
            .contains("everything")
    );
    assert!(refused(here, &["render", WALTZ, "-o", "out.wav", "--max-minutes", "0.1"], 1).contains("minutes"));
    assert!(refused(here, &["sing"], 2).contains("sing"));
    let left: Vec<_> = std::fs::read_dir(here).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["letter.mid"], "nothing was written");
}

#[test]
fn new_writes_a_piece_for_an_ensemble() {
    let folder = tempfile::tempdir().unwrap();
    let answer = json(folder.path(), &["--json", "new", "--template", "quartet", "-o", "quartet.mid"]);
    let names: Vec<_> = answer["parts"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Violin I", "Violin II", "Viola", "Cello"]);
    assert_eq!(&std::fs::read(folder.path().join("quartet.mid")).unwrap()[..4], b"MThd");
    json(folder.path(), &["--json", "new", "--template", "lead-sheet", "-o", "sheet.musicxml"]);
    let wrong = refused(folder.path(), &["new", "--template", "kazoo", "-o", "kazoo.mid"], 2);
    assert!(wrong.contains("kazoo") && wrong.contains("quartet"), "{wrong}");
    let wrong = refused(folder.path(), &["new", "--template", "piano", "-o", "piano.wav"], 1);
    assert!(wrong.contains(".wav"), "{wrong}");
}

#[test]
fn render_writes_flac_and_each_track_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let base = ["--json", "render", WALTZ, "--rate", "16000"];
    let answer = json(folder.path(), &[&base[..], &["-o", "waltz.flac", "--stems", "tracks"]].concat());
    let stems = answer["stems"].as_array().unwrap();
    assert!(stems.len() >= 4, "{answer}");
    for file in stems.iter().map(|stem| stem.as_str().unwrap()).chain(["waltz.flac"]) {
        assert_eq!(&std::fs::read(folder.path().join(file)).unwrap()[..4], b"fLaC", "{file}");
    }
    let alone = json(folder.path(), &[&base[..], &["-o", "waltz.wav", "--stems", "wavs", "--no-mix"]].concat());
    assert_eq!(alone["stems"].as_array().unwrap().len(), stems.len());
    assert!(!folder.path().join("waltz.wav").exists());
    let float = [&base[..], &["-o", "float.flac", "--bits", "32f"]].concat();
    assert!(refused(folder.path(), &float, 1).contains("16 or 24 bits"));
    refused(folder.path(), &[&base[..], &["-o", "waltz.wav", "--no-mix"]].concat(), 2);
}
