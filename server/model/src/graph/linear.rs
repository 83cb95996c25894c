//! Linear layers: float32 on the CPU by `kernels`; quantised in place, or on a GPU, by mistralrs-quant.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use candle_core::{Device, Tensor};
use candle_nn::Linear as CandleLinear;
use kernels::{Packed, Pool, matmul};
use mistralrs_quant::{IsqType, QuantMethod, QuantMethodConfig, QuantizeOntoGuard, UnquantLinear};

/// How linear layers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantize {
    /// 8 bits, blocks of 32.
    Q8_0,
    /// 4 bits, blocks of 256.
    Q4K,
}

impl Quantize {
    /// As settings have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Q8_0 => "q8_0",
            Self::Q4K => "q4k",
        }
    }

    fn block(self) -> usize {
        match self {
            Self::Q8_0 => 32,
            Self::Q4K => 256,
        }
    }
}

/// Where and how the linear layers of a model live.
#[derive(Clone, Debug)]
pub enum Placement {
    /// Float32 on the CPU: reproducible to the bit.
    Float,
    /// Through mistralrs-quant, on this device, quantised or not.
    Quantised(Device, Option<Quantize>),
}

impl Placement {
    /// The GPU of a build that has one compiled in and of a machine that has one; the CPU otherwise, quantised if asked.
    pub fn on_this_machine(quantize: Option<Quantize>) -> Self {
        let device = if cfg!(feature = "cuda") {
            Device::cuda_if_available(0)
        } else if cfg!(feature = "metal") {
            Device::metal_if_available(0)
        } else {
            Ok(Device::Cpu)
        };
        match (device.unwrap_or(Device::Cpu), quantize) {
            (Device::Cpu, None) => Self::Float,
            (device, quantize) => Self::Quantised(device, quantize),
        }
    }
}

/// y = x W + b
pub(crate) enum Linear {
    Float { weight: Packed, bias: Vec<f32> },
    Quantised { layer: Arc<dyn QuantMethod>, device: Device, inputs: usize, outputs: usize },
}

impl Linear {
    /// From a float32 layer, whose weight is given up.
    pub(crate) fn place(weight: Packed, bias: Vec<f32>, placement: &Placement) -> Result<Self, String> {
        let Placement::Quantised(device, quantize) = placement else { return Ok(Self::Float { weight, bias }) };
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
            let bias = Tensor::from_vec(bias, outputs, &Device::Cpu)?;
            let plain = |w: Tensor, b: Tensor| {
                UnquantLinear::new(QuantMethodConfig::Unquantized(CandleLinear::new(w, Some(b))))
            };
            let kind = match quantize {
                None => return Ok(Arc::new(plain(weight.to_device(device)?, bias.to_device(device)?)?)),
                Some(Quantize::Q8_0) => IsqType::Q8_0,
                Some(Quantize::Q4K) => IsqType::Q4K,
            };
            let layer: Arc<dyn QuantMethod> = Arc::new(plain(weight, bias)?);
            layer.apply_isq(Some(kind), device.clone(), &AtomicUsize::new(0), None, QuantizeOntoGuard::new())
        };
        let layer = built().map_err(|e| format!("cannot place a layer on {device:?}: {e}"))?;
        Ok(Self::Quantised { layer, device: device.clone(), inputs, outputs })
    }

    /// Rows of `x` to rows of `out`.
    pub(crate) fn forward(&self, pool: &Pool, x: &[f32], out: &mut [f32]) -> Result<(), String> {
        match self {
            Self::Float { weight, bias } => matmul(pool, x, weight, Some(bias), out),
            Self::Quantised { layer, device, inputs, outputs } => {
                let run = || -> candle_core::Result<Vec<f32>> {
                    let x = Tensor::from_slice(x, (x.len() / inputs, *inputs), device)?;
                    layer.forward_autocast(&x)?.flatten_all()?.to_vec1()
                };
                let y = run().map_err(|e| format!("a {inputs} x {outputs} layer failed: {e}"))?;
                out.copy_from_slice(&y);
            }
        }
        Ok(())
    }

    /// W as the layer acts, inputs x outputs, row-major; `None` where `row` gives it.
    pub(crate) fn dequantised(&self) -> Result<Option<Vec<f32>>, String> {
        let Self::Quantised { layer, inputs, outputs, .. } = self else { return Ok(None) };
        let rows =
            layer.dequantize_w().and_then(|w| w.to_device(&Device::Cpu)?.t()?.contiguous()?.flatten_all()?.to_vec1());
        rows.map(Some).map_err(|e| format!("cannot read back a {inputs} x {outputs} layer: {e}"))
    }

    /// Row i of W, where the layer is float32.
    pub(crate) fn row(&self, i: usize, out: &mut [f32]) {
        if let Self::Float { weight, .. } = self {
            weight.row(i, out);
        }
    }
}
