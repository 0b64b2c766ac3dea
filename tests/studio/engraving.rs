//! The score view's side of the engine: fragments of the open piece, of a candidate, and pages on disk.

use engine::wire::{FragmentRequest, Selection, VaryRequest};
use engine::{Error, Settings, Studio};
use score::{Command, NoteId, TrackId};

fn asked(tracks: &[TrackId], from_bar: u32, to_bar: u32) -> FragmentRequest {
    FragmentRequest { from_bar, to_bar, tracks: tracks.to_vec(), candidate: None, tried: false, known: Vec::new() }
}

async fn demo() -> (Studio, Vec<TrackId>) {
    let studio = Studio::headless();
    studio.open_demo().await.unwrap();
    let tracks = studio.score().await.unwrap().tracks.iter().map(|track| track.id).take(2).collect();
    (studio, tracks)
}

#[tokio::test]
async fn what_is_known_is_not_sent_again_until_an_edit_reaches_it() {
    let (studio, tracks) = demo().await;
    let (near, far) = (asked(&tracks, 1, 5), asked(&tracks, 20, 24));
    let (first, other) = (studio.fragment(near.clone()).await.unwrap(), studio.fragment(far.clone()).await.unwrap());
    assert_eq!(first.checksums.len(), 5);
    assert!(first.text.is_some_and(|text| text.contains("<score-partwise")));
    let known = FragmentRequest { known: first.checksums.clone(), ..near };
    let far = FragmentRequest { known: other.checksums, ..far };
    assert_eq!(studio.fragment(known.clone()).await.unwrap().text, None);

    let note = studio.note_at(tracks[0], 2, 1).await.unwrap();
    let up = Command::MoveNotes { ids: vec![note], ticks: 0, semitones: 2 };
    let revision = studio.apply(&up, 0).await.unwrap();
    let after = studio.fragment(known.clone()).await.unwrap();
    assert_eq!(after.revision, revision);
    assert_ne!(after.checksums[1], first.checksums[1]);
    assert!(after.text.is_some_and(|text| text.contains(&format!("<note id=\"n{}\"", note.0))));
    assert_eq!(studio.fragment(far).await.unwrap().text, None, "bar 20 is as it was");
    studio.undo().await.unwrap();
    assert_eq!(studio.fragment(known).await.unwrap().text, None, "undo brings the old ink back");
}

#[tokio::test]
async fn a_candidate_is_engraved_in_its_place_and_the_document_stays() {
    let (studio, tracks) = demo().await;
    let before = studio.fragment(asked(&tracks, 1, 8)).await.unwrap();
    let selection = Selection { tracks: vec![tracks[0]], from_bar: 5, to_bar: 6, cells: Vec::new() };
    let settings = Settings { count: 1, strength: 0.7, ..Settings::default() };
    let run = studio.vary(VaryRequest::new(selection, settings), |_| true).await.unwrap();
    let candidate = &run.candidates[0];
    let shown = FragmentRequest { candidate: Some(candidate.id), ..asked(&tracks, 1, 8) };
    let with = studio.fragment(shown.clone()).await.unwrap();
    let text = with.text.unwrap();
    let written = candidate.notes.iter().flat_map(|track| &track.notes);
    for note in written {
        assert!(text.contains(&format!("id=\"n{}\"", note.id.0)), "note {} is engraved", note.id.0);
    }
    for NoteId(id) in &candidate.removed {
        assert!(!text.contains(&format!("id=\"n{id}\"")), "note {id} is replaced");
    }
    assert_eq!(with.checksums[..3], before.checksums[..3], "what lies far before it looks as it did");
    assert_eq!(studio.fragment(asked(&tracks, 1, 8)).await.unwrap().checksums, before.checksums);
    studio.reject().await.unwrap();
    assert!(matches!(studio.fragment(shown).await, Err(Error::NoCandidate { .. })));
}

#[tokio::test]
async fn what_is_tried_is_engraved_until_it_is_given_up_or_the_piece_changes() {
    let (studio, tracks) = demo().await;
    let written = studio.fragment(asked(&tracks, 1, 8)).await.unwrap();
    let tried = FragmentRequest { tried: true, ..asked(&tracks, 1, 8) };
    assert_eq!(studio.fragment(tried.clone()).await.unwrap().checksums, written.checksums, "nothing is tried yet");
    let known = FragmentRequest { known: written.checksums.clone(), ..tried.clone() };

    let note = studio.note_at(tracks[0], 4, 1).await.unwrap();
    let up = |semitones| Command::MoveNotes { ids: vec![note], ticks: 0, semitones };
    studio.preview(Some(&up(2)), 0).await.unwrap();
    let with = studio.fragment(known.clone()).await.unwrap();
    assert!(with.text.is_some_and(|text| text.contains(&format!("id=\"n{}\"", note.0))));
    assert_ne!(with.checksums[3], written.checksums[3]);
    assert_eq!(with.checksums[..2], written.checksums[..2], "what it does not reach looks as it did");
    assert_eq!(studio.fragment(asked(&tracks, 1, 8)).await.unwrap().checksums, written.checksums, "the document stays");
    studio.preview(Some(&up(4)), 0).await.unwrap();
    assert_ne!(studio.fragment(tried.clone()).await.unwrap().checksums[3], with.checksums[3], "tried otherwise");
    studio.preview(None, 0).await.unwrap();
    assert_eq!(studio.fragment(known).await.unwrap().text, None, "given up, the old ink is back");

    // It goes before a candidate, as in what is heard.
    let selection = Selection { tracks: vec![tracks[0]], from_bar: 5, to_bar: 6, cells: Vec::new() };
    let settings = Settings { count: 1, ..Settings::default() };
    let run = studio.vary(VaryRequest::new(selection, settings), |_| true).await.unwrap();
    let both = FragmentRequest { candidate: Some(run.candidates[0].id), ..tried.clone() };
    let candidate = studio.fragment(both.clone()).await.unwrap().checksums;
    assert_ne!(candidate, written.checksums);
    studio.preview(Some(&up(2)), 0).await.unwrap();
    assert_eq!(studio.fragment(both).await.unwrap().checksums, with.checksums);

    studio.apply(&up(2), 0).await.unwrap();
    let after = studio.fragment(asked(&tracks, 1, 8)).await.unwrap();
    assert_eq!(after.checksums, with.checksums, "what was tried is what is written");
    assert_eq!(studio.fragment(tried).await.unwrap().checksums, after.checksums);
}

