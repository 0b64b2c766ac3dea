//! R3: a file that is being overwritten is the old one or the new one, whenever the writer is killed.

use crate::material::Dice;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const KILLS: u32 = 1_000;

/// The example that overwrites without end; `cargo test` builds it beside the tests.
fn copyist() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let built = program
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/copyist")
        .with_extension(std::env::consts::EXE_EXTENSION);
    assert!(built.exists(), "{} is missing; `cargo test -p formats` builds it", built.display());
    built
}

/// The number of the generation that a file holds, if it is whole: its number at both ends and length between.
fn generation(bytes: &[u8]) -> Option<u32> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (first, length) = (number(0)?, number(4)? as usize);
    let body = bytes.get(8..bytes.len().checked_sub(4)?)?;
    let whole =
        bytes.len() == length && number(length - 4) == Some(first) && body.iter().all(|byte| *byte == first as u8);
    whole.then_some(first)
}

/// The last generation that it said to have written.
fn acknowledged(text: &str) -> Option<u32> {
    let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    lines.next_back().map(|line| line.parse().unwrap())
}

fn temporary(folder: &Path) -> usize {
    let others = std::fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().file_name() != "piece.mid");
    others.map(|entry| std::fs::remove_file(entry.unwrap().path()).unwrap()).count()
}

#[test]
fn a_thousand_kills_leave_whole_files() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("piece.mid");
    let (program, mut dice) = (copyist(), Dice::new(5));
    let (mut last, mut amid) = (None, 0);
    for kill in 0..KILLS {
        let next = last.map_or(0, |last: u32| last + 1).to_string();
        let mut child = Command::new(&program).arg(&target).arg(next).stdout(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(dice.below(12_000) as u64));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let said = acknowledged(std::str::from_utf8(&output.stdout).unwrap()).or(last);
        let found = target.exists().then(|| {
            let bytes = std::fs::read(&target).unwrap();
            generation(&bytes).unwrap_or_else(|| panic!("kill {kill}: a file of {} bytes is not whole", bytes.len()))
        });
        assert!(found >= said, "kill {kill}: generation {said:?} was written, {found:?} is there");
        last = found;
        amid += usize::from(temporary(folder.path()) > 0);
    }
    eprintln!("{KILLS} kills, {amid} of them amid a writing, {last:?} generations");
    assert!(
        amid > 100 && last.is_some_and(|last| last > 100),
        "too little happened before the kills: {amid}, {last:?}"
    );
}
