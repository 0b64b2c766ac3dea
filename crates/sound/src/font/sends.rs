//! How much each instrument of a bank sends to the room by itself, beside what its track sends.

use crate::Param;
use crate::schedule::Controls;
use rustysynth::SoundFont;
use std::collections::HashMap;

/// Reverb and chorus sends by (bank, program), the mean over the instrument's zones, 0..=1 (SoundFont 2.04, 8.1.2,
/// generators 15 and 16).
#[derive(Debug)]
pub struct Sends {
    presets: HashMap<(u16, u16), [f32; 2]>,
}

impl Sends {
    /// Reads them from a bank.
    pub fn of_font(font: &SoundFont) -> Self {
        let mut presets = HashMap::new();
        for preset in font.get_presets() {
            let (mut sum, mut zones) = ([0.0, 0.0], 0.0);
            for outer in preset.get_regions() {
                let Some(instrument) = font.get_instruments().get(outer.get_instrument_id()) else { continue };
                for zone in instrument.get_regions() {
                    sum[0] += outer.get_reverb_effects_send() + zone.get_reverb_effects_send();
                    sum[1] += outer.get_chorus_effects_send() + zone.get_chorus_effects_send();
                    zones += 1.0;
                }
            }
            let place = (preset.get_bank_number() as u16, preset.get_patch_number() as u16);
            // The bank states percents.
            presets.insert(place, sum.map(|sum| if zones > 0.0 { (sum / zones / 100.0).clamp(0.0, 1.0) } else { 0.0 }));
        }
        Sends { presets }
    }

    /// What a strip with these controls sends to reverb and chorus, 0..=1.
    pub fn of(&self, controls: &Controls) -> [f32; 2] {
        let (bank, program) = (controls.get(Param::Bank), controls.get(Param::Program));
        let own = self.presets.get(&(bank, program)).or_else(|| self.presets.get(&(0, program)));
        let [reverb, chorus] = own.copied().unwrap_or_default();
        let track = |param| f32::from(controls.get(param)) / 127.0;
        [(track(Param::Reverb) + reverb).min(1.0), (track(Param::Chorus) + chorus).min(1.0)]
    }
}
