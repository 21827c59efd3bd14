package dev.plinth.controller.contract;

import java.util.Locale;

/** The names by which members find each other; they stay when a member is replaced. */
public final class MemberName {

    private MemberName() {}

    /** Host name inside the gang: zero-padded, so that the order of names is the order of indices. */
    public static String host(int index) {
        return String.format(Locale.ROOT, "r%05d", index);
    }

    /** Name of a gang's headless Service; not the gang's own, which a ModelService of that name needs for its front. */
    public static String service(String gang) {
        return gang + "-members";
    }

    /** Name that every pod of the cluster can resolve, by way of the gang's headless Service. */
    public static String address(String gang, String namespace, int index) {
        return host(index) + "." + service(gang) + "." + namespace + ".svc";
    }
}
