//! From arguments to a prompt file: a path, stdin or a text, with what the flags add to it.

use std::io::Read;
use std::path::{Path, PathBuf};

use ide::File;
use lm::{LanguageModel, ModelRequest};
use syntax::{Severity, Target};

use crate::args::{Input, Shared};
use crate::failure::Failure;
use crate::paint;

/// A prompt file as the command line has it.
pub(crate) struct Loaded {
    pub(crate) file: File,
    /// As errors name it; a prompt from the command line has no name and no lines.
    shown: Option<String>,
    folder: PathBuf,
}

impl Loaded {
    /// Reads the file and adds what the flags say.
    pub(crate) fn read(input: &Input) -> Result<Self, Failure> {
        let here = PathBuf::from(".");
        let (mut text, shown, folder) = match (&input.prompt, &input.file) {
            // A file takes one newline at its end for the editor's.
            (Some(prompt), _) => (format!("---\n---\n{prompt}\n"), None, here),
            (None, Some(path)) if path == Path::new("-") => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .read_to_end(&mut bytes)
                    .map_err(|e| Failure::input(format!("cannot read stdin: {e}")))?;
                (utf8(bytes, "stdin")?, Some("stdin".to_owned()), here)
            }
            (None, Some(path)) => {
                let shown = path.display().to_string();
                let bytes = std::fs::read(path).map_err(|e| Failure::input(format!("cannot read {shown}: {e}")))?;
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).map_or(here, Path::to_path_buf);
                (utf8(bytes, &shown)?, Some(shown), folder)
            }
            (None, None) => return Err(Failure::input("name a prompt file, or give a prompt with -p")),
        };
        for written in &input.intervention {
            let parsed = syntax::parse_intervention(written).map_err(|e| Failure::input(format!("-i: {e}")))?;
            let value = syntax::write_change(parsed.change, &parsed.at);
            let target = match parsed.target {
                Target::Id(id) => id.to_string(),
                Target::Name(name) => name,
            };
            let edits = syntax::edit::add_intervention(&text, &syntax::parse(&text), &target, &value, None);
            text = applied(&text, &edits)?;
        }
        for token in &input.track {
            text = applied(&text, &syntax::edit::add_track(&text, &syntax::parse(&text), token))?;
        }
        let names = crate::project::names(&folder)?;
        Ok(Self { file: File::new(text).with_names(names), shown, folder })
    }

    /// The wish for a model that the file or `--model` makes.
    pub(crate) fn model(&self, shared: &Shared) -> ModelRequest {
        let consent = shared.model.is_some();
        let written = self.file.parsed.model.as_ref().map(|m| m.value.clone());
        let reference = shared.model.clone().or(written);
        let folder = if consent { PathBuf::from(".") } else { self.folder.clone() };
        // Where somebody works is the workspace, as an editor has it.
        let roots = vec![self.folder.clone(), PathBuf::from(".")];
        ModelRequest { reference, folder: Some(folder), roots, consent }
    }

    /// Refuses a file with errors, with a line for each; warnings are printed and passed over.
    pub(crate) fn check(&self, model: &dyn LanguageModel, shared: &Shared) -> Result<(), Failure> {
        let found = ide::diagnostics(&self.file, &ide::ModelState::Ready(model, None));
        let index = base::LineIndex::new(&self.file.text);
        let line = |d: &ide::Diagnostic| match &self.shown {
            Some(file) => format!("{file}:{}: {}", index.line_of(d.range.start) + 1, d.message),
            None => d.message.clone(),
        };
        if !shared.quiet {
            found.iter().filter(|d| d.severity == Severity::Warning).for_each(|d| paint::warning(&line(d)));
        }
        let errors: Vec<String> = found.iter().filter(|d| d.severity == Severity::Error).map(line).collect();
        match errors.is_empty() {
            true => Ok(()),
            false => Err(Failure::input(errors.join("\n"))),
        }
    }
}

fn utf8(bytes: Vec<u8>, shown: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = 1 + e.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count();
        Failure::input(format!("{shown}:{line}: not UTF-8 at byte {at}: save the file as UTF-8"))
    })
}

fn applied(text: &str, edits: &[base::Edit]) -> Result<String, Failure> {
    base::apply(text, edits).ok_or_else(|| Failure::other("an addition to the file did not fit; please report it"))
}
