//! What we export says what we notated: read back with the XML library, note by note, rest by rest.

use crate::{compare, truth, xml};
use formats::musicxml::{self, Loss};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use score::{Event, EventKind, Header, Key, Lane, Meter, Mix, Note, Score, Tempo, Track, text};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A piece of three tracks that any player may have played.
fn piece(seed: u64) -> Score {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |count: u32| random.next_u32() % count;
    let mut score = Score::empty();
    let meters = [(4, 4), (3, 4), (6, 8), (5, 8), (2, 2), (12, 8), (7, 16)];
    let (beats, value) = meters[below(7) as usize];
    score.meters = Arc::new(vec![Meter::new(0, beats, value), Meter::new(960 * below(20), 3, 4)]);
    score.keys = Arc::new(vec![Key { tick: 0, fifths: below(15) as i8 - 7, minor: below(2) == 0 }]);
    score.tempos = Arc::new((0..4).map(|at| Tempo { tick: at * 1000, micros: 300_000 + below(400_000) }).collect());
    let mut id = 0;
    for (number, channel) in (0..).zip([0, 1, 9]) {
        let header = Header {
            name: format!("<{number}> & Co"),
            lane: 0,
            channel,
            program: 40 * number as u8,
            hue: 0,
            mix: Mix::default(),
            output: None,
        };
        let mut at = 0;
        let step = [240, 320, 480, 137][below(4) as usize];
        let notes = (0..60).map(|_| {
            at += step * below(3);
            id += 1;
            Note::new(id, at, 1 + below(4) * step, (30 + below(60)) as u8, (1 + below(127)) as u8)
        });
        // A reader of MusicXML ties by pitch, so that no key is struck while it sounds.
        let mut free = [0; 128];
        let apart = notes.filter(|note: &Note| {
            let key = usize::from(note.pitch);
            let sounds = note.start < free[key];
            free[key] = if sounds { free[key] } else { note.end() + 960 };
            !sounds
        });
        let notes = apart.collect();
        score.tracks.push(Arc::new(Track::new(number, header, notes)));
    }
    score
}

/// Checks one piece; answers its document.
fn check(score: &Score) -> xml::Node {
    let sheet = notation::sheet(score);
    let text = musicxml::write(score).text;
    let root = xml::Node::parse(&text);
    let read = truth::parts(&root, false);
    let ours = compare::ours(&sheet);
    assert_eq!(read.len(), ours.len());
    for ((read, ours), part) in read.iter().zip(&ours).zip(&sheet.parts).filter(|(_, part)| !part.drums) {
        let notes = |part: &truth::Part| {
            let notes =
                part.notes.iter().map(|note| (note.onset, note.pitch, note.signs.clone(), note.staff, note.measure));
            let mut notes: Vec<_> = notes.collect();
            notes.sort();
            notes
        };
        let rests = |part: &truth::Part| part.rests.iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(notes(read), notes(ours), "{}", part.name);
        assert_eq!(rests(read), rests(ours), "{}", part.name);
        assert_eq!(read.bars, ours.bars);
    }
    ids_name_every_note_once(&root, score);
    root
}

fn ids_name_every_note_once(root: &xml::Node, score: &Score) {
    let mut ids = BTreeSet::new();
    let mut begun = Vec::new();
    let measures = root.all("part").flat_map(|part| part.all("measure"));
    for id in measures.flat_map(|measure| measure.all("note")).filter_map(|note| note.attribute("id")) {
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        let note = musicxml::note_of(id).expect("an id of ours");
        if !id.contains('-') {
            begun.push(note);
        }
    }
    begun.sort();
    let mut all: Vec<_> = score.tracks.iter().flat_map(|track| track.notes.iter()).map(|note| note.id).collect();
    all.sort();
    assert_eq!(begun, all, "each note begins once");
}

#[test]
fn what_is_exported_is_what_was_notated() {
    for seed in 0..40 {
        check(&piece(seed));
    }
}

#[test]
fn voices_fill_their_measures() {
    for seed in 0..40 {
        let sheet = notation::sheet(&piece(seed));
        for staff in sheet.parts.iter().flat_map(|part| &part.staves) {
            assert_eq!(staff.measures.len(), sheet.bars.len());
            for (measure, bar) in staff.measures.iter().zip(&sheet.bars) {
                assert!(!measure.voices.is_empty());
                for voice in &measure.voices {
                    let mut at = 0;
                    for element in &voice.elements {
                        assert_eq!(element.at, at, "seed {seed} bar {}", bar.index);
                        at += element.length;
                    }
                    assert_eq!(at, bar.length, "seed {seed} bar {}", bar.index);
                }
            }
        }
    }
}

#[test]
fn a_small_piece_is_written_in_full() {
    let mut score = text::score("C3:1 [C4 Eb4]:1/3 D4:1/3 E4:1/3 F#5:2@110!").expect("a piece");
    score.title = "Tom & <Jerry>".into();
    score.tempos = Arc::new(vec![Tempo { tick: 0, micros: 400_000 }]);
    let word = EventKind::Meta { code: EventKind::LYRIC, bytes: b"la".to_vec() };
    let pedal = EventKind::Control { channel: 0, controller: 64, value: 127 };
    let events = vec![Event { tick: 0, kind: word }, Event { tick: 0, kind: pedal }];
    score.lanes[0] = Arc::new(Lane { events: Arc::new(events), end: 0 });
    let root = check(&score);
    assert_eq!(
        root.child("work").and_then(|work| work.child("work-title")).map(|title| title.text.as_str()),
        Some("Tom&<Jerry>")
    );
    let first = root.child("part").and_then(|part| part.child("measure")).expect("a measure");
    let tempo = first.children.iter().find_map(|child| child.child("sound")).and_then(|sound| sound.attribute("tempo"));
    assert_eq!(tempo, Some("150"));
    let triplets = first.all("note").filter(|note| note.child("time-modification").is_some()).count();
    assert_eq!(triplets, 4);
    assert!(first.all("note").any(|note| note.child("lyric").is_some()));
    let losses = musicxml::write(&score).losses;
    assert_eq!(losses, [Loss::Flags { notes: 1 }, Loss::Controllers { events: 1 }]);
}
