/** What checkpoints are used for: translators between texts and vectors, classes, entities, answers and words. */
package io.github.djltransformers.text.task;
