//! Both ends of the daemon's socket: a daemon that receives arbitrary bytes, and a client and a shim that receive
//! arbitrary answers. Each check uses a real socket, because there is no other way to connect.

use std::cell::LazyCell;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use daemon::{AskError, Ended, Facts, Hello, Host, Role, SocketPath, Start, ask, serve, shim};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, copy};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::memory::peak;

/// The longest first line in bytes.
const MAX_LINE_BYTES: usize = 64 * 1024;
/// Memory in bytes that one exchange may use: a first line, frames, pipes.
const MEMORY: usize = 4 << 20;
/// A timeout that no correct exchange reaches.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The input is everything that one end of the socket sends before it closes.
pub(crate) fn check(data: &[u8]) {
    WORLD.with(|world| {
        let ((), most) = peak(|| {
            world.runtime.block_on(async {
                world.check_daemon(data).await;
                world.check_client(data).await;
                world.check_shim(data).await;
            });
        });
        assert!(most <= MEMORY + 64 * data.len(), "{most} bytes for {} bytes", data.len());
    });
}

thread_local! {
    static WORLD: LazyCell<World> = LazyCell::new(World::new);
}

struct World {
    runtime: Runtime,
    socket_path: SocketPath,
    socket: PathBuf,
    _folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("f").tempdir().expect("a folder");
        let socket_path = SocketPath::new(&folder.path().join("s"), "1", &[]).expect("a socket path");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        // Only a running daemon knows the socket's path, so start one.
        let socket = runtime.block_on(async {
            let (ready, up) = oneshot::channel();
            let found = async {
                up.await.expect("it gets ready");
                sockets(&folder.path().join("s")).pop().expect("a socket")
            };
            let serving = serve(&socket_path, Arc::new(Echo), || ready.send(()).expect("the receiver waits"));
            tokio::select! { socket = found => socket, _ = serving => panic!("it serves") }
        });
        Self { runtime, socket_path, socket, _folder: folder }
    }

    /// A daemon answers a valid first line, serves a session to its end, and closes every other connection.
    async fn check_daemon(&self, said: &[u8]) {
        let (ready, up) = oneshot::channel();
        let client = async {
            up.await.expect("it gets ready");
            let mut stream = UnixStream::connect(&self.socket).await.expect("it is there");
            let heard = talk(&mut stream, said).await;
            // In every case the daemon serves the next client, unless it was asked to stop.
            let asked = ask(&self.socket_path, "1", Role::Status, TIMEOUT).await;
            (heard, asked)
        };
        let hello = first_line(said).and_then(|(line, rest)| Some((serde_json::from_slice::<Hello>(line).ok()?, rest)));
        let serving = serve(&self.socket_path, Arc::new(Echo), || ready.send(()).expect("the receiver waits"));
        if hello.as_ref().is_some_and(|(hello, _)| hello.role == Role::Stop) {
            let (ended, (heard, _)) = tokio::join!(serving, client);
            ended.expect("it exits cleanly");
            assert_eq!(heard, b"{\"ok\":null}\n");
            return;
        }
        let (heard, asked) = tokio::select! { done = client => done, _ = serving => panic!("the daemon has exited") };
        assert!(asked.is_ok_and(|status| status["sessions"] == json!([])), "the daemon no longer answers");
        match hello {
            None => assert_eq!(heard, b""),
            Some((Hello { role: Role::Session { .. }, .. }, rest)) => {
                let echo = heard.strip_prefix(b"{\"ok\":null}\n").expect("an answer");
                assert_eq!(frames(echo), (rest.to_vec(), Some(CODE)));
            }
            Some((Hello { role: Role::Status, .. }, _)) => assert!(heard.starts_with(b"{\"ok\":{")),
            Some(_) => assert_eq!(heard, b"{\"ok\":null}\n"),
        }
    }

    /// A client gets the daemon's answer, or an error if there is none.
    async fn check_client(&self, said: &[u8]) {
        let answer = self.beside(said, ask(&self.socket_path, "1", Role::Status, TIMEOUT)).await;
        let line = first_line(said).and_then(|(line, _)| serde_json::from_slice::<Value>(line).ok());
        match answer {
            Ok(value) => assert_eq!(line, Some(json!({ "ok": value }))),
            Err(AskError::Refused(why)) => assert_eq!(line, Some(json!({ "refused": why }))),
            Err(AskError::Lost(e)) => assert_ne!(e.kind(), io::ErrorKind::TimedOut),
            Err(AskError::NotRunning) => panic!("a daemon was there"),
        }
    }

    /// A shim passes on the contents of frames and reports the session's exit code, or that the daemon was lost.
    async fn check_shim(&self, said: &[u8]) {
        let said = [b"{\"ok\":null}\n", said].concat();
        let hello = Hello { version: "1".to_owned(), role: Role::Session { folder: PathBuf::new() } };
        let start = Start { program: PathBuf::from("/nonexistent"), args: Vec::new() };
        let (mut ours, theirs) = tokio::io::duplex(MAX_LINE_BYTES);
        // The editor sends nothing and stays connected.
        let (_input, input) = tokio::io::duplex(1);
        let shim = async {
            let mut heard = Vec::new();
            let (ended, read) =
                tokio::join!(shim(&self.socket_path, &start, hello, input, theirs), ours.read_to_end(&mut heard));
            read.expect("memory can be read");
            (ended, heard)
        };
        let (ended, heard) = self.beside(&said, shim).await;
        let (content, code) = frames(&said[12..]);
        assert_eq!(heard, content);
        match ended {
            Ended::Done(ended) => assert_eq!(Some(ended), code),
            Ended::Lost(_) => assert_eq!(code, None),
            Ended::Refused(why) | Ended::Unreachable(why) => panic!("unreachable: {why}"),
        }
    }

    /// Runs `work` with a fake daemon that sends `said` to its first client, whatever the client sends.
    async fn beside<T>(&self, said: &[u8], work: impl Future<Output = T>) -> T {
        let _ = std::fs::remove_file(&self.socket);
        let listener = UnixListener::bind(&self.socket).expect("a socket");
        let daemon = async {
            let (mut stream, _) = listener.accept().await.expect("a client");
            talk(&mut stream, said).await
        };
        let (done, _) = tokio::join!(work, daemon);
        done
    }
}

