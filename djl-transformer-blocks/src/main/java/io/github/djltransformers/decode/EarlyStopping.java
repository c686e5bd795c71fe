package io.github.djltransformers.decode;

/** When a beam search ends that has finished as many sequences as it has beams. */
public enum EarlyStopping {
    /** At once. */
    ALWAYS,
    /** When the best unfinished sequence, scored at its present length, is no better than the worst finished one. */
    HEURISTIC,
    /** When it could not become better at any length it may still have. */
    NEVER
}
