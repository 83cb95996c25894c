//! Downloads one file of the hub, whole or not at all: into `blobs/TAG.incomplete`, resumed after an interruption,
//! checked, and then renamed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use lm::{Control, Error};

use super::http::{Broken, Event, Head, Request, start};
use super::network::Opened;
use super::partial::{Partial, is_sha256};
use super::reference::is_plain;

/// How often the server or the connection may fail before the download fails.
const ATTEMPTS: u32 = 5;
const TOO_MANY: &str = "too many for such a file; check the id";
/// How often cancellation is checked.
const LOOK_UP: Duration = Duration::from_millis(50);

/// A complete file.
pub(super) struct Fetched {
    pub(super) blob: PathBuf,
    /// The hub's name for the state of the whole model, if the server gives one.
    pub(super) commit: Option<String>,
}

/// What a download needs.
pub(super) struct Download<'a> {
    pub(super) url: String,
    pub(super) token: Option<String>,
    /// The folder of files named by their tags.
    pub(super) blobs: &'a Path,
    /// The largest plausible size of the file.
    pub(super) limit: u64,
    pub(super) network: Arc<Opened>,
    pub(super) control: &'a dyn Control,
    /// Gets the bytes of this file so far, and its size.
    pub(super) progress: &'a mut dyn FnMut(u64, u64),
}

/// Why an attempt failed.
pub(super) enum Stop {
    /// Another attempt may succeed; partial downloads are kept.
    Again(String),
    /// Another attempt may succeed; no server was reached.
    Unreached(String),
    /// The server does not have the file.
    Absent,
    /// No further attempt can succeed.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(e: E) -> Self {
        Self::Failed(e.into())
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Never(host, why) => Self::Unreached(format!("cannot connect to {host} ({why})")),
            Broken::Off(why) => Self::Again(format!("the connection was lost ({why})")),
            Broken::Wrong(why) => Self::Failed(Error::Model(why)),
            Broken::Untrusted(host, why) => {
                let own = "if your network has a CA of its own, set SSL_CERT_FILE to the PEM file of its certificate";
                Self::Failed(Error::Model(format!("the certificate of {host} is not trusted ({why}): {own}")))
            }
        }
    }
}

