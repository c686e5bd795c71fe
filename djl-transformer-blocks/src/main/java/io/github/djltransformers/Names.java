package io.github.djltransformers;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in messages, which a file can hold thousands of. */
public final class Names {
    private static final int MOST = 10;

    private Names() {}

    /** The first ten in brackets, and how many more there are. */
    public static String some(Collection<String> names) {
        return "[" + some(names, ", ") + "]";
    }

    /** The first ten, and how many more there are. */
    public static String some(Collection<String> names, String separator) {
        String rest = names.size() > MOST ? Text.format(" and %d more", names.size() - MOST) : "";
        return names.stream().limit(MOST).collect(Collectors.joining(separator)) + rest;
    }
}
