//! How much of what an engraver wrote we write, too.

use crate::truth::{Part, Sign, Written};
use notation::{QUARTER, Sheet, Time, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A share: so many of so many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Share {
    pub right: usize,
    pub of: usize,
}

impl Share {
    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    pub fn percent(&self) -> f64 {
        100.0 * self.right as f64 / self.of.max(1) as f64
    }
}

/// Two sets: how much of the one is in the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overlap {
    pub both: usize,
    pub ours: usize,
    pub theirs: usize,
}

impl Overlap {
    fn of<T: Ord>(&mut self, ours: &BTreeSet<T>, theirs: &BTreeSet<T>) {
        self.both += ours.intersection(theirs).count();
        self.ours += ours.len();
        self.theirs += theirs.len();
    }

    /// The harmonic mean of precision and recall, in percent.
    pub fn f1(&self) -> f64 {
        200.0 * self.both as f64 / (self.ours + self.theirs).max(1) as f64
    }
}

/// The figures of one or more pieces.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Sounding notes of ours that the engraving has at the same place.
    pub matched: Share,
    /// Notes with the very signs: values, dots, tuplets and ties.
    pub values: Share,
    /// Places at which a note is tied.
    pub ties: Overlap,
    /// Notes that stand in a tuplet of a certain ratio.
    pub tuplets: Overlap,
    /// Pairs of notes that follow each other in one voice.
    pub voices: Overlap,
    /// Notes of two-staff parts on the right staff.
    pub hands: Share,
    /// Notes with the right name.
    pub spelling: Share,
    /// Rests of a certain value at a certain place.
    pub rests: Overlap,
    /// Places where measures begin: a MIDI file may not say that its piece has an upbeat.
    pub bars: Overlap,
}

impl Figures {
    pub fn add(&mut self, other: &Figures) {
        let shares = [
            (&mut self.matched, other.matched),
            (&mut self.values, other.values),
            (&mut self.hands, other.hands),
            (&mut self.spelling, other.spelling),
        ];
        for (sum, share) in shares {
            *sum = Share { right: sum.right + share.right, of: sum.of + share.of };
        }
        let overlaps = [
            (&mut self.ties, other.ties),
            (&mut self.tuplets, other.tuplets),
            (&mut self.voices, other.voices),
            (&mut self.rests, other.rests),
            (&mut self.bars, other.bars),
        ];
        for (sum, one) in overlaps {
            *sum = Overlap { both: sum.both + one.both, ours: sum.ours + one.ours, theirs: sum.theirs + one.theirs };
        }
    }
}

/// Our parts in the form of the truth.
pub fn ours(sheet: &Sheet) -> Vec<Part> {
    sheet
        .parts
        .iter()
        .map(|part| {
            let mut found = Part { staves: part.staves.len() as i64, ..Part::default() };
            let mut notes: HashMap<u32, usize> = HashMap::new();
            for at in 0..sheet.bars.len() {
                let start: Time = sheet.bars[..at].iter().map(|bar| bar.length).sum();
                found.bars.push(start);
                for (staff, measure) in (1..).zip(part.staves.iter().map(|staff| &staff.measures[at])) {
                    for (voice, elements) in measure.voices.iter().map(|voice| &voice.elements).enumerate() {
                        for element in elements {
                            let tuplet =
                                element.tuplet.map_or((1, 1), |tuplet| (tuplet.actual.into(), tuplet.normal.into()));
                            let sign = sign(element.value, tuplet);
                            if element.heads.is_empty() && !element.hidden {
                                found.rests.push((start + element.at, staff, sign.clone()));
                            }
                            for head in &element.heads {
                                let index = *notes.entry(head.note.0).or_insert_with(|| {
                                    found.notes.push(Written {
                                        onset: start + element.at,
                                        key: head.pitch.key(),
                                        pitch: head.pitch,
                                        signs: Vec::new(),
                                        staff,
                                        voice: voice.to_string(),
                                        measure: at,
                                        within: element.at,
                                    });
                                    found.notes.len() - 1
                                });
                                found.notes[index].signs.push(sign.clone());
                            }
                        }
                    }
                }
            }
            found
        })
        .collect()
}

fn sign(value: Option<Value>, tuplet: (i64, i64)) -> Sign {
    const NAMES: [&str; 9] = ["breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th"];
    match value {
        Some(value) => Sign::new(NAMES[(1 - value.power) as usize], value.dots.into(), tuplet),
        None => Sign::new("measure", 0, (1, 1)),
    }
}

/// A note's place: where it begins, in 48ths of a quarter, and its key.
fn place(note: &Written) -> (Time, i16) {
    ((note.onset * 48 + QUARTER / 2) / QUARTER, note.key)
}

