//! From a name to the place of a model: a configured name, the starter, a folder that may be read, a published model.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use base::files::{DEADLINE, within_deadline};
use lm::{ModelKey, ModelRequest, OpenError};

use super::hub::{Cached, Hub};
use super::reference::{HubId, expand, is_path};
use crate::files::checkpoint::Checkpoint;
use crate::files::folder::{is_a_file, is_gguf};
use crate::graph::placement::Quantize;

/// Where models may be.
#[derive(Clone, Debug)]
pub struct Places {
    /// The model of files that name none.
    pub default: String,
    /// The models that the user has named.
    pub configured: BTreeMap<String, Configured>,
    /// Folders whose models every prompt file may name.
    pub paths: Vec<PathBuf>,
    /// The cache of published models.
    pub hub: Hub,
}

/// A model that the user has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
    pub source: Source,
    /// How its linear layers are stored in memory; `None` is float32.
    pub quantize: Option<Quantize>,
}

/// Where a configured model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder.
    Path(PathBuf),
    /// A Hugging Face id.
    Id(String),
}

/// The embedded model's name.
pub(super) const STARTER: &str = "starter";

/// Where a model is and how its linear layers are stored in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModelPlace {
    /// `None`: the starter.
    pub(super) folder: Option<PathBuf>,
    pub(super) quantize: Option<Quantize>,
}

const PRECISIONS: [(&str, Option<Quantize>); 3] =
    [("float32", None), ("q8_0", Some(Quantize::Q8_0)), ("q4k", Some(Quantize::Q4K))];

impl ModelPlace {
    /// The key of the model with its files in their present state: precision, state of the files, folder.
    pub(super) fn key(&self) -> Result<ModelKey, OpenError> {
        let precision = PRECISIONS.iter().find(|(_, q)| *q == self.quantize).map_or("float32", |(name, _)| name);
        let Some(folder) = &self.folder else { return Ok(ModelKey(format!("{precision} - {STARTER}"))) };
        let Some(path) = folder.to_str() else {
            return Err(OpenError::new(format!("{}: the path is not UTF-8; rename the folder", folder.display())));
        };
        Ok(ModelKey(format!("{precision} {} {path}", state(folder))))
    }

    /// The place that a key describes.
    pub(super) fn of(key: &ModelKey) -> Result<Self, OpenError> {
        let mut parts = key.0.splitn(3, ' ');
        let (precision, state, path) = (parts.next(), parts.next(), parts.next());
        let quantize = PRECISIONS.iter().find(|(name, _)| Some(*name) == precision).map(|(_, q)| *q);
        match (quantize, state, path) {
            (Some(quantize), Some("-"), _) => Ok(Self { folder: None, quantize }),
            (Some(quantize), Some(_), Some(path)) => Ok(Self { folder: Some(path.into()), quantize }),
            _ => Err(OpenError::new(format!("{:?} is not a model key; use the model's name", key.0))),
        }
    }

    pub(super) fn open(&self) -> Result<Checkpoint, OpenError> {
        match &self.folder {
            None => Checkpoint::embedded(),
            Some(folder) => Checkpoint::open(folder),
        }
    }

    /// The checkpoint without its data, for a list.
    pub(super) fn headers(&self) -> Result<Checkpoint, OpenError> {
        self.folder.as_ref().map_or_else(Checkpoint::embedded, |folder| Checkpoint::headers(folder))
    }

    pub(super) fn shown(&self) -> String {
        self.folder.as_ref().map_or(STARTER.to_owned(), |folder| folder.display().to_string())
    }
}

/// A hash that changes when a file of the model changes.
fn state(path: &Path) -> String {
    // Beside a GGUF file only its tokenizer's files count.
    let (folder, own) = match is_gguf(path) && path.is_file() {
        true => (path.parent().unwrap_or(path), path.file_name()),
        false => (path, None),
    };
    let is_part = |name: &OsStr| {
        let text = name.to_string_lossy();
        let is_weights =
            own.map_or_else(|| text.ends_with(".safetensors") || text.ends_with(".gguf"), |own| own == name);
        is_weights || [".json", "merges.txt"].iter().any(|end| text.ends_with(end))
    };
    let mut files: Vec<String> = (std::fs::read_dir(folder).into_iter().flatten().flatten())
        .filter(|entry| is_part(&entry.file_name()))
        .filter_map(|entry| {
            // Follows links: the cache's snapshots consist of them.
            let found = std::fs::metadata(entry.path()).ok().filter(std::fs::Metadata::is_file)?;
            Some(format!("{:?} {} {:?}", entry.file_name(), found.len(), found.modified().ok()))
        })
        .collect();
    files.sort_unstable();
    blake3::hash(files.join("\n").as_bytes()).to_hex()[..16].to_owned()
}

impl Places {
    /// The name or path by which a request names a model.
    fn reference<'r>(&'r self, request: &'r ModelRequest) -> &'r str {
        request.reference.as_deref().unwrap_or(&self.default).trim()
    }

