"""The official Python client, as it is, against a server of the model "tiny". Run by OpenAiPythonClientIT."""

import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="none", max_retries=0)
messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


assert [model.id for model in client.models.list()] == ["tiny"]

answer = client.chat.completions.create(
    model="tiny", messages=messages, seed=4, max_tokens=10, n=2, logprobs=True, top_logprobs=2
)
assert [choice.finish_reason for choice in answer.choices] == ["length", "length"]
assert len(answer.choices[0].logprobs.content) == 10
assert answer.usage.completion_tokens == 20

chunks = list(
    client.chat.completions.create(
        model="tiny", messages=messages, seed=4, max_tokens=10, stream=True, stream_options={"include_usage": True}
    )
)
streamed = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
assert streamed == answer.choices[0].message.content
assert chunks[-1].usage.completion_tokens == 10

text = client.completions.create(
    model="tiny", prompt=["one", "two"], max_tokens=5, temperature=0, extra_body={"top_k": 3, "ignore_eos": True}
)
assert len(text.choices) == 2 and text.usage.prompt_tokens == 6
parts = client.completions.create(model="tiny", prompt=[111, 110, 101], max_tokens=5, temperature=0, stream=True)
assert "".join(part.choices[0].text for part in parts) == text.choices[0].text

unknown = refused(openai.NotFoundError, lambda: client.completions.create(model="other", prompt="a"))
assert unknown.code == "model_not_found", unknown
bad = refused(openai.BadRequestError, lambda: client.completions.create(model="tiny", prompt="a", max_tokens=0))
assert bad.param == "max_tokens", bad
refused(openai.BadRequestError, lambda: client.completions.create(model="tiny", prompt="a", n=50))
refused(openai.NotFoundError, lambda: client.embeddings.create(model="tiny", input="a"))
print("openai", openai.__version__, "passed")
