//! The headless application: one facade, [`Studio`], that the window, the command line and the tests call alike.
//!
//! A studio holds at most one open piece. Every change of it is an edit that stands in the journal before anybody
//! hears of it; variations are edits that are not applied yet.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod accept;
mod add;
mod chords;
mod critic;
mod demo;
mod doctor;
mod edit;
mod engrave;
mod error;
mod evaluate;
mod excerpt;
mod export;
mod hands;
mod landing;
mod lock;
pub mod log;
mod material;
mod memory;
mod models;
mod open;
mod parts;
mod place;
mod playback;
mod pretrain;
mod record;
mod session;
mod shelf;
mod steps;
mod studio;
mod surprise;
mod template;
mod threads;
mod vary;
mod versions;
mod voice;
mod voices;
pub mod wire;

pub use accept::{Asked, AskedStep};
pub use add::{Added, Reading};
pub use compose::evaluate::{Figures, Likeness, Line as WritingLine};
pub use compose::{Keep, Mode, Settings};
pub use critic::{Chooses, critic};
pub use doctor::{Doctor, Line};
pub use engrave::DrumPlace;
pub use error::{Code, Error};
pub use evaluate::{BitsOf, Evaluated, Evaluation, Strength, Tasks, evaluate};
pub use excerpt::Excerpt;
pub use export::{AudioFormat, Depth, RenderOptions, Rendered, Stems, numbered};
pub use formats::musicxml::Version as MusicXml;
pub use models::ModelEntry;
pub use parts::PartSummary;
pub use place::program_by_name;
pub use pretrain::{Pretrained, Pretraining, pretrain};
pub use sound::Incoming;
pub use studio::Studio;
pub use surprise::{NoteSurprise, Surprise};
pub use template::{Template, TemplateSummary};
pub use threads::giving_way;
pub use versions::{Since, Version};
pub use voice::{
    Beside, Copies, FileLine, Files, Finetuned, Finetuning, Judged, Kind, Knobs, Learning, Portrait, Portraits,
    Quotation, Tried, VoiceCard, VoiceEntry, finetune, finetune_on, survey,
};
pub use voices::{TrainRequest, VoiceUse};
