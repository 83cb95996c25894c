//! Runs every spec of `editors/nvim/tests` in a real, headless Neovim against the real program.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tests::{Folder, program, repository};

#[test]
fn every_spec_passes() {
    let folder = repository().join("editors/nvim/tests");
    let mut specs: Vec<_> =
        fs::read_dir(&folder).expect("the specs are there").map(|e| e.expect("readable").file_name()).collect();
    specs.sort();
    let names = specs.iter().filter_map(|name| name.to_str()?.strip_suffix("_spec.lua"));
    let failed: Vec<_> = names.filter(|name| !passes(name)).collect();
    assert!(failed.is_empty(), "specs that failed: {failed:?}");
}

/// Runs a spec in its own Neovim and prints its output.
fn passes(name: &str) -> bool {
    let home = Folder::new();
    let tests = repository().join("editors/nvim/tests");
    let mut command = Command::new(neovim());
    command.arg("--headless").arg("-u").arg(tests.join("minimal_init.lua"));
    command.arg("-l").arg(tests.join("run.lua")).arg(name);
    command.env("HOME", home.path()).env("UNEMBED", program()).current_dir(home.path());
    command.env("XDG_RUNTIME_DIR", home.path().join(".run"));
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "NVIM", "VIM", "VIMRUNTIME"] {
        command.env_remove(name);
    }
    let output = command.stdin(Stdio::null()).output().expect("Neovim starts");
    let mut stop = Command::new(program());
    stop.arg("stop").env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path().join(".run"));
    let stopped = ["XDG_CONFIG_HOME", "XDG_DATA_HOME"].iter().fold(&mut stop, |stop, name| stop.env_remove(name));
    assert!(stopped.output().expect("unembed starts").status.success(), "the daemon stops");
    println!("{name}\n{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    output.status.success()
}

fn neovim() -> PathBuf {
    let ours = repository().join(".venv/bin/nvim");
    let path = env::var_os("NVIM_PROGRAM").map_or(ours, PathBuf::from);
    assert!(path.exists(), "there is no {}: run .ci/setup, or set NVIM_PROGRAM to a Neovim 0.11", path.display());
    path
}
