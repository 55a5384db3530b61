"""An autoregressive transformer over the tokens: 1 M weights, masked by the grammar, stopped early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from time import process_time
from typing import Final, final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, log_softmax, scaled_dot_product_attention

from benchmarks.grammars.bits.tokens import STATES, TOKENS, Said

WIDTH: Final = 128

LAYERS: Final = 5

HEADS: Final = 4

_LENGTH: Final = 4096

_BATCH: Final = 6_000
"""Tokens in one step."""


@final
class Layer(nn.Module):
    """Attention and two linear maps, each on what is normed (pre-LN)."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)])
        self.mixed = nn.Linear(WIDTH, 3 * WIDTH)
        self.joined = nn.Linear(WIDTH, WIDTH)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.drop = nn.Dropout(drop)

    def forward(self, x: Tensor) -> Tensor:
        b, n, _ = x.shape
        q, k, v = self.mixed(self.norms[0](x)).view(b, n, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.drop(self.joined(seen.transpose(1, 2).reshape(b, n, WIDTH)))
        return x + self.drop(self.narrow(gelu(self.wide(self.norms[1](x)))))


@final
class Transformer(nn.Module):
    """What comes next, of what is said before and of the state that the grammar is in."""

    def __init__(self, drop: float = 0.1) -> None:
        super().__init__()
        self.tokens = nn.Embedding(TOKENS + 1, WIDTH)
        self.states = nn.Embedding(STATES + 1, WIDTH)
        self.layers = nn.ModuleList([Layer(drop) for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.out = nn.Linear(WIDTH, TOKENS)
        self.register_buffer("places", _places(), persistent=False)
        for weights in (self.tokens.weight, self.states.weight):
            nn.init.normal_(weights, std=0.3)

    def forward(self, tokens: Tensor, states: Tensor, allowed: Tensor) -> Tensor:
        """(b, n, TOKENS) logarithms of probabilities; the tokens are shifted here."""
        start = torch.full_like(tokens[:, :1], TOKENS)
        before = torch.cat([start, tokens[:, :-1]], dim=1)
        x = self.tokens(before) + self.states(states) + self.get_buffer("places")[: tokens.shape[1]]
        for layer in self.layers:
            x = layer(x)
        logits = self.out(self.norm(x)).masked_fill(~allowed, -1e9)
        return log_softmax(logits, dim=-1)


def _places() -> Tensor:
    """Sines of places (Vaswani et al., "Attention is all you need", 2017, section 3.5)."""
    at = torch.arange(_LENGTH)[:, None] * torch.exp(torch.arange(0, WIDTH, 2) * (-log(10_000.0) / WIDTH))
    return 0.3 * torch.stack([torch.sin(at), torch.cos(at)], dim=2).reshape(_LENGTH, WIDTH)


@final
@dataclass(frozen=True, slots=True)
class Trained:
    """A model, the processor seconds that it took, its passes, and whether it had settled before its time was up."""

    model: Transformer
    seconds: float
    passes: int
    settled: bool


def trained(corpus: Sequence[Said], seconds: float, seed: int) -> Trained:
    """A model of a corpus, a tenth of which (at least 4) says when to stop. Seconds are of the processor."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(corpus))
    kept = max(4, len(corpus) // 10)
    watched, learned = [corpus[k] for k in order[:kept]], [corpus[k] for k in order[kept:]]
    with torch.random.fork_rng():
        torch.manual_seed(seed)  # noqa: TID251 - within its own fork, which gives torch's state back
        return _trained(learned, watched, seconds, rng)


def _trained(learned: Sequence[Said], watched: Sequence[Said], seconds: float, rng: np.random.Generator) -> Trained:
    model = Transformer(drop=0.2 if len(learned) < 1000 else 0.05)
    steps = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    started, number, passes, worse = process_time(), 0, 0, 0
    best, kept = np.inf, {k: v.clone() for k, v in model.state_dict().items()}
    checked = started
    while (spent := process_time() - started) < seconds and worse < 8:
        for group in _groups(learned, rng):
            spent = process_time() - started
            if spent >= seconds:
                break
            number += 1
            for setting in steps.param_groups:
                setting["lr"] = 1.5e-3 * min(1.0, number / 30) * max(0.03, 1.0 - spent / seconds)
            loss = _nats(model.train(), group).sum() / sum(len(s.tokens) for s in group)
            steps.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            steps.step()
            # Looking takes time too: at most every fifth of what is spent on learning.
            if process_time() - checked > seconds / 15:
                break
        passes += 1
        now = float(program_bits(model, watched).sum())
        checked = process_time()
        if now < best:
            best, worse, kept = now, 0, {k: v.clone() for k, v in model.state_dict().items()}
        else:
            worse += 1
    model.load_state_dict(kept)
    return Trained(model, process_time() - started, passes, worse >= 8)


def _groups(corpus: Sequence[Said], rng: np.random.Generator) -> list[list[Said]]:
    """Programs of about one length together, in any order."""
    order = sorted(range(len(corpus)), key=lambda k: len(corpus[k].tokens) * (1.0 + 0.2 * rng.random()))
    groups: list[list[Said]] = [[]]
    for k in order:
        longest = max([len(corpus[k].tokens), *(len(s.tokens) for s in groups[-1])])
        if longest * (len(groups[-1]) + 1) > _BATCH and groups[-1]:
            groups.append([])
        groups[-1].append(corpus[k])
    return [groups[k] for k in rng.permutation(len(groups))]


def _nats(model: Transformer, group: Sequence[Said]) -> Tensor:
    """(b, n) of each token, 0 where a program has ended."""
    longest = max(len(s.tokens) for s in group)
    tokens = torch.zeros((len(group), longest), dtype=torch.long)
    states = torch.full((len(group), longest), STATES, dtype=torch.long)
    allowed = torch.ones((len(group), longest, TOKENS), dtype=torch.bool)
    inside = torch.zeros((len(group), longest))
    for k, said in enumerate(group):
        n = len(said.tokens)
        tokens[k, :n], states[k, :n] = torch.from_numpy(said.tokens), torch.from_numpy(said.states)
        allowed[k, :n], inside[k, :n] = torch.from_numpy(said.allowed), 1.0
    logs = model(tokens, states, allowed).gather(2, tokens[:, :, None])[:, :, 0]
    return -logs * inside


def program_bits(model: Transformer, corpus: Sequence[Said]) -> np.ndarray:
    """(n, 2) bits of structure and numbers."""
    model.eval()
    found = np.zeros((len(corpus), 2))
    order = np.argsort([len(s.tokens) for s in corpus])
    with torch.no_grad():
        for begin in range(0, len(order), 8):
            group = [int(k) for k in order[begin : begin + 8]]
            nats = _nats(model, [corpus[k] for k in group]).numpy()
            for row, k in enumerate(group):
                said = corpus[k]
                own = nats[row, : len(said.tokens)] / log(2.0)
                found[k] = own[~said.numeric].sum(), own[said.numeric].sum()
    return found
