//! The keys of the prompt-file format. The parser, completion and hovers use these lists.

/// A key of the format.
#[derive(Clone, Copy, Debug)]
pub struct KnownKey {
    pub name: &'static str,
    /// Shown in hovers; one line.
    pub doc: &'static str,
}

const fn key(name: &'static str, doc: &'static str) -> KnownKey {
    KnownKey { name, doc }
}

/// Keys of the front matter.
pub const TOP_LEVEL: &[KnownKey] = &[
    key(
        "model",
        "a configured name, a Hugging Face id (owner/name@revision), or a path relative to this file's folder",
    ),
    key("config", "decoding: how new tokens are chosen"),
    key(
        "bos",
        "whether the beginning-of-text token is before the prompt (default: what the model's tokenizer does by itself)",
    ),
    key("interventions", "changes of coefficients, applied in file order; they make the run `intervened`"),
    key("runs", "more runs, each a name with its own list of interventions"),
    key("track", "tokens to track through the layers; effects compare the first with the others"),
    key("expect", "checks on the model's output"),
];

/// Reserved keys of the front matter.
pub const RESERVED: &[KnownKey] = &[
    key("inputs", "reserved for values to insert into the prompt"),
    key("use", "reserved for parts shared between files"),
];

/// Reserved keys of a run.
pub const RUN_RESERVED: &[KnownKey] = &[
    key("use", "reserved for a list in a separate file"),
    key("control", "reserved for a run with random edits of the same strength"),
];

/// Keys of `config`.
pub const CONFIG: &[KnownKey] = &[
    key("maxOutputTokens", "largest number of new tokens (default 24)"),
    key("temperature", "sampling temperature; 0 means greedy decoding (default 0)"),
    key("topK", "sample from the k most likely tokens; 0 means all tokens (default 40)"),
    key("topP", "sample from the most likely tokens that together reach this probability (default 0.95)"),
    key("seed", "random seed (default 0)"),
    key("stopSequences", "the continuation ends before the first of these texts"),
];

/// Keys of an intervention's value.
pub const CHANGE: &[KnownKey] = &[
    key("set", "the coefficient becomes this number"),
    key("scale", "the coefficient is multiplied by this number"),
    key("add", "this number is added to the coefficient"),
    key("off", "true: the coefficient becomes 0"),
    key("boost", "true: the coefficient becomes slightly more than the layer's largest score"),
    key("at", "positions: all, prompt, last, generated, a number, or { text: \"...\" }"),
];

/// Keys of `at`, if it is a mapping.
pub const AT: &[KnownKey] = &[key("text", "every prompt position whose token overlaps this text")];

/// Words that `at` accepts.
pub const SCOPES: &[KnownKey] = &[
    key("all", "every prompt position and every generated position"),
    key("prompt", "every prompt position"),
    key("last", "the last prompt position; its trace predicts the first new token"),
    key("generated", "every generated position; it cannot change the first new token"),
];

/// Keys of an entry of `expect`.
pub const EXPECT: &[KnownKey] = &[
    key("next", "the token that must come next"),
    key("rank", "how many of the most likely tokens may contain the token (default 1)"),
    key("contains", "text that the continuation must contain"),
];
