//! The daemon: it holds the lock, accepts connections, passes sessions to a host, and exits after it has been idle for
//! some time or when it is asked to.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncWriteExt, BufReader, duplex, split};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::control::ask;
use crate::daemon_lock::{DaemonLock, Hold};
use crate::frames;
use crate::hello::{Answer, HELLO_TIMEOUT, Hello, MAX_HELLO_BYTES, Role, receive, send};
use crate::host::{Facts, Host, SessionFacts};
use crate::serve_error::ServeError;
use crate::socket::{Listener, Stream, connect};
use crate::socket_path::SocketPath;

/// The size in bytes of the pipe between a session and the socket.
const PIPE_BYTES: usize = 64 * 1024;
/// The interval at which the daemon checks its socket and whether it is idle.
const TICK: Duration = Duration::from_secs(5);
/// The number of ticks between calls of `Host::tidy`. An idle daemon should rarely wake.
const TICKS_PER_TIDY: u32 = 3;
/// The time limit for another daemon to release its indexes.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(15);
/// The time limit for sending a session's last bytes.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(3);

/// The state that all connections share.
struct Shared {
    host: Arc<dyn Host>,
    version: String,
    started: Instant,
    sessions: Mutex<BTreeMap<u64, (PathBuf, Instant)>>,
    /// When a session or work last needed the daemon.
    needed: Mutex<Instant>,
    stop: watch::Sender<bool>,
    /// The version of the daemon that has the index folders, if it is not this one.
    given_up: Mutex<Option<String>>,
}

/// Serves until the daemon is asked to exit or has been idle for long enough. Calls `ready` when clients can connect.
pub async fn serve(socket_path: &SocketPath, host: Arc<dyn Host>, ready: impl FnOnce()) -> Result<(), ServeError> {
    let other = |e: &dyn fmt::Display, path: &Path| ServeError::Other(format!("{}: {e}", path.display()));
    let mut lock = DaemonLock::take(socket_path).await?;
    let socket = socket_path.socket();
    let mut listener = Listener::bind(&socket).map_err(|e| other(&e, &socket))?;
    let mut exit = exit_signals().map_err(|e| other(&e, &socket))?;
    let stop = watch::Sender::new(false);
    let mut stopped = stop.subscribe();
    let shared = Arc::new(Shared {
        host,
        version: socket_path.version().to_owned(),
        started: Instant::now(),
        sessions: Mutex::default(),
        needed: Mutex::new(Instant::now()),
        stop,
        given_up: Mutex::default(),
    });
    ready();
    // Ask daemons of other versions to release the index, which only one process can open.
    let (others, version) = (socket_path.other_versions(), socket_path.version().to_owned());
    tokio::spawn(async move {
        for other in others {
            let _ = ask(&other, &version, Role::GiveUp, RELEASE_TIMEOUT).await;
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
                    // For example, too many open files: wait until a session ends.
                    tracing::warn!("cannot accept a connection: {e}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(ended) = connections.join_next() => if let Err(e) = ended && e.is_panic() {
                tracing::error!("a connection ended with a panic: {e}");
            },
            _ = tick.tick() => {
                shared.keep_place(&mut lock, &mut listener, socket_path).await;
                ticks = ticks.wrapping_add(1);
                if ticks.is_multiple_of(TICKS_PER_TIDY) {
                    let host = shared.host.clone();
                    let _ = tokio::task::spawn_blocking(move || host.tidy()).await;
                }
                shared.take_back(socket_path).await;
                if shared.is_idle() {
                    tracing::info!("the daemon exits because it is idle");
                    break;
                }
            }
            () = exit.any() => {
                tracing::info!("the daemon exits because of a signal");
                break;
            }
            () = stop_requested(&mut stopped) => {
                tracing::info!("the daemon exits because of a stop request");
                break;
            }
        }
    }
    // From here on clients cannot connect. A client that connected too late sees the connection close and starts a new
    // daemon.
    drop(listener);
    shared.stop.send_replace(true);
    let host = shared.host.clone();
    let _ = tokio::task::spawn_blocking(move || host.close()).await;
    // Close connections last, so that a client that waits for this daemon to exit finds the index released.
    connections.shutdown().await;
    Ok(())
}

async fn stop_requested(stopped: &mut watch::Receiver<bool>) {
    // The sender lives as long as the connections that wait.
    let _ = stopped.wait_for(|stop| *stop).await;
}

impl Shared {
    /// Makes the lock and the socket again if they were removed. Where another daemon has taken their place, it serves new
    /// editors and has the index folders, and this one ends with its sessions.
    async fn keep_place(&self, lock: &mut DaemonLock, listener: &mut Listener, socket_path: &SocketPath) {
        let (socket, version) = (socket_path.socket(), socket_path.version());
        let hold = match lock.look(socket_path) {
            Ok(hold) => hold,
            Err(e) => return tracing::error!("{}: {e}", socket_path.lock().display()),
        };
        if hold == Hold::Lost {
            if !self.is_replaced() {
                tracing::warn!("the runtime folder was removed, and another daemon serves new editors");
                let host = self.host.clone();
                let _ = tokio::task::spawn_blocking(move || host.give_up()).await;
                *self.given_up() = Some(version.to_owned());
            }
            return;
        }
        if self.is_replaced() {
            *self.given_up() = None;
            self.host.take_back();
        }
        if !listener.is_there() {
            tracing::warn!("{} is missing and is created again", socket.display());
            match Listener::bind(&socket) {
                Ok(new) => *listener = new,
                Err(e) => tracing::error!("{}: {e}", socket.display()),
            }
        }
    }

    /// Whether another daemon of this version serves in its place.
    fn is_replaced(&self) -> bool {
        self.given_up().as_deref() == Some(&self.version)
    }

    fn sessions(&self) -> MutexGuard<'_, BTreeMap<u64, (PathBuf, Instant)>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self) -> bool {
        let mut needed = self.needed.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.sessions().is_empty() || self.host.is_busy() {
            *needed = Instant::now();
            return false;
        }
        self.is_replaced() || self.host.idle().is_some_and(|idle| needed.elapsed() >= idle)
    }

    fn given_up(&self) -> MutexGuard<'_, Option<String>> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the index folders back when the daemon that they were given up for does not answer any more.
    async fn take_back(&self, socket_path: &SocketPath) {
        let Some(taker) = self.given_up().clone().filter(|taker| *taker != self.version) else { return };
        if connect(&socket_path.of_version(&taker).socket()).await.is_ok() {
            return;
        }
        tracing::info!("version {taker} has exited: the concept indexes are used here again");
        // Another one may have taken them meanwhile.
        let mut given_up = self.given_up();
        if *given_up == Some(taker) {
            *given_up = None;
            self.host.take_back();
        }
    }

    fn status(&self) -> Value {
        let session = |(id, (folder, since)): (&u64, &(PathBuf, Instant))| SessionFacts {
            id: *id,
            folder: folder.clone(),
            lasted: since.elapsed(),
        };
        let sessions = self.sessions().iter().map(session).collect();
        let uptime = self.started.elapsed();
        self.host.status(Facts { version: self.version.clone(), pid: std::process::id(), uptime, sessions })
    }
}

