//! The keys of the format, one line each. The parser knows no other list of them; completion can show this one.

/// A key and what it says.
#[derive(Clone, Copy, Debug)]
pub struct KnownKey {
    /// As written.
    pub name: &'static str,
    /// One line.
    pub doc: &'static str,
}

const fn key(name: &'static str, doc: &'static str) -> KnownKey {
    KnownKey { name, doc }
}

/// Of the front matter.
pub const TOP_LEVEL: &[KnownKey] = &[
    key("model", "a configured name, a Hugging Face id (owner/name@revision), or a path from this file's folder"),
    key("config", "decoding: how tokens are chosen"),
    key("bos", "true: begin with the model's beginning-of-text token"),
    key("interventions", "changes of coefficients, applied in file order; they make the run `intervened`"),
    key("runs", "more runs: each a name with its own list of interventions"),
    key("track", "tokens to follow through the layers; the first is the target, the others distractors"),
    key("expect", "what should come out"),
];

/// Of the front matter, later.
pub const RESERVED: &[KnownKey] = &[
    key("inputs", "reserved for values to fill into the prompt"),
    key("use", "reserved for parts shared between files"),
];

/// Of a run that is no list, later.
pub const RUN_RESERVED: &[KnownKey] = &[
    key("use", "reserved for a list that is kept in a file of its own"),
    key("control", "reserved for a run of random edits of the same strength"),
];

/// Of `config`.
pub const CONFIG: &[KnownKey] = &[
    key("maxOutputTokens", "at most this many new tokens (24)"),
    key("temperature", "0 is greedy (0)"),
    key("topK", "only the k most likely tokens; 0 is all of them (40)"),
    key("topP", "only the most likely tokens that together reach this probability (0.95)"),
    key("seed", "of the random numbers (0)"),
    key("stopSequences", "the text ends before the first of these"),
];

/// Of an intervention's value.
pub const CHANGE: &[KnownKey] = &[
    key("set", "the coefficient becomes this number"),
    key("scale", "the coefficient is multiplied by this number"),
    key("add", "this number is added to the coefficient"),
    key("off", "true: the coefficient becomes 0"),
    key("boost", "true: the coefficient becomes slightly more than the layer's largest score"),
    key("at", "where: all, prompt, last, generated, a position, or { text: \"...\" }"),
];

/// Of `at`, where it is a mapping.
pub const AT: &[KnownKey] = &[key("text", "every prompt position whose token overlaps this text")];

/// Words that `at` may be.
pub const SCOPES: &[KnownKey] = &[
    key("all", "every prompt position and every generated one"),
    key("prompt", "every prompt position"),
    key("last", "the last prompt position, whose trace predicts the first new token"),
    key("generated", "every generated position; it cannot change the first new token"),
];

/// Of an entry of `expect`.
pub const EXPECT: &[KnownKey] = &[
    key("next", "the token that should come next"),
    key("rank", "it is enough that the token is among this many most likely ones (1)"),
    key("contains", "text that should stand in the continuation"),
];
