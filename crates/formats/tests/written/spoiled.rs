//! Twenty thousand spoiled files of notation give a document or a reason, fast, in bounded memory, and what is opened
//! is a sound document that survives being written (P6).

use crate::material::Dice;
use crate::suite;
use formats::{Error, midi};
use score::{Note, Score};
use std::time::{Duration, Instant};

const INPUTS: usize = 20_000;
const THREADS: usize = 2;

/// Tunes to spoil.
const TUNES: [&str; 2] = [
    "X:1\nT:Jig\nM:6/8\nL:1/8\nQ:3/8=120\nK:Ador\n|:\"Am\"eAA (3cde {d}cBA|[M:4/4] G>A [CEG]2- [CEG]2 z2 !f!^c/2_d//:|1 e4:|2 A4||\nw:Twin-kle twin-kle * lit~tle_ star\n",
    "X:1\nT:Round\nM:C|\nL:1/4\nV:1 name=\"High\"\nV:2 clef=bass octave=-1\n%%MIDI program 40\nK:Eb\n[V:1] [K:F] Z2|(5:4:3ABc d2 .e ~f|\n[V:2] c'2,, & C4|[1,2 D4 :|[3 E4|]\n",
];

/// Documents that need no folder.
fn own() -> Vec<Vec<u8>> {
    let music = ["[C4 E4 G4]:1 G4:1/2 R:1/2 A4:1/3 A4:1/3 A4:1/3 | C5:6", "C3:4 D3:2\nE5:1/4 F5:1/4 G5:1/2 A5:1 B5:4"];
    let documents =
        music.iter().map(|line| formats::musicxml::write(&score::text::score(line).unwrap()).text.into_bytes());
    documents.chain(TUNES.iter().map(|tune| tune.as_bytes().to_vec())).collect()
}

fn sound_files() -> Vec<Vec<u8>> {
    let suite = suite::files().unwrap_or_default().into_iter().map(|path| std::fs::read(path).unwrap());
    suite.chain(own()).chain(own()).filter(|file| file.len() < 40_000).collect()
}

/// Numbers and words that are too large, too small, or none.
const EXTREMES: [&str; 16] = [
    "0",
    "-1",
    "1",
    "255",
    "1e300",
    "NaN",
    "4294967296",
    "99999999999999999999",
    "0.0001",
    "-7",
    "inf",
    "start",
    "yes",
    "7/0",
    "\u{1d11e}",
    "",
];

fn spoil(dice: &mut Dice, file: &mut Vec<u8>, other: &[u8]) {
    let at = dice.below(file.len());
    let to = (at + dice.below(60)).min(file.len());
    match dice.below(10) {
        0 => (0..1 + dice.below(6)).for_each(|_| {
            if let Some(byte) = file.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }),
        1 => file.truncate(at),
        2 => drop(file.drain(at..to)),
        3 => {
            let noise = dice.bytes(12, 256);
            file.splice(at..at, noise);
        }
        4 => {
            file.truncate(at);
            file.extend(&other[dice.below(other.len())..]);
        }
        5..=7 => replace_value(dice, file, at),
        _ => move_element(dice, file, at),
    }
}

/// Puts something else in the place of the next number, text or value.
fn replace_value(dice: &mut Dice, file: &mut Vec<u8>, at: usize) {
    let inside = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_alphabetic();
    let ends = |byte: &u8| matches!(byte, b'>' | b'"' | b' ' | b'/');
    let Some(from) = file[at..].iter().position(ends).map(|from| at + from + 1) else { return };
    let length = file[from..].iter().take_while(|byte| inside(byte)).count();
    let value = *dice.of(&EXTREMES);
    file.splice(from..from + length, value.bytes());
}

/// Takes an element out and, as often as not, puts it in at the beginning of another.
fn move_element(dice: &mut Dice, file: &mut Vec<u8>, at: usize) {
    let Some(from) = file[at..].iter().position(|byte| *byte == b'<').map(|from| at + from) else { return };
    let name: Vec<u8> = file[from + 1..].iter().copied().take_while(u8::is_ascii_alphanumeric).collect();
    let end = [b"</", &name[..], b">"].concat();
    let Some(to) = file[from..].windows(end.len()).position(|part| part == end).map(|to| from + to + end.len()) else {
        return;
    };
    let element = file[from..to].to_vec();
    if dice.one_in(2) {
        file.drain(from..to);
    }
    let place = dice.below(file.len());
    if let Some(place) = file[place..].iter().position(|byte| *byte == b'<').map(|next| place + next) {
        for _ in 0..1 + dice.below(3) {
            file.splice(place..place, element.iter().copied());
        }
    }
}

