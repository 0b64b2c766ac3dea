//! `diabelli finetune`.

use super::{Answer, stopped_by_signal};
use crate::progress::Progress;
use anyhow::Context;
use engine::{Beside, Files, Finetuned, Finetuning, Kind, Knobs, Learning, Tried};
use serde_json::json;
use std::path::PathBuf;

/// Trains a voice from a folder of MIDI, MusicXML or ABC; held-out files decide when to stop. A signal stops it, and `--resume` goes on.
#[derive(clap::Args)]
pub struct Arguments {
    /// A folder of MIDI, MusicXML or ABC files, searched with all folders in it.
    folder: PathBuf,
    /// The voice's folder.
    #[arg(short, long)]
    output: PathBuf,
    /// What of the network learns: auto, prefix, lora, top or full.
    #[arg(long)]
    method: Option<String>,
    /// The longest that learning may take.
    #[arg(long)]
    minutes: Option<f64>,
    /// Try out rates and ranks for so many minutes before it learns.
    #[arg(long)]
    search: Option<f64>,
    /// Go on: where it was stopped, or with what is new in the folder.
    #[arg(long)]
    resume: bool,
    /// A TOML file of any knobs; `--print-settings` shows them all.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Print every knob as it stands, in the form of a settings file, and do nothing.
    #[arg(long)]
    print_settings: bool,
    /// Say what the folder holds, file by file, and what would make a poor voice of it, and do nothing.
    #[arg(long)]
    survey: bool,
    /// What the voice is called; else as its folder.
    #[arg(long)]
    name: Option<String>,
    /// The base model's folder; else the one that ships.
    #[arg(long)]
    model: Option<PathBuf>,
    /// An unpacked corpus whose valid/ tells what the voice forgot; else music that the base model writes tells it.
    #[arg(long)]
    corpus: Option<PathBuf>,
}

/// Trains until held-out files are foretold no better, the plan or the minutes are over, or a signal comes.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Answer> {
    let mut knobs = arguments.settings.as_deref().map(Knobs::load).transpose()?.unwrap_or_default();
    if let Some(method) = &arguments.method {
        let kind: Result<Kind, _> = serde_json::from_value(json!(method));
        knobs.method =
            kind.with_context(|| format!("{method} is no method; choose auto, prefix, lora, top or full"))?;
    }
    knobs.minutes = arguments.minutes.unwrap_or(knobs.minutes);
    knobs.search = arguments.search.unwrap_or(knobs.search);
    if arguments.print_settings {
        return Ok(Answer::new(knobs.to_toml(), json!(knobs)));
    }
    let cancel = stopped_by_signal();
    if arguments.survey {
        let folder = arguments.folder.clone();
        let files = tokio::task::spawn_blocking(move || engine::survey(&folder, &cancel, &mut |_| ())).await??;
        return Ok(Answer::new(surveyed(&files), json!(files)));
    }
    let plan = Finetuning {
        folder: arguments.folder.clone(),
        output: arguments.output.clone(),
        name: arguments.name.clone(),
        knobs,
        resume: arguments.resume,
        base: arguments.model.clone(),
        corpus: arguments.corpus.clone(),
    };
    let done = tokio::task::spawn_blocking(move || {
        let bar = Progress::new("learning");
        engine::finetune(&plan, &cancel, |learning| {
            let (share, words) = words(learning);
            bar.show(share, &words);
            let often = matches!(
                learning,
                Learning::Step { .. }
                    | Learning::Proving { .. }
                    | Learning::Preparing { .. }
                    | Learning::Reading { .. }
            );
            if !often {
                bar.say(&words);
            }
        })
    })
    .await??;
    let words = summary(&done);
    Ok(Answer::new(words, json!(done)))
}

/// What a folder holds, for people.
fn surveyed(files: &Files) -> String {
    let (used, repaired, rejected) = (files.used, files.repaired, files.rejected.len());
    let listed = |name: &str, counts: &[(String, usize)]| {
        let all: Vec<String> = counts.iter().map(|(of, count)| format!("{of} ({count})")).collect();
        (!all.is_empty()).then(|| format!("{name}: {}", all.join(", ")))
    };
    let mut lines = vec![
        format!("{used} files can be used as they are, {repaired} after repairs, {rejected} not"),
        format!("{} bars, {} notes", files.bars, files.notes),
    ];
    lines.extend(listed("instruments", &files.instruments));
    lines.extend(listed("keys", &files.keys));
    lines.extend(listed("metres, in bars", &files.metres));
    lines.extend(listed("words", &files.words));
    if let Some(Beside { own, base, like }) = &files.beside {
        let (notes, other) = (own.density, base.density);
        lines.push(format!("{notes:.1} notes to a bar; in the music that the base model learnt from {other:.1}"));
        let like: Vec<String> = like.iter().map(|(name, share)| format!("{name} ({:.0} %)", share * 100.0)).collect();
        lines.push(format!("most like: {}", like.join(", ")));
    }
    lines.extend(files.warnings.iter().map(|warning| format!("note: {warning}")));
    let said = files.lines.iter().filter(|line| !line.reason.is_empty());
    lines.extend(said.map(|line| format!("{}: {}: {}", line.outcome, line.file, line.reason)));
    lines.join("\n")
}

