//! Every repair, with the smallest file that shows it.

use crate::material::{END, chunk, file, meta, rmi};
use formats::Error;
use formats::midi::{self, Opened, Repair};

/// One quarter note on middle C, and the end.
const NOTE: [u8; 11] = [0, 0x90, 60, 100, 96, 60, 0, 0, 0xff, 0x2f, 0];

/// What a file opens to; it has to have as many notes as that.
fn opened(bytes: &[u8], notes: usize) -> Vec<Repair> {
    let Opened { score, repairs } = midi::read(bytes).unwrap();
    assert_eq!(score.note_count(), notes, "{repairs:?}");
    // Everything has words, and they say where.
    for repair in &repairs {
        assert!(repair.to_string().len() > 20);
    }
    assert!(midi::read(&midi::write(&score)).unwrap().repairs.iter().all(|repair| *repair == Repair::Patterns));
    repairs
}

fn one(track: &[u8]) -> Vec<u8> {
    file(0, 96, &[track.to_vec()])
}

/// The note without its end of track, then `events`, then the end.
fn with(events: &[u8]) -> Vec<u8> {
    one(&[&NOTE[..7], events, &END].concat())
}

#[test]
fn places_are_no_titles() {
    let title = |name: &str| {
        let named = one(&[&[0][..], &meta(3, name.as_bytes()), &NOTE].concat());
        let opened = midi::read(&named).unwrap();
        let again = midi::write(&opened.score);
        assert!(again.windows(name.len()).any(|bytes| bytes == name.as_bytes()), "the file keeps what it says");
        opened.score.title
    };
    for place in ["/home/ann/midi/68672", "C:\\MIDI\\waltz.mid", "d:/midi/waltz", "\\\\server\\waltz.mid"] {
        assert_eq!(title(place), "", "{place}");
    }
    for name in ["Waltz", "AC/DC", "Op. 9/2", "C: a study", "½"] {
        assert_eq!(title(name), name);
    }
}

#[test]
fn junk_before_and_between_and_behind() {
    assert_eq!(opened(&[b"hello".to_vec(), one(&NOTE)].concat(), 1), [Repair::Junk { offset: 0, bytes: 5 }]);
    let two = file(1, 96, &[NOTE.to_vec(), NOTE.to_vec()]);
    let between = [&two[..33], b"\0", &two[33..]].concat();
    assert_eq!(opened(&between, 2), [Repair::Junk { offset: 33, bytes: 1 }]);
    assert_eq!(opened(&[one(&NOTE), b"\0\0".to_vec()].concat(), 1), [Repair::Junk { offset: 33, bytes: 2 }]);
}

#[test]
fn chunks_of_other_programs_are_passed_over() {
    let header = chunk(b"MThd", &[0, 0, 0, 1, 0, 96]);
    assert_eq!(opened(&[header, chunk(b"XFIH", &[1, 2, 3]), chunk(b"MTrk", &NOTE)].concat(), 1), []);
    assert_eq!(opened(&[chunk(b"MThd", &[0, 0, 0, 1, 0, 96, 9, 9]), chunk(b"MTrk", &NOTE)].concat(), 1), []);
    assert_eq!(opened(&rmi(&one(&NOTE)), 1), []);
}

#[test]
fn headers_that_are_wrong() {
    let header = |data: &[u8]| [chunk(b"MThd", data), chunk(b"MTrk", &NOTE)].concat();
    assert_eq!(opened(&header(&[0, 0, 0, 7, 0, 96]), 1), [Repair::TrackCount { said: 7, found: 1 }]);
    assert_eq!(opened(&header(&[0, 9, 0, 1, 0, 96]), 1), [Repair::Format { said: 9 }]);
    assert_eq!(opened(&header(&[0, 2, 0, 1, 0, 96]), 1), [Repair::Patterns]);
    assert_eq!(opened(&header(&[0, 0, 0, 1, 0, 0]), 1), [Repair::NoResolution]);
    assert_eq!(opened(&header(&[0, 0, 0, 1, 0xe7, 40]), 1), [Repair::Smpte]);
    for said in [0, 5, 7, 200, u32::MAX] {
        let mut bytes = one(&NOTE);
        bytes[4..8].copy_from_slice(&said.to_be_bytes());
        assert_eq!(opened(&bytes, 1), [Repair::HeaderLength { said }]);
    }
}

