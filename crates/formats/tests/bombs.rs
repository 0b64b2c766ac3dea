//! P4, P6 and P7: small files that mean to be large, and large ones that mean to be slow, are refused or opened with a repair, in
//! time and memory that follow from their size. A binary of its own, because it looks at the memory of its process.
#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "formats/material.rs"]
mod material;

use formats::midi::{self, Repair};
use formats::{Error, midi::Opened};
use material::{END, chunk, file, meta, rmi, variable};
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;

/// What reading may take beside what the process has, in bytes, for a file of `bytes`.
fn bound(bytes: usize) -> usize {
    (64 << 20) + 64 * bytes
}

/// The most memory that the process had, in bytes; none where the system does not say.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(1024 * line.split_whitespace().nth(1)?.parse::<usize>().ok()?)
}

/// Forgets the most memory so far, where that can be done.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").ok();
}

/// Five seconds for 50 MB, and two for any small one.
fn limit(bytes: usize) -> Duration {
    Duration::from_secs(2) + Duration::from_secs(5) * (bytes / 1000) as u32 / 50_000
}

/// Does something with a file of so many bytes within the limits.
fn within<T>(name: &str, bytes: usize, work: impl FnOnce() -> T) -> T {
    forget_peak();
    let before = peak();
    let begun = Instant::now();
    let done = work();
    let took = begun.elapsed();
    let grown = peak().zip(before).map(|(after, before)| after.saturating_sub(before));
    eprintln!("{name}: {bytes} bytes, {took:?}, {:?} MB more", grown.map(|grown| grown >> 20));
    assert!(took < limit(bytes), "{name} took {took:?}");
    assert!(grown.is_none_or(|grown| grown < bound(bytes)), "{name} took {grown:?} bytes");
    done
}

/// Reads a bomb within its limits, and writes what it opens to.
fn read(name: &str, bytes: &[u8]) -> Result<Opened, Error> {
    let opened = within(name, bytes.len(), || midi::read(bytes));
    let limit = limit(bytes.len());
    if let Ok(opened) = &opened {
        let begun = Instant::now();
        let once = midi::write(&opened.score);
        assert!(begun.elapsed() < limit, "{name} took {:?} to write", begun.elapsed());
        assert!(!once.is_empty(), "{name} was not written");
    }
    opened
}

fn with_end(events: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut track: Vec<u8> = events.into_iter().flatten().collect();
    track.extend(END);
    track
}

fn long_times() {
    for (ppq, deltas) in [(480, 1000), (32_767, 1000), (1, 1000), (1, 1)] {
        let track = with_end((0..deltas).map(|_| [&variable(0x0fff_ffff)[..], &[0x90, 60, 1]].concat()));
        let error = read("huge delta times", &file(0, ppq, &[track])).unwrap_err();
        assert!(matches!(error, Error::TooLong { .. }), "{error}");
        assert!(error.to_string().contains("at byte"), "{error}");
    }
}

fn large_claims() {
    let track = with_end((0..100).map(|_| vec![0, 0x90, 60, 1, 1, 60, 0]));
    let mut bytes = file(0, 96, std::slice::from_ref(&track));
    // A hundred million events of four bytes.
    bytes[18..22].copy_from_slice(&400_000_000_u32.to_be_bytes());
    let opened = read("a hundred million events declared", &bytes).unwrap();
    assert_eq!(opened.repairs, [Repair::ShortTrack { track: 1, offset: bytes.len() }]);
    assert_eq!(opened.score.note_count(), 100);

    for (name, start) in
        [("a huge system exclusive message", &[0xf0_u8][..]), ("a huge packet", &[0xf7]), ("a huge text", &[0xff, 1])]
    {
        let bytes = file(0, 96, &[[&[0], start, &variable(0x0fff_ffff), b"abc"].concat()]);
        let opened = read(name, &bytes).unwrap();
        assert_eq!(opened.repairs, [Repair::Cut { track: 1, offset: 22 }, Repair::NoEnd { track: 1 }]);
        assert_eq!(opened.score.lanes[0].events.len(), 1);
    }

    let mut bytes = file(1, 96, &[track]);
    bytes[10..12].copy_from_slice(&[0xff, 0xff]);
    let opened = read("65,535 tracks declared", &bytes).unwrap();
    assert_eq!(opened.repairs, [Repair::TrackCount { said: 65_535, found: 1 }]);

    let mut inside = rmi(&bytes);
    inside[4..8].copy_from_slice(&[0xff; 4]);
    inside[16..20].copy_from_slice(&[0xff; 4]);
    let opened = read("a huge RMI", &inside).unwrap();
    assert_eq!(opened.score.note_count(), 100);

    bytes[4..8].copy_from_slice(&[0xff; 4]);
    let opened = read("a huge header", &bytes).unwrap();
    assert!(opened.repairs.contains(&Repair::HeaderLength { said: u32::MAX }));
    assert_eq!(opened.score.note_count(), 100);
}

