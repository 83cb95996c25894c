//! One request on a thread of its own, so that the caller can stop waiting at any time. Redirects are followed here,
//! because the hub's headers about a file are on the first answer and not on the storage's.

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, Response, Uri, header};

use super::network::Opened;

/// A request.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) url: String,
    /// Asks for the headers without the body.
    pub(super) head_only: bool,
    /// Sent to the first host only.
    pub(super) token: Option<String>,
    /// Start at this byte if the file still has this tag.
    pub(super) from: Option<(u64, Option<String>)>,
    pub(super) network: Arc<Opened>,
}

/// Parts of an answer, in order.
pub(super) enum Event {
    Head(Head),
    Data(Vec<u8>),
    End,
}

/// The head of an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) status: u16,
    /// The hub's name for the state of the whole model.
    pub(super) commit: Option<String>,
    /// The hub's tag of the file: for large files the SHA-256 of the content.
    pub(super) tag: Option<String>,
    /// The file's size as the hub gives it, or else the body's.
    pub(super) size: Option<u64>,
    /// The body's size.
    pub(super) length: Option<u64>,
    /// For a partial answer: its first byte and the size of the whole.
    pub(super) range: Option<(u64, u64)>,
}

/// Why the connection failed.
pub(super) enum Broken {
    /// No connection: the host, and why.
    Never(String, String),
    /// The connection was lost, and why.
    Off(String),
    /// The host's certificate is not trusted: the host, and why.
    Untrusted(String, String),
    /// The request cannot be sent at all, however often; one line.
    Wrong(String),
}

/// After this long without data the server counts as gone.
const PATIENCE: Duration = Duration::from_secs(60);
const REDIRECTS: usize = 8;

/// Starts the request. Dropping the receiver ends it.
pub(super) fn start(request: Request) -> Receiver<Result<Event, Broken>> {
    let from = request.from.as_ref().map_or(0, |(from, _)| *from);
    tracing::debug!("{} {} from byte {from}", if request.head_only { "HEAD" } else { "GET" }, request.url);
    let (send, receive) = sync_channel(4);
    let refuse = send.clone();
    let started = std::thread::Builder::new().spawn(move || {
        // The receiver is gone: the caller has stopped waiting.
        let _ = run(&request, &send).or_else(|broken| send.send(Err(broken)));
    });
    if let Err(error) = started {
        let _ = refuse.send(Err(Broken::Wrong(base::threads::refused(error).to_string())));
    }
    receive
}

fn run(request: &Request, send: &SyncSender<Result<Event, Broken>>) -> Result<(), Broken> {
    let (head, response) = follow(request)?;
    let mut body = response.into_body().into_reader();
    let mut event = Event::Head(head);
    // An error means that the receiver is gone.
    while send.send(Ok(event)).is_ok() {
        let mut data = vec![0; 256 << 10];
        match body.read(&mut data) {
            Ok(0) => {
                let _ = send.send(Ok(Event::End));
                break;
            }
            Ok(n) => data.truncate(n),
            Err(e) => return Err(Broken::Off(e.to_string())),
        }
        event = Event::Data(data);
    }
    Ok(())
}

/// Sends the request and follows redirects. Commit, tag and size are the first answer's, if it has them.
fn follow(request: &Request) -> Result<(Head, Response<ureq::Body>), Broken> {
    let mut url = request.url.clone();
    let mut first: Option<Head> = None;
    for _ in 0..REDIRECTS {
        let uri: Uri = url.parse().map_err(|e| Broken::Wrong(format!("{url} is not an address ({e})")))?;
        let token = request.token.as_ref().filter(|_| same_host(&request.url, &uri));
        let response = send(&uri, token, request)?;
        let mut head = Head::of(&response);
        if let Some(first) = &first {
            head.commit = first.commit.clone().or(head.commit);
            head.tag = first.tag.clone().or(head.tag);
            head.size = first.size.or(head.size);
        }
        let onward = text(response.headers(), "location").filter(|_| response.status().is_redirection());
        let Some(onward) = onward.filter(|_| !(request.head_only && head.size.is_some() && head.tag.is_some())) else {
            return Ok((head, response));
        };
        url = join(&uri, &onward);
        first = Some(head);
    }
    Err(Broken::Off(format!("more than {REDIRECTS} redirects")))
}

