//! LSP framing: any bytes, split in any way, give the same messages and the same errors, in bounded memory. Only valid
//! messages pass, and a valid message after arbitrary bytes is found.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use lsp::{End, read_messages, refuse};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::sync::mpsc;

use crate::memory::peak;

/// The largest body in bytes.
const MAX_BODY: usize = 512;
/// Memory in bytes for a stream of any length: the reader's buffer and its copy, and one body as parsed JSON.
const MEMORY: usize = 512 * 1024;

/// The input is a client's stream. Its lines are also used as bodies of valid frames.
pub(crate) fn check(data: &[u8]) {
    let whole = read(data, Cuts::Never);
    assert_eq!(read(data, Cuts::Each), whole, "byte by byte");
    assert_eq!(read(data, Cuts::Random(seed(data))), whole, "in random pieces");
    refused_alike(data);
    if whole.end == End::Exit {
        return;
    }
    let good = framed(br#"{"id":"good","jsonrpc":"2.0","method":"m"}"#);
    // Twice, because the stream may have announced a body that swallows the first one.
    let followed = read(&[data, b"\r\n", &good, &good].concat(), Cuts::Random(seed(data)));
    if followed.end == End::Exit {
        // The stream was an exit message without its last byte.
        return;
    }
    let last = followed.passed.last().and_then(|body| body.get("id").cloned());
    assert_eq!(last, Some(json!("good")), "the message after the stream was not found");
    bodies_arrive(data);
}

/// The result of reading a stream.
#[derive(Debug, PartialEq)]
struct Read {
    end: End,
    passed: Vec<Value>,
    refused: Vec<Value>,
}

fn read(stream: &[u8], cuts: Cuts) -> Read {
    let (mut library, mut answers) = (Library::default(), Vec::new());
    let (end, most) = peak(|| {
        block_on(async {
            let (send, mut refusals) = mpsc::channel(1);
            let collect = async {
                let mut all = Vec::new();
                while let Some(answer) = refusals.recv().await {
                    all.push(answer);
                }
                all
            };
            let input = Input { rest: stream, cuts };
            let (end, all) = tokio::join!(read_messages(input, &mut library, MAX_BODY, send), collect);
            answers = all;
            end
        })
    });
    // Subtract the memory of the messages that this check collects.
    let ours = 2 * library.0.capacity() + answers.iter().map(|a| 2 * (a.capacity() + size_of_val(a))).sum::<usize>();
    assert!(most <= MEMORY + ours, "{most} bytes for a stream of {}", stream.len());
    Read { end, passed: messages(&library.0), refused: answers.iter().map(|a| refusal(a)).collect() }
}

/// The bodies that reached the LSP library. The library closes the connection at the first body that it cannot read.
fn messages(mut bytes: &[u8]) -> Vec<Value> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let rest = bytes.strip_prefix(b"Content-Length: ").expect("a header");
        let end = rest.iter().position(|&b| b == b'\r').expect("its end");
        let length: usize = std::str::from_utf8(&rest[..end]).expect("digits").parse().expect("a number");
        let rest = rest[end..].strip_prefix(b"\r\n\r\n").expect("the end of the headers");
        let (body, rest) = rest.split_at(length);
        let body: Value = serde_json::from_slice(body).expect("JSON");
        let object = body.as_object().expect("an object");
        assert!(is_message(object), "{object:?}");
        bytes = rest;
        all.push(body);
    }
    all
}

fn is_message(object: &Map<String, Value>) -> bool {
    let id = object.get("id");
    let has = |name: &str| object.contains_key(name);
    let known = object.keys().all(|k| ["jsonrpc", "id", "method", "params", "result", "error"].contains(&k.as_str()));
    let body = if has("method") {
        object["method"].is_string()
            && matches!(object.get("params"), None | Some(Value::Object(_) | Value::Array(_)))
            && !has("result")
            && !has("error")
    } else {
        id.is_some() && has("result") != has("error") && !has("params")
    };
    known && body && object.get("jsonrpc") == Some(&json!("2.0")) && id.is_none_or(is_id)
}

fn is_id(id: &Value) -> bool {
    id.is_null() || id.is_string() || id.is_i64()
}

/// Checks an error answer to an invalid message, or the warning that comes with it.
fn refusal(bytes: &[u8]) -> Value {
    let answer: Value = serde_json::from_slice(bytes).expect("JSON");
    let code = &answer["error"]["code"];
    assert!(code == -32700 || code == -32600 || answer["method"] == "window/showMessage", "{answer}");
    answer
}

/// All bodies that are valid messages arrive, in order, up to `exit`.
fn bodies_arrive(data: &[u8]) {
    let mut sent: Vec<Value> = Vec::new();
    let mut stream = Vec::new();
    for line in data.split(|&b| b == b'\n').filter(|line| line.len() <= MAX_BODY) {
        let Ok(Value::Object(mut object)) = serde_json::from_slice(line) else { continue };
        if object.get("params") == Some(&Value::Null) {
            object.remove("params");
        }
        if object.contains_key("method") && is_message(&object) {
            stream.extend(framed(line));
            let exit = object["method"] == "exit" && !object.contains_key("id");
            sent.push(Value::Object(object));
            if exit {
                break;
            }
        }
    }
    let read = read(&stream, Cuts::Random(seed(data)));
    assert_eq!((read.passed, read.refused), (sent, Vec::new()));
}

/// Without a server, an editor gets the same answer however its bytes are split.
fn refused_alike(data: &[u8]) {
    let answer = |cuts| {
        let mut output = Library::default();
        block_on(refuse(BufReader::new(Input { rest: data, cuts }), &mut output, "no"));
        output.0
    };
    let whole = answer(Cuts::Never);
    assert_eq!(answer(Cuts::Each), whole);
    assert_eq!(answer(Cuts::Random(seed(data))), whole);
}

fn framed(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

fn seed(data: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    hasher.finish()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(work))
}

/// How a stream is split into reads.
#[derive(Clone, Copy)]
enum Cuts {
    Never,
    Each,
    Random(u64),
}

struct Input<'a> {
    rest: &'a [u8],
    cuts: Cuts,
}

impl AsyncRead for Input<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let length = match &mut self.cuts {
            Cuts::Never => usize::MAX,
            Cuts::Each => 1,
            Cuts::Random(state) => {
                *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                1 + (*state >> 59) as usize
            }
        };
        let (now, later) = self.rest.split_at(length.min(self.rest.len()).min(out.remaining()));
        out.put_slice(now);
        self.rest = later;
        Poll::Ready(Ok(()))
    }
}

/// Collects everything that is written to it.
#[derive(Default)]
struct Library(Vec<u8>);

impl AsyncWrite for Library {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
