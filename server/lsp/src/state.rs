//! What a session knows, as plain data.

pub(crate) mod capabilities;
pub(crate) mod documents;
pub(crate) mod outbox;
pub(crate) mod settings;
pub(crate) mod status;
