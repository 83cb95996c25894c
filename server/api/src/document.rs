//! The JSON documents that commands answer with, one file each. `lm` defines the numbers. A field is never
//! removed.

mod clusters;
mod experiment;
mod generate;
mod index;
mod interventions;
mod models;
mod names;
mod report;
mod search;
mod status;
mod structure;
mod token;
mod trace;
mod vector;

pub use clusters::{ClusterDocument, ClustersDocument};
pub use experiment::{ExperimentDocument, InterventionDocument, ModelDocument, ProblemDocument, Severity};
pub use generate::{ContinuationDocument, ExpectDocument, GenerateDocument, NewTokenDocument, Stopped};
pub use index::{DropDocument, IndexDocument, IndexedModelDocument};
pub use interventions::{Effect, EffectDocument, InterventionsDocument, NextDocument};
pub use models::{FetchedDocument, ListedModelDocument, ModelsDocument, SizesDocument};
pub use names::{DoneDocument, NameDocument, NamesDocument};
pub use report::{ReportDocument, ReportedPromptDocument, ReportedStatus, SystemDocument};
pub use search::{HitDocument, IndexCountsDocument, SearchDocument};
pub use status::{
    DaemonDocument, LoadedModelDocument, OpenIndexDocument, QueueDocument, RequestDocument, RequestsDocument,
    SessionDocument, StatusDocument, StopDocument,
};
pub use structure::{EntryDocument, FileKind, KeyDocument, NamePlaceDocument, NumberDocument, StructureDocument};
pub use token::{GuessDocument, WordDocument};
pub use trace::{
    LayerDocument, MeaningDocument, PartsDocument, PositionDocument, RunDocument, RunTokenDocument, TraceDocument,
    TrackedDocument, TrackedLayerDocument, UpdateDocument,
};
pub use vector::{
    ActivationDocument, End, ExampleDocument, Projection, PromptDocument, QuantileDocument, SimilarDocument,
    VectorDocument,
};
