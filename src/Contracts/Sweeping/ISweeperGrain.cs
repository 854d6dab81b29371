namespace Webrana.Contracts.Sweeping;

/// <summary>A grain with a due time in its listed state, which a sweeper wakes when that time has come.</summary>
[Alias("due")]
public interface IDueGrain : IGrain
{
    /// <summary>
    /// Do what is due now and set the next due time. Called at least once when due, possibly early, twice, or after a crash in the
    /// middle: the grain decides from its own state and clock. The answer tells the sweeper whether to call again at once.
    /// </summary>
    [Alias("wake")]
    Task<WakeOutcome> Wake();
}

/// <summary>What a woken grain says.</summary>
[GenerateSerializer, Alias("wake-outcome")]
public enum WakeOutcome
{
    /// <summary>Nothing more is due now.</summary>
    Settled,

    /// <summary>One step was done and another is due already (a clock turned by months).</summary>
    MoreDue,

    /// <summary>It could not be done now; the due time was moved or stays for the next round.</summary>
    Deferred,
}

/// <summary>
/// One of <see cref="Shards"/> engines of everything that happens by time: reads due rows by index and wakes their grains, a bounded
/// number at once. Key <c>sweeper:{shard}</c>.
/// </summary>
[Alias("sweeper")]
public interface ISweeperGrain : IGrainWithStringKey
{
    /// <summary>How many sweepers share the work.</summary>
    public const int Shards = 16;

    /// <summary>Makes sure this shard's reminder is set. Safe to call at every silo start.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("ensure-running")]
    Task EnsureRunning();

    /// <summary>Works off everything due in this shard and answers how many grains were woken (a clock move, money arriving).</summary>
    [Alias("sweep")]
    Task<int> Sweep();
}
