"""Muon for the matrices inside the layers, AdamW for the rest.

Muon (Jordan et al. 2024): the step of a matrix is its momentum made orthogonal by five Newton-Schulz iterations, so
that no direction of the gradient drowns the others. Scaled by 0.2 times the root of the longer side, its steps are as
long as AdamW's, and rate and decay can be shared (Liu et al., "Muon is scalable for LLM training", 2025, section 2.2).
"""

import math

import torch

# Coefficients of the quintic iteration, as published with the method.
A, B, C = 3.4445, -4.7750, 2.0315


def orthogonal(matrices, kind=torch.float32):
    """[count, rows, columns] to nearly orthogonal ones: singular values between about .7 and 1.2."""
    x = matrices.to(kind)
    turned = x.shape[1] > x.shape[2]  # the square is that of the shorter side
    x = x.mT if turned else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = A * x + (B * square + C * (square @ square)) @ x
    return (x.mT if turned else x).float()


@torch.no_grad()
def adam_step(weight, gradient, first, second, number, rate, decay, betas):
    """AdamW's step of one weight (Loshchilov and Hutter, 2019), the first being number 1; matrices decay, norms do not."""
    first.lerp_(gradient, 1 - betas[0])
    second.mul_(betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
    if weight.ndim == 2:
        weight.mul_(1 - rate * decay)
    one, two = 1 - betas[0] ** number, 1 - betas[1] ** number
    weight.addcdiv_(first / one, (second / two).sqrt_().add_(1e-8), value=-rate)


class Muon:
    """Keeps momenta by name: `first` of every weight, `second` of those that AdamW steps. `half`: iterates in bf16,
    which is faster where the processor multiplies in it and hundred times slower where it does not."""

    def __init__(self, weights, half=False):
        self.kind = torch.bfloat16 if half else torch.float32
        self.first = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.second = {name: torch.zeros_like(weight) for name, weight in weights.items() if not inner(name, weight)}
        self.steps = 0
        self.shapes = {}
        for name, weight in weights.items():
            if inner(name, weight):
                self.shapes.setdefault(tuple(weight.shape), []).append(name)

    @torch.no_grad()
    def step(self, weights, rate, decay=0.1, betas=(0.9, 0.95), momentum=0.95, clip=1.0):
        norm = math.sqrt(sum(weight.grad.square().sum().item() for weight in weights.values()))
        if not math.isfinite(norm):
            raise SystemExit("the gradient is not finite; resume from the last checkpoint with a lower rate")
        self.steps += 1
        scale = min(1.0, clip / (norm + 1e-6))
        for name, second in self.second.items():
            gradient = weights[name].grad * scale
            adam_step(weights[name], gradient, self.first[name], second, self.steps, rate, decay, betas)
        for shape, names in self.shapes.items():
            gradients = [weights[name].grad * scale for name in names]
            for name, gradient in zip(names, gradients):
                self.first[name].lerp_(gradient, 1 - momentum)
            looked = [gradient.lerp(self.first[name], momentum) for name, gradient in zip(names, gradients)]
            for name, step in zip(names, orthogonal(torch.stack(looked), self.kind)):
                weights[name].mul_(1 - rate * decay).add_(step, alpha=-rate * 0.2 * math.sqrt(max(shape)))
        return norm


def inner(name, weight):
    """Whether a weight is a matrix inside a layer."""
    return weight.ndim == 2 and name.startswith("model.layers.")
