//! Bytes of an XML file to text.

/// The text of a file in UTF-8, UTF-16 with or without a mark, or Latin-1 where it says so, and how many letters were
/// not what the encoding allows (XML 1.0, appendix F).
pub(crate) fn decode(bytes: &[u8]) -> (String, usize) {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        _ if is_latin(bytes) => (bytes.iter().map(|&byte| char::from(byte)).collect(), 0),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> (String, usize) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let wrong = if std::str::from_utf8(bytes).is_ok() { 0 } else { text.matches(char::REPLACEMENT_CHARACTER).count() };
    (text, wrong)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, usize) {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut wrong = 0;
    let letters = char::decode_utf16(units).map(|letter| {
        letter.unwrap_or_else(|_| {
            wrong += 1;
            char::REPLACEMENT_CHARACTER
        })
    });
    let text = letters.collect();
    (text, wrong)
}

/// Whether the declaration states Latin-1.
fn is_latin(bytes: &[u8]) -> bool {
    let declaration = &bytes[..bytes.len().min(200)];
    let declaration = declaration.split(|byte| *byte == b'>').next().unwrap_or_default();
    let declaration = String::from_utf8_lossy(declaration).to_lowercase();
    declaration.starts_with("<?xml")
        && ["iso-8859-1", "latin1", "windows-1252"].iter().any(|name| declaration.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_read() {
        let text = "<a>é𝄞</a>";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            le.clone(),
            be.clone(),
            [vec![0xff, 0xfe], le].concat(),
            [vec![0xfe, 0xff], be].concat(),
        ] {
            assert_eq!(decode(&bytes), (text.to_owned(), 0));
        }
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        assert!(decode(latin).0.ends_with("<a>é</a>"));
        assert_eq!(decode(b"<a>\xe9</a>").1, 1);
    }
}