async fn connection(stream: Stream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    let hello: Hello = match receive(&mut stream, MAX_HELLO_BYTES, HELLO_TIMEOUT).await {
        Ok(hello) => hello,
        Err(e) => {
            tracing::debug!("a connection sent no valid first line: {e}");
            return;
        }
    };
    let done = match hello.role {
        Role::Status => send(&mut stream, &Answer::Ok(shared.status())).await,
        Role::Stop => {
            shared.stop.send_replace(true);
            let _ = send(&mut stream, &Answer::Ok(Value::Null)).await;
            // The connection closes after all data is written.
            std::future::pending().await
        }
        Role::GiveUp => {
            tracing::info!("version {} takes over the concept indexes", hello.version);
            let sent = send(&mut stream, &Answer::Ok(Value::Null)).await;
            let host = shared.host.clone();
            let _ = tokio::task::spawn_blocking(move || host.give_up()).await;
            *shared.given_up() = Some(hello.version);
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
        tracing::debug!("a connection was lost: {e}");
    }
}

/// Keeps a session in the list during its lifetime.
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
        let limit = shared.host.most_sessions();
        if sessions.len() >= limit { Err(limit) } else { Ok(sessions.insert(id, (folder.clone(), Instant::now()))) }
    };
    if let Err(limit) = listed {
        let why = format!("{limit} editors are already connected, the limit of the setting `daemon.sessions`");
        return send(&mut stream, &Answer::Refused(why)).await;
    }
    let listed = Listed(id, shared);
    let mut stopped = shared.stop.subscribe();
    if *stopped.borrow() {
        return Ok(());
    }
    send(&mut stream, &Answer::Ok(Value::Null)).await?;
    let (input, mut socket) = split(stream);
    let (output, mut sent) = duplex(PIPE_BYTES);
    let served = shared.host.session(folder, Box::new(input), output);
    // The session ends when the shim stops reading. The session's last bytes are still sent.
    let talk = async {
        let pump = frames::pump(&mut sent, &mut socket);
        tokio::pin!(pump);
        tokio::pin!(served);
        let code = tokio::select! {
            code = &mut served => code,
            broken = &mut pump => {
                broken?;
                served.await
            }
        };
        let _ = timeout(FLUSH_TIMEOUT, &mut pump).await;
        Ok::<u8, io::Error>(code)
    };
    let code = tokio::select! {
        code = talk => Some(code?),
        () = stop_requested(&mut stopped) => None,
    };
    drop(listed);
    let Some(code) = code else {
        // No last frame: the shim reports that the daemon was lost. The connection closes after all data is written.
        return std::future::pending().await;
    };
    frames::end(&mut socket, code).await?;
    socket.shutdown().await
}

/// The signals that ask the process to exit.
struct ExitSignals {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    signal: tokio::signal::windows::CtrlC,
}

#[cfg(unix)]
fn exit_signals() -> io::Result<ExitSignals> {
    use tokio::signal::unix::{SignalKind, signal};
    // The daemon ignores hangups, so closing a terminal does not end it.
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move { while hangups.recv().await.is_some() {} });
    let signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::quit())?];
    Ok(ExitSignals { signals })
}

#[cfg(windows)]
fn exit_signals() -> io::Result<ExitSignals> {
    Ok(ExitSignals { signal: tokio::signal::windows::ctrl_c()? })
}

impl ExitSignals {
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
