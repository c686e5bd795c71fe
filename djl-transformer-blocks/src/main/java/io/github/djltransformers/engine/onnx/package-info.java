/** Blocks as ONNX graphs, for any runtime that opens them. No engine is needed to write one. */
package io.github.djltransformers.engine.onnx;
