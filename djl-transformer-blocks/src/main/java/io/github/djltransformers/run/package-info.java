/**
 * A training run from first step to finished model: checkpoints it resumes from exactly, validation, early stopping, the
 * average of the last checkpoints, a progress line and a log for machines.
 */
package io.github.djltransformers.run;
