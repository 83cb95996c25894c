//! Downloads a published model into the hub's cache: which files, in which order. The ref that other programs read is
//! written last.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lm::{Control, Error, OpenError};

use super::download::{Download, Fetched};
use super::hub::Hub;
use super::network::Opened;
use super::partial::failed;
use super::reference::{HubId, is_plain};
use super::room;
use crate::families;
use crate::files::checkpoint::Checkpoint;
use crate::files::config::ConfigFile;
use crate::files::folder::Files;
use crate::files::folder::largest;
use crate::files::shards::shard_names;
use crate::files::tokenizer::{OTHERS, Tokenizer, unreadable};

/// The largest size of a file of weights.
const LARGE: u64 = 1 << 40;

/// Fetches every missing file of a model. `progress` gets the bytes so far and the known total.
pub(super) fn fetch(
    hub: &Hub,
    id: &str,
    control: &dyn Control,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Error> {
    let Some(id) = HubId::parse(id) else {
        return Err(Error::input(format!("{id:?} is not a Hugging Face id; write OWNER/NAME or OWNER/NAME@REVISION")));
    };
    if hub.offline {
        let message = "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE forbids fetching; unset it to fetch models";
        return Err(Error::input(message.to_owned()));
    }
    let model = hub.cache.join(&id.folders()[0]);
    let (token, network) = (hub.token()?, hub.network.open());
    Fetch { hub, id: &id, model, commit: None, token, network, control, progress, done: 0, total: 0 }.run()
}

struct Fetch<'a> {
    hub: &'a Hub,
    id: &'a HubId,
    /// The model's folder in the cache.
    model: PathBuf,
    /// The commit of the first file; all others are fetched at it.
    commit: Option<String>,
    token: Option<String>,
    network: Arc<Opened>,
    control: &'a dyn Control,
    progress: &'a mut dyn FnMut(u64, u64),
    /// Bytes of the files before this one.
    done: u64,
    /// Bytes of all files, as soon as the sizes of the weights are known.
    total: u64,
}

