/** Stacks of layers and the models made of them. */
package io.github.djltransformers.model;
