package io.github.djltransformers.run;

import io.github.djltransformers.Text;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a folder for one process: a lock on a file in it, which ends with the process however that ends. */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param owner the type that the error names
     * @param folder made if it does not exist
     * @param name of the file, which stays
     * @throws IOException if the folder cannot be written, or another process or thread has the lock
     */
    public static FolderLock take(String owner, Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock(); // until the channel is closed
            if (lock != null) {
                return new FolderLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // held by this very process: refused like any other
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException(Text.format(
                "%s: folder must be one run's alone, got %s, in which another is running; name another",
                owner, folder));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
