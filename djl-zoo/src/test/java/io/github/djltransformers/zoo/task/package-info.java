/** Tests of the translators of checkpoints. */
package io.github.djltransformers.zoo.task;
