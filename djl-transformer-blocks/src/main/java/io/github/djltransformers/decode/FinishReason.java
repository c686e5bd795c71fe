package io.github.djltransformers.decode;

/** Why a sequence ends where it does. */
public enum FinishReason {
    /** The model wrote the end token. */
    END_TOKEN,
    /** The sequence reached {@link GenerationConfig#maxNewTokens}. */
    LENGTH
}
