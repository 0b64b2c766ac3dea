//! Writing files: MIDI of the piece or of a proposal, and sound. A file is there whole or not at all.

use crate::session::instrument;
use crate::studio::now_ms;
use crate::wire::Progress;
use crate::{Error, Excerpt, Studio};
use formats::musicxml::Version;
use score::{Score, TrackId};
use serde::{Deserialize, Serialize};
use sound::{Font, Rendering, Summary, flac, wav};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

pub use sound::wav::Depth;

/// Longest piece that the window exports, in minutes.
const LONGEST_MINUTES: f64 = 180.0;

/// Dots an inch of pages that are pictures: what printers ask for.
const DOTS: f32 = 300.0;

/// Whether each track is also written by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Stems {
    /// The mix alone.
    #[default]
    None,
    /// The mix, and each track beside it.
    Beside,
    /// Each track, without the mix.
    Only,
}

/// How audio is written from the window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AudioFormat {
    /// Samples a second, 8000..=192000.
    pub rate: u32,
    /// How a sample is written: "16", "24" or, in WAV, "32f".
    pub depth: Depth,
    /// What is written beside the mix or in its place.
    #[serde(default)]
    pub stems: Stems,
    /// Seconds after the end of the last note, 0..=60. Default: until it has rung out.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub tail: Option<f64>,
    /// The loudest sample of all files is so many decibels below full scale, 0..=60. Default: as loud as it is played.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub normalise: Option<f64>,
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
    /// Each track by itself, into this folder.
    pub stems: Option<PathBuf>,
    /// The mix too.
    pub mix: bool,
    /// Seconds after the end of the last note, 0..=60; none: until it has rung out.
    pub tail: Option<f64>,
    /// The loudest sample of all files is so many decibels below full scale, 0..=60; none: as loud as it is played.
    /// Files keep how loud they are beside each other.
    pub normalise: Option<f64>,
}

impl Default for RenderOptions {
    /// The mix alone as a CD has it, as loud as it is played, until it has rung out.
    fn default() -> Self {
        RenderOptions {
            rate: 44_100,
            depth: Depth::Sixteen,
            max_minutes: LONGEST_MINUTES,
            soundfont: None,
            stems: None,
            mix: true,
            tail: None,
            normalise: None,
        }
    }
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
    /// The tracks that were written by themselves.
    pub stems: Vec<PathBuf>,
}

impl Studio {
    /// Writes the piece as a Standard MIDI File.
    ///
    /// # Errors
    /// [`Error::NoPiece`] or [`Error::File`].
    pub async fn export_midi(&self, path: &Path) -> Result<(), Error> {
        self.export_midi_of(path, Excerpt::All).await
    }

    /// Writes a part of the piece as a Standard MIDI File: tracks, or notes. Notes begin in the file's first bar, with
    /// the tempo, metre, key and controllers that they have in the piece.
    ///
    /// # Errors
    /// [`Error::NoPiece`], [`Error::Selection`] if there is nothing to write, [`Error::NoCandidate`], or [`Error::File`].
    pub async fn export_midi_of(&self, path: &Path, excerpt: Excerpt) -> Result<(), Error> {
        let (score, excerpt) = match excerpt {
            Excerpt::Candidate { id } => {
                self.with_session(|_, session| {
                    let ids = session.proposal(id)?.notes.iter().map(|(_, note)| note.id).collect();
                    Ok((Arc::new(session.with_proposal(id)?), Excerpt::Notes { ids }))
                })
                .await?
            }
            excerpt => (self.score().await?, excerpt),
        };
        let score = match excerpt {
            Excerpt::All => score,
            _ => Studio::beside(move || excerpt.of(&score).map(Arc::new)).await?,
        };
        write_midi(path.to_owned(), score).await
    }

