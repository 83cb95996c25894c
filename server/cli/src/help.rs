//! Pages that `unembed help TOPIC` prints. `unembed help COMMAND` is clap's.

use std::io::Write;

/// Every command, flag, exit code and JSON document.
const COMMANDS: &str = include_str!("../COMMANDS.md");

/// Each topic and its page, Markdown.
const TOPICS: [(&str, &str); 4] =
    [("format", syntax::FORMAT), ("glossary", lm::GLOSSARY), ("json", COMMANDS), ("protocol", api::PROTOCOL)];

/// The topics in the program's own help.
pub(crate) const AFTER_HELP: &str = "\
Topics:
  unembed help format    The prompt file: every key, value, default and error
  unembed help glossary  The terms: KL, score, effect, saturation, p99, ...
  unembed help json      The command line for scripts: flags, exit codes, every JSON field
  unembed help protocol  The language server for editors: commands, notifications, errors

Example: unembed trace -p 'The structure of the human heart and the' -t ' brain'";

/// The page that these arguments ask for.
pub(crate) fn page(arguments: &[String]) -> Option<&'static str> {
    let [help, topic] = arguments else { return None };
    TOPICS.iter().find(|(name, _)| help == "help" && name == topic).map(|(_, page)| *page)
}

/// Prints a page without its comments. A closed pipe is no failure: the reader has seen enough.
pub(crate) fn print(page: &str) {
    let lines = page.split_inclusive('\n').filter(|line| !line.starts_with("<!--"));
    let _ = std::io::stdout().lock().write_all(lines.collect::<String>().as_bytes());
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command, CommandFactory};

    use super::*;
    use crate::args::Args;

    #[test]
    fn only_topics_are_taken_from_clap() {
        let page = |words: &[&str]| page(&words.iter().map(|w| w.to_string()).collect::<Vec<_>>());
        assert_eq!(page(&["help", "format"]), Some(syntax::FORMAT));
        assert_eq!(page(&["help", "glossary"]), Some(lm::GLOSSARY));
        assert_eq!(page(&["help", "json"]), Some(COMMANDS));
        assert_eq!(page(&["help", "protocol"]), Some(api::PROTOCOL));
        for words in [&["help"] as &[&str], &["help", "trace"], &["trace", "format"], &["help", "index", "build"]] {
            assert_eq!(page(words), None, "{words:?}");
        }
    }

    /// The words between backticks.
    fn code(text: &str) -> impl Iterator<Item = &str> {
        text.split('`').skip(1).step_by(2).flat_map(|code| code.split([' ', ',']))
    }

    /// A flag's names, or a positional argument's.
    fn names(argument: &Arg) -> Vec<String> {
        if argument.is_positional() {
            return vec![argument.get_id().as_str().to_uppercase()];
        }
        let (long, short) =
            (argument.get_long().map(|l| format!("--{l}")), argument.get_short().map(|s| format!("-{s}")));
        long.into_iter().chain(short).collect()
    }

    /// The section of a command.
    fn section(heading: &str) -> &'static str {
        let (_, below) = COMMANDS.split_once(heading).unwrap_or_else(|| panic!("COMMANDS.md has no {heading}"));
        below.split("\n## ").next().and_then(|s| s.split("\n### ").next()).unwrap_or(below)
    }

    fn check_arguments(command: &Command, section: &str) {
        for name in command.get_arguments().filter(|a| !a.is_hide_set()).flat_map(names) {
            let is_there = code(section).any(|word| word == name);
            assert!(is_there, "COMMANDS.md does not say what {name} of {} does", command.get_name());
        }
    }

    #[test]
    fn the_page_has_every_command_and_argument() {
        let program = Args::command();
        check_arguments(&program, section("## Flags of every command"));
        for command in program.get_subcommands() {
            let section = section(&format!("### `unembed {}`", command.get_name()));
            check_arguments(command, section);
            for action in command.get_subcommands() {
                let row = section.lines().find(|line| line.starts_with(&format!("| `{}", action.get_name())));
                check_arguments(action, row.unwrap_or_else(|| panic!("COMMANDS.md has no {}", action.get_name())));
            }
        }
    }

    #[test]
    fn the_page_has_no_other_flag() {
        fn flags(command: &Command, known: &mut Vec<String>) {
            known.extend(command.get_arguments().flat_map(names));
            command.get_subcommands().for_each(|command| flags(command, known));
        }
        let mut known = vec!["--help".to_owned(), "--version".to_owned()];
        flags(&Args::command(), &mut known);
        let by_hand = COMMANDS.split("\n## JSON").next().unwrap_or_default();
        for flag in code(by_hand).filter(|word| word.starts_with("--")) {
            assert!(known.iter().any(|k| k == flag), "there is no flag {flag}");
        }
    }
}
