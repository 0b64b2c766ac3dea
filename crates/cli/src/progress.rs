//! Progress on stderr, shown only to people who look.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that fills from 0 to 1.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar under this name.
    pub fn new(what: &'static str) -> Self {
        let bar = ProgressBar::new(1000);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:32} {percent:>3} % {msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Progress(bar)
    }

    /// How much is done, 0..=1, and where it is.
    pub fn show(&self, done: f32, place: impl Into<String>) {
        self.0.set_position((done.clamp(0.0, 1.0) * 1000.0) as u64);
        self.0.set_message(place.into());
    }

    /// A line that stays, above the bar; where nobody looks, the line alone.
    pub fn say(&self, line: &str) {
        match self.0.is_hidden() {
            true => eprintln!("{line}"),
            false => self.0.println(line),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
