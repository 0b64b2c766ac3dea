//! An open piece: the document as it stands, how it came to that, and what is proposed for it.

use crate::Error;
use crate::wire::{Changed, Document, HistoryState, TrackSummary, VaryRequest};
use compose::Proposal;
use library::ProjectId;
use notation::Plan;
use score::{Command, Edit, History, Patch, Score};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// How many labels of each kind are sent to the window.
const LABELS: usize = 200;

/// One open piece.
pub(crate) struct Session {
    /// Its entry in the library; none on the command line.
    pub project: Option<ProjectId>,
    /// The document.
    pub score: Arc<Score>,
    /// Counts every change, undo and redo included.
    pub revision: u32,
    /// Steps that were taken and can be taken back.
    pub history: History,
    /// Proposals for the present document, by id.
    pub proposals: BTreeMap<u32, Proposal>,
    /// Who wrote each of them.
    pub writers: BTreeMap<u32, String>,
    /// What was asked for when they were written.
    pub asked: Option<Run>,
    /// The proposal that is heard instead of the document.
    pub auditioned: Option<u32>,
    /// What a command would change, heard instead of the document while somebody thinks about it.
    pub previewed: Option<Edit>,
    /// How the present document is written down.
    pub writing: Writing,
    next_proposal: u32,
}

/// What the model was asked for, and which one with which voices; as the library keeps it with what somebody thinks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Run {
    pub request: VaryRequest,
    pub model: String,
}

/// How a document is written down: the plan is made when somebody asks for it, after the one before it if there was one.
#[derive(Clone, Default)]
pub(crate) struct Writing {
    plan: Arc<OnceLock<Plan>>,
    before: Option<(Arc<Score>, Arc<OnceLock<Plan>>)>,
}

impl Writing {
    /// The plan of `score`, which this belongs to.
    pub fn plan(&self, score: &Score) -> &Plan {
        self.plan.get_or_init(|| {
            let before = self.before.as_ref().and_then(|(score, plan)| Some((score, plan.get()?)));
            before.map_or_else(|| Plan::of(score), |(old, plan)| plan.after(old, score))
        })
    }

    /// That of the document that follows `score`.
    fn after(&self, score: &Arc<Score>) -> Writing {
        let made = self.plan.get().is_some();
        let before = if made { Some((score.clone(), self.plan.clone())) } else { self.before.clone() };
        Writing { plan: Arc::default(), before }
    }
}

impl Session {
    /// A piece as it was opened.
    pub fn new(score: Score, history: History, project: Option<ProjectId>) -> Self {
        Session {
            project,
            score: Arc::new(score),
            revision: 0,
            history,
            proposals: BTreeMap::new(),
            writers: BTreeMap::new(),
            asked: None,
            auditioned: None,
            previewed: None,
            writing: Writing::default(),
            next_proposal: 0,
        }
    }

    /// Takes over `score`, which `edit` has led to. Proposals were made for the old document, so they are gone.
    pub fn advance(&mut self, score: Score, edit: &Edit) -> Changed {
        let patch = Patch::of(edit, &score);
        self.writing = self.writing.after(&self.score);
        self.score = Arc::new(score);
        self.revision += 1;
        self.previewed = None;
        self.forget_proposals();
        Changed { revision: self.revision, label: edit.label.clone(), patch, history: self.history_state() }
    }

    /// Keeps proposals under new ids, in their order, instead of the old ones.
    pub fn propose(&mut self, proposals: Vec<Proposal>) -> Vec<(u32, &Proposal)> {
        self.forget_proposals();
        for proposal in proposals {
            self.proposals.insert(self.next_proposal, proposal);
            self.next_proposal += 1;
        }
        self.proposals.iter().map(|(&id, proposal)| (id, proposal)).collect()
    }

    /// Drops every proposal.
    pub fn forget_proposals(&mut self) {
        self.proposals.clear();
        self.writers.clear();
        self.asked = None;
        self.auditioned = None;
    }

    /// The proposal with this id.
    pub fn proposal(&self, id: u32) -> Result<&Proposal, Error> {
        self.proposals.get(&id).ok_or(Error::NoCandidate { id })
    }

