//! Notes moved along a scale.

use super::alter::altered;
use super::within;
use crate::{Edit, Error, Ladder, Note, NoteId, Score};

impl Score {
    pub(super) fn transpose_in_scale(&self, ids: &[NoteId], steps: i32, scale: u16) -> Result<Edit, Error> {
        within("pitch classes of the scale", scale, 1, 0xFFF)?;
        let chosen = self.named(ids)?;
        let tones = Ladder::of(scale);
        let each = || chosen.iter().map(|(_, note)| note.pitch);
        let above = each().map(|pitch| tones.above(pitch).len()).min().unwrap_or(0);
        let below = each().map(|pitch| tones.below(pitch).len()).min().unwrap_or(0);
        let steps = i64::from(steps).clamp(-(below as i64), above as i64);
        let mut edit = altered("Transpose", chosen, |note| Note {
            pitch: tones.step(note.pitch, steps).unwrap_or(note.pitch),
            ..note
        });
        edit.label.push_str(" in the scale");
        Ok(edit)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Error, NoteId, text};

    const C_MAJOR: u16 = 0b1010_1011_0101;
    const PENTATONIC: u16 = 0b0010_1001_0101;

    fn moved(music: &str, steps: i32, scale: u16) -> String {
        let score = text::score(music).unwrap();
        let ids = (0..score.note_count() as u32).map(NoteId).collect();
        let edit = score.edit_for(&Command::TransposeInScale { ids, steps, scale }).unwrap();
        text::print(&score.with(&edit).unwrap())
    }

    #[test]
    fn notes_go_along_the_scale() {
        assert_eq!(moved("[C4 E4 G4]:1 B4:1", 1, C_MAJOR), "[D4 F4 A4]:1 C5:1");
        assert_eq!(moved("C4:1 F4:1", -3, C_MAJOR), "G3:1 C4:1");
        assert_eq!(moved("C4:1 G4:1", 7, C_MAJOR), "C5:1 G5:1");
        assert_eq!(moved("E4:1 A4:1", 1, PENTATONIC), "G4:1 C5:1");
        assert_eq!(moved("C4:1 C#4:1", 5, 0xFFF), "F4:1 F#4:1");
    }

    #[test]
    fn a_note_between_tones_goes_to_the_next_tone_first() {
        assert_eq!(moved("F#4:1", 1, C_MAJOR), "G4:1");
        assert_eq!(moved("F#4:1", -1, C_MAJOR), "F4:1");
        assert_eq!(moved("F#4:1", 2, C_MAJOR), "A4:1");
        assert_eq!(moved("F#4:1", 0, C_MAJOR), "F#4:1");
    }

    #[test]
    fn the_ends_of_the_keyboard_stop_the_group() {
        assert_eq!(moved("C4:1 D9:1", 20, C_MAJOR), "F4:1 G9:1");
        assert_eq!(moved("D-1:1 E4:1", -9, C_MAJOR), "C-1:1 D4:1");
        assert_eq!(moved("G9:1 C4:1", i32::MAX, C_MAJOR), "G9:1 C4:1");
        // Not even the first step is there for a note beyond the last tone.
        assert_eq!(moved("F#9:1 C4:1", 1, 1), "F#9:1 C4:1");
    }

    #[test]
    fn it_is_called_by_its_name_and_wants_a_scale() {
        let score = text::score("C4:1").unwrap();
        let up = |scale| score.edit_for(&Command::TransposeInScale { ids: vec![NoteId(0)], steps: 1, scale });
        assert_eq!(up(C_MAJOR).unwrap().label, "Transpose a note in the scale");
        assert!(matches!(up(0), Err(Error::Range { value: 0, low: 1, high: 4095, .. })));
        assert!(matches!(up(4096), Err(Error::Range { value: 4096, .. })));
    }
}
