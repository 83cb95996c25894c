//! Prompt files: see `checks/prompt.rs`.
#![no_main]

#[path = "../checks/prompt.rs"]
mod prompt;

libfuzzer_sys::fuzz_target!(|data: &[u8]| prompt::check(data));
