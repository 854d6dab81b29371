using System.Net;
using System.Net.Http.Json;
using Webrana.Chaos.Cluster;
using Webrana.Wire.Deposits;

namespace Webrana.Chaos.Driver;

/// <summary>
/// Customers top up. Most pay at the gateway; some let it lapse, some pay and their callback is forged, replayed or altered on the way.
/// </summary>
public sealed class TopUps(ChaosCluster cluster, Insistence insist, ClientLog log)
{
    public const long AmountIdr = 50_000;

    public async Task GoOnAsync(Person person, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(700));
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            await TopUpAsync(person, n);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task TopUpAsync(Person person, int n)
    {
        var intent = new Intent { Id = log.NextId(), Kind = "deposit", UserId = person.UserId, AmountIdr = AmountIdr };
        var deposit = await insist.AsyncOf(
            intent, key => person.Session.CreateDepositAsync(new CreateDepositRequest(AmountIdr, "BRIVA"), key), made => made.Id, CancellationToken.None);
        if (deposit?.PaymentRef is not { } reference)
            return;
        switch (n % 10)
        {
            case 3:
                await TesterAsync("forged_paid", reference);
                await ActAsync(reference, "expire");
                return;
            case 6:
                await PayAsync(intent, reference);
                await TesterAsync("replay", reference);
                await TesterAsync("wrong_amount", reference);
                return;
            default:
                await PayAsync(intent, reference);
                return;
        }
    }

    private async Task PayAsync(Intent intent, string reference)
    {
        if (await ActAsync(reference, "pay"))
            log.IsPaid(intent, reference);
    }

    private async Task<bool> ActAsync(string reference, string action)
    {
        using var answer = await cluster.Http.PostAsync(new Uri(cluster.Tripay, $"/_sandbox/transactions/{reference}/{action}"), null);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private async Task TesterAsync(string variant, string reference)
    {
        using var answer = await cluster.Http.PostAsJsonAsync(new Uri(cluster.Tripay, "/_sandbox/callback-tester"), new { variant, reference });
        answer.EnsureSuccessStatusCode();
    }
}
