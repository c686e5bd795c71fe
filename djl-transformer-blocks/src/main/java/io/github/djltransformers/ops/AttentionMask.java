package io.github.djltransformers.ops;

/**
 * A mask prepared for attention.
 *
 * @param scoreBias added to the scores: (1|B, 1|H, 1|T, S), 0 where a query attends and a large negative number where not
 * @param attendable (1|B, 1|H, 1|T, 1): 1 for a query with at least one key to attend to, 0 for one without, whose row
 *     becomes zeros; null where every query is known to have one
 */
public record AttentionMask<T>(T scoreBias, T attendable) {}
