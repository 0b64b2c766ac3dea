//! Fragments: some bars by themselves say what the whole says of them, and change only where an edit reaches.

use crate::xml::Node;
use formats::musicxml::{self, Fragment};
use notation::{Plan, REACH};
use score::{Command, Key, Meter, NoteId, Score, Track, TrackId, VelocityChange, text};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

const TRACKS: [TrackId; 2] = [TrackId(0), TrackId(1)];

/// Thirty bars of 3/4, then 4/4, for two hands; every fifth note of the left rings over the bar line.
fn piece() -> Score {
    let right: Vec<String> =
        (0..120).map(|at| format!("{}{}:1", ["C", "E", "G", "B", "D"][at * 7 % 5], 5 - at % 2)).collect();
    let left: Vec<String> = (0..60).map(|at| format!("{}3:{}", ["F", "A", "C"][at % 3], 1 + at % 3)).collect();
    let mut score = text::score(&format!("{}\n{}", right.join(" "), left.join(" "))).expect("a piece");
    score.keys = Arc::new(vec![Key { tick: 0, fifths: 1, minor: false }]);
    score.meters = Arc::new(vec![Meter::new(0, 3, 4), Meter::new(30 * 3 * 960, 4, 4)]);
    score
}

fn cut(score: &Score, bars: Range<usize>) -> Fragment {
    let tracks: Vec<TrackId> = score.tracks.iter().map(|track| track.id).collect();
    musicxml::fragment(score, &Plan::of(score), &tracks, bars).expect("bars of the piece")
}

fn measures(text: &str) -> Vec<Vec<Node>> {
    let root = Node::parse(text);
    root.all("part").map(|part| part.all("measure").cloned().collect()).collect()
}

fn ids(measure: &Node) -> Vec<String> {
    measure.all("note").filter_map(|note| note.attribute("id")).map(str::to_owned).collect()
}

#[test]
fn some_bars_have_the_signs_of_the_whole_under_the_same_ids() {
    let score = piece();
    let whole = measures(&musicxml::write(&score).text);
    for bars in [0..4, 3..9, 28..33, 12..13] {
        for (part, cut) in whole.iter().zip(measures(&cut(&score, bars.clone()).text)) {
            assert_eq!(cut.len(), bars.len());
            for (whole, cut) in part[bars.clone()].iter().zip(&cut) {
                assert_eq!(ids(whole), ids(cut), "{bars:?}");
                assert_eq!(whole.attribute("number"), cut.attribute("number"));
            }
        }
    }
}

#[test]
fn the_metre_is_printed_where_it_is_news_and_names_at_the_beginning() {
    let score = piece();
    let shown = |bars: Range<usize>| {
        let text = cut(&score, bars).text;
        let root = Node::parse(&text);
        let group = root.child("part-list").and_then(|list| list.child("part-group")).expect("two hands");
        let named = group.child("group-name").is_some_and(|name| name.text == "Acoustic Grand Piano");
        let first =
            root.child("part").and_then(|part| part.child("measure")).and_then(|first| first.child("attributes"));
        let time = first.and_then(|first| first.child("time")).expect("a metre");
        (named, time.attribute("print-object").is_none())
    };
    assert_eq!(shown(0..4), (true, true));
    assert_eq!(shown(4..8), (false, false));
    assert_eq!(shown(30..34), (false, true));
}

#[test]
fn a_piece_ends_with_its_last_bar_and_nowhere_before() {
    let score = piece();
    let last = score.written_bars();
    let ends = |bars: Range<usize>| cut(&score, bars).text.matches("light-heavy").count();
    assert_eq!((ends(last - 3..last), ends(0..4), ends(last - 4..last - 1)), (2, 0, 0));
    assert_eq!(musicxml::write(&score).text.matches("light-heavy").count(), 2);
}

