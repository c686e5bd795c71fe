/** The saved form of a model: its weights by name, and the description from which its block is built. */
package io.github.djltransformers.saved;
