//! What stands between an editor's stdio and the daemon: a daemon that hears anything, and a shim that is told anything.
//! Both over a real socket, as nothing of it is to be had otherwise.

use std::cell::LazyCell;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use daemon::{AskError, Ended, Hello, Host, Place, Role, Start, ask, serve, shim};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, copy};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::memory::peak;

/// The longest first line.
const LONGEST: usize = 64 * 1024;
/// What one exchange may hold on either side: a first line, pieces, pipes.
const MEMORY: usize = 4 << 20;
/// Nobody here waits for the other: it is there for errors.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes: what one end of the socket says before it hangs up.
pub(crate) fn check(data: &[u8]) {
    WORLD.with(|world| {
        let ((), most) = peak(|| {
            world.runtime.block_on(async {
                world.daemon_hears(data).await;
                world.asker_hears(data).await;
                world.shim_hears(data).await;
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
    place: Place,
    socket: PathBuf,
    _folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("f").tempdir().expect("a folder");
        let place = Place::new(&folder.path().join("s"), "1", &[]).expect("a place");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        // Where it is, only a daemon knows.
        let socket = runtime.block_on(async {
            let (ready, up) = oneshot::channel();
            let found = async {
                up.await.expect("it gets ready");
                sockets(&folder.path().join("s")).pop().expect("a socket")
            };
            let serving = serve(&place, Arc::new(Echo), || ready.send(()).expect("somebody waits"));
            tokio::select! { socket = found => socket, _ = serving => panic!("it serves") }
        });
        Self { runtime, place, socket, _folder: folder }
    }

    /// A daemon answers a first line that it can read, serves a session to its end, and hangs up on everything else.
    async fn daemon_hears(&self, said: &[u8]) {
        let (ready, up) = oneshot::channel();
        let client = async {
            up.await.expect("it gets ready");
            let mut stream = UnixStream::connect(&self.socket).await.expect("it is there");
            let heard = talk(&mut stream, said).await;
            // Whatever it was, the daemon serves the next one, unless it was told to end.
            let asked = ask(&self.place, "1", Role::Status, PATIENCE).await;
            (heard, asked)
        };
        let hello = first_line(said).and_then(|(line, rest)| Some((serde_json::from_slice::<Hello>(line).ok()?, rest)));
        let serving = serve(&self.place, Arc::new(Echo), || ready.send(()).expect("somebody waits"));
        if hello.as_ref().is_some_and(|(hello, _)| hello.role == Role::Stop) {
            let (ended, (heard, _)) = tokio::join!(serving, client);
            ended.expect("it ends in order");
            assert_eq!(heard, b"{\"ok\":null}\n");
            return;
        }
        let (heard, asked) = tokio::select! { done = client => done, _ = serving => panic!("the daemon is gone") };
        assert!(asked.is_ok_and(|status| status["sessions"] == json!([])), "the daemon serves nobody any more");
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

    /// Who asks a daemon hears its answer, or that there is none.
    async fn asker_hears(&self, said: &[u8]) {
        let answer = self.beside(said, ask(&self.place, "1", Role::Status, PATIENCE)).await;
        let line = first_line(said).and_then(|(line, _)| serde_json::from_slice::<Value>(line).ok());
        match answer {
            Ok(value) => assert_eq!(line, Some(json!({ "ok": value }))),
            Err(AskError::Refused(why)) => assert_eq!(line, Some(json!({ "refused": why }))),
            Err(AskError::Lost(e)) => assert_ne!(e.kind(), io::ErrorKind::TimedOut),
            Err(AskError::Nobody) => panic!("there was somebody"),
        }
    }

    /// A shim passes on what is in the pieces, and knows how the session ended or that the daemon was lost.
    async fn shim_hears(&self, said: &[u8]) {
        let said = [b"{\"ok\":null}\n", said].concat();
        let hello = Hello { version: "1".to_owned(), role: Role::Session { folder: PathBuf::new() } };
        let start = Start { program: PathBuf::from("/nonexistent"), args: Vec::new() };
        let (mut ours, theirs) = tokio::io::duplex(LONGEST);
        // The editor says nothing, and stays.
        let (_input, input) = tokio::io::duplex(1);
        let shim = async {
            let mut heard = Vec::new();
            let (ended, read) =
                tokio::join!(shim(&self.place, &start, hello, input, theirs), ours.read_to_end(&mut heard));
            read.expect("memory can be read");
            (ended, heard)
        };
        let (ended, heard) = self.beside(&said, shim).await;
        let (content, code) = frames(&said[12..]);
        assert_eq!(heard, content);
        match ended {
            Ended::Done(ended) => assert_eq!(Some(ended), code),
            Ended::Lost(_) => assert_eq!(code, None),
            Ended::Unreachable(why) => panic!("unreachable: {why}"),
        }
    }

    /// `work` beside a daemon that says this to the first who connects, whatever it hears.
    async fn beside<T>(&self, said: &[u8], work: impl Future<Output = T>) -> T {
        let _ = std::fs::remove_file(&self.socket);
        let listener = UnixListener::bind(&self.socket).expect("a socket");
        let daemon = async {
            let (mut stream, _) = listener.accept().await.expect("somebody");
            talk(&mut stream, said).await
        };
        let (done, _) = tokio::join!(work, daemon);
        done
    }
}

/// Says this, hangs up on its own side, and hears the rest.
async fn talk(stream: &mut UnixStream, said: &[u8]) -> Vec<u8> {
    let (mut from, mut to) = stream.split();
    let saying = async {
        // Whoever hears something that it does not like may hang up first.
        let _ = to.write_all(said).await;
        let _ = to.shutdown().await;
    };
    let mut heard = Vec::new();
    let (_, ()) = tokio::join!(from.read_to_end(&mut heard), saying);
    heard
}

/// The first line, and what follows it.
fn first_line(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = said.iter().take(LONGEST).position(|&b| b == b'\n')?;
    Some((&said[..end], &said[end + 1..]))
}

/// What is in whole pieces, and the code of the end, if it comes.
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

/// Says what it hears.
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

    fn status(&self) -> Value {
        json!({})
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

    fn lend(&self) {}

    fn close(&self) {}
}
