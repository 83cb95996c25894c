//! URIs of files and their paths.

use std::path::PathBuf;

use serde_json::Value;
use tower_lsp::jsonrpc::Request;
use tower_lsp::ls_types::{Uri, WorkspaceFolder};

/// `None` for a document that is not a file.
pub(crate) fn file_path(uri: &Uri) -> Option<PathBuf> {
    let path = uri.scheme().as_str().eq_ignore_ascii_case("file").then(|| uri.to_file_path())??;
    Some(path.into_owned())
}

/// The folder that a file is in. `None` for a document that is not a file.
pub(crate) fn folder(uri: &Uri) -> Option<PathBuf> {
    file_path(uri)?.parent().map(Into::into)
}

/// The paths of workspace folders that are on this machine.
pub(crate) fn folders(folders: &[WorkspaceFolder]) -> Vec<PathBuf> {
    folders.iter().filter_map(|folder| folder.uri.to_file_path()).map(Into::into).collect()
}

/// A request whose URIs are valid. Some clients write spaces, brackets or letters beyond ASCII as they are; the protocol
/// library would refuse the whole message.
pub(crate) fn with_valid_uris(request: Request) -> Request {
    /// Deeper than any URI in a request.
    const DEEPEST: usize = 8;
    if !request.params().is_some_and(|params| holds_invalid_uri(params, DEEPEST)) {
        return request;
    }
    let (method, id, params) = request.into_parts();
    let mut params = params.unwrap_or_default();
    encode_uris(&mut params, DEEPEST);
    let request = Request::build(method).params(params);
    match id {
        Some(id) => request.id(id).finish(),
        None => request.finish(),
    }
}

/// The members of messages that are URIs.
const MEMBERS: &[&str] = &["uri", "rootUri", "scopeUri", "oldUri", "newUri", "target"];

fn is_invalid(name: &str, value: &Value) -> bool {
    MEMBERS.contains(&name) && value.as_str().is_some_and(|uri| uri.contains(':') && uri.parse::<Uri>().is_err())
}

fn holds_invalid_uri(value: &Value, depth: usize) -> bool {
    match value {
        _ if depth == 0 => false,
        Value::Object(members) => {
            members.iter().any(|(name, value)| is_invalid(name, value) || holds_invalid_uri(value, depth - 1))
        }
        Value::Array(items) => items.iter().any(|item| holds_invalid_uri(item, depth - 1)),
        _ => false,
    }
}

fn encode_uris(value: &mut Value, depth: usize) {
    match value {
        _ if depth == 0 => {}
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match is_invalid(name, value) {
                    true => *value = encoded(value.as_str().unwrap_or_default()).into(),
                    false => encode_uris(value, depth - 1),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| encode_uris(item, depth - 1)),
        _ => {}
    }
}

/// Percent-encodes what may not stand in a URI.
fn encoded(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let is_escape = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let mut out = String::with_capacity(uri.len() + 16);
    for (at, &byte) in bytes.iter().enumerate() {
        let is_valid = match byte {
            b'%' => is_escape(at),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte),
        };
        match is_valid {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn raw_characters_of_a_uri_are_encoded() {
        let request = |uri: &str| {
            let document = json!({"uri": uri, "text": "uri: a b"});
            Request::build("textDocument/didOpen").params(json!({"textDocument": document})).finish()
        };
        for (raw, encoded) in [
            ("file:///a b/é[1]{x}.prompt", "file:///a%20b/%C3%A9%5B1%5D%7Bx%7D.prompt"),
            ("file:///100%/50%25.prompt", "file:///100%25/50%25.prompt"),
            ("file:///plain.prompt", "file:///plain.prompt"),
            ("file://server/share/a b.prompt", "file://server/share/a%20b.prompt"),
            ("untitled:New File", "untitled:New%20File"),
        ] {
            let made = with_valid_uris(request(raw));
            assert_eq!(made.params(), request(encoded).params(), "{raw}");
            assert!(encoded.parse::<Uri>().is_ok(), "{encoded}");
        }
    }
}
