using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webrana.DigitalOcean.Tests.Simulator;
using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.DigitalOcean.Tests.Contract;

/// <summary>Our client's requests and our simulator's answers, both judged by DigitalOcean's own description.</summary>
public sealed class OfficialContractTests(PrismProxy prism) : IClassFixture<PrismProxy>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_we_call_and_everything_we_simulate_is_as_DigitalOcean_describes_it()
    {
        Assert.SkipWhen(prism.Missing is not null, prism.Missing ?? "");
        var rig = prism.Rig!;
        var findings = new Violations();
        await using var services = Rig.Services(client => client.ReadRetries = 1, more => more.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new Listener(findings))));
        var cloud = services.GetRequiredService<DigitalOceanClientFactory>().For(prism.Address, rig.Simulator.Token);

        (await cloud.GetAccountAsync(Stop)).Value();
        (await cloud.ListRegionsAsync(Stop)).Value();
        (await cloud.ListSizesAsync(Stop)).Value();
        (await cloud.ListDistributionImagesAsync(Stop)).Value();
        var key = (await cloud.CreateSshKeyAsync("laptop", AccountTests.Ed25519, Stop)).Value();
        (await cloud.ListSshKeysAsync(Stop)).Value();
        (await cloud.CreateTagAsync("webrana-contract", Stop)).Value();

        var wish = Rig.Wish(tag: "webrana-contract-1") with { SshKeys = [key.Id], UserData = "#cloud-config\n", Ipv6 = true };
        var created = (await cloud.CreateDropletAsync(wish, SendDeadline.None, Stop)).Value();
        var id = created.Droplet.Id;
        (await cloud.GetDropletAsync(id, Stop)).Value();
        Assert.True((await cloud.StartActionAsync(id, DropletActionRequest.Reboot, cancellationToken: Stop)).Refusal().IsPendingEvent);
        rig.FinishActions();
        (await cloud.GetDropletAsync(id, Stop)).Value();
        (await cloud.ListAllDropletsAsync("webrana-contract-1", Stop)).Value();

        (await cloud.GetBackupSetupAsync(id, Stop)).Value();
        (await cloud.StartActionAsync(id, DropletActionRequest.EnableBackupsBy(new BackupPolicy("weekly", "SAT", 16)), cancellationToken: Stop)).Value();
        rig.FinishActions();
        Assert.NotNull((await cloud.GetBackupSetupAsync(id, Stop)).Value().NextBackupWindow);

        foreach (var request in new[]
        {
            DropletActionRequest.PowerOff, DropletActionRequest.Resize("s-2vcpu-2gb", growDisk: true), DropletActionRequest.PowerOn, DropletActionRequest.Reboot,
            DropletActionRequest.PowerCycle, DropletActionRequest.Rename("web-02"), DropletActionRequest.Snapshot("before"), DropletActionRequest.EnableBackups,
            DropletActionRequest.DisableBackups, DropletActionRequest.EnableIPv6, DropletActionRequest.PasswordReset, DropletActionRequest.Rebuild("debian-12-x64"),
            DropletActionRequest.Shutdown,
        })
            await DoAsync(request);

        (await cloud.ListActionsAsync(PageRequest.First, Stop)).Value();
        (await cloud.ListDropletActionsAsync(id, new PageRequest(1, 5), Stop)).Value();
        var snapshot = Assert.Single((await cloud.ListSnapshotsAsync(Stop)).Value());
        (await cloud.ListDropletSnapshotsAsync(id, Stop)).Value();
        (await cloud.ListDropletBackupsAsync(id, Stop)).Value();
        (await cloud.DeleteSnapshotAsync(snapshot.Id, Stop)).Value();
        foreach (var metric in Enum.GetValues<DropletMetric>())
            (await cloud.GetMetricAsync(id, metric, Rig.Start.AddHours(-1), Rig.Start, Stop)).Value();
        (await cloud.GetBandwidthAsync(id, BandwidthInterface.Public, BandwidthDirection.Inbound, Rig.Start.AddHours(-1), Rig.Start, Stop)).Value();

        // Backups: by a policy, by another one, and one put back.
        await DoAsync(DropletActionRequest.EnableBackupsBy(new BackupPolicy("weekly", "SUN", 20)));
        Assert.Equal((true, "weekly"), await PolicyAsync());
        // The description lists the body of this action, and forgot its name in the list of names that all bodies share: to it no request of
        // the kind can be right. What is answered is judged as ever.
        findings.Excused = place => place.StartsWith("request.body", StringComparison.Ordinal);
        var changed = (await cloud.StartActionAsync(id, DropletActionRequest.ChangeBackupPolicy(new BackupPolicy("daily", Hour: 4)), cancellationToken: Stop)).Value();
        findings.Excused = null;
        rig.FinishActions();
        Assert.Equal(ActionStatus.Completed, (await cloud.GetActionAsync(changed.Id, Stop)).Value().Status);
        Assert.Equal((true, "daily"), await PolicyAsync());
        rig.Simulator.MoveClock(TimeSpan.FromDays(2));
        var backup = (await cloud.ListDropletBackupsAsync(id, Stop)).Value()[0];
        await DoAsync(DropletActionRequest.Restore(Number(backup)));
        (await cloud.GetDropletAsync(id, Stop)).Value();
        await DoAsync(DropletActionRequest.DisableBackups);
        Assert.Equal((false, (string?)null), await PolicyAsync());
        await DoAsync(DropletActionRequest.EnableBackupsBy(new BackupPolicy("daily", Hour: 8)));
        await DoAsync(DropletActionRequest.DisableBackups);

        // Images that have a number and no word: a droplet rebuilt from one, and one made of it.
        await DoAsync(DropletActionRequest.Snapshot("by-number"));
        var image = Number(Assert.Single((await cloud.ListDropletSnapshotsAsync(id, Stop)).Value()));
        await DoAsync(DropletActionRequest.Rebuild(image));
        (await cloud.GetDropletAsync(id, Stop)).Value();
        var second = (await cloud.CreateDropletAsync(
            Rig.Wish("web-03", "webrana-contract-2", "s-2vcpu-2gb") with { Image = image, Backups = true }, SendDeadline.None, Stop)).Value().Droplet.Id;
        rig.FinishActions();
        (await cloud.GetDropletAsync(second, Stop)).Value();
        (await cloud.DeleteDropletAsync(second, Stop)).Value();
        rig.FinishActions();

        // Refusals have a described form too.
        (await cloud.CreateDropletAsync(wish with { Size = "s-1000vcpu" }, SendDeadline.None, Stop)).Refusal();
        rig.Inject(FaultKinds.Status429);
        (await cloud.DeleteDropletAsync(id, Stop)).Refusal();
        (await cloud.DeleteDropletAsync(id, Stop)).Value();
        rig.FinishActions();
        Assert.True((await cloud.GetDropletAsync(id, Stop)).Refusal().IsNotFound);
        (await cloud.DeleteSshKeyAsync(key.Id, Stop)).Value();

        Assert.True(findings.Answers > 70, $"{findings.Answers} answers passed by");
        Assert.True(findings.Unexplained.Count == 0, string.Join(Environment.NewLine, findings.Unexplained));

        async Task DoAsync(DropletActionRequest request)
        {
            var action = (await cloud.StartActionAsync(id, request, cancellationToken: Stop)).Value();
            rig.FinishActions();
            Assert.Equal(ActionStatus.Completed, (await cloud.GetActionAsync(action.Id, Stop)).Value().Status);
        }

        async Task<(bool Enabled, string? Plan)> PolicyAsync()
        {
            var setup = (await cloud.GetBackupSetupAsync(id, Stop)).Value();
            return (setup.BackupEnabled, setup.BackupPolicy?.Plan);
        }
    }

    static long Number(Snapshot image) => long.Parse(image.Id, CultureInfo.InvariantCulture);

    [Fact]
    public async Task The_judge_does_judge()
    {
        Assert.SkipWhen(prism.Missing is not null, prism.Missing ?? "");
        var findings = new Violations();
        using var http = new HttpClient(new Listener(findings) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = prism.Address };
        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/v2/droplets?per_page=many");
        wrong.Headers.Authorization = new("Bearer", prism.Rig!.Simulator.Token);
        (await http.SendAsync(wrong, Stop)).Dispose();
        Assert.Contains(findings.Unexplained, one => one.Contains("per_page", StringComparison.Ordinal));
    }

    /// <summary>Collects what Prism says about each exchange.</summary>
    sealed class Listener(Violations findings) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            findings.Add($"{request.Method} {request.RequestUri!.PathAndQuery}", response.Headers.TryGetValues("sl-violations", out var values) ? values.First() : null);
            return response;
        }
    }

    sealed class Violations
    {
        public int Answers { get; private set; }

        public List<string> Unexplained { get; } = [];

        /// <summary>Places where the description contradicts itself; null when it does not.</summary>
        public Func<string, bool>? Excused { get; set; }

        public void Add(string call, string? violations)
        {
            Answers++;
            if (violations is null)
                return;
            var said = JsonDocument.Parse(violations).RootElement.EnumerateArray()
                .Select(one => new Violation(string.Join('.', one.GetProperty("location").EnumerateArray().Select(part => part.ToString())), one.GetProperty("message").GetString()!))
                .ToList();
            // What fails inside one arm of a oneOf fails the whole body, and is held against the other arm as well.
            var linked = said.Any(IsRelativeLink);
            Unexplained.AddRange(said
                .Where(one => Excused?.Invoke(one.Place) is not true && !IsRelativeLink(one) && !IsOutgrownList(one) && !(linked && IsConsequence(one)))
                .Select(one => $"{call}: {one.Place}: {one.Message}"));
        }

        // Lists in the description that live answers have outgrown: atl1 among an image's regions, AlmaLinux among the distributions.
        static bool IsOutgrownList(Violation one) => one.Message.Contains("must be equal to one of the allowed values", StringComparison.Ordinal)
            && (one.Place.EndsWith(".distribution", StringComparison.Ordinal)
                || one.Place[..Math.Max(0, one.Place.LastIndexOf('.'))].EndsWith(".regions", StringComparison.Ordinal));

        // Described as a URI; every live answer of 2026 carries a path.
        static bool IsRelativeLink(Violation one) =>
            one.Place.StartsWith("response.body.links.actions.", StringComparison.Ordinal) && one.Place.EndsWith(".href", StringComparison.Ordinal);

        static bool IsConsequence(Violation one) => one.Place == "response.body"
            && (one.Message.Contains("must match exactly one schema in oneOf", StringComparison.Ordinal)
                || one.Message.Contains("must have required property 'droplets'", StringComparison.Ordinal));

        readonly record struct Violation(string Place, string Message);
    }
}
