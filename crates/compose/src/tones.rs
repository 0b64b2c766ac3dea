//! Notes on the grid, as likeness is measured.

use tokens::Tone;

/// The notes of a cell as places compare them.
pub fn tones(tones: &[Tone]) -> Vec<analysis::Tone> {
    let tone = |tone: &Tone| analysis::Tone {
        position: tone.position.into(),
        length: u32::from(tone.end()) - u32::from(tone.position),
        pitch: tone.pitch,
    };
    tones.iter().map(tone).collect()
}