fn odd_clocks() {
    for (ppq, repairs) in [(0, vec![Repair::NoResolution]), (1, vec![]), (32_767, vec![])] {
        let tempos = [0, 1].map(|micros| [vec![0], meta(0x51, &[0, 0, micros])].concat());
        let track = with_end(tempos.into_iter().chain([vec![0, 0x90, 60, 1, 1, 60, 0]]));
        let opened = read("tempo and resolution", &file(0, ppq, &[track])).unwrap();
        let tempo = Repair::Impossible { track: 1, offset: 22, what: "tempo" };
        assert_eq!(opened.repairs, repairs.into_iter().chain([tempo]).collect::<Vec<_>>());
        assert_eq!(opened.score.tempos.iter().map(|tempo| tempo.micros).collect::<Vec<_>>(), [1]);
    }
}

fn many_tracks() {
    let note = with_end([vec![0, 0x90, 60, 1, 10, 60, 0]]);
    let opened = read("65,535 tracks", &file(1, 96, &vec![note.clone(); 65_535])).unwrap();
    assert_eq!((opened.repairs.len(), opened.score.tracks.len()), (0, 65_535));
    let opened = read("65,535 empty tracks", &file(1, 96, &vec![Vec::new(); 65_535])).unwrap();
    assert_eq!(opened.repairs.last(), Some(&Repair::More { repairs: 65_535 - 1000 }));
    let error = read("70,000 tracks", &file(1, 96, &vec![note; 70_000])).unwrap_err();
    assert!(matches!(error, Error::TooManyTracks { limit: 65_535, offset } if offset == 14 + 65_535 * 19), "{error}");
    let names = [file(1, 96, &[]), [&b"MTrk"[..], &[0, 0, 0, 1]].concat().repeat(60_000)].concat();
    read("60,000 chunks that begin within each other", &names).unwrap();
}

fn many_events() {
    let start = vec![0, 0x90, 60, 1];
    let on = with_end([start.clone(), [0, 60, 1].repeat(1_500_000), [0, 60, 0].repeat(1_500_000)]);
    let opened = read("notes on one key, open at once", &file(0, 96, &[on])).unwrap();
    assert_eq!(opened.score.note_count(), 1_500_001);
    let open = with_end([start.clone(), [0, 60, 1].repeat(2_000_000)]);
    let opened = read("notes that never end", &file(0, 96, &[open])).unwrap();
    assert_eq!(opened.repairs, [Repair::Unclosed { track: 1, notes: 2_000_001 }]);

    let moment = [0, 0xc0, 1, 0, 0x90, 60, 1, 0, 0xc0, 2, 0, 0x90, 60, 1].repeat(200_000);
    let opened = read("programs and notes at one moment", &file(0, 96, &[with_end([moment])])).unwrap();
    assert_eq!(opened.score.note_count(), 400_000);

    let live = with_end([[0, 0xf8].repeat(2_000_000)]);
    let opened = read("two million live messages", &file(0, 96, &[live])).unwrap();
    assert_eq!(opened.repairs.last(), Some(&Repair::More { repairs: 1_999_000 }));

    let texts = with_end([[0, 0xff, 1, 0].repeat(2_000_000)]);
    assert_eq!(read("two million empty texts", &file(0, 96, &[texts])).unwrap().score.lanes[0].events.len(), 2_000_000);

    let events = with_end([vec![0, 0xc0, 1], [0, 1].repeat(midi::MAX_EVENTS)]);
    let error = read("more events than may be", &file(0, 96, &[events])).unwrap_err();
    assert!(matches!(error, Error::TooManyEvents { limit: midi::MAX_EVENTS, offset: 20_000_023 }), "{error}");
}

