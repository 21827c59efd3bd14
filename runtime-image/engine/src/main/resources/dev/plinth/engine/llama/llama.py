# The Llama decoder (Touvron et al. 2023, arXiv:2302.13971) as one program that libtorch runs in one call a step.
#
# This is the dialect of TorchScript archives: "torch.f" is the operator aten::f, types are written out, and numbers stand for
# element types. Weights come by name from Java and fit any shape; nothing of them is in this text.
#
# A step computes n new tokens of several rows (sequences) at once. Only attention looks at more than one token, and it runs a row
# at a time; every other operation treats each token alone. So a row's numbers do not depend on which rows it shares a step with.
#
# Shapes: n tokens, H query heads, K key heads, G = H / K, D head size, T tokens a row has seen, S slots of the cache.

class Basis:
  # An orthogonal change of the d channels: signs, then Hadamard's matrix on the largest power of two in d, then a cosine transform
  # on the rest. It spreads the few channels with large numbers over all, which is what makes 8 bits enough (QuaRot, Ashkboos et al.
  # 2024, arXiv:2404.00456). It is multiplied into the weights on both sides of the channels, so that a step does not see it.
  signs : Tensor
  inner : Tensor
  outer : Tensor

  def __init__(self: __torch__.Basis, size: int) -> NoneType:
    # The squares' angles are spread evenly over the circle (Weyl), and no cosine of a whole number is 0.
    self.signs = torch.sign(torch.cos(torch.square(torch.arange(size, dtype=7)))).to(6)
    h = torch.ones([1, 1])
    while size % (2 * h.size(0)) == 0:
      h = torch.cat([torch.cat([h, h], 1), torch.cat([h, torch.neg(h)], 1)], 0)
    self.inner = torch.div(h, h.size(0) ** 0.5)
    rest = size // h.size(0)
    place = torch.add(torch.arange(rest, dtype=6), 0.5)
    wave = torch.mul(torch.unsqueeze(torch.arange(rest, dtype=6), 1), 3.141592653589793 / rest)
    cosines = torch.mul(torch.cos(torch.mul(wave, place)), (2. / rest) ** 0.5)
    torch.div_(torch.narrow(cosines, 0, 0, 1), 2. ** 0.5)
    self.outer = cosines

  # [m, d] of numbers in the old channels to the new.
  def rows(self: __torch__.Basis, x: Tensor) -> Tensor:
    turned = torch.mul(x, self.signs).view(x.size(0), self.outer.size(0), self.inner.size(0))
    return torch.reshape(torch.matmul(self.outer, torch.matmul(turned, self.inner)), [x.size(0), -1])

  # The same of [d, m].
  def columns(self: __torch__.Basis, x: Tensor) -> Tensor:
    return torch.t(self.rows(torch.contiguous(torch.t(x))))

class Linear:
  # A linear map without bias: 32-bit floats, or 8-bit integers with one scale an output, packed for fbgemm.
  weight : Optional[Tensor]
  packed : Optional[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  fine : bool

  # fine: activations of 16 bits, as two terms of 8.
  def __init__(self: __torch__.Linear, weight: Tensor, int8: bool, fine: bool) -> NoneType:
    self.weight = None
    self.packed = None
    self.fine = fine
    if int8:
      scales = torch.div(torch.clamp_min(torch.amax(torch.abs(weight), [1]), 1e-30), 127.)
      zeros = torch.zeros([weight.size(0)], dtype=4)
      quantized = torch.quantize_per_channel(weight, scales, zeros, 0, 12)
      self.packed = ops.quantized.linear_prepack(quantized, None)
    else:
      self.weight = weight

  # Each token's activations are scaled to [-1, 1] before they become 8-bit integers of step 1/127. Sums of integers are exact, so
  # the result of a token is the same bits in any company.
  def apply(self: __torch__.Linear, x: Tensor) -> Tensor:
    packed = self.packed
    weight = self.weight
    if packed is not None:
      step = 0.007874015748031496
      scale = torch.clamp_min_(torch.linalg_vector_norm(x, inf, [-1], True), 1e-30)
      x = torch.div(x, scale)
      if self.fine:
        n = x.size(0)
        steps = torch.mul(x, 127.)
        rest = torch.mul_(torch.sub(steps, torch.round(steps)), 2.)
        both = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(torch.cat([x, rest], 0), step, 128, packed)
        y = torch.add(torch.narrow(both, 0, 0, n), torch.narrow(both, 0, n, n), alpha=step / 2.)
      else:
        y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, step, 128, packed)
      return torch.mul_(y, scale)
    return torch.linear(x, unchecked_cast(Tensor, weight))

