package io.github.djltransformers.engine.pytorch;

import java.util.List;

/** The source of a TorchScript class {@code K}: methods over the lists of one {@link TorchWeights}. */
final class TorchSource {
    private static final String HEAD = """
            class K(Module):
              __parameters__ = []
              __buffers__ = []
            """;

    /** Functions that methods call. Shapes are those of {@link io.github.djltransformers.ops.TensorOps}. */
    static final String FUNCTIONS = """
            def triangle(like: Tensor) -> Tensor:
              n = torch.size(like, 1)
              ones = torch.ones([n, n], dtype=6, device=like.device)
              return torch.view(torch.tril(ones), [1, 1, n, n])
            def repeated(heads: Tensor, query: Tensor) -> Tensor:
              groups = torch.floordiv(torch.size(query, 1), torch.size(heads, 1))
              if torch.eq(groups, 1):
                result = heads
              else:
                result = torch.repeat_interleave(heads, groups, 1)
              return result
            def grouped_bias(bias: Optional[Tensor], groups: int) -> Optional[Tensor]:
              if bias is None:
                result = bias
              else:
                if torch.eq(torch.size(bias, 1), 1):
                  result = bias
                else:
                  result = torch.reshape(bias, [torch.size(bias, 0), -1, groups, torch.size(bias, 3)])
              return result
            def attend_heads(query: Tensor, key: Tensor, value: Tensor, bias: Optional[Tensor], scale: float) -> Tensor:
              pairs = torch.mul(torch.size(query, 0), torch.size(query, 1))
              many = torch.__and__(torch.gt(pairs, 63), torch.gt(torch.size(query, 2), 7))
              if torch.__and__(many, torch.lt(torch.size(key, 2), 129)):
                scores = torch.matmul(torch.mul(query, scale), torch.transpose(key, 2, 3))
                if bias is not None:
                  scores = torch.add_(scores, bias)
                result = torch.matmul(torch.softmax(scores, 3), value)
              else:
                result = torch.scaled_dot_product_attention(query, key, value, bias, 0.0, False, scale=scale)
              return result
            def attend(query: Tensor, key: Tensor, value: Tensor, bias: Optional[Tensor], scale: float) -> Tensor:
              heads = torch.size(query, 1)
              groups = torch.floordiv(heads, torch.size(key, 1))
              if torch.eq(groups, 1):
                result = __torch__.attend_heads(query, key, value, bias, scale)
              elif torch.eq(torch.size(query, 2), 1):
                rows = torch.size(query, 0)
                grouped = torch.reshape(query, [rows, -1, groups, torch.size(query, 3)])
                attended = __torch__.attend_heads(grouped, key, value, __torch__.grouped_bias(bias, groups), scale)
                result = torch.reshape(attended, [rows, heads, 1, -1])
              else:
                result = __torch__.attend_heads(query, __torch__.repeated(key, query), __torch__.repeated(value, query), bias, scale)
              return result
            def attend_shared(query: Tensor, key: Tensor, value: Tensor, bias: Optional[Tensor], scale: float) -> Tensor:
              rows = torch.size(query, 0)
              sources = torch.size(key, 0)
              if torch.eq(rows, sources):
                result = __torch__.attend(query, key, value, bias, scale)
              else:
                heads = torch.size(query, 1)
                beams = torch.floordiv(rows, sources)
                together = torch.transpose(torch.reshape(query, [sources, beams, heads, -1]), 1, 2)
                attended = __torch__.attend(together, key, value, bias, scale)
                result = torch.reshape(torch.transpose(attended, 1, 2), [rows, heads, 1, -1])
              return result
            def best(x: Tensor, count: int, groups: int) -> Tuple[Tensor, Tensor]:
              if torch.__or__(torch.eq(groups, 0), torch.ge(torch.mul(count, 8), groups)):
                values, ids = torch.topk(x, count)
              else:
                members = torch.view(x, [torch.size(x, 0), -1, groups])
                _0, places = torch.topk(torch.amax(members, [1]), count, 1, True, False)
                size = torch.size(members, 1)
                column = torch.mul(torch.view(torch.arange(size, dtype=4, device=x.device), [1, -1, 1]), groups)
                candidates = torch.flatten(torch.add(column, torch.unsqueeze(places, 1)), 1)
                values, inner = torch.topk(torch.gather(x, 1, candidates), count)
                ids = torch.gather(candidates, 1, inner)
              return (values, ids)
            def int8(weight: Tensor, bias: Optional[Tensor]) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
              largest = torch.clamp_min(torch.amax(torch.abs(weight), [1]), 1.0e-12)
              scales = torch.div(largest, 127.0)
              zeros = torch.zeros_like(scales, dtype=4)
              quantized = torch.quantize_per_channel(weight, scales, zeros, 0, 12)
              return ops.quantized.linear_prepack(quantized, bias)
            def changes(w: List[Tensor]) -> int:
              total = 0
              for x in w:
                total = torch.add(total, torch._version(x))
              return total
            """;

    private final TorchWeights weights;
    private final StringBuilder methods = new StringBuilder();

    TorchSource(TorchWeights weights) {
        this.weights = weights;
    }

    /**
     * Adds a method whose statements use the lists of weights.
     *
     * @param parameters with types
     * @param lists parameters that are lists to be unpacked into variables, with their sizes
     * @param result the expression it returns
     */
    void method(
            String name,
            List<String> parameters,
            List<Unpacked> lists,
            TorchScriptOps ops,
            String type,
            String result) {
        StringBuilder text = new StringBuilder("  def ").append(name).append("(self: __torch__.K, ");
        parameters.forEach(parameter -> text.append(parameter).append(", "));
        text.append("w: List[Tensor]")
                .append(PACKED)
                .append(") -> ")
                .append(type)
                .append(":\n");
        lists.forEach(list -> text.append(TorchWeights.unpack(list.name, list.size)));
        methods.append(text)
                .append(WEIGHTS)
                .append(ops.body())
                .append("    return ")
                .append(result)
                .append('\n');
    }

    /** Adds a method as it is. */
    void plainMethod(String text) {
        methods.append(text.indent(2));
    }

    /**
     * Adds a method that calls another.
     *
     * @param text with <code>{weights}</code> where it declares the lists of weights and <code>{given}</code> where it gives them
     */
    void callingMethod(String text) {
        plainMethod(text.replace("{weights}", "w: List[Tensor]" + PACKED).replace("{given}", "w" + GIVEN));
    }

    /** These stand for the unpacking of the weights and the list {@code p}, known only when all methods are written. */
    private static final String WEIGHTS = "    #weights\n";

    private static final String PACKED = "#packed";

    private static final String GIVEN = "#given";

    /** The whole source. */
    String text() {
        String packed = weights.packedType() == null ? "" : ", p: " + weights.packedType();
        return HEAD
                + methods.toString()
                        .replace(WEIGHTS, weights.unpack())
                        .replace(PACKED, packed)
                        .replace(GIVEN, packed.isEmpty() ? "" : ", p")
                + (weights.packedType() == null ? "" : weights.packMethod() + CHANGES)
                + FUNCTIONS
                + TorchPositions.FUNCTIONS;
    }

    private static final String CHANGES = """
              def changes(self: __torch__.K, w: List[Tensor]) -> int:
                return __torch__.changes(w)
            """;

    record Unpacked(String name, int size) {}
}
