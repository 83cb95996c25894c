//! Which model a name means, who may name it, and that it is loaded once.

mod fetching;
mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use lm::Library as _;
use lm::fake::FakeModel;

use super::*;
use crate::tiny::{self, Folder, safetensors, tensors};

/// Nothing configured, an empty cache and an endpoint that does not answer.
fn places(cache: &Path) -> Places {
    let endpoint = "http://127.0.0.1:9".to_owned();
    let (cache, network) = (cache.to_owned(), Network::default());
    let hub = Hub { cache, endpoint, token: None, token_file: None, network, offline: false };
    Places { default: "starter".to_owned(), configured: BTreeMap::new(), paths: Vec::new(), hub }
}

/// A library whose models are fakes, named as they were loaded; and how many were loaded.
fn library(places: Places) -> (ModelLibrary, Arc<AtomicUsize>) {
    let loads = Arc::new(AtomicUsize::new(0));
    let counted = loads.clone();
    let open = move |_: &Checkpoint, name: String, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        match name.as_str() {
            "broken" => Err(OpenError::new("broken; fetch it again")),
            _ => Ok(Arc::new(FakeModel::default()) as Arc<dyn LanguageModel>),
        }
    };
    (ModelLibrary::new(places, Box::new(open)), loads)
}

fn request(reference: &str) -> ModelRequest {
    ModelRequest { reference: Some(reference.to_owned()), ..Default::default() }
}

/// A snapshot of the tiny model in a hub's cache.
fn publish(cache: &Folder, folder: &str, commit: &str) {
    let model = Folder::checkpoint();
    for entry in std::fs::read_dir(model.path()).unwrap().flatten() {
        let name = format!("{folder}/snapshots/{commit}/{}", entry.file_name().to_string_lossy());
        cache.write(&name, std::fs::read(entry.path()).unwrap());
    }
    cache.write(&format!("{folder}/refs/main"), commit);
}

#[test]
fn names_in_their_order() {
    let (cache, model) = (Folder::empty(), Folder::checkpoint());
    publish(&cache, "models--a--b", "c0ffee");
    publish(&cache, "models--gpt2", "c0ffee");
    let mut places = places(cache.path());
    let mut configure = |name: &str, source| {
        places.configured.insert(name.to_owned(), Configured { source, quantize: Some(Quantize::Q8_0) });
    };
    configure("mine", Source::Path(model.path().to_owned()));
    configure("theirs", Source::Id("a/b".to_owned()));
    configure("gone", Source::Path("/no/such/folder".into()));
    let (library, _) = library(places);
    let find = |reference: &str| library.find(&request(reference)).map(|key| key.0);
    let in_cache = |folder: &str| cache.path().join(folder).join("snapshots/c0ffee").canonicalize().unwrap();
    let ends = |reference: &str, precision: &str, folder: &Path| {
        let key = find(reference).unwrap();
        assert!(key.starts_with(precision) && key.ends_with(&folder.display().to_string()), "{reference}: {key}");
    };
    assert_eq!(library.find(&ModelRequest::default()).map(|key| key.0), find("starter"));
    ends("mine", "q8_0", &model.path().canonicalize().unwrap());
    ends("theirs", "q8_0", &in_cache("models--a--b"));
    ends("a/b", "float32", &in_cache("models--a--b"));
    ends("a/b@c0ffee", "float32", &in_cache("models--a--b"));
    ends("gpt2", "float32", &in_cache("models--gpt2"));
    ends("openai-community/gpt2", "float32", &in_cache("models--gpt2"));
    assert!(find("gone").unwrap_err().message.contains("model gone of the settings: /no/such/folder: no such folder"));
    let unknown = find("nothing").unwrap_err();
    assert!(unknown.message.contains("gone, mine, theirs, starter") && unknown.fetch.is_none(), "{unknown}");
}

#[test]
fn a_missing_model_says_how_to_fetch_it() {
    let cache = Folder::empty();
    let (library, _) = library(places(cache.path()));
    let check = |reference: &str, id: &str| {
        let error = library.find(&request(reference)).unwrap_err();
        assert_eq!(error.fetch.as_deref(), Some(id));
        assert!(error.message.contains(&format!("unembed models fetch {id}")), "{error}");
    };
    check("gpt2", "openai-community/gpt2");
    check("a/b@v1", "a/b@v1");
    // An interrupted download does not count as the model.
    publish(&cache, "models--a--b", "c0ffee");
    std::fs::remove_file(cache.path().join("models--a--b/snapshots/c0ffee/model.safetensors")).unwrap();
    check("a/b", "a/b");
    let index = r#"{"weight_map": {"x": "one.safetensors", "y": "two.safetensors"}}"#;
    cache.write("models--a--b/snapshots/c0ffee/model.safetensors.index.json", index);
    cache.write("models--a--b/snapshots/c0ffee/one.safetensors", "");
    check("a/b", "a/b");
}

