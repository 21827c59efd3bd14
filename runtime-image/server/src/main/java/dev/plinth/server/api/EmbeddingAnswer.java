package dev.plinth.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/** The JSON of an answer with vectors. */
final class EmbeddingAnswer {
    private EmbeddingAnswer() {}

    static ObjectNode of(String model, EmbeddingRequest request, List<float[]> vectors) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = answer.putArray("data");
        for (int i = 0; i < vectors.size(); i++) {
            ObjectNode one = data.addObject().put("object", "embedding").put("index", i);
            if (request.base64()) {
                one.put("embedding", base64(vectors.get(i)));
            } else {
                ArrayNode numbers = one.putArray("embedding");
                for (float number : vectors.get(i)) {
                    numbers.add(number);
                }
            }
        }
        answer.put("model", model)
                .putObject("usage")
                .put("prompt_tokens", request.tokens())
                .put("total_tokens", request.tokens());
        return answer;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
