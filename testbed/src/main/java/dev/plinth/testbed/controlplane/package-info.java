/** etcd, the API server, the scheduler, the controller manager and KWOK. */
@NullMarked
package dev.plinth.testbed.controlplane;

import org.jspecify.annotations.NullMarked;
