"""The network and its training in PyTorch: the reference that the Rust trainer is held to.

Reads the same shards (docs/tokens.md, section 8) and writes the same checkpoint folders (config.json,
model.safetensors, optimizer.safetensors, state.json), so that either may go on where the other stopped.

    twin.py train SHARDS OUT --tokens 20e6 [--resume] [--minutes M] [--decay 0.2] [--muon] [--half]
    twin.py bench --batch 8 --length 512 [--lora RANK]
    twin.py grads SHARDS CHECKPOINT OUT.safetensors --count 8
    twin.py average MODEL OTHER OUT
    twin.py gap SHARDS MODEL [--count 80]

The shape is that of Hugging Face's Llama: RMSNorm, rotary positions (half rotated), grouped-query attention, SwiGLU,
tied head. References: Touvron et al., LLaMA (2023), section 2; Ainslie et al., GQA (2023).
"""

import argparse
import json
import math
import os
import shutil
import struct
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from muon import Muon, adam_step
from packed import Packed, row_of

SMALL = dict(
    architectures=["LlamaForCausalLM"], model_type="llama", hidden_size=384, intermediate_size=1024,
    num_hidden_layers=5, num_attention_heads=6, num_key_value_heads=2, vocab_size=864,
    max_position_embeddings=1024, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=True,
    hidden_act="silu", attention_bias=False, bos_token_id=1, eos_token_id=2, pad_token_id=0, torch_dtype="float32",
)


def read_config(path):
    """A Hugging Face config.json of a Llama; none: the small one."""
    return json.loads(Path(path).read_text()) | dict(torch_dtype="float32") if path else dict(SMALL)


# --- safetensors, as in its format description: u64 header length, JSON header, raw little-endian data --------------

def save_tensors(path, tensors, metadata=None, kind=torch.float32):
    header, offset = {}, 0
    if metadata:
        header["__metadata__"] = metadata
    for name in sorted(tensors):
        size = tensors[name].numel() * kind.itemsize
        header[name] = dict(dtype=f"F{8 * kind.itemsize}", shape=list(tensors[name].shape), data_offsets=[offset, offset + size])
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{path}.tmp", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            file.write(tensors[name].detach().to(kind).contiguous().numpy().tobytes())
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.tmp", path)


def load(path):
    """The tensors of a file, in f32, and what it says of itself."""
    data = Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__", None)
    kinds = {"F32": np.float32, "F16": np.float16}
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        raw = np.frombuffer(data[8 + size + start:8 + size + end], kinds[entry["dtype"]])
        tensors[name] = torch.from_numpy(raw.astype(np.float32).reshape(entry["shape"]))
    return tensors, metadata


def load_tensors(path):
    return load(path)[0]


# --- the network ----------------------------------------------------------------------------------------------------

