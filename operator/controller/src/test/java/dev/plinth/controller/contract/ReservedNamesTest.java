package dev.plinth.controller.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReservedNamesTest {

    @Test
    void namesThatSayWhoAMemberIsAreReserved() {
        assertThat(ReservedNames.among(List.of(
                        "PLINTH_MEMBER_INDEX", "PET_NNODES", "MASTER_ADDR", "JAX_PROCESS_ID", "PLINTH_ANYTHING_NEW")))
                .hasSize(5);
    }

    @Test
    void namesOfTheUsersOwnAreFree() {
        assertThat(ReservedNames.among(List.of("NCCL_DEBUG", "JAX_PLATFORMS", "PETAL", "MASTER", "plinth_x")))
                .isEmpty();
    }
}
