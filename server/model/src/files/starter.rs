//! The starter model, compiled in, so that a lone binary works offline. Only its bytes are here.

/// Its files by name; none in a build without the cargo feature `starter`.
#[cfg(feature = "starter")]
pub(crate) const FILES: &[(&str, &[u8])] = &[
    ("config.json", include_bytes!("../../../../config/models/starter/config.json")),
    ("model.safetensors", include_bytes!("../../../../config/models/starter/model.safetensors")),
    ("tokenizer.json", include_bytes!("../../../../config/models/starter/tokenizer.json")),
];

#[cfg(not(feature = "starter"))]
pub(crate) const FILES: &[(&str, &[u8])] = &[];

/// Its fingerprint, for what comes with it.
pub const FINGERPRINT: &str = "81616562c12cac5a6c99560ff05bdd3b";
