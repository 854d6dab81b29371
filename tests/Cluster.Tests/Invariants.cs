using Webrana.Chaos.Checks;

namespace Webrana.Cluster.Tests;

/// <summary>The fault kit's promises, asked of a sandbox.</summary>
public static class Invariants
{
    public static async Task HoldAsync(RunningSandbox sandbox, CancellationToken cancellation)
    {
        foreach (var (name, query) in LedgerPromises.All)
        {
            var offenders = await sandbox.ScalarAsync<long>(query, cancellation);
            Assert.True(offenders == 0, $"{name}: {offenders} offenders");
        }
    }
}
