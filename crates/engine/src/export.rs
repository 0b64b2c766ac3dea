//! Writing files: MIDI of the piece or of a proposal, and sound. A file is there whole or not at all.

use crate::wire::Progress;
use crate::{Error, Studio};
use serde::{Deserialize, Serialize};
use sound::{Font, Rendering, Summary, wav};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

pub use sound::wav::Depth;

/// Longest piece that the window exports, in minutes.
const LONGEST_MINUTES: f64 = 180.0;

/// How audio is written from the window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct WavFormat {
    /// Samples a second, 8000..=192000.
    pub rate: u32,
    /// How a sample is written: "16", "24" or "32f".
    pub depth: Depth,
}

/// How a file is rendered from the command line.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderOptions {
    /// Samples a second, 8000..=192000.
    pub rate: u32,
    /// How a sample is written.
    pub depth: Depth,
    /// Longer music is refused with its length.
    pub max_minutes: f64,
    /// A SoundFont file; none: the best one that is found.
    pub soundfont: Option<PathBuf>,
    /// Also each track by itself, into this folder.
    pub stems: Option<PathBuf>,
}

/// What was rendered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Rendered {
    /// Length of the sound.
    pub seconds: f64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u32,
    /// The loudest sample, in decibels below full scale.
    pub peak_db: f64,
    /// Which SoundFont sounded.
    pub soundfont: String,
}

impl Studio {
    /// Writes the piece as a Standard MIDI File.
    ///
    /// # Errors
    /// [`Error::NoPiece`] or [`Error::File`].
    pub async fn export_midi(&self, path: &Path) -> Result<(), Error> {
        let score = self.score().await?;
        write_midi(path.to_owned(), score).await
    }

    /// Writes the piece as notation, MusicXML 4.0; says in words what that cannot hold.
    ///
    /// # Errors
    /// [`Error::NoPiece`] or [`Error::File`].
    pub async fn export_musicxml(&self, path: &Path) -> Result<Vec<String>, Error> {
        let (score, writing) =
            self.with_session(|_, session| Ok((session.score.clone(), session.writing.clone()))).await?;
        let path = path.to_owned();
        Studio::beside(move || {
            let written = formats::musicxml::write_planned(&score, writing.plan(&score));
            formats::write_file(&path, written.text.as_bytes()).map_err(|error| Error::file(&path, error))?;
            Ok(written.losses.iter().map(ToString::to_string).collect())
        })
        .await
    }

