//! Settings of the system's allocator for a process that runs for days: freed memory goes back to the system.
//!
//! By default glibc has a heap for each thread that allocates, takes ever larger blocks from heaps, and keeps the end of a
//! heap until that much of it is free. A long-lived process would keep its peak memory.

/// Makes the allocator keep little free memory. Must be called before the server starts its threads.
pub(crate) fn keep_little_free() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets parameters of the allocator; it may be called at any time.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
        // One position of a run is larger than this, so it gets a mapping of its own, which goes back to the system when it
        // is freed. That holds only while no heap has as much free memory at its end: the allocator takes that first.
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 1 << 20);
    }
}

/// Returns the freed memory that the allocator keeps to the system.
pub(crate) fn give_back_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: touches free memory only, under the allocator's own locks.
    unsafe {
        libc::malloc_trim(0);
    }
}
