//! Keeping what the model proposes: one step of the history, which knows what was asked for.

use crate::session::Session;
use crate::steps::Steps;
use crate::wire::VaryRequest;
use crate::{Error, Studio};
use compose::{Mode, Proposal};
use score::{Command, Edit, NewNote, Note, Score, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a variation was asked for and by whom it was written: with the same weights, the same piece and this it comes
/// again. Every step that accepts one keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// Who wrote it: the model and the first digits of its weights' hash, with its voices.
    pub model: String,
    /// Bars, tracks and all settings, the seed among them; without voices where the base model wrote beside one.
    pub request: VaryRequest,
    /// Which of the candidates of this request it was, counted from 1.
    pub candidate: u32,
}

/// A step of the history that a model wrote.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AskedStep {
    /// So many steps to take again from here, or, at 0 and below, to take back until it is the last one.
    pub away: i32,
    /// What was asked for.
    pub asked: Asked,
}

impl Studio {
    /// Makes a proposal part of the document, as one step; how the piece was before is kept as a version. Answers the
    /// revision.
    ///
    /// # Errors
    /// [`Error::NoCandidate`], or as [`Studio::apply`].
    pub async fn accept(&self, id: u32) -> Result<u32, Error> {
        self.settle(id, |_, proposal, label| Ok(Edit { label, ..proposal.edit.clone() })).await
    }

    /// Puts a proposal on tracks of its own, after the others, as one step, and leaves the piece's tracks as they are.
    /// What it left alone in its bars is there too, so that a take is whole. `names`: one for each track that it writes
    /// on, in the order of their ids; where there is none, the track's own. Answers the revision.
    ///
    /// # Errors
    /// As [`Studio::accept`].
    pub async fn accept_beside(&self, id: u32, names: &[String]) -> Result<u32, Error> {
        self.settle(id, |score, proposal, label| beside(score, proposal, names, label)).await
    }

    /// The steps that a model wrote, the oldest first, among those that can be undone or redone.
    ///
    /// # Errors
    /// [`Error::NoPiece`].
    pub async fn asked(&self) -> Result<Vec<AskedStep>, Error> {
        let guard = self.0.session.lock().await;
        let session = guard.as_ref().ok_or(Error::NoPiece)?;
        let done = session.history.done().rev().zip((i32::MIN..=0).rev());
        let all = done.chain(session.history.undone().zip(1..));
        // What a newer program has written in other words is not shown.
        let asked = |edit: &Edit| serde_json::from_str(edit.asked.as_ref()?).ok();
        let mut steps: Vec<AskedStep> =
            all.filter_map(|(edit, away)| Some(AskedStep { away, asked: asked(edit)? })).collect();
        steps.sort_by_key(|step| step.away);
        Ok(steps)
    }

    /// The one way in which a proposal becomes part of the piece.
    async fn settle(
        &self,
        id: u32,
        music: impl FnOnce(&Score, &Proposal, String) -> Result<Edit, Error>,
    ) -> Result<u32, Error> {
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        let proposal = session.proposal(id)?;
        let asked = asked_for(session, id);
        let label = in_words(&proposal.edit.label, proposal.seed, asked.as_ref());
        let edit = music(&session.score, proposal, label)?;
        let edit = Edit { asked: asked.as_ref().and_then(|asked| serde_json::to_string(asked).ok()), ..edit };
        let voices = asked.into_iter().flat_map(|asked| asked.request.voices);
        let voices = voices.filter(|voice| voice.strength > 0.0).map(|voice| voice.voice).collect();
        let project = session.project;
        self.keep_before(session).await?;
        let revision = self.carry_out(session, edit).await?;
        drop(guard);
        if let Some(project) = project {
            self.remember_voices(project, voices).await?;
        }
        Ok(revision)
    }
}

/// What a proposal of this session was asked for.
fn asked_for(session: &Session, id: u32) -> Option<Asked> {
    let run = session.asked.as_ref()?;
    let model = session.writers.get(&id).unwrap_or(&run.model).clone();
    let mut request = VaryRequest { compare: false, ..run.request.clone() };
    if model != run.model {
        // The base model wrote it, beside a voice.
        (request.voices, request.words) = (Vec::new(), Vec::new());
    }
    let before = session.writers.range(..id).filter(|(_, writer)| **writer == model).count();
    Some(Asked { model, request, candidate: before as u32 + 1 })
}

/// The label of a proposal that is accepted: by whom, from which seed and how strongly it was written.
fn in_words(label: &str, seed: u32, asked: Option<&Asked>) -> String {
    let settings = asked.map(|asked| &asked.request.settings).filter(|settings| settings.mode == Mode::Variation);
    let strength =
        settings.map_or_else(String::new, |settings| format!(", strength {:.0} %", settings.strength * 100.0));
    let by = asked.map(|asked| &asked.model).filter(|model| !model.is_empty());
    let by = by.map_or_else(String::new, |model| format!(", by {model}"));
    format!("{label}, seed {seed}{strength}{by}")
}

/// The edit that puts a proposal on tracks of its own.
fn beside(score: &Score, proposal: &Proposal, names: &[String], label: String) -> Result<Edit, Error> {
    let gone: BTreeSet<_> = proposal.removed.iter().copied().collect();
    let bars = score.bars();
    let (from, to) = (bars.first_tick(proposal.bars.0), bars.first_tick(proposal.bars.1 + 1));
    let mut written: BTreeMap<TrackId, Vec<Note>> = BTreeMap::new();
    for &(track, note) in &proposal.notes {
        written.entry(track).or_default().push(note);
    }
    let mut steps = Steps::new(score);
    for (at, (id, new)) in written.into_iter().enumerate() {
        let source = score.track(id)?;
        let left = source.starting_in(from, to).iter().filter(|note| !gone.contains(&note.id));
        // Nothing of a take is locked, for it stands for nothing that was there.
        let note = |note: &Note| NewNote { locked: false, ..NewNote::from(*note) };
        let add = Command::AddTrack {
            name: names.get(at).unwrap_or(&source.header.name).clone(),
            program: source.header.program,
            drums: source.header.is_drums(),
            notes: left.chain(&new).map(note).collect(),
        };
        steps.take(&add)?;
    }
    let (verb, rest) =
        label.split_once(", ").map_or((label.as_str(), String::new()), |(verb, rest)| (verb, format!(", {rest}")));
    Ok(steps.edit(format!("{verb} on new tracks{rest}")))
}
