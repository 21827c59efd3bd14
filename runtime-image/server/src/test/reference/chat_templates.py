"""Records how Jinja2, set up as transformers sets it up, renders the chat templates of a folder, for ChatTemplateCorpusTest.

    pip install jinja2==3.1.6
    python chat_templates.py "$(sh ../../../../fetch-chat-templates.sh)" ../resources/chat

For each template and conversation it writes what came out: a text's SHA-256 (the texts are parts of third-party templates and are
not kept here), or the message of an error that the template itself raised, or "error" if Jinja2 refused to go on. With a third
argument "TEMPLATE CONVERSATION" it prints that one text instead.
"""

import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime(2026, 3, 5, 14, 7, 9)


class Refusal(Exception):
    pass


class Generation(Extension):
    """Marks what the model said, for training; it prints its body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        return nodes.Scope(parser.parse_statements(["name:endgeneration"], drop_needle=True)).set_lineno(line)


def refuse(message):
    raise Refusal(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = refuse
environment.globals["strftime_now"] = NOW.strftime


def render(template: Path, conversation: dict) -> dict:
    try:
        text = environment.from_string(template.read_text()).render(
            messages=conversation["messages"],
            tools=conversation.get("tools"),
            documents=None,
            add_generation_prompt=True,
            bos_token="<s>",
            eos_token="</s>",
        )
        return {"text": text}
    except Refusal as refusal:
        return {"refused": str(refusal)}
    except (TemplateError, TypeError, ValueError, AttributeError) as error:
        print(template.stem, repr(error), file=sys.stderr)
        return {"error": True}


folder, target = Path(sys.argv[1]), Path(sys.argv[2])
conversations = json.loads((target / "conversations.json").read_text())
if len(sys.argv) > 3:
    template, conversation = sys.argv[3].split(" ", 1)
    print(render(folder / f"{template}.jinja", conversations[conversation]).get("text"), end="")
    sys.exit()
recorded = {}
for template in sorted(folder.glob("*.jinja")):
    for name, conversation in conversations.items():
        result = render(template, conversation)
        if "text" in result:
            result = {"sha256": hashlib.sha256(result["text"].encode()).hexdigest()}
        recorded.setdefault(template.stem, {})[name] = result
(target / "recorded.json").write_text(
    "{\n" + ",\n".join(f'"{name}": {json.dumps(results, ensure_ascii=False)}' for name, results in recorded.items()) + "\n}\n"
)
print(len(recorded), "templates")
