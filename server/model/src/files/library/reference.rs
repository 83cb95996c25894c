//! Names of models: a Hugging Face id, checked so that it is safe in a path and in a URL, or a path.

use std::fmt;
use std::path::PathBuf;

/// `owner/name@revision`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HubId {
    pub(super) owner: String,
    pub(super) name: String,
    /// A branch, a tag or a commit; `main` by default.
    pub(super) revision: String,
}

/// Ids from the time when models had no owner.
const OWNERS: [(&str, &str); 5] = [
    ("gpt2", "openai-community"),
    ("gpt2-medium", "openai-community"),
    ("gpt2-large", "openai-community"),
    ("gpt2-xl", "openai-community"),
    ("distilgpt2", "distilbert"),
];

impl HubId {
    /// `None` if it cannot be an id.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (id, revision) = text.split_once('@').unwrap_or((text, "main"));
        let (owner, name) = match id.split_once('/') {
            Some(parts) => parts,
            None => OWNERS.iter().find(|(name, _)| *name == id).map(|(name, owner)| (*owner, *name))?,
        };
        let fine = is_plain(owner) && is_plain(name) && revision.split('/').all(is_plain);
        fine.then(|| Self { owner: owner.to_owned(), name: name.to_owned(), revision: revision.to_owned() })
    }

    /// Folders that may hold it in the hub's cache; older programs left the owner out.
    pub(super) fn folders(&self) -> Vec<String> {
        let short = OWNERS.contains(&(self.name.as_str(), self.owner.as_str()));
        let full = format!("models--{}--{}", self.owner, self.name);
        [full].into_iter().chain(short.then(|| format!("models--{}", self.name))).collect()
    }
}

impl fmt::Display for HubId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)?;
        if self.revision == "main" { Ok(()) } else { write!(f, "@{}", self.revision) }
    }
}

/// Letters, digits and `-_.`, and never a path.
pub(super) fn is_plain(name: &str) -> bool {
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    letters && !name.is_empty() && name.len() <= 128 && !name.starts_with('.') && !name.contains("..")
}

/// Whether a reference is written as a path.
pub(super) fn is_path(text: &str) -> bool {
    let drive = text.as_bytes().get(1) == Some(&b':');
    text.starts_with(['.', '/', '~', '\\']) || text.contains('\\') || drive
}

/// Replaces `~` with the user's home.
pub(super) fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix('~'), dirs::home_dir()) {
        (Some(""), Some(home)) => home,
        (Some(rest), Some(home)) if rest.starts_with(['/', '\\']) => home.join(&rest[1..]),
        _ => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_names() {
        let shown = |text: &str| HubId::parse(text).map(|id| id.to_string());
        assert_eq!(shown("a/b").as_deref(), Some("a/b"));
        assert_eq!(shown("a/b@v1.0").as_deref(), Some("a/b@v1.0"));
        assert_eq!(shown("a/b@refs/pr/1").as_deref(), Some("a/b@refs/pr/1"));
        assert_eq!(shown("gpt2").as_deref(), Some("openai-community/gpt2"));
        assert_eq!(shown("gpt2@main").as_deref(), Some("openai-community/gpt2"));
        for wrong in ["", "x", "a/b/c", "a/", "/b", "../b", "a/..", "a/b@", "a/b@../x", "a b/c", "a/b?c", "a/b@x y"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }
}
