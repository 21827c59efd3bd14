package dev.plinth.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.weights.Stacked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** Llama's names of parameters, and those of the families that came from it. */
final class RotaryWeights implements DecoderWeights {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String NORM = "model.norm.weight";
    private static final String WEIGHT = ".weight";
    private static final String HEAD = "lm_head.weight";

    private final DecoderConfig config;

    /**
     * A parameter of a layer.
     *
     * @param name as the program calls it
     * @param files as the file calls it; several are laid one on the other
     * @param shape of each of them
     */
    private record Part(String name, List<String> files, Shape shape) {}

    RotaryWeights(DecoderConfig config) {
        this.config = config;
    }

    @Override
    public SequencedMap<String, Shape> shapes() {
        SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
        Shape embedding = new Shape(config.vocabularySize(), config.hiddenSize());
        shapes.put(EMBEDDING, embedding);
        for (int i = 0; i < config.layers(); i++) {
            parts(i).forEach(part -> part.files().forEach(file -> shapes.put(file, part.shape())));
        }
        shapes.put(NORM, new Shape(config.hiddenSize()));
        if (!config.tiedEmbeddings()) {
            shapes.put(HEAD, embedding);
        }
        return shapes;
    }

    @Override
    public Map<String, NDArray> outside(Source source, NDManager manager) {
        NDArray embedding = source.load(EMBEDDING, manager);
        return Map.of(
                "embedding", config.embeddingScale() == 1 ? embedding : embedding.mul(config.embeddingScale()),
                "head", config.tiedEmbeddings() ? embedding : source.load(HEAD, manager),
                "norm", scale(source.load(NORM, manager)));
    }

    @Override
    public Map<String, NDArray> layer(int index, Source source, NDManager manager) {
        Map<String, NDArray> layer = new HashMap<>();
        for (Part part : parts(index)) {
            List<NDArray> arrays = part.files().stream()
                    .map(file -> source.load(file, manager))
                    .toList();
            NDArray array =
                    arrays.size() == 1 ? arrays.getFirst() : NDArrays.stack(new NDList(arrays.toArray(NDArray[]::new)));
            boolean norm = part.name().endsWith(".norm") || part.name().endsWith(".post");
            layer.put(part.name(), norm ? scale(array) : array);
        }
        return layer;
    }

    @Override
    public Map<String, LinearMap> adaptable(int index) {
        Map<String, LinearMap> adaptable = new LinkedHashMap<>();
        for (Part part : parts(index)) {
            String file = part.files().getFirst();
            boolean linear = part.shape().dimension() == 2 && file.endsWith(WEIGHT);
            if (linear && part.files().size() == 1 && !part.name().equals("router")) {
                String map = file.substring(0, file.length() - WEIGHT.length());
                adaptable.put(map, new LinearMap(part.name(), part.shape()));
            }
        }
        return adaptable;
    }

    /** The maps that Phi-3's files hold one on the other, by the end of their names. */
    static Map<String, Stacked.Parts> stacked(DecoderConfig config) {
        DecoderConfig.Attention attention = config.attention();
        long query = (long) attention.heads() * attention.headSize();
        long key = (long) attention.keyValueHeads() * attention.headSize();
        long inner = config.feedForward().size();
        return Map.of(
                "qkv_proj.weight",
                new Stacked.Parts(List.of("q_proj.weight", "k_proj.weight", "v_proj.weight"), List.of(query, key, key)),
                "gate_up_proj.weight",
                new Stacked.Parts(List.of("gate_proj.weight", "up_proj.weight"), List.of(inner, inner)));
    }

    private NDArray scale(NDArray norm) {
        return config.norms().offsetByOne() ? norm.add(1) : norm;
    }

    private List<Part> parts(int layer) {
        List<Part> parts = new ArrayList<>();
        String prefix = "model.layers." + layer + ".";
        DecoderConfig.Attention attention = config.attention();
        long hidden = config.hiddenSize();
        long query = (long) attention.heads() * attention.headSize();
        long key = (long) attention.keyValueHeads() * attention.headSize();
        String own = prefix + "self_attn.";
        add(parts, "attention.norm", prefix + "input_layernorm", new Shape(hidden));
        add(parts, "q", own + "q_proj", new Shape(query, hidden), attention.inputBias());
        add(parts, "k", own + "k_proj", new Shape(key, hidden), attention.inputBias());
        add(parts, "v", own + "v_proj", new Shape(key, hidden), attention.inputBias());
        add(parts, "o", own + "o_proj", new Shape(hidden, query), attention.outputBias());
        if (attention.headNorms()) {
            add(parts, "q.norm", own + "q_norm", new Shape(attention.headSize()));
            add(parts, "k.norm", own + "k_norm", new Shape(attention.headSize()));
        }
        if (config.norms().behind()) {
            add(parts, "attention.post", prefix + "post_attention_layernorm", new Shape(hidden));
            add(parts, "feed_forward.norm", prefix + "pre_feedforward_layernorm", new Shape(hidden));
            add(parts, "feed_forward.post", prefix + "post_feedforward_layernorm", new Shape(hidden));
        } else {
            add(parts, "feed_forward.norm", prefix + "post_attention_layernorm", new Shape(hidden));
        }
        feedForward(parts, prefix);
        return parts;
    }

    private void feedForward(List<Part> parts, String prefix) {
        DecoderConfig.FeedForward shape = config.feedForward();
        Shape widen = new Shape(shape.size(), config.hiddenSize());
        Shape narrow = new Shape(config.hiddenSize(), shape.size());
        if (shape.experts().isEmpty()) {
            add(parts, "gate", prefix + "mlp.gate_proj", widen, shape.bias());
            add(parts, "up", prefix + "mlp.up_proj", widen, shape.bias());
            add(parts, "down", prefix + "mlp.down_proj", narrow, shape.bias());
            return;
        }
        int count = shape.experts().get().count();
        boolean mixtral = config.naming() == DecoderConfig.Naming.MIXTRAL;
        String mixture = prefix + (mixtral ? "block_sparse_moe." : "mlp.");
        add(parts, "router", mixture + "gate", new Shape(count, config.hiddenSize()));
        experts(parts, "gate", mixture, mixtral ? "w1" : "gate_proj", count, widen);
        experts(parts, "up", mixture, mixtral ? "w3" : "up_proj", count, widen);
        experts(parts, "down", mixture, mixtral ? "w2" : "down_proj", count, narrow);
    }

    private static void experts(List<Part> parts, String name, String mixture, String map, int count, Shape shape) {
        List<String> files = IntStream.range(0, count)
                .mapToObj(expert -> mixture + "experts." + expert + "." + map + ".weight")
                .toList();
        parts.add(new Part(name, files, shape));
    }

    private static void add(List<Part> parts, String name, String file, Shape shape) {
        add(parts, name, file, shape, false);
    }

    private static void add(List<Part> parts, String name, String file, Shape shape, boolean bias) {
        parts.add(new Part(name, List.of(file + WEIGHT), shape));
        if (bias) {
            parts.add(new Part(name + ".bias", List.of(file + ".bias"), new Shape(shape.get(0))));
        }
    }
}
