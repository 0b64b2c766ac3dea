//! Voices on the command line: what becomes of them, and where a machine is in the way: a full disk, a kill, a folder that
//! may not be read, no GPU.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use model::{Config, Precision, Recipe, Trainer};
use score::{Header, Note, Score, Track};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A folder with tunes, a base model that knows nothing, and knobs for a few seconds.
fn prepared(home: &Path) -> [PathBuf; 3] {
    let (music, base, knobs) = (home.join("music"), home.join("base"), home.join("knobs.toml"));
    let run = Trainer::begin(&Config::new(32, 2, 4, 2, 48, 1024), &Recipe::default(), &home.join("run")).unwrap();
    run.checkpoint().save(&base, Precision::Half).unwrap();
    std::fs::create_dir_all(&music).unwrap();
    for number in 0..6 {
        let header = Header {
            name: String::new(),
            lane: 0,
            channel: 0,
            program: 73,
            hue: 0,
            mix: Default::default(),
            output: None,
        };
        let eighth = u32::from(Score::empty().tpq) / 2;
        let pitch = |at: u32| 60 + [0, 2, 4, 5, 7, 9, 11][((at * (1 + number) + at / 8 * number) % 7) as usize];
        let notes = (0..128).map(|at| Note::new(at, at * eighth, eighth, pitch(at), 80)).collect();
        let score = Score { tracks: vec![Arc::new(Track::new(1, header, notes))], ..Score::empty() };
        std::fs::write(music.join(format!("{number}.mid")), formats::midi::write(&score)).unwrap();
    }
    let text = "method = \"full\"\nrate = 0.02\nreplay = 0\nforget = 1e6\npassages = 0\nbatchTokens = 160\nepochs = 20\npatience = 20\n";
    std::fs::write(&knobs, text).unwrap();
    [music, base, knobs]
}

fn finetune(home: &Path, more: &[&str]) -> Vec<String> {
    finetune_into(home, "voice", more)
}

fn finetune_into(home: &Path, out: &str, more: &[&str]) -> Vec<String> {
    let [music, base, knobs] = ["music", "base", "knobs.toml"].map(|name| home.join(name).display().to_string());
    let out = home.join(out).display().to_string();
    let words = ["--json", "finetune", &music, "-o", &out, "--model", &base, "--settings", &knobs];
    words.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_disk_that_becomes_full_costs_no_more_than_the_last_checkpoint() {
    let home = tempfile::tempdir().unwrap();
    prepared(home.path());
    // Whoever writes beyond a limit is told that there is no room, as on a full disk; without the signal that would end
    // it, which is ignored from the shell on.
    let learning = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_diabelli")])
        .args(finetune(home.path(), &[]))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let kept = || {
        let state = std::fs::read_to_string(home.path().join("voice/run/last/state.json")).unwrap_or_default();
        serde_json::from_str::<Value>(&state).ok().and_then(|state| state["steps"].as_u64()).unwrap_or(0)
    };
    let began = Instant::now();
    while kept() == 0 && began.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let full = Command::new("prlimit").args([&format!("--pid={}", learning.id()), "--fsize=50000:50000"]).status();
    assert!(full.unwrap().success(), "prlimit is of util-linux");
    let ended = learning.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{words}");
    assert!(words.contains("cannot write") && words.contains("the disk has space"), "{words}");
    let steps = kept();
    assert!(steps > 0, "a whole checkpoint is there");
    let again = Command::new(env!("CARGO_BIN_EXE_diabelli")).args(finetune(home.path(), &["--resume"])).output();
    let done = json(&again.unwrap());
    assert!(done["steps"].as_u64().unwrap() > steps && done["gains"] == true, "{done}");
}

#[test]
fn a_folder_that_may_not_be_read_is_named_and_the_rest_is_learnt() {
    let home = tempfile::tempdir().unwrap();
    let [music, ..] = prepared(home.path());
    let closed = music.join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::copy(music.join("0.mid"), closed.join("more.mid")).unwrap();
    let mode = |mode: &str| assert!(Command::new("chmod").arg(mode).arg(&closed).status().unwrap().success());
    mode("000");
    // Whoever may do everything has to give that away first.
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = match root {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--bounding-set=-dac_override,-dac_read_search", env!("CARGO_BIN_EXE_diabelli")]);
            command
        }
        false => Command::new(env!("CARGO_BIN_EXE_diabelli")),
    };
    let ended = command.args(finetune(home.path(), &[])).output().unwrap();
    mode("755");
    let done = json(&ended);
    let used = ["used", "repaired"].map(|how| done["files"][how].as_u64().unwrap());
    assert_eq!(used.iter().sum::<u64>(), 6);
    let told = &done["files"]["rejected"][0];
    assert_eq!(told["file"], "closed/");
    assert!(told["reason"].as_str().unwrap().contains("cannot be read"), "{told}");
    assert!(done["device"].as_str().unwrap().starts_with("CPU"), "it says what it learnt on: {done}");
}