class Norm:
  # Division by the root mean square (Zhang and Sennrich 2019, arXiv:1910.07467). The scale of each channel is multiplied into the
  # weights that follow.
  epsilon : float

  def __init__(self: __torch__.Norm, epsilon: float) -> NoneType:
    self.epsilon = epsilon

  def apply(self: __torch__.Norm, x: Tensor) -> Tensor:
    mean_square = torch.mean(torch.mul(x, x), [-1], True)
    return torch.mul(x, torch.rsqrt_(torch.add_(mean_square, self.epsilon)))

class Attention:
  # Grouped-query attention with rotary positions (Su et al. 2021, arXiv:2104.09864). Keys and values of all rows lie in one pool.
  heads : int
  key_heads : int
  size : int
  query_key_value : __torch__.Linear
  output : __torch__.Linear
  keys : Tensor
  values : Tensor

  def __init__(self: __torch__.Attention, heads: int, key_heads: int, size: int, slots: int, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    self.heads = heads
    self.key_heads = key_heads
    self.size = size
    qkv = torch.cat([self.pairs(weights["self_attn.q_proj"], heads), self.pairs(weights["self_attn.k_proj"], key_heads), weights["self_attn.v_proj"]], 0)
    torch.mul_(qkv, weights["input_layernorm"])
    o = weights["self_attn.o_proj"]
    if basis is not None:
      head = __torch__.Basis(size)
      v = torch.narrow(qkv, 0, (heads + key_heads) * size, key_heads * size)
      for i in range(key_heads):
        one = torch.narrow(v, 0, i * size, size)
        torch.copy_(one, head.columns(one))
      qkv = basis.rows(qkv)
      o = basis.columns(torch.reshape(head.rows(o.view(-1, size)), [o.size(0), -1]))
    # Two terms: what is off here moves all later tokens, and a small model loses its thread.
    self.query_key_value = __torch__.Linear(qkv, basis is not None, True)
    self.output = __torch__.Linear(o, basis is not None, True)
    # One array, since libtorch takes two equal calls for one. Empty, so that memory is only taken where tokens are written.
    pool = torch.empty([2, slots, key_heads, size])
    self.keys = torch.select(pool, 0, 0)
    self.values = torch.select(pool, 0, 1)

  # Channel i turns with channel i + D/2; side by side, the two are one complex number. Scores do not see the order of channels.
  def pairs(self: __torch__.Attention, weight: Tensor, heads: int) -> Tensor:
    return torch.reshape(torch.transpose(weight.view(heads, 2, self.size // 2, -1), 1, 2), [heads * self.size, -1])

  def apply(self: __torch__.Attention, x: Tensor, rotation: Tensor, slots: Tensor, rows: List[__torch__.Row]) -> Tensor:
    n = x.size(0)
    turned = self.heads + self.key_heads
    qkv = self.query_key_value.apply(x)
    pairs = torch.view_as_complex(torch.narrow(qkv, 1, 0, turned * self.size).view(n, turned, self.size // 2, 2))
    qk = torch.view_as_real(torch.mul(pairs, rotation)).view(n, turned, self.size)
    v = torch.narrow(qkv, 1, turned * self.size, self.key_heads * self.size).view(n, self.key_heads, self.size)
    torch.index_copy_(self.keys, 0, slots, torch.narrow(qk, 1, self.heads, self.key_heads))
    torch.index_copy_(self.values, 0, slots, v)
    attended = torch.empty([n, self.heads * self.size])
    for row in rows:
      q = torch.narrow(torch.narrow(qk, 1, 0, self.heads), 0, row.first, row.count)
      o = self.row(q, row.of(self.keys), row.of(self.values), row.mask)
      torch.copy_(torch.narrow(attended, 0, row.first, row.count), o)
    return self.output.apply(attended)

  # q [count, H, D], k and v [T, K, D]. The G query heads of a key head are queries beside each other (one token) or a batch over
  # the same keys (several), so that keys and values are read where they lie.
  def row(self: __torch__.Attention, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
    count = q.size(0)
    group = self.heads // self.key_heads
    k = torch.unsqueeze(torch.transpose(k, 0, 1), 0)
    v = torch.unsqueeze(torch.transpose(v, 0, 1), 0)
    scale = self.size ** -0.5
    if count == 1:
      q = torch.reshape(q, [1, self.key_heads, group, self.size])
      return torch.reshape(torch.scaled_dot_product_attention(q, k, v, None, 0., False, scale=scale), [1, -1])
    q = torch.permute(q.view(count, self.key_heads, group, self.size), [2, 1, 0, 3])
    k = torch.expand(k, [group, -1, -1, -1])
    v = torch.expand(v, [group, -1, -1, -1])
    o = torch.scaled_dot_product_attention(q, k, v, mask, 0., False, scale=scale)
    return torch.reshape(torch.permute(o, [2, 1, 0, 3]), [count, -1])

class Row:
  # The tokens of one sequence in a step, and where everything it has seen lies in the pool.
  first : int
  count : int
  length : int
  start : int
  scattered : Optional[Tensor]
  mask : Optional[Tensor]

  def __init__(self: __torch__.Row, first: int, count: int, length: int, start: int, scattered: Optional[Tensor]) -> NoneType:
    self.first = first
    self.count = count
    self.length = length
    self.start = start
    self.scattered = scattered
    self.mask = None
    if count > 1:
      self.mask = torch.triu(torch.full([count, length], -inf), length - count + 1)

  # [T, K, D]: in place where its slots follow each other, else gathered; the same numbers either way.
  def of(self: __torch__.Row, pool: Tensor) -> Tensor:
    scattered = self.scattered
    if scattered is not None:
      return torch.index_select(pool, 0, scattered)
    return torch.narrow(pool, 0, self.start, self.length)

class FeedForward:
  # SwiGLU (Shazeer 2020, arXiv:2002.05202).
  size : int
  gate_up : __torch__.Linear
  down : __torch__.Linear

  def __init__(self: __torch__.FeedForward, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    self.size = weights["mlp.gate_proj"].size(0)
    gate_up = torch.cat([weights["mlp.gate_proj"], weights["mlp.up_proj"]], 0)
    torch.mul_(gate_up, weights["post_attention_layernorm"])
    down = weights["mlp.down_proj"]
    if basis is not None:
      gate_up = basis.rows(gate_up)
      down = basis.columns(down)
    self.gate_up = __torch__.Linear(gate_up, basis is not None, False)
    # A product of two numbers: its largest stand out, and no basis is free here.
    self.down = __torch__.Linear(down, basis is not None, True)

  def apply(self: __torch__.FeedForward, x: Tensor) -> Tensor:
    both = self.gate_up.apply(x)
    gate = torch.silu(torch.narrow(both, 1, 0, self.size))
    return self.down.apply(torch.mul_(gate, torch.narrow(both, 1, self.size, self.size)))

class Layer:
  attention : __torch__.Attention
  feed_forward : __torch__.FeedForward

  def __init__(self: __torch__.Layer, attention: __torch__.Attention, feed_forward: __torch__.FeedForward) -> NoneType:
    self.attention = attention
    self.feed_forward = feed_forward

class Model:
  heads : int
  key_heads : int
  size : int
  slots : int
  basis : Optional[__torch__.Basis]
  rotations : Tensor
  embedding : Tensor
  layers : List[__torch__.Layer]
  norm : __torch__.Norm
  head : __torch__.Linear

  def __init__(self: __torch__.Model, heads: int, key_heads: int, size: int, epsilon: float, slots: int, int8: bool, angles: Tensor, embedding: Tensor, norm: Tensor, head: Tensor) -> NoneType:
    self.heads = heads
    self.key_heads = key_heads
    self.size = size
    self.slots = slots
    self.rotations = torch.polar(torch.ones_like(angles), angles)
    self.layers = annotate(List[__torch__.Layer], [])
    self.norm = __torch__.Norm(epsilon)
    self.basis = None
    head = torch.mul(head, norm)
    if int8:
      basis = __torch__.Basis(embedding.size(1))
      self.basis = basis
      embedding = basis.rows(embedding)
      head = basis.rows(head)
    self.embedding = embedding
    self.head = __torch__.Linear(head, int8, False)

class Program(Module):
  __parameters__ = []
  __buffers__ = []

  # A model without layers. angles [positions, D/2]: how far each pair of channels turns at each position, in radians.
  def create(self: __torch__.Program, heads: int, key_heads: int, size: int, epsilon: float, slots: int, int8: bool, angles: Tensor, embedding: Tensor, norm: Tensor, head: Tensor) -> __torch__.Model:
    return __torch__.Model(heads, key_heads, size, epsilon, slots, int8, angles, embedding, norm, head)

  # Appends a layer, so that only one layer's weights are in memory in 32 bits.
  def add_layer(self: __torch__.Program, model: __torch__.Model, weights: Dict[str, Tensor]) -> NoneType:
    attention = __torch__.Attention(model.heads, model.key_heads, model.size, model.slots, weights, model.basis)
    model.layers.append(__torch__.Layer(attention, __torch__.FeedForward(weights, model.basis)))
    return None

  # tokens, positions, slots [n]; rows: five numbers a row: first token, tokens, tokens seen with them, first slot or -1 if its slots
  # are scattered, whether the scores after its last token are wanted. scattered: the slots of such rows, one list after the other.
  # Gives the scores [rows wanted, vocabulary], and the best token of each row.
  def step(self: __torch__.Program, model: __torch__.Model, tokens: Tensor, positions: Tensor, slots: Tensor, rows: List[int], scattered: Tensor) -> Tuple[Tensor, Tensor]:
    x = self.hidden(model, tokens, positions, slots, rows, scattered)
    wanted = annotate(List[int], [])
    for i in range(len(rows) // 5):
      if rows[5 * i + 4] != 0:
        wanted.append(rows[5 * i] + rows[5 * i + 1] - 1)
    scores = model.head.apply(model.norm.apply(torch.index_select(x, 0, torch.tensor(wanted, dtype=4))))
    return (scores, torch.argmax(scores, -1))

  # Copies the keys and values of slots that follow each other.
  def copy(self: __torch__.Program, model: __torch__.Model, first: int, to: int, slots: int) -> NoneType:
    for layer in model.layers:
      for pool in [layer.attention.keys, layer.attention.values]:
        torch.copy_(torch.narrow(pool, 0, to, slots), torch.narrow(pool, 0, first, slots))
    return None

  # How well the model tells each next token of a text: [n, 2], the logarithm of the probability it gave it, and the token it thought
  # likeliest. Arguments as in a step.
  def judge(self: __torch__.Program, model: __torch__.Model, tokens: Tensor, positions: Tensor, slots: Tensor, rows: List[int], scattered: Tensor, next: Tensor) -> Tensor:
    x = self.hidden(model, tokens, positions, slots, rows, scattered)
    scores = torch.log_softmax(model.head.apply(model.norm.apply(x)), -1)
    told = torch.gather(scores, 1, torch.unsqueeze(next, 1))
    return torch.cat([told, torch.argmax(scores, -1, True).to(6)], 1)

  def hidden(self: __torch__.Program, model: __torch__.Model, tokens: Tensor, positions: Tensor, slots: Tensor, rows: List[int], scattered: Tensor) -> Tensor:
    plan = annotate(List[__torch__.Row], [])
    gathered = 0
    for i in range(len(rows) // 5):
      first = rows[5 * i]
      count = rows[5 * i + 1]
      length = rows[5 * i + 2]
      start = rows[5 * i + 3]
      if start < 0:
        plan.append(__torch__.Row(first, count, length, start, torch.narrow(scattered, 0, gathered, length)))
        gathered = gathered + length
      else:
        plan.append(__torch__.Row(first, count, length, start, None))
    x = torch.embedding(model.embedding, tokens)
    rotation = torch.unsqueeze(torch.index_select(model.rotations, 0, positions), 1)
    for layer in model.layers:
      x = torch.add_(x, layer.attention.apply(model.norm.apply(x), rotation, slots, plan))
      x = torch.add_(x, layer.feed_forward.apply(model.norm.apply(x)))
    return x
