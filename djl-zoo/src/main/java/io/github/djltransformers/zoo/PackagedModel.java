package io.github.djltransformers.zoo;

import io.github.djltransformers.saved.ModelDirectory;
import java.util.List;

/**
 * A model inside a jar.
 *
 * @param description what it is
 * @param files what it consists of
 */
public record PackagedModel(ModelDescription description, List<PackagedFile> files) {
    public PackagedModel {
        if (description == null) {
            throw new IllegalArgumentException("PackagedModel: description must be given, got none");
        }
        if (files == null || files.isEmpty()) {
            throw new IllegalArgumentException(
                    "PackagedModel: files of " + description.id() + " must not be empty, got none");
        }
        files = List.copyOf(files);
    }

    /** The size of all files in bytes. */
    public long size() {
        return files.stream().mapToLong(PackagedFile::size).sum();
    }

    /** Whether it has the form of a checkpoint of Hugging Face, and not that of a model that says how DJL serves it. */
    boolean isCheckpoint() {
        return files.stream().noneMatch(file -> file.name().equals(ModelDirectory.SERVING));
    }

    /** Id and version. */
    @Override
    public String toString() {
        return description.id() + " " + description.version();
    }
}
