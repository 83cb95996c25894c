//! The commands of `workspace/executeCommand`, one file each: a name, one object of arguments, a result.

mod check_name;
mod choose;
mod clusters;
mod fetch;
mod generate;
mod intervene;
mod interventions;
mod name;
mod search;
mod strengths;
mod structure;
mod trace;
mod vector;

pub use check_name::{CheckName, CheckNameArguments, CheckNameResult};
pub use choose::{Choice, Choose, ChooseArguments};
pub use clusters::{Clusters, ClustersArguments};
pub use fetch::{Fetch, FetchArguments};
pub use generate::{Generate, GenerateArguments};
pub use intervene::{Intervene, InterveneArguments, InterveneResult};
pub use interventions::{Interventions, InterventionsArguments};
pub use name::{ExistingName, Name, NameArguments, NameResult};
pub use search::{Search, SearchArguments};
pub use strengths::{Strength, Strengths, StrengthsArguments, StrengthsResult};
pub use structure::{Structure, StructureArguments};
pub use trace::{NamedPositions, Trace, TraceArguments, TracePositions};
pub use vector::{Vector, VectorArguments};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A command.
pub trait Command {
    const NAME: &'static str;
    /// What the command does, in the imperative.
    const ABOUT: &'static str;
    /// The first and only element of LSP's `arguments`, a JSON object.
    type Arguments: Serialize + DeserializeOwned + JsonSchema;
    type Result: Serialize + DeserializeOwned + JsonSchema;
}

/// The document that a command reads. At least one of the two is present.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// An open document, or where `text` would stand: relative paths and the names file are looked up from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// The text to read in place of the open document. It is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Source {
    /// An open document.
    pub fn open(uri: impl Into<String>) -> Self {
        Self { uri: Some(uri.into()), text: None }
    }
}

/// The model whose concept index a command reads: the model of a document, or a model by its name. With neither, the
/// default model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexSource {
    #[serde(flatten)]
    pub source: Source,
    /// The model as a prompt file names it. It takes precedence over the document's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}
