//! The daemon: it holds the lock, takes connections, lets a host serve their sessions, and leaves when nobody has needed it
//! for a while, or when it is told to.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWriteExt, BufReader, DuplexStream, duplex, split};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::control::ask;
use crate::frames;
use crate::hello::{Answer, Hello, PATIENCE, Role, receive, send};
use crate::socket_path::Place;
use crate::socket::{Listener, Stream, connect};

/// Between a session and the socket, bytes.
const PIPE: usize = 64 * 1024;
/// How often the daemon looks whether it is still found and still needed.
const TICK: Duration = Duration::from_secs(5);
/// So often it lets go of what nobody has used for long, in ticks: an idle daemon should hardly wake.
const TIDY: u32 = 3;
/// How long a daemon that leaves is waited for.
const LEAVING: Duration = Duration::from_secs(15);
/// How long sessions may take to end when the daemon does.
const GRACE: Duration = Duration::from_secs(3);

/// What a daemon does for its sessions.
pub trait Host: Send + Sync + 'static {
    /// Serves a session until it ends; the exit code of the editor's process. Dropping the future ends it.
    fn session(
        &self,
        folder: PathBuf,
        input: Box<dyn AsyncRead + Send + Unpin>,
        output: DuplexStream,
    ) -> Pin<Box<dyn Future<Output = u8> + Send>>;

    /// How it does, as a JSON object.
    fn status(&self) -> Value;

    /// Whether something is being done that no session waits for.
    fn is_busy(&self) -> bool;

    /// The daemon leaves when nobody has needed it for so long; `None`: never.
    fn idle(&self) -> Option<Duration>;

    /// The most sessions at a time.
    fn most_sessions(&self) -> usize;

    /// Called every few seconds: lets go of what nobody has used for long.
    fn tidy(&self);

    /// Lets go of the index folders, for good. Blocks until they can be opened by others.
    fn give_up(&self);

    /// Lets go of the index folders that nobody reads now, until somebody does. Blocks until they can be opened by others.
    fn lend(&self);

    /// The daemon ends: whatever must not be lost is written. Blocks.
    fn close(&self);
}

/// Why it does not serve.
#[derive(Debug)]
pub enum ServeError {
    /// Another one of the same place does.
    Taken,
    /// One line that says what to do.
    Other(String),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("a daemon of this version runs already: see `unembed status`"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for ServeError {}

/// What connections share.
struct Shared {
    host: Arc<dyn Host>,
    version: String,
    started: Instant,
    sessions: Mutex<BTreeMap<u64, (PathBuf, Instant)>>,
    /// When somebody was here last.
    needed: Mutex<Instant>,
    stop: watch::Sender<bool>,
}

/// Serves until it is told to stop or nobody has needed it for long. `ready` is called once others can connect.
pub async fn serve(place: &Place, host: Arc<dyn Host>, ready: impl FnOnce()) -> Result<(), ServeError> {
    let other = |e: &dyn fmt::Display, path: &Path| ServeError::Other(format!("{}: {e}", path.display()));
    let _lock = locked(place).await?;
    let socket = place.socket();
    let mut listener = Listener::bind(&socket).map_err(|e| other(&e, &socket))?;
    let mut leave = leave_signals().map_err(|e| other(&e, &socket))?;
    let stop = watch::Sender::new(false);
    let mut stopped = stop.subscribe();
    let shared = Arc::new(Shared {
        host,
        version: place.version().to_owned(),
        started: Instant::now(),
        sessions: Mutex::default(),
        needed: Mutex::new(Instant::now()),
        stop,
    });
    ready();
    // Daemons of other versions let go of the index, which one process alone can have.
    let (others, version) = (place.others(), place.version().to_owned());
    tokio::spawn(async move {
        for other in others {
            let _ = ask(&other, &version, Role::GiveUp, LEAVING).await;
        }
    });
    let mut connections = JoinSet::new();
    let mut ticks = 0u32;
    let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + TICK, TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(stream) => {
                    connections.spawn(connection(stream, shared.clone()));
                }
                Err(e) => {
                    // Too many open files, say: those who are here may end meanwhile.
                    tracing::warn!("a connection could not be taken: {e}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(ended) = connections.join_next() => if let Err(e) = ended && e.is_panic() {
                tracing::error!("a connection ended with a panic: {e}");
            },
            _ = tick.tick() => {
                if !listener.is_there() {
                    tracing::warn!("{} is gone and made anew", socket.display());
                    match Listener::bind(&socket) {
                        Ok(anew) => listener = anew,
                        Err(e) => tracing::error!("{}: {e}", socket.display()),
                    }
                }
                ticks = ticks.wrapping_add(1);
                if ticks.is_multiple_of(TIDY) {
                    let host = shared.host.clone();
                    let _ = tokio::task::spawn_blocking(move || host.tidy()).await;
                }
                if shared.is_idle() {
                    tracing::info!("nobody has needed this daemon for a while: it leaves");
                    break;
                }
            }
            () = leave.any() => {
                tracing::info!("told to leave by a signal");
                break;
            }
            () = told_to_stop(&mut stopped) => {
                tracing::info!("told to leave");
                break;
            }
        }
    }
    // From here on nobody finds us; whoever came too late sees the connection close and starts another.
    drop(listener);
    shared.stop.send_replace(true);
    let host = shared.host.clone();
    let _ = tokio::task::spawn_blocking(move || host.close()).await;
    // Only now do the others see it end: what they start next finds the index free.
    connections.shutdown().await;
    Ok(())
}

async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    // Its sender is never gone while anybody waits.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// The place's lock; one that is about to leave is waited for.
async fn locked(place: &Place) -> Result<File, ServeError> {
    let path = place.lock();
    let other = |e: io::Error| ServeError::Other(format!("{}: {e}", path.display()));
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(other)?;
    let waited = async {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(std::fs::TryLockError::WouldBlock) => {}
                Err(std::fs::TryLockError::Error(e)) => return Err(other(e)),
            }
            if connect(&place.socket()).await.is_ok() {
                return Err(ServeError::Taken);
            }
            // A lock tells nobody when it becomes free.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    match timeout(LEAVING, waited).await {
        Ok(done) => done.map(|()| file),
        Err(_) => Err(ServeError::Other(format!(
            "another daemon holds {} and does not answer: end its process, then try again",
            path.display()
        ))),
    }
}

