//! How good the model's writing is, beside people's own bars and simple rivals.
//!
//! Everything is measured on the grid over the masked cells of excerpts of eight bars; nothing outside an excerpt is
//! known to anybody. The tasks are a function of the pieces and a seed.

mod excerpt;
mod figures;
mod rivals;
mod strength;
mod table;
mod task;

pub use excerpt::{Excerpt, PATTERNS, Pattern, draw, excerpt, part, rest};
pub use figures::{Figures, measure, quotations};
pub use rivals::Rival;
pub use strength::{Likeness, spearman, varied};
pub use table::{Line, Table};
pub use task::FrozenTask;

use crate::{Cell, Composer, Error, Merit, Settings, Task};
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use tokens::Passage;

/// The excerpt as the model fills it: the first candidate of a request with these settings, by each merit. It stops soon
/// after `cancel` is set.
///
/// # Errors
/// As [`Composer::vary`].
pub fn written(
    composer: &Composer,
    excerpt: &Excerpt,
    settings: &Settings,
    merits: &[Merit],
    cancel: &AtomicBool,
) -> Result<Vec<Passage>, Error> {
    let track = |part: usize| excerpt.passage.parts[part].track;
    let cells: BTreeSet<Cell> = excerpt.masked.iter().map(|&(bar, part)| Cell { track: track(part), bar }).collect();
    let task = Task { cells, locks: BTreeSet::new(), settings: settings.clone() };
    let pool = composer.draw_unless(&excerpt.asked, &task, cancel, &mut |_| true)?;
    let passage = |merit: &Merit| {
        let mut passage = excerpt.passage.clone();
        if let Some(first) = pool.best(*merit).first() {
            let score = excerpt.asked.with(&first.edit)?;
            let answered = Passage::read(&score, 0..excerpt.passage.bars());
            for &(bar, part) in &excerpt.masked {
                let own = answered.parts.iter().position(|other| other.track == track(part)).unwrap_or(part);
                passage.set(bar, part, answered.cell(bar, own).clone());
            }
        }
        Ok(passage)
    };
    merits.iter().map(passage).collect()
}
