//! The JSON documents, one file each: what scripts, editors and tests read. Plain structs; what the numbers mean stands
//! in `lm`. A field once here stays.

mod clusters;
mod experiment;
mod generate;
mod interventions;
mod search;
mod token;
mod trace;
mod vector;

pub use clusters::{ClusterDocument, ClustersDocument};
pub use experiment::{ExperimentDocument, InterventionDocument, ProblemDocument, severity_name};
pub use generate::{ContinuationDocument, ExpectDocument, GenerateDocument};
pub use interventions::{EffectDocument, InterventionsDocument, NextDocument};
pub use search::{HitDocument, SearchDocument};
pub use token::GuessDocument;
pub use trace::{
    LayerDocument, MeaningDocument, ModelDocument, PartsDocument, PositionDocument, RunDocument, RunTokenDocument,
    TraceDocument, TrackedDocument, TrackedLayerDocument, UpdateDocument,
};
pub use vector::{
    ActivationDocument, ExampleDocument, PromptDocument, QuantileDocument, SimilarDocument, VectorDocument,
    WordDocument,
};

/// Of every document; raised only when a field changes its meaning.
pub const SCHEMA: u32 = 1;