impl Download<'_> {
    /// Fetches the file; `None` if the server does not have it.
    pub(super) fn run(mut self) -> Result<Option<Fetched>, Error> {
        let mut last = String::new();
        for attempt in 0..ATTEMPTS {
            self.pause(2 * LOOK_UP * attempt * attempt)?;
            match self.attempt() {
                Ok(fetched) => return Ok(Some(fetched)),
                Err(Stop::Absent) => return Ok(None),
                Err(Stop::Failed(e)) => return Err(e),
                Err(Stop::Again(why)) => last = format!("{}: {why}, {ATTEMPTS} times", self.url),
                Err(Stop::Unreached(why)) => last = why,
            }
        }
        let action = "check the connection and fetch again; partial downloads are kept";
        Err(Error::Model(format!("{last}; {action}")))
    }

    /// Whether the server has the file. Asked once, for the text of an error.
    pub(super) fn exists(&self) -> Result<bool, Error> {
        match self.head(&self.events(true, None), false) {
            Ok(head) => Ok(head.status < 400),
            Err(Stop::Failed(e)) => Err(e),
            Err(_) => Ok(false),
        }
    }

    /// The bytes of the file, and how many of them are not here yet; `None` if the server does not say so at the first try.
    pub(super) fn ahead(&self) -> Option<(u64, u64)> {
        let head = self.head(&self.events(true, None), false).ok()?;
        let size = head.size.filter(|size| *size <= self.limit)?;
        let length = |name: &str| std::fs::metadata(self.blobs.join(name)).map_or(0, |found| found.len());
        let here = |tag: String| match length(&tag) == size {
            true => size,
            false => length(&format!("{tag}.incomplete")).min(size),
        };
        Some((size, size - head.tag.filter(|tag| is_plain(tag)).map_or(0, here)))
    }

    /// Waits a moment after a failure.
    fn pause(&self, mut left: Duration) -> Result<(), Error> {
        while !left.is_zero() {
            self.control.checkpoint()?;
            std::thread::sleep(left.min(LOOK_UP));
            left = left.saturating_sub(LOOK_UP);
        }
        Ok(())
    }

    fn attempt(&mut self) -> Result<Fetched, Stop> {
        let mut head = self.head(&self.events(true, None), false)?;
        // A server that tells no size before it sends the file, or does not answer HEAD, is asked for the file itself.
        let mut whole = None;
        if head.size.is_none() {
            let events = self.events(false, None);
            let sent = self.head(&events, false)?;
            if sent.status != 200 {
                return Err(self.failed(&format!("the server answered {}; check the id and the address", sent.status)));
            }
            head = Head { tag: head.tag.or(sent.tag), commit: head.commit.or(sent.commit), ..sent };
            whole = Some(events);
        }
        if let Some(size) = head.size.filter(|size| *size > self.limit) {
            return Err(self.failed(&format!("the server announces {size} bytes, {TOO_MANY}")));
        }
        let tag = head.tag.filter(|tag| is_plain(tag));
        // Without a tag there is no way to know whether a partial file still belongs to the file.
        let name = tag.clone().unwrap_or_else(|| blake3::hash(self.url.as_bytes()).to_hex().to_string());
        let blob = self.blobs.join(&name);
        if let Some(size) = head.size
            && tag.is_some()
            && std::fs::metadata(&blob).is_ok_and(|found| found.len() == size)
        {
            (self.progress)(size, size);
            return Ok(Fetched { blob, commit: head.commit });
        }
        let mut partial = Partial::open(self.blobs, &name)?;
        if whole.is_some() || tag.is_none() || head.size.is_none_or(|size| partial.done > size) {
            partial.restart()?;
        }
        match (whole, head.size) {
            (None, Some(size)) if partial.done < size => self.rest(&mut partial, size, tag.as_deref())?,
            (None, _) => {}
            (Some(events), size) => self.body(&mut partial, size, &events)?,
        }
        match partial.finish(&blob, tag.as_deref(), self.control)? {
            true => Ok(Fetched { blob, commit: head.commit }),
            false => Err(Stop::Again("the bytes do not match the server's hash".to_owned())),
        }
    }

    /// Asks for the missing bytes and appends them.
    fn rest(&mut self, partial: &mut Partial, size: u64, tag: Option<&str>) -> Result<(), Stop> {
        // A file with a known hash needs no condition, and its storage uses other tags.
        let condition = tag.filter(|tag| !is_sha256(tag)).map(str::to_owned);
        let from = (partial.done > 0).then_some((partial.done, condition));
        let resumed = from.is_some();
        let events = self.events(false, from);
        let head = self.head(&events, resumed)?;
        let goes_on = head.status == 206 && head.range == Some((partial.done, size));
        if !goes_on && partial.done > 0 {
            partial.restart()?;
        }
        if !goes_on && head.status != 200 {
            return Err(Stop::Again("the server sent a different part than requested".to_owned()));
        }
        if let Some(length) = head.length.filter(|length| partial.done + length != size) {
            return Err(Stop::Again(format!(
                "the server announced {size} bytes, but is sending {}",
                partial.done + length
            )));
        }
        self.body(partial, Some(size), &events)
    }

    /// Appends a body. Without a size it ends where the server ends it.
    fn body(
        &mut self,
        partial: &mut Partial,
        size: Option<u64>,
        events: &Receiver<Result<Event, Broken>>,
    ) -> Result<(), Stop> {
        loop {
            match self.next(events)? {
                Event::Data(data) if partial.done + data.len() as u64 > size.unwrap_or(self.limit) => {
                    partial.restart()?;
                    let Some(size) = size else {
                        return Err(self.failed(&format!("the server sends over {} bytes, {TOO_MANY}", self.limit)));
                    };
                    return Err(Stop::Again(format!("the server sent more than the {size} bytes that it announced")));
                }
                Event::Data(data) => {
                    partial.append(&data)?;
                    (self.progress)(partial.done, size.unwrap_or(partial.done));
                }
                Event::End if size.is_none_or(|size| partial.done == size) => return Ok(()),
                Event::End => return Err(Stop::Again(format!("the connection ended after {} bytes", partial.done))),
                Event::Head(_) => {}
            }
        }
    }

    fn events(&self, head_only: bool, from: Option<(u64, Option<String>)>) -> Receiver<Result<Event, Broken>> {
        let network = self.network.clone();
        start(Request { url: self.url.clone(), head_only, token: self.token.clone(), from, network })
    }

    fn next(&self, events: &Receiver<Result<Event, Broken>>) -> Result<Event, Stop> {
        loop {
            self.control.checkpoint()?;
            match events.recv_timeout(LOOK_UP) {
                Ok(event) => return Ok(event?),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Broken::Off("no answer".to_owned()).into()),
            }
        }
    }

    /// The head of a usable answer. For a request of the rest, an error if the server has no rest.
    fn head(&self, events: &Receiver<Result<Event, Broken>>, resumed: bool) -> Result<Head, Stop> {
        let Event::Head(head) = self.next(events)? else { return Err(Broken::Off("no answer".to_owned()).into()) };
        let login = "it does not exist or needs a login; correct the id, or set HF_TOKEN";
        match head.status {
            200 | 206 => Ok(head),
            416 if resumed => Ok(head),
            // To HEAD; the file itself may be answered.
            405 | 501 => Ok(Head { size: None, ..head }),
            // The answer to a HEAD request that was not followed.
            300..=399 if head.size.is_some() => Ok(head),
            404 | 410 => Err(Stop::Absent),
            401 | 403 => Err(self.failed(&format!("the server refused ({}): {login}", head.status))),
            408 | 429 | 500.. => Err(Stop::Again(format!("the server answered {}", head.status))),
            other => Err(self.failed(&format!("the server answered {other}; check the id and the address"))),
        }
    }

    fn failed(&self, message: &str) -> Stop {
        Stop::Failed(Error::Model(format!("{}: {message}", self.url)))
    }
}
