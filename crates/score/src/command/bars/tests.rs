use crate::{Command, Error, Event, EventKind, Key, Lane, Marker, Meter, NoteId, Score, Tempo, Tick, text};
use std::sync::Arc;

pub(super) fn done(score: &Score, command: Command) -> (Score, String) {
    let edit = score.edit_for(&command).unwrap();
    let after = score.with(&edit).unwrap();
    assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
    (after, edit.label)
}

/// What a command makes of music in 4/4, and its label.
fn music(before: &str, command: Command) -> (String, String) {
    let (after, label) = done(&text::score(before).unwrap(), command);
    (text::print(&after), label)
}

const fn insert(before: u32, count: u32) -> Command {
    Command::InsertBars { before, count }
}

const fn delete(from: u32, to: u32) -> Command {
    Command::DeleteBars { from, to }
}

const fn repeat(from: u32, to: u32, times: u32) -> Command {
    Command::RepeatBars { from, to, times }
}

#[test]
fn bars_are_put_in_over_all_tracks() {
    let (after, label) = music("C4:4 D4:4\nC3:8", insert(2, 1));
    assert_eq!((after.as_str(), label.as_str()), ("C4:4 R:4 D4:4\nC3:8", "Insert a bar"));
    assert_eq!(music("C4:4", insert(1, 2)).0, "R:8 C4:4");
    assert!(text::score("C4:4").unwrap().edit_for(&insert(9, 1)).unwrap().is_empty());
}

#[test]
fn bars_are_taken_out_and_held_notes_lose_what_was_inside() {
    let (after, label) = music("C4:4 D4:4 E4:4\nC3:12\nR:3 C2:3 D2:6", delete(2, 2));
    assert_eq!(after, "C4:4 E4:4\nC3:8\nR:3 C2:1");
    assert_eq!(label, "Delete a bar");
    assert_eq!(music("C4:4 D4:4 E4:4 F4:4", delete(1, 3)), ("F4:4".into(), "Delete 3 bars".into()));
}

#[test]
fn bars_are_repeated_and_the_rest_follows() {
    let (after, label) = music("C4:4 D4:2 E4:2 F4:4", repeat(1, 2, 2));
    assert_eq!(after, "C4:4 D4:2 E4:2 C4:4 D4:2 E4:2 C4:4 D4:2 E4:2 F4:4");
    assert_eq!(label, "Repeat 2 bars");
    // What is held longer than the bars is cut where its copy begins; the last copy has its length.
    assert_eq!(music("C4:6 R:2 D4:4", repeat(1, 1, 1)).0, "C4:4 C4:6 R:2 D4:4");
}

#[test]
fn a_note_just_before_the_bar_line_goes_with_its_bar() {
    let mut score = text::score("C4:4 D4:4 E4:4").unwrap();
    let early = Command::MoveNotes { ids: vec![NoteId(1), NoteId(2)], ticks: -12, semitones: 0 };
    score = done(&score, early).0;
    let starts = |score: &Score| score.tracks[0].notes.iter().map(|note| note.start).collect::<Vec<_>>();
    assert_eq!(starts(&done(&score, delete(2, 2)).0), [0, 3828]);
    assert_eq!(starts(&done(&score, insert(2, 1)).0), [0, 7668, 11508]);
    assert_eq!(starts(&done(&score, repeat(2, 2, 1)).0), [0, 3828, 7668, 11508]);
    // Before the beginning there is nothing.
    assert_eq!(starts(&done(&score, delete(1, 1)).0), [0, 3828]);
}

#[test]
fn what_cannot_be_is_refused() {
    let score = text::score("C4:4").unwrap();
    for wrong in [
        insert(0, 1),
        insert(1, 0),
        delete(2, 1),
        delete(0, 1),
        repeat(1, 1, 0),
        insert(1, u32::MAX),
        delete(1, u32::MAX),
    ] {
        assert!(matches!(score.edit_for(&wrong), Err(Error::Range { .. })), "{wrong:?}");
    }
    assert!(matches!(score.edit_for(&repeat(1, 9_000, 9_000)), Err(Error::Range { .. })));
}

