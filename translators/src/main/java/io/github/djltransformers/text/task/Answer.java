package io.github.djltransformers.text.task;

/**
 * A part of a text that answers a question.
 *
 * @param text the part; empty where the text has no answer
 * @param score how probable it is that it begins and ends there, from 0 to 1
 * @param start where it begins, an index of the Java String
 * @param end where it ends
 */
public record Answer(String text, double score, int start, int end) {}
