package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelIndexTest {
    private static final PackagedModel MODEL = new PackagedModel(
            TinyModel.description("1.2.3"),
            List.of(
                    new PackagedFile("config.json", 7, "0".repeat(64)),
                    new PackagedFile("README.md", 5, "f".repeat(64))));
    private static final String JSON = ModelIndex.of(List.of(MODEL)).toJson();

    @Test
    void indexSurvivesTheRoundTrip() throws MalformedModelException {
        assertEquals(List.of(MODEL), ModelIndex.parse(JSON, "x").models());
        assertEquals(12, MODEL.size());
        assertTrue(JSON.contains("\"source_language\": \"en\""), JSON);
    }

    @Test
    void versionOneIsRead() throws MalformedModelException {
        String one = JSON.replace("\"format_version\": 2", "\"format_version\": 1")
                .replaceAll("\"properties\": \\{([^}]*)\\}", "$1");
        assertTrue(!one.contains("properties"), one);
        assertEquals(List.of(MODEL), ModelIndex.parse(one, "x").models());
    }

    @Test
    void invalidIndicesAreRefused() {
        expect(
                "ModelIndex: format_version must be 2 for this release to read it, got 3",
                JSON.replace("\"format_version\": 2", "\"format_version\": 3"));
        expect("ModelIndex: models must be given, got none", "{\"format_version\": 2}");
        expect(
                "PackagedFile: name must be a plain file name, got ../config.json",
                JSON.replace("\"config.json\"", "\"../config.json\""));
        expect(
                "PackagedFile: sha256 must be 64 lower-case hexadecimal digits, got " + "F".repeat(64),
                JSON.replace("f".repeat(64), "F".repeat(64)));
        expect("PackagedFile: size must be at least 0, got -7", JSON.replace("\"size\": 7", "\"size\": -7"));
        expect(
                "ModelDescription: id must be of lower-case letters, digits and single hyphens, got ../de",
                JSON.replace("\"en-de\"", "\"../de\""));
        expect("ModelDescription: version must be like 1.0.0, got 1.2", JSON.replace("\"1.2.3\"", "\"1.2\""));
        expect(
                "ModelDescription: application must be the path of a DJL Application, got nlp/poetry",
                JSON.replace("nlp/machine_translation", "nlp/poetry"));
        expect(
                "ModelDescription: target_language of properties must be given, got null",
                JSON.replace("\"target_language\"", "\"language\""));
        expect(
                "ModelDescription: keys of properties must be in snake case and other than version, got version",
                JSON.replace("\"target_language\"", "\"version\""));
        expect("ModelDescription: license must be given, got null", JSON.replace("\"license\"", "\"licence\""));
        expect("ModelScore: metric must be given, got  ", JSON.replace("\"BLEU\"", "\" \""));
        assertEquals(
                "ModelIndex: x must be JSON, got a text that ends too early at line 1 column 1 path $",
                assertThrows(MalformedModelException.class, () -> ModelIndex.parse("", "x"))
                        .getMessage());
        assertThrows(MalformedModelException.class, () -> ModelIndex.parse("[1]", "x"));
    }

    private static void expect(String cause, String json) {
        assertEquals(
                "ModelIndex: x must be valid, got: " + cause,
                assertThrows(MalformedModelException.class, () -> ModelIndex.parse(json, "x"))
                        .getMessage());
    }
}
