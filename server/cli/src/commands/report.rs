//! `unembed report`: diagnostics for a bug report. It has only the prompts that the user names.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use api::{ReportDocument, ReportedPromptDocument, ReportedStatus, SCHEMA, SystemDocument};
use base::files::{Reading, read_text};
use serde_json::json;

use crate::args::{GlobalArgs, Report};
use crate::failure::Failure;
use crate::{daemon_client, log, output};

/// Lines of the log.
const LINES: usize = 100;

pub(crate) fn run(global: &GlobalArgs, command: &Report) -> Result<ExitCode, Failure> {
    let user = config::user_file();
    let layers = config::Layers { user: user.clone(), workspace: None, client: None };
    let (_, problems) = layers.read();
    let status = match daemon_client::status() {
        Ok(Some(status)) => ReportedStatus::Daemon(Box::new(status)),
        Ok(None) => ReportedStatus::None("no daemon is running".to_owned()),
        Err(failure) => ReportedStatus::None(failure.message),
    };
    let settings = user.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    let prompt = |path: &PathBuf| {
        let (text, error) = match read_text(path, &Reading::of(16 << 20)) {
            Ok(text) => (Some(text), None),
            Err(error) => (None, Some(error.to_string())),
        };
        ReportedPromptDocument { file: path.display().to_string(), text, error }
    };
    let report = ReportDocument {
        schema: SCHEMA,
        version: daemon_client::version(),
        system: SystemDocument {
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        },
        settings,
        settings_problems: problems.iter().map(ToString::to_string).collect(),
        status,
        log: last_lines(),
        prompts: command.prompts.iter().map(prompt).collect(),
    };
    if global.json {
        output::sorted_json(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = anstream::stdout();
    writeln!(out, "unembed {} on {} {}", daemon_client::version(), std::env::consts::OS, std::env::consts::ARCH)?;
    let file = user.map_or_else(|| "no file".to_owned(), |file| file.display().to_string());
    writeln!(out, "\n## settings: {file}\n{}", report.settings.as_deref().unwrap_or("not there\n"))?;
    problems.iter().try_for_each(|problem| writeln!(out, "! {problem}"))?;
    let status = json!(report.status);
    writeln!(out, "## daemon\n{status:#}\n\n## log, the last {LINES} lines")?;
    report.log.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    for ReportedPromptDocument { file, text, error } in &report.prompts {
        writeln!(out, "\n## {file}\n{}", text.as_ref().or(error.as_ref()).map_or("", String::as_str))?;
    }
    if report.prompts.is_empty() {
        writeln!(out, "\nThis report has no prompts: `unembed report --prompts FILE` includes them.")?;
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
