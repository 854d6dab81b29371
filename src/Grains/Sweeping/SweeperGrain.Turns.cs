using Webrana.Contracts.Sweeping;
using Webrana.Data.States;

namespace Webrana.Grains.Sweeping;

// One person's servers share one wallet. Where several are due at once (an outage, a turned clock), they are worked through as they would
// have been in time: step by step, always the one that is due first.
public sealed partial class SweeperGrain
{
    /// <param name="until">Nothing that is due later: another grain of the same owner, which nobody has looked at yet, may be due before it. Unix ms.</param>
    private async Task<Woken> Wake(DueKind kind, IReadOnlyList<DueRow> rows, long until)
    {
        var (broke, later) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        var turns = new PriorityQueue<string, (long DueAt, string Key)>(rows.Select(row => (row.Key, (row.DueAt, row.Key))));
        for (var step = 0; step < options.Value.MostSteps * rows.Count && turns.TryDequeue(out var key, out _); step++)
        {
            if (await Step(kind.Find(GrainFactory, key), key, broke) != WakeOutcome.MoreDue)
                continue;
            // Alone it is its own turn; nobody has to look when.
            if (rows.Count == 1 && until == long.MaxValue)
                turns.Enqueue(key, default);
            else if (await states.DueOfAsync(kind.State, key) is { } next && next <= until)
                turns.Enqueue(key, (next, key));
            else
                later.Add(key);
        }

        return new Woken(broke, later);
    }

    /// <param name="Broke">Whose grain could not be woken.</param>
    /// <param name="Later">Who is due again, behind all who were looked at.</param>
    private sealed record Woken(IReadOnlyCollection<string> Broke, IReadOnlyCollection<string> Later);

    private async Task<WakeOutcome> Step(IDueGrain grain, string key, HashSet<string> broke)
    {
        try
        {
            return await grain.Wake();
        }
        catch (Exception e)
        {
            // One grain's trouble is not its neighbours'. It stays due and is tried at the next tick, or in a storm in between.
            LogWakeFailed(log, key, e);
            broke.Add(key);
            return WakeOutcome.Deferred;
        }
    }
}
