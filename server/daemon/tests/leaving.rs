//! The daemon exits when it is idle, and never while it is needed.

#![allow(clippy::unwrap_used, reason = "in tests")]

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use daemon::{Ended, Facts, Hello, Host, Role, ServeError, SocketPath, Start, ask, serve, shim};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;

/// A host that echoes each session's input.
#[derive(Default)]
struct Echo {
    busy: AtomicBool,
    ticks: AtomicUsize,
    closed: AtomicBool,
    /// Whether another version has the index.
    given_up: AtomicBool,
    /// The number of ticks after which it is no longer busy.
    until: usize,
}

impl Host for Echo {
    fn session(
        &self,
        _: PathBuf,
        mut input: Box<dyn AsyncRead + Send + Unpin>,
        mut output: DuplexStream,
    ) -> Pin<Box<dyn Future<Output = u8> + Send>> {
        Box::pin(async move {
            let _ = tokio::io::copy(&mut input, &mut output).await;
            5
        })
    }

    fn status(&self, facts: Facts) -> Value {
        let sessions: Vec<u64> = facts.sessions.iter().map(|session| session.id).collect();
        json!({"ticks": self.ticks.load(Ordering::Relaxed), "sessions": sessions})
    }

    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }

    fn idle(&self) -> Option<Duration> {
        Some(Duration::ZERO)
    }

    fn most_sessions(&self) -> usize {
        1
    }

    fn tidy(&self) {
        if self.ticks.fetch_add(1, Ordering::Relaxed) >= self.until {
            self.busy.store(false, Ordering::Relaxed);
        }
    }

    fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    fn take_back(&self) {
        self.given_up.store(false, Ordering::Relaxed);
    }

    fn lend(&self) {}

    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}

fn socket_path(folder: &tempfile::TempDir) -> SocketPath {
    SocketPath::new(&folder.path().join("run"), "1", &[]).unwrap()
}

/// Starts a daemon that stays busy until the test changes that.
async fn serving(folder: &tempfile::TempDir) -> (Arc<Echo>, JoinHandle<Result<(), ServeError>>) {
    let host = Arc::new(Echo { busy: true.into(), until: usize::MAX, ..Echo::default() });
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let (own, served) = (socket_path(folder), host.clone());
    let serving = tokio::spawn(async move { serve(&own, served, || ready.send(()).unwrap()).await });
    is_ready.await.unwrap();
    (host, serving)
}

fn hello() -> Hello {
    Hello { version: "1".into(), role: Role::Session { folder: PathBuf::new() } }
}

/// A start command for tests that never start a daemon.
fn no_start() -> Start {
    Start { program: "/nonexistent".into(), args: Vec::new() }
}

#[tokio::test]
async fn exits_when_idle_and_not_while_busy() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(Echo { busy: true.into(), ..Echo::default() });
    serve(&socket_path(&folder), host.clone(), || {}).await.unwrap();
    assert!(host.ticks.load(Ordering::Relaxed) >= 1 && host.closed.load(Ordering::Relaxed));
    let answer = ask(&socket_path(&folder), "1", Role::Status, Duration::from_secs(5)).await;
    assert!(matches!(answer, Err(daemon::AskError::NotRunning)), "{answer:?}");
}

#[tokio::test]
async fn a_session_keeps_the_daemon_running_and_returns_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    // Busy until the session is connected.
    let (host, serving) = serving(&folder).await;

    let ((mut editor, input), (output, mut heard)) = (duplex(1 << 20), duplex(1 << 20));
    let own = socket_path(&folder);
    let first = tokio::spawn(async move { shim(&own, &no_start(), hello(), input, output).await });
    let sent: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
    editor.write_all(&sent).await.unwrap();
    let mut back = vec![0; sent.len()];
    heard.read_exact(&mut back).await.unwrap();
    assert!(back == sent, "every byte both ways");
    host.busy.store(false, Ordering::Relaxed);

    // Only one session is allowed.
    let refused = shim(&socket_path(&folder), &no_start(), hello(), &b""[..], Vec::new()).await;
    assert!(matches!(&refused, Ended::Refused(why) if why.contains("daemon.sessions")), "{refused:?}");
    let status = |socket_path: SocketPath| async move {
        ask(&socket_path, "1", Role::Status, Duration::from_secs(5)).await.unwrap()
    };
    let before = status(socket_path(&folder)).await;
    assert_eq!(before["sessions"].as_array().unwrap().len(), 1);
    // It checks again, and keeps running.
    while status(socket_path(&folder)).await["ticks"].as_u64() < Some(1) {}

    drop(editor);
    // A Windows pipe cannot signal the end of input; there the shim disconnects.
    let code = if cfg!(unix) { 5 } else { 1 };
    let ended = first.await.unwrap();
    assert!(matches!(ended, Ended::Done(is) if is == code), "{ended:?}");
    serving.await.unwrap().unwrap();
    assert!(host.closed.load(Ordering::Relaxed));
}

/// A newer version gets the index; when it has exited, the older one has it again.
#[tokio::test]
async fn what_was_given_up_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let (old, serving) = serving(&folder).await;
    let newer = SocketPath::new(&folder.path().join("run"), "2", &[]).unwrap();
    let second = Arc::new(Echo { busy: true.into(), until: usize::MAX, ..Echo::default() });
    let serving_newer = tokio::spawn({
        let (own, host) = (newer.clone(), second.clone());
        async move { serve(&own, host, || {}).await }
    });
    let asked = |path: SocketPath, role| async move { ask(&path, "1", role, Duration::from_secs(30)).await };
    while !old.given_up.load(Ordering::Relaxed) {
        asked(socket_path(&folder), Role::Status).await.unwrap();
    }
    ask(&newer, "2", Role::Stop, Duration::from_secs(30)).await.unwrap();
    serving_newer.await.unwrap().unwrap();
    while old.given_up.load(Ordering::Relaxed) {
        asked(socket_path(&folder), Role::Status).await.unwrap();
    }
    asked(socket_path(&folder), Role::Stop).await.unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn answers_thirty_concurrent_requests() {
    let folder = tempfile::tempdir().unwrap();
    let (_, serving) = serving(&folder).await;
    for _ in 0..10 {
        let asking = (0..30).map(|_| {
            let socket_path = socket_path(&folder);
            tokio::spawn(async move { ask(&socket_path, "1", Role::Status, Duration::from_secs(5)).await })
        });
        for answer in asking.collect::<Vec<_>>() {
            answer.await.unwrap().unwrap();
        }
    }
    ask(&socket_path(&folder), "1", Role::Stop, Duration::from_secs(30)).await.unwrap();
    serving.await.unwrap().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn rejects_connections_without_a_valid_first_line() {
    let folder = tempfile::tempdir().unwrap();
    let (_, serving) = serving(&folder).await;
    let socket = std::fs::read_dir(folder.path().join("run")).unwrap().flatten();
    let socket = socket.map(|e| e.path()).find(|p| p.extension().is_some_and(|x| x == "sock")).unwrap();
    for nonsense in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"{\"version\": 1}\n", &[b'x'; 100_000], b"\xff\n"] {
        let mut stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        // It may disconnect before it has read everything.
        let _ = stream.write_all(nonsense).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
    assert!(ask(&socket_path(&folder), "1", Role::Status, Duration::from_secs(5)).await.is_ok());
    ask(&socket_path(&folder), "1", Role::Stop, Duration::from_secs(30)).await.unwrap();
    serving.await.unwrap().unwrap();
}
