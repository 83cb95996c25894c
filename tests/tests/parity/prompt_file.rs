//! Writes the cases of a reference as prompt files.

use std::fmt::Write;

use serde_json::Value;

pub(crate) fn of(case: &Value) -> String {
    let lines = interventions(case).iter().map(|i| line(i, i.get("at")));
    file(case, lines)
}

/// A case whose runs have names, with the interventions of each in `asked`.
pub(crate) fn of_named_runs(case: &Value) -> String {
    let mut text = String::from("---\nruns:\n");
    for run in case["runs"].as_array().expect("a list") {
        let name = run["name"].as_str().expect("a name");
        let Some(asked) = case["asked"][name].as_array() else { continue };
        let lines: String = asked.iter().map(|i| format!("  {}", line(i, i.get("at")))).collect();
        write!(text, "  {name}:\n{lines}").expect("strings can be written to");
    }
    end(case, text)
}

/// The case with its interventions, which act everywhere, written once for each of these positions.
pub(crate) fn one_position_at_a_time(case: &Value, positions: impl Iterator<Item = usize>) -> String {
    let positions: Vec<_> = positions.map(Value::from).collect();
    let lines = interventions(case).iter().flat_map(|i| {
        assert!(i.get("at").is_none(), "{i} acts everywhere");
        positions.iter().map(|p| line(i, Some(p)))
    });
    file(case, lines)
}

fn interventions(case: &Value) -> &[Value] {
    case["interventions"].as_array().expect("a list")
}

fn line(intervention: &Value, at: Option<&Value>) -> String {
    let kind = ["set", "scale", "add", "boost"].into_iter().find(|k| intervention.get(k).is_some());
    let kind = kind.expect("an intervention has a kind");
    let at = at.map_or(String::new(), |at| format!(", at: {}", at.as_str().map_or(at.to_string(), str::to_owned)));
    format!("  - L{}D{}: {{ {kind}: {}{at} }}\n", intervention["layer"], intervention["dim"], intervention[kind])
}

fn file(case: &Value, interventions: impl Iterator<Item = String>) -> String {
    let mut text = String::from("---\n");
    let lines: String = interventions.collect();
    if !lines.is_empty() {
        write!(text, "interventions:\n{lines}").expect("strings can be written to");
    }
    end(case, text)
}

/// The rest of the front matter, and the prompt.
fn end(case: &Value, mut text: String) -> String {
    if let Some(bos) = case.get("bos") {
        writeln!(text, "bos: {bos}").expect("strings can be written to");
    }
    // JSON strings are valid YAML.
    let track = case.get("track").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    writeln!(text, "track: {track}\n---").expect("strings can be written to");
    text + case["prompt"].as_str().expect("a prompt") + "\n"
}
