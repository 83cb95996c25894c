//! The cards of value vectors and the inverted lists made from them: for each token, the vectors that have it among their
//! strongest words. How a query ranks vectors is in `search`.

pub(crate) mod parts;
pub(crate) mod postings;
pub(crate) mod segment;
pub(crate) mod vocabulary;
