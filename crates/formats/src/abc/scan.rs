//! A line, sign by sign, with the place of each.

use crate::Error;

/// What is left of a line.
#[derive(Debug, Clone)]
pub(super) struct Scan<'a> {
    /// Which line, from 1.
    pub line: usize,
    whole: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(line: usize, whole: &'a str) -> Scan<'a> {
        Scan { line, whole, at: 0 }
    }

    /// The text from here on.
    pub fn rest(&self) -> &'a str {
        &self.whole[self.at..]
    }

    /// The next sign, which stays.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next sign.
    pub fn next(&mut self) -> Option<char> {
        let sign = self.peek()?;
        self.at += sign.len_utf8();
        Some(sign)
    }

    /// Takes this text if it comes next.
    pub fn take(&mut self, text: &str) -> bool {
        let comes = self.rest().starts_with(text);
        self.at += if comes { text.len() } else { 0 };
        comes
    }

    /// Takes signs as long as they fit.
    pub fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|sign| !fits(sign)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Takes what comes before the next `end`, and `end`.
    ///
    /// # Errors
    /// [`Error::Abc`] if there is none in this line.
    pub fn until(&mut self, end: char, what: &str) -> Result<&'a str, Error> {
        let rest = self.rest();
        let Some(length) = rest.find(end) else {
            return Err(self.error(format!("{what} has no end; close it with {end}")));
        };
        self.at += length + end.len_utf8();
        Ok(&rest[..length])
    }

    /// A whole number, if one comes next.
    ///
    /// # Errors
    /// [`Error::Abc`] if it is larger than any in music.
    pub fn number(&mut self) -> Result<Option<u32>, Error> {
        let here = self.clone();
        let digits = self.take_while(|sign| sign.is_ascii_digit());
        match digits.parse::<u32>() {
            Ok(number) if number <= 100_000 => Ok(Some(number)),
            _ if digits.is_empty() => Ok(None),
            _ => Err(here.error(format!("the number {digits:.12} is larger than 100000; write a smaller one"))),
        }
    }

    /// A length such as `3`, `/2`, `//` or `3/4`; 1 where there is none.
    ///
    /// # Errors
    /// [`Error::Abc`] if it is no length.
    pub fn length(&mut self) -> Result<(i64, i64), Error> {
        let here = self.clone();
        let above = self.number()?;
        let mut below = 1_i64;
        while self.take("/") {
            below *= i64::from(self.number()?.unwrap_or(2));
            if below == 0 || below > 1_000_000 {
                return Err(here.error("a note cannot be divided like this; write a length such as 3/2".into()));
            }
        }
        match above {
            Some(0) => Err(here.error("a note cannot have the length 0; leave it out or write a rest".into())),
            above => Ok((above.unwrap_or(1).into(), below)),
        }
    }

    /// An error at the present sign.
    pub fn error(&self, reason: String) -> Error {
        let column = self.whole[..self.at].chars().count() + 1;
        Error::Abc { line: self.line, column, reason }
    }

    /// The present place in words.
    pub fn place(&self) -> String {
        format!("line {}, column {}", self.line, self.whole[..self.at].chars().count() + 1)
    }
}
