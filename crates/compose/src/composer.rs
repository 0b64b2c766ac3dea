//! The model at work: a task in, proposals out.

use crate::dose::dose;
use crate::draft;
use crate::echo::Echoes;
use crate::plan;
use crate::pool::Pool;
use crate::rank::{Merit, Rank};
use crate::run::{self, Run};
use crate::task::{Step, Task, Written};
use crate::wishes::Wishes;
use crate::{Cell, Error, Keep, Mode};
use analysis::Known;
use model::{Checkpoint, Decoder, Tier, Voice, WORDS};
use score::Score;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

/// How often more is drawn when too few draws differ from the source and from each other.
const RETRIES: u32 = 3;

/// Draws from here on choose the order in which new music is taken.
const ORDER: u32 = 1 << 16;

/// A network that is ready to write.
pub struct Composer {
    decoder: Decoder,
    /// The base model's weights, so that voices need not wait for a disk.
    base: Arc<Checkpoint>,
    /// What is read before everything else: the prefix of its voices, and the words that were asked for.
    style: Vec<u32>,
    name: String,
    hash: String,
    tokens: String,
    /// The model's folder, and those of its voices.
    folders: Vec<PathBuf>,
    /// What they learnt from; read when it first writes, because who only listens or scores needs none of it.
    known: OnceLock<Vec<Known>>,
}

/// A voice in its folder, and how strongly it is used: 0..=1.5, of which 1 is as it learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Singer {
    /// The folder with [`VOICE_FILE`], or that file.
    pub path: PathBuf,
    /// What it is called.
    pub name: String,
    /// How strongly.
    pub strength: f32,
}

/// A voice's weights in its folder.
pub const VOICE_FILE: &str = "voice.safetensors";

