//! Writes the demo piece as a MIDI file: `demo datasets/demo/waltz.mid`.

use std::path::Path;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).ok_or("usage: demo FILE.mid")?;
    let studio = engine::Studio::headless();
    studio.open_demo().await?;
    Ok(studio.export_midi(Path::new(&target)).await?)
}
