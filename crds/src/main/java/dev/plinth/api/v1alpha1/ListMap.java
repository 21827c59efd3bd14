package dev.plinth.api.v1alpha1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a list whose items are told apart by keys ({@code x-kubernetes-list-type: map}), so that two writers can own
 * different items. Every other list is atomic: one writer owns all of it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface ListMap {
    /** Names of the fields that are the key. */
    String[] value();
}