#[test]
fn a_folder_is_looked_at_and_nothing_is_learnt() {
    let home = tempfile::tempdir().unwrap();
    let [music, ..] = prepared(home.path());
    std::fs::copy(music.join("0.mid"), music.join("zz copy.mid")).unwrap();
    std::fs::write(music.join("broken.mid"), b"MThd").unwrap();
    let looked = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_diabelli"));
        command.args(["finetune", "music", "-o", "voice", "--survey"]).args(more).current_dir(home.path());
        command.output().unwrap()
    };
    let files = json(&looked(&["--json"]));
    assert_eq!((&files["repaired"], files["rejected"].as_array().unwrap().len()), (&6.into(), 2), "{files}");
    assert_eq!(files["instruments"][0][0], "Flute");
    assert!(files["warnings"][0].as_str().unwrap().contains("bars are few"), "{files}");
    let words = String::from_utf8(looked(&[]).stdout).unwrap();
    for wanted in
        ["6 after repairs", "Flute", "notes to a bar", "most like", "bars are few", "nearly the same as 0.mid"]
    {
        assert!(words.contains(wanted), "{wanted}: {words}");
    }
    assert!(!home.path().join("voice").exists());
}

#[test]
fn a_voice_is_exported_taken_in_described_used_and_deleted() {
    let home = tempfile::tempdir().unwrap();
    prepared(home.path());
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_diabelli"));
        command.current_dir(home.path()).env("DIABELLI_HOME", home.path().join("library"));
        command.env("DIABELLI_MODEL", home.path().join("base")).arg("--json").args(words).output().unwrap()
    };
    let answer = |words: &[&str]| json(&run(words));
    let refused = |words: &[&str]| {
        let output = run(words);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let done = json(&Command::new(env!("CARGO_BIN_EXE_diabelli")).args(finetune(home.path(), &[])).output().unwrap());
    assert_eq!(answer(&["voice", "list"])["voices"], serde_json::json!([]));
    answer(&["voice", "export", "voice", "-o", "mine.safetensors"]);
    let taken = answer(&["voice", "import", "mine.safetensors"]);
    assert_eq!((&taken["id"], &taken["after"], &taken["gains"]), (&"voice".into(), &done["after"], &true.into()));

    let describe =
        ["voice", "describe", "voice", "--name", "Réels", "--notes", "from the hills", "--tags", "irish, , flute"];
    let named = answer(&describe);
    assert_eq!((&named["name"], &named["tags"]), (&"Réels".into(), &serde_json::json!(["irish", "flute"])));
    let only = answer(&["voice", "describe", "voice", "--tags", ""]);
    assert_eq!((&only["name"], &only["notes"]), (&named["name"], &"from the hills".into()), "the rest stays");
    assert_eq!(answer(&["voice", "list"])["voices"], serde_json::json!([only]));
    // An exported file says what its owner said.
    answer(&["voice", "export", "voice", "-o", "again.safetensors"]);
    assert_eq!(answer(&["voice", "import", "again.safetensors"])["name"], "Réels");

    let vary = |voice: &str| {
        let words = ["vary", "music/0.mid", "--bars", "5..6", "--count", "1", "--voice", voice, "-o", "out.mid"];
        answer(&words)["model"].as_str().unwrap().to_owned()
    };
    assert!(vary("voice:0.8").contains("80 %") && vary("réels").contains("Réels"), "by folder and by id");

    let said = refused(&["voice", "delete", "réels"]);
    assert!(said.contains("--yes") && answer(&["voice", "list"])["voices"].as_array().unwrap().len() == 2, "{said}");
    answer(&["voice", "delete", "réels", "--yes"]);
    for words in [&["voice", "delete", "réels", "--yes"][..], &["voice", "describe", "../voices"]] {
        assert!(refused(words).contains("diabelli voice list"), "{words:?}");
    }
    assert!(refused(&["voice", "export", "réels", "-o", "none.safetensors"]).contains("no voice"));
    assert!(!home.path().join("none.safetensors").exists());
    std::fs::write(home.path().join("model.bin"), b"\x80\x04\x95 a pickle that is long enough to be one").unwrap();
    assert!(refused(&["voice", "import", "model.bin"]).contains("pickle"));
    assert_eq!(answer(&["voice", "list"])["voices"][0]["id"], "voice");
}

