//! Reads the prompt file of a command: from a path, stdin or `--prompt`, with the additions of the flags.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use base::LineIndex;
use base::files::stat;
use ide::{Added, Addition, File, Names, Origin};
use lm::{LanguageModel, ModelRequest};
use syntax::{FileKind, Severity};

use crate::args::{GlobalArgs, Input};
use crate::failure::Failure;
use crate::paint;

pub(crate) struct Loaded {
    pub(crate) file: File,
    /// The file's name in errors. A prompt from the command line has no name and no lines.
    shown: Option<String>,
    folder: PathBuf,
}

impl Loaded {
    pub(crate) fn read(input: &Input) -> Result<Self, Failure> {
        let here = PathBuf::from(".");
        let (file, shown, folder) = match (&input.prompt, &input.file) {
            (Some(prompt), _) => (File::of_prompt(prompt.as_str()), None, here),
            (None, Some(path)) if path == Path::new("-") => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .read_to_end(&mut bytes)
                    .map_err(|e| Failure::input(format!("cannot read stdin: {e}")))?;
                (File::new(utf8(bytes, "stdin")?), Some("stdin".to_owned()), here)
            }
            (None, Some(path)) => {
                let shown = path.display().to_string();
                let bytes = bytes(path, LARGEST_PROMPT).map_err(|e| unreadable(&shown, &e))?;
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).map_or(here, Path::to_path_buf);
                (File::new(utf8(bytes, &shown)?), Some(shown), folder)
            }
            (None, None) => return Err(Failure::input("name a prompt file, or give a prompt with -p")),
        };
        let file = file.with(additions(input)?).with_names(project::names(&folder, &[]).map_err(Failure::input)?);
        let loaded = Self { file, shown, folder };
        // A prompt file of another program is refused before its model is looked for.
        match (&loaded.file.parsed.kind, loaded.file.parsed.problems.first()) {
            (FileKind::Foreign { range }, Some(note)) => {
                Err(Failure::input(loaded.line(loaded.file.origins().of(range.start), &note.message)))
            }
            _ => Ok(loaded),
        }
    }

    /// The model that `--model` or the file names.
    pub(crate) fn model(&self, global: &GlobalArgs) -> ModelRequest {
        let consent = global.model.is_some();
        let written = self.file.parsed.model.as_ref().map(|m| m.value.clone());
        let reference = global.model.clone().or(written);
        let folder = if consent { PathBuf::from(".") } else { self.folder.clone() };
        // The current folder is the workspace, as in an editor.
        let roots = vec![self.folder.clone(), PathBuf::from(".")];
        ModelRequest { reference, folder: Some(folder), roots, consent }
    }

    /// Refuses a file that has errors, with one line for each. Prints warnings.
    pub(crate) fn check(&self, model: &dyn LanguageModel, global: &GlobalArgs) -> Result<(), Failure> {
        let found = ide::diagnostics(&self.file, &ide::ModelState::Ready(model, None));
        let origins = self.file.origins();
        let line = |d: &ide::Diagnostic| self.line(origins.of(d.range.start), &d.message);
        if !global.quiet {
            warn_of_unread(&self.file.names);
            let is_said = |d: &&ide::Diagnostic| matches!(d.severity, Severity::Warning | Severity::Hint);
            found.iter().filter(is_said).for_each(|d| paint::warning(&line(d)));
        }
        let errors: Vec<String> = found.iter().filter(|d| d.severity == Severity::Error).map(line).collect();
        match errors.is_empty() {
            true => Ok(()),
            false => Err(Failure::input(errors.join("\n"))),
        }
    }

    /// A message with the file and line in front.
    fn line(&self, origin: Origin<'_>, message: &str) -> String {
        match (&self.shown, origin) {
            (Some(file), Origin::Line(line)) => format!("{file}:{line}: {message}"),
            _ => origin.message(message),
        }
    }
}

/// The most bytes of a prompt file, as in an editor.
const LARGEST_PROMPT: u64 = 16 << 20;

/// The bytes of a file that the user has named: at most `largest` of them. It may be a pipe, as the shell's `<(command)` is. A
/// disk or mount that does not answer is an error.
pub(crate) fn bytes(path: &Path, largest: u64) -> std::io::Result<Vec<u8>> {
    stat(path)?;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(largest + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > largest {
        true => Err(std::io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {} MB", largest >> 20))),
        false => Ok(bytes),
    }
}

fn additions(input: &Input) -> Result<Vec<Addition>, Failure> {
    let intervention = |written: &String| {
        let parsed = syntax::parse_intervention(written).map_err(|e| Failure::input(format!("-i: {e}")))?;
        Ok(Addition { called: format!("-i {written}"), what: Added::Intervention(parsed) })
    };
    let track = |token: &String| {
        Ok(Addition { called: format!("-t {}", syntax::quote(token)), what: Added::Track(token.clone()) })
    };
    input.intervention.iter().map(intervention).chain(input.track.iter().map(track)).collect()
}

fn unreadable(shown: &str, error: &std::io::Error) -> Failure {
    let advice = match error.kind() {
        ErrorKind::NotFound => "there is no such file: correct the path, or give a prompt with -p",
        ErrorKind::IsADirectory => "it is a folder: name a prompt file in it",
        ErrorKind::PermissionDenied => "permission denied: check the permissions",
        _ => return Failure::input(format!("cannot read {shown}: {error}; check the file")),
    };
    Failure::input(format!("cannot read {shown}: {advice}"))
}

fn utf8(bytes: Vec<u8>, shown: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = 1 + e.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count();
        Failure::input(format!("{shown}:{line}: not UTF-8 at byte {at}: save the file as UTF-8"))
    })
}

/// Warns of each line of the names file that cannot be read.
pub(crate) fn warn_of_unread(names: &Names) {
    let lines = LineIndex::new(names.text());
    for found in ide::names_diagnostics(names) {
        let line = lines.line_of(found.range.start) + 1;
        paint::warning(&format!("{}:{line}: {}", names.place(), found.message));
    }
}
