use super::*;
use score::{EventKind, text};

fn opened(tune: &str) -> Opened {
    read(tune.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

/// The notes of a tune with these fields beside its number, one track a line.
fn notes(tune: &str) -> String {
    text::print(&opened(&format!("X:1\n{tune}")).score)
}

fn kinds(tune: &str) -> Vec<Kind> {
    opened(&format!("X:1\n{tune}")).remarks.iter().map(|remark| remark.kind).collect()
}

#[test]
fn lengths_octaves_and_accidentals() {
    assert_eq!(notes("L:1/4\nK:C\nC D2 E/ F// G3/2 c c' C,"), "C4:1 D4:2 E4:1/2 F4:1/4 G4:3/2 C5:1 C6:1 C3:1");
    assert_eq!(notes("M:2/4\nK:C\nCD"), "C4:1/4 D4:1/4");
    assert_eq!(notes("M:3/4\nK:C\nCD"), "C4:1/2 D4:1/2");
    // A sharp holds for every octave to the bar line, a natural undoes the key's.
    assert_eq!(notes("L:1/4\nK:D\n^g G g =f f|g f"), "G#5:1 G#4:1 G#5:1 F5:1 F5:1 G5:1 F#5:1");
    assert_eq!(notes("L:1/4\nI:propagate-accidentals octave\nK:C\n^g G g"), "G#5:1 G4:1 G#5:1");
    assert_eq!(notes("L:1/4\nK:C\n^^c __e ^/d"), "D5:1 D5:1 D#5:1");
}

#[test]
fn rhythms() {
    assert_eq!(notes("L:1/4\nK:C\nC>D E<F G>>A"), "C4:3/2 D4:1/2 E4:1/2 F4:3/2 G4:7/4 A4:1/4");
    assert_eq!(notes("L:1/8\nK:C\n(3CDE (3:2:2C2D F"), "C4:1/3 D4:1/3 E4:1/3 C4:2/3 D4:1/3 F4:1/2");
    assert_eq!(notes("M:6/8\nL:1/8\nK:C\n(5CDEFG (2CD"), "C4:3/10 D4:3/10 E4:3/10 F4:3/10 G4:3/10 C4:3/4 D4:3/4");
    assert_eq!(notes("L:1/4\nK:C\nC z2 D x E | Z2 | F"), "C4:1 R:2 D4:1 R:1 E4:1 R:8 F4:1");
}

#[test]
fn chords_ties_and_graces() {
    assert_eq!(notes("L:1/4\nK:C\n[CEG]2 [C2E]"), "[C4 E4 G4]:2 C4:2 / R:2 E4:1");
    assert_eq!(notes("L:1/4\nK:C\n^c2-|c d-d [C-E] [CE]"), "C#5:3 D5:2 C4:2 / R:5 E4:1 E4:1");
    assert_eq!(notes("L:1/4\nM:4/4\nK:C\nC2{de}F2"), "C4:7/4 D5:1/8 E5:1/8 F4:2");
    assert_eq!(notes("L:1/4\nM:4/4\nK:C\n{d}F2"), "D5:1/8 F4:15/8");
}

#[test]
fn repeats_and_endings_are_played() {
    assert_eq!(notes("L:1/1\nK:C\nC|:D|1E:|2F|]G"), "C4:4 D4:4 E4:4 D4:4 F4:4 G4:4");
    assert_eq!(notes("L:1/1\nK:C\nC:|:D:|"), "C4:4 C4:4 D4:4 D4:4");
    assert_eq!(notes("L:1/1\nK:C\n|:C::D:|"), "C4:4 C4:4 D4:4 D4:4");
    assert_eq!(notes("L:1/1\nK:C\n|:C|[1,2 D:|[3 E|]"), "C4:4 D4:4 C4:4 D4:4 C4:4 E4:4");
    assert_eq!(notes("L:1/1\nK:C\n|::C::|D"), "C4:4 C4:4 C4:4 D4:4");
    assert_eq!(notes("L:1/1\nK:C\nC!fine!|D!D.C.!|"), "C4:4 D4:4 C4:4");
}

#[test]
fn voices_fields_and_words() {
    let tune = "T:Round\nC:Anon\nM:3/4\nL:1/4\nQ:1/4=90\nV:1 name=\"High part\"\nV:2 clef=bass octave=-1\nK:G\n[V:1] GA\"Am\"B|[K:F][M:2/4]BA|\nw: one two- three four\nw: eins *\n[V:2] c3|c2|\nX:2\nK:C\nC";
    let opened = opened(&format!("X:1\n{tune}"));
    let score = opened.score;
    assert_eq!(text::print(&score), "G4:1 A4:1 B4:1 A#4:1 A4:1\nC4:3 C4:2");
    assert_eq!((score.title.as_str(), score.tracks[0].header.name.as_str()), ("Round", "High part"));
    assert_eq!(score.tempos[0].micros, 666_667);
    assert_eq!(
        score.meters.iter().map(|meter| (meter.tick / 960, meter.numerator)).collect::<Vec<_>>(),
        [(0, 3), (3, 2)]
    );
    assert_eq!(score.keys.iter().map(|key| (key.tick / 960, key.fifths)).collect::<Vec<_>>(), [(0, 1), (3, -1)]);
    let texts = |code| {
        let events = score.lanes.iter().flat_map(|lane| lane.events.iter());
        let found = events.filter_map(|event| match &event.kind {
            EventKind::Meta { code: own, bytes } if *own == code => {
                Some((event.tick / 960, String::from_utf8_lossy(bytes).into_owned()))
            }
            _ => None,
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        texts(EventKind::LYRIC),
        [(0, "one".into()), (1, "two-".into()), (2, "three".into()), (3, "four".into())]
    );
    assert_eq!(texts(EventKind::TEXT), [(0, "composer: Anon".into())]);
    assert_eq!(
        score.chords.iter().map(|chord| (chord.tick / 960, chord.text())).collect::<Vec<_>>(),
        [(2, "Am".into())]
    );
    let kinds: Vec<Kind> = opened.remarks.iter().map(|remark| remark.kind).collect();
    assert_eq!(kinds, [Kind::Verse, Kind::Tunes]);
}

#[test]
fn chord_symbols_are_chords_and_what_is_none_is_text() {
    let opened = opened("X:1\nM:4/4\nL:1/4\nK:C\n|:\"C\"CD\"G7/B\"EF|1\"Am\"C4:|2\"^slow\"\"N.C.\"D4|\"Tacet\"E4|");
    let chords: Vec<_> = opened.score.chords.iter().map(|chord| (chord.tick / 960, chord.text())).collect();
    let expected = [(0, "C"), (2, "G7/B"), (4, "Am"), (8, "C"), (10, "G7/B"), (12, "N.C.")];
    assert_eq!(chords, expected.map(|(at, name)| (at, name.to_owned())));
    assert!(opened.score.chords.iter().all(|chord| !chord.detected));
    let texts: Vec<_> = opened.score.lanes[1].events.iter().map(|event| &event.kind).collect();
    let text = |words: &str| EventKind::Meta { code: EventKind::TEXT, bytes: words.into() };
    assert_eq!(texts, [&text("slow"), &text("Tacet")]);
    let remarks: Vec<String> = opened.remarks.iter().map(ToString::to_string).collect();
    assert!(
        remarks.iter().any(|remark| remark.starts_with("1 chord symbol: not understood, kept as text")),
        "{remarks:?}"
    );
}

#[test]
fn a_chord_comes_back_where_a_repeat_goes_back_into_it() {
    let chords = |tune: &str| {
        let score = opened(tune).score;
        score.chords.iter().map(|chord| format!("{}:{}", chord.tick / 3840, chord.text())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(chords("X:1\nM:4/4\nL:1/1\nK:C\n\"C\"C|:D|\"F\"E:|G|"), "0:C 2:F 3:C 4:F");
    assert_eq!(chords("X:1\nM:4/4\nL:1/1\nK:C\n|:C|\"F\"E:|G|"), "1:F 2:N.C. 3:F");
    assert_eq!(chords("X:1\nM:4/4\nL:1/1\nK:C\n\"C\"C|\"C\"D|"), "0:C 1:C", "what is written again is kept");
}

#[test]
fn dynamics_are_velocities() {
    let score = opened("X:1\nL:1/4\nK:C\nC !p!D !f!E LF").score;
    assert_eq!(score.tracks[0].notes.iter().map(|note| note.velocity).collect::<Vec<_>>(), [80, 49, 96, 115]);
}

#[test]
fn what_is_not_understood_is_reported() {
    assert_eq!(kinds("K:C\nC ? D"), [Kind::Sign]);
    assert_eq!(kinds("K:D dorian\nTC HD"), [Kind::Mode, Kind::Ornament, Kind::Fermata]);
    let remark = opened("X:1\nK:C\nCD\nCD ? D").remarks.remove(0);
    assert_eq!(remark.to_string(), "1 sign: not understood, left out (line 4, column 5)");
}

#[test]
fn errors_say_line_and_column() {
    let place = |tune: &str| match read(tune.as_bytes()) {
        Err(Error::Abc { line, column, .. }) => (line, column),
        other => panic!("{other:?}"),
    };
    assert_eq!(place("X:1\nK:C\nCD [CE"), (3, 5));
    assert_eq!(place("X:1\nK:C\nCD {ga"), (3, 5));
    assert_eq!(place("X:1\nK:C\nC \"Am"), (3, 4));
    assert_eq!(place("X:1\nM:3/5\nK:C\nC"), (2, 3));
    assert_eq!(place("X:1\nK:C\nCC0"), (3, 3));
    assert_eq!(place("X:1\nK:C\nC99999999"), (3, 2));
    assert_eq!(place("X:1\nK:H\nC"), (2, 3));
    assert_eq!(place("no tune"), (1, 1));
}

#[test]
fn abc_is_known_by_its_fields() {
    assert!(is_abc(b"%abc-2.1\n") && is_abc(b"free text\n\nX:1\nT:x\nK:C\n"));
    assert!(!is_abc(b"X:1") && !is_abc(b"MThd") && !is_abc(b""));
}
