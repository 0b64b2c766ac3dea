//! The shape of a network, in the words of Hugging Face's `config.json` for Llama.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The shape of a Llama-shaped decoder with a tied head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Which class of `transformers` reads it.
    #[serde(default = "llama_class")]
    pub architectures: Vec<String>,
    /// Which family it is of; "llama".
    #[serde(default = "llama")]
    pub model_type: String,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width inside the feed-forward part.
    pub intermediate_size: usize,
    /// How many layers.
    pub num_hidden_layers: usize,
    /// Query heads of each layer.
    pub num_attention_heads: usize,
    /// Key and value heads of each layer; query heads share them in equal groups.
    pub num_key_value_heads: usize,
    /// How many ids there are.
    pub vocab_size: usize,
    /// The longest context that it was trained on.
    pub max_position_embeddings: usize,
    /// Added to the mean square before its root is taken.
    pub rms_norm_eps: f64,
    /// Base of the rotary frequencies.
    pub rope_theta: f64,
    /// The head is the embedding; always true here.
    #[serde(default = "yes")]
    pub tie_word_embeddings: bool,
    /// The gate's function; always "silu" here.
    #[serde(default = "silu")]
    pub hidden_act: String,
    /// Projections with bias; always false here.
    #[serde(default)]
    pub attention_bias: bool,
    /// The id that begins every sequence.
    #[serde(default = "one")]
    pub bos_token_id: u32,
    /// The id that ends a sequence.
    #[serde(default = "two")]
    pub eos_token_id: u32,
    /// The id that fills up.
    #[serde(default)]
    pub pad_token_id: u32,
    /// How the weights are stored: float32 or float16.
    #[serde(default = "float32")]
    pub torch_dtype: String,
}

fn llama_class() -> Vec<String> {
    vec!["LlamaForCausalLM".into()]
}
fn llama() -> String {
    "llama".into()
}
fn silu() -> String {
    "silu".into()
}
fn float32() -> String {
    "float32".into()
}
fn yes() -> bool {
    true
}
fn one() -> u32 {
    1
}
fn two() -> u32 {
    2
}

impl Config {
    /// A network over our 864 ids: width, layers, query heads, key heads, inner width, longest context.
    pub fn new(width: usize, layers: usize, heads: usize, groups: usize, inner: usize, context: usize) -> Self {
        Config {
            architectures: llama_class(),
            model_type: llama(),
            hidden_size: width,
            intermediate_size: inner,
            num_hidden_layers: layers,
            num_attention_heads: heads,
            num_key_value_heads: groups,
            vocab_size: 864,
            max_position_embeddings: context,
            rms_norm_eps: 1e-5,
            rope_theta: 10_000.0,
            tie_word_embeddings: true,
            hidden_act: silu(),
            attention_bias: false,
            bos_token_id: one(),
            eos_token_id: two(),
            pad_token_id: 0,
            torch_dtype: float32(),
        }
    }

    /// 8.2 million weights: what two cores can train in a day.
    pub fn small() -> Self {
        Config::new(384, 5, 6, 2, 1024, 1024)
    }

    /// A network for tests.
    pub fn tiny() -> Self {
        Config::new(32, 2, 4, 2, 48, 64)
    }

