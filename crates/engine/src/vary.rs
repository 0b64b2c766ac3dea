//! Variations: ask the model, hear its proposals in place, say what one thinks of them.

use crate::session::{Run, Session};
use crate::studio::now;
use crate::wire::{Candidate, Copied, Selection, TrackNotes, Variations, VaryProgress, VaryRequest};
use crate::{Error, Studio};
use compose::{Cell, Proposal, Step, Task};
use score::{Note, Score, TrackId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

impl Studio {
    /// Writes variations of a selection. `progress` hears what is written while it is written and may answer false to
    /// stop. The document stays as it is; the proposals are kept until it changes or others are asked for.
    ///
    /// # Errors
    /// [`Error::Selection`] if nothing is selected; [`Error::Stale`] if the piece changed meanwhile;
    /// [`Error::Cancelled`]; [`Error::NoModel`].
    pub async fn vary(
        &self,
        request: VaryRequest,
        progress: impl Fn(VaryProgress) -> bool + Send + Sync + 'static,
    ) -> Result<Variations, Error> {
        let started = Instant::now();
        let (score, revision) = {
            let guard = self.0.session.lock().await;
            let session = guard.as_ref().ok_or(Error::NoPiece)?;
            (session.score.clone(), session.revision)
        };
        let asked = request.clone();
        let task = Task {
            cells: cells(&score, &request.selection)?,
            locks: request.locks.iter().copied().collect(),
            settings: request.settings,
        };
        let (studio, cancel) = (self.clone(), self.begin_job());
        let (voices, words, compare) = (request.voices, request.words, request.compare);
        let (proposals, run) = Studio::beside(move || {
            let (base, voiced) = (studio.composer()?, studio.composer_with(&voices, &words)?);
            // What the base model would write stands first.
            let both = compare && !Arc::ptr_eq(&base, &voiced);
            let composers = if both { vec![base, voiced.clone()] } else { vec![voiced.clone()] };
            let (mut first_note, mut tokens) = (None, 0);
            let mut proposals: Vec<(String, Proposal)> = Vec::new();
            for composer in &composers {
                let (first, before) = (&mut first_note, proposals.len() as u32);
                let mut hear = |step: Step| {
                    if matches!(step, Step::Wrote { .. }) {
                        first.get_or_insert_with(|| started.elapsed());
                    }
                    !cancel.load(Ordering::Relaxed) && progress(heard(step, before))
                };
                let written = composer.vary(&score, &task, &mut hear)?;
                tokens += written.tokens;
                proposals.extend(written.proposals.into_iter().map(|proposal| (composer.name().to_owned(), proposal)));
            }
            let elapsed = started.elapsed();
            let run = Variations {
                candidates: Vec::new(),
                model: voiced.name().to_owned(),
                elapsed_ms: elapsed.as_millis() as u32,
                first_note_ms: first_note.unwrap_or(elapsed).as_millis() as u32,
                tokens,
                tokens_per_second: tokens as f32 / elapsed.as_secs_f32().max(1e-6),
            };
            Ok((proposals, run))
        })
        .await?;
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        if session.revision != revision {
            return Err(Error::Stale { asked: revision, now: session.revision });
        }
        let (writers, proposals): (Vec<String>, Vec<Proposal>) = proposals.into_iter().unzip();
        let proposed = session.propose(proposals).into_iter().zip(writers);
        let candidates: Vec<Candidate> =
            proposed.map(|((id, proposal), writer)| candidate(id, proposal, writer)).collect();
        session.writers = candidates.iter().map(|candidate| (candidate.id, candidate.writer.clone())).collect();
        session.asked = Some(Run { request: asked, model: run.model.clone() });
        Ok(Variations { candidates, ..run })
    }

    /// Plays with this proposal in its place, or without one; playback goes on where it is.
    ///
    /// # Errors
    /// [`Error::NoCandidate`].
    pub async fn audition(&self, id: Option<u32>) -> Result<(), Error> {
        self.with_session(|studio, session| {
            if let Some(id) = id {
                session.proposal(id)?;
            }
            session.auditioned = id;
            session.previewed = None;
            studio.sound_session(session)
        })
        .await
    }

    /// Remembers what somebody thinks of a proposal: a heart, or a cross. With its seed and what was asked for it can be
    /// written again, so that a model may learn from it one day; nothing leaves the library.
    ///
    /// # Errors
    /// [`Error::NoCandidate`]; [`Error::NoLibrary`], [`Error::Library`].
    pub async fn judge(&self, id: u32, liked: bool) -> Result<(), Error> {
        let guard = self.0.session.lock().await;
        let session = guard.as_ref().ok_or(Error::NoPiece)?;
        let seed = session.proposal(id)?.seed.into();
        let settings = session.asked.as_ref().and_then(|run| serde_json::to_value(run).ok()).unwrap_or_default();
        let verdict = library::Verdict { project: session.project, seed, settings, accepted: liked, made: now() };
        Ok(self.library()?.judge(&verdict).await?)
    }

    /// Drops all proposals.
    ///
    /// # Errors
    /// [`Error::NoPiece`].
    pub async fn reject(&self) -> Result<(), Error> {
        self.with_session(|studio, session| {
            session.forget_proposals();
            studio.sound_session(session)
        })
        .await
    }

    /// Does something with the open piece.
    pub(crate) async fn with_session<T>(
        &self,
        work: impl FnOnce(&Studio, &mut Session) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut guard = self.0.session.lock().await;
        work(self, guard.as_mut().ok_or(Error::NoPiece)?)
    }
}

/// The cells that a selection means.
fn cells(score: &Score, selection: &Selection) -> Result<BTreeSet<Cell>, Error> {
    let bars = score.bar_count() as u32;
    let chosen: Vec<(TrackId, u32)> = match selection.cells.is_empty() {
        false => selection.cells.iter().map(|cell| (cell.track, cell.bar)).collect(),
        true => {
            let tracks = match selection.tracks.is_empty() {
                true => playing(score, selection),
                false => selection.tracks.clone(),
            };
            let in_track = |&track| (selection.from_bar..=selection.to_bar).map(move |bar| (track, bar));
            tracks.iter().flat_map(in_track).collect()
        }
    };
    if chosen.is_empty() {
        return Err(Error::Selection(format!(
            "no track plays in bars {}..{}; the piece has {bars} bars. Select bars with notes, or name the tracks",
            selection.from_bar, selection.to_bar
        )));
    }
    let mut cells = BTreeSet::new();
    for (track, bar) in chosen {
        score.track(track)?;
        if bar == 0 || bar > bars + compose::BARS_BEYOND {
            return Err(Error::Selection(format!("there is no bar {bar}; the piece has bars 1..{bars}")));
        }
        cells.insert(Cell { track, bar: bar as usize - 1 });
    }
    Ok(cells)
}

/// The tracks that have a note in the selected bars.
fn playing(score: &Score, selection: &Selection) -> Vec<TrackId> {
    let bars = score.bars();
    let chosen = |note: &Note| {
        let bar = bars.of_onset(note.start).index as u32 + 1;
        (selection.from_bar..=selection.to_bar).contains(&bar)
    };
    let tracks = score.tracks.iter().filter(|track| track.notes.iter().any(chosen));
    tracks.map(|track| track.id).collect()
}

/// A step in the window's terms; `before` candidates are there already.
fn heard(step: Step, before: u32) -> VaryProgress {
    match step {
        Step::Read { tokens } => VaryProgress::Read { tokens },
        Step::Wrote { candidate, notes } => {
            VaryProgress::Wrote { candidate: before + candidate, notes: by_track(&notes) }
        }
    }
}

fn by_track(notes: &[(TrackId, Note)]) -> Vec<TrackNotes> {
    let mut tracks: BTreeMap<TrackId, Vec<Note>> = BTreeMap::new();
    for &(track, note) in notes {
        tracks.entry(track).or_default().push(note);
    }
    tracks.into_iter().map(|(track, notes)| TrackNotes { track, notes }).collect()
}

fn copied(passage: &compose::Copied) -> Copied {
    Copied { notes: passage.notes, place: passage.place.clone() }
}

fn candidate(id: u32, proposal: &Proposal, writer: String) -> Candidate {
    Candidate {
        id,
        seed: proposal.seed,
        notes: by_track(&proposal.notes),
        removed: proposal.removed.clone(),
        from_bar: proposal.bars.0 as u32 + 1,
        to_bar: proposal.bars.1 as u32 + 1,
        bits_per_note: proposal.bits_per_note,
        similarity: proposal.similarity,
        copied: copied(&proposal.copied),
        known: copied(&proposal.known),
        writer,
    }
}
