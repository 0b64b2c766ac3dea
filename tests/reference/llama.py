"""Logits of a checkpoint folder as Hugging Face's own Llama gives them.

    llama.py CHECKPOINT OUT.safetensors ID ID ID …

Writes `logits` [ids, vocab] in f32.
"""

import sys

import torch
from transformers import LlamaForCausalLM

from twin import save_tensors

if __name__ == "__main__":
    folder, out, *ids = sys.argv[1:]
    network = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        logits = network(torch.tensor([[int(number) for number in ids]])).logits[0]
    save_tensors(out, {"logits": logits})
