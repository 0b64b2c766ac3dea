//! Settings to what the grammar understands: controls that ask, constraints that hold.

use crate::chords::{self, Said};
use crate::plan::Round;
use crate::{Error, Keep, Mode, Settings, Task};
use analysis::PitchClasses;
use score::{Note, Score};
use tokens::constraint::{
    Constraints, Contour, Density, Harmony, Locked, Order, Playable, Polyphony, Range, Rhythm, Scale, Sounding,
};
use tokens::{Cell, Controls, Hole, PitchSet, Tone, density_class, grid};

/// Refuses settings outside their ranges.
///
/// # Errors
/// [`Error::Setting`].
pub fn check(settings: &Settings) -> Result<(), Error> {
    let inside = |what, value: f64, low: f64, high: f64| match (low..=high).contains(&value) {
        true => Ok(()),
        false => Err(Error::Setting { what, value, low, high }),
    };
    inside("strength", settings.strength.into(), 0.0, 1.0)?;
    inside("density", settings.density.into(), -1.0, 1.0)?;
    inside("temperature", settings.temperature.into(), 0.1, 2.0)?;
    inside("count", settings.count.into(), 1.0, 16.0)?;
    inside("polyphony", settings.polyphony.unwrap_or(1).into(), 1.0, 16.0)?;
    let (low, high) = settings.range.unwrap_or((0, 127));
    inside("highest note of the range", high.into(), low.into(), 127.0)
}

/// What a cell comes from and stands in.
pub struct Place<'a> {
    /// What stood there before the run.
    pub theme: &'a Cell,
    /// What stands there.
    pub now: &'a Cell,
    /// What stays.
    pub locked: Vec<Tone>,
    /// How the bar before ended before the run, and how it ends now.
    pub tops: Option<(u8, u8)>,
    /// The chords of its halves, as pitch classes, where all parts together make one.
    pub chords: [Option<u16>; 2],
    /// What the chord track says of them, if it is followed.
    pub said: Said,
    /// What it follows, if anything.
    pub echo: Option<&'a Cell>,
}

/// What holds in a whole run.
pub struct Wishes<'a> {
    settings: &'a Settings,
    /// Pitch classes, or none if anything goes.
    scale: Option<u16>,
    /// The scale was not asked for: it is the one that the music around seems to have.
    guessed: bool,
}

impl<'a> Wishes<'a> {
    /// The wishes of a task on a piece.
    ///
    /// # Errors
    /// [`Error::Setting`], or [`Error::Analysis`] for a scale that does not exist.
    pub fn new(score: &Score, task: &'a Task) -> Result<Self, Error> {
        let settings = &task.settings;
        check(settings)?;
        let (scale, guessed) = match settings.scale.trim() {
            "off" => (None, false),
            "auto" | "" => {
                let bars = score.bars();
                let tick = |bar: Option<usize>, end: bool| {
                    bar.map_or(0, |bar| if end { bars.bar(bar).end() } else { bars.bar(bar).tick() })
                };
                let from = tick(task.cells.iter().map(|cell| cell.bar).min(), false);
                let to = tick(task.cells.iter().map(|cell| cell.bar).max(), true);
                (Some(analysis::auto_scale(score, from..to).0), true)
            }
            name => (Some(analysis::scale(name)?.0), false),
        };
        Ok(Wishes { settings, scale, guessed })
    }

    /// What is asked of a cell in a round, given what stands there and what stood there before the run: the controls,
    /// and that as a theme where the round wants a likeness to it.
    pub fn ask(&self, round: &Round, cell: &Cell, theme: Cell) -> (Controls, Vec<Cell>) {
        let mut controls = Controls::default();
        if !cell.tones().is_empty() {
            controls = Controls::of(cell.shape());
            if self.settings.density != 0.0 {
                controls.density = Some(density_class(self.wanted(cell.tones().len()).round().max(1.0) as usize));
            }
            if self.settings.range.is_some() || self.settings.mode == Mode::Infill {
                (controls.low, controls.high) = (None, None);
            }
        }
        if round.likeness.is_none() || theme.tones().is_empty() {
            return (controls, Vec::new());
        }
        controls.similarity = round.likeness;
        controls.keep =
            [Keep::Rhythm, Keep::Pitches, Keep::Contour, Keep::Harmony].map(|keep| round.keep.contains(&keep));
        (controls, vec![theme])
    }

