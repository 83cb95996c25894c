//! Links: from the name of a published model to its page.

use std::ops::Range;

use crate::File;

/// Ranges with their URLs.
pub fn links(file: &File) -> Vec<(Range<usize>, String)> {
    let Some(model) = &file.parsed.model else { return Vec::new() };
    page(&model.value).map(|url| vec![(model.range.clone(), url)]).unwrap_or_default()
}

/// The page of `owner/name` or `owner/name@revision`; `None` for paths and configured names.
fn page(reference: &str) -> Option<String> {
    let (id, revision) = reference.split_once('@').map_or((reference, None), |(id, revision)| (id, Some(revision)));
    let (owner, name) = id.split_once('/')?;
    let plain = |part: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !part.is_empty() && !part.starts_with('.') && part.chars().all(allowed)
    };
    let known = plain(owner) && plain(name) && revision.is_none_or(plain);
    let tree = revision.map_or_else(String::new, |revision| format!("/tree/{revision}"));
    known.then(|| format!("https://huggingface.co/{id}{tree}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_models_have_a_page() {
        let check = |reference: &str, expected: Option<&str>| {
            let expected = expected.map(|path| format!("https://huggingface.co/{path}"));
            assert_eq!(page(reference), expected, "{reference}");
        };
        check("openai-community/gpt2", Some("openai-community/gpt2"));
        check("a/b@v1.0", Some("a/b/tree/v1.0"));
        for reference in ["starter", "./models/x", "../x", "/models/x", "~/x", "a/b/c", "a/", "a b/c", "a/b@"] {
            check(reference, None);
        }
    }
}
