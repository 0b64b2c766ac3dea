r"""Decoding in llama.cpp, q8_0, with the shape and weights of models/base: the peer of `decode_time`.

    python -m venv PEER && PEER/bin/pip install xllamacpp gguf safetensors numpy
    PEER/bin/python benches/llama.py [THREADS]

The ready package holds nothing beyond AVX2. One for this very processor is built by

    CMAKE_ARGS="-DGGML_NATIVE=ON -DLLAMA_BUILD_BORINGSSL=OFF -DLLAMA_LLGUIDANCE=OFF" \
        PEER/bin/pip install --no-binary xllamacpp xllamacpp

Writes the model as GGUF (llama.cpp's file form, version 3) with a vocabulary of made-up words, reads a prompt of 1,024
tokens and writes 256 more, several times, alone and four sequences at a time; prints the medians of llama.cpp's own
timings.
"""

import json
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gguf
import numpy as np
import xllamacpp
from safetensors.numpy import load_file

BASE = Path(__file__).parent.parent / "models" / "base"
PROMPT, WRITTEN, TURNS = 1024, 256, 5

NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
}


def name_of(name):
    if name == "model.embed_tokens.weight":
        return "token_embd.weight"
    if name == "model.norm.weight":
        return "output_norm.weight"
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{NAMES[rest.removesuffix('.weight')]}.weight"


def turned(weight, heads):
    """Rows of a head from halves to pairs, the order in which llama.cpp turns them."""
    rows, width = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, width).swapaxes(1, 2).reshape(rows, width)


def write(path):
    config = json.loads((BASE / "config.json").read_text())
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    out = gguf.GGUFWriter(path, "llama")
    out.add_context_length(2 * PROMPT)
    out.add_embedding_length(config["hidden_size"])
    out.add_block_count(config["num_hidden_layers"])
    out.add_feed_forward_length(config["intermediate_size"])
    out.add_head_count(heads)
    out.add_head_count_kv(groups)
    out.add_layer_norm_rms_eps(config["rms_norm_eps"])
    out.add_rope_dimension_count(config["hidden_size"] // heads)
    out.add_rope_freq_base(config["rope_theta"])
    out.add_vocab_size(config["vocab_size"])
    out.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    words = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    words += [f"w{index}" for index in range(len(words), config["vocab_size"])]
    kinds = [2, 3, 3] + [6] * 256 + [1] * (config["vocab_size"] - 259)
    out.add_tokenizer_model("llama")
    out.add_token_list(words)
    out.add_token_scores([0.0] * len(words))
    out.add_token_types(kinds)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_unk_token_id(0)
    for name, weight in load_file(BASE / "model.safetensors").items():
        weight = weight.astype(np.float32)
        if "q_proj" in name or "k_proj" in name:
            weight = turned(weight, heads if "q_proj" in name else groups)
        if weight.ndim == 1:
            out.add_tensor(name_of(name), weight)
        else:
            kind = gguf.GGMLQuantizationType.Q8_0
            out.add_tensor(name_of(name), gguf.quants.quantize(weight, kind), raw_dtype=kind)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def serve(path, threads, slots):
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = slots * 2 * PROMPT
    params.n_parallel = slots
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.n_gpu_layers = 0
    params.warmup = False
    return xllamacpp.Server(params)


def ask(server, turn, slot, count, keep):
    prompt = [1] + [3 + (turn * 7919 + index * 104729) % 860 for index in range(PROMPT - 1)]
    request = {"prompt": prompt, "n_predict": count, "ignore_eos": True, "temperature": 1.0, "seed": turn + slot,
               "cache_prompt": keep, "id_slot": slot}
    answer = server.handle_completions(request)
    return (json.loads(answer) if isinstance(answer, (str, bytes)) else answer)["timings"]


def four_at_a_time(path, threads):
    """Tokens per second of four sequences whose common prompt each slot has read before."""
    server, written = serve(path, threads, 4), []
    with ThreadPoolExecutor(4) as pool:
        for turn in range(TURNS):
            for slot in range(4):
                ask(server, turn, slot, 1, True)
            timings = list(pool.map(lambda slot: ask(server, turn, slot, WRITTEN, True), range(4)))
            written.append(sum(one["predicted_n"] for one in timings) / max(one["predicted_ms"] for one in timings) * 1e3)
    return statistics.median(written)


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "base.gguf")
        write(path)
        server = serve(path, threads, 1)
        timings = [ask(server, turn, 0, WRITTEN, False) for turn in range(TURNS)]
        reading = statistics.median(one["prompt_per_second"] for one in timings)
        writing = statistics.median(one["predicted_per_second"] for one in timings)
        del server
        four = four_at_a_time(path, threads)
        print(xllamacpp.get_system_info())
        print(f"llama.cpp q8_0, {threads} threads: prompt {reading:,.0f} tokens/s, one sequence {writing:,.0f} tokens/s, "
              f"four sequences {four:,.0f} tokens/s (prompt {PROMPT}, {WRITTEN} written, median of {TURNS})")


main()
