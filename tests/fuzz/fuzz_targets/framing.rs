//! LSP framing: see `checks/framing.rs`.
#![no_main]

#[path = "../checks/framing.rs"]
mod framing;
#[path = "../checks/memory.rs"]
mod memory;

libfuzzer_sys::fuzz_target!(|data: &[u8]| framing::check(data));
