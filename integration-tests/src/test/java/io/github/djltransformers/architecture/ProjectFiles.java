package io.github.djltransformers.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that the tests run in. */
public final class ProjectFiles {
    /** Below the directory of the checkout, in the order in which they may know each other. */
    static final List<String> MODULES = List.of("djl-transformer-blocks", "translators", "djl-zoo", "command-line");

    private ProjectFiles() {}

    /**
     * The directory of the checkout: the nearest above the working directory that has Maven's mark of a root.
     *
     * @throws IllegalStateException if there is none
     */
    public static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(".mvn"))) {
                return at;
            }
        }
        throw new IllegalStateException("ProjectFiles: a directory above " + start + " must have .mvn, got none");
    }

    /** The Java files that a module ships. */
    static List<Path> sources(String module) throws IOException {
        try (Stream<Path> files = Files.walk(root().resolve(module).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
