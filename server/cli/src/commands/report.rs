//! `unembed report`: what somebody who looks into a fault wants to know. Of prompts only what is asked for.

use std::io::Write;
use std::process::ExitCode;

use daemon::Role;
use serde_json::{Value, json};

use crate::args::{Report, Shared};
use crate::failure::Failure;
use crate::{log, output, shared};

/// Lines of the log.
const LINES: usize = 100;

pub(crate) fn run(flags: &Shared, command: &Report) -> Result<ExitCode, Failure> {
    let user = config::user_file();
    let layers = config::Layers { user: user.clone(), workspace: None, client: None };
    let (_, problems) = layers.read();
    let status = match shared::question(Role::Status) {
        Ok(Some(status)) => status,
        Ok(None) => json!("no shared process runs"),
        Err(failure) => json!(failure.message),
    };
    let settings = user.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    let prompts: Vec<Value> = command
        .prompts
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path);
            text.map_or_else(
                |e| json!({"file": path, "error": e.to_string()}),
                |text| json!({"file": path, "text": text}),
            )
        })
        .collect();
    let report = json!({
        "schema": ide::document::SCHEMA,
        "version": shared::version(),
        "system": {
            "os": std::env::consts::OS, "arch": std::env::consts::ARCH,
            "threads": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        },
        "settings": settings,
        "settings_problems": problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "status": status,
        "log": last_lines(),
        "prompts": prompts,
    });
    if flags.json {
        output::json(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = anstream::stdout();
    writeln!(out, "unembed {} on {} {}", shared::version(), std::env::consts::OS, std::env::consts::ARCH)?;
    let file = user.map_or_else(|| "nowhere".to_owned(), |file| file.display().to_string());
    writeln!(out, "\n## settings: {file}\n{}", settings.as_deref().unwrap_or("not there\n"))?;
    problems.iter().try_for_each(|problem| writeln!(out, "! {problem}"))?;
    writeln!(out, "## shared process\n{status:#}\n\n## log, its last {LINES} lines")?;
    last_lines().iter().try_for_each(|line| writeln!(out, "{line}"))?;
    for prompt in &prompts {
        let text = prompt["text"].as_str().or(prompt["error"].as_str()).unwrap_or_default();
        writeln!(out, "\n## {}\n{text}", prompt["file"].as_str().unwrap_or_default())?;
    }
    if prompts.is_empty() {
        writeln!(out, "\nNo prompt is in this report; `unembed report --prompts FILE` adds those that you name.")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The last lines of the log, across its files.
fn last_lines() -> Vec<String> {
    let files = log::path().map(|path| log::files(&path)).unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let older: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.splice(0..0, older);
        if lines.len() >= LINES {
            break;
        }
    }
    lines.split_off(lines.len().saturating_sub(LINES))
}
