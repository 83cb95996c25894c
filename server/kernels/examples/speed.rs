//! Speed of the products on this machine: GFLOP/s and GB/s. `cargo run --release -p kernels --example speed`.

use std::time::Instant;

use kernels::{Packed, Pool, matmul};

fn main() {
    let pool = Pool::global();
    println!("{} threads", pool.threads());
    for (rows, k, n) in [
        (64, 768, 3072),
        (200, 768, 3072),
        (64, 3072, 768),
        (200, 3072, 768),
        (64, 768, 2304),
        (200, 768, 2304),
        (64, 768, 768),
        (200, 768, 768),
        (1, 768, 50257),
        (24, 768, 50257),
        (1536, 768, 50257),
    ] {
        let w = random(k, n);
        let x = noise(rows * k);
        let mut out = vec![0.0; rows * n];
        let time = best(if rows > 1000 { 3 } else { 20 }, || matmul(pool, &x, &w, None, &mut out));
        let flops = 2.0 * (rows * k * n) as f64;
        println!(
            "{rows:5} x {k:5} x {n:6}: {:8.3} ms, {:6.1} GFLOP/s, {:5.1} GB/s",
            time * 1e3,
            flops / time / 1e9,
            w.bytes() as f64 / time / 1e9
        );
    }
}

fn random(k: usize, n: usize) -> Packed {
    let mut w = Packed::zeros(k, n);
    for i in 0..k {
        w.fill_row(i, &noise(n));
    }
    w
}

fn noise(len: usize) -> Vec<f32> {
    let mut state = 1u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect()
}

fn best(times: usize, mut f: impl FnMut()) -> f64 {
    f();
    (0..times)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}
