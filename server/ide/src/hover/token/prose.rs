//! The lines above the table of a token's hover: at most six, each short enough for one line of an editor's box.

use base::RunName;
use lm::{End, Guess, Run, Tracked, TrackedLayer, Update};

use super::{Pair, Reader};
use crate::hover::term::Term;
use crate::markup::{COLUMNS, Line};
use crate::number::{arrow, probability, probability_to, signed, told_apart};
use crate::token::{shown, shown_id};
use crate::words::Cards;

/// Lines of prose.
const MOST: usize = 6;
/// Parts of a tracked token's logit.
const PARTS: usize = 3;

impl Reader<'_> {
    /// `reasons`: those of each position of the group.
    pub(super) fn prose(
        &self,
        runs: &[Run],
        here: Pair<'_>,
        reasons: &[Vec<(&Update, f32)>],
        cards: &Cards<'_>,
    ) -> Vec<Line> {
        let mut lines = vec![self.head()];
        lines.extend(self.why(runs));
        lines.extend(reasons.first().filter(|reasons| !reasons.is_empty()).map(|reasons| self.effects(reasons, cards)));
        lines.push(self.next(here));
        let mut tracked = self.tracked(here);
        let mut others = self.others(runs);
        let untraced = self.resolved.experiment.runs.len() - runs.len();
        // The last line may have to say what there is no room for.
        let room = MOST.saturating_sub(lines.len());
        let is_full = tracked.len() + others.len() + usize::from(untraced > 0) > room;
        let room = if is_full { room.saturating_sub(1) } else { room };
        let tokens = tracked.split_off(room.min(tracked.len())).len();
        let left = others.split_off((room - tracked.len()).min(others.len())).len() + untraced;
        lines.extend(tracked.into_iter().chain(others));
        if tokens + left > 0 {
            lines.push(more(tokens, left));
        }
        lines
    }

    fn one_line(&self, lines: impl IntoIterator<Item = Line>) -> Line {
        Line::fitting(lines, COLUMNS, self.style.marks())
    }

    /// The tokens and their positions.
    fn head(&self) -> Line {
        let tokens = &self.resolved.encoded.tokens;
        let count = tokens.len();
        let (first, last) = (self.group.start, self.group.end - 1);
        let positions = match self.group.len() {
            1 => format!("position {first} of {count}"),
            _ => format!("positions {first} to {last} of {count}"),
        };
        let line = |with_ids: bool| {
            let token = |line: Line, position: usize| {
                let line = line.item().strong_code(&shown(&tokens[position].bytes));
                if with_ids { line.text(&format!(" id {}", tokens[position].id.0)) } else { line }
            };
            self.group.clone().fold(Line::new(), token).item().text(&positions)
        };
        self.one_line([true, false].map(line))
    }

    /// How likely the group's tokens were. `None` at position 0, which no position predicts.
    fn why(&self, runs: &[Run]) -> Option<Line> {
        let tokens = &self.resolved.encoded.tokens;
        let after = shown(&tokens[self.group.start.checked_sub(1)?].bytes);
        let likely = |position: usize| {
            let before = self.pair(runs, position.checked_sub(1)?)?;
            let index = position - self.group.start;
            let now = before.shown.tracked.get(index)?;
            Some((before.with.and_then(|with| with.tracked.get(index)), now))
        };
        let all: Vec<_> = self.group.clone().filter_map(likely).collect();
        let &(was, now) = all.first()?;
        let first = Line::from(format!("why here: p {}, ", probabilities(was, now)));
        let first = first.link("rank", self.style.explains(Term::Rank));
        let first = first.text(&format!(" {} after ", ranks(was, now))).code(&after);
        let rest = all.iter().skip(1).map(|(was, now)| probabilities(*was, now)).collect::<Vec<_>>();
        Some(if rest.is_empty() { first } else { first.item().text(&format!("then p {}", rest.join(", "))) })
    }

    fn effects(&self, reasons: &[(&Update, f32)], cards: &Cards<'_>) -> Line {
        let title = || Line::new().link("direct effects", self.style.explains(Term::Effect)).text(": ");
        let line = |(count, words): (usize, usize)| {
            reasons.iter().take(count).fold(title(), |line, (update, effect)| {
                let line = line.text(&signed(*effect));
                cards.append_some(line, update.id, End::acting(update.coefficient), words).item()
            })
        };
        let sizes = (1..=reasons.len()).rev().flat_map(|n| (1..=self.style.words).rev().map(move |words| (n, words)));
        self.one_line(sizes.map(line))
    }

    fn next(&self, here: Pair<'_>) -> Line {
        let mut ids: Vec<&Guess> = Vec::new();
        // In turn, so that the first ones are those of both runs.
        for rank in 0..self.style.guesses {
            for guess in here.with.into_iter().chain([here.shown]).filter_map(|position| position.next.get(rank)) {
                if !ids.iter().any(|g| g.id == guess.id) {
                    ids.push(guess);
                }
            }
        }
        let names: Vec<String> = ids.iter().map(|g| shown_id(self.model, g.id)).collect();
        let title = match &self.compared.with {
            Some(with) if with.is_baseline() && self.compared.shown == RunName::intervened() => {
                "next, baseline → intervened: ".to_owned()
            }
            Some(with) => format!("next, {with} → {}: ", self.compared.shown),
            None => "next: ".to_owned(),
        };
        let chances: Vec<String> = match here.with {
            Some(with) => ids.iter().map(|guess| chances(&with.next, &here.shown.next, guess)).collect(),
            None => told_apart(&ids.iter().map(|guess| guess.p).collect::<Vec<_>>(), probability_to),
        };
        let line = |(count, with_saturation): (usize, bool)| {
            let mut line = Line::from(title.as_str());
            for ((guess, name), chance) in ids.iter().zip(&names).zip(&chances).take(count) {
                line = line.code(name);
                if names.iter().filter(|other| *other == name).count() > 1 {
                    line = line.text(&format!(" id {}", guess.id.0));
                }
                line = line.text(&format!(" {chance}")).item();
            }
            match with_saturation {
                true => line
                    .link("top token fixed", self.style.explains(Term::Saturation))
                    .text(&format!(" from layer {}", here.shown.saturation)),
                false => line,
            }
        };
        let fewer = (1..=ids.len()).rev().map(|count| (count, false));
        self.one_line(std::iter::once((ids.len(), true)).chain(fewer).map(line))
    }

    /// What comes next in each run that is neither shown nor compared with.
    fn others(&self, runs: &[Run]) -> Vec<Line> {
        let others = runs.iter().filter(|run| !self.compared.names().contains(&run.name));
        let line = |run: &Run| {
            let position = run.position(self.group.end - 1)?;
            let line = |count: usize| {
                let line = Line::from(format!("next in {}: ", run.name));
                position.next.iter().take(count).fold(line, |line, guess| {
                    let token = shown_id(self.model, guess.id);
                    line.code(&token).text(&format!(" {}", probability(guess.p))).item()
                })
            };
            Some(self.one_line((1..=self.style.guesses).rev().map(line)))
        };
        others.filter_map(line).collect()
    }

    fn tracked(&self, here: Pair<'_>) -> Vec<Line> {
        let own = self.group.len();
        let line = |(index, now): (usize, &Tracked)| {
            let was = here.with.and_then(|b| b.tracked.get(index));
            let line = |(with_step, most): (bool, usize)| {
                let line = Line::new().link("tracked", self.style.explains(Term::Tracked)).text(" ");
                let line = line.code(&shown_id(self.model, now.id));
                let line = line.text(&format!(": p {}, rank {}", probabilities(was, now), ranks(was, now)));
                let step = largest_step(now).filter(|_| with_step);
                let line = step.into_iter().fold(line, |line, step| line.item().text(&step));
                let line = line.item().link("logit", self.style.explains(Term::Part));
                let line = line.text(&format!(" {}: ", signed(now.logit)));
                parts(now, most).into_iter().fold(line, |line, part| line.text(&part).item())
            };
            let sizes = std::iter::once((true, PARTS)).chain((1..=PARTS).rev().map(|most| (false, most)));
            self.one_line(sizes.map(line))
        };
        here.shown.tracked.iter().enumerate().skip(own).map(line).collect()
    }
}

