//! The long forms of the attacks. Each stops with a panic if the program breaks a promise, and prints its figures:
//!
//!     cargo bench -p tests --bench attack -- kills names hostile editors stopped      (or `all`)

use std::env;
use std::process::ExitCode;

use tests::attack::{editors, hostile, kills, names, stopped};
use tests::bench::processor;
use tests::program;

/// The group and the name, either of which may be asked for, and the long form.
type Attack = (&'static str, &'static str, fn() -> String);

const ATTACKS: [Attack; 7] = [
    ("all", "kills", || kills::attack(150)),
    ("all", "names", || names::attack(1000)),
    ("hostile", "models", || hostile::models(1)),
    ("hostile", "prompts", || hostile::prompts(1)),
    ("hostile", "workspaces", || hostile::workspaces(1)),
    ("all", "editors", || editors::attack(32, 200)),
    ("all", "stopped", || stopped::attack(4000)),
];

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let wanted: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let is_known =
        |word: &String| word == "all" || ATTACKS.iter().any(|(group, name, _)| word == group || word == name);
    if let Some(unknown) = wanted.iter().find(|word| !is_known(word)) {
        let known = ATTACKS.map(|(_, name, _)| name).join(", ");
        eprintln!("no attack `{unknown}`; the attacks are {known}, hostile (three of them), all");
        return ExitCode::from(2);
    }
    // Built before anything is measured.
    program();
    println!("{}", processor());
    for (group, name, attack) in ATTACKS {
        if wanted.is_empty() || wanted.iter().any(|word| word == "all" || word == group || word == name) {
            println!("\n{name}\n  {}", attack().replace('\n', "\n  "));
        }
    }
    ExitCode::SUCCESS
}
