//! What stands above and below the staves.

use super::harmony;
use super::page::Page;
use super::part::Setting;
use super::values;
use notation::{BarFrame, Dynamic, QUARTER, TempoMark, Time};

/// Tempo and rehearsal marks and chord symbols, which all parts share and the first one shows.
pub(super) fn shared(page: &mut Page, bar: &BarFrame, swung: bool, setting: &Setting) {
    let division = setting.division;
    for (at, mark) in &bar.marks {
        // It begins with its bar: the middle of a long one at the first bar of a line would stick out of the page.
        let left = [("halign", "left")];
        direction(page, "above", at / division, None, |page| page.text("rehearsal", &left, mark));
    }
    if swung {
        direction(page, "above", 0, None, |page| page.text("words", &[], "Swing"));
    }
    for tempo in &bar.tempos {
        write_tempo(page, tempo, division, exact(setting, bar, tempo));
    }
    for &(at, symbol) in &bar.chords {
        harmony::write(page, at / division, symbol, setting.cut.is_some());
    }
}

/// The tempo of the document that a mark rounds, in quarters a minute.
fn exact(setting: &Setting, bar: &BarFrame, mark: &TempoMark) -> f64 {
    let rounded = f64::from(mark.per_minute) / 10.0 * mark.beat.length() as f64 / QUARTER as f64;
    let score = setting.score;
    let tick = setting.tick(bar) + (mark.at * Time::from(score.tpq) / QUARTER) as u32;
    let next = score.tempos.partition_point(|tempo| tempo.tick <= tick);
    let around = &score.tempos[next.saturating_sub(1)..(next + 1).min(score.tempos.len())];
    let near = around.iter().min_by_key(|tempo| tempo.tick.abs_diff(tick));
    let tempo = near.map(|tempo| 60e6 / f64::from(tempo.micros.max(1)));
    tempo.filter(|tempo| (tempo / rounded - 1.0).abs() < 0.01).unwrap_or(rounded)
}

fn write_tempo(page: &mut Page, mark: &TempoMark, division: Time, exact: f64) {
    let tenths = |tenths: u64| match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    };
    page.open("direction", &[("placement", "above")]);
    page.open("direction-type", &[]);
    page.open("metronome", &[]);
    page.text("beat-unit", &[], values::value_name(mark.beat));
    for _ in 0..mark.beat.dots {
        page.empty("beat-unit-dot", &[]);
    }
    page.text("per-minute", &[], &tenths(mark.per_minute.into()));
    page.close();
    page.close();
    offset(page, mark.at / division);
    // Six digits after the point give back the very microseconds.
    let exact = format!("{exact:.6}");
    page.empty("sound", &[("tempo", exact.trim_end_matches('0').trim_end_matches('.'))]);
    page.close();
}

/// A dynamic mark below a staff.
pub(super) fn dynamic(page: &mut Page, at: Time, staff: usize, staves: usize, dynamic: Dynamic) {
    direction(page, "below", at, (staves > 1).then_some(staff), |page| {
        page.open("dynamics", &[]);
        page.empty(values::dynamic_name(dynamic), &[]);
        page.close();
    });
}

fn direction(page: &mut Page, placement: &str, at: Time, staff: Option<usize>, what: impl FnOnce(&mut Page)) {
    page.open("direction", &[("placement", placement)]);
    page.open("direction-type", &[]);
    what(page);
    page.close();
    offset(page, at);
    if let Some(staff) = staff {
        page.number("staff", staff);
    }
    page.close();
}

/// How far from the bar's start, in divisions; what is played there is meant, too.
pub(super) fn offset(page: &mut Page, at: Time) {
    if at > 0 {
        page.text("offset", &[("sound", "yes")], &at.to_string());
    }
}
