//! What can go wrong with a corpus.

use crate::intake::{Line, Outcome};

/// Why a folder could not be read or shards not be written. Single damaged files are no error: the intake report
/// names them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder or file could not be read or written.
    #[error("cannot {what} {path}: {reason}; check that it exists, can be reached and has space")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: String,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A line of the catalogue is not what it should be.
    #[error("line {line} of {path} is no entry of a catalogue: {reason}; correct or remove that line")]
    Catalogue {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// No file of the folder can be used.
    #[error("{}", unusable(report))]
    Nothing {
        /// Every file, with the reason.
        report: Vec<Line>,
    },
    /// The caller asked to stop.
    #[error("stopped as asked; nothing was written")]
    Stopped,
    /// A figure could not be written as JSON.
    #[error("cannot describe the shard {path}: {reason}; report this with the folder it came from")]
    Description {
        /// Which shard.
        path: String,
        /// What the writer said.
        reason: serde_json::Error,
    },
}

/// What is wrong with a folder of such files: the first reasons.
fn unusable(report: &[Line]) -> String {
    const TOLD: usize = 5;
    let reasons = report.iter().filter_map(|line| match &line.outcome {
        Outcome::Rejected { reason } => Some(format!("{}: {reason}", line.file)),
        _ => None,
    });
    let told: Vec<String> = reasons.take(TOLD).collect();
    let more = report.len().saturating_sub(told.len());
    if told.is_empty() {
        return "there is no file of music in it; add MIDI, MusicXML or ABC files".to_owned();
    }
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("none of its {} files can be used: {}{rest}", report.len(), told.join("; "))
}

impl Error {
    /// An [`Error::Io`] for `path`.
    pub(crate) fn io(what: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = path.display().to_string();
        move |reason| Error::Io { what, path, reason }
    }
}