/// How much is done, and what is being done.
fn words(learning: &Learning) -> (f32, String) {
    match learning {
        Learning::Began { id } => (0.0, format!("learning {id}")),
        Learning::Reading { done, of } => (0.0, format!("{done} of {of} files read")),
        Learning::Took { files } => {
            let repaired = files.repaired;
            let (used, rejected) = (files.used + repaired, files.rejected.len());
            let mut words = format!("{used} files used ({repaired} repaired), {rejected} not, {} bars", files.bars);
            files.warnings.iter().for_each(|warning| words += &format!("; {warning}"));
            (0.0, words)
        }
        Learning::On { device } => (0.0, format!("learning on: {device}")),
        Learning::Preparing { done, of } => (*done as f32 / (*of).max(1) as f32, "preparing".to_owned()),
        Learning::Searching { done, of, tried } => {
            let mut words = format!("{done} of {of} tried out");
            if let Some(Tried { rate, rank, bits_per_note }) = tried {
                let rank = rank.map(|rank| format!(", rank {rank}")).unwrap_or_default();
                words += &format!("; rate {rate:.1e}{rank}: {bits_per_note:.3} bits per note held out");
            }
            (*done as f32 / (*of).max(1) as f32, words)
        }
        Learning::Lighter { tokens } => (0.0, format!("memory is short: {tokens} tokens are read at once")),
        Learning::Step { tokens, of, loss, tokens_per_second, seconds_left, .. } => {
            let minutes = seconds_left / 60.0;
            let words = format!("loss {loss:.3}, {tokens_per_second:.0} tokens/s, {minutes:.1} min left");
            (*tokens as f32 / (*of).max(1) as f32, words)
        }
        Learning::Held { bits_per_note, tokens } => {
            (0.0, format!("{bits_per_note:.3} bits per note held out after {tokens} tokens"))
        }
        Learning::Alone { reason, device } => (0.0, format!("{reason}; going on from the checkpoint on: {device}")),
        Learning::RolledBack { rate } => {
            (0.0, format!("not finite; going on from the checkpoint at the rate {rate:.1e}"))
        }
        Learning::Proving { done, of } => (*done as f32 / (*of).max(1) as f32, "proving".to_owned()),
    }
}

fn summary(done: &Finetuned) -> String {
    let mut lines = vec![
        format!(
            "{:.2} → {:.2} bits per note on pieces that were never learnt from ({})",
            done.before.bits_per_note, done.after.bits_per_note, done.stopped_by
        ),
        format!("base music costs {:+.1} %", done.base_forgetting * 100.0),
        format!("{} on the {}", done.method, done.device),
    ];
    if done.kept < 1.0 {
        lines.push(format!("turned down to {:.0} % of what was learnt, so that it forgets no more", done.kept * 100.0));
    }
    if !done.words.is_empty() {
        let words: Vec<String> = done.words.iter().map(|(word, pieces)| format!("{word} ({pieces})")).collect();
        let told = done.told.map(|bits| format!("; told theirs: {bits:.2} bits per note")).unwrap_or_default();
        lines.push(format!("it answers to: {}{told}", words.join(", ")));
    }
    if let (Some(voice), Some(own)) = (done.copy_rate, done.own_copy_rate) {
        let (voice, own) = (voice * 100.0, own * 100.0);
        lines.push(format!(
            "{voice:.0} % of what it writes has sixteen notes in a row from the folder; of the folder's own pieces {own:.0} %"
        ));
    }
    for told in &done.quotations {
        let (file, from, to, notes) = (&told.file, told.from_bar, told.to_bar, told.notes);
        lines.push(format!("copied: {notes} notes as in {file}, bars {from}–{to}"));
    }
    if !done.gains {
        lines.push("no gain: the base model foretells this music as well".to_owned());
    }
    lines.extend(done.files.warnings.iter().map(|warning| format!("note: {warning}")));
    lines.extend(done.files.rejected.iter().map(|told| format!("not used: {}: {}", told.file, told.reason)));
    lines.join("\n")
}