    /// How many notes are wanted where `notes` stand: twice as many at density 1, half as many at -1.
    fn wanted(&self, notes: usize) -> f32 {
        notes as f32 * self.settings.density.exp2()
    }

    /// How many notes a cell may have where so many are wanted: wide about what stood there, close to what was asked for.
    fn bounds(&self, wanted: f32) -> Density {
        let (least, most) = match self.settings.density == 0.0 {
            true => (wanted * 0.5, wanted * 1.5 + 1.0),
            false => (wanted * 0.75, wanted * 1.25),
        };
        Density { least: least.floor() as usize, most: (most.ceil() as usize).max(1) }
    }

    /// What holds in a cell.
    pub fn constraints(&self, hole: &Hole, round: &Round, place: Place) -> Constraints {
        let Place { theme, now, locked, tops, chords, said, echo } = place;
        let drums = hole.voice.is_drums();
        let keeps = |keep| round.keep.contains(&keep) && !theme.tones().is_empty();
        // Pitches that are kept are of no other chord than they are.
        let asked = chords::asked(said, chords).filter(|_| !keeps(Keep::Pitches));
        // A chord may have tones that are not of the scale.
        let beside = said.iter().flatten().flatten().fold(0, |set, symbol| set | symbol.classes());
        // What was only guessed takes nothing away of pitches that are to be kept.
        let kept = match self.guessed && keeps(Keep::Pitches) {
            true => theme.tones().iter().map(|tone| tone.pitch).collect(),
            false => PitchClasses::default(),
        };
        let notes = theme.tones().len();
        // Who wrote these knows a player for them.
        let played = [Some(theme), echo].into_iter().flatten().flat_map(Cell::tones).map(|tone| tone.pitch);
        let playable = Playable { group: hole.voice.group, played: PitchSet::of(played) };
        let most_at_once = theme.onsets().map(<[Tone]>::len).max();
        Constraints {
            scale: self.scale.filter(|_| !drums).map(|classes| Scale { classes: classes | beside | kept.0 }),
            range: self.settings.range.filter(|_| !drums).map(|(low, high)| Range { low, high }),
            playable: (!drums).then_some(playable),
            polyphony: self.settings.polyphony.map(usize::from).or(most_at_once).map(|most| Polyphony { most }),
            density: (notes > 0 && !keeps(Keep::Rhythm) && !keeps(Keep::Pitches))
                .then(|| self.bounds(self.wanted(notes))),
            rhythm: keeps(Keep::Rhythm).then(|| Rhythm::of(theme)),
            order: keeps(Keep::Pitches).then(|| Order::of(theme)),
            contour: (keeps(Keep::Contour) && !drums).then(|| match tops {
                Some((old, new)) => Contour::of(theme).after(old, new),
                None => Contour::of(theme),
            }),
            harmony: ((round.keep.contains(&Keep::Harmony) || asked.is_some()) && !drums)
                .then(|| Harmony::of(&hole.measure, asked.unwrap_or(chords), self.scale.unwrap_or(0), theme)),
            locked: Locked::new(locked),
            moved: None,
            sounding: (!now.tones().is_empty() || notes > 0 || self.settings.mode != Mode::Variation)
                .then_some(Sounding),
        }
    }
}

/// The tones of the notes of a cell that stay: those that are locked, and in an ornament those on beats, unless the chord
/// track is followed and says otherwise.
pub fn staying(score: &Score, task: &Task, round: &Round, hole: &Hole, notes: &[Note]) -> Vec<(Tone, score::NoteId)> {
    let stays = |note: &&Note| note.locked || task.locks.contains(&note.id);
    let tone = |note: &Note| {
        let cell = tokens::cell(std::slice::from_ref(note), &hole.measure, hole.voice.is_drums(), grid::spare(score));
        cell.tones().first().map(|tone| (*tone, note.id))
    };
    let on_beat = |tone: &Tone| u16::from(tone.position).is_multiple_of(hole.measure.beat());
    let all = notes.iter().filter_map(|note| tone(note).map(|found| (note, found)));
    let follows = |note: &Note| !task.settings.chords || !chords::is_against(score, note.pitch, note.start);
    let kept = |note: &&Note, tone: &Tone| stays(note) || (round.beats_stay && on_beat(tone) && follows(note));
    all.filter(|(note, (tone, _))| kept(note, tone)).map(|(_, found)| found).collect()
}
