//! The program's speed against PyTorch, transformers and CTranslate2 on a checkpoint of GPT-2 small's size. Each
//! repetition is followed by one of the peer's, so that both run under the same conditions; the bench prints medians,
//! and medians of the ratios of such pairs. `bench/setup.sh` installs the peers.

mod memory;
mod ours;
mod peers;

use std::env;

use ours::Ours;
use peers::Peers;
use tests::Seeded;
use tests::bench::{checkpoint, processor, python};

const NEW_TOKENS: usize = 64;

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
    let folder = checkpoint();
    if let [flag, tokens] = &args[..]
        && flag == memory::FLAG
    {
        return memory::measure(&folder, tokens.parse().expect("a number of tokens"));
    }
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let ours = Ours::open(&folder, threads);
    let mut peers = Peers::start(&python(), &folder, threads);
    println!("{}, {threads} threads; peers: {}\n", processor(), peers.versions());
    println!("{:<46} {:>10} {:>10} {:>8}  bound", "median of paired repetitions", "ours", "peer", "ratio");
    let mut random = Seeded::new(1);
    let mut prompt = |tokens| ours.prompt(&mut random, tokens);

    let pairs = |n, mut pair: Box<dyn FnMut() -> (f64, f64) + '_>| Pairs((0..n).map(|_| pair()).collect());
    let item = |name: &str, bound: &str, measured: Pairs| {
        let (ours, peer) = (median(measured.0.iter().map(|p| p.0)), median(measured.0.iter().map(|p| p.1)));
        let ratio = median(measured.0.iter().map(|(ours, peer)| ours / peer));
        println!("{name:<46} {:>7.1} ms {:>7.1} ms {ratio:>8.3}  {bound}", ours * 1e3, peer * 1e3);
    };

    let one = prompt(64);
    let mut position = 0;
    let measured = pairs(
        21,
        Box::new(|| {
            position += 1;
            (ours.trace_one(&one, position), peers.seconds("trace_one", &one.ids, "position", position))
        }),
    );
    item("one position's trace, forward done / PyTorch", "1", measured);

    let measured = pairs(
        7,
        Box::new(|| {
            let p = prompt(64);
            (ours.trace_all(&p), peers.seconds("trace_all", &p.ids, "", 0))
        }),
    );
    item("64 tokens, all positions / PyTorch", "1.2", measured);

    let (mut token, mut bandwidth) = (f64::MAX, 0.0_f64);
    for (task, name, bound) in [
        ("generate_transformers", "64 + 64 tokens, greedy / transformers", "0.77 (1.3 times as fast)"),
        ("generate_ctranslate2", "64 + 64 tokens, greedy / CTranslate2", "1.05"),
    ] {
        let mut same = 0;
        let measured = pairs(
            9,
            Box::new(|| {
                let p = prompt(64);
                let (seconds, ids) = ours.generate(&p, NEW_TOKENS);
                let (peer, theirs) = peers.generate(task, &p.ids, NEW_TOKENS);
                same += usize::from(ids == theirs);
                let first = ours.generate(&p, 1).0;
                token = token.min((seconds - first) / (NEW_TOKENS - 1) as f64);
                bandwidth = bandwidth.max(ours.bandwidth());
                (seconds, peer)
            }),
        );
        item(name, bound, measured);
        println!("    the same {NEW_TOKENS} tokens in {same} of 9");
    }
    let read = ours.bytes_per_token() / token;
    println!(
        "    a token reads {:.0} MB of weights in {:.1} ms: {:.1} GB/s, {:.0} % of the {:.1} GB/s that a plain read of memory reaches",
        ours.bytes_per_token() / 1e6,
        token * 1e3,
        read / 1e9,
        100.0 * read / bandwidth,
        bandwidth / 1e9
    );

    let measured = pairs(
        9,
        Box::new(|| {
            let p = prompt(200);
            let whole = ours.forward(&p.text);
            (ours.forward(&format!("{}s", p.text)), whole)
        }),
    );
    item("a character typed after 200 tokens / all 200", "0.2", measured);
    let measured = pairs(
        9,
        Box::new(|| {
            let (p, more) = (prompt(200), prompt(1));
            ours.forward(&p.text);
            let ids = [&p.ids[..], &more.ids].concat();
            (ours.forward(&(p.text + &more.text)), peers.seconds("extend", &ids, "", 0))
        }),
    );
    item("one more token after 200 / transformers", "-", measured);
    let measured = pairs(
        5,
        Box::new(|| {
            let p = prompt(200);
            (ours.forward(&p.text), peers.seconds("forward", &p.ids, "", 0))
        }),
    );
    item("forward pass of 200 tokens / transformers", "-", measured);

    let weights = ours.weights() as f64 / 1e6;
    for tokens in [64, 1024] {
        let peak = memory::peak(tokens) as f64 / 1e6;
        let bound = if tokens == 64 { "(bound: 200)" } else { "" };
        println!(
            "peak memory, {tokens} tokens traced in two runs: {peak:.0} MB = weights {weights:.0} + {:.0} {bound}",
            peak - weights
        );
    }
}

/// Seconds of the program and of the peer, in order of measurement.
struct Pairs(Vec<(f64, f64)>);

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
