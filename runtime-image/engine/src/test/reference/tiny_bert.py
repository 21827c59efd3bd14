"""Records what transformers computes on a small random BERT with a word-piece tokenizer, for TextEncoderTest.

    pip install torch==2.7.1 transformers==4.56.2 safetensors
    python tiny_bert.py ../resources/reference/tiny-bert

Writes the model and its tokenizer as sentence-transformers lay them out (mean of the tokens, length 1), and beside them
reference.safetensors: for each text its token ids, and its vector.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel, BertTokenizerFast

TEXTS = ["the cat sat", "A dog barks at the cats!", "unknown wörds", "a"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "a", "dog", "bark", "at", "!", "##s", "unknown", "w", "##ord"]

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
(folder / "vocab.txt").write_text("\n".join(WORDS))
tokenizer = BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))
tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
(folder / "vocab.txt").unlink()
torch.manual_seed(1)
config = BertConfig(
    vocab_size=len(WORDS),
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=3,
    max_position_embeddings=32,
    initializer_range=0.3,
)
model = BertModel(config, add_pooling_layer=False).eval()
for name, parameter in model.named_parameters():
    if name.endswith("bias") or "LayerNorm" in name:
        torch.nn.init.uniform_(parameter, -0.5, 1.5)
model.save_pretrained(folder)
(folder / "1_Pooling").mkdir(exist_ok=True)
(folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}))
(folder / "modules.json").write_text(
    json.dumps([{"type": "sentence_transformers.models." + kind} for kind in ["Transformer", "Pooling", "Normalize"]])
)
recorded = {}
for i, text in enumerate(TEXTS):
    ids = tokenizer.encode(text)
    with torch.no_grad():
        hidden = model(torch.tensor([ids])).last_hidden_state[0]
    recorded[f"tokens.{i}"] = torch.tensor(ids).float()
    recorded[f"vector.{i}"] = torch.nn.functional.normalize(hidden.mean(0), dim=0)
    print(text, ids, recorded[f"vector.{i}"][:4].tolist())
save_file(recorded, folder / "reference.safetensors")