#[test]
fn a_model_that_is_here_but_unusable_is_not_called_missing() {
    let cache = Folder::empty();
    let (library, _) = library(places(cache.path()));
    let snapshot = |name: &str| format!("models--a--b/snapshots/c0ffee/{name}");
    let load = || library.find(&request("a/b")).and_then(|key| library.load(&key)).err().unwrap();
    publish(&cache, "models--a--b", "c0ffee");
    cache.remove(&snapshot("model.safetensors"));
    let half = load();
    assert_eq!(half.fetch.as_deref(), Some("a/b"));
    assert!(
        half.message.starts_with("a/b is only partly on this computer: it has no model.safetensors; run"),
        "{half}"
    );
    #[cfg(unix)]
    {
        let link = cache.path().join(snapshot("model.safetensors"));
        std::os::unix::fs::symlink("../../blobs/gone", &link).unwrap();
        let dangling = load();
        assert!(dangling.message.contains("its model.safetensors is a link to a file that is gone; run"), "{dangling}");
        let inside = Checkpoint::open(&cache.path().join(snapshot(""))).err().unwrap();
        assert!(inside.message.contains("model.safetensors: is a link to a file that is gone; fetch"), "{inside}");
        std::fs::remove_file(link).unwrap();
    }
    cache.write(&snapshot("pytorch_model.bin"), "x");
    let pickle = load();
    assert!(pickle.message.contains("its weights are a Python pickle (pytorch_model.bin)"), "{pickle}");
    assert_eq!(pickle.fetch, None);
    cache.remove(&snapshot("pytorch_model.bin"));
    cache.remove(&snapshot("config.json"));
    cache.write(&snapshot("adapter_config.json"), "{}");
    let adapter = load();
    assert!(adapter.message.contains("is a LoRA adapter (adapter_config.json) and not a whole model"), "{adapter}");
}

#[test]
fn a_file_in_place_of_its_folder_is_named() {
    let (cache, workspace) = (Folder::empty(), Folder::empty());
    workspace.write("m/model.safetensors", "x");
    let (library, _) = library(places(cache.path()));
    let find = |reference: &str, consent| {
        let folder = Some(workspace.path().to_owned());
        let key = library.find(&ModelRequest { folder, consent, ..request(reference) });
        key.and_then(|key| library.load(&key)).err().unwrap().message
    };
    let (file, folder) = (workspace.path().join("m/model.safetensors"), workspace.path().join("m"));
    let said = format!("{}: is a file; name the folder that holds it, {}", file.display(), folder.display());
    assert_eq!(find("m/model.safetensors", true), said);
    assert!(find("./m/model.safetensors", true).contains(": is a file; name the folder that holds it, "));
    assert!(find("m/model.safetensors", false).contains("`models.paths`"));
}

#[test]
fn a_prompt_file_may_name_models_in_allowed_folders_only() {
    let (workspace, elsewhere) = (Folder::empty(), Folder::checkpoint());
    let inside = workspace.write("models/m/config.json", tiny::config().to_string());
    let inside = inside.parent().unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(elsewhere.path(), workspace.path().join("link")).unwrap();
    let places = places(workspace.path());
    let from = |reference: &str, roots: &[&Path], paths: &[&Path], consent| {
        let (library, _) = library(Places { paths: paths.iter().map(|&p| p.to_owned()).collect(), ..places.clone() });
        let roots = roots.iter().map(|&r| r.to_owned()).collect();
        let folder = Some(workspace.path().join("models"));
        library.find(&ModelRequest { folder, roots, consent, ..request(reference) }).map(|_| ()).map_err(|e| e.message)
    };
    let outside = |found: Result<(), String>| found.is_err_and(|message| message.contains("`models.paths`"));
    let root = [workspace.path()];
    let there = elsewhere.path().display().to_string();
    assert_eq!(from("./m", &root, &[], false), Ok(()));
    assert_eq!(from("m", &root, &[], false), Ok(()));
    assert_eq!(from("../models/m", &root, &[], false), Ok(()));
    assert_eq!(from(&inside.display().to_string(), &[], &[inside], false), Ok(()));
    assert!(outside(from("./m", &[], &[], false)));
    assert!(outside(from(&there, &root, &[], false)));
    assert!(outside(from("../..", &root, &[], false)));
    assert_eq!(from(&there, &root, &[elsewhere.path()], false), Ok(()));
    assert_eq!(from(&there, &[], &[], true), Ok(()));
    let nowhere = workspace.path().join("models/no").display().to_string();
    assert!(from("./no", &root, &[], false).is_err_and(|message| message.starts_with(&format!("{nowhere}: no such"))));
    let here = library(places.clone()).0.find(&ModelRequest { folder: Some(".".into()), ..request("./no") });
    assert!(here.unwrap_err().message.starts_with("./no: no such folder"));
    #[cfg(unix)]
    assert!(outside(from("../link", &root, &[], false)));
}

