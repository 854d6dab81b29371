using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.Data.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;
using Webrana.Domain.Providers;

namespace Webrana.Grains.Providers;

/// <summary>
/// The reconciler: a rolling sweep over all droplets of the account, page by page as its own share of the budget allows, that explains
/// every one of them, and then every living server that it did not meet. It decides nothing about a server: it tells the droplet grain,
/// which looks for itself.
/// </summary>
public sealed partial class DigitalOceanAccountGrain
{
    private const int LivePage = 500;

    // Words of the drift rows beside the explanations.
    private const string Missing = "MISSING";

    private static readonly string[] LiveStatuses = ["RUNNING", "OFF", "SUSPENDED"];

    private SweepRun? _sweep;
    private DateTimeOffset _sweepAt = DateTimeOffset.MinValue;
    private ProviderSweepView? _swept;

    private async Task Sweep()
    {
        var now = RealTime.GetUtcNow();
        if (_sweep is null && now < _sweepAt)
            return;
        var run = _sweep ??= new SweepRun(_clock.GetUtcNow());
        while (await Read(CallShare.Reconcile, cloud => cloud.ListDropletsAsync(new PageRequest(run.NextPage))) is { } page)
        {
            await Explain(run, page.Items);
            run.NextPage++;
            if (page.HasMore)
                continue;
            _dropletCount = (int)page.Total;
            await Finish(run);
            (_sweep, _sweepAt) = (null, RealTime.GetUtcNow() + TimeSpan.FromMilliseconds(_options.SweepMs));
            return;
        }

        // No permit or no answer: this run goes on with the same page, unless it has become old enough to say nothing.
        if (_clock.GetUtcNow() - run.StartedAt > TimeSpan.FromHours(1))
            _sweep = null;
    }

    private async Task Explain(SweepRun run, IReadOnlyList<Droplet> page)
    {
        var ours = page.Select(droplet => (Droplet: droplet, Instance: Reconciliation.InstanceOf(droplet.Tags, _install))).ToList();
        var keys = ours.Where(one => one.Instance is not null).Select(one => GrainKeys.Droplet(new InstanceId(one.Instance!.Value))).Distinct().ToList();
        var records = (await _records.FindAsync(keys)).ToDictionary(record => record.Key, StringComparer.Ordinal);
        foreach (var (droplet, instance) in ours)
        {
            run.Seen.Add(droplet.Id);
            var record = instance is { } id && records.TryGetValue(GrainKeys.Droplet(new InstanceId(id)), out var found) ? Recorded(found) : null;
            var why = Reconciliation.Explain(new SightedDroplet(droplet.Id, droplet.CreatedAt.ToUnixTimeMilliseconds(), instance, _account), record);
            run.Count(why);
            if (why is DropletExplanation.Owned or DropletExplanation.InFlight)
                continue;
            // Lists lag: what was just made or deleted explains itself by the next sweep. While anything is wrong with the account it is only noted:
            // what looks like one too many may be all that is left of a server.
            var outcome = State.Alarm != ProviderAlarm.None ? null : why switch
            {
                DropletExplanation.Tombstoned when WasOdd(run, droplet.Id) => await Tell(instance!.Value, ReconcileKind.Tombstoned, droplet.Id, droplet.CreatedAt),
                DropletExplanation.Duplicate when WasOdd(run, droplet.Id) => await Tell(instance!.Value, ReconcileKind.Duplicate, droplet.Id, droplet.CreatedAt),
                _ => null,
            };
            run.Odd(new DriftFinding(droplet.Id, Word(why), instance, droplet.Name, droplet.CreatedAt, outcome));
        }
    }

