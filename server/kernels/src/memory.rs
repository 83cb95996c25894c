//! Memory for weights: aligned, zeroed, on huge pages if the system has them. Without huge pages, page-table walks take
//! a tenth of the time of a pass over half a gigabyte.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::weight::Weight;

/// The alignment of a buffer: a cache line.
const ALIGN: usize = 64;

/// A slice of weights on the heap.
pub(crate) struct Buffer<W: Weight> {
    start: NonNull<W>,
    len: usize,
    origin: Origin,
}

/// Who frees the memory.
enum Origin {
    Empty,
    Allocator(Layout),
    #[cfg(all(target_os = "linux", not(miri)))]
    Slab(slab::Part),
}

// SAFETY: a buffer owns its memory, as a Vec does.
unsafe impl<W: Weight> Send for Buffer<W> {}
// SAFETY: as above.
unsafe impl<W: Weight> Sync for Buffer<W> {}

impl<W: Weight> Buffer<W> {
    /// `len` zeros. Aborts if there is not enough memory, as `Vec` does.
    pub(crate) fn zeros(len: usize) -> Buffer<W> {
        if len == 0 {
            return Buffer { start: NonNull::dangling(), len, origin: Origin::Empty };
        }
        let layout = Layout::array::<W>(len).and_then(|layout| layout.align_to(ALIGN));
        let layout = layout.unwrap_or_else(|_| panic!("{len} weights are more than memory can hold"));
        #[cfg(all(target_os = "linux", not(miri)))]
        if let Some(part) = slab::take(layout.size()) {
            return Buffer { start: part.start().cast(), len, origin: Origin::Slab(part) };
        }
        // SAFETY: the layout is not empty.
        let start = unsafe { alloc_zeroed(layout) };
        let start = NonNull::new(start.cast()).unwrap_or_else(|| handle_alloc_error(layout));
        Buffer { start, len, origin: Origin::Allocator(layout) }
    }
}

impl<W: Weight> Drop for Buffer<W> {
    fn drop(&mut self) {
        match &self.origin {
            Origin::Empty => {}
            Origin::Allocator(layout) => {
                // SAFETY: allocated with this layout, and no reference to it is left.
                unsafe { dealloc(self.start.as_ptr().cast(), *layout) }
            }
            #[cfg(all(target_os = "linux", not(miri)))]
            Origin::Slab(part) => part.give_back(),
        }
    }
}

impl<W: Weight> Deref for Buffer<W> {
    type Target = [W];

    fn deref(&self) -> &[W] {
        // SAFETY: `len` initialised values, zeros at first, owned by this buffer.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<W: Weight> DerefMut for Buffer<W> {
    fn deref_mut(&mut self) -> &mut [W] {
        // SAFETY: `len` initialised values, owned by this buffer, which is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

/// Large mappings that buffers share, one after the other. So huge pages cover everything except a slab's end, and
/// madvise is called before a page is first touched.
#[cfg(all(target_os = "linux", not(miri)))]
mod slab {
    use std::ptr::NonNull;
    use std::sync::{Arc, Mutex, PoisonError, Weak};

    /// Smaller buffers come from the allocator.
    const LEAST: usize = 64 << 10;
    /// The size of a huge page on systems that have them.
    const HUGE: usize = 2 << 20;
    /// The least size of a slab. Untouched pages take no memory.
    const SLAB: usize = 64 << 20;
    /// Parts are multiples of this, so that each can be freed separately: the largest page size of any system.
    const PAGE: usize = 64 << 10;

    /// The current slab, and how many of its bytes are used.
    static CURRENT: Mutex<(Weak<Slab>, usize)> = Mutex::new((Weak::new(), 0));

    struct Slab {
        mapping: NonNull<u8>,
        mapped: usize,
        /// Where the first huge page begins.
        start: NonNull<u8>,
        size: usize,
    }

    // SAFETY: addresses only; the memory belongs to the parts, which do not overlap.
    unsafe impl Send for Slab {}
    // SAFETY: as above.
    unsafe impl Sync for Slab {}

    /// A part of a slab, used by one buffer only and never reused.
    pub(super) struct Part {
        slab: Arc<Slab>,
        offset: usize,
        size: usize,
    }

    /// Zeroed memory; `None` if the buffer should come from the allocator.
    pub(super) fn take(bytes: usize) -> Option<Part> {
        if bytes < LEAST {
            return None;
        }
        let size = bytes.checked_next_multiple_of(PAGE)?;
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        let (slab, offset) = match current.0.upgrade() {
            Some(slab) if size <= slab.size - current.1 => (slab, current.1),
            _ => (Arc::new(Slab::map(size.max(SLAB))?), 0),
        };
        *current = (Arc::downgrade(&slab), offset + size);
        Some(Part { slab, offset, size })
    }

    impl Slab {
        fn map(size: usize) -> Option<Slab> {
            let size = size.checked_next_multiple_of(HUGE)?;
            let mapped = size.checked_add(HUGE)?;
            let access = libc::PROT_READ | libc::PROT_WRITE;
            let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            // SAFETY: a new mapping that no other code has.
            let mapping = unsafe { libc::mmap(std::ptr::null_mut(), mapped, access, kind, -1, 0) };
            if mapping == libc::MAP_FAILED {
                return None;
            }
            let start = mapping.map_addr(|at| at.next_multiple_of(HUGE));
            // Without huge pages the memory works, only slower. So errors are ignored.
            // SAFETY: the range is inside the mapping, which is HUGE longer.
            unsafe { libc::madvise(start, size, libc::MADV_HUGEPAGE) };
            Some(Slab { mapping: NonNull::new(mapping.cast())?, mapped, start: NonNull::new(start.cast())?, size })
        }
    }

    impl Drop for Slab {
        fn drop(&mut self) {
            // SAFETY: the slab's own mapping; no part of it is left.
            unsafe { libc::munmap(self.mapping.as_ptr().cast(), self.mapped) };
        }
    }

    impl Part {
        pub(super) fn start(&self) -> NonNull<u8> {
            // SAFETY: inside the slab.
            unsafe { self.slab.start.add(self.offset) }
        }

        /// Frees the pages while other parts of the slab are in use. They must not be touched afterwards.
        pub(super) fn give_back(&self) {
            if Arc::strong_count(&self.slab) > 1 {
                // SAFETY: whole pages that belong to this part alone.
                unsafe { libc::madvise(self.start().as_ptr().cast(), self.size, libc::MADV_DONTNEED) };
            }
        }
    }
}