#[test]
fn a_model_is_loaded_once_until_its_files_change() {
    let (cache, model) = (Folder::empty(), Folder::checkpoint());
    let (library, loads) = library(places(cache.path()));
    let find =
        || library.find(&ModelRequest { consent: true, ..request(&model.path().display().to_string()) }).unwrap();
    let key = find();
    assert!(library.loaded(&key).is_none());
    let barrier = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                barrier.wait();
                library.load(&key).unwrap();
            });
        }
    });
    assert!(library.loaded(&find()).is_some());
    assert_eq!(loads.load(Ordering::SeqCst), 1);
    model.write("notes.txt", "not of the model");
    assert_eq!(find(), key);
    model.write("model.safetensors", safetensors(&tensors("F16")));
    assert_ne!(find(), key);
    assert!(library.loaded(&find()).is_none());
    library.load(&find()).unwrap();
    assert!(library.loaded(&key).is_none());
    assert!(library.load(&key).err().unwrap().message.contains("changed"));
}

#[test]
fn a_loaded_model_is_found_while_other_threads_list_models() {
    let (cache, model) = (Folder::empty(), Folder::checkpoint());
    let (library, _) = library(places(cache.path()));
    let named = ModelRequest { consent: true, ..request(&model.path().display().to_string()) };
    let key = library.find(&named).unwrap();
    library.load(&key).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Another thread lists the models all the time.
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                library.rest(std::time::Duration::ZERO);
                assert_eq!(library.in_memory().len(), 1);
            }
        });
        let found = (0..20_000).filter(|_| library.loaded(&key).is_some()).count();
        done.store(true, Ordering::SeqCst);
        assert_eq!(found, 20_000);
    });
}

#[test]
fn a_failed_load_is_tried_again() {
    let (cache, model) = (Folder::empty(), Folder::checkpoint());
    let mut places = places(cache.path());
    let source = Source::Path(model.path().to_owned());
    places.configured.insert("broken".to_owned(), Configured { source, quantize: None });
    let (library, loads) = library(places);
    let key = library.find(&request("broken")).unwrap();
    assert_eq!(library.load(&key).err(), Some(OpenError::new("broken; fetch it again")));
    assert!(library.load(&key).is_err() && library.loaded(&key).is_none());
    assert_eq!(loads.load(Ordering::SeqCst), 2);
}

