//! Settings, each declared once in `settings.rs`: name, type, default, what it does. From that come the struct, the
//! reading of every layer, the JSON schema and the manual page. Nothing here knows what a setting is used for.

mod generate;
mod kinds;
mod layers;
mod settings;

pub use generate::{manual, schema, vscode};
pub use kinds::{Level, Model, Place, Quantization};
pub use layers::{Layers, Problem, WORKSPACE_FILE, data_folder, index_folder, user_file, workspace_file};
pub use settings::Settings;
