/**
 * The operations a transformer is made of, {@link io.github.djltransformers.ops.TensorOps}, and the interpreters that
 * give them meaning: a block writes its mathematics once against the interface and never touches a tensor itself.
 */
package io.github.djltransformers.ops;
