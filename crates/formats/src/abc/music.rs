//! A line of music, sign by sign.

use super::body::Body;
use super::scan::Scan;
use super::tune::Line;
use crate::Error;
use crate::written::{Kind, What};
use score::chord_named;

impl Body<'_> {
    /// A line of music.
    pub(super) fn music(&mut self, line: Line) -> Result<(), Error> {
        let mut scan = Scan::new(line.number, line.text);
        while let Some(sign) = scan.peek() {
            match sign {
                '^' | '_' | '=' | 'A'..='G' | 'a'..='g' => self.note(&mut scan)?,
                'z' | 'x' | 'Z' | 'X' => self.rest(&mut scan)?,
                '|' | ':' => self.bar_line(&mut scan),
                _ => {
                    scan.next();
                    self.sign(sign, &mut scan)?;
                }
            }
        }
        Ok(())
    }

    /// A sign that is neither note nor rest nor bar line, and has been taken.
    fn sign(&mut self, sign: char, scan: &mut Scan) -> Result<(), Error> {
        match sign {
            '[' => self.bracket(scan)?,
            '{' => self.graces(scan)?,
            '(' => self.tuplet(scan)?,
            '-' => self.voice().tie(),
            '>' | '<' => {
                let more = scan.take_while(|next| next == sign).len() as u32;
                self.voice().break_rhythm(sign == '>', more + 1);
            }
            '"' => {
                let text = scan.until('"', "this text")?;
                let annotation = text.starts_with(['^', '_', '<', '>', '@']);
                let what = match chord_named(text) {
                    _ if annotation => What::Text(text[1..].to_owned()),
                    Ok(chord) => What::Chord(chord),
                    Err(_) => {
                        self.report.add(Kind::Chord, || scan.place());
                        What::Text(text.to_owned())
                    }
                };
                self.voice().put(what);
            }
            '!' | '+' => {
                // In old files a single ! is a line break.
                if let Some((name, _)) = scan.rest().split_once(sign).filter(|(name, _)| !name.contains(['|', ' '])) {
                    let name = name.to_owned();
                    scan.until(sign, "this decoration")?;
                    self.decoration(&name, scan);
                }
            }
            '&' => {
                let voice = self.voice();
                (voice.now, voice.overlay) = (0, voice.overlay + 1);
            }
            'y' => drop(scan.length()?),
            '.' if scan.peek() == Some('|') => {}
            '.' | '~' | 'H'..='W' | 'h'..='w' => self.short_decoration(sign, scan),
            ')' | '`' | '\\' | '$' | '*' | ';' | ']' => {}
            sign if sign.is_whitespace() => {}
            _ => self.unknown(scan),
        }
        Ok(())
    }

    pub(super) fn unknown(&mut self, scan: &Scan) {
        self.report.add(Kind::Sign, || scan.place());
    }

    /// What an opened bracket begins: a bar line, an ending, a field or a chord.
    fn bracket(&mut self, scan: &mut Scan) -> Result<(), Error> {
        let rest = scan.rest();
        let mut letters = rest.chars();
        let (first, second) = (letters.next(), letters.next());
        match (first, second) {
            (Some('|'), _) => {
                let sign = format!("[{}", scan.take_while(|sign| matches!(sign, '|' | ']' | ':')));
                self.voice().bar(&sign);
            }
            (Some(digit), _) if digit.is_ascii_digit() => self.ending(scan),
            (Some(name), Some(':')) if name.is_ascii_alphabetic() => {
                let number = scan.line;
                let text = scan.until(']', "this field")?;
                self.field(name, Line { number, text: &text[2..] })?;
            }
            _ => self.chord(scan)?,
        }
        Ok(())
    }

    fn bar_line(&mut self, scan: &mut Scan) {
        let mut sign = String::new();
        loop {
            let next = scan.rest();
            let closing = next.starts_with(']') && sign.ends_with('|');
            let opening = next.starts_with("[|");
            if !(next.starts_with(['|', ':']) || closing || opening) {
                break;
            }
            sign.extend(scan.next());
        }
        if sign == ":" {
            return self.unknown(scan);
        }
        self.voice().bar(&sign);
        if scan.peek().is_some_and(|digit| digit.is_ascii_digit()) {
            self.ending(scan);
        }
    }

    /// `1`, `1,3`, `1-3`.
    fn ending(&mut self, scan: &mut Scan) {
        let text = scan.take_while(|sign| sign.is_ascii_digit() || matches!(sign, ',' | '-' | '.'));
        let mut passes: Vec<u32> = Vec::new();
        for word in text.trim_end_matches('.').split(',') {
            let (from, to) = word.split_once('-').unwrap_or((word, word));
            if let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) {
                passes.extend((from..=to).take(100));
            }
        }
        passes.truncate(100);
        self.voice().begin_ending(passes);
    }
}
