//! Text of files, which do not say how it is written.

/// UTF-8 where it is valid, else Latin-1; control characters are left out.
pub fn decode(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    let printable: String = text.chars().filter(|letter| !letter.is_control()).collect();
    printable.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn old_and_new_text_is_read() {
        assert_eq!(decode("Flöte\0".as_bytes()), "Flöte");
        assert_eq!(decode(b"Fl\xf6te"), "Flöte");
    }
}
