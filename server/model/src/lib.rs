//! GPT-2 checkpoints: loading, running, tracing, steering
