//! The table of a token's hover: the layers that move the prediction most, in as many columns as there is room for.

use lm::{End, Guess, LayerTrace};

use super::{Pair, Reader};
use crate::hover::term::Term;
use crate::markup::{Line, Marks};
use crate::number::{plain, probability, signed};
use crate::token::{shown_id, turned};
use crate::words::Cards;

/// Optional columns, in the order in which they are dropped.
const SPARE: [usize; 2] = [2, 4];

impl Reader<'_> {
    /// A row for each layer, below a row of titles.
    pub(super) fn table(&self, here: Pair<'_>, layers: &[&LayerTrace], cards: &Cards<'_>) -> Vec<Vec<Line>> {
        let term = |text: &str, term| Line::new().link(text, self.style.explains(term));
        let (before, after) = (term("before", Term::Before), term("after", Term::Before));
        let mut titles = vec![Line::from("layer"), term("KL", Term::Kl), before, after];
        titles.extend(self.compared.with.as_ref().map(|with| Line::from(format!("{with}: KL, after"))));
        let rows = [titles].into_iter().chain(layers.iter().map(|layer| self.row(here, layer)));
        let mut rows: Vec<Vec<Line>> = rows.collect();
        let last = |room: Option<usize>| {
            let titles = [self.whole_title(), term("sub-updates", Term::SubUpdate)];
            let cells = layers.iter().map(move |layer| self.updates(layer, cards, room));
            [self.fitting(titles, room)].into_iter().chain(cells).collect::<Vec<_>>()
        };
        let mut room = None;
        if let Some(width) = self.style.width {
            let marks = self.style.marks();
            let needed = last(Some(0)).iter().map(|cell| cell.needs(marks)).max().unwrap_or(0);
            let left = |rows: &[Vec<Line>]| width.saturating_sub(taken(rows, marks));
            let mut gone = SPARE.into_iter().enumerate();
            while left(&rows) < needed
                && let Some((before, column)) = gone.next()
            {
                // The columns that were dropped before are further left.
                let column = column - before;
                rows.iter_mut().filter(|row| column < row.len()).for_each(|row| drop(row.remove(column)));
            }
            room = Some(left(&rows));
        }
        rows.iter_mut().zip(last(room)).for_each(|(row, cell)| row.push(cell));
        rows
    }

    /// The title of the sub-updates where there is room for it.
    fn whole_title(&self) -> Line {
        let term = |line: Line, text: &str, term| line.link(text, self.style.explains(term));
        let line = term(Line::new(), "dominant", Term::Dominant).text(" ");
        let line = term(line, "sub-updates", Term::SubUpdate).text(" (");
        let line = term(line, "coefficient", Term::Coefficient).text(", ");
        term(line, "score", Term::Score).text(")")
    }

    /// The cells before a layer's sub-updates.
    fn row(&self, here: Pair<'_>, layer: &LayerTrace) -> Vec<Line> {
        let mut row = vec![
            Line::from(layer.layer.to_string()),
            plain(layer.kl).into(),
            self.best(Line::new(), &layer.before),
            self.best(Line::new(), &layer.after).text(&moved(layer)),
        ];
        if let Some(with) = here.with {
            let same = with.layers.iter().find(|b| b.layer == layer.layer);
            row.push(
                same.map_or_else(Line::new, |b| self.best(Line::from(plain(b.kl)).text(" "), &b.after).text(&moved(b))),
            );
        }
        row
    }

    /// A layer's dominant sub-updates, as far as there is room: all with fewer words before fewer of them.
    fn updates(&self, layer: &LayerTrace, cards: &Cards<'_>, room: Option<usize>) -> Line {
        let cell = |(count, words): (usize, usize)| {
            layer.updates.iter().take(count).fold(Line::new(), |line, u| {
                let unusual = cards.unusual(u.id, u.coefficient).map_or_else(String::new, |p| format!(", {p}"));
                let numbers = format!("{} ({}{unusual})", signed(u.coefficient), plain(u.score));
                cards.append_some(line.item().text(&numbers), u.id, End::acting(u.coefficient), words)
            })
        };
        let counts = (1..=self.style.updates).rev();
        let sizes = counts.flat_map(|count| (1..=self.style.words).rev().map(move |words| (count, words)));
        self.fitting(sizes.map(cell), room)
    }

    fn fitting(&self, lines: impl IntoIterator<Item = Line>, room: Option<usize>) -> Line {
        Line::fitting(lines, room.unwrap_or(usize::MAX), self.style.marks())
    }

    fn best(&self, line: Line, guesses: &[Guess]) -> Line {
        match guesses.first() {
            Some(best) => line.code(&shown_id(self.model, best.id)).text(&format!(" {}", probability(best.p))),
            None => line,
        }
    }
}

/// The width of a table with one more, empty cell in each row.
fn taken(rows: &[Vec<Line>], marks: Marks) -> usize {
    let most = |column: usize, of: fn((usize, usize)) -> usize| {
        rows.iter().map(|row| of(row[column].columns())).max().unwrap_or(0)
    };
    // Cells are padded to the visible width of the widest one; each has a bar and two spaces, the last one also a closing bar.
    let hidden = |column: usize| if marks == Marks::TakeRoom { most(column, |(_, hidden)| hidden) } else { 0 };
    let cell = |column: usize| most(column, |(all, hidden)| all - hidden) + hidden(column) + 3;
    (0..rows.first().map_or(0, Vec::len)).map(cell).sum::<usize>() + 4
}

/// The mark of an FFN that put another token on top.
fn moved(layer: &LayerTrace) -> String {
    let top = |guesses: &[Guess]| guesses.first().map(|g| (g.id, g.p));
    turned(top(&layer.before), top(&layer.after)).map_or_else(String::new, |mark| format!(" {mark}"))
}