    /// Reads and checks a `config.json`.
    ///
    /// # Errors
    /// [`Error::System`], [`Error::File`] if it is no such file, [`Error::Config`] if a value is out of range.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(Error::system("read", path))?;
        let config: Config = serde_json::from_str(&text)
            .map_err(|error| Error::file(path, format!("this is no configuration of a Llama network: {error}")))?;
        config.check()?;
        Ok(config)
    }

    /// Refuses what cannot be or would need more memory than any model of ours.
    ///
    /// # Errors
    /// [`Error::Config`].
    pub fn check(&self) -> Result<(), Error> {
        let range = |what, value: usize, low: usize, high: usize| match (low..=high).contains(&value) {
            true => Ok(()),
            false => Err(Error::Config { what, value: value.to_string(), range: format!("{low}..={high}") }),
        };
        range("hidden_size", self.hidden_size, 8, 2048)?;
        range("intermediate_size", self.intermediate_size, 8, 8192)?;
        range("num_hidden_layers", self.num_hidden_layers, 1, 48)?;
        range("num_attention_heads", self.num_attention_heads, 1, 64)?;
        range("num_key_value_heads", self.num_key_value_heads, 1, self.num_attention_heads)?;
        range("vocab_size", self.vocab_size, 2, 65_536)?;
        range("max_position_embeddings", self.max_position_embeddings, 2, 8192)?;
        let rule = |what, value: String, range: &str, holds: bool| match holds {
            true => Ok(()),
            false => Err(Error::Config { what, value, range: range.into() }),
        };
        let (width, heads, groups) = (self.hidden_size, self.num_attention_heads, self.num_key_value_heads);
        let even = width.is_multiple_of(heads) && (width / heads).is_multiple_of(2);
        rule("hidden_size", width.to_string(), "an even multiple of num_attention_heads", even)?;
        rule(
            "num_key_value_heads",
            groups.to_string(),
            "a divisor of num_attention_heads",
            heads.is_multiple_of(groups),
        )?;
        rule(
            "rms_norm_eps",
            self.rms_norm_eps.to_string(),
            "above 0 and below 0.1",
            self.rms_norm_eps > 0.0 && self.rms_norm_eps < 0.1,
        )?;
        rule("rope_theta", self.rope_theta.to_string(), "1..=10000000", (1.0..=1e7).contains(&self.rope_theta))?;
        rule("model_type", self.model_type.clone(), "llama", self.model_type == "llama")?;
        rule("hidden_act", self.hidden_act.clone(), "silu", self.hidden_act == "silu")?;
        rule("tie_word_embeddings", self.tie_word_embeddings.to_string(), "true", self.tie_word_embeddings)?;
        rule("attention_bias", self.attention_bias.to_string(), "false", !self.attention_bias)
    }

    /// Width of one head.
    pub fn head(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// Width of all keys, or all values, of one layer.
    pub fn group_width(&self) -> usize {
        self.num_key_value_heads * self.head()
    }

    /// Every weight's name and shape, in the order of their names.
    pub fn weights(&self) -> Vec<(String, Vec<usize>)> {
        let (width, inner, groups) = (self.hidden_size, self.intermediate_size, self.group_width());
        let mut all = vec![
            ("model.embed_tokens.weight".to_owned(), vec![self.vocab_size, width]),
            ("model.norm.weight".to_owned(), vec![width]),
        ];
        for layer in 0..self.num_hidden_layers {
            let mut add =
                |name: &str, shape: Vec<usize>| all.push((format!("model.layers.{layer}.{name}.weight"), shape));
            add("input_layernorm", vec![width]);
            add("mlp.down_proj", vec![width, inner]);
            add("mlp.gate_proj", vec![inner, width]);
            add("mlp.up_proj", vec![inner, width]);
            add("post_attention_layernorm", vec![width]);
            add("self_attn.k_proj", vec![groups, width]);
            add("self_attn.o_proj", vec![width, width]);
            add("self_attn.q_proj", vec![width, width]);
            add("self_attn.v_proj", vec![groups, width]);
        }
        all.sort();
        all
    }

    /// How many weights it has.
    pub fn size(&self) -> usize {
        self.weights().iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_with_its_range() {
        let mut config = Config::small();
        config.num_attention_heads = 5;
        assert!(config.check().unwrap_err().to_string().contains("even multiple"));
        let config = Config { vocab_size: 1 << 40, ..Config::small() };
        assert!(config.check().unwrap_err().to_string().contains("2..=65536"));
        assert!(Config::tiny().check().is_ok());
    }

    #[test]
    fn the_small_network_has_its_size() {
        assert_eq!(Config::small().size(), 8_200_320);
    }
}
