package io.github.djltransformers.decode;

/** Makes a processor for each sequence that is begun, which may depend on where its new tokens begin and on its limits. */
@FunctionalInterface
public interface ProcessorMaker {
    /**
     * Makes a processor.
     *
     * @param promptLength tokens before the first new one
     * @param config with the limits of this sequence
     */
    ScoresProcessor of(int promptLength, GenerationConfig config);
}
