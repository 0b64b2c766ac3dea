//! Files dragged out of the window: the system's own drag and drop, which other programs understand.

use drag::{DragItem, Image, Options, start_drag};
use engine::Error;
use std::path::PathBuf;
use tauri::WebviewWindow;

/// What hangs on the pointer.
const PICTURE: &[u8] = include_bytes!("../icons/32x32.png");

/// Begins to drag a file out of the window, while the pointer's button is down.
///
/// # Errors
/// [`Error::Job`] if the window is going.
pub fn begin(window: &WebviewWindow, file: PathBuf) -> Result<(), Error> {
    let from = window.clone();
    let begun = move || {
        let items = DragItem::Files(vec![file]);
        let picture = Image::Raw(PICTURE.to_vec());
        #[cfg(target_os = "linux")]
        let begun = from.gtk_window().map_err(|error| error.to_string()).and_then(|window| {
            start_drag(&window, items, picture, |_, _| (), Options::default()).map_err(|error| error.to_string())
        });
        #[cfg(not(target_os = "linux"))]
        let begun = start_drag(&from, items, picture, |_, _| (), Options::default()).map_err(|error| error.to_string());
        if let Err(reason) = begun {
            tracing::warn!(reason, "nothing is dragged out");
        }
    };
    window.run_on_main_thread(begun).map_err(|error| Error::Job(error.to_string()))
}
