//! Any file of music, told by its content.

use crate::{Error, abc, midi, musicxml};
use score::Score;

/// How the names of files end that can be opened.
pub const ENDINGS: [&str; 9] = ["mid", "midi", "kar", "rmi", "smf", "musicxml", "xml", "mxl", "abc"];

/// A file as a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The piece.
    pub score: Score,
    /// What had to be put right, and what the document does not hold, in words.
    pub remarks: Vec<String>,
}

/// Reads a file: MIDI, MusicXML, compressed MusicXML or ABC. What it is says its content, whatever its name is; only
/// text without any mark of its own is taken for what its name's `ending` (without the dot) says.
///
/// # Errors
/// Those of [`midi::read`], [`musicxml::read`] and [`abc::read`]; [`Error::Unknown`] for anything else.
pub fn open(file: &[u8], ending: &str) -> Result<Piece, Error> {
    if musicxml::is_archive(file) || is_xml(file) {
        return musicxml::read(file).map(Piece::written);
    }
    if abc::is_abc(file) || ending.eq_ignore_ascii_case("abc") {
        return abc::read(file).map(Piece::written);
    }
    match midi::read(file) {
        Ok(midi::Opened { score, repairs }) => {
            Ok(Piece { score, remarks: repairs.iter().map(ToString::to_string).collect() })
        }
        Err(Error::NotMidi { found, .. }) => Err(Error::Unknown { found }),
        Err(error) => Err(error),
    }
}

impl Piece {
    fn written(opened: crate::Opened) -> Piece {
        Piece { score: opened.score, remarks: opened.remarks.iter().map(ToString::to_string).collect() }
    }
}

/// Whether the first sign is an angle bracket, in any encoding that is read.
fn is_xml(file: &[u8]) -> bool {
    let (start, _) = musicxml::decode(&file[..file.len().min(200)]);
    start.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}
