package dev.plinth.api.v1alpha1;

/** CEL rules, messages and limits that several kinds share. A message says what to do. */
final class Rules {
    private Rules() {}

    /** Most characters of the name of a Kubernetes object. */
    static final int NAME = 253;

    /** Most characters of a DNS label. */
    static final int LABEL = 63;

    /** Most characters of a name that Plinth derives names of gangs and pods from. */
    static final int SHORT_NAME = 40;

    /** Most characters of an argument or a value, long enough for a script. */
    static final int SCRIPT = 32_768;

    /** Most characters of a decimal number. */
    static final int DECIMAL = 32;

    /** Most members of a gang: their short host names have five digits. */
    static final int MEMBERS = 100_000;

    static final String SHORT_OBJECT_NAME =
            "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')";
    static final String SHORT_OBJECT_NAME_SAYS =
            "Choose a name of at most 40 lower-case letters, digits and '-' that starts with a letter: names of pods are made from it.";

    static final String OBJECT_NAME = "!format.dns1123Subdomain().validate(self).hasValue()";
    static final String OBJECT_NAME_SAYS =
            "Write the name of an object: lower-case letters, digits, '-' and '.', starting and ending with a letter or digit.";

    static final String LABEL_NAME = "!format.dns1123Label().validate(self).hasValue()";
    static final String LABEL_NAME_SAYS =
            "Write lower-case letters, digits and '-', starting and ending with a letter or digit.";

    private static final String DECIMAL_NUMBER = "self.matches('^[0-9]+([.][0-9]+)?([eE][-+]?[0-9]{1,3})?$')";
    static final String POSITIVE = DECIMAL_NUMBER + " && double(self) > 0.0";
    static final String POSITIVE_SAYS = "Write a decimal number above 0 in quotes, for example \"3e-4\".";
    static final String NOT_NEGATIVE = DECIMAL_NUMBER;
    static final String NOT_NEGATIVE_SAYS = "Write a decimal number of 0 or more in quotes, for example \"0.1\".";
    static final String FRACTION = DECIMAL_NUMBER + " && double(self) < 1.0";
    static final String FRACTION_SAYS = "Write a decimal number from 0 to below 1 in quotes, for example \"0.95\".";
    static final String SHARE = DECIMAL_NUMBER + " && double(self) <= 1.0";
    static final String SHARE_SAYS = "Write a decimal number from 0 to 1 in quotes, for example \"0.1\".";

    static final String DIGEST = "self.matches('^sha256:[0-9a-f]{64}$')";
    static final String DIGEST_SAYS = "Write sha256: and 64 lower-case hexadecimal digits, as sha256sum prints them.";

    static final String ABSOLUTE_PATH = "self.startsWith('/')";
    static final String ABSOLUTE_PATH_SAYS = "Write an absolute path: it starts with '/'.";

    /** On a template that a user writes: the environment by which members find each other is Plinth's. */
    static final String NO_RESERVED_ENV =
            "!has(self.env) || self.env.all(e, !e.name.matches('" + MemberTemplate.RESERVED_ENV + "'))";

    static final String NO_RESERVED_ENV_SAYS =
            "Remove or rename the variables that Plinth sets itself: PLINTH_*, PET_*, MASTER_ADDR, MASTER_PORT, RANK, LOCAL_RANK, GROUP_RANK, NODE_RANK, "
                    + "WORLD_SIZE, LOCAL_WORLD_SIZE, JAX_NUM_PROCESSES, JAX_PROCESS_ID and JAX_COORDINATOR_ADDRESS.";

    static final String NO_RESERVED_VOLUME = "!has(self.volumes) || self.volumes.all(v, !v.name.startsWith('plinth-'))";
    static final String NO_RESERVED_VOLUME_SAYS =
            "Rename the volumes whose names start with 'plinth-': those are Plinth's own.";

    static final String NO_RESERVED_MOUNT =
            "!has(self.volumeMounts) || self.volumeMounts.all(m, !m.mountPath.matches('^/(plinth|var/run/secrets/plinth[.]dev)(/.*)?$'))";
    static final String NO_RESERVED_MOUNT_SAYS =
            "Mount elsewhere than under /plinth and /var/run/secrets/plinth.dev: Plinth mounts checkpoints, models and its token there.";
}
