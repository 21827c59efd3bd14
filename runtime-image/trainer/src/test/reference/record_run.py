"""Records what PyTorch computes where the trainer must compute the same.

Run once, at development time, from this folder; needs Python 3.11 and the packages torch 2.7.1, transformers 4.56.2:

    python record_run.py

Writes ../resources/reference/run.json (the losses of a training run of transformers' LlamaForCausalLM with torch.optim.AdamW
and clip_grad_norm_, from the trainer's own first weights and batches) and ../resources/reference/optimizer.json (a few
AdamW updates and clippings of a short vector).
"""

import json
import math
import pathlib

import torch
from transformers import LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).parent
OUT = HERE / "../resources/reference"
TEXT = HERE / "../../main/resources/dev/plinth/trainer/data/shakespeare.txt"
MASK64 = (1 << 64) - 1

RUN = {
    "model": {
        "layers": 2,
        "hiddenSize": 64,
        "heads": 4,
        "kvHeads": 2,
        "intermediateSize": 160,
        "sequenceLength": 32,
        "tieEmbeddings": False,
    },
    "data": {"path": "builtin:shakespeare", "tokenizer": "Bytes"},
    "optimizer": {
        "learningRate": "1e-3",
        "warmupSteps": 5,
        "weightDecay": "0.1",
        "beta1": "0.9",
        "beta2": "0.95",
        "epsilon": "1e-8",
        "clipNorm": "1.0",
    },
    "steps": 50,
    "batchSize": 8,
    "seed": 20260101,
}


class JavaRandom:
    """java.util.Random: its algorithms are part of its specification."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
        self.spare = None

    def bits(self, count):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.state >> (48 - count)

    def double(self):
        return ((self.bits(26) << 27) + self.bits(27)) * 2.0**-53

    def gaussian(self):
        if self.spare is not None:
            value, self.spare = self.spare, None
            return value
        while True:
            v1, v2 = 2 * self.double() - 1, 2 * self.double() - 1
            s = v1 * v1 + v2 * v2
            if 0 < s < 1:
                scale = math.sqrt(-2 * math.log(s) / s)
                self.spare = v2 * scale
                return v1 * scale


def split_mix(seed, index):
    z = (seed + (index + 1) * 0x9E3779B97F4A7C15) & MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


def batch(tokens, step):
    length = RUN["model"]["sequenceLength"]
    windows = []
    for sequence in range(RUN["batchSize"]):
        offset = split_mix(RUN["seed"], step * RUN["batchSize"] + sequence) % (len(tokens) - length)
        windows.append(tokens[offset : offset + length + 1])
    windows = torch.tensor(windows)
    return windows[:, :-1], windows[:, 1:]


def first_weights(model):
    """In the order in which the trainer draws them: embedding, layers, head; norms are one."""
    random = JavaRandom(RUN["seed"])
    state = dict(model.named_parameters())
    layer = "self_attn.q_proj self_attn.k_proj self_attn.v_proj self_attn.o_proj mlp.gate_proj mlp.up_proj mlp.down_proj".split()
    names = ["model.embed_tokens.weight"]
    for i in range(RUN["model"]["layers"]):
        names += [f"model.layers.{i}.{name}.weight" for name in layer]
    names.append("lm_head.weight")
    with torch.no_grad():
        for name in names:
            shape = state[name].shape
            values = [0.02 * random.gaussian() for _ in range(shape.numel())]
            state[name].copy_(torch.tensor(values, dtype=torch.float64).float().reshape(shape))
    assert len(names) + sum(p.dim() == 1 for p in state.values()) == len(state)


def learning_rate(step):
    peak, warmup = float(RUN["optimizer"]["learningRate"]), RUN["optimizer"]["warmupSteps"]
    if step <= warmup:
        return peak * step / warmup
    return peak * (0.1 + 0.9 * (1 + math.cos(math.pi * (step - warmup) / (RUN["steps"] - warmup))) / 2)


def record_run():
    shape, settings = RUN["model"], RUN["optimizer"]
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=256,
            hidden_size=shape["hiddenSize"],
            intermediate_size=shape["intermediateSize"],
            num_hidden_layers=shape["layers"],
            num_attention_heads=shape["heads"],
            num_key_value_heads=shape["kvHeads"],
            max_position_embeddings=shape["sequenceLength"],
            rms_norm_eps=1e-5,
            rope_theta=10000.0,
            tie_word_embeddings=False,
            attn_implementation="eager",
        )
    )
    model.train()
    first_weights(model)
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": float(settings["weightDecay"])},
            {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
        ],
        betas=(float(settings["beta1"]), float(settings["beta2"])),
        eps=float(settings["epsilon"]),
    )
    tokens = list(TEXT.read_bytes())
    losses, norms = [], []
    for step in range(RUN["steps"]):
        inputs, targets = batch(tokens, step)
        logits = model(inputs).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), float(settings["clipNorm"]))))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step + 1)
        optimizer.step()
        losses.append(loss.item())
    return {"torch": torch.__version__, "config": RUN, "losses": losses, "gradientNorms": norms}


def record_optimizer():
    start = [0.5, -1.25, 3.0, 1e-4, -2e-3, 0.0]
    gradients = [[0.1, -0.2, 3.0, 1e-9, -1e-3, 0.0], [0.3, 0.2, -1.0, 2e-9, 1e-3, 1e-12], [-0.05, 0.1, 0.5, 0.0, 4e-3, 0.0]]
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimizer = torch.optim.AdamW([parameter], lr=0.01, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    after = []
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        after.append(parameter.tolist())
    clipped = []
    for limit in [0.5, 1.0, 100.0]:
        vector = torch.nn.Parameter(torch.zeros(6))
        vector.grad = torch.tensor(gradients[0])
        norm = torch.nn.utils.clip_grad_norm_([vector], limit)
        clipped.append({"limit": limit, "norm": float(norm), "gradient": vector.grad.tolist()})
    return {
        "torch": torch.__version__,
        "learningRate": 0.01,
        "start": start,
        "gradients": gradients,
        "after": after,
        "clipped": clipped,
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "run.json").write_text(json.dumps(record_run(), indent=1) + "\n")
    (OUT / "optimizer.json").write_text(json.dumps(record_optimizer(), indent=1) + "\n")
