using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;

namespace Webrana.Chaos.Checks;

/// <summary>What customers were told against what was booked, both ways: nothing promised is missing, nothing booked was never meant.</summary>
public static class ClientLogCheck
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(ChaosCluster cluster, ClientLog log, CancellationToken cancellation)
    {
        var all = log.All;
        return
        [
            .. await AdjustmentsAsync(cluster, [.. all.Where(intent => intent.Kind == "adjust")], cancellation),
            .. await DepositsAsync(cluster, log, cancellation),
            .. await TopUpsAsync(cluster, log, [.. all.Where(intent => intent.Kind == "deposit")], cancellation),
            .. await OrdersAsync(cluster, [.. all.Where(intent => intent.Kind == "order")], cancellation),
            .. await ChargesAsync(cluster, [.. all.Where(intent => intent.Kind == "order")], cancellation),
            .. await ActionsAsync(cluster, [.. all.Where(intent => intent.Kind == "action")], cancellation),
        ];
    }

    private static async Task<IEnumerable<Finding>> AdjustmentsAsync(ChaosCluster cluster, List<Intent> intents, CancellationToken cancellation)
    {
        var rows = (await cluster.Database.RowsAsync(
            "select substr(description, 7), wallet_id::text, amount from wallet_transactions where reference_type = 'ADJUSTMENT' and description like 'chaos %'",
            row => (Id: row.GetString(0), Wallet: row.GetString(1), Amount: row.GetInt64(2)), cancellation)).ToLookup(row => row.Id);
        var known = intents.ToDictionary(intent => intent.Id);
        var findings = new List<Finding>();
        foreach (var intent in intents)
        {
            var booked = rows[intent.Id].ToList();
            var asMeant = booked.All(row => row.Amount == intent.AmountIdr && row.Wallet == intent.UserId);
            var right = asMeant && intent.Told switch
            {
                Told.Done => booked.Count == 1,
                Told.Refused => booked.Count == 0,
                _ => booked.Count <= 1,
            };
            if (!right)
                findings.Add(new("a correction is booked as its caller was told", $"intent {intent.Id}: told {intent.Told} {intent.Code}, booked {booked.Count} times"));
        }

        findings.AddRange(rows.Where(row => !known.ContainsKey(row.Key)).Select(row => new Finding("every booked correction was meant", $"'chaos {row.Key}'")));
        return findings;
    }

    private static async Task<IEnumerable<Finding>> DepositsAsync(ChaosCluster cluster, ClientLog log, CancellationToken cancellation)
    {
        var rows = (await cluster.Database.RowsAsync(
            "select substr(operation_id, 8), wallet_id::text, amount from wallet_transactions where operation_id like 'tripay:%'",
            row => (Reference: row.GetString(0), Wallet: row.GetString(1), Amount: row.GetInt64(2)), cancellation)).ToLookup(row => row.Reference);
        var findings = log.Paid
            .Where(paid => rows[paid.Key].ToList() is not [var row] || row.Amount != paid.Value.AmountIdr || row.Wallet != paid.Value.UserId)
            .Select(paid => new Finding("what was paid is credited once, in full, to its owner", $"reference {paid.Key}: {rows[paid.Key].Count()} credits"));
        return findings.Concat(rows.Where(row => !log.Paid.ContainsKey(row.Key)).Select(row => new Finding("nothing is credited that was not paid", $"reference {row.Key}")));
    }

    private static async Task<IEnumerable<Finding>> TopUpsAsync(ChaosCluster cluster, ClientLog log, List<Intent> intents, CancellationToken cancellation)
    {
        var made = (await cluster.Database.RowsAsync(
            "select split_part(key, ':', 2), payload->>'owner', (payload->>'amount')::bigint from grain_state where state = 'deposit' and payload->>'owner' is not null",
            row => (Id: row.GetString(0), Owner: row.GetString(1), Amount: row.GetInt64(2)), cancellation)).ToDictionary(row => row.Id);
        var findings = intents.Where(intent => intent.Told == Told.Done)
            .Where(intent => !made.TryGetValue(intent.Made!, out var deposit) || deposit.Owner != intent.UserId || deposit.Amount != intent.AmountIdr)
            .Select(intent => new Finding("an accepted top-up exists, as it was asked for", $"intent {intent.Id}: deposit {intent.Made}")).ToList();
        // However often its customer had to repeat it.
        foreach (var person in intents.GroupBy(intent => intent.UserId))
        {
            if (made.Values.Count(deposit => deposit.Owner == person.Key) is var deposits && deposits > person.Count())
                findings.Add(new("an intention makes one top-up at most", $"customer {person.Key}: {person.Count()} intentions, {deposits} deposits"));
        }

        // A bonus of a deposit is for one that was paid; welcome and referral are given for people.
        var paid = log.Paid.Values.ToLookup(intent => intent.UserId);
        var bonuses = await cluster.Database.RowsAsync(
            """
            select wallet_id::text, split_part(operation_id, ':', 2), count(*) from wallet_transactions
            where operation_id like 'promo:%' and split_part(operation_id, ':', 3) not in ('welcome', 'referral', 'referee')
            group by 1, 2
            """, row => (Wallet: row.GetString(0), Promo: row.GetString(1), Given: row.GetInt64(2)), cancellation);
        findings.AddRange(bonuses.Where(bonus => bonus.Given > paid[bonus.Wallet].Count())
            .Select(bonus => new Finding("no bonus without a payment", $"customer {bonus.Wallet}, promo {bonus.Promo}: {bonus.Given} bonuses for {paid[bonus.Wallet].Count()} payments")));
        return findings;
    }

    /// <summary>
    /// Whatever was taken or given back for a server, from the first capture to the last refund: its owner meant to have it. A hold that is
    /// released again took nothing: so ends an order that is turned away; holds that stay are looked for by the ledger's promises.
    /// </summary>
    private static async Task<IEnumerable<Finding>> ChargesAsync(ChaosCluster cluster, List<Intent> intents, CancellationToken cancellation)
    {
        var accepted = intents.Where(intent => intent.Told == Told.Done).ToDictionary(intent => intent.Made!, intent => intent.UserId);
        var people = intents.ToLookup(intent => intent.UserId);
        var charged = (await cluster.Database.RowsAsync(
            "select distinct reference_id, wallet_id::text from wallet_transactions where contra_account = 'REVENUE' and operation_id !~ '^order:.*:(hold|release)$'",
            row => (Instance: row.GetString(0), Wallet: row.GetString(1)), cancellation)).Where(row => people.Contains(row.Wallet)).ToList();
        var findings = charged.Where(row => accepted.TryGetValue(row.Instance, out var owner) && owner != row.Wallet)
            .Select(row => new Finding("nobody pays for another's server", $"instance {row.Instance}: customer {row.Wallet}")).ToList();
        foreach (var person in people)
        {
            // Orders whose outcome was never heard may stand, each once.
            var unheard = person.Count(intent => intent.Told == Told.Nothing);
            var others = charged.Where(row => row.Wallet == person.Key && !accepted.ContainsKey(row.Instance)).Select(row => row.Instance).ToList();
            if (others.Count > unheard)
                findings.Add(new("an intention makes one server at most", $"customer {person.Key}: {unheard} orders never heard of, charged for {string.Join(", ", others)}"));
        }

        return findings;
    }

    private static async Task<IEnumerable<Finding>> OrdersAsync(ChaosCluster cluster, List<Intent> intents, CancellationToken cancellation)
    {
        var servers = (await cluster.Database.RowsAsync(
            "select split_part(key, ':', 2), payload->>'phase', payload->>'hold', payload#>>'{order,owner}' from grain_state where state = 'droplet' and payload->'order' is not null",
            row => (Id: row.GetString(0), Phase: row.GetString(1), Hold: row.GetString(2), Owner: row.IsDBNull(3) ? "" : row.GetString(3)), cancellation))
            .ToDictionary(row => row.Id);
        var captures = (await cluster.Database.RowsAsync(
            "select split_part(operation_id, ':', 2) from wallet_transactions where operation_id like 'order:%:capture'", row => row.GetString(0), cancellation)).ToHashSet();
        var findings = new List<Finding>();
        foreach (var intent in intents.Where(intent => intent.Told == Told.Done))
        {
            if (!servers.TryGetValue(intent.Made!, out var server) || server.Owner != intent.UserId)
                findings.Add(new("an accepted order exists", $"intent {intent.Id}: instance {intent.Made}"));
            else if ((server.Hold == "Captured") != captures.Contains(server.Id))
                findings.Add(new("a server is paid exactly when it says so", $"instance {server.Id}: {server.Phase}, hold {server.Hold}"));
        }

        // An order whose outcome its customer never heard may exist; any other must have been accepted.
        var accepted = intents.Where(intent => intent.Told == Told.Done).Select(intent => intent.Made!).ToHashSet();
        var unheard = intents.Where(intent => intent.Told == Told.Nothing).ToLookup(intent => intent.UserId);
        findings.AddRange(captures.Where(id => !accepted.Contains(id) && !(servers.TryGetValue(id, out var server) && unheard.Contains(server.Owner)))
            .Select(id => new Finding("nobody pays for a server they did not order", $"instance {id}")));
        return findings;
    }

    private static async Task<IEnumerable<Finding>> ActionsAsync(ChaosCluster cluster, List<Intent> intents, CancellationToken cancellation)
    {
        var ended = (await cluster.Database.RowsAsync(
            "select instance::text || '/' || action_id, status from instance_activity", row => (Id: row.GetString(0), Status: row.GetString(1)), cancellation))
            .ToLookup(row => row.Id, row => row.Status);
        return intents.Where(intent => intent.Told == Told.Done && ended[$"{intent.Subject}/{intent.Made}"].ToList() is not [not "IN_PROGRESS"])
            .Select(intent => new Finding("an accepted action ends, and is told in the activity", $"intent {intent.Id}: {intent.Code}, {intent.Subject}/{intent.Made}"));
    }
}