#[test]
fn a_training_that_is_killed_again_and_again_goes_on_to_the_same_voice_bit_for_bit() {
    const KILLS: u64 = 6;
    let home = tempfile::tempdir().unwrap();
    prepared(home.path());
    // Nothing may depend on the machine's speed.
    let command = |out: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_diabelli"));
        command.args(finetune_into(home.path(), out, &[&["--minutes", "1000000", "--name", "Tunes"], more].concat()));
        command
    };
    let whole = json(&command("whole", &[]).output().unwrap());
    let run = home.path().join("killed/run");
    let kept = || {
        let state = std::fs::read_to_string(run.join("last/state.json")).unwrap_or_default();
        serde_json::from_str::<Value>(&state).ok().and_then(|state| state["steps"].as_u64()).unwrap_or(0)
    };
    // The loss of every step, the last time that it was made.
    let curve = |run: &Path| {
        let text = std::fs::read_to_string(run.join("loss.csv")).unwrap_or_default();
        let row = |line: &str| Some((line.split(',').next()?.parse().ok()?, line.to_owned()));
        text.lines().filter_map(row).collect::<BTreeMap<u64, String>>()
    };
    let steps = whole["steps"].as_u64().unwrap();
    for kill in 1..=KILLS {
        let resume: &[&str] = if kill == 1 { &[] } else { &["--resume"] };
        let mut process = command("killed", resume).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (began, before) = (Instant::now(), kept());
        let far = steps * kill / (KILLS + 2);
        while curve(&run).keys().last().is_none_or(|&step| step < far.max(before + 1))
            && process.try_wait().unwrap().is_none()
        {
            assert!(began.elapsed() < Duration::from_secs(120), "it learns");
            std::thread::sleep(Duration::from_millis(3));
        }
        process.kill().unwrap();
        assert!(!process.wait().unwrap().success(), "kill {kill} came too late");
        let (made, kept) = (curve(&run).keys().last().copied().unwrap_or(0), kept());
        // Twenty validations in a plan, each with a checkpoint.
        assert!(made - kept.min(made) <= steps.div_ceil(20) + 1, "kill {kill}: {made} steps made, {kept} kept");
    }
    let killed = json(&command("killed", &["--resume"]).output().unwrap());
    assert_eq!((&killed["steps"], &killed["after"]), (&whole["steps"], &whole["after"]));
    assert_eq!(curve(&run), curve(&home.path().join("whole/run")), "the same losses, digit for digit");
    let weights = |out: &str| model::Voice::load(&home.path().join(out).join("voice.safetensors")).unwrap().weights;
    assert!(weights("killed") == weights("whole"));
}