    /// Writes a part of the piece into a file that other programs may take, in a folder of its own that lasts as long as
    /// the machine keeps temporary files. Its name is the piece's, without signs that a path or an address minds.
    ///
    /// # Errors
    /// As [`Studio::export_midi_of`].
    pub async fn hand_out(&self, excerpt: Excerpt) -> Result<PathBuf, Error> {
        let title = self.score().await?.title.clone();
        let plain: String =
            title.chars().map(|sign| if sign.is_alphanumeric() && sign.is_ascii() { sign } else { '-' }).collect();
        let name = match plain.trim_matches('-') {
            "" => "notes".to_owned(),
            plain => plain.chars().take(60).collect(),
        };
        let folder = std::env::temp_dir().join(format!("diabelli-{}-{}", std::process::id(), now_ms()));
        let path = folder.join(format!("{name}.mid"));
        std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
        self.export_midi_of(&path, excerpt).await?;
        Ok(path)
    }

    /// Writes the piece as notation, MusicXML of a version, compressed if the path says `.mxl`; says in words what that
    /// cannot hold.
    ///
    /// # Errors
    /// [`Error::NoPiece`] or [`Error::File`].
    pub async fn export_musicxml(&self, path: &Path, version: Version) -> Result<Vec<String>, Error> {
        let (score, writing) =
            self.with_session(|_, session| Ok((session.score.clone(), session.writing.clone()))).await?;
        let path = path.to_owned();
        Studio::beside(move || {
            let written = formats::musicxml::write_planned(&score, writing.plan(&score), version);
            let is_packed = ends_in(&path, "mxl");
            let bytes = match is_packed {
                true => formats::musicxml::packed(&written.text).map_err(|error| Error::file(&path, error))?,
                false => written.text.into_bytes(),
            };
            formats::write_file(&path, &bytes).map_err(|error| Error::file(&path, error))?;
            Ok(written.losses.iter().map(ToString::to_string).collect())
        })
        .await
    }

