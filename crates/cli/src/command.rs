//! The subcommands, one file each.

pub mod convert;
pub mod doctor;
pub mod evaluate;
pub mod finetune;
pub mod pretrain;
pub mod render;
pub mod surprise;
pub mod vary;

use serde_json::Value;
use std::io::Write;

/// What a subcommand has to say: words for people, JSON for programs.
pub struct Answer {
    words: String,
    json: Value,
}

impl Answer {
    /// Both forms of one answer.
    pub fn new(words: impl Into<String>, json: Value) -> Self {
        Answer { words: words.into(), json }
    }

    /// The only thing that this program writes to stdout. A reader that has gone away (`diabelli … | head`) is no error.
    pub fn print(&self, json: bool) {
        let mut out = std::io::stdout().lock();
        let _ = match json {
            true => writeln!(out, "{}", self.json),
            false => writeln!(out, "{}", self.words.trim_end()),
        };
    }
}

/// `OUT.mid` for one file of one, `OUT-2.mid` for the second of several.
pub fn numbered(out: &std::path::Path, number: usize, count: usize) -> std::path::PathBuf {
    if count == 1 {
        return out.to_owned();
    }
    let stem = out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = out.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
    out.with_file_name(format!("{stem}-{number}{extension}"))
}
