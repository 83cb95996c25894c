//! The daemon's socket: see `checks/daemon.rs`.
#![no_main]

#[path = "../checks/daemon.rs"]
mod daemon;
#[path = "../checks/memory.rs"]
mod memory;

libfuzzer_sys::fuzz_target!(|data: &[u8]| daemon::check(data));
