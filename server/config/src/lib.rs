//! The settings, each declared once in `settings.rs`: name, type, default, documentation. The struct, the reader of
//! every layer, the JSON schema and the manual page are generated from that. This crate does not know how settings are
//! used.

mod generate;
mod kinds;
mod layers;
mod project;
mod settings;

pub use generate::{manual, schema, vscode};
pub use kinds::{Level, Model, Place, Quantization};
pub use layers::{Layers, Problem, WORKSPACE_FILE, data_folder, user_file, workspace_file};
pub use project::{NAMES_FILE, index_folder, names_file, names_file_where, project_root, visit};
pub use settings::Settings;
