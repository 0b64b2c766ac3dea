//! P1: two hundred thousand malformed files give a document or a reason, fast, in bounded memory, and what is opened
//! survives being written.

use crate::material::{Dice, chunk, file, hex, rmi, small_file, track};
use formats::{Error, midi};
use score::{Event, EventKind, Note, Score};
use std::path::Path;
use std::time::{Duration, Instant};

const INPUTS: usize = 200_000;
const THREADS: usize = 2;

/// Files to spoil: generated ones, and those that other programs stumble over, where they are there.
fn sound_files() -> Vec<Vec<u8>> {
    let mut dice = Dice::new(1);
    let mut files: Vec<_> = (0..300).map(|_| small_file(&mut dice)).collect();
    files.extend((0..20).map(|_| rmi(&small_file(&mut dice))));
    // 25 frames a second of 40 ticks, and 29.97 of 80.
    files.extend([0xe728, 0xe350].map(|division| file(1, division, &[track(&mut dice, 40), track(&mut dice, 40)])));
    let (shared, corpus) = (std::env::var_os("DIABELLI_SHARED"), std::env::var_os("DIABELLI_CORPUS"));
    let folders = [
        shared.map(|shared| Path::new(&shared).join("hostile/midi")),
        corpus.map(|corpus| Path::new(&corpus).join("valid")),
    ];
    for folder in folders.into_iter().flatten() {
        let mut paths = Vec::new();
        crate::corpus::files_under(&folder, &mut paths);
        files.extend(paths.iter().map(|path| std::fs::read(path).unwrap()).filter(|file| file.len() < 3000));
    }
    files
}

/// Where "MTrk" and "MThd" stand.
fn chunks(file: &[u8]) -> Vec<usize> {
    let is_chunk = |at: &usize| matches!(&file[*at..*at + 4], b"MTrk" | b"MThd");
    (0..file.len().saturating_sub(8)).filter(is_chunk).collect()
}