    /// Where on the disk a request's model is looked for; `None` for the starter.
    pub(super) fn looked_at(&self, request: &ModelRequest) -> Option<PathBuf> {
        let reference = self.reference(request);
        let is_starter = reference == STARTER && !self.configured.contains_key(STARTER);
        (!is_starter).then(|| request.folder.clone().unwrap_or_default().join(expand(reference)))
    }

    /// The place of the model that a request names. Looks at names and folders, not into files. May hang with a disk.
    pub(super) fn find(&self, request: &ModelRequest) -> Result<ModelPlace, OpenError> {
        let reference = self.reference(request);
        if let Some(configured) = self.configured.get(reference) {
            return self.configured(reference, configured);
        }
        if reference == STARTER {
            return Ok(ModelPlace { folder: None, quantize: None });
        }
        if is_path(reference) {
            return self.path(&expand(reference), request);
        }
        let beside = request.folder.as_ref().map(|folder| folder.join(reference));
        let beside = beside.and_then(|path| Some((std::fs::metadata(&path).ok()?, path)));
        if let Some((_, path)) = beside.as_ref().filter(|(found, path)| found.is_dir() || is_gguf(path)) {
            return self.path(path, request);
        }
        match (self.published(reference), beside) {
            // `m/model.safetensors` looks like an id, and is no model of the hub.
            (Err(_), Some((_, file))) => self.path(&file, request).and(Err(is_a_file(&file))),
            (published, _) => published,
        }
    }

    /// A model's name for users, however it was requested.
    pub(super) fn name(&self, place: &ModelPlace) -> String {
        let is_here = |configured: &Configured| self.configured("", configured).as_ref() == Ok(place);
        if let Some((name, _)) = self.configured.iter().find(|(_, configured)| is_here(configured)) {
            return name.clone();
        }
        let Some(folder) = &place.folder else { return STARTER.to_owned() };
        let published =
            self.hub.models().into_iter().find(|(_, found)| found.canonicalize().ok().as_ref() == Some(folder));
        let last = || folder.file_name().map_or_else(|| place.shown(), |name| name.to_string_lossy().into_owned());
        published.map_or_else(last, |(id, _)| id.to_string())
    }

    /// Models that the user's settings name may be anywhere.
    pub(super) fn configured(&self, name: &str, configured: &Configured) -> Result<ModelPlace, OpenError> {
        let named = |e: OpenError| OpenError { message: format!("model {name} of the settings: {}", e.message), ..e };
        let place = match &configured.source {
            Source::Id(id) => self.published(id),
            Source::Path(path) => canonical(&expand(&path.to_string_lossy())).map(folder),
        };
        Ok(ModelPlace { quantize: configured.quantize, ..place.map_err(named)? })
    }

    fn path(&self, path: &Path, request: &ModelRequest) -> Result<ModelPlace, OpenError> {
        let path = match &request.folder {
            Some(folder) => plain(&folder.join(path)),
            None => path.to_owned(),
        };
        let found = canonical(&path)?;
        let allowed = |root: &PathBuf| {
            let root = expand(&root.to_string_lossy());
            root.canonicalize().is_ok_and(|root| found.starts_with(root))
        };
        if request.consent || request.roots.iter().chain(&self.paths).any(allowed) {
            return Ok(folder(found));
        }
        let outside = format!("{}: a prompt file may only name models in its workspace", found.display());
        Err(OpenError::new(format!("{outside}; add the model's folder to `models.paths` in your settings")))
    }

    fn published(&self, reference: &str) -> Result<ModelPlace, OpenError> {
        let Some(id) = HubId::parse(reference) else {
            let names = self.configured.keys().map(String::as_str).chain([STARTER]).collect::<Vec<_>>().join(", ");
            let known = format!("no model is called {reference:?}; use {names}");
            return Err(OpenError::new(format!("{known}, a folder (./NAME) or a Hugging Face id (OWNER/NAME)")));
        };
        match self.hub.find(&id) {
            Some(Cached::Whole(found)) => canonical(&found).map(folder),
            Some(Cached::Part(_, what)) => Err(not_whole(&id, &what)),
            None => Err(OpenError {
                message: format!("{id} is not on this computer; run `unembed models fetch {id}`"),
                fetch: Some(id.to_string()),
            }),
        }
    }
}

/// The error for a model that is cached in part. Fetching completes it.
pub(super) fn not_whole(id: &HubId, what: &str) -> OpenError {
    OpenError {
        message: format!("{id} is only partly on this computer: {what}; run `unembed models fetch {id}`"),
        fetch: Some(id.to_string()),
    }
}

fn folder(path: PathBuf) -> ModelPlace {
    ModelPlace { folder: Some(path), quantize: None }
}

fn canonical(path: &Path) -> Result<PathBuf, OpenError> {
    path.canonicalize()
        .map_err(|e| OpenError::new(format!("{}: no such folder ({e}); correct the path", path.display())))
}

/// Work on a model's folder. An error if the disk does not answer.
pub(super) fn in_time<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    within_deadline(path, DEADLINE, work).unwrap_or_else(|why| {
        Err(OpenError::new(format!("{}: {}; check the disk or mount", path.display(), io::Error::from(why))))
    })
}

/// A path without the `.` that joining leaves inside.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}