#[test]
fn lengths_of_tracks_that_are_wrong() {
    let said = |length: u32| {
        let mut bytes = file(1, 96, &[NOTE.to_vec(), NOTE.to_vec()]);
        bytes[18..22].copy_from_slice(&length.to_be_bytes());
        bytes
    };
    for length in [1, 5, 10, 12, 4000] {
        let repair = Repair::TrackLength { track: 1, said: length as usize, found: 11 };
        assert_eq!(opened(&said(length), 2), [repair], "{length}");
    }
    assert_eq!(opened(&one(&NOTE)[..32], 1), [Repair::ShortTrack { track: 1, offset: 32 }]);
}

#[test]
fn ends_that_are_missing_or_early() {
    assert_eq!(opened(&one(&NOTE[..7]), 1), [Repair::NoEnd { track: 1 }]);
    assert_eq!(opened(&one(&[&END[..], &NOTE].concat()), 0), [Repair::AfterEnd { track: 1, offset: 26, bytes: 11 }]);
}

#[test]
fn live_messages_are_skipped_with_their_data() {
    let events: [&[u8]; 5] = [b"\0\xf1\x01", b"\0\xf2\x01\x02", b"\0\xf3\x01", b"\0\xf6", b"\0\xfe"];
    for event in events {
        assert_eq!(opened(&with(event), 1), [Repair::Illegal { track: 1, offset: 29, status: event[1] }]);
    }
    // What a skipped message waits is waited.
    let late = midi::read(&one(&[&[96, 0xf8][..], &NOTE].concat())).unwrap();
    assert_eq!(late.score.tracks[0].notes[0].start, 96);
}

#[test]
fn running_status_goes_on_after_what_should_end_it() {
    for between in [&b"\0\xff\x01\x01a"[..], b"\0\xf0\x01\xf7", b"\0\xf7\x01\x55"] {
        let events = [between, &[0, 62, 100, 96, 62, 0]].concat();
        assert_eq!(opened(&with(&events), 2), [Repair::Running { track: 1, offset: 29 + between.len() }]);
    }
    // Where there never was a status nothing can be taken.
    assert_eq!(
        opened(&one(&[&[0, 60, 100][..], &END].concat()), 0),
        [Repair::Lost { track: 1, offset: 22, bytes: 7 }, Repair::NoEnd { track: 1 }]
    );
}

#[test]
fn events_that_cannot_be_understood_or_are_too_short() {
    let lost = [Repair::Lost { track: 1, offset: 29, bytes: 7 }, Repair::NoEnd { track: 1 }];
    assert_eq!(opened(&with(&[0, 0x90, 0x85]), 1), lost);
    let cut = [Repair::Cut { track: 1, offset: 29 }, Repair::NoEnd { track: 1 }];
    assert_eq!(opened(&with(&[0, 0xff, 1, 9]), 1), cut);
    assert_eq!(opened(&with(&[0, 0xf0, 9]), 1), cut);
}

#[test]
fn notes_without_end_and_ends_without_note() {
    assert_eq!(opened(&one(&[&NOTE[..4], &END].concat()), 1), [Repair::Unclosed { track: 1, notes: 1 }]);
    assert_eq!(opened(&with(&[0, 0x80, 61, 0]), 1), [Repair::Stray { track: 1, events: 1 }]);
}

#[test]
fn maps_that_cannot_be() {
    let cases = [
        (meta(0x51, &[0, 0, 0]), "tempo"),
        (meta(0x58, &[0, 2, 24, 8]), "metre"),
        (meta(0x58, &[4, 7, 24, 8]), "metre"),
        (meta(0x59, &[8, 0]), "key"),
        (meta(0x59, &[]), "meta event"),
        (meta(0x54, &[0xff, 0, 0, 0, 0]), "meta event"),
    ];
    for (event, what) in cases {
        assert_eq!(opened(&with(&[&[0], &event[..]].concat()), 1), [Repair::Impossible { track: 1, offset: 29, what }]);
    }
}

#[test]
fn what_is_refused_says_where_and_why() {
    let says = |bytes: &[u8]| midi::read(bytes).unwrap_err().to_string();
    assert!(says(b"").contains("byte 0 should begin with MThd, found an empty file"));
    assert!(says(b"PK\x03\x04").contains("byte 0 should begin with MThd, found 50 4B 03 04"));
    assert!(says(&one(&NOTE)[..13]).contains("byte 13: the file ends within its header"));
    let far = one(&[&[0, 0x90, 60, 100, 0xff, 0xff, 0xff, 0x7f, 60, 0][..], &END].concat());
    assert!(matches!(
        midi::read(&far),
        Err(Error::TooLong { offset: 26, quarters: 2_796_202, limit: midi::MAX_QUARTERS })
    ));
}
