using System.Diagnostics;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;
using Webrana.Client;
using Webrana.Sandbox.Launcher;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;

namespace Webrana.Chaos.Walks;

/// <summary>
/// What a walk is made of: new people, their servers, the desk, the clock. Silos die and stand still meanwhile, so whatever is asked is asked until it is
/// answered, under one key; and what must come about is looked for in the database, which this fault leaves alone.
/// </summary>
public sealed class Walker(ChaosCluster cluster, Load load, CancellationToken cancellation)
{
    public const string Image = "ubuntu-24-04-x64";

    // A bound against hanging: a silo that stands still is given up, and its grains are elsewhere, within half a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    // As long as one turn of the clock is waited for; while a silo is away it may never be answered.
    private static readonly TimeSpan OneTurn = TimeSpan.FromSeconds(12);

    public ChaosCluster Cluster => cluster;

    public Load Load => load;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The shop's own people.</summary>
    public AdminClient Desk { get; } = load.Client.As(new SignInAgain(load.Client, cluster.Secrets.AdminEmail, cluster.Secrets.AdminPassword)).Admin;

    /// <summary>A customer who nobody else meets, with so much in the wallet.</summary>
    public async Task<Person> PersonAsync(long amountIdr, string? referralCode = null, string? phone = null)
    {
        var person = await Person.RegisterAsync(cluster, load.Client, "jarang", cancellation, referralCode, phone);
        if (amountIdr > 0)
            await load.GiveAsync(person, amountIdr, cancellation);
        return person;
    }

    /// <summary>A server that runs and is left alone.</summary>
    public async Task<string> ServerAsync(Person person, BillingPeriod period = BillingPeriod.Monthly, string plan = "basic-1")
    {
        var order = await OrderAsync(person, period, plan);
        await IsIdleAsync(order);
        return order;
    }

    /// <summary>An order that was accepted.</summary>
    public async Task<string> OrderAsync(Person person, BillingPeriod period = BillingPeriod.Monthly, string plan = "basic-1") =>
        await TryOrderAsync(person, period, plan, $"jarang-{load.Log.NextId()}") ?? throw new LauncherException($"An order of {plan} came to nothing.");

    /// <summary>Orders until the answer is definite; null when it is refused.</summary>
    public async Task<string?> TryOrderAsync(Person person, BillingPeriod period, string plan, string name)
    {
        var intent = new Intent { Id = load.Log.NextId(), Kind = "order", UserId = person.UserId };
        var order = await load.Insist.AsyncOf(
            intent, key => person.Session.CreateOrderAsync(new CreateOrderRequest(plan, "sgp1", Image, name, period), key, cancellation), made => made.InstanceId, cancellation);
        if (order is not null)
            person.Servers[order.InstanceId] = name;
        return order?.InstanceId;
    }

    /// <summary>Deletes it, and waits until it is gone.</summary>
    public async Task DestroyAsync(Person person, string server)
    {
        await MustAsync(person, server, "destroy", key => person.Session.DestroyAsync(server, person.Servers[server], key, cancellation));
        await IsAsync($"{Droplet(server)} and payload->>'phase' = 'Terminated'", "the server is gone");
    }

    /// <summary>Asks until the answer is definite, whatever it is.</summary>
    public async Task<(T? Answer, string? Code)> AskAsync<T>(string userId, string? subject, string what, Func<IdempotencyKey, Task<ApiResult<T>>> call)
        where T : class
    {
        var intent = new Intent { Id = load.Log.NextId(), Kind = $"rare {what}", UserId = userId, Subject = subject, Code = what };
        return (await load.Insist.AsyncOf(intent, call, _ => subject, cancellation), intent.Code);
    }

    /// <summary>Asks until it is done.</summary>
    public async Task<T> MustAsync<T>(Person person, string server, string what, Func<IdempotencyKey, Task<ApiResult<T>>> call)
        where T : class
    {
        var (answer, code) = await AskAsync(person.UserId, server, what, call);
        return answer ?? throw new LauncherException($"{what} was refused: {code}.");
    }

    /// <summary>The desk asks until it is done.</summary>
    public async Task<T> DeskAsync<T>(string what, Func<AdminClient, IdempotencyKey, Task<ApiResult<T>>> call)
        where T : class
    {
        var (answer, code) = await AskAsync("desk", null, what, key => call(Desk, key));
        return answer ?? throw new LauncherException($"The desk's {what} was refused: {code}.");
    }

