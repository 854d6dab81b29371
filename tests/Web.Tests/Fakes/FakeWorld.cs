using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Billing;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;
using Webrana.Wire.Plans;
using Webrana.Wire.Promos;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Tests.Fakes;

/// <summary>What the fake API holds, and what it was asked.</summary>
sealed partial class FakeWorld
{
    public const string Password = "sangat-rahasia-1";
    public const string UserId = "0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01";

    public static readonly DateTimeOffset Start = new(2026, 12, 1, 3, 0, 0, TimeSpan.Zero);

    readonly ConcurrentDictionary<Guid, Channel<string>> _listeners = new();
    readonly ConcurrentDictionary<string, (int Count, ProblemBody Problem)> _refusals = new();
    int _tokens;
    long _sequence;

    public FakeWorld()
    {
        FakeData.Fill(this);
        FakePromos.Fill(this);
        FakeNotices.Fill(this);
    }

    public DateTimeOffset Now { get; set; } = Start;

    public ConcurrentQueue<(string Method, string Path, string? Key, string? Authorization)> Asked { get; } = new();

    public ConcurrentBag<string> EndedSessions { get; } = [];

    public Task ExchangeGate { get; set; } = Task.CompletedTask;

    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>By the address: <c>admin@</c>, <c>finance@</c>, <c>support@</c>, else a customer.</summary>
    public static string RoleOf(string email) => Roles.Staff.Split(',').FirstOrDefault(role => email.StartsWith(role, StringComparison.Ordinal)) ?? Roles.Customer;

    /// <summary>When the measurements were read, if they are late; null when they are not.</summary>
    public DateTimeOffset? MetricsReadAt { get; set; }

    public Wallet Wallet { get; set; } = null!;

    /// <summary>How long an answer about the wallet is on its way; it says what was true when this is asked.</summary>
    public Func<Task> WalletGate { get; set; } = () => Task.CompletedTask;

    /// <summary>How long an answer about the person is on its way; it says what was true when this is asked.</summary>
    public Func<Task> ProfileGate { get; set; } = () => Task.CompletedTask;

