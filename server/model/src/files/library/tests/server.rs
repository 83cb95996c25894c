//! A small HTTP server like the hub's, with faults on request.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest, Sha256};

/// A fault of one answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// Closes the connection after this many bytes of the body.
    BreakOff(usize),
    /// Announces this many bytes more than the file has.
    Announce(i64),
    /// Sends the whole file instead of the requested part.
    IgnoreRange,
    /// Sends another part than the requested one.
    WrongPart,
    Status(u16),
    /// The first byte is wrong.
    Corrupt,
    /// Does not say how long the file is.
    Chunked,
    /// Redirects to the file's name behind this; `PORT` is the server's.
    Redirect(&'static str),
    /// Sends this many bytes, then nothing, and keeps the connection open.
    Hang(usize),
}

/// The commit of all files.
pub(super) const COMMIT: &str = "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed";

#[derive(Default)]
struct State {
    /// By name; the same files for any model's address.
    files: HashMap<String, Vec<u8>>,
    /// By file (for HEAD requests, `HEAD FILE`): the faults of the next answers, in order.
    faults: HashMap<String, VecDeque<Fault>>,
    /// `METHOD PATH`, then ` FROM` if a part was requested and ` TOKEN` if one was sent.
    log: Vec<String>,
    connections: usize,
    stopped: bool,
}

pub(super) struct Server {
    address: SocketAddr,
    tls: bool,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub(super) fn start(files: &[(&str, Vec<u8>)]) -> Self {
        Self::serve(files, None)
    }

    /// With a certificate of the root in `tls/ca.pem`. Both were made with openssl, for a hundred years.
    pub(super) fn with_own_root(files: &[(&str, Vec<u8>)]) -> Self {
        let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate], key));
        Self::serve(files, Some(Arc::new(config.expect("they fit"))))
    }

    fn serve(files: &[(&str, Vec<u8>)], tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
        let state = Arc::new(Mutex::new(State { files, ..Default::default() }));
        let (shared, own) = (state.clone(), tls.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if lock(&shared).stopped {
                    break;
                }
                lock(&shared).connections += 1;
                let (shared, tls) = (shared.clone(), own.clone());
                // A client that hangs up early has what it needs.
                std::thread::spawn(move || match tls.map(ServerConnection::new) {
                    None => drop(answer(stream, "http", address, &shared)),
                    Some(Ok(connection)) => {
                        drop(answer(StreamOwned::new(connection, stream), "https", address, &shared));
                    }
                    Some(Err(_)) => {}
                });
            }
        });
        Self { address, tls: tls.is_some(), state }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address)
    }

    /// How often a client has connected.
    pub(super) fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    pub(super) fn fault(&self, file: &str, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.state).faults.entry(file.to_owned()).or_default().extend(faults);
    }

    /// The requests since the last call.
    pub(super) fn log(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.state).log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        lock(&self.state).stopped = true;
        let _ = TcpStream::connect(self.address);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no thread of the server panics")
}

fn answer(stream: impl Read + Write, scheme: &str, address: SocketAddr, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let header = |name: &str| {
        let of = |line: &String| {
            line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.to_owned())
        };
        lines.iter().skip(1).find_map(of)
    };
    let mut first = lines.first().map(String::as_str).unwrap_or_default().split(' ');
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let from: usize =
        header("range").and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()).unwrap_or(0);
    let mut entry = format!("{method} {path}");
    if from > 0 {
        entry += &format!(" {from}");
    }
    entry += if header("authorization").is_some() { " TOKEN" } else { "" };
    let name = path.rsplit('/').next().unwrap_or_default();
    let file = {
        let mut state = lock(state);
        state.log.push(entry);
        state.files.get(name).cloned()
    };
    let mut out = reader.into_inner();
    let Some(file) = file else { return reply(&mut out, 404, &[], b"") };
    let sha: String = Sha256::digest(&file).iter().map(|b| format!("{b:02x}")).collect();
    let large = name.ends_with(".safetensors");
    // Large files are in the storage; the hub describes and redirects.
    if large && !path.starts_with("/storage/") {
        let location = format!("{scheme}://localhost:{}/storage/{name}", address.port());
        let (tag, size) = (format!("\"{sha}\""), file.len().to_string());
        let headers =
            [("location", &*location), ("x-linked-etag", &tag), ("x-linked-size", &size), ("x-repo-commit", COMMIT)];
        return reply(&mut out, 302, &headers, b"");
    }
    let asked = if method == "GET" { name.to_owned() } else { format!("{method} {name}") };
    let fault = lock(state).faults.get_mut(&asked).and_then(VecDeque::pop_front);
    if let Some(Fault::Status(status)) = fault {
        return reply(&mut out, status, &[], b"");
    }
    if let Some(Fault::Redirect(to)) = fault {
        let location = to.replace("PORT", &address.port().to_string()) + name;
        return reply(&mut out, 307, &[("location", &location)], b"");
    }
    let from = if matches!(fault, Some(Fault::IgnoreRange)) { 0 } else { from };
    let mut body = file[from.min(file.len())..].to_vec();
    if matches!(fault, Some(Fault::Corrupt)) {
        body[0] ^= 1;
    }
    let more = if let Some(Fault::Announce(more)) = fault { more } else { 0 };
    let length = (body.len() as i64 + more).to_string();
    let first = if matches!(fault, Some(Fault::WrongPart)) { from + 1 } else { from };
    let range = format!("bytes {first}-{}/{}", file.len() - 1, file.len());
    let tag = if large { "\"storage\"".to_owned() } else { format!("\"{}\"", &sha[..20]) };
    let mut headers = vec![("content-length", &*length), ("etag", &*tag), ("x-repo-commit", COMMIT)];
    if from > 0 {
        headers.push(("content-range", &range));
    }
    if matches!(fault, Some(Fault::Chunked)) {
        headers[0] = ("transfer-encoding", "chunked");
        body = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
    }
    let status = if from > 0 { 206 } else { 200 };
    match (method, fault) {
        ("HEAD", _) => reply(&mut out, status, &headers, b""),
        (_, Some(Fault::BreakOff(n))) => reply(&mut out, status, &headers, &body[..n]),
        (_, Some(Fault::Hang(n))) => {
            reply(&mut out, status, &headers, &body[..n])?;
            // Until the client hangs up.
            out.read_to_end(&mut Vec::new()).map(|_| ())
        }
        _ => reply(&mut out, status, &headers, &body),
    }
}

fn reply(out: &mut impl Write, status: u16, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| ["content-length", "transfer-encoding"].contains(name)) {
        head += "content-length: 0\r\n";
    }
    headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
    out.write_all(head.as_bytes())?;
    out.write_all(b"\r\n")?;
    out.write_all(body)?;
    out.flush()
}
