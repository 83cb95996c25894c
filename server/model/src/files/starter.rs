//! The starter model, compiled in, so that the binary works alone and offline. This module only has the bytes.

/// Its files by name; empty in a build without the cargo feature `starter`.
#[cfg(feature = "starter")]
pub(crate) const FILES: &[(&str, &[u8])] = &[
    ("config.json", include_bytes!("../../../../config/models/starter/config.json")),
    ("model.safetensors", include_bytes!("../../../../config/models/starter/model.safetensors")),
    ("tokenizer.json", include_bytes!("../../../../config/models/starter/tokenizer.json")),
];

#[cfg(not(feature = "starter"))]
pub(crate) const FILES: &[(&str, &[u8])] = &[];

/// Its fingerprint, for data that belongs to it.
pub const FINGERPRINT: &str = "81616562c12cac5a6c99560ff05bdd3b";
