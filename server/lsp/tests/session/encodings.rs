//! Position encodings, line breaks and characters beyond the first plane.

use serde_json::{Value, json};

use crate::support::{Client, TestLibrary};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clients_first_choice_that_is_known() {
    for (offered, chosen) in [
        (json!(["utf-8", "utf-16"]), "utf-8"),
        (json!(["utf-16", "utf-8"]), "utf-16"),
        (json!(["utf-7", "utf-32", "utf-8"]), "utf-32"),
        (json!(["utf-7"]), "utf-16"),
        (json!([]), "utf-16"),
        (Value::Null, "utf-16"),
    ] {
        let mut client = Client::connect(TestLibrary::loaded(), lsp::Options::default());
        let general = json!({"positionEncodings": offered});
        let answer = client.initialize(json!({"capabilities": {"general": general}})).await;
        assert_eq!(answer["capabilities"]["positionEncoding"], chosen, "{offered}");
    }
}

/// `é` is 2, 1, 1 and `🙂` 4, 2, 1 units of UTF-8, UTF-16, UTF-32.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_in_every_encoding() {
    for (encoding, start, first, two) in [("utf-8", 7, 2, 9), ("utf-16", 4, 1, 5), ("utf-32", 3, 1, 3)] {
        let general = json!({"positionEncodings": [encoding]});
        let mut client = Client::start(TestLibrary::loaded(), json!({"capabilities": {"general": general}})).await;
        // Three lines that end in three ways; the last begins with characters of all widths.
        client.open("a", "The\r\nfood\rx\né🙂a city\r\n").await;
        let id = client.hover("a", 3, start + 3).await;
        let hover = client.result(id).await;
        let at = |character: u32| json!({"line": 3, "character": character});
        assert_eq!(hover["range"], json!({"start": at(start), "end": at(start + 5)}), "{encoding}");
        // Typing behind the wide characters, and taking away one of them: ` city` moves by as much.
        let changes = json!([
            {"range": {"start": at(start), "end": at(start)}, "text": "🙂"},
            {"range": {"start": at(0), "end": at(first)}, "text": ""},
        ]);
        client.change("a", 2, changes).await;
        let id = client.hover("a", 3, two + 2).await;
        let hover = client.result(id).await;
        assert_eq!(hover["range"], json!({"start": at(two), "end": at(two + 5)}), "{encoding}");
        assert!(hover["contents"]["value"].as_str().unwrap().contains("␣city"), "{hover}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hovers_as_the_client_reads_them() {
    for (format, kind) in [
        (json!(["plaintext", "markdown"]), "plaintext"),
        (json!(["markdown", "plaintext"]), "markdown"),
        (json!([]), "plaintext"),
    ] {
        let capabilities = json!({"textDocument": {"hover": {"contentFormat": format}}});
        let mut client = Client::start(TestLibrary::loaded(), json!({"capabilities": capabilities})).await;
        client.open("a", "The city").await;
        let id = client.hover("a", 0, 5).await;
        assert_eq!(client.result(id).await["contents"]["kind"], kind);
    }
}
