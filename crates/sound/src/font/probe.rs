//! Listening to a new font for a moment.

use crate::{BLOCK, Font, Rack};

/// Presets that are tried, spread over the font.
const PRESETS: usize = 16;

/// Keys that are tried on each.
const KEYS: [u8; 3] = [36, 60, 84];

/// Blocks that each preset sounds: 6 ms.
const BLOCKS: usize = 9;

/// Has some presets sound on keys high and low.
///
/// # Errors
/// A reason in plain words if the synthesiser stumbles at the very first notes.
pub(super) fn listen(font: &Font) -> Result<(), String> {
    let mut rack = Rack::of_previews(font, 48_000).map_err(|error| error.to_string())?;
    let presets = font.samples().get_presets();
    for preset in presets.iter().step_by(presets.len().div_ceil(PRESETS).max(1)) {
        let drums = preset.get_bank_number() == 128;
        for key in KEYS {
            rack.preview(drums, preset.get_patch_number().clamp(0, 127) as u8, key, 100);
        }
        for _ in 0..BLOCKS {
            rack.add(&mut [0.0; BLOCK], &mut [0.0; BLOCK]);
        }
        if rack.strikes() > 0 {
            return Err(format!("the preset {:?} does not give sound but faults", preset.get_name()));
        }
    }
    Ok(())
}
