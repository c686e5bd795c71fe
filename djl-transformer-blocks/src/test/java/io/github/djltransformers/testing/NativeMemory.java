package io.github.djltransformers.testing;

import ai.djl.ndarray.NDManager;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.util.stream.LongStream;

/** What the process holds outside the Java heap. */
public final class NativeMemory {
    private static final int COLLECTIONS = 4;

    private NativeMemory() {}

    /**
     * Bytes that the C library has given out and not got back. Unlike the resident size it does not count the Java heap,
     * whose growth says nothing. What garbage holds is freed by a thread of its own after a collection, so that the least
     * of several looks counts.
     *
     * @return the bytes; 0 where the C library is not glibc 2.33 or later
     */
    public static long allocated() {
        return LongStream.generate(NativeMemory::afterCollection)
                .limit(COLLECTIONS)
                .min()
                .orElseThrow();
    }

    private static long afterCollection() {
        System.gc();
        try {
            Glibc.Statistics statistics = Native.load("c", Glibc.class).mallinfo2();
            return statistics.uordblks + statistics.hblkhd;
        } catch (UnsatisfiedLinkError e) {
            return 0;
        }
    }

    /** The arrays of all managers that descend from the one that the given manager descends from. */
    public static int arraysOfTheProcess(NDManager manager) {
        NDManager system = manager;
        while (system.getParentManager() != null && system.getParentManager() != system) {
            system = system.getParentManager();
        }
        return system.getManagedArrays().size();
    }

    /** The part of glibc's {@code malloc.h} that is needed here. */
    public interface Glibc extends Library {
        Statistics mallinfo2();

        /** {@code struct mallinfo2}: sizes in bytes, counts of blocks. */
        @FieldOrder({
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost"
        })
        class Statistics extends Structure implements Structure.ByValue {
            public long arena;
            public long ordblks;
            public long smblks;
            public long hblks;
            public long hblkhd;
            public long usmblks;
            public long fsmblks;
            public long uordblks;
            public long fordblks;
            public long keepcost;
        }
    }
}
