//! The subcommands, one file each.

pub mod convert;
pub mod critic;
pub mod doctor;
pub mod evaluate;
pub mod finetune;
pub mod new;
pub mod pretrain;
pub mod render;
pub mod surprise;
pub mod vary;
pub mod voice;

use serde_json::Value;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// A flag that is raised when somebody presses Ctrl+C, for jobs that end well before they end.
pub fn stopped_by_signal() -> Arc<AtomicBool> {
    let cancel = Arc::new(AtomicBool::new(false));
    let flag = cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            flag.store(true, Ordering::Relaxed);
        }
    });
    cancel
}
