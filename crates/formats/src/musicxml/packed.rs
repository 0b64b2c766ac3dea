//! Compressed MusicXML as it is written (MusicXML 4.0, "Compressed .MXL files").

use super::CONTAINER;
use super::page::Page;
use std::io::{self, Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What the document is called in the archive.
const SCORE: &str = "score.musicxml";
/// The type of the archive, which its first entry says without compression, so that a program that looks at bytes sees it.
const ARCHIVE_TYPE: &str = "application/vnd.recordare.musicxml";
/// The type of the document.
const SCORE_TYPE: &str = "application/vnd.recordare.musicxml+xml";

/// A document as the archive that `.mxl` files are. The same text gives the same bytes.
///
/// # Errors
/// None but those of the compression, which memory does not cause.
pub fn packed(text: &str) -> io::Result<Vec<u8>> {
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let small = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, options) in [
        ("mimetype", ARCHIVE_TYPE.as_bytes(), plain),
        (CONTAINER, container().as_bytes(), small),
        (SCORE, text.as_bytes(), small),
    ] {
        archive.start_file(name, options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Says which entry is the document.
fn container() -> String {
    let mut page = Page::new();
    page.open("container", &[]);
    page.open("rootfiles", &[]);
    page.empty("rootfile", &[("full-path", SCORE), ("media-type", SCORE_TYPE)]);
    page.close();
    page.close();
    page.finish()
}