    /// The document as it would be with this proposal.
    pub fn with_proposal(&self, id: u32) -> Result<Score, Error> {
        Ok(self.score.with(&self.proposal(id)?.edit)?)
    }

    /// The patch that a command would lead to, which is heard from now on if it changes anything.
    pub fn foresee(&mut self, command: &Command) -> Result<Patch, Error> {
        let edit = self.score.edit_for(command)?;
        let patch = Patch::of(&edit, &self.score.with(&edit)?);
        self.previewed = (!edit.is_empty()).then_some(edit);
        Ok(patch)
    }

    /// What is heard: the document, or what it would be with a previewed command or the auditioned proposal.
    pub fn heard(&self) -> Result<Arc<Score>, Error> {
        self.shown(true, self.auditioned)
    }

    /// The document, or what it would be with a previewed command, where `tried` asks for it, or with a proposal.
    pub fn shown(&self, tried: bool, proposal: Option<u32>) -> Result<Arc<Score>, Error> {
        match (self.previewed.as_ref().filter(|_| tried), proposal) {
            (Some(edit), _) => Ok(Arc::new(self.score.with(edit)?)),
            (None, Some(id)) => self.with_proposal(id).map(Arc::new),
            (None, None) => Ok(self.score.clone()),
        }
    }

    /// The document without its notes.
    pub fn document(&self) -> Document {
        let score = &self.score;
        let tracks = score.tracks.iter().map(|track| TrackSummary {
            id: track.id,
            header: track.header.clone(),
            instrument: instrument(&track.header),
            notes: track.notes.len() as u32,
        });
        Document {
            project: self.project.map_or(0, |project| project.0),
            title: score.title.clone(),
            revision: self.revision,
            tpq: score.tpq,
            tempos: score.tempos.to_vec(),
            meters: score.meters.to_vec(),
            keys: score.keys.to_vec(),
            chords: score.chords.to_vec(),
            markers: score.markers.to_vec(),
            tracks: tracks.collect(),
            end: score.end(),
            written: score.written_end(),
            checksum: score.checksum(),
            history: self.history_state(),
        }
    }

    /// What can be undone and redone.
    pub fn history_state(&self) -> HistoryState {
        let labels = |edits: &mut dyn Iterator<Item = &Edit>| edits.map(|edit| edit.label.clone()).collect::<Vec<_>>();
        let mut done = labels(&mut self.history.done().rev().take(LABELS));
        done.reverse();
        HistoryState { done, undone: labels(&mut self.history.undone().take(LABELS)) }
    }
}

/// What an instrument is called.
pub(crate) fn instrument(header: &score::Header) -> String {
    match header.is_drums() {
        true => analysis::kit_name(header.program).unwrap_or(analysis::DRUMS).into(),
        false => analysis::instrument_name(header.program).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{NoteId, text};

    #[test]
    fn what_is_previewed_is_heard_until_the_piece_changes() {
        let mut session = Session::new(text::score("C4:1 D4:1").unwrap(), History::default(), None);
        let written = session.score.clone();
        let up = Command::MoveNotes { ids: vec![NoteId(1)], ticks: 0, semitones: 3 };
        let patch = session.foresee(&up).unwrap();
        assert_eq!((patch.notes.id, patch.notes.pitch), (vec![1], vec![65]));
        assert_eq!(session.score, written);
        assert_eq!(session.heard().unwrap().checksum(), patch.checksum);
        assert_ne!(session.heard().unwrap(), written);

        // A command that changes nothing leaves nothing to hear.
        session.foresee(&Command::MoveNotes { ids: vec![NoteId(1)], ticks: 0, semitones: 0 }).unwrap();
        assert_eq!(session.heard().unwrap(), written);

        session.foresee(&up).unwrap();
        let down = written.edit_for(&Command::MoveNotes { ids: vec![NoteId(0)], ticks: 0, semitones: -2 }).unwrap();
        session.advance(written.with(&down).unwrap(), &down);
        assert_eq!(session.heard().unwrap(), session.score);
    }
}