/// Six bars: two of 4/4, two of 3/4, two of 4/4; other tempi, a key and markers on the way.
fn mapped() -> Score {
    let mut score = text::score("C4:4 C4:4 D4:3 D4:3 E4:4 E4:4").unwrap();
    score.meters = Arc::new(vec![Meter::new(0, 4, 4), Meter::new(7680, 3, 4), Meter::new(13440, 4, 4)]);
    score.tempos = Arc::new(
        [(0, 500_000), (7680, 400_000), (10560, 600_000)].map(|(tick, micros)| Tempo { tick, micros }).to_vec(),
    );
    score.keys = Arc::new(vec![Key { tick: 0, fifths: 0, minor: false }, Key { tick: 10560, fifths: 2, minor: false }]);
    score.markers =
        Arc::new([(0, "A"), (7680, "B"), (13440, "C")].map(|(tick, text)| Marker { tick, text: text.into() }).to_vec());
    score
}

fn lines(score: &Score, count: usize) -> Vec<Tick> {
    let bars = score.bars();
    (0..count).map(|bar| bars.bar(bar).tick()).collect()
}

fn tempos(score: &Score) -> Vec<(Tick, u32)> {
    score.tempos.iter().map(|tempo| (tempo.tick, tempo.micros / 1000)).collect()
}

fn markers(score: &Score) -> Vec<(Tick, String)> {
    score.markers.iter().map(|marker| (marker.tick, String::from_utf8_lossy(&marker.text).into_owned())).collect()
}

#[test]
fn new_bars_have_the_metre_before_them_and_what_follows_keeps_its_own() {
    let after = done(&mapped(), insert(3, 2)).0;
    assert_eq!(lines(&after, 8), [0, 3840, 7680, 11520, 15360, 18240, 21120, 24960]);
    assert_eq!(tempos(&after), [(0, 500), (15360, 400), (18240, 600)]);
    assert_eq!(markers(&after), [(0, "A".into()), (15360, "B".into()), (21120, "C".into())]);
    // At the beginning: what holds from there holds in them too, and the first section moves.
    let after = done(&mapped(), insert(1, 1)).0;
    assert_eq!(lines(&after, 7), [0, 3840, 7680, 11520, 14400, 17280, 21120]);
    assert_eq!((tempos(&after)[0], after.keys[0].tick, markers(&after)[0].0), ((0, 500), 0, 3840));
}

#[test]
fn what_is_left_keeps_its_metre_tempo_key_and_section() {
    let after = done(&mapped(), delete(3, 3)).0;
    assert_eq!(lines(&after, 5), [0, 3840, 7680, 10560, 14400]);
    assert_eq!(tempos(&after), [(0, 500), (7680, 600)]);
    assert_eq!(after.keys.iter().map(|key| (key.tick, key.fifths)).collect::<Vec<_>>(), [(0, 0), (7680, 2)]);
    assert_eq!(markers(&after), [(0, "A".into()), (7680, "B".into()), (10560, "C".into())]);
    // All of the section: its name is gone, and the metre that was there before goes on.
    let after = done(&mapped(), delete(3, 4)).0;
    assert_eq!(lines(&after, 4), [0, 3840, 7680, 11520]);
    assert_eq!(markers(&after), [(0, "A".into()), (7680, "C".into())]);
    assert_eq!(tempos(&after), [(0, 500), (7680, 600)]);
    // The end of the piece: nothing is left for what held there.
    let after = done(&mapped(), delete(5, 6)).0;
    assert_eq!((after.meters.len(), after.markers.len()), (2, 2));
}

#[test]
fn a_repetition_is_like_the_first_time() {
    let after = done(&mapped(), repeat(2, 3, 1)).0;
    assert_eq!(lines(&after, 8), [0, 3840, 7680, 10560, 14400, 17280, 20160, 24000]);
    assert_eq!(tempos(&after), [(0, 500), (7680, 400), (10560, 500), (14400, 400), (17280, 600)]);
    assert_eq!(markers(&after), [(0, "A".into()), (7680, "B".into()), (14400, "B".into()), (20160, "C".into())]);
}

