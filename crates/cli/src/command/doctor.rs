//! `diabelli doctor`.

use super::Answer;
use engine::Studio;

/// Looks at devices, model, SoundFont and library.
pub async fn run() -> anyhow::Result<Answer> {
    let report = Studio::doctor_of_this_machine().await;
    let mut words = String::new();
    for line in &report.lines {
        let mark = if line.works { "ok  " } else { "no  " };
        words.push_str(&format!("{mark}{}: {}\n", line.what, line.finding));
        if let Some(advice) = &line.advice {
            words.push_str(&format!("    {advice}\n"));
        }
    }
    Ok(Answer::new(words, serde_json::to_value(&report)?))
}
