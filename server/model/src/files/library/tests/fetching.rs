//! Downloads from a server that interrupts, announces wrong sizes, ignores requests, and recovers.

use base::Cancel;

use super::server::{COMMIT, Fault, Server};
use super::*;

/// The tiny model as the hub has it.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("config.json", tiny::config().to_string().into_bytes()),
        ("tokenizer.json", tiny::tokenizer().to_string().into_bytes()),
        ("model.safetensors", safetensors(&tensors("F32"))),
    ]
}

fn hub(server: &Server, cache: &Folder) -> Hub {
    Hub {
        cache: cache.path().to_owned(),
        endpoint: server.endpoint(),
        token: Some("secret".to_owned()),
        token_file: None,
        network: Network::default(),
        offline: false,
    }
}

fn fetch(server: &Server, cache: &Folder) -> Result<(), Error> {
    fetch::fetch(&hub(server, cache), "a/b", &Cancel::new(), &mut |_, _| ())
}

/// Whether the cache holds the model at its ref, with the same bytes as the server.
fn is_here(cache: &Folder, files: &[(&str, Vec<u8>)]) -> bool {
    let model = cache.path().join("models--a--b");
    let Ok(commit) = std::fs::read_to_string(model.join("refs/main")) else { return false };
    let (library, _) = library(places(cache.path()));
    assert!(library.find(&request("a/b")).is_ok());
    files.iter().all(|(name, bytes)| std::fs::read(model.join("snapshots").join(&commit).join(name)).unwrap() == *bytes)
}

/// With these faults in a file's answers, a fetch still gets the model. Returns the GETs of that file.
#[track_caller]
fn check_mended(file: &str, faults: &[Fault]) -> Vec<String> {
    let (cache, server) = (Folder::empty(), Server::start(&files()));
    server.fault(file, faults.iter().copied());
    fetch(&server, &cache).unwrap();
    assert!(is_here(&cache, &files()));
    let path = format!("/{file}");
    let of = |line: &String| Some(line.strip_prefix("GET ")?.split_once(&path)?.1.trim().to_owned());
    let redirects = if file.ends_with(".safetensors") { 2 } else { 1 };
    server.log().iter().filter_map(of).skip(redirects - 1).step_by(redirects).collect()
}

/// With this fault in every answer, a fetch fails with this text. The model is not in the cache, but the partial file is
/// kept. When the server works again, the model is fetched.
#[track_caller]
fn check_given_up(file: &str, fault: Fault, part: &str) {
    let (cache, server) = (Folder::empty(), Server::start(&files()));
    server.fault(file, [fault; 5]);
    let error = fetch(&server, &cache).unwrap_err();
    assert!(matches!(&error, Error::Model(message) if message.contains(part) && !message.contains('\n')), "{error}");
    assert!(!cache.path().join("models--a--b/refs").exists());
    assert!(places(cache.path()).hub.models().is_empty());
    fetch(&server, &cache).unwrap();
    assert!(is_here(&cache, &files()));
}

#[test]
fn a_fetched_model_is_where_other_programs_find_it() {
    let (cache, server) = (Folder::empty(), Server::start(&files()));
    let mut seen = Vec::new();
    fetch::fetch(&hub(&server, &cache), "a/b", &Cancel::new(), &mut |done, all| seen.push((done, all))).unwrap();
    assert!(is_here(&cache, &files()));
    let total: u64 = files().iter().map(|(_, bytes)| bytes.len() as u64).sum();
    assert_eq!(seen.last(), Some(&(total, total)));
    assert!(seen.is_sorted() && seen.iter().all(|(done, all)| done <= all));
    // The whole size is known before the first byte of the weights.
    let before: u64 = files()[..2].iter().map(|(_, bytes)| bytes.len() as u64).sum();
    assert!(seen.contains(&(before, total)), "{seen:?}");
    let model = cache.path().join("models--a--b");
    assert_eq!(std::fs::read_to_string(model.join("refs/main")).unwrap(), COMMIT);
    let blobs: Vec<_> = std::fs::read_dir(model.join("blobs")).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(blobs.len(), 3);
    assert!(blobs.iter().all(|name| !name.to_string_lossy().ends_with(".incomplete")));
    // The first file tells the commit, and the others are requested at it. The token is sent to the hub only.
    let log = server.log();
    assert_eq!(log[0], "HEAD /a/b/resolve/main/config.json TOKEN");
    let rest = |line: &&String| !line.contains("config.json") && !line.contains("/storage/");
    assert!(log.iter().filter(rest).all(|line| line.contains(COMMIT) && line.ends_with(" TOKEN")), "{log:?}");
    assert!(log.contains(&"GET /storage/model.safetensors".to_owned()));
    // The second fetch downloads nothing.
    fetch(&server, &cache).unwrap();
    assert!(server.log().iter().all(|line| line.starts_with("HEAD ")));
}