impl Shared {
    fn sessions(&self) -> MutexGuard<'_, BTreeMap<u64, (PathBuf, Instant)>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self) -> bool {
        let mut needed = self.needed.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.sessions().is_empty() || self.host.is_busy() {
            *needed = Instant::now();
            return false;
        }
        self.host.idle().is_some_and(|idle| needed.elapsed() >= idle)
    }

    fn status(&self) -> Value {
        let sessions: Vec<Value> = self
            .sessions()
            .iter()
            .map(|(id, (folder, since))| json!({"id": id, "folder": folder, "seconds": since.elapsed().as_secs()}))
            .collect();
        let own = json!({
            "version": self.version,
            "pid": std::process::id(),
            "uptime_seconds": self.started.elapsed().as_secs(),
            "sessions": sessions,
        });
        let mut status = self.host.status();
        if let (Value::Object(status), Value::Object(own)) = (&mut status, own) {
            status.extend(own);
        }
        status
    }
}

async fn connection(stream: Stream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    let hello: Hello = match receive(&mut stream, PATIENCE).await {
        Ok(hello) => hello,
        Err(e) => {
            tracing::debug!("a connection said nothing of use: {e}");
            return;
        }
    };
    let done = match hello.role {
        Role::Status => send(&mut stream, &Answer::Ok(shared.status())).await,
        Role::Stop => {
            shared.stop.send_replace(true);
            let _ = send(&mut stream, &Answer::Ok(Value::Null)).await;
            // The connection closes when everything is written.
            std::future::pending().await
        }
        Role::GiveUp => {
            tracing::info!("version {} takes the concept indexes over", hello.version);
            let sent = send(&mut stream, &Answer::Ok(Value::Null)).await;
            let host = shared.host.clone();
            let _ = tokio::task::spawn_blocking(move || host.give_up()).await;
            sent
        }
        Role::Lend => {
            let host = shared.host.clone();
            let _ = tokio::task::spawn_blocking(move || host.lend()).await;
            send(&mut stream, &Answer::Ok(Value::Null)).await
        }
        Role::Session { folder } => session(stream, folder, &shared).await,
    };
    if let Err(e) = done {
        tracing::debug!("a connection broke off: {e}");
    }
}

/// Keeps a session in the list while it lives.
struct Listed<'a>(u64, &'a Shared);

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.1.sessions().remove(&self.0);
        *self.1.needed.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

async fn session(mut stream: BufReader<Stream>, folder: PathBuf, shared: &Shared) -> io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let listed = {
        let mut sessions = shared.sessions();
        let most = shared.host.most_sessions();
        if sessions.len() >= most { Err(most) } else { Ok(sessions.insert(id, (folder.clone(), Instant::now()))) }
    };
    if let Err(most) = listed {
        let why = format!("{most} editors are connected already, which is the most that `daemon.sessions` allows");
        return send(&mut stream, &Answer::Refused(why)).await;
    }
    let listed = Listed(id, shared);
    let mut stopped = shared.stop.subscribe();
    if *stopped.borrow() {
        return Ok(());
    }
    send(&mut stream, &Answer::Ok(Value::Null)).await?;
    let (input, mut socket) = split(stream);
    let (output, mut said) = duplex(PIPE);
    let served = shared.host.session(folder, Box::new(input), output);
    // The session ends where the shim does not take what it says any more; what it said last is still passed on.
    let talk = async {
        let pump = frames::pump(&mut said, &mut socket);
        tokio::pin!(pump);
        tokio::pin!(served);
        let code = tokio::select! {
            code = &mut served => code,
            broken = &mut pump => {
                broken?;
                served.await
            }
        };
        let _ = timeout(GRACE, &mut pump).await;
        Ok::<u8, io::Error>(code)
    };
    let code = tokio::select! {
        code = talk => Some(code?),
        () = told_to_stop(&mut stopped) => None,
    };
    drop(listed);
    let Some(code) = code else {
        // Without an end, when everything is written: the shim says that the daemon is gone.
        return std::future::pending().await;
    };
    frames::end(&mut socket, code).await?;
    socket.shutdown().await
}

/// The signals that ask a process to end.
struct Leave {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    signal: tokio::signal::windows::CtrlC,
}

#[cfg(unix)]
fn leave_signals() -> io::Result<Leave> {
    use tokio::signal::unix::{SignalKind, signal};
    // A terminal that closes takes no daemon with it.
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move { while hangups.recv().await.is_some() {} });
    let signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::quit())?];
    Ok(Leave { signals })
}

#[cfg(windows)]
fn leave_signals() -> io::Result<Leave> {
    Ok(Leave { signal: tokio::signal::windows::ctrl_c()? })
}

impl Leave {
    #[cfg(unix)]
    async fn any(&mut self) {
        let [a, b, c] = &mut self.signals;
        tokio::select! { _ = a.recv() => {}, _ = b.recv() => {}, _ = c.recv() => {} }
    }

    #[cfg(windows)]
    async fn any(&mut self) {
        self.signal.recv().await;
    }
}
