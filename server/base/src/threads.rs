//! Whether the system gives a process threads. Libraries that cannot start one panic or wait for ever.

use std::io;
use std::sync::mpsc::channel;
use std::thread::Builder;

/// Starts `count` threads at once and ends them again.
///
/// # Errors
/// The system's error if it starts fewer; [`refused`] adds what to do.
pub fn can_start(count: usize) -> io::Result<()> {
    let mut held = Vec::new();
    for _ in 0..count {
        let (hold, wait) = channel::<()>();
        let thread = Builder::new().spawn(move || wait.recv().is_err())?;
        held.push((hold, thread));
    }
    let (holds, threads): (Vec<_>, Vec<_>) = held.into_iter().unzip();
    drop(holds);
    // None panics.
    threads.into_iter().for_each(|thread| drop(thread.join()));
    Ok(())
}

/// The system's error for a thread, with what to do.
pub fn refused(error: io::Error) -> io::Error {
    let what = format!("the system starts no more threads ({error}): close other programs, or raise `ulimit -u`");
    io::Error::new(error.kind(), what)
}