/// A score of one measure, about as large as a file may be.
fn filled(with: &str) -> String {
    let begin = "<score-partwise><part-list><score-part id=\"P1\"/></part-list><part id=\"P1\"><measure>";
    let end = "</measure></part></score-partwise>";
    let room = formats::MAX_BYTES as usize - begin.len() - end.len();
    [begin, &with.repeat(room / with.len()), end].concat()
}

/// A score as an archive.
fn packed(text: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("score.xml", options).unwrap();
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

fn notation() {
    let open = |name: &str, text: &str| within(name, text.len(), || formats::open(text.as_bytes(), "xml"));
    let elements = open("twelve million elements", &filled("<a/>")).unwrap_err();
    assert!(matches!(elements, Error::Limit { limit: 10_000_000, .. }), "{elements}");
    let deep = open("ten million elements within each other", &"<a>".repeat(10_000_000)).unwrap_err();
    assert!(matches!(deep, Error::Limit { limit: 64, .. }), "{deep}");
    let note = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>";
    let long = open("half a million quarter notes", &filled(note)).unwrap_err();
    assert!(matches!(long, Error::LongMusic { measure: 1, .. }), "{long}");
    let chord = note.replace("<note>", "<note><chord/>");
    assert_eq!(open("half a million notes at once", &filled(&chord)).unwrap().score.note_count(), 1);
    let graces = note.replace("<duration>1</duration>", "").replace("<note>", "<note><grace/>");
    within("as many grace notes", 50_000_000, || formats::open(filled(&graces).as_bytes(), "xml")).ok();
    let words = "<direction><direction-type><words>x</words></direction-type></direction>";
    open("words at one moment", &filled(words)).unwrap();
    let entities = open("five million unknown entities", &filled("<a>&x;</a>")).unwrap();
    assert_eq!(entities.score.note_count(), 0);
    let tempos = "<sound tempo=\"100\"/><attributes><time><beats>3</beats><beat-type>4</beat-type></time></attributes>";
    open("tempi and metres at one moment", &filled(tempos)).unwrap();
    let measures = format!("{}</measure><measure>", note.replace("<duration>1<", "<duration>.001<"));
    open("a measure for each note", &filled(&measures)).ok();

    // Packed 1000 times and more: refused by what the directory says, or as soon as too much comes out.
    let bomb = packed(&filled(&chord));
    let refused = within("the same packed", bomb.len(), || formats::open(&bomb, "mxl")).unwrap_err();
    assert!(matches!(refused, Error::Archive { .. }), "{refused}");
}

fn tunes() {
    for (name, body) in [
        ("notes of one line", "C"),
        ("bars", "C|"),
        ("repeats", "|:C:|\n"),
        ("repeats within repeats", "|:C"),
        ("endings", "|:C|1C:|2C|"),
        ("chords", "[CEGceg]/8"),
        ("tuplets", "(3"),
        ("broken rhythms", "C>"),
        ("open graces", "{"),
        ("graces", "{c}"),
        ("fields", "[M:3/4]C"),
        ("voices", "V:1\nC\n"),
        ("words", "C\nw:a\n"),
        ("ties", "C-"),
        ("overlays", "C&"),
        ("tunes", "X:2\nK:C\nC\n\n"),
        ("empty lines", "\n"),
        ("directives", "%%\n"),
    ] {
        for bytes in [290_000, 20_000_000] {
            let text = format!("X:1\nL:1/4\nK:C\n{}", body.repeat(bytes / body.len()));
            let opened = within(&format!("ABC of {name}"), text.len(), || formats::open(text.as_bytes(), "abc"));
            assert!(!matches!(opened, Err(Error::Broken(_))), "{name}: {opened:?}");
        }
    }
}

#[test]
fn bombs_are_refused_or_opened_within_their_limits() {
    // The smallest first: what a larger one took stays with the process and would hide theirs.
    tunes();
    long_times();
    large_claims();
    odd_clocks();
    many_tracks();
    many_events();
    notation();
    let other = [chunk(b"MThd", &[0, 1, 0, 0, 0, 96]), chunk(b"JUNK", &vec![0; 5_000_000])].concat();
    assert_eq!(read("five million bytes of another program", &other).unwrap().repairs, []);
}
