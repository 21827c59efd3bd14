"""The peer of `make bench-engine DEVICE=cuda`: a decoder of Llama's kind written plainly in PyTorch, with random weights of the sizes given, keys and
values in one dense array a layer, in bfloat16; once eager and once as TorchScript. Prints `eager` and `scripted` with tokens a second while all rows
decode, the best of three rounds of 64 tokens.

    python3 torch_peer.py DEVICE BATCH CONTEXT LAYERS HIDDEN INNER HEADS KEY_HEADS VOCABULARY
"""
import sys
import time
from typing import List

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, hidden: int, inner: int, heads: int, key_heads: int):
        super().__init__()
        self.heads = heads
        self.key_heads = key_heads
        self.size = hidden // heads
        self.attention_norm = nn.Parameter(torch.ones(hidden))
        self.norm = nn.Parameter(torch.ones(hidden))
        self.q = nn.Linear(hidden, heads * self.size, bias=False)
        self.k = nn.Linear(hidden, key_heads * self.size, bias=False)
        self.v = nn.Linear(hidden, key_heads * self.size, bias=False)
        self.o = nn.Linear(heads * self.size, hidden, bias=False)
        self.gate = nn.Linear(hidden, inner, bias=False)
        self.up = nn.Linear(hidden, inner, bias=False)
        self.down = nn.Linear(inner, hidden, bias=False)

    def turn(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        a, b = x.chunk(2, -1)
        return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, keys: Tensor, values: Tensor, position: int) -> Tensor:
        n = x.size(0)
        y = F.rms_norm(x, (x.size(1),), self.attention_norm, 1e-5)
        q = self.turn(self.q(y).view(n, self.heads, self.size), cos, sin)
        keys[:, :, position] = self.turn(self.k(y).view(n, self.key_heads, self.size), cos, sin)
        values[:, :, position] = self.v(y).view(n, self.key_heads, self.size)
        # The heads of a key head as queries beside each other: nothing is repeated.
        q = q.view(n, self.key_heads, -1, self.size)
        seen = position + 1
        o = F.scaled_dot_product_attention(q, keys[:, :, :seen], values[:, :, :seen])
        x = x + self.o(o.reshape(n, -1))
        y = F.rms_norm(x, (x.size(1),), self.norm, 1e-5)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Decoder(nn.Module):
    def __init__(self, layers: int, hidden: int, inner: int, heads: int, key_heads: int, vocabulary: int, longest: int):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, hidden)
        self.layers = nn.ModuleList([Layer(hidden, inner, heads, key_heads) for _ in range(layers)])
        self.norm = nn.Parameter(torch.ones(hidden))
        self.head = nn.Linear(hidden, vocabulary, bias=False)
        size = hidden // heads
        angles = torch.outer(torch.arange(longest), 10000.0 ** (-torch.arange(0, size, 2) / size))
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, tokens: Tensor, keys: List[Tensor], values: List[Tensor], position: int) -> Tensor:
        x = self.embedding(tokens)
        cos, sin = self.cos[position], self.sin[position]
        for i, layer in enumerate(self.layers):
            x = layer(x, cos, sin, keys[i], values[i], position)
        return self.head(F.rms_norm(x, (x.size(1),), self.norm, 1e-5)).argmax(-1)


def rate(model: nn.Module, device: str, batch: int, context: int, layers: int, key_heads: int, size: int) -> float:
    keys = [torch.zeros(batch, key_heads, context + 64, size, device=device, dtype=torch.bfloat16) for _ in range(layers)]
    values = [torch.zeros_like(k) for k in keys]
    best = 0.0
    for _ in range(4):
        tokens = torch.arange(batch, device=device)
        start = time.perf_counter()
        for position in range(context, context + 64):
            tokens = model(tokens, keys, values, position)
            tokens.tolist()  # a server sends each token as it comes
        best = max(best, batch * 64 / (time.perf_counter() - start))
    return best


@torch.inference_mode()
def main() -> None:
    device = sys.argv[1]
    batch, context, layers, hidden, inner, heads, key_heads, vocabulary = map(int, sys.argv[2:])
    if device == "cuda" and not torch.cuda.is_available():
        sys.exit("no CUDA device here")
    model = Decoder(layers, hidden, inner, heads, key_heads, vocabulary, context + 64).to(device, torch.bfloat16)
    for name, form in (("eager", model), ("scripted", torch.jit.script(model))):
        print(name, rate(form, device, batch, context, layers, key_heads, hidden // heads), flush=True)


main()
