//! Voices: a folder of a composer's own music (MIDI, MusicXML, ABC) becomes a change of the base model that writes more like it.

mod card;
mod finetune;
mod knobs;
mod lesson;
mod plan;
mod prepare;
mod proof;
mod shelf;
mod source;

pub use card::{Copies, Judged, Quotation, VoiceCard};
pub use finetune::{Finetuned, Finetuning, Learning, finetune, take_in};
pub use knobs::{Kind, Knobs};
pub use shelf::{Shelf, VoiceEntry};
pub use source::{FileLine, Files};
