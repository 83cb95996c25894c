//! Editors that stand still while answers are due: one does not read its pipe, and one is stopped by a signal.

use std::collections::HashMap;
use std::thread;

use serde_json::{Value, json};

use super::ordinary::{at_last_line, beside, open};
use crate::client::NOISE;
use crate::program::signal;
use crate::{Client, Daemon, Folder, Process, RequestId, uri};

const TEXT: &str = "---\ninterventions:\n  - L5D662: 8\n---\nThe court heard that the king was";
/// The error's code for a request beyond the thousand that may wait.
const REFUSED: i64 = -32803;
/// The ordinary editors beside the two.
const OTHERS: usize = 4;
/// Requests of a stopped editor before the signal.
const BEFORE_STOP: usize = 20;
/// Hovers of a new editor while the two stand still.
const VISITS: usize = 20;

/// Sends so many hovers from each of the two editors and reads no answer meanwhile. The others are served; at the end the
/// two get each answer once.
pub fn attack(answers: usize) -> String {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let (refused, times) = beside(&folder, OTHERS, || {
        let document = uri(&folder.path().join("still.prompt"));
        let [mut idle, mut stopped] = [(); 2].map(|()| editor(&folder, &document));
        let reading = idle.stop_reading();
        let first = ask(&mut stopped, &document, BEFORE_STOP);
        let pid = stopped.pid();
        signal(&pid, "STOP");
        thread::scope(|scope| {
            let document = &document;
            // A pipe that nothing is read from gets full: the writer of each editor waits.
            let idle = scope.spawn(move || (ask(&mut idle, document, answers), idle));
            let stopped = scope.spawn(move || (ask(&mut stopped, document, answers - BEFORE_STOP), stopped));
            (0..VISITS).for_each(|_| drop(editor(&folder, document).shutdown()));
            drop(reading);
            signal(&pid, "CONT");
            let each = [(idle, Vec::new()), (stopped, first)].map(|(asked, before)| {
                let (asked, client) = asked.join().expect("no panic");
                claim(client, before.into_iter().chain(asked))
            });
            each.into_iter().sum::<usize>()
        })
    });
    let kilobytes = Process::peak(&daemon.pid()).unwrap_or_default();
    let status = daemon.status();
    assert_eq!(status["queue"], json!({"running": 0, "waiting": 0}));
    assert_eq!(status["sessions"], json!([]));
    let megabytes = kilobytes as f64 / 1e3;
    format!(
        "2 editors with {answers} answers due each, all given in the end, {refused} as a refusal; daemon at most {megabytes:.0} MB\n  \
         {OTHERS} editors beside them: {times}"
    )
}

fn editor(folder: &Folder, document: &str) -> Client {
    let mut client = Client::share(folder.path(), json!({"results": true})).ignoring(NOISE);
    open(&mut client, document, TEXT);
    client
}

/// An asked hover and its character.
type Asked = (RequestId, u32);

fn ask(client: &mut Client, document: &str, count: usize) -> Vec<Asked> {
    let characters = (0..TEXT.len() as u32).cycle().take(count);
    characters.map(|at| (client.request("textDocument/hover", at_last_line(document, TEXT, at)), at)).collect()
}

/// Each request has one answer, which is the same at the same place, or is refused because too many wait. Returns the
/// number of those.
fn claim(mut client: Client, asked: impl Iterator<Item = Asked>) -> usize {
    let mut said: HashMap<u32, Value> = HashMap::new();
    let mut refused = 0;
    for (request, at) in asked {
        match client.answer(request) {
            Ok(answer) => assert_eq!(*said.entry(at).or_insert_with(|| answer.clone()), answer, "at {at}"),
            Err(error) => {
                assert!(error["code"] == REFUSED && error.to_string().contains("wait for their answers"), "{error}");
                refused += 1;
            }
        }
    }
    // `shutdown` fails if there is an unclaimed message.
    client.shutdown();
    refused
}
