//! Speed on this machine, best of several runs each: `cargo run --release -p kernels --example speed [SECTION]...`.
//! The shapes are GPT-2 small's.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use kernels::{
    Activation, Bf16, F16, Format, Numbers, Packed, Pool, Question, activation, attend_rows, layer_norm, matmul,
    project,
};

const WIDTH: usize = 768;
const VOCABULARY: usize = 50257;
const LAYERS: usize = 12;
const MATRICES: [(usize, usize); 4] = [(WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, 4 * WIDTH), (4 * WIDTH, WIDTH)];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    type Section = fn(&Pool);
    let sections: [(&str, Section); 7] = [
        ("filling", filling),
        ("regions", regions),
        ("products", products),
        ("project", projections),
        ("token", token),
        ("attention", attention),
        ("rows", rows),
    ];
    let pool = &Pool::new(std::thread::available_parallelism().map_or(1, |n| n.get()));
    println!("{} threads", pool.threads());
    for (name, section) in sections {
        if asked.is_empty() || asked.iter().any(|a| a == name) {
            section(pool);
        }
    }
}

/// Time to start and to end a region on every thread. Each task waits until all others have started.
fn regions(pool: &Pool) {
    let region = || {
        let begun = AtomicUsize::new(0);
        pool.run(pool.threads(), &|_| {
            begun.fetch_add(1, Ordering::Relaxed);
            while begun.load(Ordering::Relaxed) < pool.threads() {
                std::hint::spin_loop();
            }
        });
    };
    let time = best(20, || (0..1000).for_each(|_| region()));
    println!("region: {:.2} us", time * 1e3);
}

/// Packing weights: by rows, and by columns (as a vocabulary's matrix is stored).
fn filling(_: &Pool) {
    let (row, column) = (noise(3 * WIDTH), noise(WIDTH));
    let rows = best(5, || {
        let mut w = Packed::zeros(WIDTH, 3 * WIDTH);
        (0..WIDTH).for_each(|i| w.fill_row(i, &row));
    });
    let columns = best(3, || {
        let mut w = Packed::zeros(WIDTH, VOCABULARY);
        (0..VOCABULARY).for_each(|j| w.fill_column(j, &column));
    });
    let rate = |values: usize, time: f64| 4.0 * values as f64 / time / 1e9;
    println!("filling by rows: {:.2} GB/s", rate(3 * WIDTH * WIDTH, rows));
    println!("filling by columns: {:.2} GB/s", rate(VOCABULARY * WIDTH, columns));
}

/// The product of a block of rows with a matrix.
fn products(pool: &Pool) {
    for (k, n) in MATRICES {
        let w = matrix(k, n);
        for rows in [2, 8, 16, 64, 200] {
            let (x, mut out) = (noise(rows * k), vec![0.0; rows * n]);
            let time = best(40, || matmul(pool, &x, &w, None, &mut out));
            let flops = (2 * rows * k * n) as f64;
            println!("product {rows:4} x {k:4} x {n:4}: {:7.3} ms {:6.1} GFLOP/s", time * 1e3, flops / time / 1e9);
        }
    }
}

/// The fused projection onto the vocabulary.
fn projections(pool: &Pool) {
    let head = matrix(WIDTH, VOCABULARY);
    for (rows, times) in [(2, 20), (24, 20), (1536, 3)] {
        let x = noise(rows * WIDTH);
        let question = Question { top: 10, pairs: true, ..Question::default() };
        let fused = best(times, || drop(project(pool, &x, &head, &question, &|| false)));
        let mut out = vec![0.0; rows * VOCABULARY];
        let plain = best(times, || matmul(pool, &x, &head, None, &mut out));
        let flops = (2 * rows * WIDTH * VOCABULARY) as f64;
        println!(
            "project {rows:4}: {:8.2} ms {:6.1} GFLOP/s; the product alone {:8.2} ms",
            fused * 1e3,
            flops / fused / 1e9,
            plain * 1e3
        );
    }
}

/// One row through every matrix of a model, against a plain sweep over the same memory.
fn token(pool: &Pool) {
    [Format::F32, Format::F16, Format::Bf16].into_iter().for_each(|format| token_in(pool, format));
}

