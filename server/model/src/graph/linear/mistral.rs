//! Linear layers by mistralrs-quant: quantised, or on a GPU.

use std::sync::{Arc, OnceLock};

use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{Device, Tensor};
use kernels::Packed;
use mistralrs_quant::{GgufMatMul, QuantMethod, QuantMethodConfig, UnquantLinear};

use crate::graph::placement::Quantize;

/// A layer on a device.
pub(crate) struct MistralLinear {
    layer: Arc<dyn QuantMethod>,
    /// The weight of a quantised layer, outputs x inputs; the layer shares it. mistralrs reads it back through float16, which
    /// rounds, and has no numbers above 65,504.
    quantised: Option<Arc<QTensor>>,
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
        type Built = (Arc<dyn QuantMethod>, Option<Arc<QTensor>>);
        let built = || -> candle_core::Result<Built> {
            let mut rows = vec![0.0; inputs * outputs];
            for (j, row) in rows.chunks_exact_mut(inputs).enumerate() {
                weight.column(j, row);
            }
            drop(weight);
            let weight = Tensor::from_vec(rows, (outputs, inputs), &Device::Cpu)?;
            let bias = bias.map(|bias| Tensor::from_vec(bias, outputs, device)).transpose()?;
            let kind = match quantize {
                None => {
                    let linear = candle_nn::Linear::new(weight.to_device(device)?, bias);
                    return Ok((Arc::new(UnquantLinear::new(QuantMethodConfig::Unquantized(linear))?), None));
                }
                Some(Quantize::Q8_0) => GgmlDType::Q8_0,
                Some(Quantize::Q4K) => GgmlDType::Q4K,
            };
            // As mistralrs quantises a layer when it loads a model: on the processor, and then onto the device.
            let there = QTensor::quantize(&weight, kind)?;
            let storage = QStorage::from_data(there.data()?, device, kind)?;
            let quantised = Arc::new(QTensor::new(storage, (outputs, inputs))?);
            let config = QuantMethodConfig::Gguf { q_weight: quantised.clone(), b: bias };
            Ok((Arc::new(GgufMatMul::new(config)?), Some(quantised)))
        };
        let (layer, quantised) = built().map_err(|e| format!("cannot place a layer on {device:?}: {e}"))?;
        Ok(Self { layer, quantised, device: device.clone(), inputs, outputs, read_back: OnceLock::new() })
    }

    /// The bytes of the weight.
    pub(super) fn bytes(&self) -> usize {
        let float = 4 * self.inputs * self.outputs;
        self.quantised.as_ref().map_or(float, |weight| weight.storage_size_in_bytes())
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
        let rows = match &self.quantised {
            Some(weight) => weight.dequantize(&Device::Cpu),
            None => self.layer.dequantize_w(),
        };
        let rows = rows.and_then(|w| w.to_device(&Device::Cpu)?.t()?.contiguous()?.flatten_all()?.to_vec1());
        rows.map_err(|e| format!("cannot read back a {} x {} layer: {e}", self.inputs, self.outputs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_read_back_as_the_layer_applies_it() {
        // A block has one float16 scale, the largest number over 127.
        for largest in [100_000.0, 0.3] {
            let mut weight = Packed::zeros(32, 1);
            (0..32).for_each(|i| weight.fill_row(i, &[if i == 0 { largest } else { 0.0 }]));
            let layer =
                MistralLinear::place(weight, None, &Device::Cpu, Some(Quantize::Q8_0)).expect("it can be placed");
            let mut row = [0.0];
            layer.row(0, &mut row);
            let expected = half::f16::from_f32(largest / 127.0).to_f32() * 127.0;
            assert_eq!(row[0], expected);
            assert_eq!(layer.row_norms().expect("it can be read back")[0], expected);
        }
    }
}
