package io.github.djltransformers.zoo;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a packaged model is.
 *
 * @param id the artifact id, such as {@code en-de}
 * @param version such as {@code 1.0.0}
 * @param application the path of a DJL {@link Application}, such as {@code nlp/machine_translation}
 * @param properties what the task asks for, such as {@link Task#SOURCE_LANGUAGE}; keys in snake case
 * @param license of the weights, an SPDX identifier
 * @param summary one line
 * @param scores may be empty
 */
public record ModelDescription(
        String id,
        String version,
        String application,
        Map<String, String> properties,
        String license,
        String summary,
        List<ModelScore> scores) {
    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern PROPERTY = Pattern.compile("(?!version$)[a-z0-9]+(_[a-z0-9]+)*");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

    public ModelDescription {
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "ModelDescription: id must be of lower-case letters, digits and single hyphens, got " + id);
        }
        if (version == null || !VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("ModelDescription: version must be like 1.0.0, got " + version);
        }
        if (application == null || Application.of(application) == Application.UNDEFINED) {
            throw new IllegalArgumentException(
                    "ModelDescription: application must be the path of a DJL Application, got " + application);
        }
        properties = Collections.unmodifiableMap(new TreeMap<>(properties == null ? Map.of() : properties));
        for (Map.Entry<String, String> property : properties.entrySet()) {
            if (!PROPERTY.matcher(property.getKey()).matches()) {
                throw new IllegalArgumentException(
                        "ModelDescription: keys of properties must be in snake case and other" + " than version, got "
                                + property.getKey());
            }
            Fields.requireText("ModelDescription", property.getKey() + " of properties", property.getValue());
        }
        for (String property :
                Task.of(Application.of(application)).map(Task::properties).orElse(List.of())) {
            Fields.requireText("ModelDescription", property + " of properties", properties.get(property));
        }
        Fields.requireText("ModelDescription", "license", license);
        Fields.requireText("ModelDescription", "summary", summary);
        scores = scores == null ? List.of() : List.copyOf(scores);
    }

    /**
     * The description in JSON text, its keys in snake case.
     *
     * @param source what errors call the text
     * @throws MalformedModelException if the text is no valid description
     */
    public static ModelDescription fromJson(String text, String source) throws MalformedModelException {
        return ModelIndex.parse(text, ModelDescription.class, source);
    }
}