fn token_in(pool: &Pool, format: Format) {
    let layers: Vec<Packed> = (0..LAYERS).flat_map(|_| MATRICES).map(|(k, n)| matrix_in(format, k, n)).collect();
    let head = matrix_in(format, WIDTH, VOCABULARY);
    let all = || layers.iter().chain([&head]);
    let bytes: usize = all().map(Packed::bytes).sum();
    let x = noise(4 * WIDTH);
    let mut out = vec![0.0; VOCABULARY];
    let (mut sweep, mut forward) = (f64::INFINITY, f64::INFINITY);
    // alternating, so that both run under the same load
    for _ in 0..15 {
        sweep = sweep.min(best(1, || all().for_each(|w| read(pool, w.stored()))));
        forward = forward.min(best(1, || all().for_each(|w| matmul(pool, &x[..w.k()], w, None, &mut out[..w.n()]))));
    }
    let rate = |time: f64| bytes as f64 / time / 1e9;
    println!(
        "token in {format:?}: {:.1} MB in {:.2} ms, {:.1} GB/s; a sweep {:.1} GB/s; share {:.3}",
        bytes as f64 / 1e6,
        forward * 1e3,
        rate(forward),
        rate(sweep),
        sweep / forward
    );
}

fn read(pool: &Pool, values: Numbers<'_>) {
    match values {
        Numbers::F32(values) => sweep(pool, values, |x| x.to_bits()),
        Numbers::F16(values) => sweep(pool, values, |x| u32::from(x.0)),
        Numbers::Bf16(values) => sweep(pool, values, |x| u32::from(x.0)),
    }
}

fn sweep<W: Copy + Sync>(pool: &Pool, values: &[W], bits: impl Fn(W) -> u32 + Sync) {
    const PIECE: usize = 1 << 17;
    pool.run(values.len().div_ceil(PIECE), &|task| {
        let values = &values[task * PIECE..values.len().min((task + 1) * PIECE)];
        // one load of each cache line is enough to fetch it
        let lines = values.iter().step_by(64 / size_of::<W>());
        black_box(lines.fold(0, |sum: u32, &v| sum.wrapping_add(bits(v))));
    });
}

fn attention(pool: &Pool) {
    for (rows, positions) in [(1, 64), (1, 1024), (64, 64), (1024, 1024)] {
        let (k, v) = (noise(positions * WIDTH), noise(positions * WIDTH));
        let keys: Vec<&[f32]> = k.chunks(WIDTH).collect();
        let values: Vec<&[f32]> = v.chunks(WIDTH).collect();
        let (q, mut out) = (noise(rows * WIDTH), vec![0.0; rows * WIDTH]);
        let time = best(10, || attend_rows(pool, &q, positions - rows, &keys, &values, 12.into(), 0.125, &mut out));
        println!("attention of {rows:4} rows over {positions:4}: {:8.3} ms", time * 1e3);
    }
}

/// Element-wise work on a row between products, on one thread.
fn rows(_: &Pool) {
    let x = noise(4 * WIDTH);
    let (w, b, mut out) = (noise(WIDTH), noise(WIDTH), vec![0.0; WIDTH]);
    let time = best(20, || (0..1000).for_each(|_| layer_norm(&x[..WIDTH], &w, &b, 1e-5, &mut out)));
    println!("layer norm of {WIDTH}: {:.2} us", time * 1e3);
    let mut y = x.clone();
    for kind in [Activation::GeluTanh, Activation::GeluErf, Activation::Silu] {
        let time = best(20, || {
            (0..1000).for_each(|_| {
                y.copy_from_slice(&x);
                activation(kind, &mut y);
            });
        });
        println!("{kind:?} of {}: {:.2} us", x.len(), time * 1e3);
    }
}

fn matrix(k: usize, n: usize) -> Packed {
    matrix_in(Format::F32, k, n)
}

fn matrix_in(format: Format, k: usize, n: usize) -> Packed {
    let mut w = Packed::zeros_in(format, k, n);
    let row = noise(n);
    // Of float16 only the size matters here.
    let f16: Vec<F16> = row.iter().map(|x| F16((x.to_bits() >> 16) as u16 & 0x87FF | 0x3000)).collect();
    let bf16: Vec<Bf16> = row.iter().map(|x| Bf16((x.to_bits() >> 16) as u16)).collect();
    let row = match format {
        Format::F32 => Numbers::F32(&row),
        Format::F16 => Numbers::F16(&f16),
        Format::Bf16 => Numbers::Bf16(&bf16),
    };
    (0..k).for_each(|i| w.fill_row(i, row));
    w
}

fn noise(len: usize) -> Vec<f32> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// Seconds.
fn best(times: usize, mut f: impl FnMut()) -> f64 {
    let mut once = || {
        let start = Instant::now();
        f();
        start.elapsed().as_secs_f64()
    };
    (0..times).map(|_| once()).fold(f64::INFINITY, f64::min)
}