#[test]
fn an_interrupted_download_is_resumed() {
    let faults = [Fault::BreakOff(100), Fault::BreakOff(2000), Fault::BreakOff(0)];
    assert_eq!(check_mended("model.safetensors", &faults), ["", "100", "2100", "2100"]);
    assert_eq!(check_mended("tokenizer.json", &faults), ["TOKEN", "100 TOKEN", "2100 TOKEN", "2100 TOKEN"]);
    check_given_up("model.safetensors", Fault::BreakOff(10), "the connection");
}

#[test]
fn an_answer_that_is_not_the_rest_is_not_appended() {
    let broken = Fault::BreakOff(100);
    assert_eq!(check_mended("model.safetensors", &[broken, Fault::IgnoreRange]), ["", "100"]);
    assert_eq!(check_mended("model.safetensors", &[broken, Fault::WrongPart]), ["", "100", ""]);
    assert_eq!(check_mended("tokenizer.json", &[broken, Fault::IgnoreRange]), ["TOKEN", "100 TOKEN"]);
    assert_eq!(check_mended("model.safetensors", &[broken, Fault::Status(416)]), ["", "100", ""]);
}

#[test]
fn wrong_sizes_are_noticed() {
    check_given_up("model.safetensors", Fault::Announce(5), "announced");
    check_given_up("model.safetensors", Fault::Announce(-5), "announced");
    assert_eq!(check_mended("tokenizer.json", &[Fault::Announce(1)]), ["TOKEN", "TOKEN"]);
}

#[test]
fn wrong_bytes_are_noticed() {
    assert_eq!(check_mended("model.safetensors", &[Fault::Corrupt]), ["", ""]);
    check_given_up("model.safetensors", Fault::Corrupt, "hash");
}

#[test]
fn a_failing_server_is_tried_again() {
    check_mended("config.json", &[Fault::Status(503), Fault::Status(429)]);
    check_mended("HEAD tokenizer.json", &[Fault::Status(500)]);
    check_given_up("model.safetensors", Fault::Status(500), "answered 500");
}

#[test]
fn a_server_that_does_not_say_how_long_a_file_is_is_asked_for_the_file() {
    for head in [Fault::Chunked, Fault::Status(405), Fault::Status(501)] {
        let (cache, server) = (Folder::empty(), Server::start(&files()));
        server.fault("HEAD tokenizer.json", [head]);
        server.fault("tokenizer.json", [Fault::Chunked]);
        server.fault("HEAD config.json", [head]);
        fetch(&server, &cache).unwrap();
        assert!(is_here(&cache, &files()));
    }
    // What a server sends with an error is not the file.
    let (cache, server) = (Folder::empty(), Server::start(&files()));
    for request in ["HEAD config.json", "config.json"] {
        server.fault(request, [Fault::Status(405)]);
    }
    let error = fetch(&server, &cache).unwrap_err().to_string();
    assert!(error.contains("config.json: the server answered 405; check the id"), "{error}");
}

