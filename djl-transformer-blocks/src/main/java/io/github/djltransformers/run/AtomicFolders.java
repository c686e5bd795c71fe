package io.github.djltransformers.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders that are whole or not there. */
final class AtomicFolders {
    private AtomicFolders() {}

    /** Deletes a folder that is never seen half deleted: it goes under another name first. */
    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Path doomed = folder.resolveSibling("deleting");
            deleteTree(doomed);
            Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(doomed);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
