using Webrana.Contracts.Sweeping;
using Webrana.Data.States;

namespace Webrana.Grains.Sweeping;

// One person's servers share one wallet. Where several are due at once (an outage, a turned clock), they are worked through as they would
// have been in time: step by step, always the one that is due first.
public sealed partial class SweeperGrain
{
    private async Task WakeInTurn(DueKind kind, IReadOnlyList<DueRow> rows)
    {
        await gate.Enter();
        try
        {
            var turns = new PriorityQueue<string, (long DueAt, string Key)>(rows.Select(row => (row.Key, (row.DueAt, row.Key))));
            for (var step = 0; step < options.Value.MostSteps * rows.Count && turns.TryDequeue(out var key, out _); step++)
            {
                if (await Step(kind.Find(GrainFactory, key), key) == WakeOutcome.MoreDue
                    && await states.DueOfAsync(kind.State, key) is { } next)
                {
                    turns.Enqueue(key, (next, key));
                }
            }
        }
        finally
        {
            gate.Leave();
        }
    }

    private async Task<WakeOutcome> Step(IDueGrain grain, string key)
    {
        try
        {
            return await grain.Wake();
        }
        catch (Exception e)
        {
            // One grain's trouble is not its neighbours'. It stays due and is tried at the next tick.
            LogWakeFailed(log, key, e);
            return WakeOutcome.Deferred;
        }
    }
}
