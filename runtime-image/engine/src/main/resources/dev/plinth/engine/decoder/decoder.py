# Decoders of the transformer family as one program that libtorch runs in one call a step: Llama (Touvron et al. 2023,
# arXiv:2302.13971) and what others add to it or leave out. A layer does what its weights ask for: there are biases where biases
# are given, norms of heads where such are given, experts where a router is given.
#
# This is the dialect of TorchScript archives: "torch.f" is the operator aten::f, types are written out, and numbers stand for
# element types. Weights come by name from Java and fit any shape; nothing of them is in this text.
#
# A step computes n new tokens of several rows (sequences) at once. Only attention looks at more than one token, and it runs a row
# at a time; every other operation treats each token alone. So a row's numbers do not depend on which rows it shares a step with.
#
# What comes from Java lies on one device, and everything is made beside it. Matrices, what they are multiplied with, keys and values may be
# bfloat16; the stream between layers, norms, rotations, the router and the scores are 32-bit floats.
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
    power = 1
    while size % (2 * power) == 0:
      power = 2 * power
    # Hadamard's matrix is the product of two smaller ones of other channels each, which takes far fewer multiplications.
    self.inner = self.hadamard(min(power, 64))
    middle = self.hadamard(power // self.inner.size(0))
    rest = size // power
    place = torch.add(torch.arange(rest, dtype=6), 0.5)
    wave = torch.mul(torch.unsqueeze(torch.arange(rest, dtype=6), 1), 3.141592653589793 / rest)
    cosines = torch.mul(torch.cos(torch.mul(wave, place)), (2. / rest) ** 0.5)
    torch.div_(torch.narrow(cosines, 0, 0, 1), 2. ** 0.5)
    self.outer = torch.kron(cosines, middle)

  def hadamard(self: __torch__.Basis, size: int) -> Tensor:
    h = torch.ones([1, 1])
    while h.size(0) < size:
      h = torch.cat([torch.cat([h, h], 1), torch.cat([h, torch.neg(h)], 1)], 0)
    return torch.div(h, float(size) ** 0.5)

  # [m, d] of numbers in the old channels to the new. Few at a time stay in the cache: fresh memory costs more than the turning.
  def turned(self: __torch__.Basis, x: Tensor) -> Tensor:
    y = torch.matmul(torch.mul(x, self.signs).view(x.size(0), -1, self.inner.size(0)), self.inner)
    if self.outer.size(0) > 1:
      y = torch.matmul(self.outer, y)
    return torch.reshape(y, x.size())

  # The same where they lie, whatever their number.
  def turn_rows(self: __torch__.Basis, x: Tensor) -> Tensor:
    at = 0
    while at < x.size(0):
      n = min(max(131072 // x.size(1), 1), x.size(0) - at)
      part = torch.narrow(x, 0, at, n)
      torch.copy_(part, self.turned(part))
      at = at + n
    return x

  # [K x d, m], K times the channels, where they lie.
  def turn_columns(self: __torch__.Basis, x: Tensor) -> Tensor:
    size = self.signs.size(0)
    signs = torch.unsqueeze(self.signs, 1)
    for i in range(x.size(0) // size):
      channels = torch.narrow(x, 0, i * size, size)
      at = 0
      while at < x.size(1):
        n = min(max(131072 // size, 1), x.size(1) - at)
        part = torch.narrow(channels, 1, at, n)
        y = torch.reshape(torch.mul(part, signs), [-1, self.inner.size(0), n])
        y = torch.reshape(torch.matmul(self.inner, y), [self.outer.size(0), -1])
        torch.copy_(part, torch.reshape(torch.matmul(self.outer, y), [size, n]))
        at = at + n
    return x

class Linear:
  # A linear map: floats of the element type given, or 8-bit integers (type 12) with one scale an output, packed for fbgemm; the bias in
  # 32-bit floats.
  weight : Optional[Tensor]
  bias : Optional[Tensor]
  # Of some outputs each.
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  # Of so many outputs, the last, a second term of the weights, what rounding took from the first, lies behind all outputs.
  exact : int
  # A step of 8-bit activations as a share of the largest of a row, and how much finer those of the second term are. Arrays, since an operation
  # makes one of a plain number each time, which takes longer than the operation on a row.
  share : Tensor
  finer : Tensor

  # maps: one or several that are computed as one, their outputs one behind the other. scale: of each input, and basis: of the inputs, are
  # multiplied into them. exact: of so many outputs, the last, the weights have two terms of 8 bits.
  def __init__(self: __torch__.Linear, maps: List[Tensor], scale: Optional[Tensor], basis: Optional[__torch__.Basis], bias: Optional[Tensor], type: int, exact: int) -> NoneType:
    self.weight = None
    self.bias = bias
    self.share = torch.tensor(1. / 127., dtype=6)
    self.finer = torch.tensor(254., dtype=6)
    self.packed = annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])
    self.exact = exact
    if type == 12:
      self.quantize(maps, scale, basis)
    else:
      self.exact = 0
      weight = maps[0]
      if len(maps) > 1:
        weight = torch.cat(maps, 0)
        if scale is not None:
          weight = torch.mul_(weight, scale)
      elif scale is not None:
        weight = torch.mul(weight, scale)
      self.weight = torch.to(weight, type)

  # 8-bit integers with one scale an output. A part at a time, which stays in the cache from the first operation to the last.
  def quantize(self: __torch__.Linear, maps: List[Tensor], scale: Optional[Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    outputs = 0
    for map in maps:
      outputs = outputs + map.size(0)
    inputs = maps[0].size(1)
    integers = torch.empty([outputs + self.exact, inputs], dtype=1)
    steps = torch.empty([outputs + self.exact, 1])
    first = 0
    for map in maps:
      at = 0
      while at < map.size(0):
        n = min(max(131072 // inputs, 1), map.size(0) - at)
        part = torch.narrow(map, 0, at, n)
        if scale is not None:
          part = torch.mul(part, scale)
        if basis is not None:
          part = basis.turned(part)
        rounded = self.round(part, first + at, integers, steps)
        single = max(outputs - self.exact - first - at, 0)
        if single < n:
          rest = torch.sub(part, torch.mul(rounded, torch.narrow(steps, 0, first + at, n)))
          self.round(torch.narrow(rest, 0, single, n - single), first + at + single + self.exact, integers, steps)
        at = at + n
      first = first + map.size(0)
    # fbgemm goes over all outputs for each input, and takes three times as long once they are too many for the cache.
    at = 0
    most = max(33554432 // inputs, 1)
    while at < integers.size(0):
      n = min(most, integers.size(0) - at)
      part = torch._make_per_channel_quantized_tensor(torch.narrow(integers, 0, at, n), torch.reshape(torch.narrow(steps, 0, at, n), [-1]).to(7), torch.zeros([n], dtype=4), 0)
      self.packed.append(ops.quantized.linear_prepack(part, None))
      at = at + n
    return None

  # Rows of weights, put into those from the given one on: in steps of which 127 make the largest of a row.
  def round(self: __torch__.Linear, weights: Tensor, at: int, integers: Tensor, steps: Tensor) -> Tensor:
    step = torch.div_(torch.clamp_min_(torch.amax(torch.abs(weights), [1], True), 1e-30), 127.)
    rounded = torch.round_(torch.div(weights, step))
    torch.copy_(torch.narrow(steps, 0, at, weights.size(0)), step)
    torch.copy_(torch.narrow(integers, 0, at, weights.size(0)), rounded)
    return rounded

  # Each token's activations become 8-bit integers in steps of 1/127 of the largest, and what rounding took from them such in steps of 1/254 of
  # those. Sums of integers are exact, so the result of a token is the same bits in any company.
  def apply(self: __torch__.Linear, x: Tensor) -> Tensor:
    weight = self.weight
    if weight is None:
      n = x.size(0)
      step = torch.mul(torch.clamp_min_(torch.amax(torch.abs(x), [-1], True), 1e-30), self.share)
      steps = torch.div(x, step)
      rest = torch.mul_(torch.sub(steps, torch.round(steps)), self.finer)
      both = self.multiply(torch.cat([steps, rest], 0))
      y = torch.add(torch.slice(both, 0, 0, n, 1), torch.slice(both, 0, n, 2 * n, 1), alpha=1. / 254.)
      if self.exact > 0:
        outputs = y.size(1) - self.exact
        torch.add_(torch.slice(y, 1, outputs - self.exact, outputs, 1), torch.slice(y, 1, outputs, outputs + self.exact, 1))
        y = torch.slice(y, 1, 0, outputs, 1)
      y = torch.mul_(y, step)
    else:
      weight = unchecked_cast(Tensor, weight)
      y = torch.linear(torch.to(x, ops.prim.dtype(weight)), weight)
    bias = self.bias
    if bias is not None:
      y = torch.add_(y, bias)
    return y

  def multiply(self: __torch__.Linear, x: Tensor) -> Tensor:
    y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, 1., 128, self.packed[0])
    if len(self.packed) > 1:
      parts = [y]
      for i in range(1, len(self.packed)):
        parts.append(ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, 1., 128, self.packed[i]))
      y = torch.cat(parts, 1)
    return y

class LowRank:
  # What an adapter adds to a linear map (LoRA, Hu et al. 2021, arXiv:2106.09685): a map to few channels and one from there. The
  # adapters of maps that are computed as one are one too: their channels lie beside each other.
  down : __torch__.Linear
  up : __torch__.Linear

  def __init__(self: __torch__.LowRank, downs: List[Tensor], scale: Optional[Tensor], basis: Optional[__torch__.Basis], up: Tensor, type: int) -> NoneType:
    self.down = __torch__.Linear(downs, scale, basis, None, type, 0)
    self.up = __torch__.Linear([up], None, None, None, type, 0)

  def apply(self: __torch__.LowRank, x: Tensor) -> Tensor:
    return self.up.apply(self.down.apply(x))

class AdaptedLayer:
  # What an adapter adds in a layer; nothing where it has no weights.
  query_key_value : Optional[__torch__.LowRank]
  output : Optional[__torch__.LowRank]
  gate_up : Optional[__torch__.LowRank]
  down : Optional[__torch__.LowRank]

  def __init__(self: __torch__.AdaptedLayer) -> NoneType:
    self.query_key_value = None
    self.output = None
    self.gate_up = None
    self.down = None

class Adapter:
  # What an adapter adds, a layer after the other. (The list is made with its first layer: libtorch takes two empty lists for one.)
  layers : List[__torch__.AdaptedLayer]

  def __init__(self: __torch__.Adapter, first: __torch__.AdaptedLayer) -> NoneType:
    self.layers = [first]

class Group:
  # The tokens of a step that one adapter changes; layers[i] is what it adds in layer i.
  tokens : Tensor
  layers : List[__torch__.AdaptedLayer]

  def __init__(self: __torch__.Group, tokens: Tensor, layers: List[__torch__.AdaptedLayer]) -> NoneType:
    self.tokens = tokens
    self.layers = layers

  def add(self: __torch__.Group, y: Tensor, x: Tensor, adapter: Optional[__torch__.LowRank]) -> Tensor:
    if adapter is not None:
      y = torch.index_add_(y, 0, self.tokens, adapter.apply(torch.index_select(x, 0, self.tokens)))
    return y

class Norm:
  # Division by the root mean square (Zhang and Sennrich 2019, arXiv:1910.07467). The scale of each channel is multiplied into the
  # weights that follow.
  epsilon : Tensor

  def __init__(self: __torch__.Norm, epsilon: float) -> NoneType:
    self.epsilon = torch.tensor(epsilon, dtype=6)

  def apply(self: __torch__.Norm, x: Tensor) -> Tensor:
    x = torch.to(x, 6)
    squares = torch.sum(torch.mul(x, x), [-1], True)
    return torch.mul(x, torch.rsqrt_(torch.add(self.epsilon, squares, alpha=1. / float(x.size(-1)))))

class Shape:
  # What the layers of a model have in common.
  heads : int
  key_heads : int
  size : int
  slots : int
  # Keys a token sees, itself included, in layers with a window.
  window : int
  # Experts a token goes to.
  chosen : int
  # Channels of a head, from the first, that turn with a token's position.
  rotary : int
  # Element types of matrices (6 = float, 15 = bfloat16, 12 = 8-bit integers) and of keys and values (6 or 15).
  type : int
  kept : int
  # Slots of a block, where rows of one token attend in one operation, through blocks gathered for all of them; 0 = each alone, in place.
  block : int
  # By what scores are multiplied, and where they are bent towards a limit; 0 = none.
  scale : float
  cap : float
  # Of feed-forward layers: GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415; the tanh form), else SiLU.
  gelu : bool
  # Whether the shares of the chosen experts are made to add up to 1.
  normalised : bool
  int8 : bool

  def __init__(self: __torch__.Shape, numbers: List[int], scale: float, cap: float, gelu: bool, normalised: bool) -> NoneType:
    self.heads = numbers[0]
    self.key_heads = numbers[1]
    self.size = numbers[2]
    self.slots = numbers[3]
    self.window = numbers[4]
    self.chosen = numbers[5]
    self.rotary = numbers[6]
    self.type = numbers[7]
    self.kept = numbers[8]
    self.block = numbers[9]
    self.scale = scale
    self.cap = cap
    self.gelu = gelu
    self.normalised = normalised
    self.int8 = numbers[7] == 12

class Attention:
  # Grouped-query attention with rotary positions (Su et al. 2021, arXiv:2104.09864). Keys and values of all rows lie in one pool.
  heads : int
  key_heads : int
  size : int
  rotary : int
  window : int
  scale : float
  cap : float
  query_key_value : __torch__.Linear
  output : __torch__.Linear
  head_scales : Optional[Tensor]
  keys : Tensor
  values : Tensor

  def __init__(self: __torch__.Attention, shape: __torch__.Shape, windowed: bool, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    heads = shape.heads
    key_heads = shape.key_heads
    size = shape.size
    self.heads = heads
    self.key_heads = key_heads
    self.size = size
    self.rotary = shape.rotary
    self.window = 0
    if windowed:
      self.window = shape.window
    self.scale = shape.scale
    self.cap = shape.cap
    q = self.pairs(weights["q"], heads)
    k = self.pairs(weights["k"], key_heads)
    v = weights["v"]
    o = weights["o"]
    bias = annotate(Optional[Tensor], None)
    v_bias = torch.new_zeros(v, [key_heads * size])
    if "v.bias" in weights:
      v_bias = weights["v.bias"]
    if shape.int8:
      head = __torch__.Basis(size)
      v = head.turn_columns(v)
      v_bias = torch.reshape(head.turned(torch.reshape(v_bias, [key_heads, size])), [-1])
      o = torch.reshape(head.turn_rows(torch.reshape(o, [-1, size])), o.size())
    if "q.bias" in weights:
      bias = torch.cat([torch.reshape(self.pairs(weights["q.bias"], heads), [-1]), torch.reshape(self.pairs(weights["k.bias"], key_heads), [-1]), v_bias], 0)
    output_bias = annotate(Optional[Tensor], None)
    if "o.bias" in weights:
      output_bias = weights["o.bias"]
    if basis is not None:
      o = basis.turn_columns(o)
      if output_bias is not None:
        output_bias = torch.reshape(basis.turned(torch.reshape(output_bias, [1, -1])), [-1])
    # Values have weights of two terms: attention is a mean of values, in which what rounding did to all tokens alike stays, while what tells
    # them apart becomes less.
    self.query_key_value = __torch__.Linear([q, k, v], weights["attention.norm"], basis, bias, shape.type, key_heads * size)
    self.output = __torch__.Linear([o], None, None, output_bias, shape.type, 0)
    self.head_scales = None
    if "q.norm" in weights:
      q_scale = torch.expand(torch.t(self.pairs(weights["q.norm"], 1)), [heads, -1])
      k_scale = torch.expand(torch.t(self.pairs(weights["k.norm"], 1)), [key_heads, -1])
      self.head_scales = torch.cat([q_scale, k_scale], 0)
    # One array, since libtorch takes two equal calls for one. Empty, so that memory is only taken where tokens are written; but gathered blocks
    # are read to their ends.
    pool = torch.new_empty(v, [2, shape.slots, key_heads, size], dtype=shape.kept)
    if shape.block > 0:
      pool = torch.zero_(pool)
    self.keys = torch.select(pool, 0, 0)
    self.values = torch.select(pool, 0, 1)

  # Channel i turns with channel i + R/2, where R channels turn; side by side, the two are one complex number. The others are pairs that
  # turn by nothing. Scores do not see the order of channels.
  def pairs(self: __torch__.Attention, weight: Tensor, heads: int) -> Tensor:
    channels = torch.reshape(weight, [heads, self.size, -1])
    halves = torch.reshape(torch.narrow(channels, 1, 0, self.rotary), [heads, 2, self.rotary // 2, -1])
    turning = torch.reshape(torch.transpose(halves, 1, 2), [heads, self.rotary, -1])
    if self.rotary < self.size:
      turning = torch.cat([turning, torch.narrow(channels, 1, self.rotary, self.size - self.rotary)], 1)
    return torch.reshape(turning, [heads * self.size, -1])

  def apply(self: __torch__.Attention, norm: __torch__.Norm, x: Tensor, rotation: Tensor, plan: __torch__.Plan, layer: int) -> Tensor:
    n = x.size(0)
    groups = plan.groups
    turned = self.heads + self.key_heads
    qkv = self.query_key_value.apply(x)
    for group in groups:
      qkv = group.add(qkv, x, group.layers[layer].query_key_value)
    qk = torch.to(torch.slice(qkv, 1, 0, turned * self.size, 1), 6).view(n, turned, self.size)
    head_scales = self.head_scales
    if head_scales is not None:
      qk = torch.mul(norm.apply(qk), head_scales)
    pairs = torch.view_as_complex(qk.view(n, turned, self.size // 2, 2))
    qk = torch.to(torch.view_as_real(torch.mul(pairs, rotation)).view(n, turned, self.size), ops.prim.dtype(self.keys))
    v = torch.slice(qkv, 1, turned * self.size, (turned + self.key_heads) * self.size, 1).view(n, self.key_heads, self.size)
    torch.index_copy_(self.keys, 0, plan.slots, torch.slice(qk, 1, self.heads, turned, 1))
    torch.index_copy_(self.values, 0, plan.slots, torch.to(v, ops.prim.dtype(self.values)))
    q = torch.slice(qk, 1, 0, self.heads, 1)
    parts = annotate(List[Tensor], [])
    for row in plan.rows:
      mask = row.mask
      if self.window > 0:
        mask = row.windowed
      parts.append(self.row(torch.slice(q, 0, row.first, row.first + row.count, 1), row.of(self.keys, self.window), row.of(self.values, self.window), mask))
    together = plan.together
    if together is not None:
      attended = torch.new_empty(x, [n, self.heads * self.size])
      mask = together.mask
      if self.window > 0:
        mask = together.windowed
      o = self.rows(torch.index_select(q, 0, together.tokens), together.of(self.keys), together.of(self.values), mask)
      torch.index_copy_(attended, 0, together.tokens, torch.to(o, ops.prim.dtype(attended)))
      for i in range(len(parts)):
        row = plan.rows[i]
        torch.copy_(torch.narrow(attended, 0, row.first, row.count), parts[i])
    elif len(parts) == 1:
      attended = parts[0]
    else:
      attended = torch.cat(parts, 0)
    y = self.output.apply(attended)
    for group in groups:
      y = group.add(y, attended, group.layers[layer].output)
    return y

  # The same changes of channels as the layer's own maps have gone through.
  def adapted(self: __torch__.Attention, norm: Tensor, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis], type: int) -> Tuple[Optional[__torch__.LowRank], Optional[__torch__.LowRank]]:
    size = self.size
    query = self.heads * size
    key = self.key_heads * size
    query_key_value = annotate(Optional[__torch__.LowRank], None)
    output = annotate(Optional[__torch__.LowRank], None)
    downs = annotate(List[Tensor], [])
    ups = annotate(List[Tensor], [])
    if "q.down" in weights:
      downs.append(weights["q.down"])
      ups.append(torch.constant_pad_nd(self.pairs(weights["q.up"], self.heads), [0, 0, 0, 2 * key]))
    if "k.down" in weights:
      downs.append(weights["k.down"])
      ups.append(torch.constant_pad_nd(self.pairs(weights["k.up"], self.key_heads), [0, 0, query, key]))
    if "v.down" in weights:
      downs.append(weights["v.down"])
      v = weights["v.up"]
      if type == 12:
        v = __torch__.Basis(size).turn_columns(v)
      ups.append(torch.constant_pad_nd(v, [0, 0, query + key, 0]))
    if len(downs) > 0:
      query_key_value = __torch__.LowRank(downs, norm, basis, torch.cat(ups, 1), type)
    if "o.down" in weights:
      o = weights["o.down"]
      up = weights["o.up"]
      if type == 12:
        o = torch.reshape(__torch__.Basis(size).turn_rows(torch.reshape(o, [-1, size])), o.size())
      if basis is not None:
        up = basis.turn_columns(up)
      output = __torch__.LowRank([o], None, None, up, type)
    return (query_key_value, output)

  # q [count, H, D], k and v [T, K, D]. The G query heads of a key head, of all tokens, are queries beside each other, so that keys and
  # values are read where they lie, and once for all of them.
  def row(self: __torch__.Attention, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
    count = q.size(0)
    group = self.heads // self.key_heads
    k = torch.unsqueeze(torch.transpose(k, 0, 1), 0)
    v = torch.unsqueeze(torch.transpose(v, 0, 1), 0)
    if count == 1:
      q = torch.reshape(q, [1, self.key_heads, group, self.size])
      return torch.reshape(self.attend(q, k, v, None), [1, -1])
    q = torch.permute(q.view(count, self.key_heads, group, self.size), [1, 2, 0, 3])
    q = torch.reshape(q, [1, self.key_heads, group * count, self.size])
    if mask is not None:
      mask = torch.reshape(torch.expand(torch.unsqueeze(mask, 0), [group, -1, -1]), [group * count, -1])
    o = self.attend(q, k, v, mask).view(self.key_heads, group, count, self.size)
    return torch.reshape(torch.permute(o, [2, 0, 1, 3]), [count, -1])

  # The same for one token of each of B rows: q [B, H, D], k and v [B, T, K, D].
  def rows(self: __torch__.Attention, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    q = torch.reshape(q, [-1, self.key_heads, self.heads // self.key_heads, self.size])
    o = self.attend(q, torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), mask)
    return torch.reshape(o, [-1, self.heads * self.size])

  def attend(self: __torch__.Attention, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
    if self.cap == 0.:
      o = torch.scaled_dot_product_attention(q, k, v, mask, 0., False, scale=self.scale)
    else:
      scores = torch.mul(torch.to(torch.matmul(q, torch.transpose(k, -2, -1)), 6), self.scale / self.cap)
      scores = torch.mul_(torch.tanh_(scores), self.cap)
      if mask is not None:
        scores = torch.add_(scores, mask)
      o = torch.matmul(torch.to(torch.softmax(scores, -1), ops.prim.dtype(v)), v)
    return o

class Row:
  # The tokens of one sequence in a step, and where everything it has seen lies in the pool.
  first : int
  count : int
  length : int
  start : int
  scattered : Optional[Tensor]
  mask : Optional[Tensor]
  # The mask of layers with a window: a token does not see what is that far behind it.
  windowed : Optional[Tensor]

  # like: of the type of keys, and on their device.
  def __init__(self: __torch__.Row, first: int, count: int, length: int, start: int, scattered: Optional[Tensor], window: int, like: Tensor) -> NoneType:
    self.first = first
    self.count = count
    self.length = length
    self.start = start
    self.scattered = scattered
    self.mask = None
    self.windowed = None
    if count > 1:
      mask = torch.triu(torch.new_full(like, [count, length], -inf), length - count + 1)
      self.mask = mask
      self.windowed = mask
      if window > 0:
        self.windowed = torch.add(mask, torch.tril(torch.new_full(like, [count, length], -inf), length - count - window))

  # [T, K, D]: in place where its slots follow each other, else gathered; the same numbers either way. A single token reads no
  # further back than its window.
  def of(self: __torch__.Row, pool: Tensor, window: int) -> Tensor:
    skipped = 0
    if window > 0 and self.count == 1 and self.length > window:
      skipped = self.length - window
    scattered = self.scattered
    if scattered is not None:
      return torch.index_select(pool, 0, torch.narrow(scattered, 0, skipped, self.length - skipped))
    return torch.slice(pool, 0, self.start + skipped, self.start + self.length, 1)

class Together:
  # Rows of one token each, whose keys and values are gathered and attended to in one operation: so a GPU has few operations to start,
  # whatever the number of rows. All are as long as the longest; what a row has not seen is masked.
  tokens : Tensor
  slots : Tensor
  mask : Tensor
  windowed : Tensor

  # tokens [B]: which of the step's tokens; seen [B, 1]: tokens that each has seen; blocks [B, W]: where they lie.
  def __init__(self: __torch__.Together, tokens: Tensor, seen: Tensor, blocks: Tensor, block: int, window: int, like: Tensor) -> NoneType:
    rows = blocks.size(0)
    self.tokens = tokens
    offsets = torch.arange(block, dtype=4, device=ops.prim.device(blocks))
    self.slots = torch.reshape(torch.add(torch.mul(torch.unsqueeze(blocks, 2), block), offsets), [-1])
    places = torch.arange(blocks.size(1) * block, dtype=4, device=ops.prim.device(blocks))
    mask = torch.new_zeros(like, [rows, places.size(0)])
    mask = torch.masked_fill_(mask, torch.ge(places, seen), -inf)
    self.mask = torch.reshape(mask, [rows, 1, 1, -1])
    self.windowed = self.mask
    if window > 0:
      self.windowed = torch.reshape(torch.masked_fill(mask, torch.lt(places, torch.sub(seen, window)), -inf), [rows, 1, 1, -1])

  # [B, T, K, D].
  def of(self: __torch__.Together, pool: Tensor) -> Tensor:
    return torch.index_select(pool, 0, self.slots).view(self.mask.size(0), -1, pool.size(1), pool.size(2))

class Plan:
  # What a step's layers have in common. The tokens' slots; rows that attend alone, and those that do together; tokens that adapters change.
  slots : Tensor
  rows : List[__torch__.Row]
  together : Optional[__torch__.Together]
  groups : List[__torch__.Group]

  def __init__(self: __torch__.Plan, slots: Tensor, rows: List[__torch__.Row], together: Optional[__torch__.Together], groups: List[__torch__.Group]) -> NoneType:
    self.slots = slots
    self.rows = rows
    self.together = together
    self.groups = groups

class FeedForward:
  # SwiGLU and its kin (Shazeer 2020, arXiv:2002.05202); without a gate, a layer as in GPT-2.
  size : int
  gated : bool
  gelu : bool
  gate_up : __torch__.Linear
  down : __torch__.Linear

  def __init__(self: __torch__.FeedForward, shape: __torch__.Shape, norm: Tensor, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    up = weights["up"]
    down = weights["down"]
    self.size = up.size(0)
    self.gelu = shape.gelu
    self.gated = "gate" in weights
    bias = annotate(Optional[Tensor], None)
    if "up.bias" in weights:
      bias = weights["up.bias"]
    maps = [up]
    if self.gated:
      maps = [weights["gate"], up]
      if "gate.bias" in weights:
        bias = torch.cat([weights["gate.bias"], weights["up.bias"]], 0)
    down_bias = annotate(Optional[Tensor], None)
    if "down.bias" in weights:
      down_bias = weights["down.bias"]
    if basis is not None:
      down = basis.turn_columns(down)
      if down_bias is not None:
        down_bias = torch.reshape(basis.turned(torch.reshape(down_bias, [1, -1])), [-1])
    self.gate_up = __torch__.Linear(maps, norm, basis, bias, shape.type, 0)
    self.down = __torch__.Linear([down], None, None, down_bias, shape.type, 0)

  def apply(self: __torch__.FeedForward, x: Tensor, groups: List[__torch__.Group], layer: int) -> Tensor:
    y = self.gate_up.apply(x)
    for group in groups:
      y = group.add(y, x, group.layers[layer].gate_up)
    gate = torch.slice(y, 1, 0, self.size, 1)
    if self.gelu:
      inner = torch.gelu(gate, approximate="tanh")
    else:
      inner = torch.silu(gate)
    if self.gated:
      inner = torch.mul_(inner, torch.slice(y, 1, self.size, 2 * self.size, 1))
    y = self.down.apply(inner)
    for group in groups:
      y = group.add(y, inner, group.layers[layer].down)
    return y

  def adapted(self: __torch__.FeedForward, norm: Tensor, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis], type: int) -> Tuple[Optional[__torch__.LowRank], Optional[__torch__.LowRank]]:
    gate_up = annotate(Optional[__torch__.LowRank], None)
    output = annotate(Optional[__torch__.LowRank], None)
    downs = annotate(List[Tensor], [])
    ups = annotate(List[Tensor], [])
    first = 0
    if self.gated:
      first = self.size
    if "gate.down" in weights:
      downs.append(weights["gate.down"])
      ups.append(torch.constant_pad_nd(weights["gate.up"], [0, 0, 0, self.size]))
    if "up.down" in weights:
      downs.append(weights["up.down"])
      ups.append(torch.constant_pad_nd(weights["up.up"], [0, 0, first, 0]))
    if len(downs) > 0:
      gate_up = __torch__.LowRank(downs, norm, basis, torch.cat(ups, 1), type)
    if "down.down" in weights:
      up = weights["down.up"]
      if basis is not None:
        up = basis.turn_columns(up)
      output = __torch__.LowRank([weights["down.down"]], None, None, up, type)
    return (gate_up, output)

class Experts:
  # A mixture of feed-forward layers (Jiang et al. 2024, arXiv:2401.04088): a token goes to the few that its router scores best. In
  # 8 bits the router's weights are two terms, since a choice between experts must neither be coarse nor depend on neighbours; else they are
  # 32-bit floats.
  chosen : int
  normalised : bool
  router : __torch__.Linear
  experts : List[__torch__.FeedForward]

  def __init__(self: __torch__.Experts, shape: __torch__.Shape, norm: Tensor, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    self.chosen = shape.chosen
    self.normalised = shape.normalised
    router = weights["router"]
    type = 6
    if shape.int8:
      type = 12
    self.router = __torch__.Linear([router], norm, basis, None, type, router.size(0))
    self.experts = annotate(List[__torch__.FeedForward], [])
    for i in range(router.size(0)):
      one = annotate(Dict[str, Tensor], {})
      for name in ["gate", "up", "down"]:
        one[name] = torch.select(weights[name], 0, i)
      self.experts.append(__torch__.FeedForward(shape, norm, one, basis))

  # Each expert takes its tokens at once; a token's shares are added in the order of the experts, whoever its neighbours are.
  def apply(self: __torch__.Experts, x: Tensor) -> Tensor:
    scores = self.router.apply(x)
    shares, which, = torch.topk(torch.softmax(scores, -1), self.chosen, -1)
    if self.normalised:
      shares = torch.div(shares, torch.sum(shares, [-1], True))
    y = torch.zeros_like(x)
    for i in range(len(self.experts)):
      taken = torch.nonzero(torch.eq(which, i))
      if taken.size(0) > 0:
        tokens = torch.select(taken, 1, 0)
        share = torch.gather(torch.index_select(shares, 0, tokens), 1, torch.narrow(taken, 1, 1, 1))
        torch.index_add_(y, 0, tokens, torch.mul(self.experts[i].apply(torch.index_select(x, 0, tokens), annotate(List[__torch__.Group], []), 0), share))
    return y

class Layer:
  attention : __torch__.Attention
  feed_forward : Optional[__torch__.FeedForward]
  experts : Optional[__torch__.Experts]
  # Scales of norms behind attention and feed-forward layer, as in Gemma 2.
  attention_post : Optional[Tensor]
  feed_forward_post : Optional[Tensor]
  # Scales of the norms before them, which adapters need too.
  attention_norm : Tensor
  feed_forward_norm : Tensor

  def __init__(self: __torch__.Layer, shape: __torch__.Shape, windowed: bool, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    self.attention = __torch__.Attention(shape, windowed, weights, basis)
    self.feed_forward = None
    self.experts = None
    norm = weights["feed_forward.norm"]
    self.attention_norm = weights["attention.norm"]
    self.feed_forward_norm = norm
    if "router" in weights:
      self.experts = __torch__.Experts(shape, norm, weights, basis)
    else:
      self.feed_forward = __torch__.FeedForward(shape, norm, weights, basis)
    self.attention_post = None
    self.feed_forward_post = None
    if "attention.post" in weights:
      self.attention_post = weights["attention.post"]
      self.feed_forward_post = weights["feed_forward.post"]

  def apply(self: __torch__.Layer, norm: __torch__.Norm, x: Tensor, rotation: Tensor, plan: __torch__.Plan, layer: int) -> Tensor:
    y = self.attention.apply(norm, norm.apply(x), rotation, plan, layer)
    post = self.attention_post
    if post is not None:
      y = torch.mul(norm.apply(y), post)
    x = torch.add_(x, y)
    experts = self.experts
    if experts is not None:
      y = experts.apply(norm.apply(x))
    else:
      y = unchecked_cast(__torch__.FeedForward, self.feed_forward).apply(norm.apply(x), plan.groups, layer)
    post = self.feed_forward_post
    if post is not None:
      y = torch.mul(norm.apply(y), post)
    return torch.add_(x, y)

  def adapted(self: __torch__.Layer, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis], type: int) -> __torch__.AdaptedLayer:
    layer = __torch__.AdaptedLayer()
    query_key_value, output, = self.attention.adapted(self.attention_norm, weights, basis, type)
    layer.query_key_value = query_key_value
    layer.output = output
    feed_forward = self.feed_forward
    if feed_forward is not None:
      gate_up, down, = feed_forward.adapted(self.feed_forward_norm, weights, basis, type)
      layer.gate_up = gate_up
      layer.down = down
    return layer

class Outside:
  # What lies outside of layers.
  embedding : Tensor
  # Learned embeddings of positions, as in GPT-2; then nothing turns.
  places : Optional[Tensor]
  head : __torch__.Linear

  def __init__(self: __torch__.Outside, shape: __torch__.Shape, weights: Dict[str, Tensor], basis: Optional[__torch__.Basis]) -> NoneType:
    bias = annotate(Optional[Tensor], None)
    if "head.bias" in weights:
      bias = weights["head.bias"]
    # The head first: it may be the embedding, which is turned where it lies.
    self.head = __torch__.Linear([weights["head"]], weights["norm"], basis, bias, shape.type, 0)
    embedding = weights["embedding"]
    places = annotate(Optional[Tensor], None)
    if "places" in weights:
      places = weights["places"]
    if basis is not None:
      embedding = basis.turn_rows(embedding)
      if places is not None:
        places = basis.turn_rows(places)
    if not shape.int8:
      embedding = torch.to(embedding, shape.type)
    self.embedding = embedding
    self.places = places

class Frame:
  # What the parts of a model are made from, beside their weights.
  shape : __torch__.Shape
  basis : Optional[__torch__.Basis]

  def __init__(self: __torch__.Frame, shape: __torch__.Shape, turned: int) -> NoneType:
    self.shape = shape
    self.basis = None
    if turned > 0:
      self.basis = __torch__.Basis(turned)

class Model:
  shape : __torch__.Shape
  basis : Optional[__torch__.Basis]
  rotations : Tensor
  embedding : Tensor
  places : Optional[Tensor]
  layers : List[__torch__.Layer]
  norm : __torch__.Norm
  head : __torch__.Linear
  cap : float
  # By number; a layer after the other.
  adapters : Dict[int, List[__torch__.AdaptedLayer]]

  def __init__(self: __torch__.Model, frame: __torch__.Frame, outside: __torch__.Outside, first: __torch__.Layer, epsilon: float, cap: float, angles: Tensor, lengths: Tensor) -> NoneType:
    self.shape = frame.shape
    self.basis = frame.basis
    self.embedding = outside.embedding
    self.places = outside.places
    self.head = outside.head
    self.cap = cap
    self.rotations = torch.polar(torch.expand_as(lengths, angles), angles)
    self.layers = [first]
    # Not empty: libtorch makes an empty list or dictionary that its function leaves empty a constant of the program, which holds
    # what is put into it later for as long as the process lives.
    self.adapters = {0: [__torch__.AdaptedLayer()]}
    self.norm = __torch__.Norm(epsilon)

  # [n, d] to scores.
  def scores(self: __torch__.Model, x: Tensor) -> Tensor:
    y = torch.to(self.head.apply(self.norm.apply(x)), 6)
    if self.cap > 0.:
      y = torch.mul_(torch.tanh_(torch.div_(y, self.cap)), self.cap)
    return y

class Program(Module):
  __parameters__ = []
  __buffers__ = []

  # What to make a model's parts from. numbers: as Shape takes them. scale, cap: of attention scores. turned: how many channels are changed
  # to another basis; 0 in models with norms behind their layers, whose scales belong to channels.
  def frame(self: __torch__.Program, numbers: List[int], scale: float, cap: float, gelu: bool, normalised: bool, turned: int) -> __torch__.Frame:
    return __torch__.Frame(__torch__.Shape(numbers, scale, cap, gelu, normalised), turned)

  # What lies outside of layers, and a layer, each by itself, so that only few weights are in memory in 32 bits. Parts may be made side by
  # side. Their weights are taken over, and may be changed.
  def outside(self: __torch__.Program, frame: __torch__.Frame, weights: Dict[str, Tensor]) -> __torch__.Outside:
    return __torch__.Outside(frame.shape, weights, frame.basis)

  def layer(self: __torch__.Program, frame: __torch__.Frame, windowed: bool, weights: Dict[str, Tensor]) -> __torch__.Layer:
    return __torch__.Layer(frame.shape, windowed, weights, frame.basis)

  # A model with its first layer. cap: of the tokens' scores. angles [positions, D/2]: how far each pair of channels turns at each position, in
  # radians. lengths [D/2]: by what it is multiplied.
  def create(self: __torch__.Program, frame: __torch__.Frame, outside: __torch__.Outside, first: __torch__.Layer, epsilon: float, cap: float, angles: Tensor, lengths: Tensor) -> __torch__.Model:
    return __torch__.Model(frame, outside, first, epsilon, cap, angles, lengths)

  # Puts the next layer behind those that are there.
  def add_layer(self: __torch__.Program, model: __torch__.Model, layer: __torch__.Layer) -> NoneType:
    model.layers.append(layer)
    return None

  # An adapter's first layer. weights: NAME.down [rank, inputs] and NAME.up [outputs, rank] for each map it changes. Making an adapter
  # changes nothing of the model, so steps may be computed meanwhile.
  def adapter(self: __torch__.Program, model: __torch__.Model, weights: Dict[str, Tensor]) -> __torch__.Adapter:
    return __torch__.Adapter(model.layers[0].adapted(weights, model.basis, model.shape.type))

  # Its next layer.
  def extend_adapter(self: __torch__.Program, model: __torch__.Model, adapter: __torch__.Adapter, weights: Dict[str, Tensor]) -> NoneType:
    layer = model.layers[len(adapter.layers)].adapted(weights, model.basis, model.shape.type)
    adapter.layers.append(layer)
    return None

  # Between two steps: rows of this number are changed by it from now on.
  def put_adapter(self: __torch__.Program, model: __torch__.Model, number: int, adapter: __torch__.Adapter) -> NoneType:
    model.adapters[number] = adapter.layers
    return None

  # rows: six numbers a row: first token, tokens, tokens seen with them, first slot or -1 if its slots are scattered, whether the scores after
  # its last token are wanted, number of its adapter or 0. inputs: one list after the other, so that a step copies one array to its device:
  # the tokens, their positions, their slots, the last token of each row whose scores are wanted; slots of rows that are scattered; tokens
  # of rows that attend together, and their blocks, as many of each.
  # Gives the scores [rows wanted, vocabulary], and the best token of each row.
  def step(self: __torch__.Program, model: __torch__.Model, inputs: Tensor, rows: List[int]) -> Tuple[Tensor, Tensor]:
    x = self.hidden(model, inputs, rows)
    wanted = 0
    for i in range(len(rows) // 6):
      if rows[6 * i + 4] != 0:
        wanted = wanted + 1
    scores = model.scores(torch.index_select(x, 0, torch.narrow(inputs, 0, 3 * x.size(0), wanted)))
    return (scores, torch.argmax(scores, -1))

  # Copies the keys and values of slots that follow each other.
  def copy(self: __torch__.Program, model: __torch__.Model, first: int, to: int, slots: int) -> NoneType:
    for layer in model.layers:
      for pool in [layer.attention.keys, layer.attention.values]:
        torch.copy_(torch.narrow(pool, 0, to, slots), torch.narrow(pool, 0, first, slots))
    return None

  # The keys and values of slots that follow each other, of all layers, as one row of 32-bit floats.
  def read(self: __torch__.Program, model: __torch__.Model, first: int, slots: int) -> Tensor:
    all = annotate(List[Tensor], [])
    for layer in model.layers:
      for pool in [layer.attention.keys, layer.attention.values]:
        all.append(torch.reshape(torch.narrow(pool, 0, first, slots), [-1]))
    return torch.to(torch.cat(all, 0), 6)

  # Puts them into others.
  def write(self: __torch__.Program, model: __torch__.Model, first: int, slots: int, all: Tensor) -> NoneType:
    at = 0
    for layer in model.layers:
      for pool in [layer.attention.keys, layer.attention.values]:
        part = torch.narrow(pool, 0, first, slots)
        torch.copy_(part, torch.narrow(all, 0, at, part.numel()).view(part.size()))
        at = at + part.numel()
    return None

  # How well the model tells each next token of a text: [n, 2], the logarithm of the probability it gave it, and the token it thought
  # likeliest. Arguments as in a step.
  def judge(self: __torch__.Program, model: __torch__.Model, inputs: Tensor, rows: List[int], next: Tensor) -> Tensor:
    x = self.hidden(model, inputs, rows)
    scores = torch.log_softmax(model.scores(x), -1)
    told = torch.gather(scores, 1, torch.unsqueeze(next, 1))
    return torch.cat([told, torch.argmax(scores, -1, True).to(6)], 1)

  def hidden(self: __torch__.Program, model: __torch__.Model, inputs: Tensor, rows: List[int]) -> Tensor:
    block = model.shape.block
    window = model.shape.window
    like = model.layers[0].attention.keys
    n = 0
    at = 0
    alone = annotate(List[__torch__.Row], [])
    few = 0
    for i in range(len(rows) // 6):
      n = n + rows[6 * i + 1]
      if rows[6 * i + 4] != 0:
        at = at + 1
      if block > 0 and rows[6 * i + 1] == 1:
        few = few + 1
    at = 3 * n + at
    for i in range(len(rows) // 6):
      first = rows[6 * i]
      count = rows[6 * i + 1]
      length = rows[6 * i + 2]
      start = rows[6 * i + 3]
      if block == 0 or count > 1:
        if start < 0:
          alone.append(__torch__.Row(first, count, length, start, torch.narrow(inputs, 0, at, length), window, like))
          at = at + length
        else:
          alone.append(__torch__.Row(first, count, length, start, None, window, like))
    tokens = torch.narrow(inputs, 0, 0, n)
    positions = torch.narrow(inputs, 0, n, n)
    together = annotate(Optional[__torch__.Together], None)
    if few > 0:
      which = torch.narrow(inputs, 0, at, few)
      seen = torch.unsqueeze(torch.add(torch.index_select(positions, 0, which), 1), 1)
      blocks = torch.narrow(inputs, 0, at + few, inputs.size(0) - at - few).view(few, -1)
      together = __torch__.Together(which, seen, blocks, block, window, like)
    plan = __torch__.Plan(torch.narrow(inputs, 0, 2 * n, n), alone, together, self.groups(model, inputs, rows))
    x = torch.to(torch.embedding(model.embedding, tokens), 6)
    places = model.places
    if places is not None:
      x = torch.add_(x, torch.index_select(places, 0, positions))
    rotation = torch.unsqueeze(torch.index_select(model.rotations, 0, positions), 1)
    for i in range(len(model.layers)):
      x = model.layers[i].apply(model.norm, x, rotation, plan, i)
    return x

  def groups(self: __torch__.Program, model: __torch__.Model, inputs: Tensor, rows: List[int]) -> List[__torch__.Group]:
    members = annotate(Dict[int, List[int]], {})
    for i in range(len(rows) // 6):
      number = rows[6 * i + 5]
      if number > 0:
        for token in range(rows[6 * i], rows[6 * i] + rows[6 * i + 1]):
          if number in members:
            members[number].append(token)
          else:
            members[number] = [token]
    groups = annotate(List[__torch__.Group], [])
    for number in members.keys():
      groups.append(__torch__.Group(torch.tensor(members[number], dtype=4, device=ops.prim.device(inputs)), model.adapters[number]))
    return groups
