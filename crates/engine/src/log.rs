//! What the program says about itself while it runs.

/// Sends messages to stderr: warnings and errors, or what the environment variable `DIABELLI_LOG` asks for
/// (such as `debug` or `engine=trace`). A second call does nothing.
pub fn start() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DIABELLI_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
