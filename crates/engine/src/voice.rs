//! Voices: a folder of a composer's own music (MIDI, MusicXML, ABC) becomes a change of the base model that writes more like it.

mod card;
mod finetune;
mod knobs;
mod lesson;
mod limit;
mod plan;
mod portrait;
mod prepare;
mod proof;
mod search;
mod shelf;
mod source;
mod style;

pub use card::{Copies, Judged, Quotation, Tried, VoiceCard};
pub use finetune::{Finetuned, Finetuning, Learning, finetune, finetune_on, survey};
pub use knobs::{Kind, Knobs};
pub use portrait::{Beside, Portrait, Portraits};
pub use shelf::{Shelf, VoiceEntry};
pub use source::{FileLine, Files};
