package io.github.djltransformers.compile;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.TensorFunction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Compilers that {@link CompiledExecution} finds instead of the real ones while an instance of this is open. */
final class StrangeCompilers implements AutoCloseable {
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    /**
     * @param services all there are for this thread
     */
    StrangeCompilers(List<Class<? extends Compiler>> services) {
        String names = String.join("\n", services.stream().map(Class::getName).toList());
        Thread.currentThread().setContextClassLoader(new Services(before, names));
    }

    @Override
    public void close() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** Replaces the service file of compilers. */
    private static final class Services extends ClassLoader {
        private static final String FILE = "META-INF/services/" + Compiler.class.getName();

        private final String names;

        Services(ClassLoader parent, String names) {
            super(parent);
            this.names = names;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(FILE)
                    ? Collections.enumeration(List.of(new URL(null, "services:compilers", new Text(names))))
                    : super.getResources(name);
        }
    }

    private static final class Text extends URLStreamHandler {
        private final String text;

        Text(String text) {
            this.text = text;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
                }
            };
        }
    }

    /** Compiles for both engines, in float32 only, what is off by 0.1 % and counts what is open of it. */
    abstract static class Inexact implements Compiler {
        static final AtomicInteger OPEN = new AtomicInteger();

        private final String engine;
        private final Runtime runtime;

        Inexact(String engine) {
            this(engine, Runtime.ENGINE);
        }

        Inexact(String engine, Runtime runtime) {
            this.engine = engine;
            this.runtime = runtime;
        }

        @Override
        public Runtime runtime() {
            return runtime;
        }

        @Override
        public String engine() {
            return engine;
        }

        @Override
        public String language() {
            return "Nonsense";
        }

        @Override
        public void requireSupport(Device device, Precision precision) {
            if (precision != Precision.FLOAT32) {
                throw new UnsupportedOperationException("Nonsense is written in FLOAT32 only");
            }
        }

        @Override
        public Program compile(
                TensorFunction function, List<String> inputs, NDManager manager, CompilationConfig config) {
            Program exact = Compilers.of(engine).compile(function, inputs, manager, config);
            OPEN.incrementAndGet();
            return new Program() {
                @Override
                public NDList run(NDManager owner, NDList values) {
                    NDList outputs = exact.run(owner, values);
                    return new NDList(outputs.head().mul(1.001f));
                }

                @Override
                public void close() {
                    exact.close();
                    OPEN.decrementAndGet();
                }
            };
        }

        @Override
        public DecodingProgram compile(GenerativeModel model, NDManager manager, CompilationConfig config) {
            if (!model.readsSource()) {
                throw new IllegalStateException("Nonsense has no word for DecoderLanguageModel");
            }
            DecodingProgram exact = Compilers.of(engine).compile(model, manager, config);
            OPEN.incrementAndGet();
            return new DecodingProgram() {
                @Override
                public ProgramRows begin(NDManager owner, TokenRows inputs) {
                    int[][] others = new int[inputs.rows()][];
                    Arrays.fill(others, new int[] {1});
                    return exact.begin(owner, TokenRows.of(List.of(others), 0));
                }

                @Override
                public void close() {
                    exact.close();
                    OPEN.decrementAndGet();
                }
            };
        }
    }

    public static final class InexactPyTorch extends Inexact {
        public InexactPyTorch() {
            super("PyTorch");
        }
    }

    public static final class InexactMXNet extends Inexact {
        public InexactMXNet() {
            super("MXNet");
        }
    }

    public static final class InexactOnnx extends Inexact {
        public InexactOnnx() {
            super("PyTorch", Runtime.ONNX);
        }
    }

    /** Stands for a compiler whose engine is not on the class path. */
    public static final class Unlinked extends Inexact {
        public Unlinked() {
            super("PyTorch");
            throw new NoClassDefFoundError("no engine");
        }
    }
}
