package dev.plinth.bench;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** llama.cpp's server, inside this process, with its parallel slots and continuous batching. */
final class LlamaCppSide implements Side {
    private final String name;
    private final LlamaModel model;

    /** @param slots requests side by side, each with {@code contextTokens} of its own */
    LlamaCppSide(String name, Path gguf, int threads, int slots, int contextTokens) {
        this.name = name;
        this.model = new LlamaModel(new ModelParameters()
                .setModel(gguf.toString())
                .setThreads(threads)
                .setThreadsBatch(threads)
                .setParallel(slots)
                .setCtxSize(slots * contextTokens)
                .setGpuLayers(0));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Times> run(List<String> prompts, int tokens) throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(prompts.size())) {
            List<Callable<Times>> requests = new ArrayList<>();
            for (String prompt : prompts) {
                requests.add(() -> one(prompt, tokens));
            }
            List<Times> times = new ArrayList<>();
            for (Future<Times> answer : clients.invokeAll(requests)) {
                times.add(answer.get());
            }
            return times;
        }
    }

    private Times one(String prompt, int tokens) {
        long sent = System.nanoTime();
        List<Long> moments = new ArrayList<>();
        for (LlamaOutput piece : model.generate(new InferenceParameters(prompt)
                .setNPredict(tokens)
                .setTemperature(0)
                .setCachePrompt(true)
                .setIgnoreEos(true))) {
            moments.add(System.nanoTime());
        }
        return new Times(sent, moments.subList(0, Math.min(tokens, moments.size())));
    }

    @Override
    public void close() {
        model.close();
    }
}
