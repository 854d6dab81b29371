using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;
using Webrana.Data.Reconciliation;
using Webrana.Data.Wallets;

namespace Webrana.Chaos.Checks;

/// <summary>Everything that must hold once all is quiet.</summary>
public static class AllChecks
{
    public static async Task<(TimeSpan Settled, IReadOnlyList<Finding> Findings)> RunAsync(ChaosCluster cluster, ClientLog log, CancellationToken cancellation)
    {
        var (took, open) = await Quiescence.WaitAsync(cluster, log, cancellation);
        List<Finding> findings = [.. open.Take(20).Select(what => new Finding("everything that began ends by itself", what))];
        foreach (var (name, sql) in LedgerPromises.All)
        {
            if (await cluster.Database.ScalarAsync<long>(sql, cancellation) is > 0 and var offenders)
                findings.Add(new(name, $"{offenders} offenders"));
        }

        // All is quiet, so nothing is too young to be judged.
        var now = await cluster.Database.ScalarAsync<DateTime>("select business_now()", cancellation);
        foreach (var check in await new BooksCheck(cluster.Database.Sources).RunAsync(new DateTimeOffset(now, TimeSpan.Zero).AddSeconds(1), cancellation))
        {
            if (check.Broken > 0)
                findings.Add(new($"ops reconcile: {check.Name}", $"{check.Broken}: {string.Join(", ", check.Examples.Take(3))}"));
        }

        foreach (var account in (await new LedgerQueries(cluster.Database.Sources).TrialBalanceAsync(cancellation)).Accounts.Where(account => account.DifferenceIdr != 0))
            findings.Add(new("I2: the books agree with their subledgers", account.ToString()));
        findings.AddRange(await ClientLogCheck.RunAsync(cluster, log, cancellation));
        findings.AddRange(await ProviderCheck.RunAsync(cluster, cancellation));
        return (took, findings);
    }
}
