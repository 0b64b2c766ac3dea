//! R7: a damaged file is set aside, never deleted, and what is sound goes on.

use crate::NOW;
use crate::edits::{Dice, edit, hash, piece};
use crate::folder::Folder;
use library::{Error, Library, Notice, ProjectId};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const PIECES: u32 = 20;
const DAY: i64 = 86_400;

/// A library as it was closed, and all states that its pieces ever had, the present one last.
struct Sound {
    file: Vec<u8>,
    states: BTreeMap<u32, Vec<String>>,
}

async fn sound(folder: &Path) -> Sound {
    let library = Library::open(folder, NOW).await.unwrap();
    let mut dice = Dice(11);
    let mut states: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for _ in 0..PIECES {
        let mut score = piece(&mut dice, 200);
        let project = library.create(&score, None, NOW).await.unwrap();
        let mut hashes = vec![hash(&score)];
        for cursor in 0..10 {
            let edit = edit(&mut dice, &score);
            score = score.with(&edit).unwrap();
            library.append(project, cursor, &edit, NOW).await.unwrap();
            hashes.push(hash(&score));
        }
        states.insert(project.0, hashes);
    }
    library.settle().await;
    library.close().await.unwrap();
    Sound { file: fs::read(folder.join("library.db")).unwrap(), states }
}

/// What became of the pieces.
#[derive(Default)]
struct Tally {
    pieces: u32,
    present: u32,
    earlier: u32,
    set_aside: u32,
}

impl Sound {
    /// Opens `file` in place of the library, as often as it takes; what loads must be a state that there was.
    async fn open(&self, folder: &Path, file: &[u8], tally: &mut Tally) {
        fs::write(folder.join("library.db"), file).unwrap();
        let mut found: BTreeMap<u32, bool> = BTreeMap::new();
        for start in 0..3 {
            let library = match Library::open(folder, NOW).await {
                Ok(library) => library,
                Err(Error::Newer { .. }) if start == 0 => return,
                Err(error) => panic!("{error}"),
            };
            for Notice::SetAside { damaged, .. } in library.notices() {
                assert!(fs::metadata(damaged).unwrap().len() > 0 || file.is_empty());
                tally.set_aside += 1;
            }
            let again = self.load_all(&library, &mut found).await;
            library.settle().await;
            library.close().await.unwrap();
            if !again {
                break;
            }
        }
        tally.pieces += PIECES;
        tally.present += found.values().filter(|present| **present).count() as u32;
        tally.earlier += found.values().filter(|present| !**present).count() as u32;
    }

    /// Loads every piece, with a rescue if need be; answers whether the library asks to be opened again.
    async fn load_all(&self, library: &Library, found: &mut BTreeMap<u32, bool>) -> bool {
        for (id, states) in &self.states {
            let project = ProjectId(*id);
            let loaded = match library.load(project, NOW).await {
                Err(Error::DamagedPiece { .. }) => match library.rescue(project).await {
                    Ok(rescued) => library.load(rescued, NOW).await,
                    Err(error) => Err(error),
                },
                loaded => loaded,
            };
            match loaded {
                Ok(restored) => {
                    let state = hash(&restored.score);
                    assert!(states.contains(&state), "piece {id} is as it never was");
                    found.insert(*id, states.last() == Some(&state));
                }
                Err(Error::Damaged { .. } | Error::Database { .. }) => return true,
                Err(Error::DamagedPiece { .. } | Error::NoProject { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        false
    }
}

/// The file with up to eight bytes of one page changed.
fn flipped(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut file = file.to_vec();
    let page = dice.below(file.len() / 4096) * 4096;
    for _ in 0..1 + dice.below(8) {
        file[page + dice.below(4096)] ^= 1 + dice.below(255) as u8;
    }
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn after_changed_bytes_what_is_sound_goes_on() {
    let folder = Folder::new();
    let sound = sound(folder.path()).await;
    let (mut dice, mut tally) = (Dice(12), Tally::default());
    for _ in 0..150 {
        let file = flipped(&sound.file, &mut dice);
        sound.open(folder.path(), &file, &mut tally).await;
        tidy(folder.path());
    }
    eprintln!(
        "150 damaged pages: {} of {} pieces as they were, {} at an earlier state; {} files set aside",
        tally.present, tally.pieces, tally.earlier, tally.set_aside
    );
    // Every byte belongs to a piece, of which nothing is stored twice: one of twenty is hit almost every time. What is
    // left of it, or its last steps, is what a rescue is about.
    assert!(f64::from(tally.present + tally.earlier) >= 0.95 * f64::from(tally.pieces));
    assert!(f64::from(tally.present) >= 0.92 * f64::from(tally.pieces));
    assert!(tally.set_aside > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_truncation_what_is_sound_goes_on_and_the_backup_has_the_rest() {
    let folder = Folder::new();
    let sound = sound(folder.path()).await;
    let library = Library::open(folder.path(), NOW + DAY).await.unwrap();
    library.settle().await;
    library.close().await.unwrap();
    let (mut dice, mut tally) = (Dice(13), Tally::default());
    for _ in 0..50 {
        let length = dice.below(sound.file.len());
        sound.open(folder.path(), &sound.file[..length], &mut tally).await;
        tidy(folder.path());
    }
    assert_eq!((tally.present, tally.earlier), (tally.pieces, 0), "the backup has them all");
    assert!(tally.set_aside > 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_library_is_set_aside_whole() {
    let folder = Folder::new();
    let text = b"Dear diary, this is not a database, but it is mine.".repeat(100);
    fs::write(folder.path().join("library.db"), &text).unwrap();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let [Notice::SetAside { damaged, rescued, .. }] = library.notices() else { panic!("{:?}", library.notices()) };
    assert_eq!(fs::read(damaged).unwrap(), text);
    assert_eq!((rescued.whole, rescued.lost), (0, 0));
    assert!(library.recent().await.unwrap().is_empty());
    library.create(&score::Score::empty(), None, NOW).await.unwrap();
}

/// Lets the next case begin without the files that this one set aside, but with the backups.
fn tidy(folder: &Path) {
    let names: BTreeSet<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in names.iter().filter(|path| path.is_file()) {
        fs::remove_file(path).unwrap();
    }
}
