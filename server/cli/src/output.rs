//! A command's output on stdout: one JSON document, or a page of text.

use std::io::Write;

use ide::page::{LineKind, PageLine};
use serde::Serialize;

use crate::failure::Failure;
use crate::paint::{Ink, ink};

/// Prints one JSON document.
pub(crate) fn json(document: &impl Serialize) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, document).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Like [`json`], with keys in alphabetical order: the documents about the program itself have always had that order.
pub(crate) fn sorted_json(document: &impl Serialize) -> Result<(), Failure> {
    json(&serde_json::to_value(document).map_err(std::io::Error::from)?)
}

/// Prints lines for people, coloured by their kind.
pub(crate) fn page(lines: &[PageLine]) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    for line in lines {
        let text = match line.kind {
            LineKind::Plain => line.text.clone(),
            LineKind::Head => ink(Ink::Bold, &line.text),
            LineKind::Note => ink(Ink::Dim, &line.text),
            LineKind::Good => ink(Ink::Good, &line.text),
            LineKind::Bad => ink(Ink::Bad, &line.text),
        };
        writeln!(out, "{text}")?;
    }
    Ok(())
}
