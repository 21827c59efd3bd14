"""Records what transformers computes on a small random Llama, for LlamaReferenceTest.

    pip install torch==2.7.1 transformers==4.56.2 safetensors
    python tiny_llama.py ../resources/reference

Writes two models (weights and config.json as transformers saves them) and beside each reference.safetensors: token ids, the
logits at every position, and the mean cross-entropy of the next token.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

MODELS = {
    # Grouped-query attention, an own head, and another base of the rotation.
    "tiny-llama": dict(num_key_value_heads=2, tie_word_embeddings=False, rope_theta=10000.0, rms_norm_eps=1e-5),
    # As many key as query heads, the head tied to the embedding, heads of another size than hidden / heads.
    "tiny-llama-tied": dict(
        num_key_value_heads=4, tie_word_embeddings=True, rope_theta=100000.0, rms_norm_eps=1e-6, head_dim=12
    ),
}


def record(name: str, options: dict, folder: Path) -> None:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=96,
        hidden_size=32,
        intermediate_size=80,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=128,
        bos_token_id=None,
        eos_token_id=None,
        initializer_range=0.2,  # ten times the usual, so that scores differ visibly
        **options,
    )
    model = LlamaForCausalLM(config).eval()
    for parameter_name, parameter in model.named_parameters():
        if "norm" in parameter_name:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
    tokens = torch.randint(0, config.vocab_size, (2, 40))
    with torch.no_grad():
        result = model(tokens, labels=tokens)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink()
    save_file(
        {"tokens": tokens.float(), "logits": result.logits.contiguous(), "loss": result.loss.reshape(1)},
        folder / "reference.safetensors",
    )
    print(name, sum(p.numel() for p in model.parameters()), "parameters, loss", float(result.loss))


for model_name, model_options in MODELS.items():
    record(model_name, model_options, Path(sys.argv[1]) / model_name)
