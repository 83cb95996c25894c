//! When the shared process leaves by itself: when nobody needs it, never while somebody does.

#![allow(clippy::unwrap_used, reason = "in tests")]

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use daemon::{Ended, Facts, Hello, Host, Place, Role, ServeError, Start, ask, serve, shim};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;

/// Sends back what it is sent, until there is no more.
#[derive(Default)]
struct Echo {
    busy: AtomicBool,
    looks: AtomicUsize,
    closed: AtomicBool,
    /// Looks after which it is not busy any more.
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

    fn status(&self, _: Facts) -> Value {
        json!({"looks": self.looks.load(Ordering::Relaxed)})
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
        if self.looks.fetch_add(1, Ordering::Relaxed) >= self.until {
            self.busy.store(false, Ordering::Relaxed);
        }
    }

    fn give_up(&self) {}

    fn lend(&self) {}

    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}

fn place(folder: &tempfile::TempDir) -> Place {
    Place::new(&folder.path().join("run"), "1", &[]).unwrap()
}

/// A process that serves and is busy until somebody says otherwise.
async fn serving(folder: &tempfile::TempDir) -> (Arc<Echo>, JoinHandle<Result<(), ServeError>>) {
    let host = Arc::new(Echo { busy: true.into(), until: usize::MAX, ..Echo::default() });
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let (own, served) = (place(folder), host.clone());
    let serving = tokio::spawn(async move { serve(&own, served, || ready.send(()).unwrap()).await });
    is_ready.await.unwrap();
    (host, serving)
}

fn hello() -> Hello {
    Hello { version: "1".into(), role: Role::Session { folder: PathBuf::new() } }
}

/// Nothing is ever started here.
fn nothing() -> Start {
    Start { program: "/nonexistent".into(), args: Vec::new() }
}

#[tokio::test]
async fn it_leaves_when_nobody_needs_it_and_not_while_it_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(Echo { busy: true.into(), ..Echo::default() });
    serve(&place(&folder), host.clone(), || {}).await.unwrap();
    assert!(host.looks.load(Ordering::Relaxed) >= 1 && host.closed.load(Ordering::Relaxed));
    let left = ask(&place(&folder), "1", Role::Status, Duration::from_secs(5)).await;
    assert!(matches!(left, Err(daemon::AskError::Nobody)), "{left:?}");
}

#[tokio::test]
async fn a_session_keeps_it_and_ends_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    // Busy until the session is there.
    let (host, serving) = serving(&folder).await;

    let ((mut editor, input), (output, mut heard)) = (duplex(1 << 20), duplex(1 << 20));
    let own = place(&folder);
    let first = tokio::spawn(async move { shim(&own, &nothing(), hello(), input, output).await });
    let sent: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
    editor.write_all(&sent).await.unwrap();
    let mut back = vec![0; sent.len()];
    heard.read_exact(&mut back).await.unwrap();
    assert!(back == sent, "every byte both ways");
    host.busy.store(false, Ordering::Relaxed);

    // There is room for one.
    let refused = shim(&place(&folder), &nothing(), hello(), &b""[..], Vec::new()).await;
    assert!(matches!(&refused, Ended::Unreachable(why) if why.contains("daemon.sessions")), "{refused:?}");
    let status = |place: Place| async move { ask(&place, "1", Role::Status, Duration::from_secs(5)).await.unwrap() };
    let before = status(place(&folder)).await;
    assert_eq!(before["sessions"].as_array().unwrap().len(), 1);
    // It looks around again, and stays.
    while status(place(&folder)).await["looks"].as_u64() < Some(1) {}

    drop(editor);
    // A pipe of Windows cannot say that no more will come: there the session is hung up on.
    let code = if cfg!(unix) { 5 } else { 1 };
    let ended = first.await.unwrap();
    assert!(matches!(ended, Ended::Done(is) if is == code), "{ended:?}");
    serving.await.unwrap().unwrap();
    assert!(host.closed.load(Ordering::Relaxed));
}

#[tokio::test]
async fn thirty_at_once_are_all_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (_, serving) = serving(&folder).await;
    for _ in 0..10 {
        let asking = (0..30).map(|_| {
            let place = place(&folder);
            tokio::spawn(async move { ask(&place, "1", Role::Status, Duration::from_secs(5)).await })
        });
        for answer in asking.collect::<Vec<_>>() {
            answer.await.unwrap().unwrap();
        }
    }
    ask(&place(&folder), "1", Role::Stop, Duration::from_secs(30)).await.unwrap();
    serving.await.unwrap().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn who_says_nothing_of_use_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let (_, serving) = serving(&folder).await;
    let socket = std::fs::read_dir(folder.path().join("run")).unwrap().flatten();
    let socket = socket.map(|e| e.path()).find(|p| p.extension().is_some_and(|x| x == "sock")).unwrap();
    for nonsense in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"{\"version\": 1}\n", &[b'x'; 100_000], b"\xff\n"] {
        let mut stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        // It may hang up before it has read all of it.
        let _ = stream.write_all(nonsense).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
    assert!(ask(&place(&folder), "1", Role::Status, Duration::from_secs(5)).await.is_ok());
    ask(&place(&folder), "1", Role::Stop, Duration::from_secs(30)).await.unwrap();
    serving.await.unwrap().unwrap();
}
