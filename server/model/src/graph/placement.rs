//! Where and how linear layers are stored. A build without the cargo feature `mistralrs` computes only in float32 on the CPU,
//! with the weights as the checkpoint has them.

use lm::OpenError;

/// How linear layers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantize {
    /// 8 bits, blocks of 32.
    Q8_0,
    /// 4 bits, blocks of 256.
    Q4K,
}

impl Quantize {
    /// As in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Q8_0 => "q8_0",
            Self::Q4K => "q4k",
        }
    }

    #[cfg(feature = "mistralrs")]
    pub(super) fn block(self) -> usize {
        match self {
            Self::Q8_0 => 32,
            Self::Q4K => 256,
        }
    }
}

/// Where and how the linear layers of a model live.
#[derive(Clone, Debug)]
pub enum Placement {
    /// Float32 on the CPU, of weights as the checkpoint has them: reproducible to the bit.
    Float,
    /// By mistralrs-quant on this device, quantised or not.
    #[cfg(feature = "mistralrs")]
    Quantised(candle_core::Device, Option<Quantize>),
}

impl Placement {
    /// The GPU, if the build and the machine have one; else the CPU. Quantised if requested.
    #[cfg(feature = "mistralrs")]
    pub fn on_this_machine(quantize: Option<Quantize>) -> Result<Self, OpenError> {
        Ok(match (device(), quantize) {
            (candle_core::Device::Cpu, None) => Self::Float,
            (device, quantize) => Self::Quantised(device, quantize),
        })
    }

    /// The CPU in float32. An error if another precision is requested, because this build has none.
    #[cfg(not(feature = "mistralrs"))]
    pub fn on_this_machine(quantize: Option<Quantize>) -> Result<Self, OpenError> {
        match quantize {
            None => Ok(Self::Float),
            Some(q) => Err(OpenError::new(format!(
                "{} needs mistral.rs, which this build leaves out; remove `quantize` from the model's settings, or use a \
                 build with the cargo feature `mistralrs`",
                q.name()
            ))),
        }
    }

    /// `float32`, or how and where the layers are stored.
    pub(crate) fn precision(&self) -> String {
        match self {
            Self::Float => "float32".to_owned(),
            #[cfg(feature = "mistralrs")]
            Self::Quantised(device, q) => {
                format!("{} on {:?}", q.map_or("float32", Quantize::name), device.location())
            }
        }
    }
}

/// The GPU, if the build and the machine have one; else the CPU.
#[cfg(feature = "mistralrs")]
fn device() -> candle_core::Device {
    let device = if cfg!(feature = "cuda") {
        candle_core::Device::cuda_if_available(0)
    } else if cfg!(feature = "metal") {
        candle_core::Device::metal_if_available(0)
    } else {
        Ok(candle_core::Device::Cpu)
    };
    device.unwrap_or(candle_core::Device::Cpu)
}
