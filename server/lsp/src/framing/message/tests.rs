//! What passes and what does not; what passes, the library must be able to read.

use proptest::prelude::*;
use tower_lsp::jsonrpc::{Request, Response};

use super::*;

#[track_caller]
fn passes(body: &str, expected: &Value) {
    let message = check(body.as_bytes()).unwrap_or_else(|refusal| panic!("{body}: {refusal:?}"));
    let seen: Value = serde_json::from_slice(&message.body).unwrap();
    assert_eq!(&seen, expected, "{body}");
    assert_library_reads(&message.body);
}

fn assert_library_reads(body: &[u8]) {
    let value: Value = serde_json::from_slice(body).unwrap();
    let read = match value.get("method") {
        Some(_) => serde_json::from_slice::<Request>(body).map(drop),
        None => serde_json::from_slice::<Response>(body).map(drop),
    };
    read.unwrap_or_else(|error| panic!("{error}: {value}"));
}

#[track_caller]
fn refused(body: &str, code: i32, id: &Value) {
    let refusal = check(body.as_bytes()).expect_err(body);
    let answer: Value = serde_json::from_slice(&refusal.answer()).unwrap();
    assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), id), "{body}");
}

#[test]
fn messages() {
    let same = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "a", "params": {"b": [1, 2.5, "c"]}}),
        json!({"jsonrpc": "2.0", "id": "one", "method": "a", "params": []}),
        json!({"jsonrpc": "2.0", "id": -7, "method": ""}),
        json!({"jsonrpc": "2.0", "id": null, "method": "a"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
        json!({"jsonrpc": "2.0", "id": 1, "result": null}),
        json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -1, "message": "no"}}),
        json!({"jsonrpc": "2.0", "id": null, "error": {"code": -1, "message": "no"}}),
    ];
    for message in same {
        passes(&message.to_string(), &message);
    }
}

#[test]
fn what_would_trip_the_library_is_smoothed() {
    let check = |body: &str, expected: Value| passes(body, &expected);
    check(r#"{"jsonrpc":"2.0","method":"a","method":"b"}"#, json!({"jsonrpc": "2.0", "method": "b"}));
    check(r#"{"jsonrpc":"\u0032.0","method":"a","params":null}"#, json!({"jsonrpc": "2.0", "method": "a"}));
    check(r#" {"jsonrpc":"2.0","method":"a","extra":1} "#, json!({"jsonrpc": "2.0", "method": "a"}));
    check(
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m","data":2,"stack":"s"},"result":null}"#,
        json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "m"}}),
    );
    check(r#"{"jsonrpc":"2.0","id":1,"error":null,"result":3}"#, json!({"jsonrpc": "2.0", "id": 1, "result": 3}));
}

#[test]
fn what_is_no_json() {
    let deep = format!(r#"{{"jsonrpc":"2.0","method":"a","params":{}}}"#, "[".repeat(100_000));
    for body in ["", "{", "nonsense", "{\"jsonrpc\": \"2.0\",}", "{}{}", "\u{feff}{}", &deep] {
        refused(body, -32700, &Value::Null);
    }
    let latin = check(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xe9\"}").unwrap_err();
    assert!(matches!(latin, Refusal::NotJson(_)), "{latin:?}");
}

#[test]
fn what_is_no_message() {
    for (body, id) in [
        ("[]", json!(null)),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#, json!(null)),
        ("3", json!(null)),
        ("null", json!(null)),
        ("{}", json!(null)),
        (r#"{"jsonrpc":"2.0"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":5}"#, json!(5)),
        (r#"{"id":5,"method":"a"}"#, json!(5)),
        (r#"{"jsonrpc":"1.0","id":"x","method":"a"}"#, json!("x")),
        (r#"{"jsonrpc":2.0,"id":5,"method":"a"}"#, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":3}"#, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":null}"#, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5.5,"method":"a"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":true,"method":"a"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":{"a":1},"method":"a"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":18446744073709551615,"method":"a"}"#, json!(u64::MAX)),
        (r#"{"jsonrpc":"2.0","id":5,"method":"a","params":"p"}"#, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":"a","params":7}"#, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":"a","result":7}"#, json!(5)),
        // An id here is one of the server's own.
        (r#"{"jsonrpc":"2.0","id":5,"error":"bad"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":5,"error":{"code":1,"message":"m"},"result":1}"#, json!(null)),
        (r#"{"id":5,"result":1}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","result":1}"#, json!(null)),
    ] {
        refused(body, -32600, &id);
    }
}

#[test]
fn only_a_notification_is_the_last_word() {
    let exit = |body: Value| check(body.to_string().as_bytes()).unwrap().exit;
    assert!(exit(json!({"jsonrpc": "2.0", "method": "exit"})));
    assert!(!exit(json!({"jsonrpc": "2.0", "method": "exit", "id": 1})));
    assert!(!exit(json!({"jsonrpc": "2.0", "method": "shutdown"})));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~é🙂\u{0}]{0,5}".prop_map(Value::from),
        Just(json!("2.0")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = prop_oneof!["[a-z]{1,3}", Just("code".to_owned()), Just("message".to_owned())];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_library_reads_whatever_passes(members in prop::collection::vec((0..6usize, json_value()), 0..7)) {
        const NAMES: [&str; 6] = ["jsonrpc", "id", "method", "params", "result", "error"];
        // By hand, so that members can stand twice.
        let members: Vec<_> = members.iter().map(|(name, value)| format!("{:?}:{value}", NAMES[*name])).collect();
        let body = format!("{{\"jsonrpc\":\"2.0\",{}\"method\":\"m\"}}", members.iter().map(|m| format!("{m},")).collect::<String>());
        for body in [body, format!("{{\"jsonrpc\":\"2.0\"{}}}", members.iter().map(|m| format!(",{m}")).collect::<String>())] {
            if let Ok(message) = check(body.as_bytes()) {
                assert_library_reads(&message.body);
            }
        }
    }

    #[test]
    fn depth_is_refused_before_the_library_sees_it(depth in 100..140usize) {
        let body = format!(r#"{{"jsonrpc":"2.0","method":"a","params":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth));
        if let Ok(message) = check(body.as_bytes()) {
            assert_library_reads(&message.body);
        }
    }
}
