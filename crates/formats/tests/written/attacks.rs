//! Files that mean harm are refused fast and with a reason, and files that are only odd open (P6, P7).

use formats::{Error, Kind, musicxml};
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// How long a refusal may take.
const FAST: Duration = Duration::from_millis(200);

fn refusal(name: &str, file: &[u8]) -> Error {
    let begun = Instant::now();
    let read = musicxml::read(file);
    let took = begun.elapsed();
    assert!(took < FAST, "{name} took {took:?}");
    match read {
        Err(error @ Error::Broken(_)) => panic!("{name}: {error}"),
        Err(error) => error,
        Ok(opened) => panic!("{name} was opened with {} notes", opened.score.note_count()),
    }
}

/// A score with these parts of measures.
fn score(parts: &[&str]) -> String {
    let ids = || 1..=parts.len();
    let list: String =
        ids().map(|id| format!("<score-part id=\"P{id}\"><part-name>{id}</part-name></score-part>")).collect();
    let music: String = ids().zip(parts).map(|(id, part)| format!("<part id=\"P{id}\">{part}</part>")).collect();
    format!(
        "<?xml version=\"1.0\"?><score-partwise version=\"4.0\"><part-list>{list}</part-list>{music}</score-partwise>"
    )
}

const NOTE: &str = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>";

fn measure(inside: &str) -> String {
    format!("<measure number=\"1\">{inside}</measure>")
}

#[test]
fn xml_that_means_harm_is_refused() {
    let entities = [
        ("laughs", "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>"),
        ("another file", "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"),
        ("another host", "<!DOCTYPE a [<!ENTITY a PUBLIC \"x\" \"http://localhost/\">]>"),
        ("parameters", "<!DOCTYPE a [<!ENTITY % a \"<!ENTITY b 'x'>\"> %a;]>"),
        ("a long one", &format!("<!DOCTYPE a [<!ENTITY a \"{}\">]>", "x".repeat(1_000_000))),
        ("many", &format!("<!DOCTYPE a [{}]>", "<!ENTITY a \"\">".repeat(50_000))),
    ];
    for (name, kind) in entities {
        let text = score(&[&measure(NOTE)]).replacen("?>", &format!("?>{kind}"), 1);
        assert!(matches!(refusal(name, text.as_bytes()), Error::Entities { line: 1 }), "{name}");
    }
    let deep = "<a>".repeat(100_000);
    assert!(matches!(refusal("nesting", deep.as_bytes()), Error::Limit { limit: 64, .. }));
    let nested = score(&[&measure(&"<note>".repeat(100))]);
    assert!(matches!(refusal("nested notes", nested.as_bytes()), Error::Limit { .. }));
    let attribute = score(&[&measure(NOTE)]).replace("4.0", &"4".repeat(5_000_000));
    assert!(matches!(refusal("attribute", attribute.as_bytes()), Error::Limit { .. }));
    let attributes = (0..200_000).map(|number| format!(" a{number}=\"\"")).collect::<String>();
    assert!(matches!(refusal("attributes", format!("<score-partwise{attributes}/>").as_bytes()), Error::Limit { .. }));
    let name = format!("<{}/>", "a".repeat(1_000_000));
    assert!(matches!(refusal("name", name.as_bytes()), Error::Limit { .. }));
    let text = score(&[&measure(&NOTE.replace(">C<", &format!(">{}<", "C".repeat(1_000_000))))]);
    assert!(matches!(refusal("text", text.as_bytes()), Error::Limit { .. }));
    let data = score(&[&measure(&NOTE.replace(">C<", &format!("><![CDATA[{}]]><", "C".repeat(1_000_000))))]);
    assert!(matches!(refusal("character data", data.as_bytes()), Error::Limit { .. }));
}

