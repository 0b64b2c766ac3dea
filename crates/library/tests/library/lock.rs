//! R8, R9: one writer, and a lock that ends with its process.

use crate::NOW;
use crate::folder::Folder;
use crate::kill::start;
use library::{Error, Library};
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_second_process_is_told_who_has_the_library_and_a_kill_frees_it() {
    let folder = Folder::new();
    let mut child = start(folder.path(), 1);
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let Err(Error::Locked { process, .. }) = Library::open(folder.path(), NOW).await else { panic!("it opened") };
    #[cfg(unix)]
    assert_eq!(process, Some(child.id()));
    #[cfg(not(unix))]
    let _ = process;
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = Instant::now();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(library.recent().await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_process_opens_it_once() {
    let folder = Folder::new();
    let first = Library::open(folder.path(), NOW).await.unwrap();
    assert!(matches!(Library::open(folder.path(), NOW).await, Err(Error::Locked { .. })));
    first.close().await.unwrap();
    Library::open(folder.path(), NOW).await.unwrap();
}

#[test]
fn of_many_launches_at_once_one_works_and_the_others_say_why_not() {
    let folder = Folder::new();
    let mut children: Vec<_> = (0..12).map(|seed| start(folder.path(), seed)).collect();
    let mut working = 0;
    for child in &mut children {
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("did") || line.starts_with("locked"), "{line}");
        working += usize::from(line.starts_with("did"));
    }
    for child in &mut children {
        child.kill().ok();
        child.wait().unwrap();
    }
    assert_eq!(working, 1);
}
