//! The Hugging Face cache on this computer, in its own layout, which other programs share:
//! `models--OWNER--NAME/{refs/REVISION, snapshots/COMMIT/FILE, blobs/ETAG}`. Nothing here uses the network.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use base::files::{Reading, read_text};

use super::reference::{HubId, is_plain};
use crate::files::folder::{Files, is_link};
use crate::files::shards::{has_others, shard_names};

/// Where published models are cached and where they are downloaded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    /// The cache's folder.
    pub cache: PathBuf,
    /// The base address of ids, without a trailing slash.
    pub endpoint: String,
    /// For models that need a login.
    pub token: Option<String>,
    /// Whether the network must not be used.
    pub offline: bool,
}

impl Hub {
    /// From the variables of Hugging Face's programs: `HF_HUB_CACHE`, `HF_HOME`, `HF_ENDPOINT`, `HF_TOKEN`,
    /// `HF_HUB_OFFLINE`.
    pub fn from_environment() -> Self {
        Self::from_variables(|name| std::env::var_os(name).filter(|v| !v.is_empty()))
    }

    fn from_variables(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let path = |name: &str| get(name).map(PathBuf::from);
        let text = |name: &str| get(name).map(|v| v.to_string_lossy().into_owned());
        let home = || {
            let caches = path("XDG_CACHE_HOME").or_else(|| Some(dirs::home_dir()?.join(".cache")));
            caches.unwrap_or_else(std::env::temp_dir).join("huggingface")
        };
        let cache = path("HF_HUB_CACHE").or_else(|| path("HUGGINGFACE_HUB_CACHE"));
        let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".to_owned());
        let offline = text("HF_HUB_OFFLINE").unwrap_or_default().to_uppercase();
        Self {
            cache: cache.unwrap_or_else(|| path("HF_HOME").unwrap_or_else(home).join("hub")),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            token: text("HF_TOKEN"),
            offline: ["1", "ON", "YES", "TRUE"].contains(&offline.as_str()),
        }
    }

    /// What the cache has of a model.
    pub(super) fn find(&self, id: &HubId) -> Option<Cached> {
        let mut part = None;
        for folder in id.folders() {
            let model = self.cache.join(folder);
            let reading = Reading::of(1 << 10);
            let commit = read_text(&model.join("refs").join(&id.revision), &reading).ok();
            let commit = commit.map(|c| c.trim().to_owned()).filter(|c| is_plain(c));
            let snapshot = model.join("snapshots").join(commit.unwrap_or_else(|| id.revision.clone()));
            match Cached::of(snapshot) {
                Some(whole @ Cached::Whole(_)) => return Some(whole),
                found => part = part.or(found),
            }
        }
        part
    }

    /// Every model whose `main` is cached, whole or in part.
    pub(super) fn cached(&self) -> Vec<(HubId, Cached)> {
        let entries = fs::read_dir(&self.cache).into_iter().flatten().flatten();
        let id = |name: OsString| {
            let name = name.into_string().ok()?;
            HubId::parse(&name.strip_prefix("models--")?.replace("--", "/"))
        };
        let ids = entries.filter_map(|entry| id(entry.file_name()));
        let mut found: Vec<_> = ids.filter_map(|id| Some((id.clone(), self.find(&id)?))).collect();
        found.sort_by_key(|(id, _)| id.to_string());
        found.dedup();
        found
    }

    /// Every model whose `main` is cached whole.
    pub(super) fn models(&self) -> Vec<(HubId, PathBuf)> {
        let whole = |(id, cached)| match cached {
            Cached::Whole(folder) => Some((id, folder)),
            Cached::Part(..) => None,
        };
        self.cached().into_iter().filter_map(whole).collect()
    }
}

/// What the cache has of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cached {
    /// A snapshot with a config and every file of weights; also one whose weights cannot be read, and opening it says why.
    Whole(PathBuf),
    /// A snapshot, and what it lacks.
    Part(PathBuf, String),
}

impl Cached {
    /// `None` if there is no such snapshot.
    fn of(snapshot: PathBuf) -> Option<Self> {
        let files = Files::folder(&snapshot).ok()?;
        if has_others(&files) && !files.has(WEIGHTS) && !files.has(INDEX) {
            return Some(Self::Whole(snapshot));
        }
        match lacks(&snapshot, &files) {
            None => Some(Self::Whole(snapshot)),
            Some(what) => Some(Self::Part(snapshot, what)),
        }
    }
}

const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// What a snapshot lacks of a config and every file of weights: an interrupted download does not have all.
fn lacks(snapshot: &Path, files: &Files) -> Option<String> {
    let missing = |name: &str| match is_link(&snapshot.join(name)) {
        true => format!("its {name} is a link to a file that is gone"),
        false => format!("it has no {name}"),
    };
    if !files.has("config.json") {
        return Some(missing("config.json"));
    }
    if files.has(WEIGHTS) {
        return None;
    }
    let Ok(Some(text)) = files.read(INDEX) else { return Some(missing(WEIGHTS)) };
    let Ok(shards) = shard_names(&text, INDEX) else { return Some(format!("its {INDEX} cannot be read")) };
    shards.into_iter().find(|shard| !files.has(shard)).map(|shard| missing(&shard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_where() {
        let hub = |variables: &[(&str, &str)]| {
            Hub::from_variables(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()))
        };
        assert_eq!(hub(&[("HF_HUB_CACHE", "/c"), ("HF_HOME", "/h")]).cache, Path::new("/c"));
        assert_eq!(hub(&[("HF_HOME", "/h")]).cache, Path::new("/h/hub"));
        assert_eq!(hub(&[("XDG_CACHE_HOME", "/x")]).cache, Path::new("/x/huggingface/hub"));
        assert!(hub(&[]).cache.ends_with(".cache/huggingface/hub"));
        assert_eq!(hub(&[("HF_ENDPOINT", "http://localhost:1/")]).endpoint, "http://localhost:1");
        assert!(hub(&[("HF_HUB_OFFLINE", "true")]).offline && !hub(&[("HF_HUB_OFFLINE", "0")]).offline);
    }
}
