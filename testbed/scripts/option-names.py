#!/usr/bin/env python3
"""Records the option names of the trainers that a plan is rendered for, from their own sources.

    testbed/scripts/option-names.py MEGATRON_LM

MEGATRON_LM is a git checkout of https://github.com/NVIDIA/Megatron-LM that has the tag below: its package holds the configuration
classes, but not the parser. All else comes from pip. Nothing of what is read is run or kept but the names.
"""

import ast
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

MEGATRON = "0.19.0"
DEEPSPEED = "0.19.8"
TORCHTITAN = "0.3.0"
JAX = "0.10.2"
OUT = Path(__file__).parents[2] / "operator/planner/src/test/resources/dev/plinth/planner/render/options"


def package(name, version):
    """The files of a package, by path: its wheel, or the source where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, f"{name}=={version}"]
        wheel = ["--only-binary", ":all:", "--python-version", "3.12"]
        if subprocess.run(pip + wheel, stderr=subprocess.DEVNULL).returncode != 0:
            subprocess.run(pip, check=True)
        archive = next(Path(folder).iterdir())
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as files:
                return {path: files.read(path) for path in files.namelist() if path.endswith(".py")}
        with tarfile.open(archive) as files:
            return {
                member.name.split("/", 1)[1]: files.extractfile(member).read()
                for member in files
                if member.isfile() and member.name.endswith(".py")
            }


def checkout(repository, tag):
    """The files of a tag, by path."""
    archive = subprocess.run(["git", "-C", repository, "archive", tag, "megatron"], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        return {member.name: files.extractfile(member).read() for member in files if member.name.endswith(".py")}


def classes(source):
    return {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)}


def fields(source, name):
    """The fields of a dataclass in their order, with what its metadata says of them as text."""
    for node in classes(source)[name].body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, ast.unparse(node.annotation), node.value


def added(source):
    """Names that are given to add_argument."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and str(argument.value).startswith("--"):
                    yield argument.value


def renamed(default):
    """The names that the metadata of a field gives its argument."""
    for node in ast.walk(default) if default else ():
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if getattr(key, "value", None) == "arg_names":
                    return ast.literal_eval(value)
    return None


def is_true(default):
    """Whether a field is on by default, directly or in its field()."""
    if isinstance(default, ast.Call):
        default = next((each.value for each in default.keywords if each.arg == "default"), None)
    return isinstance(default, ast.Constant) and default.value is True


def of_fields(source, name, left_out=()):
    """What Megatron-LM's ArgumentGroupFactory makes of a class: what is on by default can only be turned off."""
    for field, _, default in fields(source, name):
        if field not in left_out:
            option = field.replace("_", "-")
            yield from renamed(default) or ([f"--no-{option}", f"--disable-{option}"] if is_true(default) else [f"--{option}"])


def excluded(parser, name):
    """The fields of a class that the parser does not take."""
    for node in ast.walk(ast.parse(parser)):
        if isinstance(node, ast.FunctionDef) and f"ArgumentGroupFactory({name}," in ast.unparse(node):
            for each in node.body:
                if isinstance(each, ast.Assign) and each.targets[0].id == "exclude":
                    return ast.literal_eval(each.value)
    return ()


def megatron(repository):
    core = package("megatron-core", MEGATRON)
    parser = checkout(repository, f"core_v{MEGATRON}")
    for path in ("megatron/core/model_parallel_config.py", "megatron/core/transformer/transformer_config.py"):
        assert core[path] == parser[path], f"{path} of the package is not that of the tag"
    arguments = parser["megatron/training/arguments.py"]
    yield "megatron/training/arguments.py", added(arguments)
    left_out = excluded(arguments, "TransformerConfig")
    for path, name in (
        ("megatron/training/config/training_config.py", "TrainingConfig"),
        ("megatron/core/model_parallel_config.py", "ModelParallelConfig"),
        ("megatron/core/transformer/transformer_config.py", "TransformerConfig"),
    ):
        yield f"{path}, {name}", of_fields(parser[path], name, left_out)


def deepspeed():
    files = package("deepspeed", DEEPSPEED)
    yield "deepspeed/__init__.py", added(files["deepspeed/__init__.py"])
    path = "deepspeed/runtime/constants.py"
    wanted = {"TRAIN_BATCH_SIZE", "TRAIN_MICRO_BATCH_SIZE_PER_GPU", "GRADIENT_ACCUMULATION_STEPS"}
    yield path, (
        node.value.value
        for node in ast.parse(files[path]).body
        if isinstance(node, ast.Assign) and node.targets[0].id in wanted and "\n" not in str(node.value.value)
    )
    zero = "deepspeed/runtime/zero/"
    for path, name, prefix in (
        ("deepspeed/runtime/precision_config.py", "DeepSpeedBF16Config", "bf16."),
        ("deepspeed/runtime/precision_config.py", "DeepSpeedFP16Config", "fp16."),
        (zero + "config.py", "DeepSpeedZeroConfig", "zero_optimization."),
        (zero + "offload_config.py", "DeepSpeedZeroOffloadOptimizerConfig", "zero_optimization.offload_optimizer."),
    ):
        yield f"{path}, {name}", (prefix + field for field, _, _ in fields(files[path], name))


def torchtitan():
    files = package("torchtitan", TORCHTITAN)
    configs = files["torchtitan/config/configs.py"]
    trainer = classes(files["torchtitan/trainer.py"])["Trainer"]
    sections = next(node for node in trainer.body if isinstance(node, ast.ClassDef) and node.name == "Config")
    for node in sections.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) in classes(configs):
            section, name = node.target.id, ast.unparse(node.annotation)
            yield (
                f"torchtitan/config/configs.py, {name}",
                (f"--{section}.{field}" for field, _, _ in fields(configs, name)),
            )


def jax():
    path = "jax/_src/sharding_impls.py"
    for node in ast.parse(package("jax", JAX)[path]).body:
        if isinstance(node, ast.FunctionDef) and node.name == "make_mesh":
            yield f"{path}, make_mesh", (f"make_mesh.{argument.arg}" for argument in node.args.args)


def record(name, version, groups):
    lines = []
    for source, names in groups:
        names = list(dict.fromkeys(names))
        assert names, f"{name}: nothing is found in {source}"
        lines += ["", f"# {name} {version}: {source}", *names]
    (OUT / f"{name}.txt").write_text("\n".join(lines[1:]) + "\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    OUT.mkdir(parents=True, exist_ok=True)
    record("megatron-lm", f"core_v{MEGATRON}", megatron(sys.argv[1]))
    record("deepspeed", DEEPSPEED, deepspeed())
    record("torchtitan", TORCHTITAN, torchtitan())
    record("jax", JAX, jax())


main()
