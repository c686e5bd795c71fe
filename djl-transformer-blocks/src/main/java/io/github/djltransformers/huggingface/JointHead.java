package io.github.djltransformers.huggingface;

import ai.djl.MalformedModelException;
import java.util.ArrayList;
import java.util.List;

/**
 * One of several classifications that an encoder makes of a text at once, such as what it wants and the words that say the
 * details (Chen et al. 2019, "BERT for Joint Intent Classification and Slot Filling"). The key {@code heads} of
 * {@code config.json} lists them, in the order of the model's outputs:
 *
 * <pre>
 * "heads": {
 *   "intent": {"of": "text", "id2label": {"0": "GetWeather", "1": "PlayMusic"}},
 *   "slots": {"of": "tokens", "id2label": {"0": "B-artist", "1": "I-artist", "2": "O"}}
 * }
 * </pre>
 *
 * @param name of the head
 * @param ofTokens whether it tells classes of tokens, else of texts
 * @param labels the names of its classes by number
 */
public record JointHead(String name, boolean ofTokens, List<String> labels) {
    static final String KEY = "heads";

    public JointHead {
        labels = List.copyOf(labels);
    }

    /**
     * The heads of a configuration.
     *
     * @throws MalformedModelException if it lists none, or a wrong one
     */
    public static List<JointHead> of(CheckpointConfig config) throws MalformedModelException {
        CheckpointConfig listed = config.object(KEY);
        if (listed == null || listed.json().size() == 0) {
            throw config.malformed("'" + KEY + "' must list one head at least, got none");
        }
        List<JointHead> heads = new ArrayList<>();
        for (String name : listed.json().keySet()) {
            CheckpointConfig head = listed.object(name);
            if (head == null) {
                throw listed.wrong(name, "an object", null);
            }
            String of = head.text("of");
            if (!of.equals("text") && !of.equals("tokens")) {
                throw head.wrong("of", "text or tokens", of);
            }
            heads.add(new JointHead(name, of.equals("tokens"), head.labels()));
        }
        return heads;
    }
}