#[test]
fn ties_over_the_edges_are_named() {
    let score = text::score("C4:3 D4:3 E4:2 F4:8").expect("a piece");
    let first = cut(&score, 0..1);
    assert_eq!((first.tied_before, first.tied_after), (vec![], vec!["n1".to_owned()]));
    let second = cut(&score, 1..2);
    assert_eq!(second.tied_before, ["n1-1-0"]);
    assert!(second.tied_after.is_empty());
    let long = cut(&score, 3..4);
    assert_eq!((long.tied_before, long.tied_after), (vec!["n3-3-0".to_owned()], vec![]));
}

#[test]
fn a_checksum_changes_where_an_edit_reaches_and_nowhere_else() {
    let score = piece();
    let before = cut(&score, 0..34).checksums;
    assert_eq!(cut(&score, 0..34).checksums, before, "the same bars have the same checksums");
    for bar in [2_u32, 15, 27] {
        let note = score.tracks[0].starting_in(bar * 2880, bar * 2880 + 960)[0].id;
        let change = Command::MoveNotes { ids: vec![note], ticks: 0, semitones: 2 };
        let edited = score.with(&score.edit_for(&change).expect("a note")).expect("an edit");
        assert_eq!(Plan::of(&edited), Plan::of(&score));
        let after = cut(&edited, 0..34).checksums;
        let changed: BTreeSet<usize> = (0..34).filter(|&at| before[at] != after[at]).collect();
        assert!(changed.contains(&(bar as usize)), "{bar}: {changed:?}");
        assert!(changed.iter().all(|at| at.abs_diff(bar as usize) <= REACH), "{bar}: {changed:?}");
        assert!(changed.len() <= 3, "{bar}: {changed:?}");
    }
}

#[test]
fn how_loud_a_note_is_does_not_change_what_is_engraved_and_neither_does_what_stands_beside_it() {
    let score = text::score("C4:1@80 D4:1@82 E4:1@80 F4:1@82 G4:1/3@80 A4:1/3@82 B4:1/3@80 C5:3@82").expect("a piece");
    let before = cut(&score, 0..2).checksums;
    let louder = Command::SetVelocity { ids: vec![NoteId(2)], velocity: VelocityChange::Set(81) };
    let apart = score.with(&score.edit_for(&louder).expect("a note")).expect("an edit");
    assert_eq!(cut(&apart, 0..2).checksums, before);
    // Triplets in the second bar leave the first as it is, although they need other divisions.
    assert_eq!(cut(&score, 0..1).checksums, before[..1]);
}

#[test]
fn two_hands_are_braced_and_bear_one_name() {
    let mut score = piece();
    for (track, name) in score.tracks.iter_mut().zip(["Piano · right", "Piano · left"]) {
        Arc::make_mut(track).header.name = name.into();
    }
    let text = cut(&score, 0..2).text;
    assert!(text.contains("<group-name>Piano</group-name><group-symbol>brace</group-symbol>"), "{text}");
    assert!(text.contains("<part-name print-object=\"no\">Piano · right</part-name>"));
    // A third staff of the same instrument is another player's.
    let mut three = score.clone();
    let mut third = Track::clone(&three.tracks[1]);
    third.id = TrackId(7);
    three.tracks.push(Arc::new(third));
    let text = cut(&three, 0..2).text;
    assert_eq!((text.matches("<part-group").count(), text.matches("<score-part ").count()), (2, 3), "{text}");
    let two = musicxml::fragment(&three, &Plan::of(&three), &[TrackId(0), TrackId(7)], 0..2).expect("bars");
    assert!(!two.text.contains("part-group"), "these are no pair");
    Arc::make_mut(&mut score.tracks[1]).header.program = 42;
    assert!(!cut(&score, 0..2).text.contains("part-group"));
}

#[test]
fn there_is_no_fragment_without_bars_or_of_a_track_that_is_not_there() {
    let score = piece();
    let plan = Plan::of(&score);
    assert!(musicxml::fragment(&score, &plan, &TRACKS, 3..3).is_err());
    assert!(musicxml::fragment(&score, &plan, &TRACKS, 0..0).is_err());
    assert!(musicxml::fragment(&score, &plan, &[TrackId(9)], 0..2).is_err());
}
