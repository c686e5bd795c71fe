/**
 * Compiled programs for DJL's MXNet engine, written as symbol graphs.
 *
 * <p>The only package that imports classes of that engine; nothing loads it where the engine is absent.
 */
package io.github.djltransformers.engine.mxnet;
