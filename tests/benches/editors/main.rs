//! Latency of the daemon with eight editors: twenty requests per second in total, a third of them hovers, on a
//! checkpoint of GPT-2 small's size, while a text is generated and the concept index is built. An open loop: request
//! times are drawn in advance, and the latency of an answer counts from the scheduled time of its request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use serde_json::json;
use tests::bench::checkpoint;
use tests::traffic::{Answered, Editor, What, schedule};
use tests::{Daemon, Folder, repository};

const EDITORS: usize = 8;
const SECONDS: f64 = 60.0;
const REQUESTS_PER_SECOND: f64 = 20.0;

fn main() {
    let folder = Folder::new();
    let checkpoint = checkpoint().canonicalize().expect("it is there");
    let settings = format!("[models.configured]\nsmall = {{ path = '{}' }}\n", checkpoint.display());
    folder.write(".home/.config/unembed/settings.toml", settings);
    let daemon = Daemon(folder.path());
    let passages = fs::read_to_string(repository().join("config/text/passages.txt")).expect("the passages are there");
    let passages: Vec<&str> = passages.split("\n\n").filter(|p| p.len() > 200).collect();
    let text = |n: usize| format!("---\nmodel: small\n---\n{}", passages[n].replace('\n', " ").trim());

    let mut editors: Vec<Editor> = (0..EDITORS).map(|n| Editor::new(&folder, n, text(n))).collect();
    let done = AtomicBool::new(false);
    let started = Instant::now();
    let answers: Vec<Answered> = thread::scope(|scope| {
        // One editor generates all the time, and one editor's search starts the build of the index.
        scope.spawn(|| {
            let mut writer = Editor::new(
                &folder,
                EDITORS,
                text(EDITORS).replacen("---\n", "---\nconfig: { maxOutputTokens: 200 }\n", 1),
            );
            while !done.load(Ordering::Relaxed) {
                let asked = writer.client.execute("unembed.generate", json!({"uri": writer.document}));
                writer.client.answer(asked).expect("a text");
                // The user reads the text; meanwhile the index is built.
                thread::sleep(Duration::from_secs(5));
            }
            writer.client.shutdown();
        });
        let mut searcher = Editor::new(&folder, EDITORS + 1, text(EDITORS + 1));
        let search = searcher.client.execute("unembed.search", json!({"uri": searcher.document, "query": "food"}));
        searcher.client.answer(search).expect("an answer");

        let begin = Instant::now();
        let running: Vec<_> = editors
            .iter_mut()
            .enumerate()
            .map(|(n, editor)| {
                scope.spawn(move || {
                    editor.run(begin, schedule(n as u64 + 1, SECONDS, REQUESTS_PER_SECOND / EDITORS as f64))
                })
            })
            .collect();
        let answers = running.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect();
        done.store(true, Ordering::Relaxed);
        searcher.client.shutdown();
        answers
    });
    let status = daemon.status();
    editors.into_iter().for_each(|editor| drop(editor.client.shutdown()));
    println!("{} requests in {:.0} s, every one answered", answers.len(), started.elapsed().as_secs_f64());
    println!("index built meanwhile: {} of {}", status["indexes"][0]["indexed"], status["indexes"][0]["all"]);
    println!("memory of the daemon: {} MB\n", status["memory_megabytes"]);
    let print = |name: &str, wanted: &dyn Fn(&Answered) -> bool| {
        let mut times: Vec<f64> = answers.iter().filter(|a| wanted(a)).map(|a| a.took * 1e3).collect();
        times.sort_by(f64::total_cmp);
        let at = |q: f64| times.get(((times.len().saturating_sub(1)) as f64 * q) as usize).copied().unwrap_or(0.0);
        println!(
            "{name:<24} {:>5}   p50 {:>7.1} ms  p95 {:>7.1} ms  most {:>7.1} ms",
            times.len(),
            at(0.5),
            at(0.95),
            at(1.0)
        );
    };
    print("hover, warm (bound: 60)", &|a| a.what == What::Hover && a.warm);
    print("hover after an edit", &|a| a.what == What::Hover && !a.warm);
    print("lenses", &|a| a.what == What::Lenses);
    print("colours", &|a| a.what == What::Colours);
    print("completion", &|a| a.what == What::Completion);
    print("code actions", &|a| a.what == What::Actions);
}
