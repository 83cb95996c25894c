//! The Hugging Face cache on this computer, in its own layout, which other programs share:
//! `models--OWNER--NAME/{refs/REVISION, snapshots/COMMIT/FILE, blobs/ETAG}`. Nothing here uses the network.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use base::files::{FileError, Reading, read_text, stat};
use lm::Error;

use super::network::Network;
use super::reference::{HubId, expand as expand_home, is_plain};
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
    /// Holds the token if `token` is none: `hf auth login` writes it.
    pub token_file: Option<PathBuf>,
    pub network: Network,
    /// Whether the network must not be used.
    pub offline: bool,
}

/// The most entries of the cache that are looked at.
const MOST_ENTRIES: usize = 4096;

impl Hub {
    /// From the variables of Hugging Face's programs: `HF_HUB_CACHE`, `HF_HOME`, `HF_ENDPOINT`, `HF_TOKEN`, `HF_TOKEN_PATH`,
    /// `HF_HUB_OFFLINE`, `TRANSFORMERS_OFFLINE`, and those of the network.
    pub fn from_environment() -> Self {
        Self::from_variables(|name| std::env::var_os(name).filter(|v| !v.is_empty()))
    }

    fn from_variables(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| get(name).map(|v| v.to_string_lossy().into_owned());
        let path = |name: &str| get(name).map(|path| expand(path, &get));
        let home = path("HF_HOME").unwrap_or_else(|| {
            let caches = path("XDG_CACHE_HOME").or_else(|| Some(dirs::home_dir()?.join(".cache")));
            caches.unwrap_or_else(std::env::temp_dir).join("huggingface")
        });
        let cache = path("HF_HUB_CACHE").or_else(|| path("HUGGINGFACE_HUB_CACHE"));
        let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".to_owned());
        let is_on =
            |name: &str| text(name).is_some_and(|text| ["1", "ON", "YES", "TRUE"].contains(&&*text.to_uppercase()));
        let offline = if get("HF_HUB_OFFLINE").is_some() { "HF_HUB_OFFLINE" } else { "TRANSFORMERS_OFFLINE" };
        let uses_token = !is_on("HF_HUB_DISABLE_IMPLICIT_TOKEN");
        let token = text("HF_TOKEN").or_else(|| text("HUGGING_FACE_HUB_TOKEN")).and_then(|token| clean(&token));
        Self {
            cache: cache.unwrap_or_else(|| home.join("hub")),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            token: token.filter(|_| uses_token),
            token_file: Some(path("HF_TOKEN_PATH").unwrap_or_else(|| home.join("token"))).filter(|_| uses_token),
            network: Network::from_variables(&get),
            offline: is_on(offline),
        }
    }