/// Sends bytes, closes its own side, and reads the answer to its end.
async fn talk(stream: &mut UnixStream, said: &[u8]) -> Vec<u8> {
    let (mut from, mut to) = stream.split();
    let saying = async {
        // The other end may close first if it rejects the bytes.
        let _ = to.write_all(said).await;
        let _ = to.shutdown().await;
    };
    let mut heard = Vec::new();
    let (_, ()) = tokio::join!(from.read_to_end(&mut heard), saying);
    heard
}

/// The first line and the bytes after it.
fn first_line(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = said.iter().take(MAX_LINE_BYTES).position(|&b| b == b'\n')?;
    Some((&said[..end], &said[end + 1..]))
}

/// The contents of all complete frames, and the exit code of the last frame if there is one.
fn frames(mut bytes: &[u8]) -> (Vec<u8>, Option<u8>) {
    let mut content = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        if length == 0 {
            return (content, rest.first().copied());
        }
        if length > 32 * 1024 || rest.len() < length {
            break;
        }
        content.extend_from_slice(&rest[..length]);
        bytes = &rest[length..];
    }
    (content, None)
}

fn sockets(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| path.extension().is_some_and(|e| e == "sock")).collect()
}

const CODE: u8 = 7;

/// A host that echoes its input.
struct Echo;

impl Host for Echo {
    fn session(
        &self,
        _: PathBuf,
        mut input: Box<dyn AsyncRead + Send + Unpin>,
        mut output: DuplexStream,
    ) -> Pin<Box<dyn Future<Output = u8> + Send>> {
        Box::pin(async move {
            let _ = copy(&mut input, &mut output).await;
            CODE
        })
    }

    fn status(&self, facts: Facts) -> Value {
        json!({"sessions": facts.sessions.iter().map(|session| session.id).collect::<Vec<_>>()})
    }

    fn is_busy(&self) -> bool {
        false
    }

    fn idle(&self) -> Option<Duration> {
        None
    }

    fn most_sessions(&self) -> usize {
        2
    }

    fn tidy(&self) {}

    fn give_up(&self) {}

    fn take_back(&self) {}

    fn lend(&self) {}

    fn close(&self) {}
}
