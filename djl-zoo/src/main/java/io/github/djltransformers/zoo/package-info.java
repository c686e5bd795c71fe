/** Models inside the jar, found through DJL's {@code Criteria} and loaded without a network. */
package io.github.djltransformers.zoo;
