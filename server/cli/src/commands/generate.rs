//! `unembed generate`: continues each run and checks the file's expectations.

use std::process::ExitCode;
use std::time::Instant;

use base::Cancel;
use ide::page::generate_page;
use tracing::debug;

use crate::args::{GlobalArgs, Input};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::input::Loaded;
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(global: &GlobalArgs, input: &Input) -> Result<ExitCode, Failure> {
    let loaded = Loaded::read(input)?;
    let backing = Backing::new(global)?;
    let model = backing.open(&loaded.model(global))?;
    loaded.check(model.as_ref(), global)?;
    let mut progress = Progress::new(global.quiet);
    let (mut done, mut run) = (0, base::RunName::baseline());
    let all = loaded.file.parsed.decoding.max_output_tokens as u64;
    let mut each = |new: lm::Generated<'_>| {
        done = if *new.run == run { done } else { 0 } + new.ids.len() as u64;
        run = new.run.clone();
        progress.at(run.as_str(), done, all, "tokens");
    };
    let started = Instant::now();
    let document = ide::generate(&loaded.file, &model.info().name, model.as_ref(), &Cancel::new(), &mut each)?;
    drop(progress);
    debug!("{} runs generated in {:.1?}", document.runs.len(), started.elapsed());
    if global.json {
        output::json(&document)?;
    } else {
        output::page(&generate_page(&document, model.as_ref()))?;
    }
    Ok(ExitCode::from(u8::from(document.expect.iter().any(|e| !e.ok))))
}