    /// Writes engraved pages, each an SVG document, as one PDF if the path says `.pdf`; otherwise as SVG, or as PNG of
    /// 300 dots an inch if it says `.png`, of several pages one file each: `waltz-1.svg`, `waltz-2.svg`. Pages of a `part` go into files of its own: `waltz - Violin.pdf`.
    /// Answers which files were written.
    ///
    /// # Errors
    /// [`Error::NoPiece`], or [`Error::File`] if a page cannot be drawn or a file cannot be written.
    pub async fn export_pages(
        &self,
        path: &Path,
        pages: Vec<String>,
        part: Option<&str>,
    ) -> Result<Vec<PathBuf>, Error> {
        let title = self.score().await?.title.clone();
        let path = part.map_or_else(|| path.to_owned(), |part| part_file(path, part));
        Studio::beside(move || {
            let is_pdf = ends_in(&path, "pdf");
            let write =
                |path: &Path, bytes: &[u8]| formats::write_file(path, bytes).map_err(|error| Error::file(path, error));
            if is_pdf || pages.is_empty() {
                let pdf = formats::print::pdf(&pages, &title).map_err(|error| Error::file(&path, error))?;
                write(&path, &pdf)?;
                return Ok(vec![path]);
            }
            let is_png = ends_in(&path, "png");
            let files: Vec<PathBuf> = (1..=pages.len()).map(|number| numbered(&path, number, pages.len())).collect();
            for (number, (file, page)) in (1..).zip(files.iter().zip(&pages)) {
                if is_png {
                    write(file, &formats::print::png(page, number, DOTS).map_err(|error| Error::file(file, error))?)?;
                } else {
                    write(file, page.as_bytes())?;
                }
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

    /// Renders what is heard into a FLAC file if the path says `.flac`, else a WAV file; tracks by themselves go into a
    /// folder beside it: `waltz tracks`. `progress` may answer false to stop; so does [`Studio::cancel`].
    ///
    /// # Errors
    /// [`Error::NoPiece`], [`Error::Sound`], [`Error::File`], [`Error::Cancelled`].
    pub async fn export_audio(
        &self,
        path: &Path,
        format: AudioFormat,
        progress: impl Fn(Progress) -> bool + Send + 'static,
    ) -> Result<Rendered, Error> {
        let AudioFormat { rate, depth, stems, tail, normalise } = format;
        let folder = (stems != Stems::None).then(|| beside(path));
        let mix = stems != Stems::Only;
        let options = RenderOptions { rate, depth, stems: folder, mix, tail, normalise, ..RenderOptions::default() };
        self.render(path, &options, progress).await
    }

    /// Renders the piece, and each track by itself if that is asked for; in the form that the path says. What was written
    /// before somebody stopped it is taken away again.
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
        if let Some(below) = options.normalise.filter(|below| !(0.0..=60.0).contains(below)) {
            return Err(Error::Selection(format!("{below} dB below full scale is outside 0..=60; choose one inside")));
        }
        let score = self.score().await?;
        let (studio, path, options) = (self.clone(), path.to_owned(), options.clone());
        let cancel = self.begin_job();
        Studio::beside(move || {
            let font = match &options.soundfont {
                Some(file) => Font::open(file)?,
                None => studio.font(),
            };
            let bars = score.bar_count() as u32;
            let stems = if options.stems.is_some() { score.tracks.len() } else { 0 };
            let tracks = || score.tracks.iter().filter(|_| options.stems.is_some()).map(|track| Some(track.id));
            let parts: Vec<Option<TrackId>> = options.mix.then_some(None).into_iter().chain(tracks()).collect();
            // What is to be as loud as it can be is heard once before it is written.
            let files = (stems + usize::from(options.mix)) * if options.normalise.is_some() { 2 } else { 1 };
            let mut job = Writing {
                score: &score,
                font: &font,
                options: &options,
                gain: 1.0,
                heard: 0,
                written: Vec::new(),
                loudest: Summary { seconds: 0.0, peak: 0.0 },
            };
            let mut go_on = |written: usize, done: f32| {
                let bar = ((done * bars as f32) as u32 + 1).min(bars);
                let done = (written as f32 + done) / files.max(1) as f32;
                !cancel.load(Ordering::Relaxed) && progress(Progress { done, bar, bars })
            };
            if let Some(below) = options.normalise {
                job.measure(&parts, below, &mut go_on)?;
            }
            if options.mix {
                job.write(&path, None, &mut go_on)?;
            }
            if let Some(folder) = &options.stems {
                std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
                let extension = if is_flac(&path) { "flac" } else { "wav" };
                for (number, track) in (1..).zip(score.tracks.iter()) {
                    let name = match track.header.name.as_str() {
                        "" => instrument(&track.header),
                        name => name.to_owned(),
                    };
                    job.write(&folder.join(stem_name(number, &name, extension)), Some(track.id), &mut go_on)?;
                }
            }
            let Writing { written, loudest: Summary { seconds, peak }, .. } = job;
            Ok(Rendered {
                seconds,
                elapsed_ms: started.elapsed().as_millis() as u32,
                // -120 dB stands for silence: JSON has no infinity.
                peak_db: if peak > 0.0 { (20.0 * f64::from(peak).log10()).max(-120.0) } else { -120.0 },
                soundfont: font.name().to_owned(),
                stems: written.into_iter().skip(usize::from(options.mix)).collect(),
            })
        })
        .await
        .map_err(|error| match error {
            Error::Sound(sound::Error::Cancelled) => Error::Cancelled,
            other => other,
        })
    }
}

/// Files of one job, one after the other.
struct Writing<'a> {
    score: &'a Score,
    font: &'a Font,
    options: &'a RenderOptions,
    gain: f32,
    /// How many have been heard before they are written.
    heard: usize,
    written: Vec<PathBuf>,
    /// The longest and the loudest of them.
    loudest: Summary,
}

impl Writing<'_> {
    fn rendering(&self, only_track: Option<TrackId>) -> Rendering {
        let RenderOptions { rate, max_minutes, tail, .. } = *self.options;
        Rendering { rate, max_minutes, only_track, tail, gain: self.gain }
    }

    /// Hears all parts, and sets the gain so that the loudest sample of them is `below` decibels under full scale.
    fn measure(
        &mut self,
        parts: &[Option<TrackId>],
        below: f64,
        go_on: &mut dyn FnMut(usize, f32) -> bool,
    ) -> Result<(), Error> {
        let mut peak = 0.0f32;
        for &part in parts {
            let heard = self.heard;
            let rendering = self.rendering(part);
            let mut hear = |done| go_on(heard, done);
            peak = peak.max(sound::render(self.score, self.font, &rendering, &mut |_| Ok(()), &mut hear)?.peak);
            self.heard += 1;
        }
        // Silence stays silence.
        if peak > 0.0 {
            self.gain = 10f32.powf(-below as f32 / 20.0) / peak;
        }
        Ok(())
    }

    /// Writes the mix, or a track alone. When that fails, those before it are taken away.
    fn write(
        &mut self,
        path: &Path,
        only_track: Option<TrackId>,
        go_on: &mut dyn FnMut(usize, f32) -> bool,
    ) -> Result<(), Error> {
        let depth = self.options.depth;
        let rendering = self.rendering(only_track);
        let count = self.heard + self.written.len();
        let write = if is_flac(path) { flac::write } else { wav::write };
        match write(path, self.score, self.font, &rendering, depth, &mut |done| go_on(count, done)) {
            Ok(Summary { seconds, peak }) => {
                self.loudest =
                    Summary { seconds: self.loudest.seconds.max(seconds), peak: self.loudest.peak.max(peak) };
                self.written.push(path.to_owned());
                Ok(())
            }
            Err(error) => {
                for path in self.written.drain(..) {
                    // What cannot be taken away stays whole.
                    let _ = std::fs::remove_file(path);
                }
                Err(error.into())
            }
        }
    }
}

/// Whether a path has this ending, in capitals or not.
fn ends_in(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

fn is_flac(path: &Path) -> bool {
    ends_in(path, "flac")
}

/// The folder of a file's tracks: `waltz tracks` of `waltz.wav`.
fn beside(path: &Path) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{stem} tracks"))
}

async fn write_midi(path: PathBuf, score: Arc<Score>) -> Result<(), Error> {
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
fn stem_name(number: u32, name: &str, extension: &str) -> String {
    let name = plain_name(name);
    if name.is_empty() { format!("{number:02}.{extension}") } else { format!("{number:02} {name}.{extension}") }
}

/// A name without signs that file systems refuse.
fn plain_name(name: &str) -> String {
    let plain: String = name.chars().filter(|sign| sign.is_alphanumeric() || " -_()".contains(*sign)).collect();
    plain.trim().to_owned()
}

/// `waltz - Violin.pdf`: a part of what would be `waltz.pdf`.
fn part_file(path: &Path, part: &str) -> PathBuf {
    let name = plain_name(part);
    if name.is_empty() {
        return path.to_owned();
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem} - {name}{extension}"))
}

#[cfg(test)]
mod tests {
    use super::{beside, numbered, part_file, stem_name};
    use std::path::Path;

    #[test]
    fn pages_are_numbered_before_the_dot() {
        assert_eq!(numbered(Path::new("a/Waltz in C.svg"), 12, 20), Path::new("a/Waltz in C-12.svg"));
    }

    #[test]
    fn stems_have_names_that_every_file_system_takes() {
        assert_eq!(stem_name(1, "Piano · right", "wav"), "01 Piano  right.wav");
        assert_eq!(stem_name(12, "../../etc", "flac"), "12 etc.flac");
        assert_eq!(stem_name(3, "?", "wav"), "03.wav");
        assert_eq!(beside(Path::new("a/Waltz in C.flac")), Path::new("a/Waltz in C tracks"));
        assert_eq!(part_file(Path::new("a/Waltz.pdf"), "Violin/2"), Path::new("a/Waltz - Violin2.pdf"));
        assert_eq!(part_file(Path::new("a/Waltz.pdf"), ".."), Path::new("a/Waltz.pdf"));
    }
}
