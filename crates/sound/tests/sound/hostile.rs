//! Broken fonts get plain words, and music goes on.

use sound::{Error, Font};
use std::fs;

/// What is said about these bytes.
fn refusal(bytes: &[u8]) -> String {
    match Font::read(bytes, "broken.sf2") {
        Err(error @ Error::Font { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Where `mark` begins.
fn find(image: &[u8], mark: &[u8]) -> usize {
    image.windows(mark.len()).position(|bytes| bytes == mark).unwrap()
}

fn put(image: &mut [u8], at: usize, bytes: &[u8]) {
    image[at..at + bytes.len()].copy_from_slice(bytes);
}

#[test]
fn each_kind_of_damage_has_its_words() {
    let image = Font::builtin_image();
    let broken = |work: &dyn Fn(&mut Vec<u8>)| {
        let mut image = image.clone();
        work(&mut image);
        refusal(&image)
    };
    let table = |id: &[u8]| find(&image, id) + 8;
    assert!(refusal(b"").contains("ends too early"));
    assert!(refusal(b"MThd\0\0\0\x06\0\x01\0\x02\x01\xe0").contains("no SoundFont"));
    assert!(broken(&|image| put(image, 8, b"DLS ")).contains("DLS"));
    assert!(broken(&|image| image.truncate(1000)).contains("broken download"));
    assert!(broken(&|image| put(image, table(b"ifil"), &[3, 0])).contains("SF3"));
    assert!(broken(&|image| put(image, table(b"smpl"), b"OggS")).contains("SF3"));
    assert!(broken(&|image| put(image, table(b"phdr") + 24, &[0xFF, 0xFF])).contains("preset number 0"));
    assert!(broken(&|image| put(image, table(b"inst") + 22 + 20, &[0xFF, 0xFF])).contains("instrument number 1"));
    assert!(broken(&|image| put(image, table(b"ibag") + 4, &[0xFF, 0xFF])).contains("instrument zone number 1"));
    assert!(broken(&|image| put(image, table(b"shdr") + 24, &[0xFF; 4])).contains("sample number 0"));
    assert!(broken(&|image| put(image, table(b"shdr") + 36, &[0; 4])).contains("rate of 0 Hz"));
    assert!(broken(&|image| put(image, table(b"pgen") - 4, &[3, 0, 0, 0])).contains("pdta") || image.len() > 4);
}

#[test]
fn a_refusal_names_the_font_the_place_and_what_to_do() {
    let said = refusal(b"RIFF\0\0\0\0sfbkLIST\xff\xff\xff\xff");
    assert!(said.contains("broken.sf2") && said.contains("byte 12") && said.contains("choose another"), "{said}");
}

#[test]
fn a_file_that_is_missing_or_a_folder_is_a_file_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Font::open(&folder.path().join("none.sf2")), Err(Error::File { .. })));
    assert!(Font::open(folder.path()).is_err());
}

#[test]
fn a_file_on_disk_is_opened_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.sf2");
    fs::write(&path, Font::builtin_image()).unwrap();
    assert_eq!(Font::open(&path).unwrap().name(), "mine.sf2");
}

#[test]
fn the_systems_best_bank_loads() {
    let font = Font::best();
    eprintln!("{} ({:?})", font.name(), Font::find());
    assert_eq!(font.is_builtin(), Font::find().is_none());
}
