//! The facade: what holds it together. What it can do is in the modules beside this one.

use crate::Error;
use crate::hands::Hands;
use crate::lock::lock;
use crate::session::Session;
use crate::voices::{Training, Voiced};
use crate::wire::{Event, Level};
use compose::Composer;
use library::Library;
use serde_json::Value;
use sound::{Font, Player};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The setting that the window's own preferences are kept under.
const WINDOW: &str = "window";

/// How long the end waits for a training to keep what it learnt: some times as long as a part of a step takes.
const PATIENCE: Duration = Duration::from_secs(15);

type Listener = Box<dyn Fn(Event) -> bool + Send>;
type Listeners = Arc<Mutex<Vec<Listener>>>;

/// The application without a window. Cheap to clone; all clones are one studio.
#[derive(Clone)]
pub struct Studio(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub library: Option<Library>,
    pub player: Option<Player>,
    /// What is played, and into which tracks.
    pub hands: Arc<Mutex<Hands>>,
    pub session: tokio::sync::Mutex<Option<Session>>,
    pub composer: Mutex<Option<Arc<Composer>>>,
    /// The model with the voices and words that were asked for last.
    pub voiced: Mutex<Option<Voiced>>,
    /// The voice that is being trained.
    pub training: Mutex<Option<Training>>,
    pub font: Mutex<Option<Arc<Font>>>,
    listeners: Listeners,
    /// The running job's flag; a new job gets a new one.
    job: Mutex<Arc<AtomicBool>>,
}

impl Studio {
    /// The studio of this user: with the library in its place, and with sound where there is a device.
    ///
    /// # Errors
    /// [`Error::Library`] if the library cannot be opened; another window may have it.
    pub async fn open() -> Result<Self, Error> {
        Studio::open_in(&library::place()?, true).await
    }

    /// As [`Studio::open`], but without a sound device: for one job on the library.
    ///
    /// # Errors
    /// As [`Studio::open`].
    pub async fn open_silent() -> Result<Self, Error> {
        Studio::open_in(&library::place()?, false).await
    }

    /// A studio whose library is in `folder`.
    ///
    /// # Errors
    /// As [`Studio::open`].
    pub async fn open_in(folder: &Path, sound: bool) -> Result<Self, Error> {
        let library = Library::open(folder, now()).await?;
        let studio = Studio::new(Some(library), sound);
        if sound {
            studio.load_font();
            studio.listen();
        }
        Ok(studio)
    }

    /// A studio without library and sound device, for one job on files.
    pub fn headless() -> Self {
        Studio::new(None, false)
    }

    /// Ends well: running jobs are told to stop, a training is waited for, and the library is closed. Whatever was acknowledged is on disk
    /// already; after this the next start need not look for damage.
    ///
    /// # Errors
    /// [`Error::Library`] if the library could not be put in order.
    pub async fn close(&self) -> Result<(), Error> {
        self.cancel();
        self.stop_training();
        self.land_or_say().await;
        let began = Instant::now();
        while self.training().is_some() && began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        *self.0.session.lock().await = None;
        match &self.0.library {
            Some(library) => Ok(library.close().await?),
            None => Ok(()),
        }
    }

    fn new(library: Option<Library>, sound: bool) -> Self {
        let listeners = Listeners::default();
        let (heard, measured) = (listeners.clone(), listeners.clone());
        let hands = Arc::<Mutex<Hands>>::default();
        let follower = hands.clone();
        let player = sound.then(|| {
            let heard = move |anchor| {
                lock(&follower).follow(anchor);
                tell(&heard, &Event::Anchor(anchor));
            };
            let player = Player::open(Font::builtin(), heard, move |levels| tell(&measured, &Event::Levels(levels)));
            let told = listeners.clone();
            player.listen_to_ports(move |port, found| tell(&told, &port_news(port, found)));
            player
        });
        Studio(Arc::new(Inner {
            library,
            player,
            hands,
            session: tokio::sync::Mutex::new(None),
            composer: Mutex::new(None),
            voiced: Mutex::new(None),
            training: Mutex::new(None),
            font: Mutex::new(None),
            listeners,
            job: Mutex::default(),
        }))
    }

    /// Hears every event from now on, until it answers false.
    pub fn subscribe(&self, listener: impl Fn(Event) -> bool + Send + 'static) {
        lock(&self.0.listeners).push(Box::new(listener));
    }

    /// Tells everybody.
    pub(crate) fn tell(&self, event: Event) {
        self.0.tell(&event);
    }

    /// Uses the model in `folder` from now on.
    ///
    /// # Errors
    /// [`Error::Compose`] if it is no model of ours.
    pub fn use_model(&self, folder: &Path) -> Result<(), Error> {
        *lock(&self.0.composer) = Some(Arc::new(Composer::open(folder)?));
        *lock(&self.0.voiced) = None;
        Ok(())
    }

    /// The SoundFont, loaded at the first need: the best one that is found, else the built-in one.
    pub(crate) fn font(&self) -> Arc<Font> {
        lock(&self.0.font).get_or_insert_with(Font::best).clone()
    }

    /// Begins a job: whatever ran before is told to stop.
    pub(crate) fn begin_job(&self) -> Arc<AtomicBool> {
        let mut job = lock(&self.0.job);
        job.store(true, Ordering::Relaxed);
        *job = Arc::default();
        job.clone()
    }

    /// Stops the running job, if there is one.
    pub fn cancel(&self) {
        lock(&self.0.job).store(true, Ordering::Relaxed);
    }

    /// What was kept under `window` with [`Studio::set_settings`]; null before.
    ///
    /// # Errors
    /// [`Error::Library`].
    pub async fn settings(&self) -> Result<Value, Error> {
        let Some(library) = &self.0.library else { return Ok(Value::Null) };
        Ok(library.setting(WINDOW).await?.unwrap_or_default())
    }

    /// Keeps how the window likes to be.
    ///
    /// # Errors
    /// [`Error::Library`].
    pub async fn set_settings(&self, value: &Value) -> Result<(), Error> {
        match &self.0.library {
            Some(library) => Ok(library.set(WINDOW, value).await?),
            None => Ok(()),
        }
    }

    /// Runs `work` beside everything else, so that nothing waits for it but its caller.
    pub(crate) async fn beside<T: Send + 'static>(
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Job(error.to_string()))?
    }
}

impl Inner {
    /// Tells everybody.
    pub(crate) fn tell(&self, event: &Event) {
        tell(&self.listeners, event);
    }
}

/// What is said when a MIDI port that a track or the clock wants is there, or is not.
fn port_news(port: &str, found: Result<(), &str>) -> Event {
    match found {
        Ok(()) => Event::Message { level: Level::Info, text: format!("{port} is connected and plays its tracks") },
        Err(reason) => {
            let text = format!(
                "{port} is not there ({reason}); its tracks are played here until it is. Connect it, or send them elsewhere"
            );
            Event::Message { level: Level::Warning, text }
        }
    }
}

/// Tells every listener; those that do not hear any more are forgotten.
fn tell(listeners: &Listeners, event: &Event) {
    lock(listeners).retain(|listener| listener(event.clone()));
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    (now_ms() / 1_000) as i64
}

/// Milliseconds since 1970: the one place where the engine asks what time it is.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_millis() as u64)
}
