//! Memory for weights: aligned, zeroed, on huge pages where the system gives them. A pass over half a gigabyte would
//! otherwise spend a good part of its time on page tables.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// The alignment of a buffer: a cache line.
const ALIGN: usize = 64;
/// From here on huge pages are asked for; their size on the systems that have them.
#[cfg(target_os = "linux")]
const HUGE: usize = 2 << 20;

/// A slice of float32 on the heap.
pub(crate) struct Buffer {
    start: NonNull<f32>,
    len: usize,
    origin: Origin,
}

/// Whom the memory goes back to.
enum Origin {
    Allocator(Layout),
    #[cfg(target_os = "linux")]
    System {
        start: *mut libc::c_void,
        bytes: usize,
    },
}

// SAFETY: a buffer owns its memory, as a Vec does.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// `len` zeros. Like `Vec`, aborts where there is no memory for them.
    pub(crate) fn zeros(len: usize) -> Buffer {
        if len == 0 {
            return Buffer { start: NonNull::dangling(), len, origin: Origin::Allocator(Layout::new::<()>()) };
        }
        #[cfg(target_os = "linux")]
        if len * size_of::<f32>() >= HUGE
            && let Some(buffer) = Buffer::huge(len)
        {
            return buffer;
        }
        let layout = Layout::array::<f32>(len).and_then(|layout| layout.align_to(ALIGN));
        let layout = layout.unwrap_or_else(|_| panic!("{len} float32 are more than memory can hold"));
        // SAFETY: the layout is not empty.
        let start = unsafe { alloc_zeroed(layout) };
        let start = NonNull::new(start.cast()).unwrap_or_else(|| handle_alloc_error(layout));
        Buffer { start, len, origin: Origin::Allocator(layout) }
    }

    /// Fresh pages from the system, which are zero: so that the advice is given before they are first touched.
    #[cfg(target_os = "linux")]
    fn huge(len: usize) -> Option<Buffer> {
        let bytes = len.checked_mul(size_of::<f32>())?.checked_add(HUGE)?;
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping that no one else knows.
        let origin = unsafe { libc::mmap(std::ptr::null_mut(), bytes, access, kind, -1, 0) };
        if origin == libc::MAP_FAILED {
            return None;
        }
        let start = origin.map_addr(|at| at.next_multiple_of(HUGE));
        // Without huge pages the memory is as good, only slower: a refusal does not matter.
        // SAFETY: the range lies within the mapping, which is HUGE longer than the values.
        unsafe { libc::madvise(start, len * size_of::<f32>(), libc::MADV_HUGEPAGE) };
        Some(Buffer { start: NonNull::new(start.cast())?, len, origin: Origin::System { start: origin, bytes } })
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        match self.origin {
            Origin::Allocator(layout) if layout.size() > 0 => {
                // SAFETY: allocated with this layout, and nobody holds a reference any more.
                unsafe { dealloc(self.start.as_ptr().cast(), layout) }
            }
            Origin::Allocator(_) => {}
            #[cfg(target_os = "linux")]
            Origin::System { start, bytes } => {
                // SAFETY: this mapping is the buffer's own, and nobody holds a reference any more.
                unsafe { libc::munmap(start, bytes) };
            }
        }
    }
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: `len` initialised values, owned by this buffer.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: `len` initialised values, owned by this buffer, which is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}
