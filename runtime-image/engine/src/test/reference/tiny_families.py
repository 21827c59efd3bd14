"""Records what transformers computes on a small random model of each family, for FamiliesTest.

    pip install torch==2.7.1 transformers==4.56.2 safetensors
    python tiny_families.py ../resources/reference/families [MODEL ...]

For each it writes the model (weights and config.json as transformers saves them) and beside it reference.safetensors: token ids and
the logits at every position.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, CONFIG_MAPPING

COMMON = dict(
    vocab_size=64,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    initializer_range=0.2,  # ten times the usual, so that scores differ visibly
    tie_word_embeddings=False,
)
ROPE_ORIGINAL = dict(original_max_position_embeddings=16)
FAMILIES = {
    "llama-biases": ("llama", dict(attention_bias=True, mlp_bias=True, num_attention_heads=6, num_key_value_heads=3, head_dim=8)),
    "llama-linear": ("llama", dict(rope_scaling=dict(rope_type="linear", factor=2.0))),
    "llama-llama3": (
        "llama",
        dict(
            head_dim=16,
            rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, **ROPE_ORIGINAL),
        ),
    ),
    "llama-yarn": ("llama", dict(head_dim=16, rope_scaling=dict(rope_type="yarn", factor=4.0, **ROPE_ORIGINAL))),
    "llama-dynamic": ("llama", dict(rope_scaling=dict(rope_type="dynamic", factor=4.0))),
    "llama-longrope": (
        "llama",
        dict(
            original_max_position_embeddings=48,
            rope_scaling=dict(rope_type="longrope", short_factor=[1.0, 1.25, 2.0, 3.5], long_factor=[2.0, 4.0, 6.0, 8.0]),
        ),
    ),
    # Nine heads over three, more channels in heads than in the stream, which is no multiple of a power of two; an odd feed-forward layer.
    "llama-odd": (
        "llama",
        dict(
            vocab_size=61,
            hidden_size=30,
            intermediate_size=37,
            num_hidden_layers=3,
            num_attention_heads=9,
            num_key_value_heads=3,
            head_dim=6,
            tie_word_embeddings=True,
        ),
    ),
    "mistral-tied": (
        "mistral",
        dict(sliding_window=7, num_attention_heads=5, num_key_value_heads=1, head_dim=10, tie_word_embeddings=True),
    ),
    "gemma2-odd": (
        "gemma2",
        dict(
            hidden_size=30,
            intermediate_size=37,
            num_hidden_layers=3,
            num_attention_heads=9,
            num_key_value_heads=3,
            head_dim=6,
            query_pre_attn_scalar=5,
            sliding_window=6,
            attn_logit_softcapping=None,
            final_logit_softcapping=None,
            attention_bias=True,
            tie_word_embeddings=False,
        ),
    ),
    "qwen3-yarn": (
        "qwen3",
        dict(
            head_dim=12,
            tie_word_embeddings=True,
            attention_bias=True,
            rope_scaling=dict(rope_type="yarn", factor=2.5, beta_fast=20, beta_slow=2, attention_factor=1.3, **ROPE_ORIGINAL),
        ),
    ),
    "phi3": ("phi3", dict(num_attention_heads=6, num_key_value_heads=3, hidden_size=36, sliding_window=11)),
    # Phi-4-mini's: three channels of four turn, and only they are stretched.
    "phi3-longrope": (
        "phi3",
        dict(
            partial_rotary_factor=0.75,
            original_max_position_embeddings=44,
            tie_word_embeddings=True,
            rope_scaling=dict(type="longrope", short_factor=[1.0, 1.5, 3.0], long_factor=[2.0, 4.0, 6.0]),
        ),
    ),
    "mistral": ("mistral", dict(sliding_window=10)),
    "qwen2": ("qwen2", dict(tie_word_embeddings=True)),
    "qwen2-window": ("qwen2", dict(use_sliding_window=True, sliding_window=9, max_window_layers=1)),
    "qwen3": ("qwen3", dict(head_dim=12, num_attention_heads=5, num_key_value_heads=1)),
    "gemma": ("gemma", dict(head_dim=16, num_key_value_heads=1, tie_word_embeddings=True)),
    "gemma2": (
        "gemma2",
        dict(
            head_dim=16,
            query_pre_attn_scalar=24,
            sliding_window=10,
            attn_logit_softcapping=3.0,
            final_logit_softcapping=8.0,
            tie_word_embeddings=True,
        ),
    ),
    "mixtral": ("mixtral", dict(num_local_experts=4, num_experts_per_tok=2, sliding_window=None)),
    "qwen3-moe": (
        "qwen3_moe",
        dict(head_dim=8, num_experts=6, num_experts_per_tok=3, moe_intermediate_size=16, norm_topk_prob=False),
    ),
    "gpt2": ("gpt2", dict(n_inner=48, n_positions=64, tie_word_embeddings=True)),
}


def record(name: str, family: str, options: dict, folder: Path) -> None:
    torch.manual_seed(1)
    config = CONFIG_MAPPING[family](**(COMMON | options), bos_token_id=None, eos_token_id=None, pad_token_id=None)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    for parameter_name, parameter in model.named_parameters():
        if "norm" in parameter_name or ".ln_" in parameter_name:
            torch.nn.init.uniform_(parameter, -0.5, 1.5)
        elif parameter_name.endswith("bias"):
            torch.nn.init.uniform_(parameter, -0.5, 0.5)
    tokens = torch.randint(0, config.vocab_size, (1, 40))
    with torch.no_grad():
        logits = model(tokens).logits[0].contiguous()
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    save_file({"tokens": tokens[0].float(), "logits": logits}, folder / "reference.safetensors")
    print(name, sum(p.numel() for p in model.parameters()), "parameters, logits up to", float(logits.abs().max()))


for model_name in sys.argv[2:] or FAMILIES:
    record(model_name, *FAMILIES[model_name], Path(sys.argv[1]) / model_name)