class Network:
    """Weights by their Hugging Face names; `logits` maps tokens [batch, time] to [batch, time, vocab]."""

    def __init__(self, config, seed=1):
        self.config = config
        d, ff = config["hidden_size"], config["intermediate_size"]
        heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
        self.head = d // heads
        generator = torch.Generator().manual_seed(seed)
        deep = 1 / math.sqrt(2 * config["num_hidden_layers"])

        def matrix(rows, columns, scale=1.0):
            return torch.randn(rows, columns, generator=generator) * 0.02 * scale

        weights = {"model.embed_tokens.weight": matrix(config["vocab_size"], d), "model.norm.weight": torch.ones(d)}
        for layer in range(config["num_hidden_layers"]):
            at = f"model.layers.{layer}."
            weights[at + "input_layernorm.weight"] = torch.ones(d)
            weights[at + "post_attention_layernorm.weight"] = torch.ones(d)
            weights[at + "self_attn.q_proj.weight"] = matrix(d, d)
            weights[at + "self_attn.k_proj.weight"] = matrix(groups * self.head, d)
            weights[at + "self_attn.v_proj.weight"] = matrix(groups * self.head, d)
            weights[at + "self_attn.o_proj.weight"] = matrix(d, d, deep)
            weights[at + "mlp.gate_proj.weight"] = matrix(ff, d)
            weights[at + "mlp.up_proj.weight"] = matrix(ff, d)
            weights[at + "mlp.down_proj.weight"] = matrix(d, ff, deep)
        self.set(weights)

    def adapt(self, rank, dropout):
        """Lets a low-rank change of every matrix inside the layers learn (Hu et al., LoRA, 2021), and nothing else."""
        self.dropout, learning = dropout, {}
        for name, weight in self.weights.items():
            weight.requires_grad_(False)
            if weight.dim() == 2 and name.startswith("model.layers."):
                rows, columns = weight.shape
                down = (torch.randn(rank, columns) / math.sqrt(3 * columns)).requires_grad_()
                up = torch.zeros(rows, rank, requires_grad=True)
                self.low[name] = down, up
                learning |= {name + ".down": down, name + ".up": up}
        return learning

    def set(self, weights):
        self.low, self.dropout = {}, 0.0
        self.weights = {name: weight.clone().requires_grad_() for name, weight in weights.items()}

    def rotation(self, time):
        frequency = self.config["rope_theta"] ** (-torch.arange(0, self.head, 2).float() / self.head)
        angle = torch.arange(time).float()[:, None] * frequency[None, :]
        return torch.cat([angle, angle], -1).cos(), torch.cat([angle, angle], -1).sin()

    def norm(self, x, weight):
        return F.rms_norm(x, (x.shape[-1],), weight, self.config["rms_norm_eps"])

    def logits(self, tokens):
        w, (batch, time) = self.weights, tokens.shape
        cos, sin = self.rotation(time)

        def rotate(x):
            first, second = x.chunk(2, -1)
            return x * cos + torch.cat([-second, first], -1) * sin

        def times(x, name):
            out = x @ w[name].T
            if name not in self.low:
                return out
            down, up = self.low[name]
            return out + 2 * (F.dropout(x, self.dropout) @ down.T @ up.T)

        def split(x):
            return x.view(batch, time, -1, self.head).transpose(1, 2)

        x = F.embedding(tokens, w["model.embed_tokens.weight"])
        for layer in range(self.config["num_hidden_layers"]):
            at = f"model.layers.{layer}."
            h = self.norm(x, w[at + "input_layernorm.weight"])
            q, k, v = (split(times(h, at + f"self_attn.{name}_proj.weight")) for name in "qkv")
            q, k = rotate(q), rotate(k)
            shared = q.shape[1] // k.shape[1]
            k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
            h = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, time, -1)
            x = x + times(h, at + "self_attn.o_proj.weight")
            h = self.norm(x, w[at + "post_attention_layernorm.weight"])
            gate = F.silu(times(h, at + "mlp.gate_proj.weight")) * times(h, at + "mlp.up_proj.weight")
            x = x + times(gate, at + "mlp.down_proj.weight")
        return self.norm(x, w["model.norm.weight"]) @ w["model.embed_tokens.weight"].T

    def loss(self, tokens, scored, half=False):
        """Sum of nats over the scored next tokens [batch, time - 1]; `half`: products in bf16, all sums in f32."""
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits = self.logits(tokens[:, :-1]).float()
        nats = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
        return (nats * scored.flatten()).sum()


def read_network(folder):
    """The network of a checkpoint folder."""
    network = Network(read_config(Path(folder) / "config.json"))
    network.set(load_tensors(Path(folder) / "model.safetensors"))
    return network


# --- data -----------------------------------------------------------------------------------------------------------

class Shard:
    """Samples of one shard; a sample is (tokens, first scored place, notes, collection). `shares` are other shares of
    collections than its own; `prompt` is what a token counts in training that stands before the scored ones."""

    def __init__(self, folder, name, shares={}, prompt=0.0):
        self.ids = np.fromfile(Path(folder) / f"{name}.bin", dtype="<u2")
        about = json.loads((Path(folder) / f"{name}.json").read_text())
        self.groups, self.samples = about["groups"], np.array(about["samples"], dtype=np.int64)
        if unknown := sorted(set(shares) - set(self.groups)):
            raise SystemExit(f"--shares: {name} has no {', '.join(unknown)}, but {', '.join(self.groups)}")
        self.weights = np.array([shares.get(group, about["weights"].get(group, 0.0)) for group in self.groups])
        self.prompt = prompt
        self.of_group = [np.nonzero(self.samples[:, 4] == group)[0] for group in range(len(self.groups))]

    def draw(self, generator, count):
        """Collections by weight, then samples evenly within one."""
        weights = self.weights * [len(samples) > 0 for samples in self.of_group]
        groups = generator.choice(len(self.groups), size=count, p=weights / weights.sum())
        return [generator.choice(self.of_group[group]) for group in groups]

    def batch(self, chosen, limit):
        """Samples padded to one length: tokens and which next tokens are scored."""
        length = min(limit, max(self.samples[index][1] for index in chosen))
        tokens = np.zeros((len(chosen), length), dtype=np.int64)
        scored = np.zeros((len(chosen), length - 1), dtype=np.float32)
        for row, index in enumerate(chosen):
            offset, size, loss_from = self.samples[index][:3]
            size = min(size, limit)
            tokens[row, :size] = self.ids[offset:offset + size]
            scored[row, max(loss_from - 1, 0):size - 1] = 1
        return torch.from_numpy(tokens), torch.from_numpy(scored)