#[test]
fn a_short_bar_stays_short() {
    // The second bar has two quarters, because the third has a metre of its own.
    let mut score = text::score("C4:4 D4:2 E4:3 F4:3").unwrap();
    score.meters = Arc::new(vec![Meter::new(0, 4, 4), Meter::new(5760, 3, 4)]);
    assert_eq!(lines(&done(&score, insert(3, 1)).0, 5), [0, 3840, 5760, 9600, 12480]);
    assert_eq!(lines(&done(&score, delete(3, 3)).0, 4), [0, 3840, 5760, 8640]);
    assert_eq!(lines(&done(&score, repeat(2, 2, 1)).0, 5), [0, 3840, 5760, 7680, 10560]);
    assert_eq!(lines(&done(&score, repeat(1, 1, 1)).0, 5), [0, 3840, 7680, 9600, 12480]);
}

fn with_events(events: &[(Tick, EventKind)]) -> Score {
    let mut score = text::score("C4:4 D4:4 E4:4").unwrap();
    let events = Arc::new(events.iter().map(|(tick, kind)| Event { tick: *tick, kind: kind.clone() }).collect());
    let lane = score.tracks[0].header.lane as usize;
    score.lanes[lane] = Arc::new(Lane { events, end: 11520 });
    score
}

fn events(score: &Score) -> Vec<(Tick, EventKind)> {
    score.lanes[score.tracks[0].header.lane as usize]
        .events
        .iter()
        .map(|event| (event.tick, event.kind.clone()))
        .collect()
}

const fn control(controller: u8, value: u8) -> EventKind {
    EventKind::Control { channel: 0, controller, value }
}

fn word(code: u8, text: &str) -> EventKind {
    EventKind::Meta { code, bytes: text.into() }
}

#[test]
fn controllers_are_as_they_were_after_bars_are_taken_out() {
    let score = with_events(&[
        (0, word(3, "Piano")),
        (100, control(64, 127)),
        (3900, control(64, 0)),
        (4000, control(7, 90)),
        (5000, control(7, 80)),
        (5000, word(5, "la")),
        (7680, control(7, 100)),
        (8000, word(5, "li")),
    ]);
    let after = done(&score, delete(2, 2)).0;
    let held = [(3840, control(64, 0)), (3840, control(7, 80)), (3840, control(7, 100)), (4160, word(5, "li"))];
    assert_eq!(events(&after), [&[(0, word(3, "Piano")), (100, control(64, 127))][..], &held].concat());
    assert_eq!(after.lanes[after.tracks[0].header.lane as usize].end, 7680);
    // The name of a track is no part of its first bar.
    assert_eq!(events(&done(&score, delete(1, 1)).0)[0], (0, word(3, "Piano")));
}

#[test]
fn registered_parameters_stay_whole() {
    let range = [control(101, 0), control(100, 0), control(6, 12), control(101, 127), control(100, 127)];
    let score = with_events(&range.clone().map(|kind| (4000, kind)));
    assert_eq!(events(&done(&score, delete(2, 2)).0), range.map(|kind| (3840, kind)));
}

#[test]
fn a_repetition_begins_with_the_values_of_the_first_time() {
    let score = with_events(&[
        (0, word(3, "Piano")),
        (10, control(7, 90)),
        (3840, control(1, 5)),
        (5000, control(7, 50)),
        (5100, control(64, 127)),
        (5200, word(5, "la")),
    ]);
    let after = done(&score, repeat(2, 2, 1)).0;
    let copy = [
        (7680, control(7, 90)),
        (7680, control(64, 0)),
        (7680, control(1, 5)),
        (8840, control(7, 50)),
        (8940, control(64, 127)),
        (9040, word(5, "la")),
    ];
    assert_eq!(events(&after)[6..], copy);
}

#[test]
fn what_sets_a_piece_up_stays_at_its_beginning() {
    let score = with_events(&[(0, word(3, "Piano")), (0, control(7, 90)), (0, word(5, "la")), (10, control(7, 80))]);
    let after = done(&score, insert(1, 1)).0;
    assert_eq!(
        events(&after),
        [(0, word(3, "Piano")), (0, control(7, 90)), (3840, word(5, "la")), (3850, control(7, 80))]
    );
}
