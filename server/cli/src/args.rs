//! The command line's words. What a flag does is said here once, in its help.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// See why a language model says what it says, and change it.
#[derive(Debug, Parser)]
#[command(name = "unembed", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = crate::help::AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, ClapArgs)]
pub(crate) struct GlobalArgs {
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
    /// Find value vectors by the concept that they stand for
    #[command(after_help = SEARCH_HELP)]
    Search(Search),
    /// Show what a value vector stands for
    #[command(after_help = "Example: unembed vector L5D662")]
    Vector(Vector),
    /// Browse groups of value vectors of like direction
    #[command(after_help = "Example: unembed clusters L5D662, the group that it is in")]
    Clusters(Clusters),
    /// Build, look at or remove the concept index of a model
    #[command(after_help = "Example: unembed index examples notes.txt, for passages that activate each vector")]
    Index(Index),
    /// Name value vectors for this project, in unembed.names.yaml
    #[command(after_help = "Example: unembed names set illness L5D662 L2D343")]
    Names(Names),
    /// List the models that can be used, or fetch one
    #[command(after_help = "Example: unembed models fetch openai-community/gpt2")]
    Models(Models),
    /// Serve an editor on stdin and stdout
    #[command(after_help = "Editors start this themselves: unembed lsp")]
    Lsp(Lsp),
    /// Run the process that all editors share, in the foreground
    #[command(after_help = "Editors start it themselves; to watch it: unembed daemon -v")]
    Daemon(Daemon),
    /// Say how the shared process does
    #[command(after_help = "Example: unembed status --json")]
    Status,
    /// End the shared process in order; editors start it again
    #[command(after_help = "Example: unembed stop")]
    Stop,
    /// Collect what somebody who looks into a fault wants to know
    #[command(after_help = "Example: unembed report > report.txt")]
    Report(Report),
}

/// `unembed lsp`
#[derive(Debug, ClapArgs)]
pub(crate) struct Lsp {
    /// Serve in this process, for this editor alone, without the shared one
    #[arg(long)]
    pub(crate) alone: bool,
}

/// `unembed daemon`
#[derive(Debug, ClapArgs)]
pub(crate) struct Daemon {
    /// Say on stdout, in one line for whoever started it, whether it serves
    #[arg(long, hide = true)]
    pub(crate) announce: bool,

    /// Let editors make it fail on purpose
    #[arg(long, hide = true)]
    pub(crate) faults: bool,
}

/// `unembed report`
#[derive(Debug, ClapArgs)]
pub(crate) struct Report {
    /// Prompt files to put in; without it there are none
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) prompts: Vec<PathBuf>,
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
    /// all, last, or a list like 3,5 or 3,last [default: last; with --json all]
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

const SEARCH_HELP: &str = "\
Queries:
  food meal            vectors that promote either, both more than one
  +food +eat -dog      with food and eat among a vector's words, and without dog
  eat*                 words that begin so
  '\" Paris\"'           this token, its spaces counted
  end:bottom           what a negative coefficient promotes (top, bottom, both)
  layers:2-4           only there
  like L5D901          by direction, exact over all vectors
  promotes '\" Paris\"'  by this token's standardised logit, exact over all (also: suppresses)

Relevance: z(word) + 1/4 sum of w(c) z(c) over the ten words c that its 20 strongest vectors share most;
z is a logit standardised over the vocabulary of its vector, 0 outside the vector's 50 strongest words.

Example: unembed search illness";

/// `unembed search`
#[derive(Debug, ClapArgs)]
pub(crate) struct Search {
    /// Words, or one of the other forms below; in quotes where one begins with a dash
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
    /// At most so many hits
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
}

/// `unembed vector`
#[derive(Debug, ClapArgs)]
pub(crate) struct Vector {
    /// An id like L5D662, or a name of this project's
    pub(crate) id: String,
}

/// `unembed clusters`
#[derive(Debug, ClapArgs)]
pub(crate) struct Clusters {
    /// A cluster's number, or a value vector whose cluster is meant
    pub(crate) which: Option<String>,
}

/// `unembed index`
#[derive(Debug, ClapArgs)]
pub(crate) struct Index {
    #[command(subcommand)]
    pub(crate) action: IndexAction,
}

/// What to do with an index.
#[derive(Debug, Subcommand)]
pub(crate) enum IndexAction {
    /// Build what is missing of it; a build that was interrupted goes on
    Build,
    /// Say how far it is
    Status,
    /// Remove it from the disk; names stay
    Drop,
    /// Run texts through the model and keep where each vector is most active
    Examples {
        /// Text files; passages are separated by blank lines
        #[arg(required = true)]
        texts: Vec<PathBuf>,
    },
}

/// `unembed names`
#[derive(Debug, ClapArgs)]
pub(crate) struct Names {
    #[command(subcommand)]
    pub(crate) action: Option<NamesAction>,
}

/// What to do with names.
#[derive(Debug, Subcommand)]
pub(crate) enum NamesAction {
    /// Call a value vector, or a group of them, by a name
    Set {
        /// The name
        name: String,
        /// What it stands for
        #[arg(required = true)]
        ids: Vec<base::ValueId>,
    },
    /// Call it by another name, in the names file and in every prompt file of the project
    Rename {
        /// As it is called
        from: String,
        /// As it is to be called
        to: String,
    },
    /// Forget a name
    Remove {
        /// The name
        name: String,
    },
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