def validate(network, shard, context):
    """Bits per note, all scored tokens over all scored notes: weighted over collections, and by collection."""
    by_group = {}
    with torch.no_grad():
        for group, indices in zip(shard.groups, shard.of_group):
            nats = notes = 0
            ordered = sorted(indices, key=lambda index: shard.samples[index][1])
            for start in range(0, len(ordered), 8):
                chosen = ordered[start:start + 8]
                nats += network.loss(*shard.batch(chosen, context)).item()
                notes += int(shard.samples[chosen, 3].sum())
            if notes:
                by_group[group] = nats / math.log(2) / notes
    weights = {group: weight for group, weight in zip(shard.groups, shard.weights) if group in by_group}
    return sum(by_group[group] * weight for group, weight in weights.items()) / sum(weights.values()), by_group


# --- training -------------------------------------------------------------------------------------------------------

def rate(settings, tokens):
    """Warm-up, a constant rate, and a linear decay over the last part (WSD; Hu et al., MiniCPM, 2024)."""
    warm = min(1.0, tokens / settings.warm)
    decay_from = settings.tokens * (1 - settings.decay)
    down = 1.0 if tokens < decay_from else max(0.02, (settings.tokens - tokens) / max(1.0, settings.tokens - decay_from))
    return settings.rate * warm * down


class Adam:
    """AdamW with clipping by global norm (Loshchilov and Hutter, 2019); matrices decay, norms do not."""

    def __init__(self, weights):
        self.first = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.second = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.steps = 0

    @torch.no_grad()
    def step(self, weights, rate, decay=0.1, betas=(0.9, 0.95), clip=1.0):
        norm = math.sqrt(sum(weight.grad.square().sum().item() for weight in weights.values()))
        if not math.isfinite(norm):
            raise SystemExit("the gradient is not finite; resume from the last checkpoint with a lower rate")
        self.steps += 1
        scale = min(1.0, clip / (norm + 1e-6))
        for name, weight in weights.items():
            gradient = weight.grad * scale
            adam_step(weight, gradient, self.first[name], self.second[name], self.steps, rate, decay, betas)
        return norm


def checkpoint(out, name, before, network, adam, state):
    """Writes a folder beside its place, keeps the one before it, and renames: one of the two is whole at any moment."""
    part = out / f"{name}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "config.json").write_text(json.dumps(network.config, indent=2))
    save_tensors(part / "model.safetensors", network.weights, {"tokens": str(state.get("given", 0) + state["tokens"])})
    moments = {f"m.{name}": moment for name, moment in adam.first.items()}
    moments |= {f"v.{name}": moment for name, moment in adam.second.items()}
    save_tensors(part / "optimizer.safetensors", moments)
    with open(part / "state.json", "w") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    if (out / name).exists():
        shutil.rmtree(out / before, ignore_errors=True)
        os.rename(out / name, out / before)
    os.rename(part, out / name)


