//! The studio as a whole: the arrows between crates, the commands of the window, the first path without a window.
#![allow(clippy::unwrap_used)]

mod arrange;
mod asked;
mod chords;
mod commands;
mod engraving;
mod files;
mod layers;
mod nudges;
mod path;
mod record;
mod shelf;
mod versions;
mod wishes;

use engine::Studio;
use std::path::Path;

/// A studio whose library is in this folder, with the demo open.
async fn demo(folder: &Path) -> Studio {
    let studio = Studio::open_in(folder, false).await.unwrap();
    studio.open_demo().await.unwrap();
    studio
}
