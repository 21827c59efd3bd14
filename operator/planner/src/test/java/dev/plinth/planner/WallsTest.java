package dev.plinth.planner;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Equal input gives an equal decision: this library sees no cluster, no framework, no clock, no hash order and no chance. */
@AnalyzeClasses(packages = "dev.plinth.planner", importOptions = DoNotIncludeTests.class)
class WallsTest {
    @ArchTest
    static final ArchRule it_knows_only_java_and_itself = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify.annotations..", "dev.plinth.planner..");

    @ArchTest
    static final ArchRule it_has_no_clock = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .callMethodWhere(target(nameMatching("now|currentTimeMillis|nanoTime")));

    @ArchTest
    static final ArchRule it_iterates_in_no_hash_order = noClasses()
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
    static final ArchRule it_leaves_nothing_to_chance = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class)
            .orShould()
            .callMethodWhere(target(nameMatching("random|randomUUID")));
}
