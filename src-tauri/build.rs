//! Lets Tauri read its configuration; without the window there is nothing to do.

fn main() {
    #[cfg(feature = "desktop")]
    tauri_build::build();
}
