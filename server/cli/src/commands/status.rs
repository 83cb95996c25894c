//! `unembed status`: how the shared process does.

use std::process::ExitCode;

use daemon::Role;
use ide::page::{LineKind, PageLine};
use serde_json::{Value, json};

use crate::args::Shared;
use crate::failure::Failure;
use crate::{output, shared};

pub(crate) fn run(flags: &Shared) -> Result<ExitCode, Failure> {
    let status = shared::question(Role::Status)?;
    if flags.json {
        let none = || json!({"schema": ide::document::SCHEMA, "running": false});
        let mut document = status.clone().unwrap_or_else(none);
        document["running"] = json!(status.is_some());
        output::json(&document)?;
    } else {
        let nobody = || vec![line(LineKind::Plain, "no shared process runs: the next editor starts one".to_owned())];
        output::page(&status.as_ref().map_or_else(nobody, page))?;
    }
    Ok(ExitCode::from(u8::from(status.is_none())))
}

fn line(kind: LineKind, text: String) -> PageLine {
    PageLine { kind, text }
}

/// A page for people.
fn page(status: &Value) -> Vec<PageLine> {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let list = |name: &str| status[name].as_array().cloned().unwrap_or_default();
    let memory = status["memory_megabytes"].as_u64().map_or_else(String::new, |mb| format!(", {mb} MB"));
    let up = ago(number(&status["uptime_seconds"]));
    let head = format!("unembed {}, process {}, up {up}{memory}", text(&status["version"]), number(&status["pid"]));
    let mut lines = vec![line(LineKind::Head, head)];
    let (running, waiting) = (number(&status["queue"]["running"]), number(&status["queue"]["waiting"]));
    lines.push(line(LineKind::Plain, format!("{:<10}{running} running, {waiting} waiting", "queue")));
    let mut rows = |name: &str, none: &str, rows: Vec<String>| {
        let rows = if rows.is_empty() { vec![none.to_owned()] } else { rows };
        for (n, row) in rows.into_iter().enumerate() {
            let name = if n == 0 { name } else { "" };
            lines.push(line(LineKind::Plain, format!("{name:<10}{row}")));
        }
    };
    let session = |s: &Value| format!("{} since {}", text(&s["folder"]), ago(number(&s["seconds"])));
    rows("sessions", "none", list("sessions").iter().map(session).collect());
    let model = |m: &Value| {
        let state = match m["in_use"].as_bool() {
            Some(true) => "at work".to_owned(),
            _ => format!("idle for {}", ago(number(&m["idle_seconds"]))),
        };
        format!("{}, {} MB, {state}", text(&m["name"]), number(&m["megabytes"]))
    };
    rows("models", "none", list("models").iter().map(model).collect());
    let index = |i: &Value| {
        let (indexed, all) = (number(&i["indexed"]), number(&i["all"]));
        let state = if i["building"] == true { ", building" } else { "" };
        let fingerprint: String = text(&i["fingerprint"]).chars().take(12).collect();
        format!("{fingerprint}: {indexed} of {all} value vectors, {} MB on disk{state}", number(&i["megabytes"]))
    };
    rows("indexes", "none", list("indexes").iter().map(index).collect());
    let slow = |r: &Value| {
        let (took, seconds) = (r["milliseconds"].as_f64().unwrap_or(0.0), number(&r["seconds_ago"]));
        format!("{took:>9.1} ms  {}, {} ago", text(&r["method"]), ago(seconds))
    };
    let slowest = status["requests"]["slowest"].as_array().cloned().unwrap_or_default();
    rows("slowest", "no request yet", slowest.iter().map(slow).collect());
    lines
}

fn ago(seconds: u64) -> String {
    match seconds {
        s @ 0..=119 => format!("{s} s"),
        s @ 120..=7199 => format!("{} min", s / 60),
        s => format!("{} h", s / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_aligned_and_says_where_there_is_nothing() {
        let status = json!({
            "version": "1+a", "pid": 7, "uptime_seconds": 150, "memory_megabytes": 310,
            "queue": {"running": 1, "waiting": 0}, "sessions": [], "indexes": [],
            "models": [{"name": "starter", "megabytes": 40, "in_use": false, "idle_seconds": 5}],
            "requests": {"slowest": [
                {"method": "textDocument/hover", "milliseconds": 41.26, "seconds_ago": 9000},
                {"method": "unembed.search", "milliseconds": 3.0, "seconds_ago": 1},
            ]},
        });
        let lines: Vec<String> = page(&status).into_iter().map(|line| line.text).collect();
        let expected = [
            "unembed 1+a, process 7, up 2 min, 310 MB",
            "queue     1 running, 0 waiting",
            "sessions  none",
            "models    starter, 40 MB, idle for 5 s",
            "indexes   none",
            "slowest        41.3 ms  textDocument/hover, 2 h ago",
            "                3.0 ms  unembed.search, 1 s ago",
        ];
        assert_eq!(lines, expected);
    }
}
