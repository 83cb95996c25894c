//! The command line's words. What a flag does is said here once, in its help.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// See why a language model says what it says, and change it.
#[derive(Debug, Parser)]
#[command(name = "unembed", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Example: unembed trace -p 'The structure of the human heart and the' -t ' brain'")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, ClapArgs)]
pub(crate) struct Shared {
    /// A configured name, a model's folder, or a Hugging Face id; in place of the file's own
    #[arg(long, short, global = true, value_name = "M")]
    pub(crate) model: Option<String>,
    /// One JSON document on stdout and nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress and no warnings
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say on stderr what is done; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what each layer's FFN did to the prediction
    #[command(after_help = "Example: unembed trace config/examples/heart.prompt --positions 3,last --layers 2-5")]
    Trace(Trace),
    /// Continue a prompt, as the model is and with its interventions, side by side
    #[command(after_help = "Example: unembed generate -p 'The history of' -i L5D662=8 -i L2D343=8")]
    Generate(Input),
    /// List the models that can be used, or fetch one
    #[command(after_help = "Example: unembed models fetch openai-community/gpt2")]
    Models(Models),
    /// Serve an editor on stdin and stdout
    #[command(after_help = "Editors start this themselves: unembed lsp")]
    Lsp,
}

/// A prompt file, or what stands for one.
#[derive(Debug, ClapArgs)]
pub(crate) struct Input {
    /// A prompt file; - is stdin
    #[arg(required_unless_present = "prompt", conflicts_with = "prompt")]
    pub(crate) file: Option<PathBuf>,
    /// A prompt as it stands, in place of a file
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) prompt: Option<String>,
    /// One more intervention: L5D901=4.5, L5D901=off, 'L2D13={ scale: 2, at: prompt }'
    #[arg(short, long, value_name = "ID=VALUE")]
    pub(crate) intervention: Vec<String>,
    /// One more token to follow through the layers; its leading space counts
    #[arg(short, long, value_name = "TOKEN", allow_hyphen_values = true)]
    pub(crate) track: Vec<String>,
}

/// `unembed trace`
#[derive(Debug, ClapArgs)]
pub(crate) struct Trace {
    #[command(flatten)]
    pub(crate) input: Input,
    /// all, last, or a list like 3,5 [default: last; with --json all]
    #[arg(long, value_name = "LIST")]
    pub(crate) positions: Option<String>,
    /// Layers to show, like 0-3,7 [default: all]
    #[arg(long, value_name = "LIST")]
    pub(crate) layers: Option<String>,
    /// How many tokens of each distribution
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) top: usize,
    /// Generate and trace so many new tokens too
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) generated: usize,
}

/// `unembed models`
#[derive(Debug, ClapArgs)]
pub(crate) struct Models {
    #[command(subcommand)]
    pub(crate) action: Option<ModelsAction>,
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub(crate) enum ModelsAction {
    /// Fetch a model by its Hugging Face id into the local cache
    Fetch {
        /// owner/name, or owner/name@revision
        id: String,
    },
}
