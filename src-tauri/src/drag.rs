//! Files dragged out of the window: the system's own drag and drop, which other programs understand.

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
        if let Err(reason) = system::begin(&from, file) {
            tracing::warn!(reason, "nothing is dragged out");
        }
    };
    window.run_on_main_thread(begun).map_err(|error| Error::Job(error.to_string()))
}

/// By GTK itself: the crate that does it elsewhere forgets what is dragged as soon as it is dropped, which is before the
/// other program asks for it.
#[cfg(target_os = "linux")]
mod system {
    use super::PICTURE;
    use gtk::gdk::{DragAction, ffi::GDK_BUTTON_PRIMARY};
    use gtk::gdk_pixbuf::PixbufLoader;
    use gtk::glib::{SignalHandlerId, filename_to_uri};
    use gtk::prelude::{DragContextExtManual, ObjectExt, PixbufLoaderExt, WidgetExt};
    use std::cell::RefCell;
    use std::path::PathBuf;
    use tauri::WebviewWindow;

    thread_local! {
        /// Answers for the file that was dragged last, until another one is.
        static ANSWER: RefCell<Option<SignalHandlerId>> = const { RefCell::new(None) };
    }

    pub fn begin(window: &WebviewWindow, file: PathBuf) -> Result<(), String> {
        let window = window.gtk_window().map_err(|error| error.to_string())?;
        let uri = filename_to_uri(&file, None).map_err(|error| error.to_string())?;
        let answer = window.connect_drag_data_get(move |_, _, data, _, _| {
            data.set_uris(&[uri.as_str()]);
        });
        if let Some(before) = ANSWER.replace(Some(answer)) {
            window.disconnect(before);
        }
        let targets = gtk::TargetList::new(&[]);
        targets.add_uri_targets(0);
        let dragged = window.drag_begin_with_coordinates(&targets, DragAction::COPY, GDK_BUTTON_PRIMARY, None, -1, -1);
        let dragged = dragged.ok_or("the system began no drag")?;
        let loader = PixbufLoader::new();
        if loader.write(PICTURE).is_ok()
            && loader.close().is_ok()
            && let Some(picture) = loader.pixbuf()
        {
            dragged.drag_set_icon_pixbuf(&picture, -8, -8);
        }
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::PICTURE;
    use drag::{DragItem, Image, Options, start_drag};
    use std::path::PathBuf;
    use tauri::WebviewWindow;

    pub fn begin(window: &WebviewWindow, file: PathBuf) -> Result<(), String> {
        let (items, picture) = (DragItem::Files(vec![file]), Image::Raw(PICTURE.to_vec()));
        start_drag(window, items, picture, |_, _| (), Options::default()).map_err(|error| error.to_string())
    }
}
