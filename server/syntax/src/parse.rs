//! From text to `Parsed`.

use base::Decoding;

use crate::{FileKind, Intervention, Parsed};

/// Reads a prompt file. Never fails: what is wrong is in `problems`, what is valid is in the rest.
pub fn parse(text: &str) -> Parsed {
    Parsed {
        kind: FileKind::Ours,
        front: None,
        prompt: 0..text.len(),
        model: None,
        decoding: Decoding::default(),
        bos: false,
        interventions: Vec::new(),
        track: Vec::new(),
        expect: Vec::new(),
        keys: Vec::new(),
        problems: Vec::new(),
    }
}

/// Reads an intervention as the command line takes it: `L5D901=4.5`, `L2D13={ scale: 2, at: prompt }`, `L5D901: off`.
pub fn parse_intervention(text: &str) -> Result<Intervention, String> {
    Err(format!("`{text}` is no intervention"))
}
