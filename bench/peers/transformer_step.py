"""The same Transformer over behaviour in PyTorch, one thread. In: the shape of bench/transformer-step/behaviour-network.ts, and
"steps" to time after "warmup" on stdin. Out, on stdout: {"version", "cpuMs": CPU time of each timed step, "losses"}."""

import json
import sys
import time

import torch
import torch.nn.functional as functional
from torch import nn

shape = json.load(sys.stdin)
torch.set_num_threads(1)
torch.manual_seed(1)
width, moments, heads = shape["width"], shape["moments"], shape["headCount"]
batch, items, drawn_count, rate = shape["batchSize"], shape["itemCount"], shape["drawnCount"], shape["dropout"]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.before_attention, self.before_layers = nn.LayerNorm(width), nn.LayerNorm(width)
        self.read, self.write = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, shape["innerWidth"]), nn.Linear(shape["innerWidth"], width)
        self.drop = nn.Dropout(rate)

    def forward(self, x, bias):
        parts = self.read(self.before_attention(x)).view(batch, moments, 3, heads, width // heads)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)
        read = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=bias)
        x = x + self.drop(self.write(read.transpose(1, 2).reshape(batch, moments, width)))
        inner = self.drop(functional.relu(self.inner(self.before_layers(x))))
        return x + self.drop(self.outer(inner))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.items = nn.Embedding(items + 1, width, padding_idx=0, sparse=True)
        self.places = nn.Parameter(0.02 * torch.randn(moments, width))
        nn.init.normal_(self.items.weight, std=0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(shape["blockCount"]))
        self.norm, self.drop = nn.LayerNorm(width), nn.Dropout(rate)
        self.register_buffer("later", torch.full((moments, moments), -1e9).triu(1))

    def forward(self, past, right, drawn, weights):
        bias = self.later + ((past == 0) * -1e9)[:, None, None, :] * (1 - torch.eye(moments))
        x = self.drop(self.items(past) * width**0.5 + self.places)
        for block in self.blocks:
            x = block(x, bias)
        hidden = self.norm(x).view(-1, width)
        own = (hidden * self.items(right).view(-1, width)).sum(-1)
        others = hidden @ self.items(drawn).T
        others = others.masked_fill(right.view(-1, 1) == drawn, -1e9)
        loss = functional.softplus(others.logsumexp(-1) - own)
        return (loss * weights.view(-1)).sum() / weights.sum()


network = Network()
dense = [parameter for name, parameter in network.named_parameters() if name != "items.weight"]
optimisers = [torch.optim.AdamW(dense, lr=1e-3, weight_decay=0.01, fused=True),
              torch.optim.SparseAdam([network.items.weight], lr=1e-3)]
cpu_ms, losses = [], []
for step in range(shape["warmup"] + shape["steps"]):
    past = torch.randint(1, items + 1, (batch, moments))
    past[:, : moments // 4] = 0
    right = torch.randint(1, items + 1, (batch, moments))
    drawn = torch.randperm(items)[:drawn_count] + 1
    weights = (past > 0).float()
    started = time.process_time()
    loss = network(past, right, drawn, weights)
    loss.backward()
    nn.utils.clip_grad_norm_(dense, 5.0)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad()
    if step >= shape["warmup"]:
        cpu_ms.append(1000 * (time.process_time() - started))
        losses.append(loss.item())
json.dump({"version": "PyTorch " + torch.__version__, "cpuMs": cpu_ms, "losses": losses}, sys.stdout)