#[test]
fn a_redirect_without_a_host_is_followed_and_the_token_stays_with_the_hub() {
    for (to, expected) in [
        ("/moved/", "HEAD /moved/config.json TOKEN"),
        ("moved/", "HEAD /a/b/resolve/main/moved/config.json TOKEN"),
        ("//localhost:PORT/moved/", "HEAD /moved/config.json"),
        ("http://localhost:PORT/moved/", "HEAD /moved/config.json"),
    ] {
        let (cache, server) = (Folder::empty(), Server::start(&files()));
        server.fault("HEAD config.json", [Fault::Redirect(to)]);
        fetch(&server, &cache).unwrap();
        assert!(is_here(&cache, &files()));
        assert_eq!(server.log()[1], expected, "{to}");
    }
}

#[test]
fn a_hub_with_a_certificate_of_its_own_root() {
    let (cache, server) = (Folder::empty(), Server::with_own_root(&files()));
    let error = fetch(&server, &cache).unwrap_err().to_string();
    let host = server.endpoint().replace("https://", "");
    assert!(error.starts_with(&format!("the certificate of {host} is not trusted (")), "{error}");
    assert!(error.contains("UnknownIssuer") && error.contains("set SSL_CERT_FILE to the PEM file"), "{error}");
    assert_eq!(server.connections(), 1);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/files/library/tests/tls/ca.pem");
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"] {
        let network = Network::from_variables(|name| (name == variable).then(|| root.clone().into()));
        let hub = Hub { network, ..hub(&server, &cache) };
        fetch::fetch(&hub, "a/b", &Cancel::new(), &mut |_, _| ()).unwrap();
        assert!(is_here(&cache, &files()));
    }
}

