//! Prints what is opened of files of notation.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]
fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let ending = std::path::Path::new(&path).extension().unwrap_or_default().to_string_lossy().into_owned();
        let name = path.rsplit('/').next().unwrap().to_owned();
        match formats::open(&bytes, &ending) {
            Ok(piece) => {
                let score = piece.score;
                println!("== {name}: {:?} {} notes {} quarters tpq {}", score.title, score.note_count(), score.end() / u32::from(score.tpq), score.tpq);
                if std::env::var_os("NOTES").is_some() {
                    println!("{}", score::text::print(&score));
                    println!("{:?}\n{:?}\n{:?}\n{:?}", score.meters.iter().map(|m| (m.tick, m.numerator, m.denominator)).collect::<Vec<_>>(), score.keys, score.tempos, score.markers);
                    for t in &score.tracks { println!("{:?}", t.header); }
                    for l in &score.lanes { println!("{:?}", l.events.iter().map(|e| match &e.kind { score::EventKind::Meta{code, bytes} => format!("{} {} {}", e.tick, code, String::from_utf8_lossy(bytes)), other => format!("{} {:?}", e.tick, other)}).collect::<Vec<_>>()); }
                }
                for remark in piece.remarks { println!("     {remark}"); }
            }
            Err(error) => println!("== {name}: ERROR {error}"),
        }
    }
}
