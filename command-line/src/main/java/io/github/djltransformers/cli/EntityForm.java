package io.github.djltransformers.cli;

import ai.djl.modality.nlp.translator.NamedEntity;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** How entities are printed. */
final class EntityForm {
    private EntityForm() {}

    /**
     * Prints a line for each entity and an empty one; before those of each head its name, where there are several.
     *
     * @param heads entities by the names of heads
     */
    static void print(PrintWriter out, Map<String, List<NamedEntity>> heads) {
        heads.forEach((name, entities) -> {
            if (heads.size() > 1) {
                out.println("# " + name);
            }
            for (NamedEntity each : entities) {
                out.println(Text.format(
                        "%d\t%d\t%s\t%.4f\t%s",
                        each.getStart(), each.getEnd(), each.getEntity(), each.getScore(), each.getWord()));
            }
        });
        out.println();
    }

    /** An array of entities, or an object of such arrays by the names of heads where there are several. */
    static JsonElement json(Map<String, List<NamedEntity>> heads) {
        if (heads.size() == 1) {
            return array(heads.values().iterator().next());
        }
        JsonObject object = new JsonObject();
        heads.forEach((name, entities) -> object.add(name, array(entities)));
        return object;
    }

    private static JsonArray array(List<NamedEntity> entities) {
        JsonArray all = new JsonArray();
        for (NamedEntity each : entities) {
            JsonObject entity = new JsonObject();
            entity.addProperty("label", each.getEntity());
            entity.addProperty("score", each.getScore());
            entity.addProperty("start", each.getStart());
            entity.addProperty("end", each.getEnd());
            entity.addProperty("word", each.getWord());
            all.add(entity);
        }
        return all;
    }
}
