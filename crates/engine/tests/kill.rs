//! A studio that is killed at random moments while it edits, undoes, imports, generates and exports loses nothing that
//! it has acknowledged, comes back with its history, and leaves no half-written file.
#![allow(clippy::unwrap_used)]

use engine::Studio;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Kills in one run.
const KILLS: u32 = 100;

/// What was acknowledged: project, checksum, steps done, steps undone.
type Stand = (u32, u32, usize, usize);

fn stand(line: &str) -> Option<Stand> {
    let mut words = line.split(' ');
    let stand = (
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
    );
    Some(stand)
}

fn child() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.parent().unwrap().parent().unwrap().join("examples").join(format!("diligent{}", std::env::consts::EXE_SUFFIX))
}

#[tokio::test]
async fn a_hundred_kills_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (library, exports) = (home.path().join("library"), home.path().join("exports"));
    std::fs::create_dir(&exports).unwrap();
    let demo = Studio::headless();
    demo.open_demo().await.unwrap();
    demo.export_midi(&exports.join("import.mid")).await.unwrap();
    let mut chance = ChaCha8Rng::seed_from_u64(9);
    let (mut steps, mut in_flight) = (0, 0);
    for kill in 0..KILLS {
        let mut process = Command::new(child())
            .args([library.as_os_str(), exports.as_os_str(), kill.to_string().as_ref()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo test builds the example");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let reader = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
        std::thread::sleep(Duration::from_millis(chance.random_range(0..150)));
        process.kill().unwrap();
        process.wait().unwrap();
        let mut said = vec![first];
        said.extend(reader.join().unwrap());
        steps += said.len();
        // A line that was cut off by the kill says nothing.
        let (project, checksum, done, undone) = said.iter().rev().find_map(|line| stand(line)).unwrap();

        let studio = Studio::open_in(&library, false).await.unwrap();
        let newest = studio.recent().await.unwrap()[0].id;
        studio.open_project(project).await.unwrap();
        let found = studio.document().await.unwrap();
        let now = (found.history.done.len(), found.history.undone.len());
        if now != (done, undone) || found.checksum != checksum {
            // One step may have been written down and not yet acknowledged; taking it back must lead to what was.
            in_flight += 1;
            match now.0 > done {
                true => studio.undo().await.unwrap(),
                false => studio.redo().await.unwrap(),
            };
            assert_eq!(studio.document().await.unwrap().checksum, checksum, "kill {kill}: {said:?}");
        }
        assert!(newest >= project);
        let written = exports.join("piece.mid");
        if written.exists() {
            assert!(
                Studio::headless().open_file(&written).await.unwrap().is_empty(),
                "kill {kill}: a half-written export"
            );
        }
        studio.close().await.unwrap();
    }
    eprintln!("{steps} acknowledged steps, {in_flight} in flight at {KILLS} kills");
    assert!(steps > 3 * KILLS as usize, "{steps}");
}
