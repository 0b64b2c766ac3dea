//! Written measures to a document.

use super::loudness::Loudness;
use super::order::{Played, order};
use super::player::{Player, Sound};
use super::report::{Kind, Report};
use super::setting::Setting;
use super::stage::Stage;
use super::{Item, Loud, MAX_QUARTERS, Part, Units, What, Written};
use crate::Error;
use score::Score;

/// Most notes that repeats may make of those that are written, beside as many again.
const MOST_UNFOLDED: usize = 500_000;

/// Most measures that are played, those of all parts together.
const MOST_PLAYED: usize = 10_000_000;

/// Plays a piece into a document.
///
/// # Errors
/// [`Error::LongMusic`] beyond [`MAX_QUARTERS`].
pub(crate) fn perform(mut written: Written, report: &mut Report) -> Result<Score, Error> {
    written.parts.iter_mut().flat_map(|part| &mut part.measures).for_each(|items| items.sort_by_key(|item| item.at));
    let order = played(&written, report);
    let mut starts = Vec::with_capacity(order.len());
    let mut end = 0;
    for played in &order {
        starts.push(end);
        end += written.bars[played.bar].length;
        if end > MAX_QUARTERS * written.unit {
            let quarters = (end / written.unit).unsigned_abs();
            return Err(Error::LongMusic { measure: played.bar + 1, quarters, limit: MAX_QUARTERS.unsigned_abs() });
        }
    }
    let places: Vec<(Played, Units)> = order.into_iter().zip(starts).collect();
    let lines: Vec<Vec<Sound>> = written.parts.iter().map(|part| line(&written, part, &places, report)).collect();
    let setting = setting(&written, &places, &lines, report);
    Ok(Stage { written: &written, places, end, setting }.score(lines, report))
}

/// The measures in the order in which they are played: unfolded, unless that is more than anybody means.
fn played(written: &Written, report: &mut Report) -> Vec<Played> {
    let marks: Vec<_> = written.bars.iter().map(|bar| &bar.marks).collect();
    let plain = (0..written.bars.len()).map(Played::once);
    let notes =
        |bar: usize| written.parts.iter().filter_map(|part| part.measures.get(bar)).map(Vec::len).sum::<usize>();
    let all: usize = (0..written.bars.len()).map(notes).sum();
    // Every part is gone through for every measure.
    let quick = |order: &Vec<Played>| order.len().saturating_mul(written.parts.len()) <= MOST_PLAYED;
    let fits =
        |order: &Vec<Played>| order.iter().map(|played| notes(played.bar)).sum::<usize>() <= 2 * all + MOST_UNFOLDED;
    match order(&marks).filter(fits).filter(quick) {
        Some(order) => {
            report.add_many(Kind::Unfolded, order.len().saturating_sub(marks.len()), String::new);
            let jumps = marks.iter().filter(|mark| mark.jumps.as_ref().is_some_and(|jumps| jumps.is_taken()));
            report.add_many(Kind::Jump, jumps.count(), String::new);
            order
        }
        None => {
            let repeats = marks.iter().filter(|mark| mark.backward > 0 || mark.jumps.is_some()).count();
            report.add_many(Kind::Repeats, repeats, String::new);
            plain.collect()
        }
    }
}

/// What a part plays.
fn line(written: &Written, part: &Part, places: &[(Played, Units)], report: &mut Report) -> Vec<Sound> {
    let mut signs: Vec<(Units, Loud)> = Vec::new();
    let mut starts = Vec::with_capacity(part.measures.len());
    let mut start = 0;
    for (items, bar) in part.measures.iter().zip(&written.bars) {
        signs.extend(items.iter().filter_map(|item| match item.what {
            What::Loud(loud) => Some((start + item.at, loud)),
            _ => None,
        }));
        starts.push(start);
        start += bar.length;
    }
    // Dynamics hold in the order of the page: a repeat begins as loud as it did the first time.
    let loudness = Loudness::of(signs, written.unit);
    let mut player = Player::new(written.unit, &part.name);
    for &(Played { bar, pass, .. }, start) in places {
        let Some(items) = part.measures.get(bar) else { continue };
        let velocity = |item: &Item, accent| loudness.at(starts[bar] + item.at, accent);
        player.measure(items, start, (bar, pass), |item, sign| velocity(item, sign.accent), report);
    }
    player.finish(report)
}

/// How fine the document's ticks have to be.
fn setting(written: &Written, places: &[(Played, Units)], lines: &[Vec<Sound>], report: &mut Report) -> Setting {
    let sounds = || lines.iter().flatten().flat_map(|sound| [sound.start, sound.end]);
    let starts = || places.iter().map(|place| place.1);
    let setting = Setting::of(written.unit, sounds().chain(starts()));
    report.add_many(Kind::Rounded, sounds().filter(|time| !setting.is_whole(*time)).count(), String::new);
    setting
}
