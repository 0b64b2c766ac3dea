//! The audio callback neither allocates nor frees (A1 of the reliability list).
#![allow(unsafe_code, reason = "a global allocator that counts cannot be written without")]

use crate::piece::{piece, track};
use sound::{Cable, Command, CountIn, Font, Param, Patch, Rack, Schedule, Stage, Touch, transport};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Heap operations of this thread while it is watched.
    static COUNT: Cell<Option<u64>> = const { Cell::new(None) };
}

struct Counting;

fn count() {
    // A thread that is ending has no cell any more, and is not watched.
    let _ = COUNT.try_with(|count| count.set(count.get().map(|count| count + 1)));
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Heap operations on this thread during `work`.
fn watched(work: impl FnOnce()) -> u64 {
    COUNT.set(Some(0));
    work();
    COUNT.take().unwrap_or(u64::MAX)
}

#[test]
fn the_callback_neither_allocates_nor_frees() {
    const RATE: u32 = 48_000;
    let font = Font::builtin();
    // 64 voices: four tracks of sixteen long notes each, struck again and again.
    let notes: Vec<(u32, u32, u8)> =
        (0..40u32).flat_map(|chord| (0..16).map(move |key| (chord * 960, 900, 40 + key as u8 * 2))).collect();
    let score =
        |programs: [u8; 4]| piece((0..4).map(|id| track(id + 1, id as u8, programs[id as usize], &notes)).collect());
    let (first, second) = (score([48, 16, 61, 89]), score([0, 24, 68, 73]));
    let rack = || Rack::new(&font, RATE, 4).unwrap();
    // Half of the second piece goes to a port.
    let schedule = |score: &score::Score| {
        let mut schedule = Box::new(Schedule::new(score, RATE, None));
        let sent = std::ptr::eq(score, &second);
        let cable = |channel| Cable { port: 2, channel, programs: true };
        schedule.plug(|track| (sent && track.0 % 2 == 0).then(|| cable(track.0 as u8)));
        schedule
    };
    let (mut transport, mut remote) = transport(Stage::new(Some(rack()), schedule(&first)));
    for (place, strip) in (0..).zip([Some(2), None]) {
        let patch = Patch::of(&first.tracks[usize::from(place)], strip);
        remote.tell(Command::Pull { place, patch: Some(patch) });
    }
    let mut signals = remote.signals().unwrap();
    let mut sent = 0;
    remote.tell(Command::Clock(true));
    remote.tell(Command::Metronome(true));
    remote.tell(Command::Play);
    let mut out = [[0.0f32; 2]; 128];
    let (mut operations, mut peak) = (0, 0.0f32);
    // Ten seconds in blocks of 128 frames.
    for block in 0..10 * RATE / 128 {
        match block % 375 {
            50 => remote.tell(Command::Change(schedule(if block % 2 == 0 { &first } else { &second }))),
            100 => remote.tell(Command::Seek(block * 3)),
            150 => remote.tell(Command::ChangeRack(rack())),
            200 => remote.tell(Command::Loop(Some((960, 1990)))),
            250 => remote.tell(Command::Preview { after_ms: 0, drums: false, program: 3, key: 70, velocity: 99 }),
            300 => remote.tell(Command::Stop),
            310 => remote.tell(Command::CountIn(CountIn { beats: 4, in_bar: 4, samples: 1000.0 })),
            345 => remote.tell(Command::Touch(Touch::LetGo)),
            at if at % 10 == 3 => remote.tell(Command::Touch(Touch::Down { key: (at / 10) as u8, velocity: 90 })),
            at if at % 10 == 8 => remote.tell(Command::Touch(Touch::Up { key: (at / 10) as u8 })),
            at if at % 50 == 1 => {
                remote.tell(Command::Touch(Touch::Turn { param: Param::Pedal, value: at as u16 % 128 }))
            }
            350 => remote.tell(Command::Loop(None)),
            _ => remote.tend(),
        }
        operations += watched(|| transport.fill(&mut out, f64::from(block)));
        peak = out.iter().flatten().fold(peak, |peak, sample| peak.max(sample.abs()));
        while remote.anchor().is_some() {}
        while remote.levels().is_some() {}
        // Nobody reads for a while, so that the ring is full too.
        if block % 3000 > 2000 {
            sent += std::iter::from_fn(|| signals.pop().ok()).count();
        }
    }
    assert_eq!(operations, 0);
    assert!(sent > 1000, "{sent} signals");
    assert!(peak > 0.05 && transport.stage().rack().unwrap().counts().0 > 500);
    assert!(watched(|| drop(Box::new(7))) >= 2, "the count counts");
}