/// Whether a failed request had a connection.
fn broken(uri: &Uri, error: &ureq::Error) -> Broken {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    use ureq::Error::{BadUri, ConnectionFailed, HostNotFound, Http, InvalidProxyUrl, Io, Rustls, Timeout};
    let host = || uri.authority().map_or_else(|| uri.to_string(), |host| host.to_string());
    match error {
        // rustls is inside of an I/O error, and says this of every fault of a certificate.
        Rustls(_) | Io(_) if error.to_string().contains("certificate") => {
            Broken::Untrusted(host(), error.to_string().trim_start_matches("io: ").to_owned())
        }
        Http(_) | BadUri(_) | InvalidProxyUrl => Broken::Wrong(format!("{uri}: {error}")),
        // These errors come from an open connection.
        Io(e) if [BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof].contains(&e.kind()) => {
            Broken::Off(e.to_string())
        }
        Io(e) => Broken::Never(host(), e.to_string()),
        HostNotFound | ConnectionFailed | Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => {
            Broken::Never(host(), error.to_string())
        }
        _ => Broken::Off(error.to_string()),
    }
}

fn send(uri: &Uri, token: Option<&String>, request: &Request) -> Result<Response<ureq::Body>, Broken> {
    let config = request.network.config(uri).map_err(Broken::Wrong)?;
    let agent = Agent::new_with_config(config);
    let mut asked = if request.head_only { agent.head(uri) } else { agent.get(uri) };
    if let Some(token) = token {
        asked = asked.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if let Some((from, tag)) = &request.from {
        asked = asked.header(header::RANGE, format!("bytes={from}-"));
        if let Some(tag) = tag {
            asked = asked.header(header::IF_RANGE, format!("\"{tag}\""));
        }
    }
    let asked = asked
        .config()
        .max_redirects(0)
        .http_status_as_error(false)
        .user_agent("unembed")
        // No compression: sizes and ranges count the file's own bytes.
        .accept_encoding("identity")
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .build();
    asked.call().map_err(|e| broken(uri, &e))
}

impl Head {
    fn of(response: &Response<ureq::Body>) -> Self {
        let headers = response.headers();
        let number = |name| text(headers, name).and_then(|n| n.trim().parse().ok());
        let redirected = response.status().is_redirection();
        // `bytes 100-199/200`
        let range = text(headers, "content-range").and_then(|range| {
            let (span, whole) = range.strip_prefix("bytes ")?.split_once('/')?;
            Some((span.split_once('-')?.0.parse().ok()?, whole.parse().ok()?))
        });
        let tag = text(headers, "x-linked-etag").or_else(|| text(headers, "etag").filter(|_| !redirected));
        let length = number("content-length").filter(|_| !redirected);
        Self {
            status: response.status().as_u16(),
            commit: text(headers, "x-repo-commit"),
            // A weak tag does not identify bytes.
            tag: tag.filter(|tag| !tag.starts_with("W/")).map(|tag| tag.trim_matches('"').to_owned()),
            size: number("x-linked-size").or(length),
            length,
            range,
        }
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn same_host(first: &str, uri: &Uri) -> bool {
    first.parse::<Uri>().is_ok_and(|first| first.authority() == uri.authority() && first.scheme() == uri.scheme())
}

/// Where a redirect leads: a whole address, another host with the same scheme, a path on the same host, or one beside the
/// path that redirects.
fn join(from: &Uri, to: &str) -> String {
    let (scheme, host) = (from.scheme_str().unwrap_or("https"), from.authority().map_or("", |a| a.as_str()));
    let letters =
        |scheme: &str| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if to.split_once("://").is_some_and(|(scheme, _)| letters(scheme)) {
        return to.to_owned();
    }
    if to.starts_with("//") {
        return format!("{scheme}:{to}");
    }
    let path = match to.chars().next() {
        Some('/') => "",
        Some('?') => from.path(),
        _ => from.path().rsplit_once('/').map_or("/", |(folder, _)| &from.path()[..=folder.len()]),
    };
    format!("{scheme}://{host}{path}{to}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_where_they_say() {
        let from: Uri = "https://hub.example/a/b/resolve/main/config.json?x=1".parse().expect("an address");
        for (to, whole) in [
            ("http://cdn.example/f", "http://cdn.example/f"),
            ("//cdn.example/f", "https://cdn.example/f"),
            ("/api/f?to=http://x/", "https://hub.example/api/f?to=http://x/"),
            ("../f", "https://hub.example/a/b/resolve/main/../f"),
            ("f?u=https://x/", "https://hub.example/a/b/resolve/main/f?u=https://x/"),
            ("?y=2", "https://hub.example/a/b/resolve/main/config.json?y=2"),
        ] {
            assert_eq!(join(&from, to), whole, "{to}");
        }
        // The token goes to the first host only.
        let same = |to: &str| same_host("https://hub.example/a", &join(&from, to).parse().expect("an address"));
        assert!(same("/f") && same("f") && same("https://hub.example/f"));
        assert!(!same("//cdn.example/f") && !same("http://hub.example/f") && !same("https://hub.example:8/f"));
    }
}