/// What there was no room for.
fn more(tokens: usize, runs: usize) -> Line {
    let count = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 more {what}")),
        _ => Some(format!("{count} more {what}s")),
    };
    let counts = [count(tokens, "tracked token"), count(runs, "run")].into_iter().flatten().collect::<Vec<_>>();
    Line::from(format!("{}: see the trace", counts.join(", ")))
}

/// `was → now`, or `now` if there is no run to compare with.
fn probabilities(was: Option<&Tracked>, now: &Tracked) -> String {
    was.map_or_else(|| probability(now.p), |was| arrow(was.p, now.p, probability_to))
}

/// `was → now`, or the rank alone where both are equal or there is no run to compare with.
fn ranks(was: Option<&Tracked>, now: &Tracked) -> String {
    match was.filter(|was| was.rank != now.rank) {
        Some(was) => format!("{} → {}", was.rank, now.rank),
        None => now.rank.to_string(),
    }
}

/// The probability of a token in two runs; `<p` where it is below all of the requested tokens.
fn chances(was: &[Guess], now: &[Guess], guess: &Guess) -> String {
    let found = |guesses: &[Guess]| guesses.iter().find(|g| g.id == guess.id).map(|g| g.p);
    if let (Some(was), Some(now)) = (found(was), found(now)) {
        return arrow(was, now, probability_to);
    }
    let chance = |guesses: &[Guess]| match (found(guesses), guesses.last()) {
        (Some(p), _) => probability(p),
        (None, Some(least)) => format!("<{}", probability(least.p)),
        (None, None) => "?".to_owned(),
    };
    format!("{} → {}", chance(was), chance(now))
}

