package io.github.djltransformers.engine.mxnet;

/**
 * A tensor in a symbol graph: one output of a node.
 *
 * @param node index of the node
 * @param output index among the outputs of the node
 * @param heads H where it is known when the graph is written, else 0
 * @param single whether the tensor is known to hold one token of each row, T = 1
 * @param beams how many rows, side by side, of what it is used with each row of it stands for
 */
record MxValue(int node, int output, int heads, boolean single, int beams) {
    static MxValue of(int node) {
        return new MxValue(node, 0, 0, false, 1);
    }

    MxValue at(int index) {
        return new MxValue(node, index, heads, single, beams);
    }

    MxValue withHeads(int count) {
        return new MxValue(node, output, count, single, beams);
    }

    MxValue withSingle(boolean known) {
        return new MxValue(node, output, heads, known, beams);
    }

    MxValue withBeams(int count) {
        return new MxValue(node, output, heads, single, count);
    }
}
