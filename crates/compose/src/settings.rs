//! What a composer can ask of a variation: the panel's controls and the command line's options.

use serde::{Deserialize, Serialize};

/// What kind of writing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// What stands there, changed by [`Settings::strength`].
    #[default]
    Variation,
    /// Something new that fits its surroundings.
    Infill,
    /// What comes after the bars before the selection.
    Continue,
    /// A part that goes with the other tracks.
    Accompany,
    /// Further voices under a melody.
    Harmonize,
}

/// What of the old music a variation keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Keep {
    /// Onsets and lengths.
    Rhythm,
    /// Pitches, in their order.
    Pitches,
    /// The ups and downs of the top line.
    Contour,
    /// The chords.
    Harmony,
}

/// Every control of a request; the defaults are what the panel shows at first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// What kind of writing.
    pub mode: Mode,
    /// How far from the old music, 0..=1; named stops: ornament .1, re-pitch .3, re-rhythm .5, rewrite .7, new idea .9.
    pub strength: f32,
    /// What is kept of the old music.
    pub keep: Vec<Keep>,
    /// "auto" (the scale of the music around), "off", or a scale by name such as "D minor".
    pub scale: String,
    /// Lowest and highest key allowed, 0..=127; none: the instrument's range.
    pub range: Option<(u8, u8)>,
    /// New notes follow the chord track: the model reads its chords, and on the beats only their tones are written. Pitches
    /// that are kept, and locked notes, stay what they are.
    pub chords: bool,
    /// Notes relative to what stands there, -1 (far fewer) ..= 1 (far more); 0 = alike.
    pub density: f32,
    /// Most notes at one onset, 1..=16; none: as the model likes.
    pub polyphony: Option<u8>,
    /// Softmax temperature, 0.1..=2; 1 is what the model learnt.
    pub temperature: f32,
    /// How many candidates, 1..=16.
    pub count: u8,
    /// Chance as a parameter: the same request with the same seed gives the same notes.
    pub seed: u32,
    /// The General MIDI program of a new part (accompany); none: the selected track's own.
    pub instrument: Option<u8>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            mode: Mode::Variation,
            strength: 0.5,
            keep: Vec::new(),
            scale: "auto".into(),
            range: None,
            chords: false,
            density: 0.0,
            polyphony: None,
            temperature: 0.8,
            count: 4,
            seed: 1,
            instrument: None,
        }
    }
}
