//! What works on this machine, and what to do about the rest.

use crate::{Error, Studio, threads};
use model::{Accelerator, Gpu};
use serde::Serialize;

/// The findings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Doctor {
    /// One line for each thing looked at.
    pub lines: Vec<Line>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Line {
    /// What was looked at.
    pub what: String,
    /// Whether it works.
    pub works: bool,
    /// What was found.
    pub finding: String,
    /// What to do, if it does not work or could be better.
    pub advice: Option<String>,
}

impl Studio {
    /// Looks at everything without touching a running studio's library.
    pub async fn doctor_of_this_machine() -> Doctor {
        let studio = Studio::headless();
        let mut doctor = studio.doctor().await;
        doctor.lines.push(output_line());
        doctor.lines.push(midi_line());
        doctor.lines.push(library_line());
        doctor
    }

    /// Looks at what this studio uses.
    pub async fn doctor(&self) -> Doctor {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let tier = model::Tier::detect();
        let mut lines = vec![Line {
            what: "Processor".into(),
            works: true,
            finding: format!("{cores} cores, {tier}"),
            advice: None,
        }];
        lines.push(learning_line());
        lines.push(match self.composer() {
            Ok(composer) => Line { what: "Model".into(), works: true, finding: composer.describe(), advice: None },
            Err(error) => no_model(&error),
        });
        lines.push(self.font_line());
        if let Some(player) = &self.0.player {
            lines.push(Line {
                what: "Sound".into(),
                works: player.silent_because().is_none(),
                finding: player.silent_because().unwrap_or_else(|| "an output is open".into()),
                advice: player
                    .silent_because()
                    .map(|_| "Connect an output and open the studio again; exporting audio works".into()),
            });
        }
        Doctor { lines }
    }

    fn font_line(&self) -> Line {
        let font = self.font();
        let builtin = font.is_builtin();
        Line {
            what: "SoundFont".into(),
            works: true,
            finding: font.name().to_owned(),
            advice: builtin.then(|| "Install fluid-soundfont-gm for the sound of real instruments".into()),
        }
    }
}

fn no_model(error: &Error) -> Line {
    Line {
        what: "Model".into(),
        works: false,
        finding: error.to_string(),
        advice: Some("Set DIABELLI_MODEL to a folder with config.json and model.safetensors".into()),
    }
}

fn learning_line() -> Line {
    let (what, works) = ("Learning".into(), true);
    match Gpu::find() {
        Ok(gpu) => Line { what, works, finding: gpu.name(), advice: None },
        Err(error) => Line { what, works, finding: threads::device(None), advice: Some(error.to_string()) },
    }
}

fn output_line() -> Line {
    match sound::default_output() {
        Ok(name) => Line { what: "Sound".into(), works: true, finding: name, advice: None },
        Err(reason) => Line {
            what: "Sound".into(),
            works: false,
            finding: reason,
            advice: Some("The studio stays silent; writing and exporting audio work".into()),
        },
    }
}

fn midi_line() -> Line {
    let listed = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    match sound::midi_ports() {
        Ok((inputs, outputs)) => Line {
            what: "MIDI".into(),
            works: true,
            finding: format!("keyboards: {}; outputs: {}", listed(&inputs), listed(&outputs)),
            advice: None,
        },
        Err(reason) => Line {
            what: "MIDI".into(),
            works: false,
            finding: reason,
            advice: Some("On Linux load the module snd-seq; notes can be played with the window's keys".into()),
        },
    }
}

fn library_line() -> Line {
    match library::place() {
        Ok(folder) => {
            let found = if folder.exists() { "" } else { " (will be made at the first start)" };
            Line { what: "Library".into(), works: true, finding: format!("{}{found}", folder.display()), advice: None }
        }
        Err(error) => Line {
            what: "Library".into(),
            works: false,
            finding: error.to_string(),
            advice: Some("Set DIABELLI_HOME to a folder that you may write to".into()),
        },
    }
}
