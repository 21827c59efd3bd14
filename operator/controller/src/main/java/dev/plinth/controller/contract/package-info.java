/**
 * What a training or serving container finds in its environment.
 *
 * <p>{@link dev.plinth.controller.contract.Framework} names who reads it, {@link
 * dev.plinth.controller.contract.Member} is who it is for, and {@link
 * dev.plinth.controller.contract.MemberEnvironment} renders the variables. All of it is pure; each framework has a
 * golden file among the tests.
 */
@NullMarked
package dev.plinth.controller.contract;

import org.jspecify.annotations.NullMarked;