#[tokio::test]
async fn bars_and_tracks_that_are_not_there_are_refused() {
    let (studio, tracks) = demo().await;
    let bars = studio.score().await.unwrap().bar_count() as u32;
    for (from, to) in [(0, 2), (3, 2), (1, bars + 1), (1, u32::MAX), (u32::MAX, u32::MAX)] {
        let error = studio.fragment(asked(&tracks, from, to)).await.unwrap_err();
        assert!(error.to_string().contains(&format!("1..{bars}")), "{error}");
    }
    assert!(matches!(studio.fragment(asked(&[TrackId(99)], 1, 2)).await, Err(Error::Score(_))));
    assert!(matches!(Studio::headless().fragment(asked(&tracks, 1, 2)).await, Err(Error::NoPiece)));
}

#[tokio::test]
async fn pages_are_written_whole_or_not_at_all() {
    let (studio, _) = demo().await;
    let folder = tempfile::tempdir().unwrap();
    let page = |width: u32| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"297mm\"><path d=\"M0 0h9v9z\"/></svg>"
        )
    };
    let pages = vec![page(210), page(210)];
    let pdf = folder.path().join("waltz.pdf");
    assert_eq!(studio.export_pages(&pdf, pages.clone(), None).await.unwrap(), std::slice::from_ref(&pdf));
    let written = std::fs::read(&pdf).unwrap();
    assert!(written.starts_with(b"%PDF-"));
    let title = written.windows(10).any(|bytes| bytes == b"Waltz in C");
    assert!(title, "it bears the title");
    assert!(studio.export_pages(&pdf, vec![page(210), "no page".into()], None).await.is_err());
    assert_eq!(std::fs::read(&pdf).unwrap(), written, "what stood there stands there still");

    let svg = studio.export_pages(&folder.path().join("waltz.svg"), pages, None).await.unwrap();
    assert_eq!(svg, [folder.path().join("waltz-1.svg"), folder.path().join("waltz-2.svg")]);
    assert_eq!(std::fs::read_to_string(&svg[1]).unwrap(), page(210));
    let one = studio.export_pages(&folder.path().join("one.svg"), vec![page(100)], None).await.unwrap();
    assert_eq!(one, [folder.path().join("one.svg")]);
    assert!(studio.export_pages(&folder.path().join("none.svg"), Vec::new(), None).await.is_err());

    let png = studio.export_pages(&folder.path().join("waltz.PNG"), vec![page(210), page(100)], Some("Flute")).await;
    let png = png.unwrap();
    assert_eq!(png, [folder.path().join("waltz - Flute-1.PNG"), folder.path().join("waltz - Flute-2.PNG")]);
    // The size stands in the header: A4 with 300 dots an inch.
    let header = std::fs::read(&png[0]).unwrap();
    let side = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
    assert_eq!((&header[1..4], side(16), side(20)), (&b"PNG"[..], 2480, 3508));
}

#[test]
fn drums_have_places_the_usual_one_first() {
    let places = Studio::headless().drum_places();
    // C5 is the snare before the side stick; a cross on G5 is the closed hi-hat.
    let at = |degree| places.iter().find(|place| place.degree == degree).map(|place| place.key);
    assert_eq!((at(42), at(46), at(38), at(20)), (Some(38), Some(42), Some(35), None));
}

#[tokio::test]
async fn parts_are_what_players_read_both_hands_together() {
    let (studio, tracks) = demo().await;
    let parts = studio.parts().await.unwrap();
    assert_eq!(parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["Piano", "Violin", "Cello"]);
    assert_eq!(parts[0].tracks, tracks);
    let shown = studio.fragment(asked(&tracks, 1, 4)).await.unwrap();
    assert_eq!((shown.staves, shown.fifths), (tracks.clone(), vec![0; 4]));
    let key = Command::SetKey { tick: 0, fifths: -3, minor: false };
    let revision = studio.apply(&key, 0).await.unwrap();
    assert_eq!(studio.fragment(asked(&tracks, 3, 4)).await.unwrap().fifths, [-3, -3]);
    // A part that has lost its notes rests.
    let ids = studio.score().await.unwrap().tracks[3].notes.iter().map(|note| note.id).collect();
    studio.apply(&Command::DeleteNotes { ids }, revision).await.unwrap();
    assert_eq!(studio.parts().await.unwrap(), parts);
    assert_eq!(studio.fragment(asked(&parts[2].tracks, 1, 4)).await.unwrap().staves, parts[2].tracks);

    let folder = tempfile::tempdir().unwrap();
    let page =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\"><path d=\"M0 0h9v9z\"/></svg>";
    let files = studio.export_pages(&folder.path().join("waltz.pdf"), vec![page.into()], Some("Violin")).await.unwrap();
    assert_eq!(files, [folder.path().join("waltz - Violin.pdf")]);
}
