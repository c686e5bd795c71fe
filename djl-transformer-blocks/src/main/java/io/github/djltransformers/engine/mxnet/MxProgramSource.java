package io.github.djltransformers.engine.mxnet;

import ai.djl.nn.Parameter;
import java.util.List;

/**
 * A symbol graph ready to be loaded.
 *
 * @param json the graph
 * @param inputs how many inputs it has, parameters not counted
 * @param parameters those it reads
 */
record MxProgramSource(String json, int inputs, List<Parameter> parameters) {}
