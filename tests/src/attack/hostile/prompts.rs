//! Prompt files: no text, deep and repeated YAML, huge lines, marks of editors and merges, thousands of entries.

use std::fs;
use std::path::Path;

use super::Case;

fn prompt(name: &str, code: i32, says: &'static str, content: impl Into<Vec<u8>>) -> Case {
    let content = content.into();
    let make = move |root: &Path| fs::write(root.join("a.prompt"), &content).expect("writable");
    let args = &["trace", "a.prompt", "--json", "--positions", "last"];
    Case { name: name.to_owned(), make: Box::new(make), args, code, says }
}

/// Front matter before a usual prompt.
fn front(name: &str, code: i32, says: &'static str, yaml: impl AsRef<str>) -> Case {
    prompt(name, code, says, format!("---\n{}\n---\nThe history of the war", yaml.as_ref()))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = bytes();
    cases.extend(yaml());
    cases.extend(entries());
    cases
}

fn bytes() -> Vec<Case> {
    let history = "The history of the war 🙂\n";
    vec![
        prompt("no bytes", 2, "empty", ""),
        prompt("bytes that are no text", 2, "UTF-8", (0..=255).cycle().take(1 << 16).collect::<Vec<u8>>()),
        prompt("UTF-16", 2, "UTF-8", b"\xff\xfeT\0h\0e\0".as_slice()),
        prompt("an ELF file", 2, "UTF-8", [b"\x7fELF\x02\x01\x01".as_slice(), &[0xff; 4096]].concat()),
        prompt("half a surrogate pair", 2, "UTF-8", b"The \xed\xa0\x80 war".as_slice()),
        prompt("NUL characters", 0, "512", "The\0history\0of".repeat(100)),
        prompt("control characters", 0, "", "\x1b[2J\x1b]0;title\x07\r\x08The history"),
        prompt("a thousand byte order marks", 0, "", format!("{}The history of", "\u{feff}".repeat(1000))),
        prompt("byte order marks before front matter", 0, "", "\u{feff}\u{feff}---\nbos: true\n---\nThe history of"),
        prompt("ten megabytes", 0, "512", history.repeat(400_000)),
        prompt("a line of ten megabytes", 0, "512", "The history of the war ".repeat(450_000)),
        prompt("ten megabytes of one letter", 0, "512", "x".repeat(10 << 20)),
        prompt("ten megabytes of spaces", 0, "512", " ".repeat(10 << 20)),
        prompt("ten megabytes of line breaks", 0, "512", "\n".repeat(10 << 20)),
        prompt("a million combining marks", 0, "512", format!("e{}", "\u{301}".repeat(1_000_000))),
        prompt("right-to-left overrides", 0, "", "\u{202e}The\u{202d} history\u{2066} of"),
        prompt("carriage returns alone", 0, "", "---\rbos: true\r---\rThe history of"),
        prompt("CRLF", 0, "", "---\r\nbos: true\r\ninterventions:\r\n  - L5D1: 2\r\n---\r\nThe history of\r\n"),
        prompt(
            "marks of a merge",
            2,
            "a.prompt",
            "---\n<<<<<<< HEAD\nbos: true\n=======\nbos: false\n>>>>>>> other\n---\nThe history of",
        ),
    ]
}

fn yaml() -> Vec<Case> {
    let bomb = (1..10).fold("a0: &a0 [x, x]".to_owned(), |yaml, n| {
        format!("{yaml}\na{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "))
    });
    let deep = (0..5000).map(|n| format!("{}a:\n", " ".repeat(n.min(300)))).collect::<String>();
    vec![
        front("a bomb of aliases", 2, "a.prompt", bomb),
        front("an anchor of itself", 2, "a.prompt", "config: &a { b: *a }"),
        front("merge keys", 2, "a.prompt", "config: &c { seed: 1 }\n<<: *c"),
        front("tags", 2, "a.prompt", "config: !!python/object/apply:os.system [ls]"),
        front("100,000 brackets", 2, "a.prompt", "[".repeat(100_000)),
        front("100,000 braces", 2, "a.prompt", format!("config: {}", "{a: ".repeat(100_000))),
        front("5,000 levels", 2, "a.prompt", deep),
        front("a key of a megabyte", 2, "a.prompt", format!("{}: 1", "k".repeat(1 << 20))),
        front("a key of 100 kB", 0, "a.prompt", format!("{}: 1", "k".repeat(100_000))),
        front("20,000 unknown keys", 0, "a.prompt", (0..20_000).map(|n| format!("key{n}: 1\n")).collect::<String>()),
        front("20,000 equal keys", 2, "a.prompt", "bos: true\n".repeat(20_000)),
        front("a quote without an end", 2, "a.prompt", format!("track: [\"{}", "x".repeat(100_000))),
        front("tabs", 2, "a.prompt", "config:\n\tseed: 1"),
        prompt(
            "front matter without an end",
            2,
            "---",
            "---\nbos: true\nThe history of\n".to_owned() + &"x: y\n".repeat(10_000),
        ),
        prompt("10,000 fences", 0, "512", "---\n".repeat(10_000) + "The history of"),
        front("numbers without an end", 2, "a.prompt", format!("config: {{ seed: {} }}", "9".repeat(100_000))),
        front(
            "absurd decoding",
            2,
            "a.prompt",
            "config: { maxOutputTokens: 1e99, temperature: -.inf, topK: -1, topP: .nan, seed: 18446744073709551616 }",
        ),
    ]
}

fn entries() -> Vec<Case> {
    let list = |count: usize, entry: &dyn Fn(usize) -> String| {
        let entries = (0..count).map(|n| format!("  - {}\n", entry(n))).collect::<String>();
        format!("interventions:\n{entries}")
    };
    vec![
        front("6,000 interventions", 0, "", list(6000, &|n| format!("L{}D{}: 0.1", n % 6, n / 6))),
        front("20,000 wrong interventions", 2, "a.prompt", list(20_000, &|n| format!("L99D{n}: off"))),
        front("20,000 unknown names", 2, "a.prompt", list(20_000, &|n| format!("name{n}: off"))),
        front("a coefficient that overflows", 2, "overflow", list(1, &|_| "L2D5: 1e38".to_owned())),
        front(
            "200 runs",
            0,
            "",
            "runs:\n".to_owned() + &(0..200).map(|n| format!("  r{n}:\n    - L5D1: {n}\n")).collect::<String>(),
        ),
        front("1,000 tracked tokens", 0, "", format!("track: [{}]", "\" war\", ".repeat(1000))),
        front("10,000 expectations", 0, "", "expect:\n".to_owned() + &"  - next: \" war\"\n".repeat(10_000)),
        front("models that are no models", 2, "models.paths", format!("model: ../{}", "../".repeat(10_000))),
    ]
}
