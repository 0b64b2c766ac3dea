//! Whatever is drawn under the grammar decodes, is spelled as writing would spell it, and holds every constraint.

#![allow(clippy::unwrap_used)]

use tokens::constraint::*;
use tokens::{Cell, Grammar, Hole, Id, Measure, Part, PitchSet, Tone, answer, instrument};

/// A small generator of pseudo-random numbers (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) % limit as u64) as usize
    }

    fn often(&mut self) -> bool {
        self.below(2) == 0
    }
}

fn hole(group: u8, steps: u64) -> Hole {
    let voice = Part { track: score::TrackId(0), index: 0, group, ordinal: 1 };
    let measure = Measure { written: 0, start: 0, length: steps * 40 * score::FINE, meter: (4, 4), tempo: 0, tpq: 960 };
    Hole { bar: 0, part: 0, voice, measure }
}

fn theme(chance: &mut Chance, drums: bool, steps: usize, most: usize) -> Cell {
    let tones = (0..chance.below(most)).map(|_| Tone {
        position: (chance.below(steps) / 6 * 6) as u8,
        pitch: if drums { chance.below(37) as u8 } else { 48 + chance.below(30) as u8 },
        duration: if drums { 0 } else { chance.below(48) as u8 },
        velocity: chance.below(8) as u8,
    });
    Cell::new(drums, tones.collect())
}

/// Draws an answer: any allowed id, notes preferred to END so that cells fill up; closes after `patience` ids.
fn draw(grammar: &mut Grammar, chance: &mut Chance, patience: usize) -> Vec<Id> {
    let mut ids = Vec::new();
    while !grammar.is_done() {
        if ids.len() == patience {
            grammar.close();
        }
        let allowed: Vec<Id> = grammar.allowed().iter().collect();
        assert!(!allowed.is_empty(), "a dead end after {ids:?}");
        assert_eq!(grammar.forced(), (allowed.len() == 1).then(|| allowed[0]));
        let id = allowed[chance.below(allowed.len())];
        grammar.push(id).unwrap();
        ids.push(id);
        assert!(ids.len() < patience + 800, "the answer does not end");
    }
    ids
}

fn answered(hole: Hole, constraints: &Constraints, chance: &mut Chance, patience: usize) -> Cell {
    let mut grammar = Grammar::new(&[hole], vec![constraints.clone()]).unwrap();
    let ids = draw(&mut grammar, chance, patience);
    let cells = answer::read(&ids, &[hole]).unwrap();
    assert_eq!(cells, grammar.cells());
    let mut spelled = hole.opening(0);
    match cells[0].tones() {
        [] => spelled.push(tokens::vocabulary::EMPTY),
        _ => cells[0].write(&mut spelled),
    }
    spelled.push(tokens::vocabulary::END);
    assert_eq!(ids, spelled, "another spelling of the same cell");
    cells[0].clone()
}

fn tops(cell: &Cell) -> Vec<u8> {
    cell.onsets().map(|onset| onset[onset.len() - 1].pitch).collect()
}

/// What never gives way.
fn hold_hard(cell: &Cell, hole: &Hole, constraints: &Constraints) {
    let locked = constraints.locked.tones();
    let free: Vec<&Tone> = cell.tones().iter().filter(|tone| !locked.contains(tone)).collect();
    assert_eq!(free.len() + locked.len(), cell.tones().len(), "a locked note is missing or changed");
    assert!(cell.tones().iter().all(|tone| u16::from(tone.position) < hole.measure.steps()));
    if let Some(density) = constraints.density {
        assert!(cell.tones().len() <= density.most.max(locked.len()));
    }
    for onset in cell.onsets() {
        let held = onset.iter().filter(|tone| locked.contains(tone)).count();
        let most = constraints.polyphony.map_or(usize::MAX, |own| own.most.max(1));
        assert!(onset.len() <= most.max(held));
    }
    if !hole.voice.is_drums() {
        let allowed = constraints.scale.map_or(PitchSet::ALL, Scale::pitches);
        let allowed = allowed.and(constraints.range.map_or(PitchSet::ALL, Range::pitches));
        assert!(free.iter().all(|tone| allowed.has(tone.pitch)), "a note outside scale or range");
    }
}