impl Composer {
    /// Loads the model in `folder`.
    ///
    /// # Errors
    /// [`Error::Model`] if it is no model, or not one for our vocabulary.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let checkpoint = Checkpoint::load(folder)?;
        let (size, ours) = (checkpoint.config.vocab_size, tokens::vocabulary::SIZE);
        if size != ours {
            let range = format!("{ours}, the ids of docs/tokens.md");
            return Err(model::Error::Config { what: "vocab_size", value: size.to_string(), range }.into());
        }
        let stem = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let hash = checkpoint.hash();
        let name = format!("{stem} {}", &hash[..12]);
        let tokens = checkpoint.metadata.get("tokens").cloned().unwrap_or_else(|| "an unknown number of".into());
        let decoder = Decoder::new(&checkpoint, Tier::detect())?;
        let (base, folders, known) = (Arc::new(checkpoint), vec![folder.to_owned()], OnceLock::new());
        Ok(Composer { decoder, base, style: Vec::new(), name, hash, tokens, folders, known })
    }

    /// The model with voices on top of it, which are told these words.
    ///
    /// # Errors
    /// [`Error::Model`] if a file is no voice; [`Error::OtherBase`] if one was learnt on top of another model;
    /// [`Error::Words`] if none of them knows a word, or there are too many.
    pub fn voiced(&self, singers: &[Singer], words: &[String]) -> Result<Self, Error> {
        let mut name = self.name.clone();
        let (mut voices, mut folders) = (Vec::new(), self.folders.clone());
        for singer in singers {
            let file = if singer.path.is_dir() { singer.path.join(VOICE_FILE) } else { singer.path.clone() };
            let voice = Voice::load(&file)?;
            if voice.metadata.get(model::BASE) != Some(&self.hash) {
                return Err(Error::OtherBase { voice: singer.name.clone() });
            }
            name += &format!(" with {} {:.0} %", singer.name, singer.strength * 100.0);
            folders.extend(file.parent().map(Path::to_owned));
            voices.push((voice, singer.strength));
        }
        let known: BTreeSet<String> = voices.iter().flat_map(|(voice, _)| voice.words()).collect();
        if let Some(word) = words.iter().find(|word| !known.contains(*word)) {
            return Err(Error::Words { word: word.clone(), known: known.into_iter().collect() });
        }
        let words = &words[..words.len().min(WORDS.len())];
        if !words.is_empty() {
            name += &format!(", {}", words.join(" "));
        }
        let longest = voices.iter().map(|(voice, _)| voice.prefix()).max_by_key(|prefix| prefix.len());
        let style = longest.into_iter().flatten().chain(WORDS.take(words.len())).collect();
        let voices: Vec<(Voice, f32)> =
            voices.into_iter().map(|(voice, strength)| (voice.asked(words), strength)).collect();
        let voices: Vec<(&Voice, f32)> = voices.iter().map(|(voice, strength)| (voice, *strength)).collect();
        let decoder = Decoder::new(&self.base.with_voices(&voices)?, Tier::detect())?;
        let (base, hash, tokens) = (self.base.clone(), self.hash.clone(), self.tokens.clone());
        Ok(Composer { decoder, base, style, name, hash, tokens, folders, known: OnceLock::new() })
    }

    /// The base model's weights.
    pub fn base(&self) -> &Arc<Checkpoint> {
        &self.base
    }

    /// How many tokens of music it can look back on: what its style takes is not there for music.
    pub(crate) fn context(&self) -> usize {
        self.decoder.context() - self.style.len()
    }

    /// What is read of a window that begins with BOS: its style stands behind that.
    pub(crate) fn styled(&self, ids: &[u32]) -> Vec<u32> {
        let (first, rest) = ids.split_at(ids.len().min(1));
        [first, &self.style, rest].concat()
    }

    /// The model's name and the first digits of its weights' hash.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The base model's folder.
    pub fn folder(&self) -> &Path {
        &self.folders[0]
    }

    /// SHA-256 of the base model's weights, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The model in a line of words.
    pub fn describe(&self) -> String {
        let config = self.decoder.config();
        let millions = config.size() as f64 / 1e6;
        format!(
            "{}, {millions:.1} million weights, {} tokens seen, context {}",
            self.name,
            self.tokens,
            self.decoder.context()
        )
    }

    /// The network.
    pub fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// Writes candidates for a task. `hear` is told what is read and written and may answer false to stop.
    ///
    /// The candidates are a function of the piece, the task with its seed, and the weights, and of nothing else. Many are
    /// drawn and the best shown, the best first; where too few differ from the source and from each other, more are
    /// drawn, hotter.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::NothingSelected`], [`Error::NothingToVary`], [`Error::TooDense`],
    /// [`Error::Cancelled`].
    pub fn vary(
        &self,
        score: &Score,
        task: &Task,
        hear: &mut (dyn FnMut(Step) -> bool + Send),
    ) -> Result<Written, Error> {
        let pool = self.draw(score, task, hear)?;
        Ok(Written { proposals: pool.best(Merit::Shipped), tokens: pool.tokens() })
    }

    /// All that is drawn for a task.
    ///
    /// # Errors
    /// As [`Composer::vary`].
    pub fn draw<'a>(
        &'a self,
        score: &'a Score,
        task: &Task,
        hear: &mut (dyn FnMut(Step) -> bool + Send),
    ) -> Result<Pool<'a>, Error> {
        self.draw_unless(score, task, &AtomicBool::new(false), hear)
    }

    /// As [`Composer::draw`]; it stops at the next token that is written after `cancel` is set, by whomever.
    ///
    /// # Errors
    /// As [`Composer::vary`].
    pub fn draw_unless<'a>(
        &'a self,
        score: &'a Score,
        task: &Task,
        cancel: &AtomicBool,
        hear: &mut (dyn FnMut(Step) -> bool + Send),
    ) -> Result<Pool<'a>, Error> {
        if task.cells.is_empty() {
            return Err(Error::NothingSelected);
        }
        let mut task = task.clone();
        // An empty chord track asks for nothing.
        task.settings.chords &= !score.chords.is_empty();
        let task = &task;
        let (begun, task) = match task.settings.mode {
            Mode::Accompany | Mode::Harmonize if adds_part(score, task) => {
                draft::with_new_part(score, task, task.settings.instrument)?
            }
            _ => (score.clone(), task.clone()),
        };
        let wishes = Wishes::new(&begun, &task)?;
        let notes = notes_in(&begun, &task.cells);
        if task.settings.mode == Mode::Variation && notes.is_empty() {
            return Err(Error::NothingToVary);
        }
        let echoes = match task.settings.mode {
            Mode::Infill | Mode::Continue => Echoes::new(&begun, &task.cells, task.settings.mode == Mode::Continue)?,
            _ => Echoes::default(),
        };
        let known = self.known()?;
        let rank = Rank::new(&begun, &task, known);
        let run = Run {
            echoes,
            composer: self,
            before: &begun,
            task: &task,
            wishes,
            sounding: notes.keys().copied().collect(),
            notes,
            hear: Mutex::new(hear),
            cancel,
        };
        let count = usize::from(task.settings.count);
        let mut draws = Vec::new();
        for attempt in 0..=RETRIES {
            let mut fresh = run.write(&rank, attempt)?;
            if task.settings.mode == Mode::Variation && !task.settings.keep.contains(&Keep::Contour) {
                let by_onset = plan::keeps_rhythm(&task.settings);
                for draft in &mut fresh {
                    let mut rng = run::chance(task.settings.seed, ORDER + draft.draw);
                    dose(&begun, draft, &task, by_onset, &mut rng);
                }
            }
            draws.extend(fresh);
            if rank.new_ones(&draws).len() >= count {
                break;
            }
        }
        Ok(Pool { score, begun, task, draws, known })
    }

    /// What it and its voices learnt from, as far as their folders say.
    fn known(&self) -> Result<&[Known], Error> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        let read = |folder: &PathBuf| {
            let path = folder.join(Known::FILE);
            match std::fs::read(&path) {
                Ok(bytes) => Ok(Known::from_bytes(&bytes)?),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Known::default()),
                Err(error) => Err(Error::Unread { path: path.display().to_string(), error }),
            }
        };
        let known = self.folders.iter().map(read).collect::<Result<_, Error>>()?;
        Ok(self.known.get_or_init(|| known))
    }
}

/// Whether a part is added beside the selected ones: where the selected cells already sound.
fn adds_part(score: &Score, task: &Task) -> bool {
    !notes_in(score, &task.cells).is_empty()
}

/// How many notes stand in each of these cells; those without are left out.
fn notes_in(score: &Score, cells: &BTreeSet<Cell>) -> BTreeMap<Cell, usize> {
    let bars = score.bars();
    let mut found = BTreeMap::new();
    for track in &score.tracks {
        let here = track.notes.iter().map(|note| Cell { track: track.id, bar: bars.of_onset(note.start).index });
        here.filter(|cell| cells.contains(cell)).for_each(|cell| *found.entry(cell).or_default() += 1);
    }
    found
}
