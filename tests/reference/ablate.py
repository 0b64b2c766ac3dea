"""Short ablations: what else the base model could have been, at equal compute.

    ablate.py SHARDS [--compute 12] [--only format,size,mixture] [--half] [--threads 2]

Prints the tables of docs/training.md. Compute is weights times tokens, in units of 1e12; every network of one table has the
same, the same recipe (Muon, rate 0.002, a linear decay over the last fifth), the same seed and the same order of samples.
What is measured is the cost of the music, all scored tokens over all scored notes, so that formats can be compared.
"""

import argparse

import numpy as np
import torch

from formats import Shown, explicit, fits, kinds, share
from muon import Muon
from packed import Packed, row_of
from twin import SMALL, Network, Shard, rate, validate

# Shapes: width, layers, heads, groups, inner width.
SHAPES = {"1.9 million": (256, 3, 4, 2, 640), "4.9 million": (320, 4, 5, 1, 896), "8.2 million": (384, 5, 6, 2, 1024), "12.6 million": (448, 6, 7, 1, 1152)}
# Collections of bands, whose gated notes seldom end where the next begins.
BANDS = {"freedoom", "lmms_demos"}
SEED, BATCH, CONTEXT = 1, 8_192, 1_024


def shape(name):
    width, layers, heads, groups, inner = SHAPES[name]
    return SMALL | dict(hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=groups, intermediate_size=inner)


def trained(name, shard, settings):
    """A network that has had its compute, and how many tokens that were."""
    network = Network(shape(name), SEED)
    count = sum(weight.numel() for weight in network.weights.values())
    plan = argparse.Namespace(tokens=settings.compute * 1e12 / count, decay=0.2, warm=2e5, rate=2e-3)
    optimiser, packed = Muon(network.weights, settings.half), Packed(network, settings.half)
    seen = step = 0
    while seen < plan.tokens:
        row = row_of(shard, SEED, step, BATCH, CONTEXT)
        for weight in network.weights.values():
            weight.grad = None
        (packed.loss(row) / row[2].sum()).backward()
        optimiser.step(network.weights, rate(plan, seen))
        seen, step = seen + int((row[0] != 0).sum()), step + 1
    return network, seen


def line(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def table(first, columns):
    print()
    line(first, *columns)
    line("---", *("---:" for _ in columns))


def formats(train, held, settings):
    """Format D, in which a note that follows the last needs no place, against A, in which every onset has one; on bands."""
    table("format, on bands", ["tokens seen", "tokens a note", "bits a note, plain", "bits a note, masked"])
    bands = [number for number, group in enumerate(train.groups) if group in BANDS]
    for name, form in (("D: implied places (as shipped)", None), ("A: every onset has its place", explicit)):
        kept = [np.isin(shard.samples[:, 4], bands) & fits(shard, explicit, CONTEXT) for shard in (train, held)]
        network, seen = trained("4.9 million", Shown(train, kept[0], form), settings)
        plain = kinds(held)[0]
        tested = [Shown(held, kept[1] & which, form) for which in (plain, ~plain)]
        long = tested[0].samples[:, 1].sum() / tested[0].samples[:, 3].sum()
        line(name, f"{seen / 1e6:.2f} million", f"{long:.2f}", *(f"{validate(network, shard, CONTEXT)[0]:.3f}" for shard in tested))


def sizes(train, held, settings):
    table("weights", ["tokens seen", "bits a note"])
    for name in SHAPES:
        network, seen = trained(name, train, settings)
        line(name, f"{seen / 1e6:.2f} million", f"{validate(network, held, CONTEXT)[0]:.3f}")


def mixtures(train, held, settings):
    table("mixture", ["bits a note, plain", "bits a note, masked"])
    plain, themes = kinds(train)
    generator = np.random.Generator(np.random.PCG64(SEED))
    quiet = ~themes
    choices = {
        "as shipped: 55 % masked, 25 % with a theme, 20 % plain": np.arange(len(plain)),
        "without themes": np.nonzero(quiet)[0],
        "half of it plain": share(plain, 0.5, generator),
        "nothing plain": np.nonzero(~plain)[0],
    }
    held_plain = kinds(held)[0]
    for name, kept in choices.items():
        network, _ = trained("4.9 million", Shown(train, kept), settings)
        line(name, *(f"{validate(network, Shown(held, which), CONTEXT)[0]:.3f}" for which in (held_plain, ~held_plain)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards")
    parser.add_argument("--compute", type=float, default=12, help="weights times tokens of each network, in units of 1e12")
    parser.add_argument("--only", default="format,size,mixture")
    parser.add_argument("--half", action="store_true", help="products in bf16")
    parser.add_argument("--threads", type=int, default=2)
    settings = parser.parse_args()
    torch.set_num_threads(settings.threads)
    train, held = Shard(settings.shards, "train"), Shard(settings.shards, "valid")
    for name, work in (("format", formats), ("size", sizes), ("mixture", mixtures)):
        if name in settings.only.split(","):
            work(train, held, settings)


main()
