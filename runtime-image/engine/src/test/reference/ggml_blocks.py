"""Records what ggml's own reader makes of random quantised blocks, for GgufTest.

    pip install gguf numpy
    python ggml_blocks.py ../resources/reference

Writes ggml-blocks.gguf: for each type one tensor "<type>" of random blocks, and "<type>.f32" with its numbers.
"""

import sys
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize

TYPES = [Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0, Type.Q4_K, Type.Q6_K]
# Where the 16-bit scales of a block lie: random bits there could be infinities.
SCALES = {Type.Q4_K: [0, 2], Type.Q6_K: [208], Type.Q4_1: [0, 2], Type.Q5_1: [0, 2], Type.F16: [0]}

random = np.random.default_rng(1)
writer = GGUFWriter(Path(sys.argv[1]) / "ggml-blocks.gguf", "none")
writer.add_uint32("a.number", 4_000_000_000)
writer.add_float32("a.decimal", 0.5)
writer.add_bool("a.flag", True)
writer.add_string("a.text", "Grüße")
writer.add_array("a.list", ["x", "y"])
writer.add_array("a.numbers", [-1, 2])
for type in TYPES:
    elements, size = GGML_QUANT_SIZES[type]
    blocks = random.integers(0, 256, (2, 512 // elements, size), dtype=np.uint8)
    if type == Type.BF16:
        blocks = random.standard_normal((2, 512)).astype(np.float32).view(np.uint16)[:, 1::2]
        blocks = np.ascontiguousarray(blocks).view(np.uint8).reshape(2, 512, 2)
    else:
        for offset in SCALES.get(type, [0]):
            scale = random.standard_normal(blocks.shape[:2]).astype(np.float16)
            blocks[:, :, offset : offset + 2] = scale[:, :, None].view(np.uint8)
    raw = blocks.reshape(2, -1)
    writer.add_tensor(type.name, raw, raw_dtype=type)
    writer.add_tensor(type.name + ".f32", dequantize(raw, type).astype(np.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