#[test]
fn every_combination_of_constraints_is_held_without_a_dead_end() {
    let mut chance = Chance(1);
    for combination in 0..4096_usize {
        for drums in [false, true] {
            let has = |bit: usize| combination >> bit & 1 == 1;
            let steps = [12, 36, 72, 96, 192][chance.below(5)];
            let hole = hole(if drums { instrument::DRUMS } else { chance.below(39) as u8 }, steps as u64);
            let old = theme(&mut chance, drums, steps, 14);
            let classes = 1 << chance.below(12) | chance.below(4096) as u16;
            let low = 40 + chance.below(40) as u8;
            let locked = old.tones().iter().filter(|_| chance.below(4) == 0).copied().collect();
            let chords = [chance.often().then_some(0x91), chance.often().then_some(0x221)];
            let constraints = Constraints {
                scale: has(0).then_some(Scale { classes }),
                range: has(1).then(|| Range { low, high: low + chance.below(30) as u8 }),
                playable: has(2).then_some(Playable { group: hole.voice.group, played: PitchSet::NONE }),
                polyphony: has(3).then(|| Polyphony { most: 1 + chance.below(4) }),
                density: has(4).then(|| Density { least: chance.below(8), most: chance.below(20) }),
                rhythm: has(5).then(|| Rhythm::of(&old)),
                order: has(6).then(|| Order::of(&old)),
                contour: has(7).then(|| Contour::of(&old)),
                harmony: has(8).then(|| Harmony::of(&hole.measure, chords, classes, &old)),
                locked: if has(9) { Locked::new(locked) } else { Locked::default() },
                sounding: has(10).then_some(Sounding),
                moved: has(11).then(|| Moved::of(&old, |_| true)),
            };
            for patience in [20, 150] {
                let cell = answered(hole, &constraints, &mut chance, patience);
                hold_hard(&cell, &hole, &constraints);
            }
        }
    }
}

/// Answers to many themes under one constraint made from the theme.
fn under(seed: u64, make: impl Fn(&Cell, &Hole) -> Constraints, check: impl Fn(&Cell, &Cell, &Hole)) {
    let mut chance = Chance(seed);
    for _ in 0..300 {
        let hole = hole(0, 96);
        let old = theme(&mut chance, false, 96, 16);
        let cell = answered(hole, &make(&old, &hole), &mut chance, 4000);
        check(&old, &cell, &hole);
    }
}

#[test]
fn keeping_the_rhythm_keeps_onsets_durations_and_chord_sizes() {
    let scale = Some(Scale { classes: 0b1010_1011_0101 });
    let make = |old: &Cell, _: &Hole| Constraints { rhythm: Some(Rhythm::of(old)), scale, ..Constraints::default() };
    under(2, make, |old, new, _| {
        let shape = |cell: &Cell| cell.tones().iter().map(|tone| (tone.position, tone.duration)).collect::<Vec<_>>();
        assert_eq!(shape(old), shape(new));
    });
}

#[test]
fn keeping_the_pitches_keeps_their_order() {
    let make = |old: &Cell, _: &Hole| Constraints { order: Some(Order::of(old)), ..Constraints::default() };
    under(3, make, |old, new, _| {
        let pitches = |cell: &Cell| cell.tones().iter().map(|tone| tone.pitch).collect::<Vec<_>>();
        assert_eq!(pitches(old), pitches(new));
    });
}

#[test]
fn keeping_the_contour_keeps_the_direction_of_every_step() {
    let range = Some(Range { low: 50, high: 75 });
    let make = |old: &Cell, _: &Hole| Constraints { contour: Some(Contour::of(old)), range, ..Constraints::default() };
    under(4, make, |old, new, _| {
        let ways = |cell: &Cell| tops(cell).windows(2).map(|pair| pair[1].cmp(&pair[0])).collect::<Vec<_>>();
        let (old, new) = (ways(old), ways(new));
        for (at, way) in new.iter().enumerate() {
            assert!(old.get(at).or(old.last()).is_none_or(|wanted| wanted == way), "step {at}: {old:?} {new:?}");
        }
    });
}

#[test]
fn keeping_the_harmony_keeps_beats_in_the_chord() {
    let make = |old: &Cell, hole: &Hole| Constraints {
        harmony: Some(Harmony::of(&hole.measure, [Some(0x91); 2], 0xab5, old)),
        ..Constraints::default()
    };
    under(5, make, |_, new, _| {
        for tone in new.tones() {
            let classes = if tone.position % 24 == 0 { 0x91 } else { 0xab5 };
            assert!(classes >> (tone.pitch % 12) & 1 == 1, "{tone:?}");
        }
    });
}

#[test]
fn silence_is_refused_and_the_least_notes_are_written() {
    let density = Some(Density { least: 5, most: 9 });
    let make = |_: &Cell, _: &Hole| Constraints { density, sounding: Some(Sounding), ..Constraints::default() };
    under(6, make, |_, new, _| assert!((5..=9).contains(&new.tones().len())));
}

#[test]
fn an_answer_goes_through_all_its_cells() {
    let mut second = hole(39, 96);
    second.voice.ordinal = 3;
    let holes = [hole(0, 96), second, hole(13, 48)];
    let mut chance = Chance(9);
    for _ in 0..100 {
        let mut grammar = Grammar::new(&holes, vec![Constraints::default(); 3]).unwrap();
        let ids = draw(&mut grammar, &mut chance, 100);
        assert_eq!(answer::read(&ids, &holes).unwrap(), grammar.cells());
        assert!(grammar.allowed().count() == 0 && grammar.push(0).is_err());
    }
    assert!(Grammar::new(&holes, vec![]).is_err());
}