/// Compares one part with the truth.
pub fn compare(ours: &Part, theirs: &Part) -> Figures {
    let mut figures = Figures::default();
    let mut free: HashMap<(Time, i16), Vec<usize>> = HashMap::new();
    for (index, note) in theirs.notes.iter().enumerate() {
        free.entry(place(note)).or_default().push(index);
    }
    let mut pairs: Vec<(&Written, &Written, usize)> = Vec::new();
    for note in &ours.notes {
        // Of two voices in unison, the one that lasts as long.
        let lasts = |index: &usize| lasts(&theirs.notes[*index]).abs_diff(lasts(note));
        let nearest = |found: &mut Vec<usize>| {
            let at = (0..found.len()).min_by_key(|&at| lasts(&found[at]))?;
            Some(found.remove(at))
        };
        let found = free.get_mut(&place(note)).and_then(nearest);
        figures.matched.count(found.is_some());
        pairs.extend(found.map(|index| (note, &theirs.notes[index], index)));
    }
    let (mut ties, mut tuplets) = ((BTreeSet::new(), BTreeSet::new()), (BTreeSet::new(), BTreeSet::new()));
    for &(own, truth, index) in &pairs {
        if std::env::var_os("DIABELLI_PIECE").is_some() {
            differences(own, truth);
        }
        figures.values.count(own.signs == truth.signs);
        figures.spelling.count((own.pitch.step, own.pitch.alter) == (truth.pitch.step, truth.pitch.alter));
        if theirs.staves == 2 && ours.staves == 2 {
            figures.hands.count(own.staff == truth.staff);
        }
        ties.0.extend(tie_places(own).map(|at| (index, at)));
        ties.1.extend(tie_places(truth).map(|at| (index, at)));
        let ratios = |note: &Written| {
            let ratios = note.signs.iter().map(|sign| sign.tuplet).filter(|ratio| *ratio != (1, 1));
            ratios.map(|(actual, normal)| (index, actual * 60 / normal)).collect::<Vec<_>>()
        };
        tuplets.0.extend(ratios(own));
        tuplets.1.extend(ratios(truth));
    }
    figures.ties.of(&ties.0, &ties.1);
    figures.tuplets.of(&tuplets.0, &tuplets.1);
    let own = links(pairs.iter().map(|&(own, _, index)| (own, index)));
    figures.voices.of(&own, &links(pairs.iter().map(|&(_, truth, index)| (truth, index))));
    let rests = |part: &Part| part.rests.iter().cloned().collect::<BTreeSet<_>>();
    figures.rests.of(&rests(ours), &rests(theirs));
    let bars = |part: &Part| part.bars.iter().copied().collect::<BTreeSet<_>>();
    figures.bars.of(&bars(ours), &bars(theirs));
    figures
}

/// Prints what differs, to find out why.
fn differences(own: &Written, truth: &Written) {
    let within = own.within as f64 / QUARTER as f64;
    let place = format!("bar {} quarter {within:.3} key {}", own.measure + 1, own.key);
    if own.signs != truth.signs {
        println!("{place}: signs {} for {}", signs(own), signs(truth));
    }
    if own.staff != truth.staff {
        println!("{place}: staff {} for {}", own.staff, truth.staff);
    }
    if own.pitch != truth.pitch {
        println!("{place}: {:?} for {:?}", own.pitch, truth.pitch);
    }
}

fn signs(note: &Written) -> String {
    let signs = note.signs.iter().map(|sign| {
        let tuplet =
            if sign.tuplet == (1, 1) { String::new() } else { format!("({}:{})", sign.tuplet.0, sign.tuplet.1) };
        format!("{}{}{tuplet}", sign.value, ".".repeat(sign.dots))
    });
    signs.collect::<Vec<_>>().join(" ~ ")
}

/// Where a note's ties lie, from its onset.
fn tie_places(note: &Written) -> impl Iterator<Item = u64> {
    let mut at = 0;
    note.signs[..note.signs.len() - 1].iter().map(move |sign| {
        at += length(sign);
        at
    })
}

fn lasts(note: &Written) -> u64 {
    note.signs.iter().map(length).sum()
}

fn length(sign: &Sign) -> u64 {
    let names = ["128th", "64th", "32nd", "16th", "eighth", "quarter", "half", "whole", "breve"];
    let power = names.iter().position(|name| *name == sign.value).unwrap_or(5);
    let base = (QUARTER / 32) << power;
    (2 * base - (base >> sign.dots)) * sign.tuplet.1 as u64 / sign.tuplet.0 as u64
}

/// Pairs of notes that follow each other in one voice of one measure, chords by all their pairs.
fn links<'a>(notes: impl Iterator<Item = (&'a Written, usize)>) -> BTreeSet<(usize, usize)> {
    let mut voices: BTreeMap<(usize, i64, &str), BTreeMap<Time, Vec<usize>>> = BTreeMap::new();
    for (note, index) in notes {
        let voice = voices.entry((note.measure, note.staff, &note.voice)).or_default();
        voice.entry(note.onset).or_default().push(index);
    }
    let mut links = BTreeSet::new();
    for voice in voices.values() {
        let chords: Vec<&Vec<usize>> = voice.values().collect();
        for pair in chords.windows(2) {
            links.extend(pair[0].iter().flat_map(|&first| pair[1].iter().map(move |&second| (first, second))));
        }
    }
    links
}
