//! SoundFonts: the built-in one, those of the system, and any file, each checked before it may sound.

mod bank;
mod drums;
mod probe;
mod programs;
mod ranges;
mod search;
mod sends;
mod sf2;
mod validate;
mod waves;

pub(crate) use sends::Sends;

use crate::Error;
use rustysynth::SoundFont;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A bank of instruments, loaded and checked.
#[derive(Debug)]
pub struct Font {
    name: String,
    builtin: bool,
    samples: Arc<SoundFont>,
    sends: Arc<Sends>,
}

impl Font {
    /// The bank that the studio makes itself: all General MIDI programs and a drum kit, plain but always there. Made
    /// at the first call.
    ///
    /// # Panics
    /// Never: its image is the same every time, and a test loads it.
    pub fn builtin() -> Arc<Font> {
        static BUILTIN: OnceLock<Arc<Font>> = OnceLock::new();
        let make = || {
            let image = bank::image();
            match SoundFont::new(&mut image.as_slice()) {
                Ok(samples) => Arc::new(Font::new(bank::NAME.to_owned(), true, samples)),
                Err(error) => unreachable!("the built-in bank is refused: {error}"),
            }
        };
        BUILTIN.get_or_init(make).clone()
    }

    fn new(name: String, builtin: bool, samples: SoundFont) -> Self {
        Font { name, builtin, sends: Arc::new(Sends::of_font(&samples)), samples: Arc::new(samples) }
    }

    /// The built-in bank as the bytes of an SF2 file.
    pub fn builtin_image() -> Vec<u8> {
        bank::image()
    }

    /// Opens an SF2 file.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read, [`Error::Font`] if it is no SF2 file, damaged, or of a kind that is not
    /// played (SF3, DLS, SF4).
    pub fn open(path: &Path) -> Result<Arc<Font>, Error> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into());
        let file = File::open(path).map_err(|error| Error::file(path, error))?;
        let length = file.metadata().map_err(|error| Error::file(path, error))?.len();
        load(BufReader::new(file), length, name)
    }

    /// Reads an SF2 image; `name` is what people call it.
    ///
    /// # Errors
    /// [`Error::Font`] as [`Font::open`].
    pub fn read(bytes: &[u8], name: &str) -> Result<Arc<Font>, Error> {
        load(Cursor::new(bytes), bytes.len() as u64, name.to_owned())
    }

    /// The best bank there is: the one that `DIABELLI_SOUNDFONT` names, one of the system's, or the built-in one. A
    /// bank that cannot be used is passed over with a warning in the log.
    pub fn best() -> Arc<Font> {
        for path in search::candidates().filter(|path| path.is_file()) {
            match Font::open(&path) {
                Ok(font) => return font,
                Err(error) => tracing::warn!(%error, "passed over"),
            }
        }
        Font::builtin()
    }

    /// The file that [`Font::best`] tries first, if there is any.
    pub fn find() -> Option<PathBuf> {
        search::candidates().find(|path| path.is_file())
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is the bank that the studio makes itself.
    pub fn is_builtin(&self) -> bool {
        self.builtin
    }

    pub(crate) fn sends(&self) -> &Arc<Sends> {
        &self.sends
    }

    pub(crate) fn samples(&self) -> &Arc<SoundFont> {
        &self.samples
    }
}

/// Checks a file's structure, reads it with its generators put into their ranges, and has it sound for a moment.
fn load<R: Read + Seek>(mut file: R, length: u64, name: String) -> Result<Arc<Font>, Error> {
    let refuse =
        |fault: validate::Fault| Error::Font { name: name.clone(), reason: fault.reason, offset: fault.offset };
    let (parameters_at, parameters) = validate::check(&mut file, length).map_err(refuse)?;
    let unreadable = |reason: String| refuse(validate::Fault { offset: parameters_at, reason });
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(error.to_string()))?;
    let mut checked = file.take(parameters_at).chain(parameters.as_slice());
    let read = catch_unwind(AssertUnwindSafe(|| SoundFont::new(&mut checked)));
    let samples = match read {
        Ok(Ok(samples)) => samples,
        Ok(Err(error)) => return Err(unreadable(format!("the synthesiser refuses it ({error})"))),
        Err(_) => return Err(unreadable("its tables contradict each other".to_owned())),
    };
    let font = Font::new(name.clone(), false, samples);
    probe::listen(&font).map_err(unreadable)?;
    Ok(Arc::new(font))
}
