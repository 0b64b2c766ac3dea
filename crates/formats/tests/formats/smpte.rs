//! Files that count frames of a second: every note sounds when the file says.

use crate::material::{END, file};
use formats::midi::{self, Repair};

/// Frames a second as the header has them, as they are, and ticks in a frame.
const DIVISIONS: [(u8, f64, u8); 7] = [
    (24, 24.0, 4),
    (25, 25.0, 40),
    (25, 25.0, 1),
    (29, 30_000.0 / 1001.0, 80),
    (29, 30_000.0 / 1001.0, 2),
    (30, 30.0, 100),
    (30, 30.0, 255),
];

#[test]
fn frames_become_the_seconds_that_they_are() {
    for (frames, real, ticks) in DIVISIONS {
        let mut track = Vec::new();
        let mut onsets = Vec::new();
        for note in 0..200_u32 {
            let delta = note * 7 % 128;
            onsets.push(onsets.last().map_or(0, |last| last + 1) + delta);
            // A tick between on and off; the next delta counts from there.
            track.extend([delta as u8, 0x90, 60, 100, 1, 60, 0]);
        }
        track.extend(END);
        let division = u16::from_be_bytes([0_u8.wrapping_sub(frames), ticks]);
        let opened = midi::read(&file(0, division, &[track])).unwrap();
        assert_eq!(opened.repairs, [Repair::Smpte]);
        let score = opened.score;
        assert!(score.tempos.is_empty(), "120 quarters a minute, the tempo of a piece that states none");
        let quarter = f64::from(score.tpq);
        for (note, onset) in score.tracks[0].notes.iter().zip(onsets) {
            let seconds = f64::from(onset) / (real * f64::from(ticks));
            let found = f64::from(note.start) / quarter / 2.0;
            // No note is moved by more than half a tick of the document.
            assert!((found - seconds).abs() <= 0.2501 / quarter, "{frames}/{ticks}: {found} s, not {seconds} s");
        }
        let once = midi::write(&score);
        let again = midi::read(&once).unwrap().score;
        assert_eq!((&again.tracks, again.tpq), (&score.tracks, score.tpq));
        assert!(midi::write(&again) == once);
    }
}

#[test]
fn frames_that_the_standard_does_not_know_are_refused_where_they_stand() {
    // The second one is the byte that panics in readers that negate it.
    for division in [0xd801, 0x8060] {
        let error = midi::read(&file(0, division, &[END.to_vec()])).unwrap_err().to_string();
        assert!(error.contains("damaged at byte 12: it counts"), "{error}");
    }
}
