package dev.plinth.testbed.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceTest {
    private final GoSources sources = GoSources.bundled();
    private final Told told = new Told();

    @TempDir
    private Path folder;

    @Test
    void aProgramOfTheSameMinorVersionIsTaken() throws IOException {
        var path = program("kube-apiserver", "Kubernetes v1.37.0");
        assertThat(chosen().find(Part.API_SERVER, sources, told)).contains(path);
        assertThat(shared().find(Part.API_SERVER, sources, told)).contains(path);
        assertThat(told.lines()).isEmpty();
    }

    @Test
    void aProgramOfAnotherVersionInTheFolderForPlinthIsAnError() throws IOException {
        var path = program("kube-apiserver", "Kubernetes v1.34.1");
        assertThatThrownBy(() -> chosen().find(Part.API_SERVER, sources, told))
                .isInstanceOf(TestbedException.class)
                .hasMessage(
                        "PLINTH_PARTS: %s is v1.34.1, the cluster needs %s: put the right one there, or take it away"
                                .formatted(path, sources.version("k8s.io/kubernetes")));
    }

    @Test
    void aProgramOfAnotherVersionInTheFolderOfOtherTestsIsPassedOverWithALine() throws IOException {
        program("kube-apiserver", "Kubernetes v1.34.1");
        assertThat(shared().find(Part.API_SERVER, sources, told)).isEmpty();
        assertThat(told.lines()).singleElement().asString().endsWith("needs v1.37.2: passed over");
    }

    @Test
    void etcdNeedsOnlyTheSameMajorVersion() throws IOException {
        var path = program("etcd", "etcd Version: 3.6.4");
        assertThat(shared().find(Part.ETCD, sources, told)).contains(path);
    }

    @Test
    void aProgramThatDoesNotRunIsPassedOver() throws IOException {
        Files.writeString(program("etcd", ""), "#!/bin/sh\nexit 1\n");
        assertThat(shared().find(Part.ETCD, sources, told)).isEmpty();
        assertThat(told.lines()).singleElement().asString().contains("of no known version");
    }

    @Test
    void aProgramOfAnotherVersionOnThePathIsPassedOverInSilence() throws IOException {
        var path = program("kubectl", "Client Version: v1.32.4");
        assertThat(ambient().find(Part.KUBECTL, sources, told)).isEmpty();
        assertThat(told.lines()).isEmpty();
        program("kubectl", "Client Version: v1.37.1");
        assertThat(ambient().find(Part.KUBECTL, sources, told)).contains(path);
    }

    @Test
    void theMachinesOwnContainerRuntimeIsNotTakenUnlessChosen() throws IOException {
        var path = program("containerd", "containerd 2.4.2");
        assertThat(ambient().find(Part.CONTAINERD, sources, told)).isEmpty();
        assertThat(chosen().find(Part.CONTAINERD, sources, told)).contains(path);
    }

    @Test
    void theFolderForPlinthComesFirstThenThatOfOtherTestsThenThePathThenTheCache() {
        var environment = Map.of("PATH", "/a:/b", "KUBEBUILDER_ASSETS", "/k", "PLINTH_PARTS", "/p");
        assertThat(Parts.places(environment, Path.of("/c")))
                .extracting(place -> place.folder().toString())
                .containsExactly("/p", "/k", "/a", "/b", "/c");
        assertThat(Parts.places(Map.of("PLINTH_PARTS", ""), Path.of("/c"))).hasSize(1);
    }

    private Place chosen() {
        return new Place("PLINTH_PARTS", folder, Place.Trust.CHOSEN);
    }

    private Place shared() {
        return new Place("KUBEBUILDER_ASSETS", folder, Place.Trust.SHARED);
    }

    private Place ambient() {
        return new Place("PATH", folder, Place.Trust.AMBIENT);
    }

    private Path program(String name, String version) throws IOException {
        var file = Files.writeString(folder.resolve(name), "#!/bin/sh\necho '%s'\n".formatted(version));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
