//! `unembed status`: the daemon's status.

use std::process::ExitCode;

use api::{
    DaemonDocument, LoadedModelDocument, OpenIndexDocument, QueueDocument, RequestDocument, SCHEMA, SessionDocument,
    StatusDocument,
};
use ide::page::{LineKind, PageLine};

use crate::args::GlobalArgs;
use crate::failure::Failure;
use crate::{daemon_client, output};

pub(crate) fn run(global: &GlobalArgs) -> Result<ExitCode, Failure> {
    let daemon = daemon_client::status()?;
    let running = daemon.is_some();
    if global.json {
        output::sorted_json(&StatusDocument { schema: SCHEMA, running, daemon })?;
    } else {
        let not_running = || vec![line(LineKind::Plain, "no daemon is running: the next editor starts one".to_owned())];
        output::page(&daemon.as_ref().map_or_else(not_running, page))?;
    }
    Ok(ExitCode::from(u8::from(!running)))
}

fn line(kind: LineKind, text: String) -> PageLine {
    PageLine { kind, text }
}

fn page(status: &DaemonDocument) -> Vec<PageLine> {
    let memory = status.memory_megabytes.map_or_else(String::new, |mb| format!(", {mb} MB"));
    let up = ago(status.uptime_seconds);
    let head = format!("unembed {}, process {}, up {up}{memory}", status.version, status.pid);
    let mut lines = vec![line(LineKind::Head, head)];
    let QueueDocument { running, waiting } = status.queue;
    lines.push(line(LineKind::Plain, format!("{:<10}{running} running, {waiting} waiting", "queue")));
    let mut rows = |name: &str, none: &str, rows: Vec<String>| {
        let rows = if rows.is_empty() { vec![none.to_owned()] } else { rows };
        for (n, row) in rows.into_iter().enumerate() {
            let name = if n == 0 { name } else { "" };
            lines.push(line(LineKind::Plain, format!("{name:<10}{row}")));
        }
    };
    let session = |s: &SessionDocument| format!("{} since {}", s.folder, ago(s.seconds));
    rows("sessions", "none", status.sessions.iter().map(session).collect());
    let model = |m: &LoadedModelDocument| {
        let state = if m.in_use { "in use".to_owned() } else { format!("idle for {}", ago(m.idle_seconds)) };
        format!("{}, {} MB, {state}", m.name, m.megabytes)
    };
    rows("models", "none", status.models.iter().map(model).collect());
    let index = |i: &OpenIndexDocument| {
        let state = if i.building { ", building" } else { "" };
        let fingerprint: String = i.fingerprint.chars().take(12).collect();
        let OpenIndexDocument { indexed, all, megabytes, .. } = i;
        format!("{fingerprint}: {indexed} of {all} value vectors, {megabytes} MB on disk{state}")
    };
    rows("indexes", "none", status.indexes.iter().map(index).collect());
    let slow = |r: &RequestDocument| format!("{:>9.1} ms  {}, {} ago", r.milliseconds, r.method, ago(r.seconds_ago));
    rows("slowest", "no request yet", status.requests.slowest.iter().map(slow).collect());
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
    use api::RequestsDocument;

    use super::*;

    #[test]
    fn the_page_is_aligned_and_shows_empty_rows() {
        let request = |method: &str, milliseconds, seconds_ago| RequestDocument {
            method: method.to_owned(),
            milliseconds,
            seconds_ago,
        };
        let slowest = vec![request("textDocument/hover", 41.26, 9000), request("unembed.search", 3.0, 1)];
        let (name, fingerprint) = ("starter".to_owned(), "f".to_owned());
        let status = DaemonDocument {
            version: "1+a".to_owned(),
            pid: 7,
            uptime_seconds: 150,
            memory_megabytes: Some(310),
            queue: QueueDocument { running: 1, waiting: 0 },
            sessions: Vec::new(),
            models: vec![LoadedModelDocument { name, fingerprint, megabytes: 40, idle_seconds: 5, in_use: false }],
            indexes: Vec::new(),
            requests: RequestsDocument { answered: 2, slowest },
        };
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
