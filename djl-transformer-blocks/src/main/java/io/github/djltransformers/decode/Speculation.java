package io.github.djltransformers.decode;

/**
 * How tokens are guessed that may follow, cheaper than by the model itself, which is then asked about all of them at once: it
 * reads several tokens in little more time than one, and what it does not agree with is dropped. Neither the likeliest tokens
 * nor the distribution of drawn ones change (Leviathan et al. 2023, algorithm 1; Chen et al. 2023).
 */
public sealed interface Speculation permits PromptLookup, DraftModel {
    /** How many tokens are guessed at a time, at most. */
    int tokens();
}
