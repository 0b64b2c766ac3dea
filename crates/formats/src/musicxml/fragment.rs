//! Some bars by themselves, for a viewer that engraves a piece system by system and only what has changed.

use super::page::Page;
use super::part::{self, Cut, Setting};
use super::{Version, begin, sign_id};
use crc::{CRC_32_ISO_HDLC, Crc, Digest};
use notation::{BarFrame, Element, Error, Plan, Sheet};
use score::{Score, TrackId};
use std::collections::HashMap;
use std::ops::Range;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Some bars of some tracks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// MusicXML of these bars, to be engraved as one system. It says what is written, not how loud it is.
    pub text: String,
    /// One for each bar: CRC-32 of what all the tracks have written in it. While it stays, so does the ink, but for
    /// clefs, key and metre, which the first bar of a fragment shows in any case.
    pub checksums: Vec<u32>,
    /// Ids of signs of the first bar that are tied to the bar before.
    pub tied_before: Vec<String>,
    /// Ids of signs of the last bar that are tied to the bar after.
    pub tied_after: Vec<String>,
    /// The track of each staff, from the top.
    pub staves: Vec<TrackId>,
    /// Sharps (positive) or flats of the signature in each bar, -7..=7.
    pub fifths: Vec<i8>,
}

/// Writes the bars `bars` of some tracks as they stand in the whole piece. Names are printed at the piece's beginning
/// only, the metre where it is news.
///
/// # Errors
/// [`Error::NoBars`], or [`Error::NoTrack`] if there is no such track.
pub fn fragment(score: &Score, plan: &Plan, tracks: &[TrackId], bars: Range<usize>) -> Result<Fragment, Error> {
    // With the bar before, the first shows its metre only where that is news.
    let frames = notation::bars(score, plan, bars.start.saturating_sub(1)..bars.end.max(bars.start))?;
    let meter = bars.start == 0 || frames.get(1).is_some_and(|first| first.meter.is_some());
    let upbeat = part::is_upbeat(notation::bars(score, plan, 0..1)?.first());
    let parts = tracks.iter().map(|&track| notation::part(score, plan, track, bars.clone()));
    let sheet = Sheet {
        title: String::new(),
        swung: plan.is_swung(),
        bars: notation::bars(score, plan, bars.clone())?,
        parts: parts.collect::<Result<_, _>>()?,
    };
    let cut = Cut { upbeat, meter, end: bars.end >= score.written_bars() };
    let mut page = begin(Page::compact(), &sheet, Version::default());
    part::list(&mut page, &sheet, bars.start == 0);
    let mut digests: Vec<Digest<u32>> = bars.map(|_| CRC.digest()).collect();
    // Always the finest division, so that a measure is not written otherwise because of its neighbours.
    let (bars, velocities) = (score.bars(), HashMap::new());
    let setting = Setting { sheet: &sheet, score, bars, division: 1, velocities, cut: Some(cut) };
    for number in 0..sheet.parts.len() {
        part::write(&mut page, &setting, number, |at, measure| digests[at].update(measure));
    }
    let text = page.finish();
    let checksums = digests.into_iter().map(Digest::<u32>::finalize).collect();
    let (tied_before, tied_after) = (ties(&sheet, sheet.bars.first(), false), ties(&sheet, sheet.bars.last(), true));
    let staves = sheet.parts.iter().flat_map(|part| part.staves.iter().map(|_| part.track)).collect();
    let fifths = sheet.bars.iter().scan(0, |fifths, bar| {
        *fifths = bar.key.unwrap_or(*fifths);
        Some(*fifths)
    });
    let fifths = fifths.collect();
    Ok(Fragment { text, checksums, tied_before, tied_after, staves, fifths })
}

/// Signs at the edge of the first or last bar that are tied beyond it.
fn ties(sheet: &Sheet, bar: Option<&BarFrame>, after: bool) -> Vec<String> {
    let Some(bar) = bar else { return Vec::new() };
    let staves = sheet.parts.iter().flat_map(|part| &part.staves);
    let measures = staves.filter_map(|staff| if after { staff.measures.last() } else { staff.measures.first() });
    let elements = measures.flat_map(|measure| &measure.voices).flat_map(|voice| &voice.elements);
    let at_edge = |element: &&Element| if after { element.at + element.length == bar.length } else { element.at == 0 };
    let ids = elements.filter(at_edge).flat_map(|element| {
        let tied = element.heads.iter().filter(|head| if after { head.tied_after } else { head.tied_before });
        tied.map(|head| sign_id(head.note, !head.tied_before, bar.index, element.at))
    });
    ids.collect()
}
