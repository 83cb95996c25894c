//! Which layer's value applies, and the messages about invalid values.

use std::path::Path;

use config::{Layers, Level, Place, Quantization, Settings};
use serde_json::{Value, json};

/// Checks that the settings differ from the defaults only by `change`, and that each problem's line contains its part.
fn check(user: &str, workspace: &str, client: Value, change: fn(&mut Settings), problems: &[&str]) {
    let folder = tempfile::tempdir().expect("create a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("write a file");
        Some(path)
    };
    let layers =
        Layers { user: file("settings.toml", user), workspace: file(".unembed.toml", workspace), client: Some(client) };
    let (settings, found) = layers.read();
    let mut expected = Settings::default();
    change(&mut expected);
    assert_eq!(settings, expected);
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), problems.len(), "{lines:?}");
    for (line, part) in lines.iter().zip(problems) {
        assert!(line.contains(part) && !line.contains('\n'), "{line:?} should contain {part:?}");
    }
}

#[test]
fn empty_layers_give_the_defaults() {
    check("", "", Value::Null, |_| (), &[]);
    let nowhere = Layers { user: Some("/no/such/file".into()), ..Default::default() };
    assert_eq!(nowhere.read(), (Settings::default(), vec![]));
}

#[test]
fn later_layers_override_setting_by_setting() {
    check(
        "hover.layers = 7\nhover.words = 4\ntrace.top = 20",
        "[hover]\nlayers = 8",
        json!({"hover": {"words": 6}}),
        |s| (s.hover_layers, s.hover_words, s.trace_top) = (8, 6, 20),
        &[],
    );
}

#[test]
fn editors_may_send_dotted_names_and_null() {
    check("", "", json!({"hover.layers": 1, "trace": {"top": null}}), |s| s.hover_layers = 1, &[]);
}

#[test]
fn an_invalid_value_does_not_affect_the_others() {
    check(
        "hover.layers = 7\nhover.words = 0\nlog.level = \"loud\"\nthreads = -1",
        "hover.layers = \"many\"\nhover.updates = 3",
        json!({"hover": {"guesses": 2.5}}),
        |s| (s.hover_layers, s.hover_updates) = (7, 3),
        &[
            "settings.toml: hover.words: is 0, but must be a whole number from 1 to 50",
            "settings.toml: log.level: is \"loud\", but must be off",
            "settings.toml: threads: is -1",
            ".unembed.toml: hover.layers: is \"many\"",
            "editor: hover.guesses: is 2.5",
        ],
    );
}

#[test]
fn a_workspace_cannot_set_user_settings() {
    check(
        "",
        "models.default = \"mine\"\nmodels.paths = [\"/\"]\nmodels.configured.mine = { path = \"/etc\" }\ncache.megabytes = 9",
        Value::Null,
        |s| s.models_default = "mine".into(),
        &[
            "cache.megabytes: a workspace cannot",
            "models.configured: a workspace cannot",
            "models.paths: a workspace cannot",
        ],
    );
}

#[test]
fn a_model_has_a_path_or_an_id() {
    check(
        r#"
        [models.configured]
        a = { path = "/models/a", quantize = "q8_0" }
        b = { id = "x/y" }
        both = { path = "/m", id = "x/y" }
        near = { path = "m" }
        odd = { id = "x/y", quantize = "q2" }
        "#,
        "",
        json!({"models": {"configured": {"c": {"id": "z/z", "quantize": "q4k"}}}}),
        |s| {
            let mut add = |name: &str, place, quantize| {
                s.models_configured.insert(name.into(), config::Model { place, quantize });
            };
            add("a", Place::Path("/models/a".into()), Some(Quantization::Q8_0));
            add("b", Place::Id("x/y".into()), None);
            add("c", Place::Id("z/z".into()), Some(Quantization::Q4k));
        },
        &["models.configured.both: is", "models.configured.near: is", "models.configured.odd: is"],
    );
}

#[test]
fn an_unknown_setting_suggests_the_nearest() {
    check(
        "hover.layer = 3\nmodels = 4",
        "",
        json!({"log": {"level": "debug"}, "x": 1}),
        |s| s.log_level = Level::Debug,
        &["hover.layer: unknown setting; the nearest is hover.layers", "models: is a group", "x: unknown setting"],
    );
}

#[test]
fn an_invalid_toml_file_is_ignored_as_a_whole() {
    check(
        "a = 1\nb =\n",
        "hover.layers = 2",
        Value::Null,
        |s| s.hover_layers = 2,
        &["settings.toml: line 2 is not valid TOML"],
    );
    check("", "", json!([1]), |_| (), &["editor: the settings must be a JSON object"]);
}

/// The workspace's file is a stranger's: it may be a link, a device or endless.
#[cfg(unix)]
#[test]
fn a_hostile_workspace_file_is_one_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let (workspace, secret) = (folder.path().join("workspace"), folder.path().join("secret"));
    std::fs::create_dir(&workspace).expect("a folder");
    std::fs::write(&secret, "hover.layers = 2").expect("a file");
    let file = config::workspace_file(&workspace);
    let layers = Layers { workspace: Some(file.clone()), ..Layers::default() };
    for target in [secret.as_path(), Path::new("/dev/zero"), Path::new("/dev/tty")] {
        let _ = std::fs::remove_file(&file);
        std::os::unix::fs::symlink(target, &file).expect("a link");
        let (settings, problems) = layers.read();
        assert_eq!(settings, Settings::default(), "{target:?}");
        let told: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert!(told.len() == 1 && told[0].contains("it leads out of the workspace"), "{told:?}");
    }
    // The user's own settings may be kept elsewhere.
    let own = Layers { user: Some(file.clone()), ..Layers::default() };
    std::fs::remove_file(&file).expect("a link");
    std::os::unix::fs::symlink(&secret, &file).expect("a link");
    assert_eq!((own.read().0.hover_layers, own.read().1), (2, vec![]));

    std::fs::remove_file(&file).expect("a link");
    std::fs::File::create(&file).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
    let told: Vec<_> = layers.read().1.iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].ends_with("it is larger than 1 MB"), "{told:?}");
}

#[test]
fn of_many_problems_the_first_are_listed() {
    let many: String = (0..20_000).map(|n| format!("key{n:05} = 1\n")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, many).expect("a file");
    let (_, problems) = Layers { user: Some(file), ..Layers::default() }.read();
    assert_eq!(problems.len(), 21);
    assert!(problems[0].to_string().contains("key00000: unknown setting"), "{}", problems[0]);
    assert!(problems[20].to_string().ends_with(": 19980 more settings have problems; correct these first"));
}
