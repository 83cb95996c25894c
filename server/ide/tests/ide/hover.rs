//! Hover.
use super::*;
use base::Cancel;

fn show(text: &str) {
    let (file, at) = cursor(text);
    let model = FakeModel::default();
    let h = ide::hover(&file, at, &ModelState::Ready(&model), &Style::default(), &Cancel::new()).unwrap();
    println!("=========== {text:?}");
    match h {
        None => println!("NONE"),
        Some(h) => println!("{:?}\n{}\n-----------\n{}", &file.text[h.range.clone()], h.markdown, h.plain),
    }
    println!(
        "{:#?}",
        ide::diagnostics(&file, &ModelState::Ready(&model))
            .iter()
            .map(|d| (&file.text[d.range.clone()], d.severity, &d.message))
            .collect::<Vec<_>>()
    );
    for a in ide::code_actions(&file, at..at, &ModelState::Ready(&model), &Cancel::new()).unwrap() {
        println!("{} [{}] {:?}", a.title, a.kind, a.what);
        if let ide::ActionKind::Lazy(p) = &a.what {
            let e = ide::resolve_action(&file, p).unwrap();
            println!("{:?}", base::apply(&file.text, &e));
        }
    }
}

#[test]
fn explore() {
    show("The Eiffel Tower is in the ci$0ty of");
    show("The Eiffel Tower is in the city$0 of\n");
    show("T$0he city");
    show(
        "---\nmodel: starter\ninterventions:\n  - L1D3: off   # x\n  # - L2D1: 4\ntrack: [\" Paris\"]\n---\nThe Eiffel Tower is in the ci$0ty of",
    );
    show(
        "---\nmodel: starter\ninterventions:\n  - L9D3: off   # x\n  - L1$0D3: { scale: 2, at: prompt }   # x\n  # - L2D1: 4\ntrack: [\" Paris\", \" Kili\"]\nexpect:\n  - next: \" Paris\"\n---\nThe Eiffel Tower is in the city of",
    );
    show("a|$0`\n\nb");
    show("a🙂$0b");
    show("");
    show("$0");
}
