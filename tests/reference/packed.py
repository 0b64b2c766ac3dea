"""The twin's network over samples laid end to end, for long runs on CPUs.

The same numbers as `twin.Network.loss` without a padded token: products, norms and gates run over one row of all
samples, compiled once for that length; attention runs sample by sample. Products in bf16 where `half` says so.
"""

import numpy as np
import torch
import torch.nn.functional as F


def pack(shard, chosen, length, limit):
    """Samples end to end in a row of `length` tokens: ids, the next ids, how much each of those counts, places, lengths.
    What is left of the row is one more sample of padding, which never counts."""
    ids, following = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64)
    scored, places, bounds = np.zeros(length, dtype=np.float32), np.zeros(length, dtype=np.int64), [0]
    for index in chosen:
        offset, size, loss_from = shard.samples[index][:3]
        size, at = min(size, limit), bounds[-1]
        row = shard.ids[offset:offset + size]
        ids[at:at + size], following[at:at + size - 1] = row, row[1:]
        answer = at + max(loss_from - 1, 0)
        scored[at:answer], scored[answer:at + size - 1] = shard.prompt, 1
        places[at:at + size] = np.arange(size)
        bounds.append(at + size)
    if bounds[-1] < length:
        places[bounds[-1]:] = np.arange(length - bounds[-1]) % limit
        bounds.append(length)
    return [torch.from_numpy(array) for array in (ids, following, scored, places)] + [np.diff(bounds).tolist()]


def row_of(shard, seed, step, batch, limit):
    """The row of one optimiser step, a function of seed and step: samples are drawn until one does not fit. The row is
    one sample longer than `batch`, so that at least so many tokens are in it."""
    generator = np.random.Generator(np.random.PCG64([seed, step]))
    length = batch + min(limit, int(shard.samples[:, 1].max()))
    chosen, filled = [], 0
    while True:
        for index in shard.draw(generator, 8):
            size = min(limit, int(shard.samples[index][1]))
            if filled + size > length:
                return pack(shard, chosen, length, limit)
            chosen.append(index)
            filled += size


def before_attention(x, norm, q, k, v, cos, sin, head, eps):
    """Norm, queries, keys and values, rotated: [heads, time, head] each; keys and values once for each query head."""
    h = F.rms_norm(x, (x.shape[-1],), norm, eps)
    time, shared = x.shape[0], q.shape[0] // k.shape[0]

    def split(w):
        return (h @ w.T).view(time, -1, head).transpose(0, 1)

    def rotate(y):
        first, second = y.chunk(2, -1)
        return y * cos + torch.cat([-second, first], -1) * sin

    q, k, v = rotate(split(q)), rotate(split(k)), split(v)
    half = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
    return q.to(half), k.repeat_interleave(shared, 0).to(half), v.repeat_interleave(shared, 0).to(half)


def after_attention(x, h, o, norm, gate, up, down, eps):
    x = x + h @ o.T
    h = F.rms_norm(x, (x.shape[-1],), norm, eps)
    return x + (F.silu(h @ gate.T) * (h @ up.T)) @ down.T


def cost(x, norm, embedding, following, scored, eps):
    logits = (F.rms_norm(x, (x.shape[-1],), norm, eps) @ embedding.T).float()
    return (F.cross_entropy(logits, following, reduction="none") * scored).sum()


class Packed:
    """`loss(row)`: nats over the scored next tokens of a row of `pack`, as `Network.loss` would sum them."""

    def __init__(self, network, half):
        self.network, self.half = network, half
        self.before, self.after = torch.compile(before_attention), torch.compile(after_attention)
        self.cost = torch.compile(cost)
        cos, sin = network.rotation(network.config["max_position_embeddings"])
        self.cos, self.sin = cos, sin

    def loss(self, row):
        ids, following, scored, places, lengths = row
        config, w = self.network.config, self.network.weights
        head, eps = self.network.head, config["rms_norm_eps"]
        cos, sin = self.cos[places], self.sin[places]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            x = F.embedding(ids, w["model.embed_tokens.weight"])
            for layer in range(config["num_hidden_layers"]):
                at = f"model.layers.{layer}."
                q, k, v = self.before(
                    x, w[at + "input_layernorm.weight"], *(w[at + f"self_attn.{name}_proj.weight"] for name in "qkv"),
                    cos, sin, head, eps)
                samples = zip(*(y[None].split(lengths, 2) for y in (q, k, v)))
                heard = [F.scaled_dot_product_attention(*sample, is_causal=True) for sample in samples]
                h = torch.cat(heard, 2)[0].transpose(0, 1).reshape(len(ids), -1)
                x = self.after(
                    x, h, w[at + "self_attn.o_proj.weight"], w[at + "post_attention_layernorm.weight"],
                    *(w[at + f"mlp.{name}_proj.weight"] for name in ("gate", "up", "down")), eps)
            return self.cost(x, w["model.norm.weight"], w["model.embed_tokens.weight"], following, scored, eps)
