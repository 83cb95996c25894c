//! Links from a hover's words to their entries in the glossary, for an editor that has a copy of it.

use super::Style;

/// Declares the terms, each with the words in bold that its entry in `GLOSSARY.md` begins with.
macro_rules! terms {
    ($($term:ident $entry:literal,)*) => {
        /// A word of hovers that the glossary explains.
        #[derive(Clone, Copy, Debug)]
        pub(super) enum Term {
            $($term,)*
        }

        impl Term {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$term,)*];

            const fn entry(self) -> &'static str {
                match self {
                    $(Self::$term => $entry,)*
                }
            }
        }
    };
}

terms! {
    Activation "Activation",
    Before "Before, after",
    Cluster "Cluster",
    Coefficient "Coefficient",
    Cosine "Cosine",
    Dominant "Dominant",
    Effect "Effect",
    Kl "KL",
    Logit "Logit",
    Norm "Norm",
    Part "Part",
    Rank "Rank",
    Saturation "Saturation",
    Score "Score",
    SubUpdate "Sub-update",
    Top "Top, bottom",
    Tracked "Tracked token",
    Z "z",
}

impl Term {
    /// The line of the entry, from 1.
    fn line(self) -> Option<usize> {
        let begins = |line: &str| {
            let rest = line.strip_prefix("**").and_then(|line| line.strip_prefix(self.entry()));
            rest.is_some_and(|rest| rest.starts_with(['.', '*']))
        };
        lm::GLOSSARY.lines().position(begins).map(|line| line + 1)
    }
}

impl Style {
    /// The place in the editor's copy of the glossary that explains a term.
    pub(super) fn explains(&self, term: Term) -> Option<String> {
        Some(format!("{}#L{}", self.glossary.as_ref()?, term.line()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_explains_every_term() {
        for term in Term::ALL {
            assert!(term.line().is_some(), "{term:?}");
        }
    }
}