/// The FFN that changed a tracked token's probability most.
fn largest_step(tracked: &Tracked) -> Option<String> {
    let moved = |l: &TrackedLayer| (l.after - l.before).abs();
    let layers = tracked.layers.iter().enumerate();
    let (layer, most) = layers.max_by(|a, b| moved(a.1).total_cmp(&moved(b.1)).then(b.0.cmp(&a.0)))?;
    Some(format!("largest step: FFN {layer}, p {}", arrow(most.before, most.after, probability_to)))
}

/// The attention and FFN blocks with the largest parts of a tracked token's logit.
fn parts(tracked: &Tracked, most: usize) -> Vec<String> {
    let named = |name: &'static str| move |(layer, part): (usize, &f32)| (format!("{name} {layer}"), *part);
    let attention = tracked.parts.attention.iter().enumerate().map(named("attention"));
    let mut parts: Vec<_> = tracked.parts.ffn.iter().enumerate().map(named("FFN")).chain(attention).collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    parts.truncate(most);
    parts.into_iter().map(|(name, part)| format!("{} {name}", signed(part))).collect()
}

#[cfg(test)]
mod tests {
    use base::TokenId;
    use lm::Parts;

    use super::*;

    #[test]
    fn an_equal_rank_is_written_once() {
        let at = |rank| Tracked {
            id: TokenId(0),
            p: 0.5,
            rank,
            logit: 0.0,
            layers: Vec::new(),
            parts: Parts { embedding: 0.0, attention: Vec::new(), ffn: Vec::new(), bias: 0.0 },
        };
        assert_eq!([None, Some(at(1)), Some(at(3))].map(|was| ranks(was.as_ref(), &at(1))), ["1", "1", "3 → 1"]);
    }
}