    /// <summary>How long an answer about the wallet's rows, or the payment desk's, is on its way; it says what was true when this is asked.</summary>
    public Func<Task> RowsGate { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether a server's story at the desk goes on behind its first page.</summary>
    public bool OlderStory { get; set; }

    public Runway Runway { get; set; } = null!;

    public List<Transaction> Transactions { get; } = [];

    /// <summary>Why the shop's own things were changed, in order.</summary>
    public ConcurrentQueue<string?> Reasons { get; } = new();

    public List<Deposit> Deposits { get; } = [];

    public List<Instance> Instances { get; } = [];

    /// <summary>Lengths that servers were asked to have from their next renewal on.</summary>
    public Dictionary<string, BillingPeriod> NextPeriods { get; } = [];

    public List<InstanceAction> Activity { get; } = [];

    /// <summary>Servers whose password was shown.</summary>
    public HashSet<string> Revealed { get; } = [];

    public RebuildRequest? Rebuilt { get; set; }

    public ResizeRequest? Resized { get; set; }

    /// <summary>Plans of which there is none left.</summary>
    public HashSet<string> SoldOut { get; } = [];

    public RetryOrderRequest? Retried { get; set; }

    public FirewallRequest? Firewall { get; set; }

    /// <summary>When backups shall be taken, as it was last asked for.</summary>
    public BackupPolicyRequest? Backups { get; set; }

    /// <summary>Servers accept our key.</summary>
    public bool Managed { get; set; } = true;

    /// <summary>The provider takes the wish.</summary>
    public Action ApplyFirewall { get; set; } = () => { };

    public DeletionPreview Deletion { get; set; } = new(
        40_000, 12, true, 25_000, 10_000, 5_000, [new Webrana.Wire.Billing.AddonUse(Webrana.Wire.Billing.AddonType.Transfer, 44_000, 200m)], 44_000, 4_000);

    /// <summary>The act under way is at this step now.</summary>
    public void Step(string id, string step)
    {
        var at = Instances.FindIndex(server => server.Id == id);
        Instances[at] = Instances[at] with { RunningAction = Instances[at].RunningAction! with { Step = step } };
        Publish(EventTypes.ActionChanged, id);
    }

    /// <summary>The order waits for the provider since now.</summary>
    public void WaitOrder(string id, bool cancellable)
    {
        var at = Instances.FindIndex(server => server.Id == id);
        Instances[at] = Instances[at] with
        {
            RunningAction = new InstanceAction("create", InstanceActionType.Create, ActionStatus.InProgress, Instances[at].CreatedAt, null, "customer", null, "WAITING", Now),
            Cancellable = cancellable,
        };
        Publish(EventTypes.ActionChanged, id);
    }

    public List<PaymentChannel> Channels { get; } = [];

    public List<Plan> Plans { get; } = [];

    /// <summary>A paid deposit whose record is gone: the books differ from their subledger by it.</summary>
    public long MissingDepositIdr { get; set; }

    public List<AdminPlan> AdminPlans { get; } = [];
    public BillingSettings Settings { get; set; } = null!; // FakeBilling's.
    public CreatePlanRequest? CreatedPlan { get; set; }
    public PlanPricing? Pricing { get; set; }

    public List<AdminUser> Users { get; } = [];

    public List<Wire.SshKeys.SshKey> Keys { get; } = [new("k-1", "laptop", "ssh-ed25519", "ssh-ed25519 AAAAC3", "SHA256:AE0jk+b5zbaEckk+UMUIEzwju/wcgkgAbWfRYWBGSrQ", Start.AddDays(-30))];

    public CreateOrderRequest? Ordered { get; set; }

    public List<Region> Regions { get; } = [];

    public List<Image> Images { get; } = [];

    public List<AdminPromo> Promos { get; } = [];

    public List<PromoUsage> PromoUsages { get; } = [];

    public List<BonusLot> Bonuses { get; } = [];

    public List<PromoReview> Reviews { get; } = [];

    /// <summary>Everything on the first page of reviews was decided while it was read.</summary>
    public bool FirstReviewsAreDecided { get; set; }

    public List<Wire.Notifications.Notification> Notices { get; } = [];

    public Wire.Notifications.NotificationPreferences Preferences { get; set; } = null!;

    public List<Wire.Webhooks.Webhook> Webhooks { get; } = [];

    public List<Wire.Papers.Invoice> Invoices { get; } = [];

    public List<string> Resent { get; } = [];

    public List<(string UserId, DecideReviewRequest Decision)> Decisions { get; } = [];

    public string? LastInvitation { get; set; }

    public bool HasReferralOffer { get; set; } = true;

    /// <summary>Makes the referral offer a percentage that gives at most this.</summary>
    public long? ReferralMostIdr { get; set; }

    public string Locale { get; set; } = "id";

    public int Listeners => _listeners.Count;

    public int Count(string method, string path) => Asked.Count(asked => asked.Method == method && asked.Path == path);

    public AccessToken NewToken(string session) =>
        new($"{session}-token-{Interlocked.Increment(ref _tokens)}", TimeProvider.System.GetUtcNow() + TokenLifetime);

    public void Note(HttpRequest request) => Asked.Enqueue(
        (request.Method, request.Path, request.Headers[WireHeaders.IdempotencyKey].FirstOrDefault(), request.Headers.Authorization.FirstOrDefault()));

    /// <summary>The next <paramref name="times"/> calls of a path are refused.</summary>
    public void RefuseNext(string method, string path, int status, string code, int times = 1) =>
        _refusals[$"{method} {path}"] = (times, Body(status, code));

    public ProblemBody? Refuse(HttpRequest request)
    {
        var key = $"{request.Method} {request.Path}";
        if (!_refusals.TryGetValue(key, out var refusal) || refusal.Count <= 0) return null;
        _refusals[key] = (refusal.Count - 1, refusal.Problem);
        return refusal.Problem;
    }

    public async Task<IResult> EndSessionAsync(HttpRequest request)
    {
        var asked = await request.ReadFromJsonAsync<EndSessionRequest>(WireJson.Options);
        EndedSessions.Add(asked!.Session);
        return Results.NoContent();
    }

    /// <summary>Sends an event to everyone who listens.</summary>
    public void Publish(string type, string id, string? instanceId = null, long skip = 0)
    {
        var sequence = Interlocked.Add(ref _sequence, 1 + skip);
        PublishRaw(Text(sequence, type, id, instanceId));
    }

    /// <summary>Sends any bytes to everyone who listens.</summary>
    public void PublishRaw(string text)
    {
        foreach (var listener in _listeners.Values) listener.Writer.TryWrite(text);
    }

    /// <summary>Hangs up on everyone who listens, as a restart would.</summary>
    public void EndEvents()
    {
        foreach (var listener in _listeners.Values) listener.Writer.TryComplete();
    }

    public async Task StreamAsync(HttpContext context)
    {
        var id = Guid.NewGuid();
        var mine = Channel.CreateUnbounded<string>();
        _listeners[id] = mine;
        context.Response.ContentType = "text/event-stream";
        try
        {
            await context.Response.WriteAsync(Text(Interlocked.Read(ref _sequence), EventTypes.StreamOpened, "", null), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await foreach (var text in mine.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(text, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener left.
        }
        finally
        {
            _listeners.TryRemove(id, out _);
        }
    }

    public static IResult Problem(int status, string code) => Results.Json(Body(status, code), WireJson.Options, "application/problem+json", status);

    string Text(long sequence, string type, string id, string? instanceId) =>
        $"id: epoch:{sequence}\nevent: {type}\ndata: {System.Text.Json.JsonSerializer.Serialize(new EventNotice(id, instanceId, Now), WireJson.Options)}\n\n";

    static ProblemBody Body(int status, string code) =>
        new() { Title = code, Status = status, Code = code, Detail = "Detail of " + code, TraceId = "4bf92f3577b34da6a3ce929d0e0e4736" };
}
