//! What threads share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A lock that outlives a panic of another holder: what it guards is replaced whole or not at all.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
