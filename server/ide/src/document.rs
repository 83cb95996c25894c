//! Makes the documents of `api` from a model's answers.

mod clusters;
mod experiment;
mod generate;
mod search;
mod token;
mod trace;
mod vector;

pub(crate) use clusters::cluster;
pub(crate) use experiment::{experiment, problems};
pub(crate) use generate::continuation;
pub(crate) use search::search;
pub(crate) use token::{guess, word};
pub(crate) use trace::{model, run};
pub(crate) use vector::{similar, vector};