#[test]
fn xml_that_is_broken_or_another_is_refused() {
    let whole = score(&[&measure(NOTE)]);
    for end in (0..whole.len()).step_by(7) {
        let error = refusal("a truncated score", &whole.as_bytes()[..end]);
        assert!(matches!(error, Error::Xml { .. }), "{end}: {error}");
    }
    for (name, text) in [
        ("another end", whole.replace("</note>", "</nota>")),
        ("an attribute without end", whole.replace("\"4.0\"", "\"4.0")),
        ("two documents", format!("{whole}{whole}")),
        ("text only", "Dear Ludwig".to_owned()),
        ("nothing", String::new()),
        ("zeros", "\0".repeat(1000)),
        ("a comment without end", format!("<!--{whole}")),
        ("an instruction without end", format!("<?{}", whole.replace("?>", ""))),
        ("character data without end", whole.replace("<note>", "<![CDATA[")),
        ("a type without end", format!("<!DOCTYPE {}", whole.replace('>', ""))),
    ] {
        assert!(matches!(refusal(name, text.as_bytes()), Error::Xml { .. }), "{name}");
    }
    for (name, root) in [("a page", "html"), ("a collection", "opus"), ("an image", "svg")] {
        let error = refusal(name, format!("<{root}/>").as_bytes());
        assert!(matches!(&error, Error::NotMusicXml { found, .. } if found == root), "{error}");
    }
    let long = score(&[&measure(&NOTE.replace("<duration>1<", "<duration>1e300<"))]);
    assert!(matches!(refusal("a note for ever", long.as_bytes()), Error::LongMusic { measure: 1, .. }));
    let rests = measure("<note><rest/><duration>1000</duration></note>").repeat(200);
    assert!(matches!(refusal("a rest for ever", score(&[&rests]).as_bytes()), Error::LongMusic { .. }));
    let parts = vec![""; 1001];
    assert!(matches!(refusal("parts", score(&parts).as_bytes()), Error::Limit { value: 1001, limit: 1000, .. }));
}

#[test]
fn odd_scores_open_with_their_remarks() {
    let open = |text: &str| musicxml::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let kinds = |text: &str| open(text).remarks.iter().map(|remark| remark.kind).collect::<Vec<_>>();
    let of = |inside: &str| score(&[&measure(inside)]);
    // A document type alone is skipped, and nothing is fetched.
    let typed = of(NOTE).replacen("?>", "?><!DOCTYPE score-partwise PUBLIC \"x\" \"http://localhost/none.dtd\">", 1);
    assert_eq!(open(&typed).score.note_count(), 1);
    // Repeats that would never end are left as they are.
    let forever = "<barline><repeat direction=\"backward\" times=\"1000\"/></barline>";
    assert_eq!(kinds(&score(&[&measure(&format!("{NOTE}{forever}")).repeat(200)])), [Kind::Repeats]);
    // Divisions, tempi, keys and metres that cannot be.
    let attributes = "<attributes><divisions>-1</divisions><key><fifths>99</fifths></key><time><beats>0</beats><beat-type>3</beat-type></time></attributes>";
    assert_eq!(kinds(&of(&format!("{attributes}{NOTE}<sound tempo=\"-5\"/>"))), [Kind::Meter, Kind::Key, Kind::Tempo]);
    assert_eq!(kinds(&of(&format!("<backup><duration>9</duration></backup>{NOTE}"))), [Kind::Backup]);
    assert_eq!(kinds(&of(&NOTE.replace(">4<", ">99<"))), [Kind::Note]);
    assert_eq!(kinds(&of(&NOTE.replace("<duration>1</duration>", "<type>half</type>"))), [Kind::Duration]);
    assert_eq!(kinds(&of(&NOTE.replace("</note>", "<tie type=\"stop\"/></note>"))), [Kind::Tie]);
    assert_eq!(kinds(&of(&NOTE.replace(">C<", ">C&nbsp;<"))), [Kind::UnknownEntity, Kind::Note]);
    // Many ties and grace notes at one place.
    let ties =
        NOTE.replace("</note>", "<tie type=\"start\"/></note>").replace("<note>", "<note><chord/>").repeat(20_000);
    assert_eq!(open(&of(&ties)).score.note_count(), 1);
    let graces = NOTE.replace("<duration>1</duration>", "").replace("<note>", "<note><grace/>").repeat(500);
    assert_eq!(open(&of(&format!("{NOTE}{graces}{NOTE}"))).score.note_count(), 502);
}

#[test]
fn timewise_and_other_encodings_are_the_same() {
    let partwise = score(&[&(measure(NOTE) + &measure(&NOTE.repeat(3))), &(measure(&NOTE.repeat(2)) + &measure(NOTE))]);
    let expected = musicxml::read(partwise.as_bytes()).unwrap().score;
    assert_eq!(expected.note_count(), 7);
    let (head, _) = partwise.split_once("<part id").unwrap();
    let bars = [[NOTE.to_owned(), NOTE.repeat(2)], [NOTE.repeat(3), NOTE.to_owned()]];
    let bars: String = bars
        .iter()
        .map(|[first, second]| measure(&format!("<part id=\"P1\">{first}</part><part id=\"P2\">{second}</part>")))
        .collect();
    let timewise = format!("{head}{bars}</score-partwise>").replace("score-partwise", "score-timewise");
    assert_eq!(musicxml::read(timewise.as_bytes()).unwrap().score, expected);
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(partwise.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(musicxml::read(&wide).unwrap().score, expected);
    assert_eq!(formats::open(&wide, "").unwrap().score, expected);
    assert_eq!(
        musicxml::read(&archive(&[("META-INF/container.xml", CONTAINER), ("score.xml", &partwise)])).unwrap().score,
        expected
    );
    // An archive without a container, as some programs write it.
    assert_eq!(musicxml::read(&archive(&[("score.musicxml", &partwise)])).unwrap().score, expected);
}

const CONTAINER: &str = "<container><rootfiles><rootfile full-path=\"score.xml\"/></rootfiles></container>";

/// A sound archive.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    packed(entries, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
}

