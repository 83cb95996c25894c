//! The Hugging Face cache on this computer, in its own layout, which other programs share:
//! `models--OWNER--NAME/{refs/REVISION, snapshots/COMMIT/FILE, blobs/ETAG}`. Nothing here uses the network.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::reference::{HubId, is_plain};

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

    /// The folder of a model's files, if all of them are cached.
    pub(super) fn find(&self, id: &HubId) -> Option<PathBuf> {
        id.folders().iter().find_map(|folder| {
            let model = self.cache.join(folder);
            let commit = fs::read_to_string(model.join("refs").join(&id.revision)).ok();
            let commit = commit.map(|c| c.trim().to_owned()).filter(|c| is_plain(c));
            let snapshot = model.join("snapshots").join(commit.unwrap_or_else(|| id.revision.clone()));
            is_whole(&snapshot).then_some(snapshot)
        })
    }

    /// Every model whose `main` is cached.
    pub(super) fn models(&self) -> Vec<(HubId, PathBuf)> {
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
}

/// Whether a snapshot has a config and every file of weights: an interrupted download does not.
fn is_whole(snapshot: &Path) -> bool {
    let has = |name: &str| snapshot.join(name).is_file();
    let index = || {
        let text = fs::read(snapshot.join("model.safetensors.index.json")).ok()?;
        let index: serde_json::Value = serde_json::from_slice(&text).ok()?;
        let files = index["weight_map"].as_object()?.values();
        Some(files.into_iter().all(|file| file.as_str().is_some_and(|file| is_plain(file) && has(file))))
    };
    has("config.json") && (has("model.safetensors") || index() == Some(true))
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
