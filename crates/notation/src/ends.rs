//! Where notes end that a player let go early or late: at the next note of their staff, if they nearly reach it or
//! hardly pass it. Rests are then what is meant as a rest.

use crate::quantize::Tone;
use crate::value::{QUARTER, Time};

/// A note that sounds for this part of the way to the next one is written up to it.
const REACHES: f64 = 0.5;
/// A note that passes the next one by this part of the way to it is cut there.
const PASSES: f64 = 0.35;
/// No rest is filled that is longer than this.
const LONGEST_GAP: Time = QUARTER;

/// Lengthens and shortens the tones of one staff, which are in order of onset.
pub(crate) fn meet(tones: &mut [Tone]) {
    let onsets: Vec<Time> = tones.iter().map(|tone| tone.start).collect();
    for tone in tones.iter_mut() {
        let next = onsets[onsets.partition_point(|&onset| onset <= tone.start)..].first().copied();
        let Some(next) = next else { continue };
        let way = (next - tone.start) as f64;
        let sounds = (tone.end - tone.start) as f64;
        let gap = next.saturating_sub(tone.end);
        let reaches = gap > 0 && gap <= LONGEST_GAP && sounds >= REACHES * way;
        let passes = tone.end > next && sounds - way <= PASSES * way;
        if reaches || passes {
            tone.end = next;
        }
    }
}

/// Drums have no length: each lasts up to the next one, but not beyond its beat.
pub(crate) fn drum(tones: &mut [Tone], beat_end: impl Fn(Time) -> Time) {
    let onsets: Vec<Time> = tones.iter().map(|tone| tone.start).collect();
    for tone in tones.iter_mut() {
        let next = onsets[onsets.partition_point(|&onset| onset <= tone.start)..].first().copied();
        tone.end = beat_end(tone.start).min(next.unwrap_or(Time::MAX)).max(tone.start + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::NoteId;

    fn ends(spans: &[(Time, Time)]) -> Vec<Time> {
        let tone = |&(start, end): &(Time, Time)| Tone {
            id: NoteId(0),
            pitch: 60,
            velocity: 80,
            start: start * QUARTER / 8,
            end: end * QUARTER / 8,
        };
        let mut tones: Vec<Tone> = spans.iter().map(tone).collect();
        meet(&mut tones);
        tones.iter().map(|tone| tone.end * 8 / QUARTER).collect()
    }

    #[test]
    fn detached_notes_meet_the_next_and_short_ones_rest() {
        assert_eq!(ends(&[(0, 6), (8, 10), (16, 18)]), [8, 10, 18]);
    }

    #[test]
    fn legato_is_no_second_voice_but_a_held_note_is() {
        assert_eq!(ends(&[(0, 10), (8, 16)]), [8, 16]);
        assert_eq!(ends(&[(0, 16), (8, 16)]), [16, 16]);
    }

    #[test]
    fn drums_fill_their_beat() {
        let tone = |start| Tone { id: NoteId(0), pitch: 38, velocity: 80, start, end: start + 1 };
        let mut tones = [tone(0), tone(QUARTER / 2), tone(2 * QUARTER)];
        drum(&mut tones, |at| (at / QUARTER + 1) * QUARTER);
        assert_eq!(tones.map(|tone| tone.end - tone.start), [QUARTER / 2, QUARTER / 2, QUARTER]);
    }
}
