package dev.plinth.walls;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Rules of a library in which equal input gives an equal decision. */
public final class EqualDecisions {
    private EqualDecisions() {}

    @ArchTest
    public static final ArchRule it_has_no_clock = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .callMethodWhere(target(nameMatching("now|currentTimeMillis|nanoTime")));

    @ArchTest
    public static final ArchRule it_iterates_in_no_hash_order = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.util\\.(concurrent\\.Concurrent|Identity|Weak)?Hash(Map|Set|table)")
            .orShould()
            .callMethodWhere(target(nameMatching("toSet|toMap|groupingBy")))
            .orShould()
            .callMethod(Set.class, "copyOf", Collection.class)
            .orShould()
            .callMethod(Map.class, "copyOf", Map.class);

    @ArchTest
    public static final ArchRule it_leaves_nothing_to_chance = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class)
            .orShould()
            .callMethodWhere(target(nameMatching("random|randomUUID")));
}
