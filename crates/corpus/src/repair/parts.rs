//! Which notes belong to one part.

use super::Repair;
use score::{EventKind, FINE, Header, Score, Track};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Says which file tracks play several instruments on several channels. The reader has split them already
/// (`docs/tokens.md` §3); one instrument over several channels, as guitars and expressive keyboards send it, is no
/// news.
pub(super) fn split(score: &Score) -> Vec<Repair> {
    let mut lanes: BTreeMap<u32, Vec<&Header>> = BTreeMap::new();
    for track in score.tracks.iter().filter(|track| !track.notes.is_empty()) {
        lanes.entry(track.header.lane).or_default().push(&track.header);
    }
    let sound = |header: &Header| (header.is_drums(), header.program);
    let mixed = |headers: &[&Header]| {
        let other = |test: &dyn Fn(&Header, &Header) -> bool| headers.iter().any(|header| test(header, headers[0]));
        other(&|one, two| one.channel != two.channel) && other(&|one, two| sound(one) != sound(two))
    };
    let lanes = lanes.into_iter().filter(|(_, headers)| mixed(headers));
    lanes.map(|(lane, headers)| Repair::Channels { track: lane as usize + 1, parts: headers.len() }).collect()
}

/// What tracks of one instrument have in common: name, channel, program and port.
type Instrument = (String, u8, u8, Option<u8>);

/// Joins file tracks of one name, channel, program and port of which never two have notes in the same bar: clips
/// that a loop-based program left over. Two desks of one instrument share bars sooner or later; one shared bar
/// leaves all tracks of that name alone, and so does a missing name.
pub(super) fn join(score: &mut Score) -> Vec<Repair> {
    let mut groups: BTreeMap<Instrument, Vec<usize>> = BTreeMap::new();
    for (index, track) in score.tracks.iter().enumerate().filter(|(_, track)| !track.notes.is_empty()) {
        let header = &track.header;
        if !header.name.is_empty() {
            let name = header.name.to_lowercase();
            groups.entry((name, header.channel, header.program, port(score, track))).or_default().push(index);
        }
    }
    let mut repairs = Vec::new();
    let mut gone = BTreeSet::new();
    groups.retain(|_, group| group.len() > 1 && apart(score, group));
    for group in groups.into_values() {
        let first = Arc::clone(&score.tracks[group[0]]);
        let notes = group.iter().flat_map(|&index| score.tracks[index].notes.iter().copied()).collect();
        let joined = Track::new(first.id.0, first.header.clone(), notes);
        repairs.push(Repair::Joined { name: joined.header.name.clone(), tracks: group.len() });
        score.tracks[group[0]] = Arc::new(joined);
        gone.extend(group.into_iter().skip(1));
    }
    let mut index = 0;
    score.tracks.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
    repairs
}

/// The meta event with which a file track names its MIDI port: channels of different ports have nothing in common.
const PORT: u8 = 0x21;

fn port(score: &Score, track: &Track) -> Option<u8> {
    let lane = score.lanes.get(track.header.lane as usize)?;
    lane.events.iter().find_map(|event| match &event.kind {
        EventKind::Meta { code: PORT, bytes } => bytes.first().copied(),
        _ => None,
    })
}

/// Whether no bar has notes of two of these tracks. A note that ends half a step late does not count for the bar.
fn apart(score: &Score, group: &[usize]) -> bool {
    let bars = score.bars();
    let late = u64::from(score.tpq) * FINE / 48;
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for &index in group {
        runs.extend(score.tracks[index].notes.iter().map(|note| {
            let first = bars.of_onset(note.start).index;
            let end = (u64::from(note.end()) * FINE).saturating_sub(late + 1);
            (first, bars.containing(end).index.max(first), index)
        }));
    }
    runs.sort_unstable();
    let mut last = None;
    runs.into_iter().all(|(first, until, index)| {
        let (end, owner) = last.unwrap_or((until, index));
        last = Some(if until >= end { (until, index) } else { (end, owner) });
        owner == index || first > end
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::Note;

    fn part(id: u32, name: &str, channel: u8, program: u8, bars: &[u32]) -> Arc<Track> {
        let header =
            Header { name: name.into(), lane: id, channel, program, hue: 0, mix: Default::default(), output: None };
        let notes = bars.iter().map(|&bar| Note::new(100 * id + bar, bar * 3840, 960, 60, 64)).collect();
        Arc::new(Track::new(id, header, notes))
    }

    fn score(tracks: Vec<Arc<Track>>) -> Score {
        let lanes = tracks.iter().map(|_| Arc::default()).collect();
        Score { tracks, lanes, ..Score::empty() }
    }

    #[test]
    fn clips_of_one_instrument_become_one_part() {
        let clips =
            vec![part(0, "Bass", 1, 33, &[0, 1]), part(1, "Lead", 2, 80, &[0]), part(2, "bass", 1, 33, &[2, 5])];
        let mut score = score(clips);
        assert_eq!(join(&mut score), [Repair::Joined { name: "Bass".into(), tracks: 2 }]);
        let bars: Vec<_> = score.tracks[0].notes.iter().map(|note| note.start / 3840).collect();
        assert_eq!((score.tracks.len(), bars), (2, vec![0, 1, 2, 5]));
    }

    #[test]
    fn two_players_and_tracks_without_a_name_stay_apart() {
        for [one, two] in [
            [part(0, "Horn", 1, 60, &[0, 1, 2]), part(1, "Horn", 1, 60, &[2, 3])],
            [part(0, "Horn", 1, 60, &[0, 1]), part(1, "Horn", 2, 60, &[2, 3])],
            [part(0, "Horn", 1, 60, &[0, 1]), part(1, "Horn", 1, 61, &[2, 3])],
            [part(0, "", 1, 60, &[0, 1]), part(1, "", 1, 60, &[2, 3])],
        ] {
            let mut score = score(vec![one, two]);
            let before = score.clone();
            assert_eq!(join(&mut score), []);
            assert_eq!(score, before);
        }
    }

    #[test]
    fn a_track_of_several_instruments_is_named() {
        let in_lane = |id, lane, channel, program| {
            let track = part(id, "", channel, program, &[0]);
            Arc::new(Track { header: Header { lane, ..track.header.clone() }, ..Track::clone(&track) })
        };
        let all = vec![in_lane(0, 0, 0, 0), in_lane(1, 0, 1, 33), in_lane(2, 1, 2, 25), in_lane(3, 1, 3, 25)];
        assert_eq!(split(&score(all)), [Repair::Channels { track: 1, parts: 2 }]);
    }
}
