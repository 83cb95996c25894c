//! Marks, escapes, wrapping and columns.

use super::*;

/// Markdown, then plain text.
#[track_caller]
fn check(line: Line, markdown: &str, plain: &str) {
    let mut page = Page::default();
    page.prose(vec![line]);
    assert_eq!((page.markdown().as_str(), page.plain().as_str()), (markdown, plain));
}

#[test]
fn tokens_are_verbatim() {
    check(Line::new().code("␣city"), "`␣city`", "␣city");
    check(Line::new().code("`"), "`` ` ``", "'`'");
    check(Line::new().code("a``b"), "```a``b```", "'a``b'");
    check(Line::new().code("it's"), "`it's`", "\"it's\"");
    check(Line::new().strong_code("|"), "**`|`**", "'|'");
}

#[test]
fn text_is_no_markup() {
    check("a *b* <i> 2 < 3 [x](y)".into(), "a \\*b\\* \\<i\\> 2 < 3 \\[x\\](y)", "a *b* <i> 2 < 3 [x](y)");
    check(Line::new().message("`food` is\nnothing"), "`food` is nothing", "food is nothing");
    check(Line::new().message("one ` alone"), "one \\` alone", "one ` alone");
}

#[test]
fn a_link_ends_where_its_address_does() {
    let link = |uri: Option<&str>| Line::from("a").item().link("b c", uri.map(str::to_owned)).text("!");
    check(link(None), "a · b c!", "a · b c!");
    check(link(Some("file:///x (1)\n#L3")), "a · [b c](file:///x%20%281%29#L3)!", "a · b c!");
}

#[test]
fn items_are_wrapped_whole_and_text_between_words() {
    let word = "w".repeat(30);
    let items = (0..4).fold(Line::from("head: "), |line, i| line.text(&format!("{i} {word}")).item());
    let shown = format!("head: 0 {word} · 1 {word}\n· 2 {word} · 3 {word}");
    check(items, &shown, &shown);
    let text = Line::from([word.as_str(); 5].join(" ").as_str());
    let shown = format!("{word} {word}\n{word} {word}\n{word}");
    check(text, &shown, &shown);
}

#[test]
fn a_bar_in_a_cell_is_no_border_and_columns_align() {
    let mut page = Page::default();
    let row = |word: &str| vec![Line::new().code(word), Line::from("文").text(word), "c".into()];
    page.table(vec![vec!["a".into(), "b".into(), "c".into()], row("|"), row("city")]);
    // Without the fences each column is as wide as its widest cell.
    let markdown =
        ["| a    | b      | c |", "|------|--------|---|", "| `\\|`   | 文\\|   | c |", "| `city` | 文city | c |"];
    assert_eq!(page.markdown(), markdown.join("\n"));
    assert_eq!(page.plain(), "a     b       c\n'|'   文|     c\ncity  文city  c");
}
