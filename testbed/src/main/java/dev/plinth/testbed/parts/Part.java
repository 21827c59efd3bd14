package dev.plinth.testbed.parts;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A program of the cluster, with the Go package it is built from; those of one package are one binary under many names. */
public enum Part {
    ETCD("etcd", Part.KUBE),
    API_SERVER("kube-apiserver", Part.KUBE),
    CONTROLLER_MANAGER("kube-controller-manager", Part.KUBE),
    SCHEDULER("kube-scheduler", Part.KUBE),
    KUBECTL("kubectl", Part.KUBE),
    KWOK("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    WALLS("walls", "./cmd/walls"),
    KUBELET("kubelet", Part.KUBE),
    KUBE_PROXY("kube-proxy", Part.KUBE),
    COREDNS("coredns", "./cmd/coredns"),
    PAUSE("pause", "./cmd/pause"),
    CONTAINERD("containerd", "github.com/containerd/containerd/v2/cmd/containerd"),
    SHIM("containerd-shim-runc-v2", "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2"),
    CTR("ctr", "github.com/containerd/containerd/v2/cmd/ctr"),
    BRIDGE("bridge", "github.com/containernetworking/plugins/plugins/main/bridge"),
    HOST_LOCAL("host-local", "github.com/containernetworking/plugins/plugins/ipam/host-local"),
    LOOPBACK("loopback", "github.com/containernetworking/plugins/plugins/main/loopback");

    static final String KUBE = "./cmd/kube";

    private final String program;
    private final String goPackage;

    Part(String program, String goPackage) {
        this.program = program;
        this.goPackage = goPackage;
    }

    /** The name of the program, which for Kubernetes' own is also how it knows what to be. */
    public String program() {
        return program;
    }

    String goPackage() {
        return goPackage;
    }

    /** The Go module whose version is the program's; none for what is only ours. */
    Optional<String> module() {
        return switch (this) {
            case ETCD -> Optional.of("go.etcd.io/etcd/server/v3");
            case API_SERVER, CONTROLLER_MANAGER, SCHEDULER, KUBECTL, KUBELET, KUBE_PROXY ->
                Optional.of("k8s.io/kubernetes");
            case KWOK -> Optional.of("sigs.k8s.io/kwok");
            case COREDNS -> Optional.of("github.com/coredns/coredns");
            case CONTAINERD, SHIM, CTR -> Optional.of("github.com/containerd/containerd/v2");
            case BRIDGE, HOST_LOCAL, LOOPBACK -> Optional.of("github.com/containernetworking/plugins");
            case WALLS, PAUSE -> Optional.empty();
        };
    }

    /**
     * Whether a program that the machine happens to have can stand for this one if its version fits. Not so the container
     * runtime and its network: those belong to the machine.
     */
    boolean foundAnywhere() {
        return switch (this) {
            case ETCD, API_SERVER, CONTROLLER_MANAGER, SCHEDULER, KUBECTL, KUBELET, KUBE_PROXY, KWOK -> true;
            default -> false;
        };
    }

    /** The arguments with which it says its version. */
    List<String> versionArguments() {
        return this == KUBECTL ? List.of("version", "--client") : List.of("--version");
    }

    /** What a control plane with simulated nodes needs. */
    public static Set<Part> controlPlane() {
        return EnumSet.range(ETCD, WALLS);
    }

    /** What a cluster with real nodes needs. */
    public static Set<Part> all() {
        return EnumSet.allOf(Part.class);
    }
}
