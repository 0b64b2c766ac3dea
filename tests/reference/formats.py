"""Shards in another format or mixture, for `ablate.py`; docs/tokens.md says what the ids are."""

import numpy as np

from twin import Shard

SEP, THEME = 3, 6
INST, DRUMS, POS, VEL, DUR, P, AND, D = 120, 159, 176, 368, 376, 424, 552, 680
# Steps of the 48 classes of length.
STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 20, 21, 22, 23, 24, 27, 28, 30, 32, 33, 36, 40, 42, 44, 45, 48,
         54, 60, 66, 72, 78, 84, 90, 96, 108, 120, 132, 144, 168, 192, 240, 288]


def explicit(ids):
    """A sample in format A: every onset states its place, and a further pitch of a chord is a pitch like any other."""
    out, before = [], []
    end = position = length = 0
    stated = drums = False
    for token in map(int, ids):
        if not drums and POS <= token < P:
            # What stands in front of a note waits for it, because a place that was implied goes before all of it.
            before.append(token)
            if token < VEL:
                position, stated = token - POS, True
            elif token >= DUR:
                length = STEPS[token - DUR]
            continue
        if P <= token < AND and not stated:
            position = end
            before.insert(0, POS + position)
        if P <= token < AND:
            end = position + length
        if AND <= token < D:
            token -= AND - P
        if INST <= token <= DRUMS:
            end = position = length = 0
            drums = token == DRUMS
        out += [*before, token]
        before, stated = [], False
    return np.array(out + before, dtype=np.uint16)


class Shown(Shard):
    """A shard of which only some samples are shown, each as `form` makes it; drawn and batched like the whole."""

    def __init__(self, shard, kept, form=None):
        self.groups, self.weights, self.samples = shard.groups, shard.weights, shard.samples[kept].copy()
        self.ids, self.prompt = shard.ids, shard.prompt
        if form:
            texts = [form(shard.ids[offset:offset + size]) for offset, size in self.samples[:, :2]]
            self.ids = np.concatenate(texts)
            for sample, text, offset in zip(self.samples, texts, np.cumsum([0] + [len(text) for text in texts])):
                # Only an answer begins after a SEP, and there is one.
                sample[:3] = offset, len(text), np.nonzero(text == SEP)[0][0] + 1 if sample[2] else 0
        self.of_group = [np.nonzero(self.samples[:, 4] == group)[0] for group in range(len(self.groups))]


def fits(shard, form, limit):
    """Which samples are whole within so many tokens, as they are and in another form."""
    return np.array([max(size, len(form(shard.ids[offset:offset + size]))) <= limit for offset, size in shard.samples[:, :2]])


def kinds(shard):
    """Of each sample whether it is plain, and whether it has a theme."""
    plain = shard.samples[:, 2] == 0
    themes = [not one and THEME in shard.ids[offset:offset + size] for one, (offset, size) in zip(plain, shard.samples[:, :2])]
    return plain, np.array(themes)


def share(plain, part, generator):
    """Samples of which `part` are plain: as many as there can be."""
    some, others = np.nonzero(plain)[0], np.nonzero(~plain)[0]
    count = min(len(some) / part, len(others) / (1 - part))
    return np.sort(np.concatenate([generator.permutation(some)[:int(count * part)], generator.permutation(others)[:int(count * (1 - part))]]))
