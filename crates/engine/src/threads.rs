//! What work that may take minutes is done on, beside a window and its sound.

use crate::Error;
use model::{Accelerator, Gpu};
use std::sync::Arc;

/// How much such threads give way (`nice`), where the system has that.
#[cfg(target_os = "linux")]
const NICE: i32 = 3;

/// The machine's GPU, if there is one that this build can learn on.
pub fn accelerator() -> Option<Arc<dyn Accelerator>> {
    match Gpu::find() {
        Ok(gpu) => Some(Arc::new(gpu)),
        Err(reason) => {
            tracing::info!("{reason}");
            None
        }
    }
}

/// What is learnt on, in words.
pub fn device(accelerator: Option<&Arc<dyn Accelerator>>) -> String {
    if let Some(accelerator) = accelerator {
        return accelerator.name();
    }
    let threads = crate::material::threads();
    format!("CPU, {threads} {}", if threads == 1 { "thread" } else { "threads" })
}

/// Does work on threads of its own that give way to all others.
///
/// # Errors
/// What `work` answers; [`Error::Job`] if no thread can be had.
pub fn giving_way<T: Send>(work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    let begun = move || {
        give_way();
        // Threads begin as those that begin them.
        let pool = rayon::ThreadPoolBuilder::new().build().map_err(|error| Error::Job(error.to_string()))?;
        pool.install(work)
    };
    std::thread::scope(|scope| match scope.spawn(begun).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// On Linux a thread's niceness is its own.
#[cfg(target_os = "linux")]
fn give_way() {
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::warn!("learning cannot give way to other work: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn work_gives_way_on_all_its_threads_and_the_caller_does_not() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        let inside = giving_way(|| Ok((0..64).into_par_iter().map(|_| nice()).collect::<Vec<_>>())).unwrap();
        assert!(inside.iter().all(|&nice| nice == NICE.max(before)), "{inside:?}");
        assert_eq!(nice(), before);
    }
}
