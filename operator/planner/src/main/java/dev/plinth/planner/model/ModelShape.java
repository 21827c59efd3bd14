package dev.plinth.planner.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A decoder-only transformer.
 *
 * @param name for a person
 * @param vocabulary rows of the embedding, padding included
 * @param hidden length of the vector that flows through the layers
 * @param layers number of layers
 * @param feedForward of the dense layers
 * @param experts of the other layers; absent if all are dense
 * @param tiedEmbeddings the head shares the embedding's weights
 * @param learnedPositions rows of a learned position embedding; 0 for rotary and other kinds without weights
 * @param norm what normalises each half of a layer
 * @param dropout whether training drops activations at random, whose masks take memory
 */
public record ModelShape(
        String name,
        int vocabulary,
        int hidden,
        int layers,
        Attention attention,
        FeedForward feedForward,
        Optional<Experts> experts,
        boolean tiedEmbeddings,
        int learnedPositions,
        Norm norm,
        boolean dropout) {
    /** A thousand times what the largest known model has; sums of so many never overflow. */
    private static final double MOST_PARAMETERS = 1e15;

    /** Query and value elements of one token in all layers: a thousand times those of the largest known model. */
    private static final double MOST_ATTENTION = 1e10;

    public ModelShape {
        var layer = Math.max(
                size(feedForward.matrices(hidden)),
                experts.map(each -> size(each.matrices(hidden))).orElse(0.0));
        var parameters = layers * (layer + size(attention.matrices(hidden)))
                + 2.0 * ((double) vocabulary + learnedPositions) * hidden;
        var attended = (double) layers * attention.heads() * ((double) attention.keySize() + attention.valueSize());
        if (parameters > MOST_PARAMETERS || attended > MOST_ATTENTION) {
            throw new UnknownModelException(
                    "the sizes of the model make %.0e parameters and %.0e elements of queries and values for each token; they must not make more than %.0e and %.0e"
                            .formatted(parameters, attended, MOST_PARAMETERS, MOST_ATTENTION));
        }
    }

    private static double size(List<Matrix> matrices) {
        return matrices.stream()
                .mapToDouble(matrix -> (double) matrix.copies() * matrix.inputs() * matrix.outputs())
                .sum();
    }

    /** Kind of norm, by the vectors it learns. */
    public enum Norm {
        /** Scale only (1910.07467), and layer norm without bias. */
        SCALE(1),
        /** Scale and bias (1607.06450). */
        SCALE_AND_BIAS(2);

        private final int vectors;

        Norm(int vectors) {
            this.vectors = vectors;
        }
    }

    /** The GPT of the Megatron papers: multi-head attention, four times wider inside, biases, dropout, tied embeddings. */
    public static ModelShape gpt(String name, int vocabulary, int hidden, int layers, int heads, int sequence) {
        var attention = new Attention.GroupedQuery(heads, heads, hidden / heads, true, true, false, false);
        var feedForward = new FeedForward(4 * hidden, false, true);
        return new ModelShape(
                name,
                vocabulary,
                hidden,
                layers,
                attention,
                feedForward,
                Optional.empty(),
                true,
                sequence,
                Norm.SCALE_AND_BIAS,
                true);
    }

    public Layer denseLayer() {
        return layer(feedForward.matrices(hidden), 0);
    }

    public Layer expertLayer() {
        var mixture = experts.orElseThrow(() -> new IllegalStateException(name + " has no experts"));
        return layer(mixture.matrices(hidden), mixture.balanceVector() ? mixture.count() : 0);
    }

    private Layer layer(List<Matrix> second, long extra) {
        var matrices = Stream.concat(attention.matrices(hidden).stream(), second.stream())
                .toList();
        return new Layer(matrices, 2L * norm.vectors * hidden + attention.vectors() + extra);
    }

    /** Layers at the start without experts. */
    public int denseLayers() {
        return experts.map(mixture -> Math.min(layers, mixture.firstDense())).orElse(layers);
    }

    public int expertLayers() {
        return layers - denseLayers();
    }

    /** Token and position embedding. */
    public long embeddingParameters() {
        return ((long) vocabulary + learnedPositions) * hidden;
    }

    /** Final norm, and the head where it has weights of its own. */
    public long headParameters() {
        return (tiedEmbeddings ? 0 : (long) vocabulary * hidden) + (long) norm.vectors * hidden;
    }

    public long parameters() {
        return sum(Layer::parameters) + embeddingParameters() + headParameters();
    }

    /** Parameters that one token passes through. */
    public long activeParameters() {
        return sum(Layer::activeParameters) + embeddingParameters() + headParameters();
    }

    /** Multiplications and additions of one token of the forward pass, each token looking at {@code sequence} tokens; see {@link
     * FlopConvention}. */
    public long forwardFlopsPerToken(long sequence) {
        return sum(Layer::matrixFlopsPerToken)
                + layers * attention.forwardFlopsPerToken(sequence)
                + 2L * vocabulary * hidden;
    }

    private long sum(java.util.function.ToLongFunction<Layer> of) {
        var dense = denseLayers() == 0 ? 0 : denseLayers() * of.applyAsLong(denseLayer());
        return dense + (expertLayers() == 0 ? 0 : expertLayers() * of.applyAsLong(expertLayer()));
    }
}
