//! Where threads that share each row lay down their parts and read those of the others.
//!
//! A token passes some twenty such meetings in a fraction of a millisecond, too short to sleep and wake: who waits
//! turns in a loop, and makes way for others only when it takes long.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

/// Rows that are laid down at a time.
const ROWS: usize = 8;
/// Turns of the loop before others are let through, and before the thread naps.
const EAGER: usize = 4_000;
const PATIENT: usize = 20_000;

/// Two sides that are used by turns: nobody can write on one that others still read, because they have to meet on the
/// other one first.
#[derive(Debug)]
pub struct Board {
    threads: usize,
    sides: [Vec<AtomicU32>; 2],
    arrived: AtomicUsize,
    /// Someone has left; nobody waits any longer.
    over: AtomicBool,
}

/// How many meetings a thread has had.
#[derive(Debug, Default)]
pub struct Meetings(usize);

/// What a meeting answers when someone has left.
#[derive(Debug)]
pub struct Over;

impl Board {
    /// For so many threads and rows of at most `width` numbers.
    pub fn new(threads: usize, width: usize) -> Self {
        let side = || (0..ROWS * width).map(|_| AtomicU32::new(0)).collect();
        Board { threads, sides: [side(), side()], arrived: AtomicUsize::new(0), over: AtomicBool::new(false) }
    }

    /// Brings together what all threads have of some rows: `own` [rows, columns] are columns of rows `width` wide.
    pub fn gather(
        &self,
        meetings: &mut Meetings,
        width: usize,
        columns: Range<usize>,
        own: &[f32],
        all: &mut Vec<f32>,
    ) -> Result<(), Over> {
        all.clear();
        if self.threads == 1 {
            all.extend_from_slice(own);
            return Ok(());
        }
        for own in own.chunks(ROWS * columns.len()) {
            let side = &self.sides[meetings.0 % 2];
            let rows = own.len() / columns.len();
            for (row, own) in side.chunks_exact(width).zip(own.chunks_exact(columns.len())) {
                let row = row[columns.clone()].iter().zip(own);
                row.for_each(|(word, number)| word.store(number.to_bits(), Ordering::Relaxed));
            }
            meetings.0 += 1;
            self.arrived.fetch_add(1, Ordering::AcqRel);
            self.wait(|| self.arrived.load(Ordering::Acquire) >= meetings.0 * self.threads)?;
            all.extend(side[..rows * width].iter().map(|word| f32::from_bits(word.load(Ordering::Relaxed))));
        }
        Ok(())
    }

    /// Waits until something has happened.
    pub fn wait(&self, happened: impl Fn() -> bool) -> Result<(), Over> {
        let mut turns = 0;
        while !happened() {
            if self.over.load(Ordering::Acquire) {
                return Err(Over);
            }
            turns += 1;
            match turns {
                ..EAGER => std::hint::spin_loop(),
                EAGER..PATIENT => std::thread::yield_now(),
                _ => std::thread::park_timeout(std::time::Duration::from_millis(1)),
            }
        }
        Ok(())
    }

    /// Lets everybody go.
    pub fn leave(&self) {
        self.over.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_down_in_parts_is_read_whole_by_all() {
        let board = Board::new(3, 9);
        let meet = |thread: usize| {
            let (mut meetings, mut all) = (Meetings::default(), Vec::new());
            for time in 0..500_usize {
                let rows = time % 20 + 1;
                let number = |row: usize, column: usize| (time * 1000 + row * 9 + column) as f32;
                let own = (0..rows).flat_map(|row| (0..3).map(move |column| number(row, 3 * thread + column)));
                board.gather(&mut meetings, 9, 3 * thread..3 * thread + 3, &own.collect::<Vec<_>>(), &mut all).unwrap();
                let whole: Vec<f32> = (0..rows).flat_map(|row| (0..9).map(move |column| number(row, column))).collect();
                assert_eq!(all, whole);
            }
        };
        std::thread::scope(|scope| {
            (0..3).for_each(|thread| drop(scope.spawn(move || meet(thread))));
        });
    }

    #[test]
    fn who_leaves_keeps_nobody_waiting() {
        let board = Board::new(2, 4);
        std::thread::scope(|scope| {
            let waiting =
                scope.spawn(|| board.gather(&mut Meetings::default(), 4, 0..2, &[1.0, 2.0], &mut Vec::new()).is_err());
            board.leave();
            assert!(waiting.join().unwrap());
        });
    }
}
