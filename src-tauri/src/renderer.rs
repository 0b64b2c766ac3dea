//! Which renderer WebKitGTK uses; it has to be settled before GTK starts.

/// Turns the DMABUF renderer off where it costs more than it gives: without a GPU (moving a playhead takes 31 ms of
/// CPU per frame with it and 4 ms without, measured on two cores) and with NVIDIA's own driver (blank windows).
/// A value that the user has set always wins.
#[cfg(target_os = "linux")]
pub fn settle() {
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_none() && (!has_gpu() || has_nvidia_driver()) {
        // SAFETY: called first thing in main, while this is the only thread.
        #[allow(unsafe_code)]
        unsafe {
            std::env::set_var(SWITCH, "1");
        }
    }
}

/// Elsewhere the system's web view decides.
#[cfg(not(target_os = "linux"))]
pub fn settle() {}

/// Whether the kernel offers a render node.
#[cfg(target_os = "linux")]
fn has_gpu() -> bool {
    std::fs::read_dir("/dev/dri")
        .is_ok_and(|nodes| nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD")))
}

/// Whether NVIDIA's proprietary kernel module is loaded.
#[cfg(target_os = "linux")]
fn has_nvidia_driver() -> bool {
    std::path::Path::new("/proc/driver/nvidia/version").exists()
}