    /// <summary>Asks for what answers nothing until it is done or refused: behind a crash the refusal may be of the second try, and what is there tells.</summary>
    public async Task MayAsync(Func<IdempotencyKey, Task<ApiResult<Nothing>>> call)
    {
        var key = IdempotencyKey.New();
        var watch = Stopwatch.StartNew();
        while (await call(key) is { Failure: { } failure } && watch.Elapsed < Patience && Insistence.IsRepeatable(failure) && !failure.IsSignedOut)
            await Task.Delay(300, cancellation);
    }

    /// <summary>A top-up that was paid and is credited.</summary>
    /// <returns>The gateway's reference.</returns>
    public async Task<string> PaidAsync(Person person, long amountIdr)
    {
        var intent = new Intent { Id = load.Log.NextId(), Kind = "deposit", UserId = person.UserId, AmountIdr = amountIdr };
        var deposit = await load.Insist.AsyncOf(
            intent, key => person.Session.CreateDepositAsync(new CreateDepositRequest(amountIdr, "BRIVA"), key, cancellation), made => made.Id, cancellation);
        var reference = deposit?.PaymentRef ?? throw new LauncherException($"A top-up came to nothing: {intent.Code}.");
        await GatewayAsync(reference, "pay");
        load.Log.IsPaid(intent, reference);
        await TurnUntilAsync($"wallet_transactions where operation_id = 'tripay:{reference}'", "PT1M", 60, "the top-up is credited");
        return reference;
    }

    /// <summary>What somebody does to a transaction at the gateway: `pay`, `refund`.</summary>
    public async Task GatewayAsync(string reference, string action)
    {
        using var answer = await cluster.Http.PostAsync(new Uri(cluster.Tripay, $"/_sandbox/transactions/{reference}/{action}"), null, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A bad moment of the provider.</summary>
    public Task ProviderFailsAsync(object fault) => cluster.SwitchAsync(cluster.DigitalOcean, "/_sandbox/faults", fault, cancellation);

    /// <summary>None that was asked for and not met is left for others.</summary>
    public async Task ProviderRecoversAsync()
    {
        using var cleared = await cluster.Http.DeleteAsync(new Uri(cluster.DigitalOcean, "/_sandbox/faults"), cancellation);
        cleared.EnsureSuccessStatusCode();
    }

    /// <summary>It runs, and nothing is under way.</summary>
    public Task IsIdleAsync(string server, string phase = "Running") => IsAsync(
        $"{Droplet(server)} and payload->>'phase' = '{phase}' and jsonb_typeof(payload->'action') is distinct from 'object' and jsonb_typeof(payload->'planChange') is distinct from 'object'",
        $"the server is {phase} and idle");

    /// <summary>Waits until there is a row.</summary>
    public async Task IsAsync(string row, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await ThereIsAsync(row))
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"Not within {Patience.TotalSeconds:0} s: {what}.");
            await Task.Delay(250, cancellation);
        }
    }

    /// <summary>Turns the clock by small steps until there is a row; between two of them what is due is worked off.</summary>
    public async Task TurnUntilAsync(string row, string step, int most, string what)
    {
        var watch = Stopwatch.StartNew();
        for (var turned = 0; !await ThereIsAsync(row); turned++)
        {
            if (turned < most)
            {
                await TurnAsync(step);
                continue;
            }

            // Turned as often as it may take: whoever died or stood still on the way is only late.
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"Not within {most} times {step}: {what}.");
            await Task.Delay(500, cancellation);
        }
    }

    /// <summary>Turns the clock, and waits a while for what follows from it.</summary>
    public async Task TurnAsync(string step)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(OneTurn);
        await ((Task)cluster.AdvanceAsync(step, enough.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The row of a server's state.</summary>
    public static string Droplet(string server) => $"grain_state where state = 'droplet' and key = 'droplet:{server}'";

    private async Task<bool> ThereIsAsync(string row) => await cluster.Database.ScalarAsync<bool>($"select exists (select from {row})", cancellation);
}

/// <summary>
/// Something that the everyday load never does, done on purpose by one customer or the desk, from its beginning to its end: on the way it passes arrows
/// that nobody else passes. Whatever breaks on the way, it has to come to its end.
/// </summary>
/// <param name="Name">Of what it is.</param>
/// <param name="Arrows">Those it passes.</param>
/// <param name="TakeAsync">The walk.</param>
public sealed record Walk(string Name, IReadOnlyList<string> Arrows, Func<Walker, Task> TakeAsync);