/// Variable-length quantities that are large, long, or never end.
const EXTREMES: [&[u8]; 6] =
    [b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\x80\x80\x80\0", b"\x80", b"\xff\x7f", b"\x80\x80\x80\x80\x80"];

/// An early end, live messages, meta events that are too short, data after a system exclusive message.
const ODD_EVENTS: [&[u8]; 7] = [
    b"\0\xff\x2f\0",
    b"\0\xf8",
    b"\0\xf1\x10",
    b"\0\xff\x51\x01\0",
    b"\0\xff\x59\0",
    b"\0\xff\x54\x05\xff\0\0\0\0",
    b"\0\xf0\x01\xf7\0\x3c\x40",
];

fn spoil(dice: &mut Dice, file: &mut Vec<u8>, other: &[u8]) {
    let at = dice.below(file.len());
    let to = (at + dice.below(40)).min(file.len());
    match dice.below(12) {
        0 => (0..1 + dice.below(8)).for_each(|_| {
            if let Some(byte) = file.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }),
        1 => file.truncate(at),
        2 => lie_about_length(dice, file),
        3 => duplicate_chunk(dice, file),
        4 => {
            file.truncate(at);
            file.extend(&other[dice.below(other.len())..]);
        }
        5 => {
            let varlen = *dice.of(&EXTREMES);
            file.splice(at..(at + varlen.len()).min(file.len()), varlen.iter().copied());
        }
        6 => lose_status(dice, file),
        7 => drop(file.drain(at..to)),
        8 => {
            let noise = dice.bytes(12, 256);
            file.splice(at..at, noise);
        }
        9 => {
            if let Some(header) = file.get_mut(8..14) {
                header[dice.below(6)] = *dice.of(&[0, 1, 2, 3, 0x7f, 0x80, 0xe7, 0xe8, 0xff]);
            }
        }
        10 => {
            let event = *dice.of(&ODD_EVENTS);
            file.splice(at..at, event.iter().copied());
        }
        _ => {
            let piece = file[at..to].to_vec();
            let place = dice.below(file.len());
            file.splice(place..place, piece);
        }
    }
}

fn lie_about_length(dice: &mut Dice, file: &mut [u8]) {
    let chunks = chunks(file);
    let Some(&at) = chunks.get(dice.below(chunks.len())) else { return };
    let said = u32::from_be_bytes([file[at + 4], file[at + 5], file[at + 6], file[at + 7]]);
    let lies = [
        0,
        1,
        6,
        said.wrapping_sub(1),
        said.wrapping_add(1),
        said / 2,
        said.wrapping_mul(2),
        0x7fff_ffff,
        u32::MAX,
        1 << 24,
    ];
    file[at + 4..at + 8].copy_from_slice(&dice.of(&lies).to_be_bytes());
}

fn duplicate_chunk(dice: &mut Dice, file: &mut Vec<u8>) {
    let chunks = chunks(file);
    let Some(&at) = chunks.get(dice.below(chunks.len())) else { return };
    let end = chunks.iter().copied().find(|next| *next > at).unwrap_or(file.len());
    let copy = if dice.one_in(5) { chunk(b"XFIH", &file[at + 8..end]) } else { file[at..end].to_vec() };
    file.splice(end..end, copy);
}

/// Takes one status byte out, so that data stand alone.
fn lose_status(dice: &mut Dice, file: &mut Vec<u8>) {
    let from = dice.below(file.len());
    if let Some(found) = file[from..].iter().position(|byte| *byte >= 0x80) {
        file.remove(from + found);
    }
}

/// What a document takes in memory, without what its allocations cost beside.
fn size(score: &Score) -> usize {
    let of_event = |event: &Event| {
        size_of::<Event>()
            + match &event.kind {
                EventKind::SysEx { bytes, .. } | EventKind::Meta { bytes, .. } => bytes.len(),
                _ => 0,
            }
    };
    let events: usize = score.lanes.iter().flat_map(|lane| lane.events.iter()).map(of_event).sum();
    let maps = 16 * (score.tempos.len() + score.meters.len() + score.keys.len());
    let markers: usize = score.markers.iter().map(|marker| 32 + marker.text.len()).sum();
    events + maps + markers + score.note_count() * size_of::<Note>() + 100 * (score.lanes.len() + score.tracks.len())
}

/// What is wrong with how a file is read; nothing if it is as it should be. Says whether it was opened.
fn verdict(input: &[u8]) -> Result<bool, String> {
    let begun = Instant::now();
    let read = midi::read(input);
    if begun.elapsed() > Duration::from_secs(2) {
        return Err(format!("took {:?}", begun.elapsed()));
    }
    let opened = match read {
        Ok(opened) => opened,
        Err(error @ Error::Broken(_)) => return Err(error.to_string()),
        Err(error) if error.to_string().contains(" byte ") => return Ok(false),
        Err(error) => return Err(format!("no byte is named: {error}")),
    };
    if size(&opened.score) + 64 * opened.repairs.len() > (64 << 20) + 64 * input.len() {
        return Err("the document is too large".into());
    }
    let once = midi::write(&opened.score);
    let again = midi::read(&once).map_err(|error| format!("written, it cannot be read: {error}"))?;
    if again.score.tracks != opened.score.tracks {
        return Err(format!("written and read, the notes differ: {}", hex(&once)));
    }
    if again.repairs.iter().any(|repair| *repair != midi::Repair::Patterns) {
        return Err(format!("what we write needs repair: {:?}", again.repairs));
    }
    if midi::write(&again.score) != once {
        return Err(format!("the second writing differs: {}", hex(&once)));
    }
    Ok(true)
}

#[test]
fn two_hundred_thousand_spoiled_files_open_or_say_why() {
    let files = sound_files();
    let work = |thread: usize| {
        let mut dice = Dice::new(100 + thread as u64);
        let mut opened = 0;
        for _ in 0..INPUTS / THREADS {
            let mut input = dice.of(&files).clone();
            for _ in 0..1 + dice.below(4) {
                let other = dice.below(files.len());
                spoil(&mut dice, &mut input, &files[other]);
            }
            match verdict(&input) {
                Ok(one) => opened += usize::from(one),
                Err(why) => panic!("{why}\n{}", hex(&input)),
            }
        }
        opened
    };
    let begun = Instant::now();
    let opened: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    eprintln!("{INPUTS} spoiled files, {opened} opened, {:?}", begun.elapsed());
    assert!((INPUTS / 2..INPUTS).contains(&opened), "{opened} were opened: the spoiling is too mild or too rough");
}

#[test]
fn sound_files_open_without_repair() {
    let mut dice = Dice::new(2);
    for _ in 0..2000 {
        let input = small_file(&mut dice);
        let opened = midi::read(&input).unwrap();
        let stray = |repair: &midi::Repair| !matches!(repair, midi::Repair::Patterns);
        assert!(!opened.repairs.iter().any(stray), "{:?} {}", opened.repairs, hex(&input));
        assert_eq!(verdict(&input), Ok(true), "{}", hex(&input));
    }
}
