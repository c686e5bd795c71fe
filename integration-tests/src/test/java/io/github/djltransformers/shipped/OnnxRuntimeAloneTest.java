package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.zoo.EngineChoice;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** With ONNX Runtime and no other engine, packaged models say what they say on PyTorch. */
class OnnxRuntimeAloneTest {
    @Test
    void besideOtherEngines() throws Exception {
        assertEquals(OnnxRuntimeModels.lines("PyTorch"), OnnxRuntimeModels.lines("OnnxRuntime"));
    }

    @Test
    void aloneOnTheClassPath() throws Exception {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.contains("pytorch") && !part.contains("mxnet"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Dai.djl.offline=true",
                        "-cp",
                        classPath,
                        OnnxRuntimeModels.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = said(process);
        assertEquals("no other engine", lines.get(0));
        assertEquals(OnnxRuntimeModels.lines("PyTorch"), lines.subList(1, lines.size()));
    }

    @Test
    void inEightBits() throws Exception {
        Criteria.Builder<String, String> eightBits = translation().optArgument("precision", "int8");
        assertEquals(
                translated(eightBits.optEngine("PyTorch").optArgument("runtime", "onnx")),
                translated(eightBits.optEngine("OnnxRuntime").optArgument("runtime", "engine")));
    }

    @Test
    void nothingRunsEagerly() {
        Criteria<String, String> eager = translation()
                .optEngine("OnnxRuntime")
                .optArgument("compile", "false")
                .build();
        assertEquals(
                "CompilationConfig: compile must be true on OnnxRuntime, which computes nothing but programs, got false",
                assertThrows(IllegalArgumentException.class, eager::loadModel).getMessage());
    }

    @Test
    void whatNeedsSingleOperationsSaysSo() throws Exception {
        Criteria<String, String> contrastive = Criteria.builder()
                .setTypes(String.class, String.class)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("tiny-gpt")
                .optEngine("OnnxRuntime")
                .optArgument("penaltyAlpha", "0.6")
                .optArgument("topK", "4")
                .build();
        try (ZooModel<String, String> model = contrastive.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            Throwable refusal = assertThrows(TranslateException.class, () -> predictor.predict("ROMEO:"));
            while (refusal.getCause() != null) {
                refusal = refusal.getCause();
            }
            assertEquals(
                    "EagerDecodingBatch: engine must compute operation by operation, got OnnxRuntime, which runs compiled"
                            + " programs alone; use PyTorch or MXNet",
                    refusal.getMessage());
        }
    }

    @Test
    void nothingIsTrained() {
        assertEquals(
                "EngineChoice: engine must be PyTorch or MXNet for a training, got OnnxRuntime, which computes no gradients",
                assertThrows(ModelNotFoundException.class, () -> EngineChoice.forTraining("onnxruntime"))
                        .getMessage());
    }

    private static Criteria.Builder<String, String> translation() {
        return Criteria.builder()
                .setTypes(String.class, String.class)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-de");
    }

    private static String translated(Criteria.Builder<String, String> criteria) throws Exception {
        try (ZooModel<String, String> model = criteria.build().loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            return predictor.predict("The weather is nice, and we are going to the park.");
        }
    }

    private static List<String> said(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), output);
        return output.lines().toList();
    }
}
