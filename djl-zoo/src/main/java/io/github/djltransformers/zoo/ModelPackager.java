package io.github.djltransformers.zoo;

import ai.djl.MalformedModelException;
import io.github.djltransformers.Sha256;
import io.github.djltransformers.saved.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Puts models beside an index, ready to go into a jar. */
public final class ModelPackager {
    private static final String INDEX = "index.json";
    private static final String CARD = "README.md";

    private static final List<String> FILES = List.of(
            ModelDirectory.CONFIG, ModelDirectory.WEIGHTS, ModelDirectory.TOKENIZER, ModelDirectory.SERVING, CARD);

    /** What a checkpoint must have, and what it may have besides. */
    private static final List<String> NEEDED =
            List.of(ModelDirectory.CONFIG, ModelDirectory.WEIGHTS, ModelDirectory.TOKENIZER, CARD);

    private static final List<String> OPTIONAL = List.of(
            "generation_config.json",
            "tokenizer_config.json",
            "modules.json",
            "config_sentence_transformers.json",
            "sentence_bert_config.json",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors");

    private ModelPackager() {}

    private static List<String> checkpointFiles(Path model) {
        return Stream.concat(NEEDED.stream(), OPTIONAL.stream().filter(name -> Files.exists(model.resolve(name))))
                .toList();
    }

    /**
     * Copies {@code config.json}, {@code model.safetensors}, {@code tokenizer.json}, {@code serving.properties} and the
     * model card {@code README.md} of a model, or those of them that a checkpoint of Hugging Face has, and its
     * {@code generation_config.json}, {@code tokenizer_config.json} and the files of sentence-transformers, to {@code root/id/version} and enters them into {@code root/index.json},
     * before the other versions, and one of a new id behind all others, so that what criteria find first stays; an entry of the
     * same id and version is replaced.
     *
     * <p>The copy is a {@link ModelDirectory}, and so is what the zoo unpacks of it: DJL loads either by
     * {@code optModelPath} together with {@code optTranslatorFactory(new TextToTextTranslatorFactory())}. The factory cannot
     * be left to {@code serving.properties}, as DJL chooses it before it reads that file.
     *
     * @param root a directory, made if it does not exist
     * @param model a {@link ModelDirectory} or a checkpoint
     * @return the entry
     * @throws IOException if a file is missing or cannot be read or written
     * @throws MalformedModelException if there is an index already and it is invalid
     */
    public static PackagedModel add(Path root, Path model, ModelDescription description)
            throws IOException, MalformedModelException {
        Path target = root.resolve(description.id()).resolve(description.version());
        Files.createDirectories(target);
        List<PackagedFile> files = new ArrayList<>();
        for (String name : ModelPathFactory.isCheckpoint(model) ? checkpointFiles(model) : FILES) {
            Path copy = target.resolve(name);
            Files.createDirectories(copy.getParent());
            Files.copy(model.resolve(name), copy, StandardCopyOption.REPLACE_EXISTING);
            files.add(new PackagedFile(name, Files.size(copy), Sha256.of(copy)));
        }
        PackagedModel entry = new PackagedModel(description, files);
        Path index = root.resolve(INDEX);
        List<PackagedModel> models = new ArrayList<>();
        if (Files.exists(index)) {
            models.addAll(ModelIndex.read(index.toUri().toURL()).models());
        }
        List<String> ids = models.stream().map(each -> each.description().id()).toList();
        int place = ids.contains(description.id()) ? ids.indexOf(description.id()) : models.size();
        models.add(place, entry);
        models.removeIf(other -> other != entry && other.toString().equals(entry.toString()));
        Files.writeString(index, ModelIndex.of(models).toJson());
        return entry;
    }
}
