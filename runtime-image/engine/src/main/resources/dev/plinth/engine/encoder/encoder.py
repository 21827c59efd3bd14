# The BERT encoder (Devlin et al. 2018, arXiv:1810.04805) as one program that libtorch runs in one call for several texts, in the
# dialect of decoder.py. All texts' tokens lie one behind the other in n rows; only attention looks at more than one, a text at a time.

class Norm:
  # LayerNorm (Ba et al. 2016, arXiv:1607.06450).
  weight : Tensor
  bias : Tensor
  epsilon : float

  def __init__(self: __torch__.Norm, weight: Tensor, bias: Tensor, epsilon: float) -> NoneType:
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon

  def apply(self: __torch__.Norm, x: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(1)], self.weight, self.bias, self.epsilon)

class Layer:
  heads : int
  query_key_value : Tensor
  query_key_value_bias : Tensor
  output : Tensor
  output_bias : Tensor
  attention_norm : __torch__.Norm
  up : Tensor
  up_bias : Tensor
  down : Tensor
  down_bias : Tensor
  norm : __torch__.Norm

  def __init__(self: __torch__.Layer, heads: int, epsilon: float, weights: Dict[str, Tensor]) -> NoneType:
    self.heads = heads
    self.query_key_value = torch.cat([weights["q"], weights["k"], weights["v"]], 0)
    self.query_key_value_bias = torch.cat([weights["q.bias"], weights["k.bias"], weights["v.bias"]], 0)
    self.output = weights["o"]
    self.output_bias = weights["o.bias"]
    self.attention_norm = __torch__.Norm(weights["attention.norm"], weights["attention.norm.bias"], epsilon)
    self.up = weights["up"]
    self.up_bias = weights["up.bias"]
    self.down = weights["down"]
    self.down_bias = weights["down.bias"]
    self.norm = __torch__.Norm(weights["norm"], weights["norm.bias"], epsilon)

  # ends: where each text ends, in rows.
  def apply(self: __torch__.Layer, x: Tensor, ends: List[int]) -> Tensor:
    size = x.size(1)
    qkv = torch.linear(x, self.query_key_value, self.query_key_value_bias)
    attended = torch.empty_like(x)
    first = 0
    for end in ends:
      part = torch.narrow(qkv, 0, first, end - first).view(end - first, 3, self.heads, size // self.heads)
      apart = torch.permute(part, [1, 2, 0, 3])
      q = torch.narrow(apart, 0, 0, 1)
      k = torch.narrow(apart, 0, 1, 1)
      v = torch.narrow(apart, 0, 2, 1)
      o = torch.scaled_dot_product_attention(q, k, v, None, 0., False)
      torch.copy_(torch.narrow(attended, 0, first, end - first), torch.reshape(torch.permute(torch.select(o, 0, 0), [1, 0, 2]), [end - first, size]))
      first = end
    x = self.attention_norm.apply(torch.add(x, torch.linear(attended, self.output, self.output_bias)))
    inner = torch.gelu(torch.linear(x, self.up, self.up_bias))
    return self.norm.apply(torch.add(x, torch.linear(inner, self.down, self.down_bias)))

class Model:
  heads : int
  epsilon : float
  embedding : Tensor
  places : Tensor
  norm : __torch__.Norm
  layers : List[__torch__.Layer]

  def __init__(self: __torch__.Model, heads: int, epsilon: float, weights: Dict[str, Tensor]) -> NoneType:
    self.heads = heads
    self.epsilon = epsilon
    self.embedding = weights["embedding"]
    # All texts are of the first kind of segment.
    self.places = torch.add(weights["places"], torch.select(weights["segments"], 0, 0))
    self.norm = __torch__.Norm(weights["norm"], weights["norm.bias"], epsilon)
    self.layers = annotate(List[__torch__.Layer], [])
    # Else libtorch makes it a constant of the program, which holds what is put into it later as long as the process lives.
    self.layers.clear()

class Program(Module):
  __parameters__ = []
  __buffers__ = []

  def create(self: __torch__.Program, heads: int, epsilon: float, weights: Dict[str, Tensor]) -> __torch__.Model:
    return __torch__.Model(heads, epsilon, weights)

  def add_layer(self: __torch__.Program, model: __torch__.Model, weights: Dict[str, Tensor]) -> NoneType:
    model.layers.append(__torch__.Layer(model.heads, model.epsilon, weights))
    return None

  # One vector a text: that of its first token or the mean of all, perhaps scaled to length 1. tokens, positions [n].
  def embed(self: __torch__.Program, model: __torch__.Model, tokens: Tensor, positions: Tensor, ends: List[int], mean: bool, unit: bool) -> Tensor:
    x = torch.add(torch.embedding(model.embedding, tokens), torch.index_select(model.places, 0, positions))
    x = model.norm.apply(x)
    for layer in model.layers:
      x = layer.apply(x, ends)
    vectors = annotate(List[Tensor], [])
    first = 0
    for end in ends:
      if mean:
        vectors.append(torch.mean(torch.narrow(x, 0, first, end - first), [0]))
      else:
        vectors.append(torch.select(x, 0, first))
      first = end
    y = torch.stack(vectors, 0)
    if unit:
      y = torch.div(y, torch.clamp_min(torch.linalg_vector_norm(y, 2, [-1], True), 1e-12))
    return y