impl Fetch<'_> {
    fn run(mut self) -> Result<(), Error> {
        // The config comes first, so that gigabytes of an unsupported architecture are not fetched.
        let config = self.required("config.json", largest("config.json"))?;
        let text = fs::read(&config).map_err(|e| failed(&config, &e))?;
        let shown = format!("{}/config.json", self.id);
        let plan = ConfigFile::parse(&text, &shown).and_then(|config| families::plan(&config));
        let plan = plan.map_err(|e| Error::input(e.message))?;
        // These files say which special tokens are found in a text, and which tokens end one.
        for name in ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "generation_config.json"]
        {
            self.optional(name, largest(name))?;
        }
        if self.optional("tokenizer.json", largest("tokenizer.json"))?.is_none() {
            self.lists()?;
        }
        // The tokenizer comes before the weights, for the same reason as the config.
        let snapshot = self.snapshot();
        let tokenizer = Files::folder(&snapshot).and_then(|files| Tokenizer::open(&files, plan.sizes.vocab));
        self.usable(tokenizer)?;
        self.weights()?;
        self.usable(Checkpoint::open(&snapshot))?;
        self.name_it()
    }

    fn usable<T>(&self, opened: Result<T, OpenError>) -> Result<(), Error> {
        let opened = opened.map(|_| ());
        opened.map_err(|e| Error::Model(format!("{} was found but cannot be used: {}", self.id, e.message)))
    }

    /// GPT-2's own two files, of a model without `tokenizer.json`.
    fn lists(&mut self) -> Result<(), Error> {
        for name in ["vocab.json", "merges.txt"] {
            if self.optional(name, largest(name))?.is_none() {
                return Err(self.no_tokenizer(name)?);
            }
        }
        Ok(())
    }

    /// Why a model has no tokenizer that can be read: its class, or a file of another kind that the server has.
    fn no_tokenizer(&mut self, missing: &str) -> Result<Error, Error> {
        let files = Files::folder(&self.snapshot()).map_err(|e| Error::Model(e.message))?;
        let mut other = None;
        for (name, kind) in OTHERS {
            if other.is_none() && self.exists(name)? {
                other = Some((name, kind));
            }
        }
        let said = unreadable(&format!("{}:", self.id), &files, other).map_err(|e| Error::input(e.message))?;
        Ok(said.map_or_else(|| self.has_no(missing), Error::input))
    }

    fn weights(&mut self) -> Result<(), Error> {
        let one = "model.safetensors";
        self.prepare(&[one.to_owned()])?;
        if self.optional(one, LARGE)?.is_some() {
            return Ok(());
        }
        let name = "model.safetensors.index.json";
        let Some(index) = self.optional(name, largest(name))? else {
            let why = "has no weights as safetensors; Python pickles are not loaded, because they could run any code";
            let action = "convert them with transformers (from_pretrained, save_pretrained) and name the folder";
            return Err(Error::input(format!("{} {why}: {action}", self.id)));
        };
        let text = fs::read(&index).map_err(|e| failed(&index, &e))?;
        let shards = shard_names(&text, &format!("{}/{name}", self.id)).map_err(|e| Error::Model(e.message))?;
        self.prepare(&shards)?;
        for shard in shards {
            self.required(&shard, LARGE)?;
        }
        Ok(())
    }

    /// Asks how large these files are: the progress then has the whole size from the first byte, and a disk without room for
    /// what is missing is an error. A server that does not say it is not asked again.
    fn prepare(&mut self, names: &[String]) -> Result<(), Error> {
        let (mut all, mut missing) = (0u64, 0u64);
        for name in names {
            self.control.checkpoint()?;
            let blobs = self.model.join("blobs");
            let ahead = self.download(name, LARGE, &blobs, &mut |_, _| ()).ahead();
            let (size, left) = ahead.unwrap_or_default();
            (all, missing) = (all.saturating_add(size), missing.saturating_add(left));
        }
        if all > 0 {
            self.total = self.done.saturating_add(all);
            (self.progress)(self.done, self.total);
        }
        room::check_disk(&self.id.to_string(), missing, &self.model).map_err(|e| Error::input(e.message))
    }

    fn download<'d>(
        &'d self,
        name: &str,
        limit: u64,
        blobs: &'d Path,
        progress: &'d mut dyn FnMut(u64, u64),
    ) -> Download<'d> {
        let (url, token, network) = (self.url(name), self.token.clone(), self.network.clone());
        Download { url, token, blobs, limit, network, control: self.control, progress }
    }

    fn required(&mut self, name: &str, limit: u64) -> Result<PathBuf, Error> {
        let there = self.optional(name, limit)?;
        there.ok_or_else(|| self.has_no(name))
    }

    fn has_no(&self, name: &str) -> Error {
        Error::input(format!("{} has no {name} at {}; check the id", self.id, self.hub.endpoint))
    }

    fn url(&self, name: &str) -> String {
        let revision = self.commit.as_deref().unwrap_or(&self.id.revision).replace('/', "%2F");
        format!("{}/{}/{}/resolve/{revision}/{name}", self.hub.endpoint, self.id.owner, self.id.name)
    }

    /// Whether the server has a file.
    fn exists(&self, name: &str) -> Result<bool, Error> {
        self.download(name, 0, &self.model.join("blobs"), &mut |_, _| ()).exists()
    }

    /// Fetches a file and links it among the model's files; `None` if the model does not have it.
    fn optional(&mut self, name: &str, limit: u64) -> Result<Option<PathBuf>, Error> {
        let (before, total) = (self.done, self.total);
        let mut done = 0;
        let download = Download {
            url: self.url(name),
            token: self.token.clone(),
            blobs: &self.model.join("blobs"),
            limit,
            network: self.network.clone(),
            control: self.control,
            progress: &mut |now, size| {
                done = now;
                (self.progress)(before + now, total.max(before + size));
            },
        };
        let Some(Fetched { blob, commit }) = download.run()? else { return Ok(None) };
        self.done += done;
        if self.commit.is_none() {
            self.commit = commit.filter(|commit| is_plain(commit));
        }
        let file = self.snapshot().join(name);
        place(&blob, &file).map_err(|e| failed(&file, &e))?;
        Ok(Some(file))
    }

    /// The folder of this commit's files. For a server without commits, one per revision.
    fn snapshot(&self) -> PathBuf {
        self.model.join("snapshots").join(self.state())
    }

    fn state(&self) -> String {
        self.commit.clone().unwrap_or_else(|| self.id.revision.replace('/', "-"))
    }

    /// Writes the ref of the revision, now that all files exist.
    fn name_it(&self) -> Result<(), Error> {
        let reference = self.model.join("refs").join(&self.id.revision);
        let new = reference.with_file_name(format!(".{}.new", self.state()));
        let written = fs::create_dir_all(reference.parent().unwrap_or(&self.model))
            .and_then(|()| fs::write(&new, self.state()))
            .and_then(|()| fs::rename(&new, &reference));
        written.map_err(|e| failed(&reference, &e))
    }
}

/// Makes `file` stand for `blob`: a link, as the cache does it, or the file itself if links are not possible.
fn place(blob: &Path, file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    if let (Ok(old), Ok(new)) = (file.canonicalize(), blob.canonicalize())
        && old == new
    {
        return Ok(());
    }
    match fs::remove_file(file) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let target = Path::new("../../blobs").join(blob.file_name().unwrap_or_default());
    link(&target, file).or_else(|_| fs::rename(blob, file))
}

#[cfg(unix)]
fn link(target: &Path, file: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, file)
}

#[cfg(windows)]
fn link(target: &Path, file: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_file(target, file)
}
