//! Checks that a body is a message that the server library accepts. A message that passes is written anew: a duplicate
//! member, an unknown member or an unexpected `null` would be an error in the library. No input or output.

use serde_json::{Map, Value, json};

/// Why a body is refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// Not JSON; the parser's error.
    NotJson(String),
    /// JSON, but not a message: its id, if that is usable, what is wrong, and whether it is a notification, which no client
    /// waits for.
    Invalid { id: Value, why: &'static str, notifies: bool },
}

impl Refusal {
    /// The error answer.
    pub(crate) fn answer(&self) -> Vec<u8> {
        match self {
            Self::NotJson(why) => answer(&Value::Null, -32700, &format!("not JSON: {why}")),
            Self::Invalid { id, why, .. } => answer(id, -32600, why),
        }
    }

    /// The reason, if the lost message was a notification or may have been one.
    pub(crate) fn lost(&self) -> Option<String> {
        match self {
            Self::NotJson(why) => Some(format!("not JSON: {why}")),
            Self::Invalid { why, notifies, .. } => notifies.then(|| (*why).to_owned()),
        }
    }
}

/// An error answer's body.
pub(crate) fn answer(id: &Value, code: i32, message: &str) -> Vec<u8> {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}).to_string().into_bytes()
}

/// A notification's body.
pub(crate) fn notification(method: &str, params: &Value) -> Vec<u8> {
    json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string().into_bytes()
}

/// A message that the library accepts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    /// As the library gets it.
    pub(crate) body: Vec<u8>,
    /// `exit`.
    pub(crate) exit: bool,
    /// `textDocument/didOpen`: the message has a document's whole text.
    pub(crate) opens: bool,
}

/// Checks a body.
pub(crate) fn check(body: &[u8]) -> Result<Message, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|e| Refusal::NotJson(e.to_string()))?;
    let object = match value {
        Value::Object(object) => object,
        Value::Array(_) => return Err(invalid(None, "batches are not supported; send one message at a time")),
        _ => return Err(invalid(None, "a message is a JSON object")),
    };
    let message = if object.contains_key("method") { call(object) } else { response(object) }?;
    let notifies = |method: &str| message.get("method").is_some_and(|m| m == method) && !message.contains_key("id");
    let (exit, opens) = (notifies("exit"), notifies("textDocument/didOpen"));
    Ok(Message { body: Value::Object(message).to_string().into_bytes(), exit, opens })
}

/// A request or a notification.
fn call(mut object: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let id = object.remove("id");
    let wrong = |why| match (&id, invalid(id.clone(), why)) {
        (None, Refusal::Invalid { id, why, .. }) => Err(Refusal::Invalid { id, why, notifies: true }),
        (_, refusal) => Err(refusal),
    };
    if object.get("jsonrpc") != Some(&json!("2.0")) {
        return wrong("jsonrpc must be \"2.0\"");
    }
    if !object.get("method").is_some_and(Value::is_string) {
        return wrong("method must be a string");
    }
    if object.contains_key("result") || object.contains_key("error") {
        return wrong("a message with a method has no result and no error");
    }
    if id.as_ref().is_some_and(|id| !fits(id)) {
        return wrong("an id is a string or an integer of 64 bits");
    }
    if !matches!(object.get("params"), None | Some(Value::Null | Value::Object(_) | Value::Array(_))) {
        return wrong("params must be an object or an array");
    }
    let mut message = start();
    message.extend(id.map(|id| ("id".to_owned(), id)));
    message.extend(object.remove("method").map(|method| ("method".to_owned(), method)));
    message.extend(object.remove("params").filter(|p| !p.is_null()).map(|params| ("params".to_owned(), params)));
    Ok(message)
}

/// An answer to one of the server's own requests. The id is not the client's: the error for a broken answer has no id.
fn response(mut object: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let id = object.remove("id");
    let error = object.remove("error").filter(|e| !e.is_null());
    let content = match (object.remove("result"), error) {
        (result, Some(error)) => {
            let (code, text) =
                (error.get("code").and_then(Value::as_i64), error.get("message").and_then(Value::as_str));
            let (Some(code), Some(text)) = (code, text) else {
                return Err(invalid(None, "an error has an integer code and a message"));
            };
            if result.is_some_and(|r| !r.is_null()) {
                return Err(invalid(None, "a response has a result or an error, not both"));
            }
            ("error".to_owned(), json!({"code": code, "message": text}))
        }
        (Some(result), None) => ("result".to_owned(), result),
        (None, None) => return Err(invalid(id, "a message has a method, a result or an error")),
    };
    if object.get("jsonrpc") != Some(&json!("2.0")) {
        return Err(invalid(None, "jsonrpc must be \"2.0\""));
    }
    let Some(id) = id.filter(fits) else { return Err(invalid(None, "a response has the id of its request")) };
    let mut message = start();
    message.insert("id".to_owned(), id);
    message.extend([content]);
    Ok(message)
}

fn start() -> Map<String, Value> {
    Map::from_iter([("jsonrpc".to_owned(), json!("2.0"))])
}

/// Whether the library can hold this id.
fn fits(id: &Value) -> bool {
    id.is_null() || id.is_string() || id.as_i64().is_some()
}

fn invalid(id: Option<Value>, why: &'static str) -> Refusal {
    // An integer too large for the library can still be named in the answer.
    let usable = |id: &Value| id.is_string() || id.is_i64() || id.is_u64();
    Refusal::Invalid { id: id.filter(usable).unwrap_or(Value::Null), why, notifies: false }
}

#[cfg(test)]
mod tests;
