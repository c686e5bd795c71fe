package io.github.djltransformers.cli;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ModelException;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.translate.NoopTranslator;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.export.Exporter;
import io.github.djltransformers.saved.ModelConfigJson;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.zoo.EngineChoice;
import io.github.djltransformers.zoo.ModelDescription;
import io.github.djltransformers.zoo.ModelPathFactory;
import io.github.djltransformers.zoo.SavedModel;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model in the form that an engine opens without this library. */
@Command(
        name = "export",
        description = {
            "Writes a model's forward, weights included, in the form that an engine opens without this library.",
            "What was written, and what it takes and returns, is told on standard error."
        })
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = {
                "torchscript: one file, for DJL's PyTorch engine, Python's torch.jit.load and libtorch;",
                "onnx: for ONNX Runtime and others, one file; of a model that writes two, OUT (or OUT-encoder.onnx)"
                        + " and OUT-step.onnx; weights beyond 2 GiB beside a file, in FILE.data;",
                "mxnet: OUT-symbol.json and OUT-0000.params, for DJL's MXNet engine and MXNet."
            })
    private String format;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description =
                    "The engine that reads the model: PyTorch or MXNet (default: DJL's default engine if set, else the first of these that is there)."
                            + " Any of them can write any format.")
    private String engine;

    @Option(names = "--force", description = "Replace files that exist.")
    private boolean force;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A packaged model, see djlt models, or a directory with a saved model or a checkpoint of"
                    + " Hugging Face.")
    private String name;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "The file to write, or what the names of several begin with.")
    private Path target;

    private final Supplier<TransformerModelZoo> zoo;

    ExportCommand() {
        this(TransformerModelZoo::packaged);
    }

    ExportCommand(Supplier<TransformerModelZoo> zoo) {
        this.zoo = zoo;
    }

    @Override
    public Integer call() throws IOException, ModelException {
        Exporter exporter = exporter();
        try (Model model = open()) {
            TransformerBlock block = (TransformerBlock) model.getBlock();
            List<Path> files = exporter.files(block, target);
            requireWritable(files);
            requireNotRead(files, model.getModelPath());
            List<String> signatures = exporter.exportModel(block, target);
            for (Path file : files) {
                spec.commandLine().getErr().printf(Locale.ROOT, "%s: %d bytes%n", file, Files.size(file));
            }
            if (signatures.isEmpty()) {
                signatures = List.of(signature(model.getModelPath(), block));
            }
            signatures.forEach(spec.commandLine().getErr()::println);
        }
        return 0;
    }

    private static String signature(Path directory, TransformerBlock block) throws IOException, ModelException {
        if (ModelPathFactory.isCheckpoint(directory)) {
            return "inputs: " + String.join(", ", block.inputs()) + "; what has a question mark is left out";
        }
        return ModelSignature.of(ModelConfigJson.read(directory.resolve(ModelDirectory.CONFIG)));
    }

    private Exporter exporter() {
        List<Exporter> there = Exporter.all();
        return there.stream()
                .filter(exporter -> exporter.format().equals(format))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--format must be one of "
                                + there.stream().map(Exporter::format).toList() + ", got " + format));
    }

    /** A command must not write over what it reads. */
    private void requireNotRead(List<Path> files, Path directory) throws IOException {
        for (Path file : files) {
            if (Files.exists(file) && file.toRealPath().getParent().equals(directory.toRealPath())) {
                throw new ParameterException(
                        spec.commandLine(), "OUT must not be a file of MODEL's own directory, got " + file);
            }
        }
    }

    private void requireWritable(List<Path> files) {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new ParameterException(
                    spec.commandLine(), "OUT must be a file in an existing directory, got " + target);
        }
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                throw new ParameterException(spec.commandLine(), "OUT must be a file, got the directory " + file);
            }
            if (!force && Files.isRegularFile(file)) {
                throw new ParameterException(
                        spec.commandLine(), "OUT must not exist, got " + file + "; add --force to replace it");
            }
        }
    }

    /** Weights are read on the CPU, whatever else there is. */
    private Model open() throws IOException, ModelException {
        String chosen = EngineChoice.of(engine);
        if (ZooTranslation.isDirectory(zoo, name)) {
            Path directory = Path.of(name).toRealPath();
            if (ModelPathFactory.isCheckpoint(directory)) {
                return SavedModel.load(
                        directory,
                        Criteria.builder()
                                .setTypes(NDList.class, NDList.class)
                                .optEngine(chosen)
                                .optDevice(Device.cpu())
                                .build());
            }
            return ModelDirectory.open(directory, directory.getFileName().toString(), Device.cpu(), chosen);
        }
        TransformerModelZoo models = zoo.get();
        ModelDescription packaged = ZooTranslation.named(models, "MODEL", name);
        return models.getModelLoader(packaged.id())
                .loadModel(Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optTranslator(new NoopTranslator())
                        .optEngine(chosen)
                        .optDevice(Device.cpu())
                        .optFilter("version", packaged.version())
                        .build());
    }
}