#[test]
fn the_list_says_which_models_can_be_loaded() {
    let (cache, model) = (Folder::empty(), Folder::checkpoint());
    publish(&cache, "models--a--b", "c0ffee");
    publish(&cache, "models--bert--base", "c0ffee");
    cache.write("models--bert--base/snapshots/c0ffee/config.json", r#"{"model_type": "bert"}"#);
    cache.write("models--gone--away/refs/main", "0");
    cache.write("models--no--snapshot/blobs/x.incomplete", "0");
    publish(&cache, "models--wrong--part", "c0ffee");
    cache.write("models--wrong--part/snapshots/c0ffee/config.json", r#"{"model_type": "vit"}"#);
    cache.remove("models--wrong--part/snapshots/c0ffee/model.safetensors");
    publish(&cache, "models--no--tokenizer", "c0ffee");
    cache.remove("models--no--tokenizer/snapshots/c0ffee/tokenizer.json");
    publish(&cache, "models--part--only", "c0ffee");
    cache.remove("models--part--only/snapshots/c0ffee/model.safetensors");
    model.remove("model.safetensors");
    let mut places = places(cache.path());
    let source = Source::Path(model.path().to_owned());
    places.configured.insert("mine".to_owned(), Configured { source, quantize: Some(Quantize::Q4K) });
    let listed = library(places).0.list();
    let shown: Vec<_> = listed.iter().map(|m| (m.name.as_str(), m.default, m.precision, m.state.is_ok())).collect();
    assert_eq!(
        shown,
        [
            ("mine", false, "q4k", false),
            ("starter", true, "float32", true),
            ("a/b", false, "float32", true),
            ("bert/base", false, "float32", false),
            ("no/snapshot", false, "float32", false),
            ("no/tokenizer", false, "float32", false),
            ("part/only", false, "float32", false),
            ("wrong/part", false, "float32", false)
        ]
    );
    assert_eq!(listed[2].state, Ok([1, 4, 16, 257, 8]));
    let reasons: Vec<_> = listed.iter().skip(2).map(|m| m.reason().unwrap_or_default()).collect();
    assert_eq!(
        reasons,
        [
            "",
            "config.json: the model is a bert",
            "only partly on this computer: it has no snapshot of `main`",
            "has no tokenizer",
            "only partly on this computer: it has no model.safetensors",
            "config.json: the model is a vit",
        ]
    );
    let mine = listed[0].reason().unwrap();
    assert!(mine.starts_with("has neither model.safetensors nor"), "{mine}");
}

#[test]
fn a_model_that_does_not_fit_into_memory_is_listed_as_such() {
    let cache = Folder::empty();
    publish(&cache, "models--a--b", "c0ffee");
    let fits = |name: &str, weights: u64| match weights {
        0..1000 => Ok(()),
        _ => Err(OpenError::new(format!("{name}: its weights take {weights} bytes of memory; quantise it"))),
    };
    let listed = list::list(&Arc::new(places(cache.path())), &fits);
    let reason = listed.iter().find(|m| m.name == "a/b").and_then(Listed::reason).unwrap();
    assert!(reason.starts_with("its weights take") && reason.ends_with("bytes of memory"), "{reason}");
}

/// Neither data nor tokens are read: a hundred models are listed at once, whatever is in them.
#[test]
fn a_list_reads_configs_and_headers_alone() {
    let cache = Folder::empty();
    for n in 0..100 {
        publish(&cache, &format!("models--a--b{n:02}"), "c0ffee");
        cache.write(&format!("models--a--b{n:02}/snapshots/c0ffee/tokenizer.json"), "not JSON");
    }
    let listed = library(places(cache.path())).0.list();
    assert_eq!(listed.iter().filter(|m| m.name.starts_with("a/b") && m.state.is_ok()).count(), 100);
}

#[cfg(unix)]
#[test]
fn a_hostile_cache_is_listed() {
    let cache = Folder::empty();
    let pipe = |path: &str| {
        let path = cache.path().join(path);
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let link = |to: &str, path: &str| std::os::unix::fs::symlink(to, cache.path().join(path)).unwrap();
    let sparse = |path: &str| {
        let path = cache.write(path, "");
        std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(1 << 40).unwrap();
    };
    for name in ["ref", "config", "huge", "device", "tokenizer", "weights"] {
        publish(&cache, &format!("models--x--{name}"), "c0ffee");
    }
    let file = |model: &str, name: &str| format!("models--x--{model}/snapshots/c0ffee/{name}");
    cache.remove("models--x--ref/refs/main");
    pipe("models--x--ref/refs/main");
    cache.remove(&file("config", "config.json"));
    pipe(&file("config", "config.json"));
    sparse(&file("huge", "config.json"));
    cache.remove(&file("device", "config.json"));
    link("/dev/zero", &file("device", "config.json"));
    cache.remove(&file("tokenizer", "tokenizer.json"));
    pipe(&file("tokenizer", "tokenizer.json"));
    sparse(&file("weights", "model.safetensors"));
    pipe("models--x--pipe");
    link("models--x--loop", "models--x--loop");
    link("/", "models--x--root");
    let listed = library(places(cache.path())).0.list();
    let names: Vec<_> = listed.iter().filter(|m| m.name.starts_with("x/")).map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["x/config", "x/device", "x/huge", "x/ref", "x/tokenizer", "x/weights"]);
    for model in listed.iter().filter(|m| m.name.starts_with("x/")) {
        let reason = model.reason().expect("it cannot be used");
        assert!(!reason.contains(['\n', '/']), "{}: {reason}", model.name);
    }
}
