//! Repeats and endings.

use super::tree::Element;
use crate::written::{Jumps, Marks};

/// Says where movements begin: where measures are counted from 1 again. A short measure that is not counted belongs
/// to what comes after it, if what comes before it has ended.
pub(super) fn movements(measures: &[Option<Element>], ends: impl Fn(usize) -> bool) -> Vec<usize> {
    let number =
        |measure: &Option<Element>| measure.and_then(|measure| measure.attribute("number")?.trim().parse::<u32>().ok());
    let mut found = Vec::new();
    let mut before = None;
    for (index, measure) in measures.iter().enumerate() {
        let Some(now) = number(measure) else { continue };
        if now <= 1 && before.is_some_and(|before| before > now) {
            let upbeat = index >= 2 && number(&measures[index - 1]).is_none() && ends(index - 2);
            found.push(if upbeat { index - 1 } else { index });
        }
        before = Some(now);
    }
    found
}

/// Whether a measure ends with the bar line of an end.
pub(super) fn is_final(measure: Element) -> bool {
    measure.all("barline").any(|barline| barline.said("bar-style") == Some("light-heavy"))
}

pub(super) fn read(barline: Element, marks: &mut Marks) {
    if let Some(repeat) = barline.child("repeat") {
        match repeat.attribute("direction").as_deref() {
            Some("forward") => marks.forward = true,
            Some("backward") => {
                let times = repeat.attribute("times").and_then(|times| times.trim().parse().ok());
                marks.backward = times.filter(|times| (1..=1000).contains(times)).unwrap_or(2);
            }
            _ => {}
        }
    }
    for ending in barline.all("ending") {
        match ending.attribute("type").as_deref() {
            Some("start") => marks.ending = Some(passes(&ending.attribute("number").unwrap_or_default())),
            _ => marks.ending_end = true,
        }
    }
    for sign in ["segno", "coda"] {
        if barline.child(sign).is_some() {
            let label = barline.attribute(sign).unwrap_or_default().into_owned();
            jump(marks, |jumps| match sign {
                "segno" => jumps.segno = Some(label),
                _ => jumps.coda = Some(label),
            });
        }
    }
}

/// Notes a jump or its goal.
pub(super) fn jump(marks: &mut Marks, note: impl FnOnce(&mut Jumps)) {
    note(marks.jumps.get_or_insert_default());
}

/// `1, 2` and `1-3`.
fn passes(text: &str) -> Vec<u32> {
    let mut passes = Vec::new();
    for word in text.split([',', ' ']) {
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        let number = |text: &str| text.trim_matches(|sign: char| !sign.is_ascii_digit()).parse::<u32>().ok();
        if let (Some(from), Some(to)) = (number(from), number(to)) {
            passes.extend((from..=to).take(100).filter(|pass| *pass > 0));
        }
    }
    passes.truncate(100);
    passes
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn endings_have_passes() {
        assert_eq!(passes("1, 2"), [1, 2]);
        assert_eq!(passes("1-3"), [1, 2, 3]);
        assert_eq!(passes("1."), [1]);
        assert!(passes("").is_empty());
    }
}
