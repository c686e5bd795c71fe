/** The families of models: one class each. */
package io.github.djltransformers.huggingface.family;
