//! Examples of edits that disable and enable an entry.

use expect_test::expect;
use syntax::{edit, parse};

use crate::edits_entry::{both_ways, check_entry, entry};

#[test]
fn disable_and_enable_invert_each_other() {
    both_ways(
        "\n  - L1D1: off  # c\n  - L2D2: 1\n",
        expect![[r#"
            interventions:
              # - L1D1: off  # c
              - L2D2: 1
        "#]],
    );
    both_ways(
        "\n  - L1D1: off\n",
        expect![[r#"
            interventions:
              # - L1D1: off
        "#]],
    );
    both_ways(
        "\n- L1D1: off\n",
        expect![[r#"
            interventions:
            # - L1D1: off
        "#]],
    );
    both_ways(
        "\n- L2D2: 1\n\n- L1D1: off\n",
        expect![[r#"
            interventions:
            - L2D2: 1

              # - L1D1: off
        "#]],
    );
    both_ways(
        "\n- L2D2: 1\n\n# prose\n- L1D1:\n    scale: 2\n",
        expect![[r#"
            interventions:
            - L2D2: 1

            # prose
              # - L1D1:
              #     scale: 2
        "#]],
    );
    both_ways(
        "\n  - L1D1:  # c\n      scale: 2\n\n      at: last\n  # prose\n",
        expect![[r#"
            interventions:
              # - L1D1:  # c
              #     scale: 2
            #
              #     at: last
              # prose
        "#]],
    );
    both_ways(
        "\n  - L1D1: { scale: 2,\n    at: last\n  }\n",
        expect![[r#"
            interventions:
              # - L1D1: { scale: 2,
              #   at: last
              # }
        "#]],
    );
    both_ways(
        "\n  - L1D1: { scale: 2,\n at: last }\n",
        expect![[r#"
            interventions:
              # - L1D1: { scale: 2,
             # at: last }
        "#]],
    );
    // Comments in other common styles.
    check_entry(
        "\n  #- L1D1: off\n",
        expect![[r#"
            interventions:
              - L1D1: off
        "#]],
        edit::enable,
    );
    check_entry(
        "\n#  - L1D1: off\n  - L2D2: 1\n",
        expect![[r#"
            interventions:
              - L1D1: off
              - L2D2: 1
        "#]],
        edit::enable,
    );
    check_entry(
        "\n#  - L1D1: off\n",
        expect![[r#"
            interventions:
              - L1D1: off
        "#]],
        edit::enable,
    );
    check_entry(
        "\n  #    - L1D1:\n  #        scale: 2\n  - L2D2: 1\n",
        expect![[r#"
            interventions:
              - L1D1:
                  scale: 2
              - L2D2: 1
        "#]],
        edit::enable,
    );
    // A flow list cannot hold disabled entries.
    check_entry(
        " [L2D2: 1, { L1D1: off }]  # c\n",
        expect![[r#"
            interventions:  # c
              - L2D2: 1
              # - L1D1: off
        "#]],
        edit::disable,
    );
    check_entry(
        " [\n  L1D1: { scale: 2, # c\n   at: 3 } ]\n",
        expect![[r#"
            interventions:
              # - L1D1: { scale: 2, at: 3 } # c
        "#]],
        edit::disable,
    );
    let inside = "---\n{\ninterventions: [L1D1: off]\n}\n---\nx";
    let parsed = parse(inside);
    assert_eq!(edit::disable(inside, &parsed, &entry(&parsed, "L1D1")), []);
}

/// A comment after an entry stays after it; a comment on its own line keeps its own line.
#[test]
fn converting_to_a_block_list_keeps_comments() {
    check_entry(
        " [ # all\n  # the first\n  L1D1: off, # court\n\n    # the second, then the third\n  {L2D2: { scale: 2, # twice\n    \
         # up to here\n    at: 3 }}, L3D3: 1  # food ]\n  # the end\n] # of it\n# below\n",
        expect![[r#"
            interventions: # all
              # the first
              # - L1D1: off # court
                # the second, then the third
                # up to here
              - L2D2: { scale: 2, at: 3 } # twice
              - L3D3: 1  # food ]
              # the end
            # of it
            # below
        "#]],
        edit::disable,
    );
    check_entry(
        "  # why\n  [\n    L2D2: { set: 1, at: { text: \" # 1\" } }\n    # between\n    , # comma\n    {L1D1: off} ] # last\n",
        expect![[r#"
            interventions:  # why
              - L2D2: { set: 1, at: { text: " # 1" } }
                # between
                # comma
              # - L1D1: off # last
        "#]],
        edit::disable,
    );
    check_entry(
        " [{\"L1D1\":off}, L2D2: 1, ]\n",
        expect![[r#"
            interventions:
              # - L1D1: off
              - L2D2: 1
        "#]],
        edit::disable,
    );
}
