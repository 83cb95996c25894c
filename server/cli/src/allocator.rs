//! Settings of the system's allocator for a process that runs for days: freed memory goes back to the system.
//!
//! By default glibc has a heap for every thread that ever allocated, takes larger and larger blocks from heaps, and keeps
//! the end of a heap until that much of it is free. A long-lived process would hold all that it ever needed at once.

/// Makes the allocator keep little free memory. Called once, before the server starts its threads.
pub(crate) fn keep_little_free() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets numbers of the allocator's; it may be called at any time.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
        // One position of a run is larger than this, so it gets a mapping of its own, which goes back to the system when it
        // is freed. That holds only while no heap has as much free at its end: it would be taken from there first.
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 1 << 20);
    }
}

/// Gives the freed memory that the allocator keeps back to the system.
pub(crate) fn give_back_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: touches free memory only, under the allocator's own locks.
    unsafe {
        libc::malloc_trim(0);
    }
}
