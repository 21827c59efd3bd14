/**
 * Numbers about the operator and its workloads, for Prometheus. One registry of the Prometheus client 1.x, because that
 * of the Quarkus extension is the old client: no native histograms, an older OpenMetrics.
 */
@NullMarked
package dev.plinth.controller.metrics;

import org.jspecify.annotations.NullMarked;
