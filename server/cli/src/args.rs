//! The command line's arguments and their help texts. `COMMANDS.md` lists them too: a test compares the two.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// See why a language model predicts what it predicts, and change it.
#[derive(Debug, Parser)]
#[command(name = "unembed", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = crate::help::AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct GlobalArgs {
    /// Override the file's model: a configured name, a folder, or a Hugging Face id
    #[arg(long, short, global = true, value_name = "M")]
    pub(crate) model: Option<String>,
    /// Print one JSON document on stdout and nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print no progress, warnings or confirmations
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Log to stderr; -vv logs more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what each layer's FFN did to the prediction
    #[command(after_help = "Example: unembed trace config/examples/heart.prompt --positions 3,last --layers 2-5")]
    Trace(Trace),
    /// Generate text with and without interventions, and check expectations
    #[command(after_help = "Example: unembed generate -p 'The history of' -i L5D662=8 -i L2D343=8")]
    Generate(Input),
    /// Search value vectors by concept
    #[command(after_help = SEARCH_HELP)]
    Search(Search),
    /// Show a value vector's card: the words that it promotes, and where it is active
    #[command(after_help = "Example: unembed vector L5D662")]
    Vector(Vector),
    /// List clusters of similar value vectors, or show one
    #[command(after_help = "Example: unembed clusters L5D662, for the cluster that has it")]
    Clusters(Clusters),
    /// Build, inspect or remove a model's concept index
    #[command(after_help = "Example: unembed index examples notes.txt, for passages that activate each vector")]
    Index(Index),
    /// Name value vectors of this project, in unembed.names.yaml
    #[command(after_help = "Example: unembed names set illness L5D662 L2D343")]
    Names(Names),
    /// List the available models, or download one
    #[command(after_help = "Example: unembed models fetch openai-community/gpt2")]
    Models(Models),
    /// Run the language server (LSP over stdio)
    #[command(after_help = "Editors start it: unembed lsp")]
    Lsp(Lsp),
    /// Run the daemon, which serves all editors, in the foreground
    #[command(after_help = "Editors start it; to watch its log: unembed daemon -v")]
    Daemon(Daemon),
    /// Show the daemon's status
    #[command(after_help = "Example: unembed status --json")]
    Status,
    /// Shut down the daemon cleanly; the next editor starts it again
    #[command(after_help = "Example: unembed stop")]
    Stop,
    /// Collect diagnostics for a bug report
    #[command(after_help = "Example: unembed report > report.txt")]
    Report(Report),
}

/// `unembed lsp`
#[derive(Debug, ClapArgs)]
pub(crate) struct Lsp {
    /// Run the server in this process, without the daemon
    #[arg(long)]
    pub(crate) alone: bool,
}

/// `unembed daemon`
#[derive(Debug, ClapArgs)]
pub(crate) struct Daemon {
    /// Print one line on stdout that tells the parent process whether the daemon serves
    #[arg(long, hide = true)]
    pub(crate) announce: bool,

    /// Let clients cause failures, for tests
    #[arg(long, hide = true)]
    pub(crate) faults: bool,
}

/// `unembed report`
#[derive(Debug, ClapArgs)]
pub(crate) struct Report {
    /// Include these prompt files; by default the report has none
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) prompts: Vec<PathBuf>,
}

/// A prompt file or a prompt, with additions.
#[derive(Debug, ClapArgs)]
pub(crate) struct Input {
    /// A prompt file; - reads stdin
    #[arg(required_unless_present = "prompt", conflicts_with = "prompt")]
    pub(crate) file: Option<PathBuf>,
    /// Prompt text, in place of a file
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) prompt: Option<String>,
    /// Add an intervention: L5D901=4.5, L5D901=off, 'L2D13={ scale: 2, at: prompt }'
    #[arg(short, long, value_name = "ID=VALUE")]
    pub(crate) intervention: Vec<String>,
    /// Track a token through the layers; its leading space counts
    #[arg(short, long, value_name = "TOKEN", allow_hyphen_values = true)]
    pub(crate) track: Vec<String>,
}

/// `unembed trace`
#[derive(Debug, ClapArgs)]
pub(crate) struct Trace {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Positions to show: all, last, or a list such as 3,5 or 3,last [default: last; with --json all]
    #[arg(long, value_name = "LIST")]
    pub(crate) positions: Option<String>,
    /// Layers to show, such as 0-3,7 [default: all]
    #[arg(long, value_name = "LIST")]
    pub(crate) layers: Option<String>,
    /// Tokens listed per distribution
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) top: usize,
    /// Also trace N generated tokens
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) generated: usize,
}

const SEARCH_HELP: &str = "\
Queries:
  food meal            vectors that promote either word; those that promote both come first
  +food +eat -dog      vectors with food and eat among their words, and without dog
  eat*                 words that start with eat
  '\" Paris\"'           this token, with its space
  end:bottom           what a negative coefficient promotes (top, bottom, both)
  layers:2-4           only in these layers
  like L5D901          vectors of similar direction, exact over all vectors
  promotes '\" Paris\"'  vectors by this token's standardised logit, exact over all (also: suppresses)

Relevance: z(word) + 1/4 sum of w(c) z(c) over the ten words c that the word's 20 strongest vectors share most;
z is a logit standardised over the vocabulary of its vector, 0 outside the vector's 50 strongest words.

Example: unembed search illness";

/// `unembed search`
#[derive(Debug, ClapArgs)]
pub(crate) struct Search {
    /// Words, or another form of query from the list below; quote a query that starts with a dash
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
    /// Maximum number of hits
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
}

/// `unembed vector`
#[derive(Debug, ClapArgs)]
pub(crate) struct Vector {
    /// An id such as L5D662, or a name of this project
    pub(crate) id: String,
}

/// `unembed clusters`
#[derive(Debug, ClapArgs)]
pub(crate) struct Clusters {
    /// A cluster's number, or a value vector in it
    pub(crate) which: Option<String>,
}

/// `unembed index`
#[derive(Debug, ClapArgs)]
pub(crate) struct Index {
    #[command(subcommand)]
    pub(crate) action: IndexAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IndexAction {
    /// Build the index, or resume an interrupted build
    Build,
    /// Show the progress and the size of the index
    Status,
    /// Remove the index from the disk, and damaged ones that were set aside; names and your examples stay
    Drop {
        /// Also remove the examples that you indexed
        #[arg(long)]
        examples: bool,
    },
    /// Run texts through the model and keep the passages that activate each vector most
    Examples {
        /// Text files; blank lines separate passages
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

#[derive(Debug, Subcommand)]
pub(crate) enum NamesAction {
    /// Give one or more value vectors a name
    Set {
        /// The name
        name: String,
        /// Value vectors, such as L5D662
        #[arg(required = true)]
        ids: Vec<base::ValueId>,
        /// Keep the vectors that the name stands for, and add these
        #[arg(long)]
        add: bool,
    },
    /// Rename a name in the names file and in every prompt file that uses it
    Rename {
        /// Current name
        from: String,
        /// New name
        to: String,
    },
    /// Remove a name
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

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsAction {
    /// Download a model from Hugging Face into the local cache
    Fetch {
        /// owner/name, or owner/name@revision
        id: String,
    },
}
