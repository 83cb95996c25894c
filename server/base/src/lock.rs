//! Locking that tolerates a panic.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex, even a poisoned one. Use it only for state that is replaced as a whole: a panic cannot leave such
/// state half-written, and the panic is reported where it happens.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
