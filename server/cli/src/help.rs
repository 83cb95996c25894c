//! Pages that `unembed help TOPIC` prints. `unembed help COMMAND` is clap's.

use std::io::Write;

/// Each topic and its page, Markdown.
const TOPICS: [(&str, &str); 2] = [("format", syntax::FORMAT), ("glossary", lm::GLOSSARY)];

/// What the program's own help says of them.
pub(crate) const AFTER_HELP: &str = "\
Topics:
  unembed help format    The prompt file: every key, value, default and error
  unembed help glossary  The terms: KL, score, effect, saturation, p99, ...

Example: unembed trace -p 'The structure of the human heart and the' -t ' brain'";

/// The page that these arguments ask for.
pub(crate) fn page(arguments: &[String]) -> Option<&'static str> {
    let [help, topic] = arguments else { return None };
    TOPICS.iter().find(|(name, _)| help == "help" && name == topic).map(|(_, page)| *page)
}

/// Prints a page. A closed pipe is no failure: the reader has seen enough.
pub(crate) fn print(page: &str) {
    let _ = std::io::stdout().lock().write_all(page.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_topics_are_taken_from_clap() {
        let page = |words: &[&str]| page(&words.iter().map(|w| w.to_string()).collect::<Vec<_>>());
        assert_eq!(page(&["help", "format"]), Some(syntax::FORMAT));
        assert_eq!(page(&["help", "glossary"]), Some(lm::GLOSSARY));
        for words in [&["help"] as &[&str], &["help", "trace"], &["trace", "format"], &["help", "index", "build"]] {
            assert_eq!(page(words), None, "{words:?}");
        }
    }
}
