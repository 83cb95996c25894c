//! Colour on terminals. Pipes and `NO_COLOR` get none.

use std::io::Write;

#[derive(Clone, Copy)]
pub(crate) enum Ink {
    Bold,
    Dim,
    Good,
    Bad,
}

/// `text` in ANSI colour. `anstream` removes the escape codes if the stream shows no colour.
pub(crate) fn ink(ink: Ink, text: &str) -> String {
    let code = match ink {
        Ink::Bold => "1",
        Ink::Dim => "2",
        Ink::Good => "32",
        Ink::Bad => "31",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Prints an error on stderr, each line with its prefix.
pub(crate) fn error(message: &str) {
    say(&ink(Ink::Bad, "error:"), message);
}

/// Prints a warning on stderr, each line with its prefix.
pub(crate) fn warning(message: &str) {
    say(&ink(Ink::Bold, "warning:"), message);
}

fn say(what: &str, message: &str) {
    // A closed stderr is ignored.
    let _ = message.lines().try_for_each(|line| writeln!(anstream::stderr(), "{what} {line}"));
}