    /// Writes engraved pages, each an SVG document, as one PDF if the path says `.pdf`; otherwise as SVG, of several
    /// pages one file each: `waltz-1.svg`, `waltz-2.svg`. Answers which files were written.
    ///
    /// # Errors
    /// [`Error::NoPiece`], or [`Error::File`] if a page cannot be drawn or a file cannot be written.
    pub async fn export_pages(&self, path: &Path, pages: Vec<String>) -> Result<Vec<PathBuf>, Error> {
        let title = self.score().await?.title.clone();
        let path = path.to_owned();
        Studio::beside(move || {
            let is_pdf = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("pdf"));
            let write =
                |path: &Path, bytes: &[u8]| formats::write_file(path, bytes).map_err(|error| Error::file(path, error));
            if is_pdf || pages.is_empty() {
                let pdf = formats::print::pdf(&pages, &title).map_err(|error| Error::file(&path, error))?;
                write(&path, &pdf)?;
                return Ok(vec![path]);
            }
            let files: Vec<PathBuf> = (1..=pages.len()).map(|number| numbered(&path, number, pages.len())).collect();
            for (file, page) in files.iter().zip(&pages) {
                write(file, page.as_bytes())?;
            }
            Ok(files)
        })
        .await
    }

    /// Writes the piece as it would be with a proposal.
    ///
    /// # Errors
    /// [`Error::NoCandidate`] or [`Error::File`].
    pub async fn export_candidate(&self, id: u32, path: &Path) -> Result<(), Error> {
        let score = self.with_session(|_, session| session.with_proposal(id)).await?;
        write_midi(path.to_owned(), Arc::new(score)).await
    }

    /// Renders what is heard into a WAV file. `progress` may answer false to stop; so does [`Studio::cancel`].
    ///
    /// # Errors
    /// [`Error::NoPiece`], [`Error::Sound`], [`Error::Cancelled`].
    pub async fn export_wav(
        &self,
        path: &Path,
        format: WavFormat,
        progress: impl Fn(Progress) -> bool + Send + 'static,
    ) -> Result<Rendered, Error> {
        let WavFormat { rate, depth } = format;
        let options = RenderOptions { rate, depth, max_minutes: LONGEST_MINUTES, soundfont: None, stems: None };
        self.render(path, &options, progress).await
    }

    /// Renders the piece, and each track by itself if that is asked for.
    ///
    /// # Errors
    /// [`Error::NoPiece`], [`Error::Sound`], [`Error::File`], [`Error::Cancelled`].
    pub async fn render(
        &self,
        path: &Path,
        options: &RenderOptions,
        progress: impl Fn(Progress) -> bool + Send + 'static,
    ) -> Result<Rendered, Error> {
        let started = Instant::now();
        let score = self.score().await?;
        let (studio, path, options) = (self.clone(), path.to_owned(), options.clone());
        let cancel = self.begin_job();
        Studio::beside(move || {
            let font = match &options.soundfont {
                Some(file) => Font::open(file)?,
                None => studio.font(),
            };
            let bars = score.bar_count() as u32;
            let mut go_on = |done: f32| {
                let bar = ((done * bars as f32) as u32 + 1).min(bars);
                !cancel.load(Ordering::Relaxed) && progress(Progress { done, bar, bars })
            };
            let mix = Rendering { rate: options.rate, max_minutes: options.max_minutes, only_track: None };
            let Summary { seconds, peak } = wav::write(&path, &score, &font, &mix, options.depth, &mut go_on)?;
            if let Some(folder) = &options.stems {
                std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
                for (number, track) in (1..).zip(score.tracks.iter()) {
                    let name = stem_name(number, &track.header.name);
                    let alone = Rendering { only_track: Some(track.id), ..mix };
                    wav::write(&folder.join(name), &score, &font, &alone, options.depth, &mut go_on)?;
                }
            }
            Ok(Rendered {
                seconds,
                elapsed_ms: started.elapsed().as_millis() as u32,
                // -120 dB stands for silence: JSON has no infinity.
                peak_db: if peak > 0.0 { (20.0 * f64::from(peak).log10()).max(-120.0) } else { -120.0 },
                soundfont: font.name().to_owned(),
            })
        })
        .await
        .map_err(|error| match error {
            Error::Sound(sound::Error::Cancelled) => Error::Cancelled,
            other => other,
        })
    }
}

async fn write_midi(path: PathBuf, score: Arc<score::Score>) -> Result<(), Error> {
    Studio::beside(move || {
        formats::write_file(&path, &formats::midi::write(&score)).map_err(|error| Error::file(&path, error))
    })
    .await
}

/// `waltz.svg` for one file of one, `waltz-2.svg` for the second of several.
pub fn numbered(out: &Path, number: usize, count: usize) -> PathBuf {
    if count == 1 {
        return out.to_owned();
    }
    let stem = out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = out.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
    out.with_file_name(format!("{stem}-{number}{extension}"))
}

/// `01 Violin.wav`; signs that file systems refuse are left out.
fn stem_name(number: u32, name: &str) -> String {
    let plain: String = name.chars().filter(|sign| sign.is_alphanumeric() || " -_()".contains(*sign)).collect();
    format!("{number:02} {}.wav", plain.trim()).replace(" .wav", ".wav")
}

#[cfg(test)]
mod tests {
    use super::{numbered, stem_name};
    use std::path::Path;

    #[test]
    fn pages_are_numbered_before_the_dot() {
        assert_eq!(numbered(Path::new("a/Waltz in C.svg"), 12, 20), Path::new("a/Waltz in C-12.svg"));
    }

    #[test]
    fn stems_have_names_that_every_file_system_takes() {
        assert_eq!(stem_name(1, "Piano · right"), "01 Piano  right.wav");
        assert_eq!(stem_name(12, "../../etc"), "12 etc.wav");
        assert_eq!(stem_name(3, "?"), "03.wav");
    }
}