#[test]
fn weights_in_other_forms_are_left_where_they_are() {
    let others = ["pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "model.onnx", "consolidated.00.pth"];
    let all: Vec<_> = files().into_iter().chain(others.map(|name| (name, vec![0; 100]))).collect();
    let (cache, server) = (Folder::empty(), Server::start(&all));
    fetch(&server, &cache).unwrap();
    assert!(is_here(&cache, &files()));
    let log = server.log();
    assert!(others.iter().all(|name| log.iter().all(|line| !line.contains(name))), "{log:?}");
}

#[test]
fn shards_and_the_older_tokenizer() {
    let tokenizer = tiny::tokenizer();
    let [first, second] = [0, 1].map(|i| tensors("F16").into_iter().skip(i).step_by(2).collect::<Vec<_>>());
    let names = |tensors: &[tiny::Tensor], file: &str| -> Vec<_> {
        tensors.iter().map(|t| (t.name.clone(), serde_json::Value::from(file))).collect()
    };
    let map: serde_json::Map<_, _> =
        names(&first, "one.safetensors").into_iter().chain(names(&second, "two.safetensors")).collect();
    let files = [
        ("config.json", tiny::config().to_string().into_bytes()),
        ("vocab.json", tokenizer["model"]["vocab"].to_string().into_bytes()),
        ("merges.txt", b"#version: 0.2\n".to_vec()),
        ("tokenizer_config.json", b"{\"add_prefix_space\": false}".to_vec()),
        ("special_tokens_map.json", b"{\"pad_token\": \"x\"}".to_vec()),
        ("model.safetensors.index.json", serde_json::json!({"weight_map": map}).to_string().into_bytes()),
        ("one.safetensors", safetensors(&first)),
        ("two.safetensors", safetensors(&second)),
    ];
    let (cache, server) = (Folder::empty(), Server::start(&files));
    server.fault("two.safetensors", [Fault::BreakOff(64)]);
    let mut seen = Vec::new();
    fetch::fetch(&hub(&server, &cache), "a/b", &Cancel::new(), &mut |done, all| seen.push((done, all))).unwrap();
    assert!(is_here(&cache, &files));
    let total: u64 = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let weights: u64 = files[6..].iter().map(|(_, bytes)| bytes.len() as u64).sum();
    assert!(seen.contains(&(total - weights, total)), "{seen:?}");
    assert_eq!(seen.last(), Some(&(total, total)));
}

#[test]
fn an_unusable_model_is_refused_before_its_weights_are_fetched() {
    let check = |files: &[(&str, Vec<u8>)], part: &str| {
        let (cache, server) = (Folder::empty(), Server::start(files));
        let error = fetch(&server, &cache).unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains('\n'), "{error}");
        assert!(server.log().iter().all(|line| !line.contains("/storage/")));
        assert!(places(cache.path()).hub.models().is_empty());
    };
    let replaced = |name: &str, bytes: &[u8]| {
        let mut files = files();
        files.iter_mut().filter(|(n, _)| *n == name).for_each(|(_, b)| *b = bytes.to_vec());
        files
    };
    check(&[], "a/b has no config.json");
    check(&replaced("config.json", br#"{"architectures": ["MambaForCausalLM"]}"#), "MambaForCausalLM");
    check(&replaced("config.json", b"<html>"), "not JSON");
    check(&files()[..2], "safetensors");
    let without = [files()[0].clone(), files()[2].clone()];
    let with = |name: &'static str, text: &str| [&without[..], &[(name, text.as_bytes().to_vec())]].concat();
    check(&without, "a/b has no vocab.json");
    let bert = with("tokenizer_config.json", r#"{"tokenizer_class": "BertTokenizer"}"#);
    check(&bert, "a/b: its tokenizer is a BertTokenizer, which cannot be read");
    check(&with("spiece.model", "x"), "a/b: its tokenizer is SentencePiece (spiece.model), which cannot be read");
    check(&replaced("tokenizer.json", br#"{"model": {"type": "WordPiece"}}"#), "WordPiece");
}

#[test]
fn refusals_say_what_to_do() {
    let (cache, server) = (Folder::empty(), Server::start(&files()));
    let with = |hub: Hub, id: &str| fetch::fetch(&hub, id, &Cancel::new(), &mut |_, _| ()).unwrap_err().to_string();
    let hub = hub(&server, &cache);
    assert!(with(Hub { offline: true, ..hub.clone() }, "a/b").contains("HF_HUB_OFFLINE"));
    assert!(with(hub.clone(), "../b").contains("OWNER/NAME"));
    assert_eq!(server.log(), Vec::<String>::new());
    server.fault("HEAD config.json", [Fault::Status(401)]);
    assert!(with(hub.clone(), "a/b").contains("HF_TOKEN"));
    let gone = Hub { endpoint: "http://127.0.0.1:1".to_owned(), ..hub };
    let said = with(gone, "a/b");
    assert!(said.starts_with("cannot connect to 127.0.0.1:1 ("), "{said}");
    assert!(said.contains("; check the connection") && !said.contains("times"), "{said}");
}

#[test]
fn a_cancelled_fetch_stops_at_once_and_keeps_the_partial_file() {
    let (cache, server) = (Folder::empty(), Server::start(&files()));
    server.fault("model.safetensors", [Fault::Hang(300)]);
    let cancel = Cancel::new();
    let before: u64 = files()[..2].iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let progress = &mut |done, _| {
        if done == before + 300 {
            cancel.cancel();
        }
    };
    assert_eq!(fetch::fetch(&hub(&server, &cache), "a/b", &cancel, progress), Err(Error::Cancelled));
    assert!(places(cache.path()).hub.models().is_empty());
    server.log();
    fetch(&server, &cache).unwrap();
    assert!(server.log().contains(&"GET /storage/model.safetensors 300".to_owned()));
    assert!(is_here(&cache, &files()));
}

#[test]
fn two_programs_do_not_write_to_one_file() {
    let (cache, server) = (Folder::empty(), Server::start(&files()));
    let blobs = cache.path().join("models--a--b/blobs");
    let other = partial::Partial::open(&blobs, "x").unwrap();
    assert!(partial::Partial::open(&blobs, "x").is_err_and(|e| e.to_string().contains("another program")));
    drop(other);
    assert!(partial::Partial::open(&blobs, "x").is_ok());
    fetch(&server, &cache).unwrap();
}