    /// <summary>Every living server that no page showed.</summary>
    private async Task Finish(SweepRun run)
    {
        var (living, missing, startedAt) = (0, new List<InstanceRecord>(), run.StartedAt.ToUnixTimeMilliseconds());
        foreach (var status in LiveStatuses)
        {
            for ((long, string)? after = null; ;)
            {
                var (records, next) = await _records.PageAsync(status, after, LivePage);
                var mine = records.Where(record => record.AccountId == _account && record.DropletId is not null).ToList();
                living += mine.Count;
                missing.AddRange(mine.Where(record =>
                    !run.Seen.Contains(record.DropletId!.Value) && Reconciliation.CanBeMissed(record.CreatedAtMs!.Value, startedAt, _options.SweepGraceMs)));
                if (next is null)
                    break;
                after = next;
            }
        }

        var plausible = Reconciliation.IsPlausibleLoss(missing.Count, living);
        if (!plausible)
            await Raise(ProviderAlarm.ManyMissing, State.Uuid);
        foreach (var record in missing)
        {
            var (instance, id, createdAt) = (GrainKeys.Guid(record.Key, "droplet"), record.DropletId!.Value, Time(record.CreatedAtMs!.Value));
            var outcome = plausible && State.Alarm == ProviderAlarm.None ? await Tell(instance, ReconcileKind.Missing, id, createdAt) : null;
            // The server is there after all: the list lagged or shifted.
            if (outcome != Word(ReconcileOutcome.Nothing))
                run.Odd(new DriftFinding(id, Missing, instance, record.Name, createdAt, outcome));
        }

        await _drift.NoteAsync(_account, [.. run.Findings.Values], _clock.GetUtcNow());
        _lastOdd = [.. run.Findings.Keys];
        _swept = run.View(_clock.GetUtcNow(), missing.Count);
        if (run.Findings.Values.Any(finding => finding.Kind != Word(DropletExplanation.Foreign)))
            LogDrift(_log, _account, run.Findings.Count);
    }

    private HashSet<long> _lastOdd = [];

    /// <summary>Odd in the sweep before as well, and not just made: no lag of a list.</summary>
    private bool WasOdd(SweepRun run, long dropletId) => _lastOdd.Contains(dropletId) && !run.Findings.ContainsKey(dropletId);

    private async Task<string?> Tell(Guid instance, ReconcileKind kind, long dropletId, DateTimeOffset createdAt)
    {
        try
        {
            var outcome = await GrainFactory.GetGrain<IDropletGrain>(GrainKeys.Droplet(new InstanceId(instance))).Reconcile(new ReconcileHint(kind, dropletId, createdAt));
            return Word(outcome);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotTold(_log, instance.ToString("D", CultureInfo.InvariantCulture), e);
            return Word(ReconcileOutcome.Later);
        }
    }

    private static RecordedInstance Recorded(InstanceRecord record) => new(
        Enum.TryParse<InstancePhase>(record.Phase, out var phase) ? phase : InstancePhase.None, record.DropletId, record.CreatedAtMs, record.AccountId, record.Swept, record.Replacing);

    private static DateTimeOffset Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToUpperInvariant();

    /// <summary>One sweep in progress. In memory: a successor starts over.</summary>
    private sealed class SweepRun(DateTimeOffset startedAt)
    {
        private readonly int[] _counts = new int[Enum.GetValues<DropletExplanation>().Length];

        public DateTimeOffset StartedAt { get; } = startedAt;

        public int NextPage { get; set; } = 1;

        public HashSet<long> Seen { get; } = [];

        public Dictionary<long, DriftFinding> Findings { get; } = [];

        public void Count(DropletExplanation why) => _counts[(int)why]++;

        public void Odd(DriftFinding finding) => Findings[finding.DropletId] = finding;

        public ProviderSweepView View(DateTimeOffset at, int missing) => new(
            at, Of(DropletExplanation.Owned), Of(DropletExplanation.InFlight), Of(DropletExplanation.Tombstoned), Of(DropletExplanation.Duplicate),
            Of(DropletExplanation.Unexplained), Of(DropletExplanation.Foreign), missing);

        private int Of(DropletExplanation why) => _counts[(int)why];
    }
}
