//! Linear layers by mistralrs-quant: quantised, or on a GPU.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use candle_core::{Device, Tensor};
use kernels::Packed;
use mistralrs_quant::{IsqType, QuantMethod, QuantMethodConfig, QuantizeOntoGuard, UnquantLinear};

use crate::graph::placement::Quantize;

/// A layer on a device.
pub(crate) struct MistralLinear {
    layer: Arc<dyn QuantMethod>,
    device: Device,
    inputs: usize,
    outputs: usize,
    /// W as the layer applies it. Read back at the first use.
    read_back: OnceLock<Vec<f32>>,
}

impl MistralLinear {
    /// The error is one line.
    pub(super) fn place(
        weight: Packed,
        bias: Option<Vec<f32>>,
        device: &Device,
        quantize: Option<Quantize>,
    ) -> Result<Self, String> {
        let (inputs, outputs) = (weight.k(), weight.n());
        if let Some(q) = quantize
            && !inputs.is_multiple_of(q.block())
        {
            let (name, block) = (q.name(), q.block());
            return Err(format!(
                "{name} needs layer widths that are multiples of {block}, and this model has {inputs}"
            ));
        }
        let built = || -> candle_core::Result<Arc<dyn QuantMethod>> {
            let mut rows = vec![0.0; inputs * outputs];
            for (j, row) in rows.chunks_exact_mut(inputs).enumerate() {
                weight.column(j, row);
            }
            drop(weight);
            let weight = Tensor::from_vec(rows, (outputs, inputs), &Device::Cpu)?;
            let bias = bias.map(|bias| Tensor::from_vec(bias, outputs, &Device::Cpu)).transpose()?;
            let plain = |w: Tensor, b: Option<Tensor>| {
                UnquantLinear::new(QuantMethodConfig::Unquantized(candle_nn::Linear::new(w, b)))
            };
            let kind = match quantize {
                None => {
                    let bias = bias.map(|bias| bias.to_device(device)).transpose()?;
                    return Ok(Arc::new(plain(weight.to_device(device)?, bias)?));
                }
                Some(Quantize::Q8_0) => IsqType::Q8_0,
                Some(Quantize::Q4K) => IsqType::Q4K,
            };
            let layer: Arc<dyn QuantMethod> = Arc::new(plain(weight, bias)?);
            layer.apply_isq(Some(kind), device.clone(), &AtomicUsize::new(0), None, QuantizeOntoGuard::new())
        };
        let layer = built().map_err(|e| format!("cannot place a layer on {device:?}: {e}"))?;
        Ok(Self { layer, device: device.clone(), inputs, outputs, read_back: OnceLock::new() })
    }

    /// Rows of `x` to rows of `out`. The error is one line.
    pub(super) fn forward(&self, x: &[f32], out: &mut [f32]) -> Result<(), String> {
        let run = || -> candle_core::Result<Vec<f32>> {
            let x = Tensor::from_slice(x, (x.len() / self.inputs, self.inputs), &self.device)?;
            self.layer.forward_autocast(&x)?.flatten_all()?.to_vec1()
        };
        let y = run().map_err(|e| format!("a {} x {} layer failed: {e}", self.inputs, self.outputs))?;
        out.copy_from_slice(&y);
        Ok(())
    }

    /// ||row|| of each row of W as the layer applies it. The error is one line.
    pub(super) fn row_norms(&self) -> Result<Vec<f32>, String> {
        let rows = self.dequantised()?;
        Ok(rows.chunks_exact(self.outputs).map(|row| kernels::norm(row) as f32).collect())
    }

    /// Row i of W as the layer applies it.
    pub(super) fn row(&self, i: usize, out: &mut [f32]) {
        // A layer whose norms were read back while loading can be read back again.
        let rows = self.read_back.get_or_init(|| self.dequantised().unwrap_or_default());
        if let Some(row) = rows.get(i * self.outputs..(i + 1) * self.outputs) {
            out.copy_from_slice(row);
        }
    }

    /// W as the layer applies it, inputs x outputs, row-major.
    fn dequantised(&self) -> Result<Vec<f32>, String> {
        let rows = self.layer.dequantize_w();
        let rows = rows.and_then(|w| w.to_device(&Device::Cpu)?.t()?.contiguous()?.flatten_all()?.to_vec1());
        rows.map_err(|e| format!("cannot read back a {} x {} layer: {e}", self.inputs, self.outputs))
    }
}
