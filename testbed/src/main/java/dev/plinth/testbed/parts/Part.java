package dev.plinth.testbed.parts;

import java.util.EnumSet;
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

    /** What a control plane with simulated nodes needs. */
    public static Set<Part> controlPlane() {
        return EnumSet.range(ETCD, WALLS);
    }

    /** What a cluster with real nodes needs. */
    public static Set<Part> all() {
        return EnumSet.allOf(Part.class);
    }
}
