package dev.plinth.controller.kubernetes;

/** Who owns a field of an object, in the sense of server-side apply: one manager per controller. */
public enum FieldManager {
    TRAINING("plinth-training"),
    SERVING("plinth-serving"),
    MODEL("plinth-model"),
    TOPOLOGY("plinth-topology"),
    GANG("plinth-gang"),
    /** The part of a gang's status that is written before its pods and seldom changes. */
    ASSIGNMENT("plinth-gang-assignment"),
    OPERATOR("plinth-operator");

    private final String id;

    FieldManager(String id) {
        this.id = id;
    }

    /** The name the API server keeps in {@code managedFields}. */
    public String id() {
        return id;
    }
}