fn packed(entries: &[(&str, &str)], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Where the headers of a kind begin: `1, 2` in the directory, `3, 4` before the data, `5, 6` at the end.
fn headers(archive: &[u8], kind: [u8; 2]) -> Vec<usize> {
    let name = [b'P', b'K', kind[0], kind[1]];
    (0..archive.len() - 3).filter(|&at| archive[at..at + 4] == name).collect()
}

/// Writes over what stands so far behind the headers of a kind.
fn patch(mut archive: Vec<u8>, kind: [u8; 2], which: usize, offset: usize, bytes: &[u8]) -> Vec<u8> {
    let at = headers(&archive, kind)[which] + offset;
    archive[at..at + bytes.len()].copy_from_slice(bytes);
    archive
}

#[test]
fn archives_that_mean_harm_are_refused() {
    let text = score(&[&measure(NOTE)]);
    let sound = archive(&[("META-INF/container.xml", CONTAINER), ("score.xml", &text)]);
    assert_eq!(musicxml::read(&sound).unwrap().score.note_count(), 1);
    let refused = |name: &str, file: &[u8], why: &str| {
        let error = refusal(name, file);
        assert!(matches!(error, Error::Archive { .. }) && error.to_string().contains(why), "{name}: {error}");
    };
    for path in ["../score.xml", "/score.xml", "a/../../score.xml", "C:\\score.xml", "..\\score.xml"] {
        let container = CONTAINER.replace("score.xml", &path.replace('\\', "/"));
        refused(path, &archive(&[("META-INF/container.xml", &container), (path, &text)]), "outside");
    }
    let zeros = " ".repeat(30_000_000);
    refused("a bomb", &archive(&[("META-INF/container.xml", CONTAINER), ("score.xml", &zeros)]), "packed");
    let many: Vec<String> = (0..1001).map(|number| format!("{number}.txt")).collect();
    refused("many entries", &archive(&many.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>()), "1001 entries");
    // Entries claimed: 65,535, where the end of the directory counts them.
    refused("entries claimed", &patch(sound.clone(), [5, 6], 0, 8, &[0xff, 0xff, 0xff, 0xff]), "65535 entries");
    // The flag of encryption, in the directory and before the data.
    let flagged = patch(patch(sound.clone(), [1, 2], 1, 8, &[1, 0]), [3, 4], 1, 6, &[1, 0]);
    refused("encrypted", &flagged, "encrypted");
    // The second entry lies where the first one does.
    refused("overlapping", &patch(sound.clone(), [1, 2], 1, 42, &[0, 0, 0, 0]), "");
    // Sizes that lie: too small, too large, far too large.
    for (name, size) in [("small", 10_u32), ("large", 1000), ("huge", 60_000_000), ("enormous", 4_000_000_000)] {
        let lying = patch(patch(sound.clone(), [1, 2], 1, 24, &size.to_le_bytes()), [3, 4], 1, 22, &size.to_le_bytes());
        refused(name, &lying, "");
    }
    refused("another sum", &patch(sound.clone(), [1, 2], 1, 16, &[1, 2, 3, 4]), "");
    refused("an unknown packing", &patch(patch(sound.clone(), [1, 2], 1, 10, &[99, 0]), [3, 4], 1, 8, &[99, 0]), "");
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("score.xml", "/etc/passwd", options).unwrap();
    refused("a link", &writer.finish().unwrap().into_inner(), "link");
    let inner = String::from_utf8_lossy(&archive(&[("score.xml", "<a/>")])).into_owned();
    refused("an archive within", &packed(&[("inner.zip", &inner)], options), "no score");
    refused("nothing", &archive(&[]), "no score");
    refused("a score that is not there", &archive(&[("META-INF/container.xml", CONTAINER)]), "not in it");
    let outside = CONTAINER.replace("score.xml", "../../etc/passwd");
    refused("a score elsewhere", &archive(&[("META-INF/container.xml", &outside), ("score.xml", &text)]), "not in it");
    for end in (4..sound.len()).step_by(11) {
        refused("a truncated archive", &sound[..end], "");
    }
    let bomb = "<!DOCTYPE a [<!ENTITY a \"ha\">]><container/>";
    let error =
        refusal("a container with entities", &archive(&[("META-INF/container.xml", bomb), ("score.xml", &text)]));
    assert!(matches!(error, Error::Entities { .. }), "{error}");
}