    /// The token to send: the variable's, or else the file's.
    pub(super) fn token(&self) -> Result<Option<String>, Error> {
        let file = self.token_file.as_deref().filter(|_| self.token.is_none());
        let read = file.map(|file| (file, read_text(file, &Reading::of(1 << 16))));
        let (token, place) = match read {
            None => (self.token.clone(), "HF_TOKEN".to_owned()),
            Some((_, Err(FileError::NotFound))) => return Ok(None),
            Some((file, Err(e))) => {
                return Err(Error::input(format!("{}: the token cannot be read ({e}); delete it", file.display())));
            }
            Some((file, Ok(text))) => (clean(&text), file.display().to_string()),
        };
        match token.as_ref().is_none_or(|token| token.chars().all(|c| c.is_ascii_graphic())) {
            true => Ok(token),
            false => Err(Error::input(format!("{place}: has characters that no token has; write the token alone"))),
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
        let found = self.ids().into_iter().filter_map(|id| Some((id.clone(), self.find(&id)?)));
        found.collect()
    }

    /// Every model of which the cache has anything; without a snapshot of `main` it is there in part.
    pub(super) fn held(&self) -> Vec<(HubId, Cached)> {
        let begun = |id: &HubId| {
            let folder = id.folders().into_iter().map(|folder| self.cache.join(folder));
            let mut begun =
                folder.filter(|folder| ["snapshots", "blobs"].iter().any(|part| is_folder(&folder.join(part))));
            Some(Cached::Part(begun.next()?, format!("it has no snapshot of `{}`", id.revision)))
        };
        let found = self.ids().into_iter().filter_map(|id| Some((id.clone(), self.find(&id).or_else(|| begun(&id))?)));
        found.collect()
    }

    /// The models that have a folder in the cache, in order.
    fn ids(&self) -> Vec<HubId> {
        let entries = fs::read_dir(&self.cache).into_iter().flatten().flatten().take(MOST_ENTRIES);
        let id = |name: OsString| {
            let name = name.into_string().ok()?;
            HubId::parse(&name.strip_prefix("models--")?.replace("--", "/"))
        };
        let mut ids: Vec<_> = entries.filter_map(|entry| id(entry.file_name())).collect();
        ids.sort_by_key(HubId::to_string);
        ids.dedup();
        ids
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

fn is_folder(path: &Path) -> bool {
    stat(path).is_ok_and(|found| found.is_dir())
}

/// A token without the line breaks and spaces around it; none if nothing is left.
fn clean(token: &str) -> Option<String> {
    let token = token.replace(['\r', '\n'], "").trim().to_owned();
    Some(token).filter(|token| !token.is_empty())
}

/// A path whose `~`, `$NAME` and `${NAME}` nothing has replaced yet, as in a service's settings.
fn expand(path: OsString, get: &impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let Some(text) = path.to_str() else { return path.into() };
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        let inner = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, behind) = inner.unwrap_or_else(|| after.split_at(end));
        whole += before;
        match get(name).and_then(|value| value.into_string().ok()) {
            Some(value) => whole += &value,
            None => whole += &rest[before.len()..rest.len() - behind.len()],
        }
        rest = behind;
    }
    expand_home(&(whole + rest))
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
        assert!(hub(&[("TRANSFORMERS_OFFLINE", "1")]).offline);
        assert!(!hub(&[("TRANSFORMERS_OFFLINE", "1"), ("HF_HUB_OFFLINE", "0")]).offline);
        let home = dirs::home_dir().expect("a home");
        assert_eq!(hub(&[("HF_HOME", "~/x")]).cache, home.join("x/hub"));
        assert_eq!(hub(&[("HF_HUB_CACHE", "~")]).cache, home);
        assert_eq!(
            hub(&[("HF_HOME", "$DATA/${USER}/$NO-x"), ("DATA", "/d"), ("USER", "u")]).cache,
            Path::new("/d/u/$NO-x/hub")
        );
    }

    #[test]
    fn the_token_is_where_hugging_face_keeps_it() {
        let folder = crate::tiny::Folder::empty();
        folder.write("token", " hf_file\n");
        folder.write("other", "hf_other\r\n");
        folder.write("wrong", "not a token");
        let token = |variables: &[(&str, &str)]| {
            let home = folder.path().display().to_string();
            let found = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
            Hub::from_variables(|name| found(name).or_else(|| (name == "HF_HOME").then(|| home.clone().into()))).token()
        };
        let is = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(token(&[]), is("hf_file"));
        assert_eq!(token(&[("HF_TOKEN", "hf_own\n")]), is("hf_own"));
        assert_eq!(token(&[("HF_TOKEN", " \n")]), is("hf_file"));
        assert_eq!(token(&[("HUGGING_FACE_HUB_TOKEN", "hf_old")]), is("hf_old"));
        let at = |name: &str| folder.path().join(name).display().to_string();
        assert_eq!(token(&[("HF_TOKEN_PATH", &at("other"))]), is("hf_other"));
        assert_eq!(token(&[("HF_TOKEN_PATH", &at("none"))]), Ok(None));
        assert_eq!(token(&[("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]), Ok(None));
        let wrong = token(&[("HF_TOKEN_PATH", &at("wrong"))]).unwrap_err().to_string();
        assert_eq!(wrong, format!("{}: has characters that no token has; write the token alone", at("wrong")));
    }
}
