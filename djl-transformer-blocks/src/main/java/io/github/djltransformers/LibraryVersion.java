package io.github.djltransformers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this library, as its build recorded it. */
public final class LibraryVersion {
    private static final String VALUE = load();

    private LibraryVersion() {}

    /**
     * Returns the version.
     *
     * @return the version, such as {@code 0.1.0}
     */
    public static String value() {
        return VALUE;
    }

    private static String load() {
        Properties properties = new Properties();
        try (InputStream stream = LibraryVersion.class.getResourceAsStream("version.properties")) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("LibraryVersion: version.properties must be readable", e);
        }
        return properties.getProperty("version");
    }
}
