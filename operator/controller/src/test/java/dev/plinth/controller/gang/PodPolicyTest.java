package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.controller.gang.MemberPod.Outline;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPolicyTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            securityContext: {seccompProfile: {type: Unconfined}}                                      | the profile Unconfined is not allowed
            securityContext: {appArmorProfile: {type: Unconfined}}                                     | the profile Unconfined is not allowed
            containers: [{name: member, securityContext: {appArmorProfile: {type: Unconfined}}}]       | container member: the profile Unconfined
            containers: [{name: side, securityContext: {seccompProfile: {type: Unconfined}}}]          | container side: the profile Unconfined
            containers: [{name: member, volumeMounts: [{name: x, mountPath: /x/../plinth/checkpoints}]}] | mounted at /x/../plinth/checkpoints
            containers: [{name: member, volumeMounts: [{name: x, mountPath: //plinth/checkpoints}]}]   | mounted at //plinth/checkpoints
            containers: [{name: member, volumeMounts: [{name: x, mountPath: /var/run/secrets}]}]       | mounted at /var/run/secrets
            containers: [{name: member, volumeMounts: [{name: x, mountPath: /run/secrets/plinth.dev/}]}] | mounted at /run/secrets/plinth.dev/
            containers: [{name: member, env: [{name: PET_NNODES, value: "9"}]}]                        | the variable PET_NNODES
            volumes: [{name: plinth-checkpoints, emptyDir: {}}]                                        | the volume plinth-checkpoints
            """)
    void an_overlay_that_takes_what_is_not_its_own_is_refused(String overlay, String objection) {
        assertThat(outline(overlay))
                .isInstanceOfSatisfying(
                        Outline.Refused.class,
                        refused -> assertThat(refused.why()).contains(objection));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            securityContext: {seccompProfile: {type: RuntimeDefault}}
            containers: [{name: member, volumeMounts: [{name: x, mountPath: /plinths}]}]
            containers: [{name: member, volumeMounts: [{name: x, mountPath: /var/run/secrets/mine}]}]
            containers: [{name: member, env: [{name: RANKING, value: "9"}]}]
            containers: [{name: side, env: [{name: RANK, value: "9"}]}]
            """)
    void what_is_the_users_own_is_allowed(String overlay) {
        assertThat(outline(overlay)).isInstanceOf(Outline.Drawn.class);
    }

    @SuppressWarnings("unchecked") // An object in YAML is a map.
    private static Outline outline(String overlay) {
        var gang = Gangs.of(
                "ml",
                "train",
                1,
                1,
                ContractFramework.None,
                (Map<String, Object>) new KubernetesSerialization().unmarshal(overlay, Map.class),
                null);
        return MemberPod.outline(gang.getSpec().template(), ContractFramework.None);
    }
}
