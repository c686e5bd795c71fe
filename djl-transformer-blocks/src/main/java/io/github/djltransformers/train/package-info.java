/** Losses, optimizers, learning-rate schedules and gradient handling for DJL's {@code Trainer}, on every engine. */
package io.github.djltransformers.train;
