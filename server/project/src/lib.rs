//! A folder of prompts: the extent of a project, its names file, its prompt files, and the questions that concern all of
//! them. The command line and the language server ask the same functions here, so that
//! both give the same answer. It reads the disk. No LSP types and no terminal.
//!
//! Which model a prompt file is for, and whether that model may be loaded to find out, is the caller's decision.

mod folder;
mod names_file;
mod prompts;
mod rename;
mod rename_error;
mod strongest;

pub use folder::{Visited, root, visit};
pub use names_file::{
    FoundNames, NAMES_FILE, NamesFileError, NamesFiles, hold, names, names_file, names_file_beside, read_names,
    replace_file,
};
pub use prompts::{
    MOST_PROMPTS, Prompt, Prompts, SavedPrompt, prompt_files, prompts_with_name, saved_prompts, saved_prompts_with_name,
};
pub use rename::{Rename, rename};
pub use rename_error::RenameError;
pub use strongest::{MOST_RUN, prompts_of_model, strongest};
