package dev.plinth.controller.cluster;

import dev.plinth.placement.Resources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kubernetes quantities as the amounts that placement counts in. */
public final class Amounts {
    /** The place a pod takes on a node, of which a kubelet allows a limited number. */
    public static final String PODS = "pods";

    private static final BigDecimal MILLI = BigDecimal.valueOf(1000);

    /** More than any node has, and so little that amounts of many containers still add up. */
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE >> 10);

    private Amounts() {}

    /** Whether a text that stands for a quantity is one, and not negative. */
    public static boolean isAmount(Quantity quantity) {
        try {
            return quantity.getNumericalAmount().signum() >= 0;
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            return false;
        }
    }

    /** Amounts by resource name: cpu in millicores, all else in units or bytes, rounded up. */
    public static Resources of(@Nullable Map<String, Quantity> quantities) {
        var amounts = new HashMap<String, Long>();
        if (quantities != null) {
            quantities.forEach((name, quantity) -> amounts.put(name, amount(name, quantity)));
        }
        return new Resources(amounts);
    }

    /**
     * What the scheduler sets aside for a pod (its own rule): the larger of all containers together and any one init
     * container, where init containers that stay (sidecars) count with both; or the pod's own request; plus overhead.
     */
    public static Resources requestedBy(Pod pod) {
        var spec = pod.getSpec();
        var sidecars = Resources.NONE;
        var init = Resources.NONE;
        for (var container : spec.getInitContainers()) {
            var own = requests(container.getResources());
            if ("Always".equals(container.getRestartPolicy())) {
                sidecars = sidecars.plus(own);
                init = largest(init, sidecars);
            } else {
                init = largest(init, sidecars.plus(own));
            }
        }
        var together = containers(spec.getContainers()).plus(sidecars);
        return override(largest(together, init), spec)
                .plus(of(spec.getOverhead()))
                .plus(Resources.of(PODS, 1));
    }

    private static Resources containers(List<Container> containers) {
        return containers.stream()
                .map(container -> requests(container.getResources()))
                .reduce(Resources.NONE, Resources::plus);
    }

    /** A resource with a limit and no request is requested at its limit. */
    private static Resources requests(@Nullable ResourceRequirements resources) {
        if (resources == null) {
            return Resources.NONE;
        }
        var quantities = new HashMap<String, Quantity>();
        if (resources.getLimits() != null) {
            quantities.putAll(resources.getLimits());
        }
        if (resources.getRequests() != null) {
            quantities.putAll(resources.getRequests());
        }
        return of(quantities);
    }

    private static Resources override(Resources computed, PodSpec spec) {
        if (spec.getResources() == null) {
            return computed;
        }
        var amounts = new HashMap<>(computed.amounts());
        amounts.putAll(requests(spec.getResources()).amounts());
        return new Resources(amounts);
    }

    private static Resources largest(Resources a, Resources b) {
        var amounts = new HashMap<>(a.amounts());
        b.amounts().forEach((name, amount) -> amounts.merge(name, amount, Math::max));
        return new Resources(amounts);
    }

    private static long amount(String name, Quantity quantity) {
        var amount = quantity.getNumericalAmount();
        var counted = name.equals("cpu") ? amount.multiply(MILLI) : amount;
        return counted.min(MOST).setScale(0, RoundingMode.CEILING).longValue();
    }
}
