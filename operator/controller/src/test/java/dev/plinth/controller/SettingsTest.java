package dev.plinth.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.MemberTemplate;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final MemberTemplate GPU = template("resources: {limits: {nvidia.com/gpu: 1}}");
    private static final MemberTemplate CPU = template("resources: {limits: {cpu: 4}}");

    @Test
    void replicasThatAskForNvidiasGpusGetTheImageForCuda() {
        var settings = new Settings("runtime:1", Optional.of("runtime-cuda:1"));

        assertThat(settings.servingImage(GPU)).isEqualTo("runtime-cuda:1");
        assertThat(settings.servingImage(CPU)).isEqualTo("runtime:1");
    }

    @Test
    void withoutAnImageForCudaTheyGetTheOneForCpus() {
        assertThat(new Settings("runtime:1", Optional.empty()).servingImage(GPU))
                .isEqualTo("runtime:1");
    }

    private static MemberTemplate template(String yaml) {
        return Serialization.unmarshal(yaml, MemberTemplate.class);
    }
}
