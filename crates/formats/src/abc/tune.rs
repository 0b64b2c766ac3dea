//! A file to its tunes, and a tune to its fields and lines.

use crate::Error;

/// One line of a tune, without its comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Which line of the file, from 1.
    pub number: usize,
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// The letter and the value, if the line is a field.
    pub fn field(self) -> Option<(char, Line<'a>)> {
        let mut letters = self.text.chars();
        let name = letters.next().filter(|name| name.is_ascii_alphabetic() || *name == '+')?;
        let value = letters.as_str().strip_prefix(':')?;
        // A bar line after a note is no field: `A:|`.
        let music = value.starts_with(['|', ':']) && !matches!(name, 'w' | 'W' | 'T' | 'N');
        (!music).then_some((name, Line { number: self.number, text: value }))
    }
}

/// A tune.
#[derive(Debug, Default)]
pub(super) struct Tune<'a> {
    /// Fields of the file and of the tune, up to its key.
    pub header: Vec<Line<'a>>,
    /// What follows the key.
    pub body: Vec<Line<'a>>,
}

/// Bytes of one tune; the longest ones have some tens of thousands.
pub(super) const MOST_BYTES: usize = 300_000;

/// The first tune of a file, and how many others there are.
///
/// # Errors
/// [`Error::Abc`] if there is no tune, [`Error::Limit`] if it is longer than [`MOST_BYTES`].
pub(super) fn first(text: &str) -> Result<(Tune<'_>, usize), Error> {
    // Nothing is kept of lines that belong to other tunes: a file may have millions of them.
    let lines = || (1..).zip(text.split('\n')).map(|(number, text)| line(number, text));
    let is = |line: &Line, name: char| line.field().is_some_and(|field| field.0 == name);
    let count = lines().filter(|line| is(line, 'X')).count();
    // A file for one tune may lack its number.
    let begins = |line: &Line| if count == 0 { is(line, 'K') || is(line, 'T') } else { is(line, 'X') };
    let Some(first) = lines().find(begins) else {
        let reason = "there is no tune; a tune begins with a line such as X:1 and has a line such as K:G".to_owned();
        return Err(Error::Abc { line: 1, column: 1, reason });
    };
    // Fields before the first tune hold for all of them.
    let before = lines().take(first.number - 1);
    let shared = before.filter(|line| line.field().is_some() || line.text.starts_with("%%"));
    let behind = lines().skip(first.number).take_while(|line| count == 0 || !is(line, 'X'));
    let (mut tune, mut has_key, mut bytes) = (Tune::default(), false, 0);
    for line in shared.chain([first]).chain(behind) {
        bytes += line.text.len() + 1;
        if bytes > MOST_BYTES {
            let (value, limit) = (bytes as u64, MOST_BYTES as u64);
            return Err(Error::Limit { what: "bytes of a tune", value, limit, line: line.number });
        }
        match (has_key, line.text.is_empty()) {
            (true, true) if count > 0 => break,
            (true, _) => tune.body.push(line),
            (false, true) => {}
            (false, false) => {
                tune.header.push(line);
                has_key = line.number >= first.number && is(&line, 'K');
            }
        }
    }
    match has_key {
        true => Ok((tune, count.saturating_sub(1))),
        false => {
            let reason = "this tune has no key; add a line such as K:C before its notes".to_owned();
            Err(Error::Abc { line: first.number, column: 1, reason })
        }
    }
}

/// A line without its comment and the blanks at its end; directives begin with two percent signs and stay.
fn line(number: usize, text: &str) -> Line<'_> {
    let text = text.trim_end_matches('\r');
    let mut inside = false;
    let comment = text.char_indices().find(|&(at, sign)| {
        inside ^= sign == '"';
        sign == '%' && !inside && !text[..at].ends_with('\\')
    });
    let text = match comment {
        Some((0, _)) if text.starts_with("%%") => text,
        // A line that is only a comment is no empty line, which would end the tune.
        Some((0, _)) => "%",
        Some((at, _)) => &text[..at],
        None => text,
    };
    Line { number, text: text.trim_end() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tunes_are_taken_apart() {
        let text = "%abc-2.1\nM:3/4\n\nX:1 % first\nT:One\nK:G\nGAB|\n% no end\n\"100 % sure\"c2d|\n\nfree text\n\nX:2\nK:C\nc|";
        let (tune, others) = first(text).unwrap();
        let texts = |lines: &[Line]| lines.iter().map(|line| line.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(others, 1);
        assert_eq!(texts(&tune.header), ["M:3/4", "X:1", "T:One", "K:G"]);
        assert_eq!(texts(&tune.body), ["GAB|", "%", "\"100 % sure\"c2d|"]);
        assert_eq!(tune.body[0].number, 7);
        assert!(matches!(first("Dear Ludwig"), Err(Error::Abc { line: 1, .. })));
        assert!(matches!(first("\nX:1\nGAB"), Err(Error::Abc { line: 2, .. })));
        let long = format!("X:1\nK:C\n{}", "CDEF|\n".repeat(50_000));
        assert!(matches!(first(&long), Err(Error::Limit { limit: 300_000, line: 50_001, .. })));
    }
}