def train(settings):
    torch.set_num_threads(settings.threads)
    out = Path(settings.out)
    newest = next((out / name for name in ("last", "previous") if (out / name / "state.json").exists()), None)
    shares = {name: float(share) for name, share in (pair.split("=") for pair in settings.shares)}
    shard, held = Shard(settings.shards, "train", shares, settings.prompt), Shard(settings.shards, "valid")
    config = read_config(newest / "config.json" if settings.resume and newest else settings.config)
    network = Network(config, settings.seed)
    given = 0
    if settings.weights:
        weights, metadata = load(Path(settings.weights) / "model.safetensors")
        network.set(weights)
        given = int((metadata or {}).get("tokens", 0))
    method = (lambda weights: Muon(weights, settings.half)) if settings.muon else Adam
    # The plan is of this run's tokens; what the weights had seen before it counts in the checkpoint's.
    adam, state = method(network.weights), dict(steps=0, tokens=0, given=given, best=None)
    if settings.resume and newest:
        network.set(load_tensors(newest / "model.safetensors"))
        moments = load_tensors(newest / "optimizer.safetensors")
        # A run keeps the way that it began with: which weights are Muon's shows in which second moments are kept.
        kept = all(f"v.{name}" in moments for name in network.weights)
        adam = Adam(network.weights) if kept else Muon(network.weights, settings.half)
        adam.first = {name: moments[f"m.{name}"] for name in adam.first}
        adam.second = {name: moments[f"v.{name}"] for name in adam.second}
        state = json.loads((newest / "state.json").read_text())
        adam.steps = state["steps"]
    context = config["max_position_embeddings"]
    packed = Packed(network, settings.half)
    started = saved = looked = time.monotonic()
    seen = state["tokens"]

    def look():
        bits, by_group = validate(network, held, context)
        line = f"held out {bits:.4f} bits/note  " + " ".join(f"{name} {value:.2f}" for name, value in by_group.items())
        print(f"{state['steps']} {state['tokens'] / 1e6:.2f}M {line}", flush=True)
        with open(out / "held_out.csv", "a") as file:
            columns = ",".join(f"{by_group.get(group, math.nan):.5f}" for group in held.groups)
            file.write(f"{state['steps']},{state['tokens']},{bits:.5f},{columns}\n")
        if state["best"] is None or bits < state["best"]:
            state["best"] = bits
            checkpoint(out, "best", "best-before", network, adam, state)
        checkpoint(out, "last", "previous", network, adam, state)

    while state["tokens"] < settings.tokens and (not settings.minutes or time.monotonic() - started < 60 * settings.minutes):
        row = row_of(shard, settings.seed, state["steps"], settings.batch, context)
        for weight in network.weights.values():
            weight.grad = None
        loss = packed.loss(row) / row[2].sum()
        loss.backward()
        nats = loss.item()
        norm = adam.step(network.weights, rate(settings, state["tokens"]))
        state["steps"] += 1
        state["tokens"] += int((row[0] != 0).sum())
        now = time.monotonic()
        if state["steps"] % 20 == 0:
            speed = (state["tokens"] - seen) / (now - started)
            print(f"{state['steps']} {state['tokens'] / 1e6:.2f}M loss {nats:.4f} norm {norm:.2f} {speed:.0f} tok/s", flush=True)
            with open(out / "loss.csv", "a") as file:
                file.write(f"{state['steps']},{state['tokens']},{nats:.5f}\n")
        if now - looked > 60 * settings.look:
            look()
            looked = saved = time.monotonic()
        elif now - saved > 60 * settings.save:
            checkpoint(out, "last", "previous", network, adam, state)
            saved = now
    look()


def grads(settings):
    """Loss and gradients of the first samples of a shard, and the cost of what is held out, to compare with."""
    torch.set_num_threads(settings.threads)
    network = read_network(settings.checkpoint)
    context = network.config["max_position_embeddings"]
    tokens, scored = Shard(settings.shards, "train").batch(range(settings.count), context)
    loss = network.loss(tokens, scored) / scored.sum()
    loss.backward()
    save_tensors(settings.gradients, {name: weight.grad for name, weight in network.weights.items()})
    bits, by_group = validate(network, Shard(settings.shards, "valid"), context)
    print(json.dumps(dict(loss=loss.item(), bits_per_note=bits, collections=by_group)))


