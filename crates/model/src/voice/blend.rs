//! A network with voices on top of it, each at its strength.

use super::{EMBEDDING, Part, READ, SCALE, STYLES, Voice, low_names, part};
use crate::train::ops::{By, Matrix, product};
use crate::{Checkpoint, Error};

/// The strongest that a voice is used at.
pub const STRONGEST: f32 = 1.5;

impl Checkpoint {
    /// The network with voices, each at its strength: 0 is the base, 1 the voice as it learnt.
    ///
    /// # Errors
    /// [`Error::Config`] if a strength is outside 0..=1.5, [`Error::Weight`] if a voice does not fit.
    pub fn with_voices(&self, voices: &[(&Voice, f32)]) -> Result<Checkpoint, Error> {
        let mut changed = self.clone();
        for (voice, strength) in voices {
            if !(0.0..=STRONGEST).contains(strength) {
                let (value, range) = (strength.to_string(), format!("0..={STRONGEST}"));
                return Err(Error::Config { what: "a voice's strength", value, range });
            }
            voice.check(&self.config)?;
            for (name, change) in &voice.weights {
                match part(name) {
                    Some(Part::Whole(of)) => {
                        let Some(weight) = changed.weights.get_mut(of) else { continue };
                        let pairs = weight.data.iter_mut().zip(&change.data);
                        pairs.for_each(|(number, change)| *number += strength * change);
                    }
                    Some(Part::Down(of)) => {
                        let up = voice.weights.get(&low_names(of).1);
                        let weight = changed.weights.get_mut(&format!("{of}.weight"));
                        let (Some(up), Some(weight)) = (up, weight) else { continue };
                        let (&[rank, columns], &[rows, _]) = (change.shape.as_slice(), up.shape.as_slice()) else {
                            continue;
                        };
                        let down = Matrix::new(&change.data, rank, columns, columns);
                        let up = Matrix::new(&up.data, rows, rank, rank);
                        product(up, down, SCALE * strength, &mut weight.data, columns, true, By::All);
                    }
                    Some(Part::Up(_) | Part::Rows(_)) | None => {}
                }
            }
        }
        changed.read_styles(voices);
        Ok(changed)
    }

    /// A style changes what is read of an id, beside what a voice may have learnt of the whole embedding.
    fn read_styles(&mut self, voices: &[(&Voice, f32)]) {
        for (voice, strength) in voices {
            for (name, ids) in &STYLES {
                let Some(rows) = voice.weights.get(*name) else { continue };
                let Some(embedding) = self.weights.get(EMBEDDING).cloned() else { continue };
                let read = self.weights.entry(READ.into()).or_insert(embedding);
                let from = ids.start as usize * self.config.hidden_size;
                let numbers = read.data[from..].iter_mut().zip(&rows.data);
                numbers.for_each(|(number, change)| *number += strength * change);
            }
        }
    }
}
