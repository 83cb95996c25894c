//! Hover on the front matter.

use expect_test::{Expect, expect};
use ide::ModelState;
use lm::OpenError;

use crate::{check_hover, check_hover_with};

const FILE: &str = "---
model: fake
config:
  maxOutputTokens: 8
interventions:
  - L1D3: { scale: 2, at: prompt } # food
  - L1D3: { add: 1, at: generated }
  # - L2D1: off
  - L9D9: off
  - food: boost
track: [\" Paris\", \" Kiel\"]
expect:
  - next: \" Paris\"
    rank: 3
  - contains: the river
---
The Eiffel Tower is in the city of
";

/// The cursor before the first occurrence of `at`.
#[track_caller]
fn check(at: &str, expected: Expect) {
    assert!(FILE.contains(at), "{at:?}");
    check_hover(&FILE.replacen(at, &format!("$0{at}"), 1), expected);
}

#[test]
fn a_value_vector_has_a_card() {
    check(
        "L1D3: { s",
        expect![[r#"
            "L1D3"

            **L1D3** norm 1.3 · line 6 · enabled⏎
            the coefficient times 2, at every prompt position⏎
            coefficient at position 7, `␣of`: +5.7 without this line, +11.4 with it

            | promotes | logit | z    |          | suppresses | logit | z    |  |
            |----------|-------|------|----------|------------|-------|------|---|
            | `␣Eiffel`  | +8.0  | +4.0 | ████████ | `␣wife`      | −5.0  | −2.5 | █████ |
            | `␣Tower`   | +7.8  | +3.9 | ███████▊ | `␣doctor`    | −4.8  | −2.4 | ████▊ |
            | `␣food`    | +7.5  | +3.8 | ███████▌ | `␣nurse`     | −4.5  | −2.2 | ████▌ |
            | `␣court`   | +7.2  | +3.6 | ███████▎ | `␣night`     | −4.2  | −2.1 | ████▎ |
            | `␣house`   | +7.0  | +3.5 | ███████  | `␣the`       | −4.0  | −2.0 | ████ |
            | `␣river`   | +6.8  | +3.4 | ██████▊  | `The`        | −3.8  | −1.9 | ███▊ |
            | `␣a`       | +6.5  | +3.2 | ██████▌  | `␣city`      | −3.5  | −1.8 | ███▌ |
            | `␣and`     | +6.2  | +3.1 | ██████▎  | `␣of`        | −3.2  | −1.6 | ███▎ |

            line 9 has no effect: L9D9 is not in fake: its value vectors are L0D0 to L2D7⏎
            line 10 has no effect: unknown name `food`: write a value vector's id, such as
            L0D7, or define the name

            plain
            L1D3 norm 1.3 · line 6 · enabled
            the coefficient times 2, at every prompt position
            coefficient at position 7, ␣of: +5.7 without this line, +11.4 with it

            promotes  logit  z               suppresses  logit  z
            ␣Eiffel   +8.0   +4.0  ████████  ␣wife       −5.0   −2.5  █████
            ␣Tower    +7.8   +3.9  ███████▊  ␣doctor     −4.8   −2.4  ████▊
            ␣food     +7.5   +3.8  ███████▌  ␣nurse      −4.5   −2.2  ████▌
            ␣court    +7.2   +3.6  ███████▎  ␣night      −4.2   −2.1  ████▎
            ␣house    +7.0   +3.5  ███████   ␣the        −4.0   −2.0  ████
            ␣river    +6.8   +3.4  ██████▊   The         −3.8   −1.9  ███▊
            ␣a        +6.5   +3.2  ██████▌   ␣city       −3.5   −1.8  ███▌
            ␣and      +6.2   +3.1  ██████▎   ␣of         −3.2   −1.6  ███▎

            line 9 has no effect: L9D9 is not in fake: its value vectors are L0D0 to L2D7
            line 10 has no effect: unknown name food: write a value vector's id, such as
            L0D7, or define the name"#]],
    );
}

#[test]
fn a_line_for_generated_tokens_does_not_change_the_prompt() {
    check(
        "L1D3: { a",
        expect![[r#"
            "L1D3"

            **L1D3** norm 1.3 · line 7 · enabled⏎
            the coefficient plus 1, at generated positions: the first new token does not
            change⏎
            coefficient at position 7, `␣of`: +11.4 without this line, +11.4 with it

            | promotes | logit | z    |          | suppresses | logit | z    |  |
            |----------|-------|------|----------|------------|-------|------|---|
            | `␣Eiffel`  | +8.0  | +4.0 | ████████ | `␣wife`      | −5.0  | −2.5 | █████ |
            | `␣Tower`   | +7.8  | +3.9 | ███████▊ | `␣doctor`    | −4.8  | −2.4 | ████▊ |
            | `␣food`    | +7.5  | +3.8 | ███████▌ | `␣nurse`     | −4.5  | −2.2 | ████▌ |
            | `␣court`   | +7.2  | +3.6 | ███████▎ | `␣night`     | −4.2  | −2.1 | ████▎ |
            | `␣house`   | +7.0  | +3.5 | ███████  | `␣the`       | −4.0  | −2.0 | ████ |
            | `␣river`   | +6.8  | +3.4 | ██████▊  | `The`        | −3.8  | −1.9 | ███▊ |
            | `␣a`       | +6.5  | +3.2 | ██████▌  | `␣city`      | −3.5  | −1.8 | ███▌ |
            | `␣and`     | +6.2  | +3.1 | ██████▎  | `␣of`        | −3.2  | −1.6 | ███▎ |

            line 9 has no effect: L9D9 is not in fake: its value vectors are L0D0 to L2D7⏎
            line 10 has no effect: unknown name `food`: write a value vector's id, such as
            L0D7, or define the name

            plain
            L1D3 norm 1.3 · line 7 · enabled
            the coefficient plus 1, at generated positions: the first new token does not
            change
            coefficient at position 7, ␣of: +11.4 without this line, +11.4 with it

            promotes  logit  z               suppresses  logit  z
            ␣Eiffel   +8.0   +4.0  ████████  ␣wife       −5.0   −2.5  █████
            ␣Tower    +7.8   +3.9  ███████▊  ␣doctor     −4.8   −2.4  ████▊
            ␣food     +7.5   +3.8  ███████▌  ␣nurse      −4.5   −2.2  ████▌
            ␣court    +7.2   +3.6  ███████▎  ␣night      −4.2   −2.1  ████▎
            ␣house    +7.0   +3.5  ███████   ␣the        −4.0   −2.0  ████
            ␣river    +6.8   +3.4  ██████▊   The         −3.8   −1.9  ███▊
            ␣a        +6.5   +3.2  ██████▌   ␣city       −3.5   −1.8  ███▌
            ␣and      +6.2   +3.1  ██████▎   ␣of         −3.2   −1.6  ███▎

            line 9 has no effect: L9D9 is not in fake: its value vectors are L0D0 to L2D7
            line 10 has no effect: unknown name food: write a value vector's id, such as
            L0D7, or define the name"#]],
    );
}

#[test]
fn a_disabled_intervention_says_what_it_would_do() {
    check(
        "L2D1",
        expect![[r#"
            "L2D1"

            **L2D1** norm 1.1 · line 8 · disabled⏎
            off: the coefficient becomes 0, at every position, prompt and generated⏎
            coefficient at position 7, `␣of`: +5.7 without this line, 0 with it

            | promotes | logit | z    |          | suppresses | logit | z    |  |
            |----------|-------|------|----------|------------|-------|------|---|
            | `␣court`   | +8.0  | +4.0 | ████████ | `␣night`     | −5.0  | −2.5 | █████ |
            | `␣house`   | +7.8  | +3.9 | ███████▊ | `␣the`       | −4.8  | −2.4 | ████▊ |
            | `␣river`   | +7.5  | +3.8 | ███████▌ | `The`        | −4.5  | −2.2 | ████▌ |
            | `␣a`       | +7.2  | +3.6 | ███████▎ | `␣city`      | −4.2  | −2.1 | ████▎ |
            | `␣and`     | +7.0  | +3.5 | ███████  | `␣of`        | −4.0  | −2.0 | ████ |
            | `\|`       | +6.8  | +3.4 | ██████▊  | `␣Paris`     | −3.8  | −1.9 | ███▊ |
            | `` ` ``      | +6.5  | +3.2 | ██████▌  | `␣London`    | −3.5  | −1.8 | ███▌ |
            | `\n\n`     | +6.2  | +3.1 | ██████▎  | `␣is`        | −3.2  | −1.6 | ███▎ |

            line 9 has no effect: L9D9 is not in fake: its value vectors are L0D0 to L2D7⏎
            line 10 has no effect: unknown name `food`: write a value vector's id, such as
            L0D7, or define the name

            plain
            L2D1 norm 1.1 · line 8 · disabled
            off: the coefficient becomes 0, at every position, prompt and generated
            coefficient at position 7, ␣of: +5.7 without this line, 0 with it

            promotes  logit  z               suppresses  logit  z
            ␣court    +8.0   +4.0  ████████  ␣night      −5.0   −2.5  █████
            ␣house    +7.8   +3.9  ███████▊  ␣the        −4.8   −2.4  ████▊
            ␣river    +7.5   +3.8  ███████▌  The         −4.5   −2.2  ████▌
            ␣a        +7.2   +3.6  ███████▎  ␣city       −4.2   −2.1  ████▎
            ␣and      +7.0   +3.5  ███████   ␣of         −4.0   −2.0  ████
            '|'       +6.8   +3.4  ██████▊   ␣Paris      −3.8   −1.9  ███▊
            '`'       +6.5   +3.2  ██████▌   ␣London     −3.5   −1.8  ███▌
            '\n\n'    +6.2   +3.1  ██████▎   ␣is         −3.2   −1.6  ███▎

            line 9 has no effect: L9D9 is not in fake: its value vectors are L0D0 to L2D7
            line 10 has no effect: unknown name food: write a value vector's id, such as
            L0D7, or define the name"#]],
    );
}

#[test]
fn unknown_ids_and_names_say_so() {
    check(
        "L9D9",
        expect![[r#"
            "L9D9"

            L9D9 is not in fake: its value vectors are L0D0 to L2D7

            plain
            L9D9 is not in fake: its value vectors are L0D0 to L2D7"#]],
    );
    check(
        "food: b",
        expect![[r#"
            "food"

            unknown name `food`: write a value vector's id, such as L0D7, or define the name

            plain
            unknown name food: write a value vector's id, such as L0D7, or define the name"#]],
    );
}

#[test]
fn a_value_shows_its_meaning() {
    check(
        "scale: 2",
        expect![[r#"
            "{ scale: 2, at: prompt }"

            the coefficient times 2, at every prompt position

            plain
            the coefficient times 2, at every prompt position"#]],
    );
    check(
        "boost",
        expect![[r#"
            "boost"

            boost: the coefficient becomes the activation of s + 0.01; s is the layer's
            largest score at the last prompt position without interventions, at every
            position, prompt and generated

            plain
            boost: the coefficient becomes the activation of s + 0.01; s is the layer's
            largest score at the last prompt position without interventions, at every
            position, prompt and generated"#]],
    );
}

#[test]
fn a_string_shows_its_tokens() {
    check(
        "\" Paris\", ",
        expect![[r#"
            "\" Paris\""

            **`␣Paris`** tracked: the target⏎
            one token: `␣Paris` id 260

            plain
            ␣Paris tracked: the target
            one token: ␣Paris id 260"#]],
    );
    check(
        "\" Kiel\"",
        expect![[r#"
            "\" Kiel\""

            **`␣Kiel`** tracked: a distractor⏎
            5 tokens: `␣` id 32 · `K` id 75 · `i` id 105 · `e` id 101 · `l` id 108

            plain
            ␣Kiel tracked: a distractor
            5 tokens: '␣' id 32 · K id 75 · i id 105 · e id 101 · l id 108"#]],
    );
    check(
        "next: ",
        expect![[r#"
            "next: \" Paris\"\n    rank: 3"

            **`␣Paris`** expected among the 3 most likely next⏎
            one token: `␣Paris` id 260

            plain
            ␣Paris expected among the 3 most likely next
            one token: ␣Paris id 260"#]],
    );
    check(
        "the river",
        expect![[r#"
            "contains: the river"

            **`the river`** expected in the continuation⏎
            4 tokens: `t` id 116 · `h` id 104 · `e` id 101 · `␣river` id 269

            plain
            'the river' expected in the continuation
            4 tokens: t id 116 · h id 104 · e id 101 · ␣river id 269"#]],
    );
}

#[test]
fn a_key_shows_its_meaning() {
    check(
        "interventions",
        expect![[r#"
            "interventions"

            **interventions**: changes of coefficients, applied in file order; they make the
            run \`intervened\`

            plain
            interventions: changes of coefficients, applied in file order; they make the run
            `intervened`"#]],
    );
    check(
        "maxOutputTokens",
        expect![[r#"
            "maxOutputTokens"

            **maxOutputTokens**: largest number of new tokens (default 24)

            plain
            maxOutputTokens: largest number of new tokens (default 24)"#]],
    );
    check("food\n", expect!["nothing"]);
}

#[test]
fn a_model_shows_its_size() {
    check(
        "fake",
        expect![[r#"
            "fake"

            **fake** 3 layers of 8 value vectors, width 4, vocabulary 280, context 64,
            float32

            plain
            fake 3 layers of 8 value vectors, width 4, vocabulary 280, context 64, float32"#]],
    );
    let error = OpenError { message: "`owner/gpt` is not here: fetch it".into(), fetch: Some("owner/gpt".into()) };
    let missing = ModelState::Missing(&error);
    check_hover_with(
        &missing,
        "---\nmodel: own$0er/gpt\n---\nThe",
        expect![[r#"
            "owner/gpt"

            **no model**: `owner/gpt` is not here: fetch it

            plain
            no model: 'owner/gpt' is not here: fetch it"#]],
    );
    check_hover_with(
        &missing,
        "---\ninterventions: [L1$0D3: off]\n---\nThe",
        expect![[r#"
            "L1D3"

            off: the coefficient becomes 0, at every position, prompt and generated⏎
            **no model**: `owner/gpt` is not here: fetch it

            plain
            off: the coefficient becomes 0, at every position, prompt and generated
            no model: 'owner/gpt' is not here: fetch it"#]],
    );
}
