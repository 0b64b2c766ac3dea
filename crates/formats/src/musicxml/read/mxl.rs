//! Compressed MusicXML: a ZIP archive whose `META-INF/container.xml` names the document (MusicXML 4.0, "Compressed .MXL
//! files"). Only that entry is unpacked, into memory, never a file onto the disk.

use super::tree::Tree;
use crate::musicxml::CONTAINER;
use crate::written::Report;
use crate::{Error, MAX_BYTES};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Entries of an archive.
const MOST_ENTRIES: usize = 1000;
/// Bytes that one entry says to have.
const MOST_OF_ENTRY: u64 = 64 << 20;
/// Bytes that all entries say to have together.
const MOST_IN_ALL: u64 = 256 << 20;
/// So many times its packed size an entry may have, from a megabyte on; scores have about twenty.
const MOST_TIMES: u64 = 200;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Whether these are the bytes of a ZIP archive.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The document in an archive.
///
/// # Errors
/// [`Error::Archive`] with the reason.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let entries = counted(bytes);
    if entries > MOST_ENTRIES {
        return Err(refused(format!("it has {entries} entries, more than the {MOST_ENTRIES} that a score may have")));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| refused(error.to_string()))?;
    inspect(&mut archive)?;
    let name = match entry(&mut archive, CONTAINER)? {
        Some(container) => rooted(&container)?,
        None => None,
    };
    let name = name.or_else(|| likely(&archive)).ok_or_else(|| refused("it holds no score".into()))?;
    entry(&mut archive, &name)?.ok_or_else(|| refused(format!("the score {name:?} that it names is not in it")))
}

fn refused(reason: String) -> Error {
    Error::Archive { reason }
}

/// How many entries the end of the central directory claims (ZIP application note 6.3.10, 4.3.16), so that an archive
/// of too many is refused before they are read.
fn counted(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    let end = tail.windows(4).rposition(|four| four == b"PK\x05\x06").and_then(|at| tail.get(at + 10..at + 12));
    end.map_or(0, |count| usize::from(u16::from_le_bytes([count[0], count[1]])))
}

/// Refuses an archive that means harm, by what its directory says.
fn inspect(archive: &mut Archive) -> Result<(), Error> {
    if archive.len() > MOST_ENTRIES {
        return Err(refused(format!("it has {} entries, more than {MOST_ENTRIES}", archive.len())));
    }
    let overlapping = archive.has_overlapping_entries().map_err(|error| refused(error.to_string()))?;
    if overlapping {
        return Err(refused("entries of it overlap".into()));
    }
    let mut all = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|error| refused(error.to_string()))?;
        let name = entry.name().map_err(|error| refused(error.to_string()))?.into_owned();
        let (size, packed) = (entry.size(), entry.compressed_size());
        all = all.saturating_add(size);
        let why = if entry.encrypted() {
            Some("is encrypted".to_owned())
        } else if entry.is_symlink() {
            Some("is a link".to_owned())
        } else if entry.enclosed_name().is_none() || name.contains('\\') || name.starts_with('/') {
            Some("lies outside of the archive".to_owned())
        } else if size > MOST_OF_ENTRY {
            Some(format!("has {size} bytes, more than {MOST_OF_ENTRY}"))
        } else if size > 1 << 20 && size / packed.max(1) > MOST_TIMES {
            Some(format!("is packed {} times, more than {MOST_TIMES}", size / packed.max(1)))
        } else {
            None
        };
        if let Some(why) = why {
            return Err(refused(format!("its entry {name:?} {why}")));
        }
    }
    match all > MOST_IN_ALL {
        true => Err(refused(format!("its entries have {all} bytes together, more than {MOST_IN_ALL}"))),
        false => Ok(()),
    }
}

/// Unpacks an entry, as far as it may be long, whatever it says itself.
fn entry(archive: &mut Archive, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(index) = archive.index_for_name(name) else { return Ok(None) };
    let file = archive.by_index(index).map_err(|error| refused(error.to_string()))?;
    let (said, packed) = (file.size(), file.compressed_size());
    let allowed = MAX_BYTES.min((packed.saturating_mul(MOST_TIMES)).max(1 << 20));
    let mut bytes = Vec::new();
    let read = file.take(allowed + 1).read_to_end(&mut bytes);
    read.map_err(|error| refused(format!("its entry {name:?} cannot be unpacked: {error}")))?;
    match bytes.len() as u64 {
        found if found > allowed => Err(refused(format!("its entry {name:?} has more than {allowed} bytes"))),
        found if found != said => Err(refused(format!("its entry {name:?} says to have {said} bytes and has {found}"))),
        _ => Ok(Some(bytes)),
    }
}

/// The entry that the container names: the first whose type is MusicXML, or that has no type.
fn rooted(container: &[u8]) -> Result<Option<String>, Error> {
    let (text, _) = super::text::decode(container);
    let tree = Tree::parse(&text, &mut Report::default())?;
    let files = tree.everywhere("rootfile");
    let score = files.filter(|file| file.attribute("media-type").is_none_or(|kind| kind.contains("musicxml")));
    Ok(score.filter_map(|file| file.attribute("full-path")).next().map(|path| path.into_owned()))
}

/// The entry that looks like a score, where the archive does not say which one is.
fn likely(archive: &Archive) -> Option<String> {
    let names = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned()));
    let mut scores =
        names.filter(|name| !name.starts_with("META-INF") && (name.ends_with(".xml") || name.ends_with(".musicxml")));
    scores.next()
}
