package io.github.djltransformers.engine.pytorch;

/** Functions about places, distances and kept tokens. Shapes are those of {@link io.github.djltransformers.ops.TensorOps}. */
final class TorchPositions {
    static final String FUNCTIONS = """
            def count_kept(keep: Tensor, tokens: int) -> Tensor:
              counts = torch.cumsum(torch.flatten(keep, 1), 1)
              last = torch.narrow(counts, 1, torch.sub(torch.size(counts, 1), tokens), tokens)
              return torch.clamp_min(torch.sub(last, 1), 0)
            def extended(keep: Tensor, ids: Tensor) -> Tensor:
              more = torch.unsqueeze(torch.unsqueeze(torch.ones_like(ids, dtype=11), 1), 1)
              return torch.cat([keep, more], 3)
            def kept_until(keep: Tensor, ids: Tensor, length: int) -> Tensor:
              each = torch.floordiv(torch.size(ids, 0), torch.size(keep, 0))
              if torch.eq(each, 1):
                rows = keep
              else:
                rows = torch.repeat_interleave(keep, each, 0)
              more = [torch.size(ids, 0), 1, 1, torch.sub(length, torch.size(keep, 3))]
              return torch.cat([rows, torch.ones(more, dtype=11, device=keep.device)], 3)
            def places(first: int, tokens: int, like: Tensor) -> Tensor:
              numbers = torch.arange(first, torch.add(first, tokens), dtype=6, device=like.device)
              return torch.view(numbers, [1, 1, -1, 1])
            def given_places(positions: Tensor) -> Tensor:
              return torch.view(torch.to(positions, 6), [torch.size(positions, 0), 1, -1, 1])
            def stretched_base(length: int, base: float, factor: float, original: int, power: float) -> float:
              if torch.le(length, original):
                result = base
              else:
                stretch = torch.sub(torch.div(torch.mul(factor, length), original), torch.sub(factor, 1.0))
                result = torch.mul(base, torch.pow(stretch, power))
              return result
            def twice(wave: Tensor, magnitude: float) -> Tensor:
              if torch.eq(magnitude, 1.0):
                scaled = wave
              else:
                scaled = torch.mul(wave, magnitude)
              return torch.cat([scaled, scaled], 3)
            def rotated(heads: Tensor, cosines: Tensor, sines: Tensor, size: int) -> Tensor:
              half = torch.floordiv(size, 2)
              turned = torch.narrow(heads, 3, 0, size)
              swapped = torch.cat([torch.neg(torch.narrow(turned, 3, half, half)), torch.narrow(turned, 3, 0, half)], 3)
              result = torch.add(torch.mul(turned, cosines), torch.mul(swapped, sines))
              rest = torch.sub(torch.size(heads, 3), size)
              if torch.gt(rest, 0):
                result = torch.cat([result, torch.narrow(heads, 3, size, rest)], 3)
              return result
            def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
              mean = torch.mean(torch.mul(x, x), [-1], True)
              return torch.mul(torch.mul(x, torch.rsqrt(torch.add(mean, epsilon))), weight)
            def apart(queries: int, keys: int, like: Tensor) -> Tensor:
              key = torch.view(torch.arange(keys, dtype=4, device=like.device), [1, -1])
              query = torch.view(torch.arange(torch.sub(keys, queries), keys, dtype=4, device=like.device), [-1, 1])
              return torch.sub(key, query)
            def band(queries: int, keys: int, before: int, after: int, like: Tensor) -> Tensor:
              distance = __torch__.apart(queries, keys, like)
              near = torch.logical_and(torch.le(distance, after), torch.ge(distance, torch.neg(before)))
              return torch.view(torch.to(near, 6), [1, 1, queries, keys])
            def distances(queries: int, keys: int, rows: Tensor) -> Tensor:
              reach = torch.floordiv(torch.size(rows, 0), 2)
              distance = torch.clamp(__torch__.apart(queries, keys, rows), torch.neg(reach), reach)
              picked = torch.index_select(rows, 0, torch.add(torch.flatten(distance), reach))
              return torch.view(torch.to(picked, 4), [queries, keys])
            def last_kept(x: Tensor, keep: Tensor) -> Tensor:
              kept = torch.to(torch.flatten(keep, 1), 4)
              places = torch.mul(kept, torch.arange(torch.size(x, 1), dtype=4, device=x.device))
              last = torch.amax(places, [1], True)
              index = torch.expand(torch.unsqueeze(last, 2), [torch.size(x, 0), 1, torch.size(x, 2)])
              return torch.squeeze(torch.gather(x, 1, index), 1)
            def max_kept(x: Tensor, keep: Tensor) -> Tensor:
              kept = torch.unsqueeze(torch.to(torch.flatten(keep, 1), 6), 2)
              masked = torch.add(torch.mul(x, kept), torch.mul(torch.sub(kept, 1), 1e30))
              return torch.amax(masked, [1])
            def mean_kept(x: Tensor, keep: Tensor) -> Tensor:
              kept = torch.to(torch.flatten(keep, 1), 6)
              weights = torch.div(kept, torch.sum(kept, [1], True))
              return torch.squeeze(torch.matmul(torch.unsqueeze(weights, 1), x), 1)
            """;

    private TorchPositions() {}
}