def bench(settings):
    torch.set_num_threads(settings.threads)
    network = Network(read_config(settings.config))
    learning = network.adapt(settings.lora, 0.05) if settings.lora else network.weights
    adam = Adam(learning)
    tokens = torch.randint(8, 860, (settings.batch, settings.length + 1))
    scored = torch.ones(settings.batch, settings.length)
    times = []
    for _ in range(settings.steps + 1):
        started = time.perf_counter()
        for weight in learning.values():
            weight.grad = None
        (network.loss(tokens, scored, settings.half) / scored.sum()).backward()
        adam.step(learning, 1e-3)
        times.append(time.perf_counter() - started)
    print(json.dumps(dict(tokens_per_second=settings.batch * settings.length / sorted(times[1:])[settings.steps // 2])))


def average(settings):
    """The mean of the weights of two models of one run, in f16, beside what else the later one has."""
    one = load_tensors(Path(settings.model) / "model.safetensors")
    other, metadata = load(Path(settings.other) / "model.safetensors")
    shutil.copytree(settings.other, settings.out, dirs_exist_ok=True)
    mean = {name: (weight + other[name]) / 2 for name, weight in one.items()}
    save_tensors(Path(settings.out) / "model.safetensors", mean, metadata, torch.float16)


def gap(settings):
    """What was learnt by heart: bits per note of training samples and of held-out ones, by collection."""
    torch.set_num_threads(settings.threads)
    network = read_network(settings.model)
    learnt, held = Shard(settings.shards, "train"), Shard(settings.shards, "valid")
    generator = np.random.Generator(np.random.PCG64(1))
    learnt.of_group = [generator.permutation(samples)[:settings.count] for samples in learnt.of_group]
    (_, known), (_, new) = (validate(network, shard, network.config["max_position_embeddings"]) for shard in (learnt, held))
    for group in known:
        print(f"{group:22} learnt {known[group]:.2f}  held out {new.get(group, math.nan):.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("train")
    run.add_argument("shards")
    run.add_argument("out")
    run.add_argument("--tokens", type=float, default=20e6)
    run.add_argument("--minutes", type=float)
    run.add_argument("--resume", action="store_true")
    run.add_argument("--rate", type=float, default=2e-3)
    run.add_argument("--warm", type=float, default=1e6, help="tokens of warm-up")
    run.add_argument("--decay", type=float, default=0.2, help="part of the tokens over which the rate falls")
    run.add_argument("--batch", type=int, default=8192, help="tokens in a step, at least")
    run.add_argument("--muon", action="store_true", help="Muon for the matrices of the layers, else AdamW for all")
    run.add_argument("--look", type=float, default=8, help="minutes between validations")
    run.add_argument("--save", type=float, default=3, help="minutes between checkpoints")
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--threads", type=int, default=2)
    run.add_argument("--half", action="store_true", help="products in bf16")
    run.add_argument("--shares", nargs="*", default=[], metavar="COLLECTION=SHARE", help="other shares than the shards'")
    run.add_argument("--prompt", type=float, default=0.0, help="what a token counts that stands before the scored ones")
    run.add_argument("--config", help="config.json of a new run; none: the small one")
    run.add_argument("--weights", help="checkpoint folder whose weights a new run begins with")
    speed = commands.add_parser("bench")
    speed.add_argument("--batch", type=int, default=8)
    speed.add_argument("--length", type=int, default=512)
    speed.add_argument("--steps", type=int, default=5)
    speed.add_argument("--threads", type=int, default=2)
    speed.add_argument("--half", action="store_true", help="products in bf16")
    speed.add_argument("--lora", type=int, default=0, help="rank of a low-rank change that learns instead of all weights")
    speed.add_argument("--config", help="config.json; none: the small one")
    compared = commands.add_parser("grads")
    compared.add_argument("shards")
    compared.add_argument("checkpoint")
    compared.add_argument("gradients")
    compared.add_argument("--count", type=int, default=8, help="samples of the batch")
    compared.add_argument("--threads", type=int, default=2)
    mean = commands.add_parser("average")
    mean.add_argument("model")
    mean.add_argument("other", help="the one that was trained longer")
    mean.add_argument("out")
    apart = commands.add_parser("gap")
    apart.add_argument("shards")
    apart.add_argument("model")
    apart.add_argument("--count", type=int, default=80, help="training samples of each collection")
    apart.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    Path(getattr(chosen, "out", ".")).mkdir(parents=True, exist_ok=True)
    {"train": train, "bench": bench, "grads": grads, "average": average, "gap": gap}[chosen.command](chosen)
