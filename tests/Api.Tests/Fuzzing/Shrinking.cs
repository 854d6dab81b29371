namespace Webrana.Api.Tests.Fuzzing;

/// <summary>
/// Which of many steps are enough. CsCheck shrinks what it judges itself, by drawing smaller values; a run against a live API cannot be judged twice from
/// the same beginning, so what is drawn stays as it is and steps are left out.
/// </summary>
static class Shrinking
{
    /// <summary>The fewest steps found that still fail, in their order; null if the last ones alone do not.</summary>
    /// <param name="fails">Whether these fail, from a beginning of their own.</param>
    /// <param name="goesOn">Whether there is time to look further; what was found by then is told.</param>
    public static async Task<IReadOnlyList<T>?> ShortestAsync<T>(IReadOnlyList<T> steps, Func<IReadOnlyList<T>, Task<bool>> fails, Func<bool> goesOn)
    {
        T[]? shortest = null;
        // Mostly the last few are enough: few are tried first, for many take long.
        for (var take = 1; shortest is null && goesOn(); take *= 4)
        {
            T[] last = [.. steps.TakeLast(take)];
            if (await fails(last)) shortest = last;
            else if (take >= steps.Count) return null;
        }

        for (var part = shortest?.Length / 2 ?? 0; part > 0 && goesOn(); part /= 2)
        {
            for (var at = 0; at < shortest!.Length && goesOn();)
            {
                T[] without = [.. shortest.Take(at), .. shortest.Skip(at + part)];
                if (without.Length > 0 && await fails(without)) shortest = without;
                else at += part;
            }
        }

        return shortest;
    }
}
