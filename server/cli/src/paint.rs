//! Colour, where a terminal shows it; `NO_COLOR` and pipes are respected.

use std::io::Write;

/// A style's marks around a text.
#[derive(Clone, Copy)]
pub(crate) enum Ink {
    Bold,
    Dim,
    Good,
    Bad,
}

/// `text` in a style. The stream that prints it drops the marks where they cannot be shown.
pub(crate) fn ink(ink: Ink, text: &str) -> String {
    let code = match ink {
        Ink::Bold => "1",
        Ink::Dim => "2",
        Ink::Good => "32",
        Ink::Bad => "31",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// One line on stderr.
pub(crate) fn error(message: &str) {
    say(&ink(Ink::Bad, "error:"), message);
}

/// One line on stderr.
pub(crate) fn warning(message: &str) {
    say(&ink(Ink::Bold, "warning:"), message);
}

fn say(what: &str, message: &str) {
    // Nobody is left to tell when stderr is gone.
    let _ = message.lines().try_for_each(|line| writeln!(anstream::stderr(), "{what} {line}"));
}
