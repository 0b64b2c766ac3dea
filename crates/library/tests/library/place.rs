//! R5: folders that cannot be used are refused with a reason.

use crate::NOW;
use crate::folder::Folder;
use library::{Error, Library};
use std::fs;

#[tokio::test]
async fn a_file_in_place_of_the_folder_is_refused() {
    let folder = Folder::new();
    let file = folder.path().join("taken");
    fs::write(&file, "mine").unwrap();
    assert!(matches!(Library::open(&file, NOW).await, Err(Error::Folder { .. })));
    assert!(matches!(Library::open(&file.join("below"), NOW).await, Err(Error::Folder { .. })));
    assert_eq!(fs::read(&file).unwrap(), b"mine");
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("library.db")).unwrap();
    let refused = Library::open(folder.path(), NOW).await.err().unwrap();
    assert!(matches!(refused, Error::ReadOnly { .. } | Error::Folder { .. }), "{refused}");
}

#[tokio::test]
async fn a_path_beyond_all_bounds_is_refused() {
    let folder = Folder::new();
    let long = folder.path().join(vec!["abcdefghi"; 500].join("/"));
    assert!(matches!(Library::open(&long, NOW).await, Err(Error::Folder { .. })));
    let name = folder.path().join("x".repeat(300));
    assert!(matches!(Library::open(&name, NOW).await, Err(Error::Folder { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_whose_name_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe"));
    assert!(matches!(Library::open(&odd, NOW).await, Err(Error::Name { .. })));
}

/// `/proc` may be written by nobody, the superuser included, for whom permissions say nothing.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_is_read_only_is_refused() {
    for place in ["/proc", "/proc/self"] {
        let refused = Library::open(place.as_ref(), NOW).await.err().unwrap();
        assert!(matches!(refused, Error::Folder { .. }), "{refused}");
    }
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let superuser = fs::write(folder.path().join("probe"), "").is_ok();
    let opened = Library::open(folder.path(), NOW).await;
    assert_eq!(opened.is_ok(), superuser);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_folder_that_disappears_gives_errors_and_no_panic() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let project = library.create(&score::Score::empty(), None, NOW).await.unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    library.backup(NOW + 86_400).await.unwrap_err();
    library.append(project, 0, &score::Edit::new("Late", vec![]), NOW).await.ok();
    library.close().await.ok();
}

#[tokio::test]
async fn a_backup_is_kept_for_thirty_days_and_seven_for_longer() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let count = || fs::read_dir(folder.path().join("backups")).unwrap().count();
    for days in 1..=40 {
        library.backup(NOW + days * 86_400).await.unwrap();
    }
    assert_eq!(count(), 31, "today's, and those of the thirty days before");
    library.backup(NOW + 400 * 86_400).await.unwrap();
    assert_eq!(count(), 7, "nobody was there for a year");
}

#[tokio::test]
async fn backups_that_are_asked_for_at_once_are_made_one_after_the_other() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let [today, tomorrow] = [NOW, NOW + 86_400];
    let (one, other, next) = tokio::join!(library.backup(today), library.backup(today), library.backup(tomorrow));
    assert!(next.unwrap().is_some());
    assert!(one.unwrap().is_none() || other.unwrap().is_none(), "there is one a day");
    library.settle().await;
    assert_eq!(fs::read_dir(folder.path().join("backups")).unwrap().count(), 2);
}
