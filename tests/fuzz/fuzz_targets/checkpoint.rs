//! Model folders: see `checks/checkpoint.rs`.
#![no_main]

#[path = "../checks/checkpoint.rs"]
mod checkpoint;
#[path = "../checks/memory.rs"]
mod memory;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checkpoint::check(data));
