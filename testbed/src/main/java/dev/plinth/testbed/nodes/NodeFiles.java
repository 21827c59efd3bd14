package dev.plinth.testbed.nodes;

import dev.plinth.testbed.parts.Part;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configuration of what runs on a real node. */
final class NodeFiles {
    private final RealNode.Site site;
    private final String node;
    private final int ordinal;

    NodeFiles(RealNode.Site site, String node, int ordinal) {
        this.site = site;
        this.node = node;
        this.ordinal = ordinal;
    }

    /** All that belongs to the node. */
    Path folder() {
        return site.state().folder("nodes/" + node);
    }

    Path folder(String name) {
        return site.state().folder("nodes/%s/%s".formatted(node, name));
    }

    Path containerd() {
        var plugins = Stream.of(Part.BRIDGE, Part.HOST_LOCAL, Part.LOOPBACK)
                .map(part -> "'%s'".formatted(site.parts().folder(part)))
                .distinct()
                .collect(Collectors.joining(", "));
        return write("containerd.toml", """
                version = 3
                root = '%s'
                state = '/run/containerd'
                [grpc]
                address = '/run/containerd/containerd.sock'
                [plugins.'io.containerd.internal.v1.opt']
                path = '%s'
                [plugins.'io.containerd.nri.v1.nri']
                disable = true
                [plugins.'io.containerd.cri.v1.images']
                snapshotter = 'overlayfs'
                [plugins.'io.containerd.cri.v1.images'.pinned_images]
                sandbox = '%s'
                [plugins.'io.containerd.cri.v1.runtime']
                # Where CAP_SYS_RESOURCE is missing, runc may not lower a process's score.
                restrict_oom_score_adj = true
                [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
                runtime_type = 'io.containerd.runc.v2'
                [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
                BinaryName = '%s'
                SystemdCgroup = false
                [plugins.'io.containerd.cri.v1.runtime'.cni]
                bin_dirs = [%s]
                conf_dir = '%s'
                """.formatted(
                        folder("containerd"),
                        folder("containerd-opt"),
                        PauseImage.NAME,
                        site.tools().program("runc"),
                        plugins,
                        network().getParent()));
    }

    Path kubelet() {
        return write("kubelet.yaml", """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                # Only the cluster's own network reaches a kubelet.
                authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
                authorization: {mode: AlwaysAllow}
                containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
                clusterDNS: [%s]
                clusterDomain: cluster.local
                resolvConf: %s
                podLogsDir: %s
                volumePluginDir: %s
                nodeLeaseDurationSeconds: %d
                nodeStatusUpdateFrequency: %ds
                cgroupDriver: cgroupfs
                cgroupsPerQOS: false
                enforceNodeAllocatable: []
                failCgroupV1: false
                failSwapOn: false
                oomScoreAdj: 0
                evictionHard: {}
                imageGCHighThresholdPercent: 100
                # No registry is in reach that could be asked once more whether a pod may use an image that is here.
                imagePullCredentialsVerificationPolicy: NeverVerify
                localStorageCapacityIsolation: false
                makeIPTablesUtilChains: false
                """.formatted(
                        ClusterNetwork.CONTROL_PLANE,
                        resolver(),
                        folder("pod-logs"),
                        folder("volume-plugins"),
                        site.spec().leaseSeconds(),
                        Math.clamp(site.spec().leaseSeconds() / 4, 1, 10)));
    }

    /** Whom the node and its pods ask for names: this machine's own name servers are out of their reach. */
    Path resolver() {
        return write("resolv.conf", "nameserver %s\n".formatted(ClusterNetwork.CONTROL_PLANE));
    }

    Path proxy() {
        return write("proxy.yaml", """
                apiVersion: kubeproxy.config.k8s.io/v1alpha1
                kind: KubeProxyConfiguration
                clientConnection: {kubeconfig: %s}
                hostnameOverride: %s
                mode: nftables
                clusterCIDR: %s
                # A pod's answer to its neighbour on the same bridge must come back through the node to be translated.
                nftables: {masqueradeAll: true, minSyncPeriod: 200ms}
                conntrack: {maxPerCore: 0, min: 0}
                oomScoreAdj: 0
                """.formatted(site.controlPlane().proxyKubeconfig(), node, ClusterNetwork.PODS));
    }

    /**
     * Files that show kubelet the kernel settings it wants, to be laid over the machine's: kubelet would otherwise change
     * the machine's own for good.
     */
    Map<String, Path> kernelSettings() {
        var files = new LinkedHashMap<String, Path>();
        Map.of(
                        "vm/overcommit_memory", "1",
                        "vm/panic_on_oom", "0",
                        "kernel/panic", "10",
                        "kernel/panic_on_oops", "1",
                        "kernel/keys/root_maxkeys", "1000000",
                        "kernel/keys/root_maxbytes", "25000000")
                .forEach((setting, value) -> files.put("/proc/sys/" + setting, write("sys/" + setting, value + "\n")));
        return files;
    }

    private Path network() {
        return write("cni/10-plinth.conflist", """
                {
                  "cniVersion": "1.0.0",
                  "name": "plinth",
                  "plugins": [
                    {
                      "type": "bridge",
                      "bridge": "pods0",
                      "isGateway": true,
                      "hairpinMode": true,
                      "ipam": {
                        "type": "host-local",
                        "dataDir": "%s",
                        "ranges": [[{"subnet": "%s"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]
                      }
                    }
                  ]
                }
                """.formatted("/run/cni-addresses", ClusterNetwork.pods(ordinal)));
    }

    private Path write(String file, String content) {
        return site.state().write("nodes/%s/%s".formatted(node, file), content);
    }
}