/// What is wrong with a document; nothing if it keeps every range.
fn fault(score: &Score) -> Option<String> {
    if !(96..=32_767).contains(&score.tpq) || score.source.ppq != score.tpq {
        return Some(format!("{} ticks in a quarter", score.tpq));
    }
    let sorted = |ticks: Vec<u32>| ticks.is_sorted();
    let maps = [
        score.tempos.iter().map(|tempo| tempo.tick).collect(),
        score.meters.iter().map(|meter| meter.tick).collect(),
        score.keys.iter().map(|key| key.tick).collect(),
        score.markers.iter().map(|marker| marker.tick).collect(),
    ];
    if !maps.into_iter().all(sorted) || score.lanes.iter().any(|lane| !lane.events.is_sorted_by_key(|event| event.tick))
    {
        return Some("a map is not in order".into());
    }
    if score.tempos.iter().any(|tempo| !(1..=0xff_ffff).contains(&tempo.micros)) {
        return Some("a tempo is out of range".into());
    }
    if score.keys.iter().any(|key| key.fifths.abs() > 7) || score.meters.iter().any(|meter| meter.numerator == 0) {
        return Some("a key or a metre is out of range".into());
    }
    let notes = || score.tracks.iter().flat_map(|track| track.notes.iter());
    let wrong = |note: &&Note| note.pitch > 127 || !(1..=127).contains(&note.velocity) || note.length == 0;
    if let Some(note) = notes().find(wrong) {
        return Some(format!("{note:?}"));
    }
    let mut ids: Vec<_> = notes().map(|note| note.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let headers = score.tracks.iter().map(|track| &track.header);
    let lost = headers
        .clone()
        .any(|header| header.lane as usize >= score.lanes.len() || header.channel > 15 || header.program > 127);
    (ids.len() != notes().count() || lost).then(|| "an id, a lane or a channel is out of range".into())
}

/// What a document takes in memory, without what its allocations cost beside.
fn size(score: &Score) -> usize {
    let events: usize = score.lanes.iter().map(|lane| 64 * lane.events.len()).sum();
    events
        + score.note_count() * size_of::<Note>()
        + 100 * (score.lanes.len() + score.tracks.len() + score.meters.len())
}

fn verdict(input: &[u8]) -> Result<bool, String> {
    let begun = Instant::now();
    let read = formats::open(input, "musicxml");
    if begun.elapsed() > Duration::from_secs(2) {
        return Err(format!("took {:?}", begun.elapsed()));
    }
    let piece = match read {
        Ok(piece) => piece,
        Err(error @ Error::Broken(_)) => return Err(error.to_string()),
        Err(_) => return Ok(false),
    };
    if let Some(fault) = fault(&piece.score) {
        return Err(fault);
    }
    if size(&piece.score) > (64 << 20) + 64 * input.len() {
        return Err("the document is too large".into());
    }
    let again =
        midi::read(&midi::write(&piece.score)).map_err(|error| format!("written, it cannot be read: {error}"))?;
    let counts = (piece.score.note_count(), again.score.note_count());
    if counts.0 == counts.1 { Ok(true) } else { Err(format!("{} notes, written {}", counts.0, counts.1)) }
}

#[test]
fn twenty_thousand_spoiled_files_open_or_say_why() {
    spoil_all(&sound_files(), INPUTS);
}

#[test]
fn ten_thousand_spoiled_tunes_open_or_say_why() {
    spoil_all(&TUNES.map(|tune| tune.as_bytes().to_vec()), INPUTS / 2);
}

fn spoil_all(files: &[Vec<u8>], inputs: usize) {
    let work = |thread: usize| {
        let mut dice = Dice::new(300 + thread as u64);
        let mut opened = 0;
        for _ in 0..inputs / THREADS {
            let mut input = dice.of(files).clone();
            for _ in 0..1 + dice.below(3) {
                let other = dice.below(files.len());
                spoil(&mut dice, &mut input, &files[other]);
            }
            match verdict(&input) {
                Ok(one) => opened += usize::from(one),
                Err(why) => panic!("{why}\n{}", String::from_utf8_lossy(&input)),
            }
        }
        opened
    };
    let begun = Instant::now();
    let opened: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{inputs} spoiled files, {opened} opened, {:?}", begun.elapsed());
    assert!((inputs / 5..inputs).contains(&opened), "{opened} were opened: the spoiling is too mild or too rough");
}

#[test]
fn sound_files_are_sound_documents() {
    for file in sound_files() {
        assert_eq!(verdict(&file), Ok(true));
    }
}
