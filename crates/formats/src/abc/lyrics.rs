//! Words under the notes.

use super::body::Body;
use super::tune::Line;
use super::voice::Voice;
use crate::written::What;

/// More verses than this nobody sings.
const MOST_VERSES: usize = 100;

/// What a line of words says at each note.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    /// A syllable; one that goes on ends with a hyphen.
    Syllable(String),
    /// Nothing, or the syllable before goes on.
    Skip,
    /// On to the next bar line.
    Bar,
}

impl Body<'_> {
    /// A w: field: syllables for the notes of the line before.
    pub(super) fn words(&mut self, line: Line) {
        let voice = self.voice();
        let verse = voice.verses;
        if verse >= MOST_VERSES {
            return;
        }
        voice.verses += 1;
        let places = std::mem::take(&mut voice.line);
        let mut under = places.iter().copied();
        for word in words(line.text) {
            match word {
                Word::Bar => drop(under.find(Option::is_none)),
                Word::Skip => drop(under.find(Option::is_some)),
                Word::Syllable(text) => {
                    let Some((measure, item)) = under.find(Option::is_some).flatten() else { break };
                    sing(voice, measure, item, (verse, text));
                }
            }
        }
        voice.line = places;
    }
}

fn sing(voice: &mut Voice, measure: usize, item: usize, lyric: (usize, String)) {
    let measure = voice.measures.get_mut(measure).unwrap_or(&mut voice.open);
    if let Some(What::Note(sign)) = measure.items.get_mut(item).map(|item| &mut item.what) {
        sign.lyrics.push(lyric);
    }
}

/// `Twin-kle, twin- kle lit~tle star __|*`.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open = String::new();
    let mut letters = text.chars().peekable();
    let close = |open: &mut String, words: &mut Vec<Word>, hyphen: bool| {
        if !open.is_empty() {
            let text = std::mem::take(open).replace('~', " ");
            words.push(Word::Syllable(if hyphen { text + "-" } else { text }));
            return;
        }
        if hyphen {
            // A second hyphen lets the syllable go on for another note.
            words.push(Word::Skip);
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&'-') => open.extend(letters.next()),
            '-' => close(&mut open, &mut words, true),
            '_' | '*' => {
                close(&mut open, &mut words, false);
                words.push(Word::Skip);
            }
            '|' => {
                close(&mut open, &mut words, false);
                words.push(Word::Bar);
            }
            letter if letter.is_whitespace() => {
                close(&mut open, &mut words, false);
                // A hyphen by itself belongs to the syllable before it.
                if letters.peek() == Some(&'-')
                    && let Some(Word::Syllable(last)) =
                        words.last_mut().filter(|word| matches!(word, Word::Syllable(text) if !text.ends_with('-')))
                {
                    last.push('-');
                    letters.next();
                }
            }
            letter => open.push(letter),
        }
    }
    close(&mut open, &mut words, false);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_taken_apart() {
        let said = |text: &str| {
            let words = words(text).into_iter().map(|word| match word {
                Word::Syllable(text) => text,
                Word::Skip => "*".into(),
                Word::Bar => "|".into(),
            });
            words.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(said("Twin-kle, twin- kle"), "Twin- kle, twin- kle");
        assert_eq!(said("a - men__ of~the|well\\-known"), "a- men * * of the | well-known");
        assert_eq!(said("A--men *x"), "A- * men * x");
    }
}
