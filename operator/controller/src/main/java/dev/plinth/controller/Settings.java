package dev.plinth.controller;

import dev.plinth.api.v1alpha1.MemberTemplate;
import java.util.Optional;

/**
 * What is decided where the operator is installed.
 *
 * @param runtimeImage image of Plinth's own trainer and inference server, for workloads that name none
 * @param cudaRuntimeImage the same with libtorch for CUDA, for services whose replicas ask for NVIDIA's GPUs; none = there is no such image
 */
public record Settings(String runtimeImage, Optional<String> cudaRuntimeImage) {
    private static final String NVIDIA_GPU = "nvidia.com/gpu";

    /** The image of an inference server's members. It finds out by itself what it can compute on. */
    public String servingImage(MemberTemplate template) {
        var asked = template.resources();
        return asked.limits().containsKey(NVIDIA_GPU) || asked.requests().containsKey(NVIDIA_GPU)
                ? cudaRuntimeImage.orElse(runtimeImage)
                : runtimeImage;
    }
}
