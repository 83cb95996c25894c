//! Buffers are zero at first, aligned and disjoint.

use crate::memory::Buffer;

#[test]
fn buffers_do_not_share_memory() {
    // Small ones only under an interpreter.
    let lens: &[usize] = match cfg!(miri) {
        true => &[0, 1, 100, 3, 2000],
        false => &[0, 1, 100, 16 << 10, (16 << 10) + 1, 700_000, 1 << 20, 20 << 20, 3, 300_000],
    };
    let mut kept: Vec<(Buffer<f32>, f32)> = Vec::new();
    for round in 0..6 {
        for (i, &len) in lens.iter().enumerate() {
            let mut buffer = Buffer::<f32>::zeros(len);
            assert_eq!((buffer.len(), buffer.as_ptr().addr() % 64 * len.min(1)), (len, 0));
            assert!(buffer.iter().all(|v| v.to_bits() == 0), "{len} values");
            let mark = (round * lens.len() + i + 1) as f32;
            buffer.fill(mark);
            kept.push((buffer, mark));
        }
        // free some between others that stay
        kept.retain(|(_, mark)| (*mark as usize) % 3 != round % 3);
        assert!(kept.iter().all(|(buffer, mark)| buffer.iter().all(|v| v == mark)), "round {round}");
    }
}
