//! Opening pieces and reading what is open.

use crate::session::Session;
use crate::studio::now;
use crate::wire::{Document, Event, Instrument, Level, ProjectSummary};
use crate::{Error, Studio, add, demo};
use score::{History, NoteId, Score, TrackId};
use std::path::Path;

impl Studio {
    /// Opens a file of music as a new project: MIDI, MusicXML, compressed MusicXML or ABC. Answers in words what had to
    /// be repaired and what could not be kept.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read or is no music; what was open stays open then.
    pub async fn open_file(&self, path: &Path) -> Result<Vec<String>, Error> {
        let file = path.to_owned();
        let opened = Studio::beside(move || add::read(&file));
        let formats::Piece { mut score, remarks } = opened.await?;
        if score.title.is_empty() {
            score.title = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        }
        self.begin(score, Some(path)).await?;
        Ok(remarks)
    }

    /// Opens a file and, if that fails, says why to whoever listens.
    pub async fn open_or_say(&self, path: &Path) {
        match self.open_file(path).await {
            Ok(remarks) if remarks.is_empty() => {}
            Ok(remarks) => {
                let text = format!("{}: repaired or not kept: {}", path.display(), remarks.join("; "));
                self.tell(Event::Message { level: Level::Info, text });
            }
            Err(error) => self.tell(Event::Message { level: Level::Error, text: error.to_string() }),
        }
    }

    /// Opens the demo piece as a new project.
    ///
    /// # Errors
    /// As [`Studio::open_file`].
    pub async fn open_demo(&self) -> Result<(), Error> {
        self.begin(demo::waltz()?, None).await
    }

    /// Opens a project of the library as it was left, with its history.
    ///
    /// # Errors
    /// [`Error::Library`] if there is no such project.
    pub async fn open_project(&self, id: u32) -> Result<(), Error> {
        let library = self.0.library.as_ref().ok_or(Error::NoPiece)?;
        let project = library::ProjectId(id);
        let restored = library.load(project, now()).await?;
        let history = History::restored(restored.edits, restored.cursor);
        self.show(Session::new(restored.score, history, Some(project))).await
    }

    /// The projects of the library, the last changed first.
    ///
    /// # Errors
    /// [`Error::Library`].
    pub async fn recent(&self) -> Result<Vec<ProjectSummary>, Error> {
        let Some(library) = &self.0.library else { return Ok(Vec::new()) };
        let projects = library.recent().await?;
        let (pinned, mut tags) = (self.pinned().await?, self.tags().await?);
        let summary = |project: library::Project| ProjectSummary {
            id: project.id.0,
            tags: tags.remove(&project.id.0).unwrap_or_default(),
            pinned: pinned.contains(&project.id.0),
            title: project.title,
            changed: u64::try_from(project.changed).unwrap_or_default(),
        };
        Ok(projects.into_iter().map(summary).collect())
    }

    pub(crate) async fn begin(&self, score: Score, file: Option<&Path>) -> Result<(), Error> {
        let project = match &self.0.library {
            Some(library) => Some(library.create(&score, file, now()).await?),
            None => None,
        };
        self.show(Session::new(score, History::default(), project)).await
    }

    async fn show(&self, session: Session) -> Result<(), Error> {
        self.land_or_say().await;
        let mut guard = self.0.session.lock().await;
        let session = guard.insert(session);
        self.rewind();
        self.sound_session(session)?;
        self.tell(Event::Opened(session.document()));
        Ok(())
    }

    /// The open piece, without its notes.
    pub async fn document(&self) -> Option<Document> {
        self.0.session.lock().await.as_ref().map(Session::document)
    }

    /// A track's notes as records of 16 bytes, little-endian: start u32, length u32, id u32, pitch u8, velocity u8,
    /// flags u8 (1 locked, 2 muted), release velocity u8.
    ///
    /// # Errors
    /// [`Error::NoPiece`] or [`Error::Score`] if there is no such track.
    pub async fn notes(&self, track: TrackId) -> Result<Vec<u8>, Error> {
        let guard = self.0.session.lock().await;
        let session = guard.as_ref().ok_or(Error::NoPiece)?;
        let notes = &session.score.track(track)?.notes;
        let mut bytes = Vec::with_capacity(notes.len() * 16);
        for note in notes.iter() {
            for number in [note.start, note.length, note.id.0] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            bytes.extend_from_slice(&[note.pitch, note.velocity, note.flags(), note.release]);
        }
        Ok(bytes)
    }

    /// What a track hears of controllers as records of 8 bytes, little-endian, by tick: tick u32, value i16, controller
    /// u8 (`score::Controller::code`), 0.
    ///
    /// # Errors
    /// As [`Studio::notes`].
    pub async fn controllers(&self, track: TrackId) -> Result<Vec<u8>, Error> {
        let guard = self.0.session.lock().await;
        let session = guard.as_ref().ok_or(Error::NoPiece)?;
        let points = session.score.points(session.score.track(track)?, &session.score.voiced());
        let mut bytes = Vec::with_capacity(points.len() * 8);
        for point in points {
            bytes.extend_from_slice(&point.tick.to_le_bytes());
            bytes.extend_from_slice(&point.value.to_le_bytes());
            bytes.extend_from_slice(&[point.controller.code(), 0]);
        }
        Ok(bytes)
    }

    /// Every instrument that a track can have: those of General MIDI by family, then the drum kits.
    pub fn instruments(&self) -> Vec<Instrument> {
        let melodic = (0..128).map(|program| Instrument {
            program,
            drums: false,
            name: analysis::instrument_name(program).into(),
            family: analysis::family_name(program).into(),
        });
        let kits = (0..128).filter_map(|program| {
            let name = analysis::kit_name(program)?.into();
            Some(Instrument { program, drums: true, name, family: analysis::DRUMS.into() })
        });
        melodic.chain(kits).collect()
    }

    /// The `number`-th note of a track in a bar, both counted from 1.
    ///
    /// # Errors
    /// [`Error::Selection`] if the bar has no such note.
    pub async fn note_at(&self, track: TrackId, bar: u32, number: u32) -> Result<NoteId, Error> {
        let guard = self.0.session.lock().await;
        let session = guard.as_ref().ok_or(Error::NoPiece)?;
        let (track, bars) = (session.score.track(track)?, session.score.bars());
        let inside = track.notes.iter().filter(|note| bars.of_onset(note.start).index + 1 == bar as usize);
        let found: Vec<NoteId> = inside.map(|note| note.id).collect();
        found.get((number as usize).wrapping_sub(1)).copied().ok_or_else(|| {
            Error::Selection(format!(
                "bar {bar} of that track has {} notes, not {number}; notes count from 1",
                found.len()
            ))
        })
    }

    /// The whole document, for tests and for callers that compute with it.
    ///
    /// # Errors
    /// [`Error::NoPiece`].
    pub async fn score(&self) -> Result<std::sync::Arc<Score>, Error> {
        self.0.session.lock().await.as_ref().map(|session| session.score.clone()).ok_or(Error::NoPiece)
    }
}
